"""Operations as the rest of the program sees them, and requests built from them."""

from typing import Any

import pytest

from cpo_probe.model import Effect, Operation, Parameter
from cpo_probe.protocols.openapi import build_request
from tests.protocols.openapi.support import OK, build, document, get


def only(value: dict[str, Any]) -> Operation:
    (operation,) = build(value).operations("openapi:/api")
    return operation


def test_an_operation_has_a_stable_id_and_all_that_the_description_says() -> None:
    responses = {
        "200": {"description": "", "content": {"application/json": {}, "text/csv": {}}},
        "404": {"description": "", "content": {"application/problem+json": {}}},
    }
    operation = only(get("/items/{id}", operationId="item", deprecated=True, responses=responses))
    assert operation.id == "GET /items/{id}" and operation.interface == "openapi:/api" and operation.name == "item"
    assert operation.template == "/items/{id}" and operation.pointer == "/paths/~1items~1{id}/get"
    assert operation.produces == ("application/json", "text/csv") and operation.deprecated and operation.secured is None


def test_safe_methods_read_and_trace_is_never_harmless() -> None:
    item = {m: {"responses": OK} for m in ("get", "head", "options", "query", "post", "put", "patch", "delete", "trace")}
    api = build(document("3.2.0", paths={"/a": item | {"additionalOperations": {"COPY": {"responses": OK}}}}))
    effects = {operation.method: operation.effect for operation in api.operations("")}
    assert {m for m, effect in effects.items() if effect is Effect.READ} == {"GET", "HEAD", "OPTIONS", "QUERY"}
    assert effects["TRACE"] is Effect.INTRUSIVE and effects["COPY"] is Effect.WRITE and len(effects) == 10


@pytest.mark.parametrize(
    ("statuses", "effect"),
    [
        (("202", "404"), Effect.JOB),
        (("200", "202"), Effect.READ),  # "not ready yet, ask again" starts nothing
        (("202", "default"), Effect.READ),
        (("2XX",), Effect.READ),
        (("404",), Effect.READ),
    ],
)
def test_a_get_that_is_only_accepted_starts_a_job(statuses: tuple[str, ...], effect: Effect) -> None:
    operation = only(get("/documents/{id}/actions/export", responses={s: {"description": ""} for s in statuses}))
    assert operation.effect is effect


def test_query_is_no_method_before_3_2() -> None:
    assert build(document("3.1.0", paths={"/a": {"query": {}, "additionalOperations": {"COPY": {}}}})).operations("") == ()


