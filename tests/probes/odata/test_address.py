"""What do the probes of OData addresses ask, of what, and when do they stop?"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.model import Blocker
from cpo_probe.protocols.odata import Document, Model, read
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, JSON, Record, exchange, interface, results
from tests.probes.odata.cases_address import CASES, CSDL
from tests.probes.odata.test_service import OLD

API = f"{HOST}/api"
PROBES = tuple(f"odata.address{name}" for name in ("", ".parts", ".related", ".types", ".calls", ".links", ".http"))
ROWS: dict[str, list[dict[str, Any]]] = {
    "Items": [
        {"@odata.type": "#a.Assembly", "@odata.etag": 'W/"1"', "ID": 1, "Name": "x", "Mass": None, "OwnerId": "u", "Count": 2}
        | {"Price": {"Amount": 1, "Currency": "EUR"}, "Tags": ["a"]}
    ],
    "Lines": [{"ItemId": 1, "No": "1/2"}, {"ItemId": 1, "No": "ä b"}],
    "Users": [{"Id": "o'neil"}],
    "Files": [{"ID": 1, "@odata.mediaContentType": "image/png"}],
}
Answer = Callable[[str], Response | None]


def service(special: Answer = lambda path: None, rows: dict[str, list[dict[str, Any]]] = ROWS, version: str = "4.0") -> Starlette:
    """Lists have rows, which are found by their keys; `special` answers paths otherwise."""

    def answer(request: Request) -> Response:
        path = str(request.scope["path"]).removeprefix("/api/")
        said = special(path)
        if said is not None:
            return said
        head = {"OData-Version": version}
        name = re.split(r"[(/]", path)[0]
        if path in rows:
            return JSONResponse({"value": rows[path]}, headers=head)
        if path.endswith(")") and name in rows:
            found = next((row for row in rows[name] if str(row.get("No")) in path), rows[name][0])
            more = {"@odata.id": f"{API}/{path}", "Owner@odata.navigationLink": f"{path}/Owner"}
            return JSONResponse({**found, **more}, headers={**head, "ETag": 'W/"1"'})
        if path.endswith("/Owner"):
            return JSONResponse(rows["Users"][0], headers=head)
        return JSONResponse({"error": {"code": "404", "message": "no"}}, 404, headers=head)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "CPOPROBE"])])


def facts(registry: Registry, app_rows: dict[str, list[dict[str, Any]]], body: bytes, version: str) -> dict[str, Any]:
    """What a run knows when these probes begin: a window of items, as it was recorded."""
    document = read(body, f"{API}/$metadata")
    assert isinstance(document, Document)
    kind = "cpo_probe_content.probes.odata."
    known = registry.facts[f"{kind}metadata.Odata"].run.__annotations__["return"](Model(document))
    here = interface(id="odata:/api", kind="odata")
    pages = [
        replace(
            exchange(
                200, (("OData-Version", version),), {"value": app_rows[name]}, id=f"90000{n}", url=f"{API}/{name}?$top=200",
                purpose="odata.window", note={"set": name, "page": 1, "top": 200},
            ),
            interface="odata:/api",
        )
        for n, name in enumerate(("Items", "Lines"))
    ]  # fmt: skip
    record = Record(pages)
    windows = registry.facts[f"{kind}window.Windows"].run(known, here, record)
    return {"Odata": known, "Addressed": registry.facts[f"{kind}address.Addressed"].run(known, windows, here, record)}


async def asked(registry: Registry, probe: str, app: Starlette | None = None, body: bytes = CSDL, **more: Any) -> FakeContext:
    rows, version = more.get("rows", ROWS), more.get("version", "4.0")
    ctx = FakeContext(app or service(rows=rows, version=version), facts=facts(registry, rows, body, version))
    await registry.probes[probe].run(ctx)
    return ctx


def paths(ctx: FakeContext, purpose: str) -> list[str]:
    return [one.request.url.removeprefix(f"{API}/") for one in ctx.asked if one.purpose == f"odata.address.{purpose}"]


@pytest.mark.parametrize("probe", PROBES)
async def test_no_more_is_asked_than_the_plan_says(registry: Registry, probe: str) -> None:
    for version in ("4.0", "4.01"):
        ctx = await asked(registry, probe, version=version)
        assert ctx.asked
        assert len(ctx.asked) <= registry.probes[probe].cost
        assert {one.purpose for one in ctx.asked} <= set(registry.probes[probe].purposes)


@pytest.mark.parametrize("probe", PROBES)
async def test_a_service_before_4_0_is_left_to_others(registry: Registry, probe: str) -> None:
    assert not (await asked(registry, probe, body=OLD)).asked


async def test_sets_of_a_kind_that_no_window_shows_are_sampled(registry: Registry) -> None:
    ctx = await asked(registry, "odata.address")
    assert paths(ctx, "sample") == ["Files?$top=5", "Users?$top=5"]
    assert paths(ctx, "key") == ["Items(1)", "Files(1)", "Users('o''neil')"]


async def test_keys_with_slashes_are_asked_by_an_alias_only_and_other_signs_are_encoded(registry: Registry) -> None:
    ctx = await asked(registry, "odata.address", version="4.01")
    needed = [one for one in ctx.asked if one.note.get("spelling") == "needed"]
    assert [one.request.url.removeprefix(f"{API}/") for one in needed] == ["Lines(ItemId=1,No='%C3%A4%20b')", "Users('o''neil')"]
    assert paths(ctx, "key-alias") == ["Lines(ItemId=1,No=@k)?@k='1%2F2'"]


async def test_keys_as_segments_are_asked_of_services_of_4_01(registry: Registry) -> None:
    assert paths(await asked(registry, "odata.address"), "key-as-segment") == []
    assert paths(await asked(registry, "odata.address", version="4.01"), "key-as-segment") == ["Items/1", "Lines/1/%C3%A4%20b"]


async def test_what_is_not_as_the_list_shows_is_looked_up_in_the_list_once_more(registry: Registry) -> None:
    quiet = await asked(registry, "odata.address")
    assert not paths(quiet, "again")

    def gone(path: str) -> Response | None:
        return JSONResponse({}, 404) if path == "Items(1)" else None

    assert paths(await asked(registry, "odata.address", service(gone)), "again") == ["Items?$top=200"]


async def test_without_rows_nothing_is_asked_by_key(registry: Registry) -> None:
    none: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    ctx = await asked(registry, "odata.address", rows=none)
    assert {one.purpose for one in ctx.asked} <= {"odata.address.sample"}
    assert ctx.blocker is Blocker.NO_ARGUMENTS


async def test_properties_of_each_type_are_asked_once(registry: Registry) -> None:
    ctx = await asked(registry, "odata.address.parts")
    line = "Lines(ItemId=1,No='%C3%A4%20b')"
    assert sorted(paths(ctx, "property")) == ["Items(1)/Tags", f"{line}/ItemId", f"{line}/No"]
    assert paths(ctx, "null-property") == ["Items(1)/Mass"]
    assert paths(ctx, "complex") == ["Items(1)/Price", "Items(1)/Price/Amount"]


async def test_related_entities_are_bounded_and_expanded_only_when_they_are_few(registry: Registry) -> None:
    def lines(path: str) -> Response | None:
        return JSONResponse({"value": [{"ItemId": 1, "No": str(n)} for n in range(20)]}) if path == "Items(1)/Lines" else None

    ctx = await asked(registry, "odata.address.related", service(lines))
    assert "Items(1)/Lines?$top=20" in paths(ctx, "navigation")
    assert "Items(1)?$expand=Lines" not in paths(ctx, "expanded")
    assert "Items(1)?$expand=Owner" in paths(ctx, "expanded")


async def test_links_out_of_the_service_are_not_followed_and_hosts_behind_a_proxy_are_ours(registry: Registry) -> None:
    def foreign(path: str) -> Response | None:
        links = {"@odata.id": "urn:x:1", "@odata.readLink": "http://inner.example:8080/api/Items(1)"}
        return JSONResponse({**ROWS["Items"][0], **links}) if path == "Items(1)" else None

    ctx = await asked(registry, "odata.address.links", service(foreign))
    assert paths(ctx, "link-id") == ["Lines(ItemId=1,No='%C3%A4%20b')"]
    assert "Items(1)" in paths(ctx, "link-edit")
    assert all(one.request.url.startswith(API) for one in ctx.asked)


async def test_functions_are_called_with_values_that_were_seen(registry: Registry) -> None:
    ctx = await asked(registry, "odata.address.calls")
    assert paths(ctx, "function") == ["Version()", "Find(Name='x')"]
    assert paths(ctx, "bound-function") == ["Items(1)/a.Above()"]
    assert paths(ctx, "singleton") == ["Me"]


async def test_functions_whose_names_speak_of_changes_are_not_called(registry: Registry) -> None:
    body = CSDL.replace(b"Version", b"NextNumber").replace(b'<edmx:Edmx NextNumber="4.0"', b'<edmx:Edmx Version="4.0"')
    ctx = await asked(registry, "odata.address.calls", body=body)
    assert paths(ctx, "function") == ["Find(Name='x')"]


async def test_an_entity_is_asked_for_its_head_and_with_its_etag(registry: Registry) -> None:
    ctx = await asked(registry, "odata.address.http")
    assert ctx.purposes == ["http-get", "http-head", "http-unchanged", "http-get", "http-head", "http-method"]
    assert ctx.asked[2].request.header("if-none-match") == 'W/"1"'
    assert ctx.asked[-1].request.method == "CPOPROBE"


# Answers of any shape

NAMES = (
    "ID",
    "Id",
    "Name",
    "Price",
    "Tags",
    "value",
    "ItemId",
    "No",
    "Owner",
    "Lines",
    "@odata.type",
    "@odata.id",
    "@odata.context",
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(("", "x", "#a.Part", "http://[", "$metadata#Items"))
SHAPES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5), max_leaves=12
)


@pytest.mark.parametrize("check", CASES)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(body=SHAPES, status=st.sampled_from((200, 200, 200, 204, 304, 404, 500)))
def test_an_answer_of_any_shape_is_judged(registry: Registry, check: str, body: Any, status: int) -> None:
    told = CASES[check][0].given
    one = told.get("exchange") or told["exchanges"][0]
    content = json.dumps(body).encode()
    odd = exchange(status, (JSON,), content, url=one.request.url, purpose=one.purpose, note=one.note)
    replaced = {"exchange": odd} if "exchange" in told else {"exchanges": (odd, *told["exchanges"][1:])}
    said = results(registry, check, {**told, **replaced})
    assert said and all(result.outcome for result in said)
