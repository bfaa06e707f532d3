"""OData services that lead a client astray: links to elsewhere, pages without end, sets without bounds, counts that move."""

import itertools
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from cpo_probe.model import Blocker, Exchange, Outcome
from fixtures.defects import odata
from fixtures.plm.auth.accounts import PASSWORD, USERNAME
from fixtures.plm.http.message import Call, Content, Hooks
from fixtures.plm.odata.errors import ODataError
from fixtures.plm.serve import serve
from tests.faults.conftest import Judged, Running

Json = Any
SETS = ("GET /odata/v4/*",)
ROOM = {"wire_bytes": 8_000_000, "decoded_bytes": 32_000_000, "read_seconds": 20.0, "exchange_seconds": 30.0}
"""Of ours the reference server is asked without haste: what is tested are its answers."""
PROFILE = """\
name = "astray"
base_url = "{root}"
[auth]
kind = "basic"
username = "{user}"
password = "env:REFERENCE_PASSWORD"
[[interfaces]]
kind = "odata"
url = "{root}"
"""


# -- what goes wrong -------------------------------------------------------------------------------------------------------


def elsewhere(data: Json) -> Json:
    """Every address in an answer names another host, as services behind a proxy do that nobody told so."""
    if isinstance(data, dict):
        return {key: _moved(value) if key.startswith("@") or "@" in key else elsewhere(value) for key, value in data.items()}
    return [elsewhere(one) for one in data] if isinstance(data, list) else data


def _moved(value: Json) -> Json:
    if not isinstance(value, str) or not value.startswith("http"):
        return value
    return (
        "http://plm-app-01.invalid:8080" + value.partition("//")[2].partition("/")[1] + value.partition("//")[2].partition("/")[2]
    )


def endless(call: Call, data: Json) -> Json:
    """Whatever was asked, the next page is the first one of two that name each other."""
    if "value" not in data or not isinstance(data["value"], list) or not data["value"]:
        return data
    turn = "b" if "turn=a" in call.segments["query"] else "a"
    base = f"{call.origin}{call.root}/odata/v4/{call.segments['path']}"
    kept = [p for p in call.segments["query"].split("&") if p and not p.startswith(("turn=", "$skiptoken"))]
    name = "@odata.nextLink" if "@odata.context" in data else "@nextLink"
    return {**data, name: f"{base}?{'&'.join([*kept, f'turn={turn}'])}"}


def growing() -> Hooks:
    """Somebody imports while we read: with every answer some entities more are there, in the order of their creation."""
    turns = itertools.count()
    begin, step = datetime(2019, 4, 1, tzinfo=UTC), timedelta(days=7)

    def call(call: Call) -> Call:
        if call.operation.removeprefix("GET /odata/v4/").removesuffix("/$count") not in (
            "Items",
            "Revisions",
            "Documents",
            "Changes",
        ):
            return call
        until = f"Created le {(begin + next(turns) * step).isoformat()}".replace("+00:00", "Z")
        given = odata.option(call, "$filter")
        return odata.with_options(call, filter=f"({given}) and {until}" if given else until)

    return Hooks(call=call)


MANY = 10_000_000
CSDL = b"""<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Big" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="Part"><Key><PropertyRef Name="Id"/></Key>
<Property Name="Id" Type="Edm.Int64" Nullable="false"/><Property Name="Number" Type="Edm.String" Nullable="false"/>
</EntityType><EntityContainer Name="Container"><EntitySet Name="Parts" EntityType="Big.Part"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"""
UNDERSTOOD = ("$top", "$skip", "$count", "$skiptoken")


def many(call: Call) -> Call | Content:
    """A service of one set with ten million entities, in pages of 1,000; of the query options it has four."""
    if call.operation.partition("/odata/v4")[1] == "":
        return call
    try:
        data, media = _many(call)
    except ODataError as refused:
        return Content(refused.data, "application/json", refused.status, (("OData-Version", "4.0"),))
    return Content(data, media, 200, (("OData-Version", "4.0"),))


def _many(call: Call) -> tuple[Json, str]:
    base, path = f"{call.origin}{call.root}/odata/v4/", unquote(call.segments["path"])
    options = {key: values[-1] for key, values in parse_qs(call.segments["query"], keep_blank_values=True).items()}
    for name in options:
        if name.startswith("$") and name not in UNDERSTOOD and name != "$format":
            raise ODataError(501, f"{name} is not supported.", target=name)
    match path:
        case "$metadata":
            return CSDL, "application/xml"
        case "":
            sets = [{"name": "Parts", "kind": "EntitySet", "url": "Parts"}]
            return {"@odata.context": f"{base}$metadata", "value": sets}, MINIMAL
        case "Parts/$count":
            return str(MANY).encode(), "text/plain"
        case "Parts":
            return _page(base, options), MINIMAL
    one = re.fullmatch(r"Parts\((\d+)\)", path)
    if one and int(one.group(1)) < MANY:
        return {"@odata.context": f"{base}$metadata#Parts/$entity", **_part(int(one.group(1)))}, MINIMAL
    raise ODataError(404, f"There is no resource {path}.")


MINIMAL = "application/json;odata.metadata=minimal"


