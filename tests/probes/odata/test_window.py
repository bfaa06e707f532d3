"""Which rows become the yardstick of queries, and when does reading stop?"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.model import Blocker, Span
from cpo_probe.protocols.odata import Document, Model, read
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, Record, exchange, interface
from tests.probes.odata.test_service import OLD

EDM = {"edmx": "http://docs.oasis-open.org/odata/ns/edmx", "edm": "http://docs.oasis-open.org/odata/ns/edm"}
CSDL = f"""<edmx:Edmx Version="4.0" xmlns:edmx="{EDM["edmx"]}"><edmx:DataServices><Schema Namespace="a" xmlns="{EDM["edm"]}">
<EntityType Name="Plain"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
<EntityType Name="Rich"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><NavigationProperty Name="Parts" Type="Collection(a.Plain)"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="A" EntityType="a.Plain"/><EntitySet Name="B" EntityType="a.Plain"/>
<EntitySet Name="Z" EntityType="a.Rich"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""".encode()
Answer = Callable[[Request], Response]


def rows(first: int, last: int) -> list[dict[str, Any]]:
    return [{"ID": n} for n in range(first, last + 1)]


async def asked(registry: Registry, answer: Answer, body: bytes = CSDL) -> FakeContext:
    document = read(body, f"{HOST}/api/$metadata")
    assert isinstance(document, Document)
    made = registry.facts["cpo_probe_content.probes.odata.metadata.Odata"].run.__annotations__["return"]
    ctx = FakeContext(Starlette(routes=[Route("/{path:path}", answer)]), facts={"Odata": made(Model(document))})
    await registry.probes["odata.window"].run(ctx)
    return ctx


def windows(registry: Registry, ctx: FakeContext) -> Any:
    """The fact that other probes and the checks see."""
    fact = registry.facts["cpo_probe_content.probes.odata.window.Windows"].run
    recorded = [replace(one, interface="odata:/api") for one in ctx.asked]
    return fact(ctx.fact(named("Odata")), interface(id="odata:/api", kind="odata"), Record(recorded))


def named(name: str) -> Any:
    return type(name, (), {})


async def test_the_set_with_most_kinds_of_properties_is_read_first(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3)}))
    assert [unquote(one.request.url) for one in ctx.asked] == [f"{HOST}/api/{name}?$top=200" for name in "ZAB"]
    best = windows(registry, ctx).best()
    assert [(w.set, len(w.rows), w.complete, w.key) for w in best] == [
        ("Z", 3, True, ("ID",)),
        ("A", 3, True, ("ID",)),
        ("B", 3, True, ("ID",)),
    ]


async def test_pages_are_followed_to_the_end(registry: Registry) -> None:
    def answer(request: Request) -> Response:
        n = int(request.query_params.get("at", 0))
        more = {"@odata.nextLink": f"{request.url.path.rpartition('/')[2]}?at={n + 1}"} if n < 2 else {}
        return JSONResponse({"value": rows(n * 10, n * 10 + 9), **more})

    ctx = await asked(registry, answer)
    window = windows(registry, ctx).of("Z")
    assert (len(window.rows), window.complete, len(window.exchanges)) == (30, True, 3)


async def test_a_next_link_that_leads_back_is_followed_once(registry: Registry) -> None:
    ctx = await asked(registry, lambda r: JSONResponse({"value": rows(1, 2), "@nextLink": "?again=1"}))
    window = windows(registry, ctx).of("Z")
    assert len(window.exchanges) == 2
    assert not window.complete


async def test_a_link_to_another_host_is_followed_on_our_own(registry: Registry) -> None:
    def answer(request: Request) -> Response:
        more = {} if "at" in request.query_params else {"@odata.nextLink": "http://inner.example:8080/api/Z?at=1"}
        return JSONResponse({"value": rows(5, 6) if more else rows(7, 8), **more})

    ctx = await asked(registry, answer)
    assert all(one.request.url.startswith(HOST) for one in ctx.asked)
    assert len(windows(registry, ctx).of("Z").rows) == 4


async def test_two_hundred_rows_are_enough_and_are_said_not_to_be_all(registry: Registry) -> None:
    ctx = await asked(registry, lambda r: JSONResponse({"value": rows(1, 200)}))
    assert not windows(registry, ctx).of("Z").complete
    ctx = await asked(registry, lambda r: JSONResponse({"value": rows(1, 1000)}))
    window = windows(registry, ctx).of("Z")
    assert (len(window.rows), window.complete) == (200, False)


async def test_a_service_without_top_is_read_without_it(registry: Registry) -> None:
    def answer(request: Request) -> Response:
        return JSONResponse({}, 501) if request.url.query else JSONResponse({"value": rows(1, 3)})

    ctx = await asked(registry, answer)
    assert windows(registry, ctx).of("Z").complete


async def test_empty_and_unreadable_sets_give_no_window(registry: Registry) -> None:
    ctx = await asked(registry, lambda r: JSONResponse({"value": []}) if r.url.path.endswith("Z") else Response(b"{"))
    assert windows(registry, ctx).read == ()
    assert ctx.blocker is Blocker.NO_ARGUMENTS


async def test_properties_in_which_a_secret_was_replaced_are_named(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3)}))
    ctx.asked[0] = replace(ctx.asked[0], redacted=(Span("response.body", "/value/0/Name", 5, "x"),))
    assert "Name" in windows(registry, ctx).of("Z").hidden


async def test_a_page_that_was_refused_before_a_retry_or_a_log_in_is_read_where_it_came(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3)}))
    came = [replace(one, id=f"00001{n}") for n, one in enumerate(ctx.asked)]
    for status in (401, 503):
        refused = exchange(status, id="000001", url=came[0].request.url, purpose="odata.window", note=came[0].note)
        ctx.asked = [refused, *came]
        window = windows(registry, ctx).of("Z")
        assert (len(window.rows), window.exchanges) == (3, ("000010",))


async def test_a_page_that_was_read_again_counts_as_it_was_at_first(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3)}))
    other = await asked(registry, lambda _: JSONResponse({"value": rows(1, 5)}))
    ctx.asked += other.asked
    assert len(windows(registry, ctx).of("Z").rows) == 3


async def test_rows_without_a_key_or_with_a_hidden_one_are_no_yardstick(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": [{"Name": "x"}, {"ID": 2}]}))
    assert windows(registry, ctx).read == ()
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3)}))
    ctx.asked[0] = replace(ctx.asked[0], redacted=(Span("response.body", "/value/0/ID", 5, "x"),))
    assert windows(registry, ctx).of("Z") is None


async def test_a_row_that_comes_twice_counts_once_where_it_came_first(registry: Registry) -> None:
    def answer(request: Request) -> Response:
        more = {} if "at" in request.query_params else {"@nextLink": "?at=1"}
        return JSONResponse({"value": rows(1, 3) if more else [*rows(1, 1), *rows(4, 5)], **more})

    ctx = await asked(registry, answer)
    assert [row["ID"] for row in windows(registry, ctx).of("Z").rows] == [1, 2, 3, 4, 5]


async def test_an_older_service_is_left_to_its_own_checks(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({}), OLD)
    assert (ctx.asked, ctx.blocker) == ([], None)


async def test_no_more_is_asked_than_stated(registry: Registry) -> None:
    def answer(request: Request) -> Response:
        n = int(request.query_params.get("at", 0))
        return (
            JSONResponse({"value": rows(n, n), "@nextLink": f"?at={n + 1}"})
            if n or not request.url.query
            else JSONResponse({}, 400)
        )

    ctx = await asked(registry, answer)
    assert len(ctx.asked) <= registry.probes["odata.window"].cost
