"""What do the probes ask, and what do they never ask? A small list of items behind ASGI answers them."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cpo_probe.model import BasicAuth, Blocker, Effect, Identity, Operation, Permissions
from cpo_probe.registry import Registry
from tests.probes.asking import FakeContext
from tests.probes.make import HOST, api, operation, parameter, results

LIST = operation(
    "GET /items",
    parameter("state", enum=["open", "released", "old"]),
    parameter("limit", type="integer", minimum=1, maximum=50),
    parameter("offset", type="integer"),
)
ITEM = operation("GET /items/{id}", parameter("id", "path", type="integer"))
EXPORT = operation("GET /export", produces=("text/csv", "application/json"))
WRITE = operation("PUT /items/{id}", parameter("id", "path", type="integer"), effect=Effect.WRITE)
LOGIN = BasicAuth("env:U", "env:P")

Answer = Callable[[Request], Response]


def program(count: int = 23, listed: Answer | None = None, auth: bool = False) -> Starlette:
    """Items by offset and limit, one item with an ETag, an export; 401 for strangers when `auth`."""

    def items(request: Request) -> Response:
        if auth and "authorization" not in request.headers:
            return JSONResponse({"title": "who are you?"}, 401, {"WWW-Authenticate": "Basic"})
        if listed:
            return listed(request)
        query = request.query_params
        if query.get("state", "open") not in ("open", "released", "old"):
            return JSONResponse({"title": "no such state"}, 400)
        if not (query.get("offset", "0") + query.get("limit", "10")).isdigit():
            return JSONResponse({"title": "no number"}, 400)
        start, size = int(query.get("offset", 0)), int(query.get("limit", 10))
        return JSONResponse({"items": [{"id": n} for n in range(1, count + 1)][start : start + size], "total": count})

    def item(request: Request) -> Response:
        n = request.path_params["id"]
        if not n.isdigit() or not 1 <= int(n) <= count:
            return JSONResponse({"title": "no such item"}, 404)
        if request.headers.get("if-none-match") == '"1"':
            return Response(status_code=304, headers={"ETag": '"1"'})
        return JSONResponse({"id": int(n)}, headers={"ETag": '"1"'})

    def lines(request: Request) -> Response:
        return JSONResponse({"items": []})

    def export(request: Request) -> Response:
        return Response("a;b", media_type="text/csv")

    return Starlette(
        routes=[
            Route("/api/items", items),
            Route("/api/items/{id}/lines", lines),
            Route("/api/items/{id}", item),
            Route("/api/export", export),
        ]
    )


async def run(registry: Registry, probe: str, context: FakeContext, *operations: Operation) -> None:
    for one in operations:
        await registry.probes[probe].run(context, one)
        context.learn()
    if not operations:
        await registry.probes[probe].run(context)


async def read(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.read", context, LIST, ITEM)
    context.asked.clear()


@pytest.fixture
def context() -> FakeContext:
    return FakeContext(program(), LIST, ITEM)


async def test_reading_feeds_items_from_lists_and_tries_every_closed_value(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.read", context, LIST, ITEM)
    urls = [one.request.url.removeprefix(f"{HOST}/api") for one in context.asked]
    states = [f"/items?state={state}" for state in ("open", "released", "old")]
    assert sorted(urls) == sorted(["/items", *states, "/items?limit=1", "/items/1", "/items/2"])
    assert (urls[0], urls[-2:]) == ("/items", ["/items/1", "/items/2"])
    assert context.asked[-1].note == {"arguments": {"id": 2}, "sources": {"id": "000001"}, "kind": "base"}
    assert len(context.asked) <= registry.probes["rest.read"].cost


async def test_an_operation_without_known_arguments_states_so_and_asks_nothing(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.read", context, ITEM)
    assert (context.asked, context.blocker) == ([], Blocker.NO_ARGUMENTS)


@pytest.mark.parametrize("probe", ["rest.read", "rest.errors", "rest.paging", "rest.conditional", "rest.repeat", "http.latency"])
async def test_a_writing_operation_is_never_asked(registry: Registry, context: FakeContext, probe: str) -> None:
    await run(registry, probe, context, WRITE)
    assert (context.asked, context.blocker) == ([], Blocker.NEEDS_WRITE)


@pytest.mark.parametrize("probe", ["rest.read", "rest.paging", "rest.conditional", "rest.repeat", "http.latency"])
async def test_a_refusal_of_the_account_is_stated_and_ends_the_unit(registry: Registry, probe: str) -> None:
    context = FakeContext(program(listed=lambda _: JSONResponse({}, 403)), LIST)
    await run(registry, probe, context, LIST)
    assert ([one.status for one in context.asked], context.blocker) == ([403], Blocker.DENIED)


async def test_every_media_type_is_asked_for_where_there_are_several(registry: Registry) -> None:
    context = FakeContext(program(), EXPORT)
    await run(registry, "rest.read", context, EXPORT)
    accepts = [one.request.header("accept") for one in context.asked]
    assert accepts == ["text/csv, application/json", "text/csv", "application/json"]


async def test_wrong_requests_are_wrong_in_one_thing_and_only_read(registry: Registry, context: FakeContext) -> None:
    await read(registry, context)
    await run(registry, "rest.errors", context, LIST, ITEM)
    assert context.purposes == [
        "wrong-type",
        "wrong-type",
        "unknown-value",
        "unknown-value",
        "unacceptable",
        "method",
        "unknown-id",
        "wrong-type",
        "unacceptable",
        "method",
    ]
    assert {one.request.method for one in context.asked} == {"GET", "CPOPROBE"}
    by_purpose = {one.purpose: one for one in context.asked}
    assert by_purpose["rest.errors.unknown-id"].status == 404
    assert by_purpose["rest.errors.unknown-id"].note["origin"].isdigit(), "the value it replaces was in an answer"
    assert by_purpose["rest.errors.wrong-type"].request.url == f"{HOST}/api/items/cpo-probe-unknown"
    unknown_value = next(one for one in context.asked if one.purpose == "rest.errors.unknown-value")
    assert unknown_value.note == {
        "arguments": {"state": "cpo-probe-unknown"},
        "sources": {"state": "altered"},
        "parameter": "state",
        "place": "query",
        "value": "cpo-probe-unknown",
    }


async def test_a_number_below_the_least_is_asked_for(registry: Registry, context: FakeContext) -> None:
    await read(registry, context)
    await run(registry, "rest.errors", context, LIST)
    asked = [one.note for one in context.asked if one.purpose == "rest.errors.unknown-value"]
    assert [(note["parameter"], note["value"]) for note in asked] == [("state", "cpo-probe-unknown"), ("limit", "0")]


async def test_a_thing_is_asked_for_by_a_name_beyond_ascii(registry: Registry) -> None:
    named = operation("GET /items/{id}", parameter("id", "path", type="string"))
    context = FakeContext(program(), LIST, named)
    await run(registry, "rest.read", context, LIST, named)
    context.asked.clear()
    await run(registry, "rest.errors", context, named)
    urls = [one.request.url for one in context.asked if one.purpose == "rest.errors.unknown-id"]
    assert len(urls) == 2
    assert urls[1].startswith(f"{HOST}/api/items/cpo-probe-unknown%20Gr%C3%B6%C3%9Fe%20")


async def test_where_no_argument_is_known_an_invented_one_has_to_be_refused(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.errors", context, ITEM)
    (asked,) = context.asked
    assert (asked.purpose, asked.status, context.blocker) == ("rest.errors.unknown-id", 404, Blocker.NO_ARGUMENTS)
    assert asked.note["sources"] == {"id": "invented"}


async def test_where_an_invented_argument_is_taken_other_wrong_ones_still_have_to_be_refused(registry: Registry) -> None:
    lines = operation("GET /items/{id}/lines", parameter("id", "path", type="string"), parameter("page", type="integer"))
    context = FakeContext(program(), lines)
    await run(registry, "rest.errors", context, lines)
    assert context.purposes == ["unknown-id", "wrong-type"]
    assert [one.status for one in context.asked] == [200, 200]
    assert context.asked[1].note["sources"] == {"id": "invented", "page": "altered"}
    assert context.asked[1].request.url.endswith("/lines?page=cpo-probe-unknown")


async def test_an_argument_is_invented_for_a_question_that_needs_one_too(registry: Registry) -> None:
    word = parameter("word", required=True, type="string")
    search = operation("GET /items/x/lines", word, parameter("state", enum=["open", "old"]))
    context = FakeContext(program(), search)
    await run(registry, "rest.errors", context, search)
    assert context.purposes == ["unknown-id", "unknown-value"]
    assert context.asked[0].note["parameter"] == "word" and context.asked[0].note["origin"] == "invented"


async def test_every_parameter_beside_the_path_gets_its_wrong_values_but_not_fields_of_http(registry: Registry) -> None:
    many = operation(
        "GET /items",
        parameter("limit", type="integer", minimum=1),
        parameter("offset", type="integer", minimum=0),
        parameter("state", enum=["open", "old"]),
        parameter("region", "header", enum=["EU", "US"]),
        parameter("If-Modified-Since", "header", type="string", format="date-time"),
        parameter("Accept-Language", "header", enum=["de", "en"]),
    )
    context = FakeContext(program(), many)
    await run(registry, "rest.read", context, many)
    context.asked.clear()
    await run(registry, "rest.errors", context, many)
    wrong = [(one.note["parameter"], one.note["value"]) for one in context.asked if "parameter" in one.note]
    word = "cpo-probe-unknown"
    assert wrong == [("limit", word), ("offset", word), ("state", word), ("region", word), ("limit", "0"), ("offset", "-1")]
    assert [one.request.header("region") for one in context.asked if one.note.get("parameter") == "region"] == [word]
    assert len(context.asked) <= registry.probes["rest.errors"].cost


async def test_credentials_are_left_out_only_where_some_are_used(registry: Registry) -> None:
    context = FakeContext(program(auth=True), LIST, auth=LOGIN)
    await read(registry, context)
    await run(registry, "rest.errors", context, LIST)
    stranger = context.asked[-1]
    assert (stranger.purpose, stranger.identity, stranger.status) == ("rest.errors.unauthenticated", Identity.ANONYMOUS, 401)
    assert "nobody" not in context.purposes


async def test_an_invented_account_is_tried_once_and_only_when_allowed(registry: Registry) -> None:
    allowed = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=True)
    context = FakeContext(program(auth=True), LIST, ITEM, auth=LOGIN, permissions=allowed)
    await read(registry, context)
    await run(registry, "rest.errors", context, LIST, ITEM)
    assert context.purposes.count("nobody") == 1
    assert len(context.asked) <= 2 * registry.probes["rest.errors"].cost


async def test_an_invented_account_is_tried_where_no_arguments_are_needed(registry: Registry) -> None:
    allowed = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=True)
    context = FakeContext(program(auth=True), ITEM, WRITE, LIST, auth=LOGIN, permissions=allowed)
    await run(registry, "rest.read", context, LIST, ITEM)
    context.asked.clear()
    await run(registry, "rest.errors", context, ITEM, LIST)
    assert [one.operation for one in context.asked if one.purpose == "rest.errors.nobody"] == [LIST.id]


async def test_an_unknown_path_is_asked_below_the_interface(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.unknown-path", context)
    assert context.asked[0].request.url.startswith(f"{HOST}/api/cpo-probe-unknown-")
    assert results(registry, "rest.errors.unknown-path", {"exchange": context.asked[0]})[0].outcome.value == "pass"


def says(registry: Registry, context: FakeContext, one: Operation = LIST) -> dict[str, tuple[str, str]]:
    """What the paging checks say about what was asked."""
    given: dict[str, Any] = {"exchanges": tuple(context.asked), "operation": one}
    checks = [id for id in registry.checks if id.startswith("rest.paging.")]
    return {id.removeprefix("rest.paging."): (r.outcome.value, r.code) for id in checks for r in results(registry, id, given)}


async def test_a_list_is_walked_in_about_six_pages_to_its_end(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.paging", context, LIST)
    assert [one.note["role"] for one in context.asked] == ["whole", *["walk"] * 6, "again", "again"]
    said = says(registry, context)
    assert {k: v[0] for k, v in said.items()} == {
        "works": "pass", "terminates": "pass", "unique": "pass", "complete": "pass", "stable": "pass", "size": "pass",
        "links-in-scope": "not_applicable",
    }  # fmt: skip


async def test_a_long_list_is_walked_a_few_pages_only(registry: Registry) -> None:
    context = FakeContext(program(count=10_000), LIST)
    await run(registry, "rest.paging", context, LIST)
    assert context.purposes == ["page"] * 6 + ["again"] * 2
    assert says(registry, context)["complete"] == ("not_tested", "out_of_scope")


async def test_a_cursor_that_never_ends_is_left_after_five_pages_without_news(registry: Registry) -> None:
    def endless(request: Request) -> Response:
        n = int(request.query_params.get("cursor", 0))
        return JSONResponse({"items": [{"id": n}] if n < 3 else [], "nextCursor": str(n + 1)})

    cursed = operation("GET /items", parameter("cursor", type="string"))
    context = FakeContext(program(listed=endless), cursed)
    await run(registry, "rest.paging", context, cursed)
    assert context.purposes == ["page"] * (1 + 3 + 5) + ["again"] * 2
    assert says(registry, context, cursed)["terminates"] == ("fail", "nothing_new")


async def test_a_page_that_names_itself_is_read_once(registry: Registry) -> None:
    context = FakeContext(program(listed=lambda r: JSONResponse({"items": [{"id": 1}], "next": str(r.url)})), LIST)
    await run(registry, "rest.paging", context, LIST)
    assert context.purposes == ["page", "page", "again", "again"]
    assert says(registry, context)["terminates"] == ("fail", "leads_to_itself")


async def test_a_next_link_to_another_host_is_followed_on_our_own(registry: Registry) -> None:
    def inner(request: Request) -> Response:
        n = int(request.query_params.get("offset", 0))
        follow = {"Link": f'<http://localhost:8080/api/items?offset={n + 1}>; rel="next"'} if n < 2 else {}
        return JSONResponse([{"id": n}], headers=follow)

    bare = operation("GET /items")
    context = FakeContext(program(listed=inner), bare)
    await run(registry, "rest.paging", context, bare)
    said = says(registry, context, bare)
    assert (said["terminates"][0], said["links-in-scope"]) == ("pass", ("fail", "other_host"))


async def test_pages_counted_from_an_unstated_beginning_are_not_walked(registry: Registry) -> None:
    numbered = operation("GET /items", parameter("page", type="integer"))
    context = FakeContext(program(listed=lambda _: JSONResponse([{"id": 1}])), numbered)
    await run(registry, "rest.paging", context, numbered)
    assert says(registry, context, numbered)["works"] == ("not_applicable", "one_page")


async def test_what_is_no_list_is_asked_once(registry: Registry) -> None:
    plain = operation("GET /items")
    context = FakeContext(program(listed=lambda _: JSONResponse({"a": 1})), plain)
    await run(registry, "rest.paging", context, plain)
    assert context.purposes == ["page"]


async def test_conditional_requests_send_the_validator_that_was_given(registry: Registry, context: FakeContext) -> None:
    await read(registry, context)
    await run(registry, "rest.conditional", context, ITEM)
    assert context.purposes == ["get", "if-none-match", "head"]
    assert context.asked[1].request.header("if-none-match") == '"1"'
    given = {"exchanges": tuple(context.asked)}
    assert [r.code for r in results(registry, "rest.conditional.not-modified", given)] == ["ok"]


async def test_the_same_question_is_asked_three_times_and_latency_six_times(registry: Registry, context: FakeContext) -> None:
    await run(registry, "rest.repeat", context, LIST)
    assert len({one.request.url for one in context.asked}) == 1 and len(context.asked) == 3
    context.asked.clear()
    await run(registry, "http.latency", context, LIST)
    assert [one.note["warm_up"] for one in context.asked] == [True, *[False] * 5]
    assert registry.probes["http.latency"].serial


async def test_options_are_asked_of_the_root_and_of_what_can_be_read(registry: Registry, context: FakeContext) -> None:
    await read(registry, context)
    await run(registry, "http.options", context)
    assert [one.request.url for one in context.asked] == [f"{HOST}/api", f"{HOST}/api/items", f"{HOST}/api/items/1"]


async def test_the_description_is_read_again_without_credentials(registry: Registry) -> None:
    context = FakeContext(program(), facts={"OpenApi": api({})})
    await run(registry, "rest.description", context)
    assert (context.asked[0].request.url, context.asked[0].identity) == (f"{HOST}/api/openapi.json", Identity.ANONYMOUS)
