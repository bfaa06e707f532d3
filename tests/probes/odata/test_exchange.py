"""What do the probes of pages, formats, batches and claims ask, and when do they stop?"""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.catalogue import load as load_catalogue
from cpo_probe.model import Blocker, Exchange
from cpo_probe.registry import Registry
from cpo_probe.run import make_plan
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, exchange, interface, target
from tests.probes.make import _arguments as arguments

ROOT = f"{HOST}/odata"
JSON, XML = ("Content-Type", "application/json;odata.metadata=minimal"), ("Content-Type", "application/xml")
PROBES = ("odata.paging", "odata.formats", "odata.options", "odata.batch", "odata.delta", "odata.claims")
ADVANCED = """<Annotation Term="Org.OData.Capabilities.V1.ConformanceLevel"
EnumMember="Org.OData.Capabilities.V1.ConformanceLevelType/Advanced"/>"""
LATER = '<Annotation Term="Org.OData.Capabilities.V1.AsynchronousRequestsSupported"/>'
Answer = Callable[[Request], Response]


def csdl(on_container: str = "") -> bytes:
    return f"""<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="a" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="Item"><Key><PropertyRef Name="ID"/></Key>
<Property Name="ID" Type="Edm.String" Nullable="false"/><Property Name="Size" Type="Edm.Int64"/>
<Property Name="Name" Type="Edm.String"/></EntityType><EntityContainer Name="C">{on_container}
<EntitySet Name="Items" EntityType="a.Item"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()


def rows(count: int) -> list[dict[str, Any]]:
    return [{"ID": f"a:{n}", "Size": n, "Name": "Screw"} for n in range(count)]


def facts(registry: Registry, *known: Exchange) -> dict[str, Any]:
    """What the probes know when they begin: metadata and rows."""
    given = {"evidence": Record(known), "interface": interface(kind="odata", url=ROOT)}
    found = {}
    for module, name in (("metadata", "Odata"), ("window", "Windows"), ("exchange_shared", "Spoken")):
        kind = getattr(sys.modules[f"cpo_probe_content.probes.odata.{module}"], name)
        made = registry.facts[f"{kind.__module__}.{kind.__qualname__}"].run
        found[name] = made(**arguments(registry, made, given))
    return found


async def asked(
    registry: Registry, probe: str, answer: Answer, count: int = 5, described: bytes = b"", **changes: Any
) -> FakeContext:
    """The context after the probe asked a service that shows so many rows in all."""
    held = exchange(200, (XML,), described or csdl(), url=f"{ROOT}/$metadata", purpose="odata.metadata")
    note, listed = {"set": "Items", "page": 1, "top": 200}, {"value": rows(count)}
    page = exchange(200, (JSON,), listed, id="000002", url=f"{ROOT}/Items?$top=200", purpose="odata.window", note=note)
    program = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    context = FakeContext(program, facts=facts(registry, held, page))
    context.interface = interface(kind="odata", url=ROOT, **changes)
    await registry.probes[probe].run(context)
    return context


def listing(request: Request) -> Response:
    """Rows by $top and $skip, one by its key; 405 for GET of a batch, 501 for POST."""
    if request.url.path.endswith("$batch"):
        return Response(status_code=405 if request.method == "GET" else 501)
    if "(" in request.url.path:
        return JSONResponse(rows(1)[0])
    start, top = int(request.query_params.get("$skip", 0)), int(request.query_params.get("$top", 5))
    return JSONResponse({"@odata.context": "$metadata#Items", "value": rows(5)[start : start + top]})


@pytest.mark.parametrize("probe", PROBES)
async def test_no_more_is_asked_than_the_probe_states_and_nothing_but_batches_is_sent(registry: Registry, probe: str) -> None:
    context = await asked(registry, probe, listing, described=csdl(ADVANCED))
    assert context.asked
    assert len(context.asked) <= registry.probes[probe].cost
    assert {one.purpose for one in context.asked} <= set(registry.probes[probe].purposes)
    assert all(one.request.method == "GET" or one.request.url == f"{ROOT}/$batch" for one in context.asked)
    assert all(one.request.url.startswith(f"{ROOT}/") for one in context.asked)


@pytest.mark.parametrize("probe", PROBES)
async def test_without_rows_nothing_is_asked(registry: Registry, probe: str) -> None:
    context = await asked(registry, probe, listing, 0)
    assert (context.asked, context.blocker) == ([], Blocker.NO_ARGUMENTS)


# Pages


def paged(link: Callable[[Request, int], str]) -> Answer:
    """Two rows a page; `link`: how page n is named."""

    def answer(request: Request) -> Response:
        n = int(request.query_params.get("n", 0))
        found: dict[str, Any] = {"value": rows(5)[2 * n : 2 * n + 2]}
        return JSONResponse(found if n == 2 else {**found, "@odata.nextLink": link(request, n + 1)})

    return answer


async def test_pages_are_walked_to_the_end_and_the_second_one_is_read_twice(registry: Registry) -> None:
    context = await asked(registry, "odata.paging", paged(lambda _, n: f"Items?n={n}"))
    assert context.purposes == ["page", "page", "page", "page-again", "beyond"]
    assert {one.request.header("prefer") for one in context.asked[:4]} == {"odata.maxpagesize=2"}


async def test_where_top_is_refused_a_small_set_is_walked_as_a_whole(registry: Registry) -> None:
    plain = paged(lambda _, n: f"Items?n={n}")
    context = await asked(registry, "odata.paging", lambda r: Response(status_code=501) if "$top" in r.query_params else plain(r))
    assert [one.status for one in context.asked] == [501, 200, 200, 200, 200, 501]
    assert context.asked[1].request.url == f"{ROOT}/Items"


async def test_what_is_not_as_expected_is_walked_and_read_once_more(registry: Registry) -> None:
    context = await asked(registry, "odata.paging", lambda _: JSONResponse({"value": rows(3)}))
    assert context.purposes == ["page", "beyond", "page", "rows-again"]


async def test_a_link_to_another_host_is_asked_for_at_the_host_that_was_asked(registry: Registry) -> None:
    context = await asked(registry, "odata.paging", paged(lambda _, n: f"http://10.0.0.1/odata/Items?n={n}"))
    assert [one.request.url for one in context.asked[1:3]] == [f"{ROOT}/Items?n=1", f"{ROOT}/Items?n=2"]


async def test_links_in_a_circle_are_left(registry: Registry) -> None:
    context = await asked(registry, "odata.paging", paged(lambda request, n: str(request.url)))
    assert context.purposes.count("page") == 2  # once, and once more to be sure


async def test_links_that_bring_nothing_new_are_left(registry: Registry) -> None:
    endless: Answer = lambda request: JSONResponse(  # noqa: E731
        {"value": rows(2), "@odata.nextLink": f"Items?n={int(request.query_params.get('n', 0)) + 1}"}
    )
    context = await asked(registry, "odata.paging", endless)
    assert context.purposes.count("page") == 2 * (1 + 3)


# Batches


async def test_batches_are_sent_where_the_service_knows_the_place(registry: Registry) -> None:
    context = await asked(registry, "odata.batch", listing)
    assert context.purposes == ["batch-get", "batch-multipart", "batch-json", "batch-alone"]


async def test_no_batch_is_sent_to_a_service_that_may_take_it_for_anything_else(registry: Registry) -> None:
    unknown: Answer = lambda _: Response(status_code=404)  # noqa: E731
    context = await asked(registry, "odata.batch", unknown)
    assert (context.purposes, context.blocker) == (["batch-get"], Blocker.NOT_COVERED)
    for more in ({"described": csdl(ADVANCED)}, {"options": {"batch": True}}):
        context = await asked(registry, "odata.batch", unknown, **more)
        assert "batch-multipart" in context.purposes


async def test_a_batch_holds_reads_in_every_form_of_a_url_and_no_other_method(registry: Registry) -> None:
    context = await asked(registry, "odata.batch", listing)
    sent = {one.purpose.rpartition("-")[2]: one for one in context.asked}
    urls = [one["url"] for one in json.loads(_body(context, "json"))["requests"]]
    assert urls == ["Items?$top=2", "Items('a%3A0')", "Items('a%3A1')", "/odata/Items('a:0')"]
    lines = [line for line in _body(context, "multipart").decode().split("\r\n") if line.endswith("HTTP/1.1")]
    assert lines[-1] == f"GET {ROOT}/Items('a:1') HTTP/1.1" and {line.split()[0] for line in lines} == {"GET"}
    assert {one["form"] for one in sent["multipart"].note["asked"]} == {"relative", "path", "absolute"}


def _body(context: FakeContext, what: str) -> bytes:
    return next(one.request.body for one in context.asked if one.purpose == f"odata.exchange.batch-{what}")


def test_a_plan_states_what_is_sent_by_post_and_reads(registry: Registry) -> None:
    catalogue = load_catalogue(registry.roots)
    stated: dict[str, Any] = {"preset": "audit", "run": "r", "created": "2025-01-01T00:00:00Z"}
    full = make_plan(target(), registry, catalogue, **stated)
    assert ("odata.batch", "$batch") in [(post.probe, post.path) for post in full.reading_posts]
    assert make_plan(target(), registry, catalogue, probes=("odata.delta",), **stated).reading_posts == ()


# Changes and claims


@pytest.mark.parametrize(("link", "followed"), [("Items?$deltatoken=1", True), ("https://elsewhere.example/odata/Items", False)])
async def test_a_delta_link_is_followed_within_the_service(registry: Registry, link: str, followed: bool) -> None:
    context = await asked(registry, "odata.delta", lambda _: JSONResponse({"value": rows(2), "@odata.deltaLink": link}))
    assert context.purposes == ["delta", *(["delta-link"] if followed else [])]
    wishes = {wish.strip() for wish in (context.asked[0].request.header("prefer") or "").split(",")}
    assert {"odata.track-changes", "track-changes"} <= wishes


async def test_nothing_is_asked_where_nothing_is_claimed(registry: Registry) -> None:
    context = await asked(registry, "odata.claims", listing)
    assert context.asked == []


async def test_a_level_that_is_claimed_is_asked_for_feature_by_feature(registry: Registry) -> None:
    context = await asked(registry, "odata.claims", listing, described=csdl(ADVANCED))
    features = [one.note["feature"] for one in context.asked]
    assert features == ["top", "skip", "count", "sort", "select", "filter", "key-as-segment", "search"]
    assert context.asked[-1].request.url.endswith("$search=Screw&$top=1")


async def test_what_a_set_bars_is_not_asked_for_where_the_feature_is_claimed(registry: Registry) -> None:
    barred = "".join(
        f"""<Annotation Term="Org.OData.Capabilities.V1.{kind}Restrictions"><Record><PropertyValue Property="{kind}able"
 Bool="true"/><PropertyValue Property="Non{kind}ableProperties"><Collection><PropertyPath>ID</PropertyPath></Collection>