def test_parameters_of_path_and_operation_are_merged() -> None:
    path = [
        {"name": "id", "in": "path", "schema": {"type": "string"}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
    ]
    own = [
        {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/N"}, "example": 7},
        {"name": "q", "in": "header"},
    ]
    value = document(
        paths={"/a/{id}": {"parameters": path, "get": {"responses": OK, "parameters": own}}},
        components={"schemas": {"N": {"type": "integer", "example": 8}}},
    )
    found = {(p.place, p.name): p for p in only(value).parameters}
    assert list(found) == [("path", "id"), ("query", "q"), ("header", "q")]
    assert found["query", "q"].schema == {"type": "integer", "example": 8} and found["query", "q"].examples == (7, 8)
    assert found["path", "id"].required, "a path parameter is always required"


def test_header_parameters_that_the_standard_ignores_are_left_out() -> None:
    listed: Any = [{"name": name, "in": "header", "schema": {}} for name in ("Accept", "content-type", "AUTHORIZATION", "X-Own")]
    assert [p.name for p in only(get(parameters=listed)).parameters] == ["X-Own"]


def test_examples_come_from_every_place_once() -> None:
    listed = [
        {
            "name": "q",
            "in": "query",
            "schema": {"type": "string", "examples": ["a", "b"]},
            "examples": {"x": {"value": "a"}, "y": {"$ref": "#/components/examples/c"}, "z": {"externalValue": "d"}},
        }
    ]
    value = get(version="3.1.0", parameters=listed, components={"examples": {"c": {"value": "c"}}})
    assert only(value).parameters[0].examples == ("a", "c", "b")


@pytest.mark.parametrize(
    ("root", "own", "secured"),
    [
        (None, None, None),
        (None, [], False),
        (None, [{"k": []}], True),
        ([{"k": []}], None, True),
        ([{"k": []}], [], False),
        ([{"k": []}, {}], None, False),
        ([], None, False),
        ([], [{"k": []}], True),
    ],
)
def test_whether_credentials_are_needed(root: Any, own: Any, secured: bool | None) -> None:
    value = get(**({} if own is None else {"security": own})) | ({} if root is None else {"security": root})
    assert only(value).secured is secured


@pytest.mark.parametrize(
    ("value", "servers"),
    [
        (document(), ("http://plm.test",)),
        (document(servers=[]), ("http://plm.test",)),
        (document(servers=[{"url": "/v1/"}]), ("http://plm.test/v1",)),
        (document(servers=[{"url": "v1"}, {"url": "."}]), ("http://plm.test/api/v1", "http://plm.test/api")),
        (document(servers=[{"url": "https://a.test/{v}", "variables": {"v": {"default": "x"}}}]), ("https://a.test/x",)),
        (document(servers=[{"url": "https://{h}/"}, {"url": "//b.test/c"}]), ("http://b.test/c",)),
        (document("2.0"), ("http://plm.test",)),
        (document("2.0", basePath="/v2/"), ("http://plm.test/v2",)),
        (document("2.0", host="a.test:8080", basePath="/v2", schemes=["https"]), ("https://a.test:8080/v2",)),
        (document("2.0", host="a.test", schemes=["https", "http"]), ("http://a.test", "https://a.test")),
        (document("2.0", host=7, basePath=[], schemes="http"), ("http://plm.test",)),
    ],
)
def test_servers_are_absolute_urls_without_trailing_slash(value: Any, servers: tuple[str, ...]) -> None:
    assert build(value).servers == servers


def test_a_server_below_the_base_becomes_part_of_the_template() -> None:
    item = {"get": {"responses": OK}, "servers": [{"url": "/api/v2"}]}
    value = document(paths={"/a": item, "/b": {"get": {"responses": OK}}}, servers=[{"url": "/api"}])
    api = build(value)
    assert [operation.template for operation in api.operations("")] == ["/v2/a", "/b"]
    assert api.server("GET /a") == "http://plm.test/api/v2" and api.server("GET /b") == "http://plm.test/api"


def test_security_schemes_by_name() -> None:
    value = document(components={"securitySchemes": {"k": {"type": "apiKey"}, "r": {"$ref": "#/components/securitySchemes/k"}}})
    assert build(value).security == {"k": {"type": "apiKey"}, "r": {"type": "apiKey"}}
    assert build(document("2.0", securityDefinitions={"b": {"type": "basic"}})).security == {"b": {"type": "basic"}}


# Requests.


def operation(*parameters: Parameter, template: str = "/a") -> Operation:
    return Operation("GET /a", "", "", "GET", template, parameters, Effect.READ, (), "", False, None)


def parameter(place: str, style: str, explode: bool, name: str = "v") -> Parameter:
    return Parameter(name, place, True, {}, (), style, explode, "")


LIST, MAP = ["blue", "black"], {"R": 100, "G": 200}
STYLES: list[tuple[str, str, bool, Any, str]] = [
    # OpenAPI 3.x, Style Examples.
    ("path", "", False, "blue", "/a/blue"),
    ("path", "simple", False, LIST, "/a/blue,black"),
    ("path", "simple", False, MAP, "/a/R,100,G,200"),
    ("path", "simple", True, MAP, "/a/R=100,G=200"),
    ("path", "label", False, "blue", "/a/.blue"),
    ("path", "label", False, LIST, "/a/.blue,black"),
    ("path", "label", True, LIST, "/a/.blue.black"),
    ("path", "label", True, MAP, "/a/.R=100.G=200"),
    ("path", "matrix", False, "blue", "/a/;v=blue"),
    ("path", "matrix", False, "", "/a/;v"),
    ("path", "matrix", False, LIST, "/a/;v=blue,black"),
    ("path", "matrix", True, LIST, "/a/;v=blue;v=black"),
    ("path", "matrix", False, MAP, "/a/;v=R,100,G,200"),
    ("path", "matrix", True, MAP, "/a/;R=100;G=200"),
    ("query", "form", True, "blue", "/a?v=blue"),
    ("query", "form", False, LIST, "/a?v=blue,black"),
    ("query", "form", True, LIST, "/a?v=blue&v=black"),
    ("query", "form", False, MAP, "/a?v=R,100,G,200"),
    ("query", "form", True, MAP, "/a?R=100&G=200"),
    ("query", "form", True, "", "/a?v="),
    ("query", "spaceDelimited", False, LIST, "/a?v=blue%20black"),
    ("query", "pipeDelimited", False, LIST, "/a?v=blue%7Cblack"),
    ("query", "tabDelimited", False, LIST, "/a?v=blue%09black"),
    ("query", "deepObject", True, MAP, "/a?v%5BR%5D=100&v%5BG%5D=200"),
    ("query", "deepObject", True, {"a": {"b": 1}, "c": [1, 2]}, "/a?v%5Ba%5D%5Bb%5D=1&v%5Bc%5D=1&v%5Bc%5D=2"),
    ("query", "content:application/json", False, {"a": [1]}, "/a?v=%7B%22a%22%3A%5B1%5D%7D"),
    ("querystring", "content:application/x-www-form-urlencoded", False, {"a": "b c", "d": 1}, "/a?a=b%20c&d=1"),
    ("querystring", "content:application/json", False, {"a": 1}, "/a?%7B%22a%22%3A1%7D"),
]


@pytest.mark.parametrize(("place", "style", "explode", "value", "path"), STYLES)
def test_arguments_are_written_as_their_style_says(place: str, style: str, explode: bool, value: Any, path: str) -> None:
    template = "/a/{v}" if place == "path" else "/a"
    assert build_request(operation(parameter(place, style, explode), template=template), {"v": value})[0] == path


def test_header_fields_and_cookies() -> None:
    asked = operation(
        parameter("header", "simple", False, "X-List"),
        parameter("header", "", True, "X-Map"),
        parameter("cookie", "form", False, "c"),
    )
    _, headers, cookies = build_request(asked, {"X-List": LIST, "X-Map": MAP, "c": [1, True]})
    assert headers == (("X-List", "blue,black"), ("X-Map", "R=100,G=200")) and cookies == (("c", "1,true"),)
    assert build_request(operation(parameter("header", "", False)), {"v": "a\r\nX-Evil: 1"})[1] == (("v", "a X-Evil: 1"),)


def test_values_are_written_as_json_writes_them_and_escaped() -> None:
    asked = operation(parameter("query", "form", True))
    texts = [(True, "true"), (None, "null"), (1.0, "1"), (1.5, "1.5"), ("ä/?&=#", "%C3%A4%2F%3F%26%3D%23")]
    for value, text in texts:
        assert build_request(asked, {"v": value})[0] == f"/a?v={text}"


@pytest.mark.parametrize("value", [None, "", ".", "..", []])
def test_a_path_argument_that_would_ask_for_something_else_is_refused(value: Any) -> None:
    asked = operation(parameter("path", "", False), template="/a/{v}")
    with pytest.raises(ValueError, match="path parameter 'v'"):
        build_request(asked, {} if value is None else {"v": value})


def test_arguments_that_share_a_name_are_told_apart_by_place() -> None:
    asked = operation(parameter("path", "", False), parameter("query", "form", True), template="/a/{v}")
    assert build_request(asked, {"path:v": 1, "query:v": 2})[0] == "/a/1?v=2"


@pytest.mark.parametrize(
    ("collection", "path"),
    [
        ("csv", "/items?v=a,b"),
        ("ssv", "/items?v=a%20b"),
        ("tsv", "/items?v=a%09b"),
        ("pipes", "/items?v=a%7Cb"),
        ("multi", "/items?v=a&v=b"),
    ],
)
def test_the_collection_formats_of_2_0(collection: str, path: str) -> None:
    listed = [{"name": "v", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": collection}]
    assert build_request(only(get(version="2.0", parameters=listed)), {"v": ["a", "b"]})[0] == path


def test_3_x_defaults_of_style_and_explode() -> None:
    listed: Any = [{"name": n, "in": p, "schema": {}} for n, p in (("q", "query"), ("h", "header"), ("c", "cookie"))]
    found = {p.name: p.explode for p in only(get(parameters=listed)).parameters}
    assert found == {"q": True, "h": False, "c": True}
    deep = [{"name": "q", "in": "query", "style": "deepObject", "schema": {}}]
    assert build_request(only(get(parameters=deep)), {"q": MAP})[0] == "/items?q%5BR%5D=100&q%5BG%5D=200"