def _page(base: str, options: dict[str, str]) -> Json:
    first = int(options.get("$skip", "0"))
    last = min(MANY, first + int(options["$top"])) if "$top" in options else MANY
    first = int(options.get("$skiptoken", first))
    end = min(first + 1000, last)
    said: Json = {"@odata.context": f"{base}$metadata#Parts"}
    if options.get("$count") == "true":
        said["@odata.count"] = MANY
    if end < last:
        kept = [f"{name}={quote(value)}" for name, value in options.items() if name != "$skiptoken"]
        said["@odata.nextLink"] = f"{base}Parts?{'&'.join([*kept, f'$skiptoken={end}'])}"
    return {**said, "value": [_part(n) for n in range(first, end)]}


def _part(n: int) -> Json:
    return {"Id": n, "Number": f"P-{n}"}


ASTRAY: dict[str, Hooks] = {
    "elsewhere": odata.answers(SETS, lambda _, data: elsewhere(data)),
    "endless": odata.answers(SETS, endless),
    "growing": growing(),
    "many": Hooks(call=many),
}

# -- the whole way ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def services() -> Iterator[str]:
    """The reference server with a copy for each of them."""
    with pytest.MonkeyPatch.context() as patch, serve(odata=True, copies=lambda: ASTRAY) as url:
        patch.setitem(os.environ, "REFERENCE_PASSWORD", PASSWORD)
        yield url


@pytest.fixture
def profile(services: str, tmp_path: Path) -> Callable[[str], str]:
    def write(name: str) -> str:
        path = tmp_path / f"{name}.toml"
        path.write_text(PROFILE.format(root=f"{services}~{name}/odata/v4/", user=USERNAME), encoding="utf-8")
        return str(path)

    return write


def failing(judged: Judged) -> set[tuple[str, str]]:
    return {(f.subject.check, f.code) for f in judged.findings if f.outcome is Outcome.FAIL}


def passing(judged: Judged) -> set[str]:
    return {p.subject.check for p in judged.judgement.passes()}


def open_by(judged: Judged, blocker: Blocker) -> set[str]:
    return {f.subject.check for f in judged.findings if f.outcome is Outcome.NOT_TESTED and f.code == blocker.value}


def hosts(judged: Judged) -> set[str | None]:
    return {urlsplit(e.request.url).hostname for e in judged.exchanges()}


def rows(exchange: Exchange) -> int:
    """How many entities an answer lists."""
    value = exchange.response.document.value if exchange.response is not None else None
    listed = value.get("value") if isinstance(value, dict) else None
    return len(listed) if isinstance(listed, list) else 0


PAGING = ("odata.service", "odata.window", "odata.paging")


async def measured(run: Running, profile: str, probes: tuple[str, ...]) -> Judged:
    judged = await run(profile, probes=probes, **ROOM)
    assert [f for f in judged.findings if f.outcome is Outcome.ERROR] == []
    return judged


async def test_links_to_another_host_are_found_and_not_followed(run: Running, profile: Callable[[str], str]) -> None:
    judged = await measured(run, profile("elsewhere"), PAGING)
    assert ("odata.paging.in-scope", "other_host") in failing(judged)
    assert hosts(judged) == {"127.0.0.1"}


async def test_pages_that_lead_back_end_the_walk_and_fail(run: Running, profile: Callable[[str], str]) -> None:
    judged = await measured(run, profile("endless"), PAGING)
    assert ("odata.paging.terminates", "leads_back") in failing(judged)
    assert not {"odata.paging.terminates", "odata.paging.complete"} & passing(judged)
    walked = Counter((e.purpose, urlsplit(e.request.url).path) for e in judged.exchanges() if "turn=" in e.request.url)
    assert walked and max(walked.values()) <= 6


async def test_of_ten_million_entities_a_bounded_window_is_read_and_nothing_is_said_about_all(
    run: Running, profile: Callable[[str], str]
) -> None:
    judged = await measured(run, profile("many"), ("odata.*",))
    costs = sum(p.cost for p in judged.house.registry.probes.values() if p.id.startswith("odata."))
    asked = [e for e in judged.exchanges() if e.purpose.startswith("odata.")]
    assert len(asked) <= costs
    assert sum(rows(e) for e in judged.exchanges(purpose="odata.window")) <= 1000
    assert sum(rows(e) for e in asked) < 50_000
    assert "odata.count.path" in passing(judged)
    assert not {"odata.paging.complete", "odata.filter.comparison"} & passing(judged)
    wrong = {
        check for check, _ in failing(judged) if check.startswith(("odata.paging", "odata.count", "odata.skip", "odata.top"))
    }
    assert wrong == set()


async def test_entities_that_appear_while_we_read_are_nobodys_fault(run: Running, profile: Callable[[str], str]) -> None:
    """Nothing may be called wrong that the next moment would have made right."""
    judged = await measured(run, profile("growing"), ("odata.*",))
    counts = [rows(e) for e in judged.exchanges(purpose="odata.window") if e.note.get("page") == 1]
    assert counts and max(counts) > 0
    assert failing(judged) == set()
    assert open_by(judged, Blocker.WINDOW)
