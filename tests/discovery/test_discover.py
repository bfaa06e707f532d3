from typing import Any

import pytest

from cpo_probe.discovery import discover
from cpo_probe.discovery.asking import MOST
from cpo_probe.model import BasicAuth, Declared, Discovery, Effect, Scope
from tests.discovery.support import Page, explore, json_page, openapi
from tests.session.support import make_session

DOCUMENT = json_page(openapi("/items", "/items/{id}", servers=[{"url": "/api"}]))
BOTH = ["GET /items", "GET /items/{id}"]


def script(url: str) -> Page:
    return Page(f"<html><body><script>SwaggerUIBundle({{ url: '{url}', dom_id: '#ui' }})</script></body></html>")


def linked(relation: str) -> dict[str, Page]:
    header = {"link": f'</hidden/api.json>; rel="{relation}"; type="application/json"'}
    return {"/": Page("<html>hello</html>", headers=header), "/hidden/api.json": DOCUMENT}


WAYS: dict[str, dict[str, Page]] = {
    "usual place": {"/openapi.json": DOCUMENT},
    "springdoc": {"/v3/api-docs": DOCUMENT},
    "ASP.NET": {"/swagger/v1/swagger.json": DOCUMENT},
    "Django": {"/api/schema/": DOCUMENT},
    "Quarkus": {"/q/openapi": DOCUMENT},
    "api-catalog": {
        "/.well-known/api-catalog": json_page(
            {"linkset": [{"anchor": "/api", "service-desc": [{"href": "/hidden/api.json"}]}]}, "application/linkset+json"
        ),
        "/hidden/api.json": DOCUMENT,
    },
    "service-desc header": linked("service-desc"),
    "service-meta header": linked("service-meta"),
    "service-desc in HTML": {
        "/": Page('<html><head><link rel="service-desc" href="hidden/api.json"></head></html>'),
        "/hidden/api.json": DOCUMENT,
    },
    "service-doc leads to Swagger UI": {
        "/": Page("<html></html>", headers={"link": '<help/>; rel="service-doc"'}),
        "/help/": script("../hidden/api.json"),
        "/hidden/api.json": DOCUMENT,
    },
    "Swagger UI with an initializer": {
        "/": Page('<html><a href="/swagger-ui/index.html">API</a></html>'),
        "/swagger-ui/index.html": Page('<html><script src="./swagger-initializer.js" charset="UTF-8"></script></html>'),
        "/swagger-ui/swagger-initializer.js": Page(
            'window.ui = SwaggerUIBundle({ url: "./../hidden/api.json" })', "application/javascript"
        ),
        "/hidden/api.json": DOCUMENT,
    },
    "Swagger UI that fetches (Flasgger)": {
        "/": Page('<html><script>fetch("/hidden/api.json").then(answer => 1)</script></html>'),
        "/hidden/api.json": DOCUMENT,
    },
    "Swagger UI with a configuration URL": {
        "/swagger-ui/index.html": Page('<html><script src="swagger-initializer.js"></script></html>'),
        "/swagger-ui/swagger-initializer.js": Page('x({ "configUrl" : "/v9/swagger-config" })', "text/javascript"),
        "/v9/swagger-config": json_page({"configUrl": "/v9/swagger-config", "urls": [{"url": "/hidden/api", "name": "x"}]}),
        "/hidden/api": DOCUMENT,
    },
    "Swagger UI with several URLs": {
        "/docs": Page("<html><script>x({ urls: [{url: '/hidden/api.json', name: 'v1'}] })</script></html>"),
        "/hidden/api.json": DOCUMENT,
    },
    "ReDoc": {"/redoc": Page('<html><redoc spec-url="/hidden/api.json"></redoc></html>'), "/hidden/api.json": DOCUMENT},
    "Scalar": {
        "/docs": Page('<html><script id="api-reference" data-url="/hidden/api.json"></script></html>'),
        "/hidden/api.json": DOCUMENT,
    },
    "link in an index page": {
        "/": Page('<html><a href="/about">x</a><a href="/hidden/openapi.yaml">the API</a></html>'),
        "/hidden/openapi.yaml": DOCUMENT,
    },
    "link in a JSON index": {
        "/": json_page({"items": "/items", "documentation": {"openapi": "/hidden/api.json"}}),
        "/hidden/api.json": DOCUMENT,
    },
    "the URL itself": {"/": DOCUMENT},
    "redirect": {"/openapi.json": Page("", status=302, headers={"location": "/hidden/api.json"}), "/hidden/api.json": DOCUMENT},
}