</PropertyValue></Record></Annotation>"""
        for kind in ("Filter", "Sort")
    )
    described = csdl().replace(b"</Schema>", f'<Annotations Target="a.C/Items">{barred}</Annotations></Schema>'.encode())
    context = await asked(registry, "odata.claims", listing, described=described)
    assert [one.note["feature"] for one in context.asked] == ["top"]


@pytest.mark.parametrize("moved", ["jobs/2", ""])
async def test_where_the_place_of_a_later_answer_moves_it_is_asked_there(registry: Registry, moved: str) -> None:
    def answer(request: Request) -> Response:
        if request.url.path.endswith("Items"):
            return Response(status_code=202, headers={"Location": f"{ROOT}/jobs/1"})
        first = request.url.path.endswith("jobs/1") and len(waited) == 0
        waited.append(request.url.path)
        fields = {"Location": f"{ROOT}/{moved}"} if moved else {}
        return Response(status_code=202, headers=fields) if first else JSONResponse({"value": []}, headers={"AsyncResult": "200"})

    waited: list[str] = []
    context = await asked(registry, "odata.async", answer, described=csdl(LATER))
    assert [path.rpartition("/")[2] for path in waited] == ["1", "2" if moved else "1"]
    assert context.purposes == ["async", "async-monitor", "async-monitor"]


async def test_where_first_rows_cannot_be_asked_for_nothing_is_asked_for_later(registry: Registry) -> None:
    barred = '<Annotation Term="Org.OData.Capabilities.V1.TopSupported" Bool="false"/></EntitySet>'
    described = csdl(LATER).replace(b'EntityType="a.Item"/>', f'EntityType="a.Item">{barred}'.encode())
    assert (await asked(registry, "odata.async", listing, described=described)).asked == []
    assert (await asked(registry, "odata.async", listing, described=csdl(LATER))).asked