@pytest.mark.parametrize("pages", WAYS.values(), ids=list(WAYS))
async def test_an_openapi_description_is_found(pages: dict[str, Page]) -> None:
    result = await explore(pages)
    interface = result.interface
    assert (interface.id, interface.url) == ("openapi:/api", f"{result.base}/api")
    assert (interface.title, interface.version, interface.anonymous) == ("PLM", "1.2", True)
    assert result.operations == BOTH
    description = result.exchange(interface.description)
    assert description.purpose == "discovery.description"
    assert description.json["openapi"] == "3.1.0"
    assert description.id in interface.found


@pytest.mark.parametrize("place", ["/products/plm/openapi.json", "/openapi.json"])
async def test_usual_places_are_tried_below_the_url_and_below_the_root(place: str) -> None:
    result = await explore({place: DOCUMENT}, "/products/plm/")
    assert result.ids == ["openapi:^/api"]


YAML = "info: {title: T, version: '1'}\npaths: {/items: {get: {responses: {}}}}\n"


@pytest.mark.parametrize(
    ("body", "type", "version"),
    [
        (
            "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/items: {get: {responses: {}}}}\n",
            "application/json",
            "3.0.3",
        ),
        (
            "swagger: '2.0'\ninfo: {title: T, version: '1'}\nbasePath: /\npaths: {/items: {get: {responses: {}}}}\n",
            "text/plain",
            "2.0",
        ),
        ('\ufeff{"openapi": "3.2.0", "info": {}, "paths": {"/items": {"get": {"responses": {}}}}}', "text/html", "3.2.0"),
    ],
)
async def test_the_content_decides_whatever_name_and_media_type_say(body: str, type: str, version: str) -> None:
    result = await explore({"/openapi.json": Page(body, type)})
    assert result.interface.options["openapi"] == version
    assert result.operations == ["GET /items"]


NOT: dict[str, Page] = {
    "a log-in page with 200": Page('<!DOCTYPE html><form><input type="password"></form>'),
    "a log-in page called JSON": Page('<html><input type="password"></html>', "application/json"),
    "JSON that says something else": json_page({"message": "not found", "code": 404}),
    "the words in another text": json_page({"openapi": "see /help"}),
    "an error": json_page(openapi("/items"), status=500),
    "an unknown version": json_page({"openapi": "4.0.0", "paths": {}}),
    "broken JSON": Page('{"openapi": "3.1.0", "paths": {', "application/json"),
    "nothing": Page("", "application/json"),
    "deep JSON": Page("[" * 200_000, "application/json"),
    "XML with an external entity": Page('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "application/xml"),
}


@pytest.mark.parametrize("page", NOT.values(), ids=list(NOT))
async def test_what_is_no_description_is_not_taken_for_one(page: Page) -> None:
    result = await explore({"/": Page("<html>hello</html>"), "/openapi.json": page})
    assert result.ids == ["web:/"]
    assert result.operations == []


async def test_a_system_that_answers_everything_with_one_page_has_no_interface() -> None:
    page = Page('<html><a href="/openapi.yaml">API</a><script>x({url: "/swagger.json"})</script></html>')
    result = await explore({}, missing=page)
    assert result.ids == ["web:/"]
    assert len(result.asked) <= MOST


async def test_a_system_of_pages_only_gets_a_result() -> None:
    result = await explore({"/": Page("<html><form action='/login'></form></html>")})
    assert (result.interface.kind, result.interface.url, result.interface.description) == ("web", result.base, "")
    assert result.interface.options == {"answers": "html"}


async def test_a_json_system_without_description_gets_a_result() -> None:
    result = await explore({"/shells": json_page([{"id": 1}])}, "/shells/")
    assert (result.ids, result.interface.options) == (["web:/"], {"answers": "json"})


async def test_discovery_is_bounded_and_every_request_has_a_reason() -> None:
    result = await explore({"/x/": Page("<html></html>")}, "/x/", auth=BasicAuth("alice", "secret"))
    assert 30 < len(result.exchanges) <= MOST
    assert all(exchange.why and exchange.purpose.startswith("discovery.") for exchange in result.exchanges)
    assert all(exchange.probe == exchange.unit == "discovery" for exchange in result.exchanges)
    assert [row["exchange"] for row in result.inventory.tried] == [exchange.id for exchange in result.exchanges]
    assert len(set(result.asked)) == len(result.asked) - 1  # the URL itself is asked anonymously, too


async def test_other_systems_on_the_same_host_are_left_alone() -> None:
    catalogue = json_page({"linkset": [{"anchor": "/", "service-desc": [{"href": "/other/api.json"}]}]})
    pages = {"/plm/openapi.json": DOCUMENT, "/.well-known/api-catalog": catalogue, "/other/api.json": json_page(openapi("/x"))}
    result = await explore(pages, "/plm/")
    assert result.operations == BOTH
    assert "/other/api.json" not in result.asked
    del pages["/plm/openapi.json"]
    assert (await explore(pages, "/plm/")).operations == ["GET /x"]


async def test_guessing_ends_with_the_first_description() -> None:
    result = await explore({"/openapi.json": DOCUMENT})
    assert "/swagger.json" not in result.asked
    assert len(result.asked) <= 12


async def test_the_answer_to_each_try_is_told() -> None:
    pages = {
        "/": Page("<html></html>"),
        "/openapi.yaml": Page('<html><input type="password"></html>'),
        "/v3/api-docs": Page("", status=302, headers={"location": "https://sso.example.com/login"}),
        "/swagger.json": json_page({"a": 1}),
    }
    result = await explore(pages)
    assert result.answer("/openapi.json") == "404"
    assert result.answer("/openapi.yaml") == "a log-in page (HTML)"
    assert result.answer("/v3/api-docs") == "302, a redirect to https://sso.example.com/login that is not followed"
    assert result.answer("/swagger.json") == "JSON"


async def test_links_out_of_scope_are_not_asked() -> None:
    page = Page('<html><a href="https://petstore.swagger.io/v2/swagger.json">x</a></html>')
    result = await explore({"/": page})
    assert not any("petstore" in url for url in result.asked)
    assert result.answer("petstore.swagger.io/v2/swagger.json").startswith("not asked: petstore.swagger.io")
    assert [row["refused"] for row in result.inventory.tried if "petstore" in row["url"]] == ["out_of_scope"]


async def test_a_path_out_of_scope_is_not_asked() -> None:
    result = await explore({"/api/openapi.json": DOCUMENT}, "/api/", scope=Scope((), (), ("/api",), ()))
    assert result.ids == ["openapi:/"]
    assert all(url.startswith("/api") for url in result.asked)


@pytest.mark.parametrize(
    ("servers", "path", "pinned"),
    [
        ([{"url": "http://localhost:1/api"}], "/api", True),
        ([{"url": "https://plm.internal/rest/v1/"}], "/rest/v1", True),
        ([{"url": "https://{host}/x", "variables": {"host": {"default": "plm.internal"}}}], "/x", True),
        ([{"url": "/api/v1"}], "/api/v1", False),
        ([{"url": "v1"}], "/v1", False),
        (None, "", False),
    ],
)
async def test_the_service_root_stays_on_the_host_that_was_asked(servers: Any, path: str, pinned: bool) -> None:
    result = await explore({"/openapi.json": json_page(openapi("/items", servers=servers))})
    assert result.interface.url == result.base + path
    assert ("pinned" in result.interface.options) is pinned
    assert ("is asked instead" in result.interface.found) is pinned


async def test_the_server_on_the_asked_host_is_preferred() -> None:
    servers = [{"url": "https://plm.example.com/prod"}, {"url": "/test"}]
    result = await explore({"/openapi.json": json_page(openapi("/items", servers=servers))})
    assert result.interface.url == f"{result.base}/test"


async def test_whether_strangers_can_read_the_description_is_asked_once() -> None:
    account = BasicAuth("alice", "secret")
    hidden = json_page(openapi("/items"), login=True)
    result = await explore({"/openapi.json": hidden}, auth=account)
    assert result.interface.anonymous is False
    assert [e.purpose for e in result.exchanges].count("discovery.anonymous") == 1
    assert (await explore({"/openapi.json": DOCUMENT}, auth=account)).interface.anonymous is True


async def test_documents_that_the_description_refers_to_are_fetched_within_scope() -> None:
    document = openapi("/items")
    reference = {"$ref": "schemas/item.yaml#/Item"}
    content = {"application/json": {"schema": reference}}
    document["paths"]["/items"]["get"]["responses"]["200"]["content"] = content
    document["components"] = {"schemas": {"Far": {"$ref": "https://schemas.example.com/far.json"}}}
    pages = {
        "/openapi.json": json_page(document),
        "/schemas/item.yaml": Page("Item:\n  properties:\n    owner: {$ref: 'user.yaml'}\n", "application/yaml"),
        "/schemas/user.yaml": Page("type: object\n", "application/yaml"),
    }
    result = await explore(pages)
    assert [result.exchange(id).request.url for id in result.interface.documents] == [
        f"{result.base}/schemas/item.yaml",
        f"{result.base}/schemas/user.yaml",
    ]
    assert result.answer("schemas.example.com/far.json").startswith("not asked")


async def test_a_declared_interface_is_asked_for_and_nothing_is_guessed() -> None:
    declared = Declared("openapi", "/rest", "/secret/spec", ("POST /search",), {"quirk": 1})
    document = openapi("/items")
    document["paths"]["/search"] = {"post": {"responses": {}}}
    result = await explore({"/secret/spec": json_page(document), "/openapi.json": DOCUMENT}, declared=(declared,))
    assert (result.ids, result.interface.options["quirk"]) == (["openapi:/rest"], 1)
    assert {o.id: o.effect for o in result.inventory.operations} == {"GET /items": Effect.READ, "POST /search": Effect.READ}
    assert "/openapi.json" not in result.asked


async def test_a_declared_interface_without_answer_stays_in_the_inventory() -> None:
    declared = Declared("openapi", "/rest", "/secret/spec", (), {})
    result = await explore({"/secret/spec": Page("oops", status=500)}, declared=(declared,))
    assert (result.ids, result.interface.description) == (["openapi:/rest"], "")
    assert "no description was found" in result.interface.found


async def test_guessing_beside_declared_interfaces_is_done_when_asked_for() -> None:
    declared = Declared("odata", "/odata", "", (), {})
    result = await explore({"/openapi.json": DOCUMENT}, declared=(declared,), discovery=Discovery("always"))
    assert result.ids == ["odata:/odata", "openapi:/api"]
    result = await explore({"/openapi.json": DOCUMENT}, discovery=Discovery("never"))
    assert result.ids == ["web:/"]


async def test_two_descriptions_of_one_system_are_told_apart() -> None:
    pages = {
        "/docs": Page("<html><script>x({urls: [{url: '/a'}, {url: '/b'}, {url: '/c'}]})</script></html>"),
        "/a": json_page(openapi("/items")),
        "/b": json_page(openapi("/changes")),
        "/c": json_page(openapi("/items")),
    }
    result = await explore(pages)
    assert result.ids == ["openapi:/", "openapi:/#/b"]
    assert result.answer("/c") == "OpenAPI 3.1.0, the same operations as openapi:/"


async def test_post_operations_read_by_name_only_when_the_user_says_so() -> None:
    document = openapi()
    names = ("getItems", "searchParts", "getNextNumber", "listAndPromote", "gettysburg", "logout")
    document["paths"] = {f"/{name}": {"post": {"operationId": name, "responses": {}}} for name in names}
    document["paths"]["/log-out"] = {"get": {"responses": {}}}
    pages = {"/openapi.json": json_page(document)}
    cautious = await explore(pages)
    assert {o.effect for o in cautious.inventory.operations} == {Effect.WRITE}
    told = await explore(pages, assume_read_names=True)
    assert {o.name for o in told.inventory.operations if o.effect is Effect.READ} == {"getItems", "searchParts"}


LISTS = json_page(openapi("/items", "/items/{id}", "/docs", "/docs/{id}", "/health"))


@pytest.mark.parametrize(
    ("items", "docs", "empty"),
    [
        (json_page([]), json_page({"results": [], "count": 0}), True),
        (json_page({"_embedded": {}, "page": {"totalElements": 0}}), json_page({"value": []}), True),
        (json_page([]), json_page([{"id": 1}]), False),
        (json_page([{"id": 1}]), Page("", status=404), False),
        (json_page([]), Page("", status=404), False),
        (json_page([]), Page("", status=403), False),
        (Page("<html></html>"), json_page([]), False),
        (json_page({"status": "ok"}), json_page({"status": "ok"}), False),
    ],
)
async def test_a_system_without_data_is_noticed(items: Page, docs: Page, empty: bool) -> None:
    result = await explore({"/openapi.json": LISTS, "/items": items, "/docs": docs})
    assert result.inventory.empty is empty
    assert [e.operation for e in result.exchanges if e.purpose == "discovery.data"] == ["GET /items", "GET /docs"]


async def test_a_description_beside_the_resources_is_found_when_their_folder_is_given() -> None:
    result = await explore({"/api/": json_page({"items": "/api/items/"}), "/api/schema/": DOCUMENT}, "/api/")
    assert result.operations == BOTH
    assert not [path for path in result.asked if path.startswith("/api/api/")]


async def test_a_list_that_a_page_linked_to_is_asked_again_for_its_data() -> None:
    pages = {
        "/": Page('<html><a href="/odata/items">items</a></html>'),
        "/openapi.json": json_page(openapi("/odata/items", "/odata/items/{id}")),
        "/odata/items": json_page([]),
    }
    result = await explore(pages)
    assert [e.operation for e in result.exchanges if e.purpose == "discovery.data"] == ["GET /odata/items"]
    assert result.inventory.empty


async def test_an_unreachable_system_is_asked_once() -> None:
    session, recorder = make_session("http://127.0.0.1:9/")
    async with session:
        inventory = await discover(session, session._plan.target)
    assert (inventory.interfaces, len(recorder.exchanges)) == ((), 1)
    assert inventory.tried[0]["answer"] == "no answer (refused)"


async def test_a_spent_budget_ends_discovery_with_what_was_found() -> None:
    result = await explore({"/openapi.json": DOCUMENT, "/": Page('<html><a href="/openapi.json">x</a></html>')}, requests=3)
    assert result.ids == ["openapi:/api"]
    assert len(result.exchanges) == 3
    assert "limits.requests" in result.inventory.tried[-1]["answer"]
