"""No document and no answer, however wrong, makes anything raise; what comes out can always be written down."""

import copy
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.protocols.openapi import OpenApi, Raw, build_request, read
from tests.protocols.openapi.support import URL, document, exchange

ROOTS: list[dict[str, Any]] = [
    document(
        "3.0.3",
        servers=[{"url": "/{v}", "variables": {"v": {"default": "a", "enum": ["a"]}}}],
        tags=[{"name": "a", "parent": "b"}],
        security=[{"k": []}],
        paths={
            "/a/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "example": "x"}],
                "get": {
                    "operationId": "o",
                    "parameters": [{"name": "q", "in": "query", "content": {"application/json": {"schema": {}}}}],
                    "requestBody": {"content": {"application/json": {"schema": {}}}},
                    "callbacks": {"c": {"{$url}": {"post": {"responses": {}}}}},
                    "responses": {
                        "200": {
                            "description": "d",
                            "headers": {"X": {"schema": {"type": "integer"}}},
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": "#/components/schemas/A"},
                                    "examples": {"e": {"value": 1}},
                                }
                            },
                            "links": {"l": {"operationId": "o"}},
                        }
                    },
                },
            }
        },
        components={
            "schemas": {
                "A": {
                    "type": "object",
                    "required": ["a"],
                    "discriminator": {"propertyName": "a", "mapping": {"b": "B"}},
                    "properties": {"a": {"type": "string", "nullable": True, "pattern": "a", "enum": ["a"], "example": "b"}},
                    "additionalProperties": False,
                },
                "B": {
                    "allOf": [
                        {"$ref": "#/components/schemas/A"},
                        {"properties": {"b": {"items": {"$ref": "#/B"}}}},
                    ]
                },
            },
            "securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "x"}},
        },
    ),
    document(
        "2.0",
        host="h.test",
        basePath="/b",
        schemes=["http"],
        produces=["application/json"],
        paths={
            "/a": {
                "get": {
                    "parameters": [
                        {"name": "q", "in": "query", "type": "array", "items": {"type": "string"}, "default": [1]},
                        {"name": "b", "in": "body", "schema": {"$ref": "#/definitions/A"}},
                    ],
                    "responses": {
                        "200": {"description": "", "schema": {"$ref": "#/definitions/A"}, "headers": {"X": {"type": "integer"}}}
                    },
                }
            }
        },
        definitions={"A": {"type": "object", "discriminator": "a", "properties": {"a": {"type": "file"}}}},
        securityDefinitions={"k": {"type": "basic"}},
    ),
]
ODD: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, "", "x", "#", "#/", "#/components/schemas/A", "http://x.test/y#/z", "{", "(", "//[",
    "http://[::1", "%zz#%", "\ud800", [], [1], {}, {"$ref": 5}, {"$ref": "#"}, {"$ref": "#/components/schemas/A"},
    {"$id": "http://[", "$anchor": 3},
    {"$dynamicRef": "#q"}, {"type": ["x"]}, {"x": 1}, {"items": [{}, 7]}, {"$schema": "http://x.test"},
]  # fmt: skip
NAMES = ["$ref", "$id", "$schema", "", "x-a", "/b", "~", "type", "properties", "default", "200"]


def exercise(api: OpenApi) -> None:
    """Everything that others ask of a description."""
    encode = msgspec.json.encode
    encode([list(api.problems), api.untested, api.servers, api.base, api.security, api.references, api.title, api.info_version])
    for operation in api.operations("i"):
        encode(operation)
        contract = api.contract(operation.id)
        encode(contract.documentation)
        for status in contract.statuses:
            for media_type in contract.media_types(status):
                contract.schema(status, media_type)
        for answer in (exchange({"a": "b\ud800", "k": [{"a": None, "\udfff": 1}]}, headers={"X": "a"}), exchange(b"x", 404)):
            encode([contract.judge(answer), contract.strength(answer)])
        for value in (None, "x", [1, {"a": 1}], {"a": [1]}):
            build_request(
                operation, {parameter.name: "v" if parameter.place == "path" else value for parameter in operation.parameters}
            )


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += places(value[key], (*path, key))
    return found


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_description_with_wrong_types_anywhere_is_survived(drawn: st.DataObject) -> None:
    value = copy.deepcopy(drawn.draw(st.sampled_from(ROOTS)))
    if "openapi" in value:
        value["openapi"] = drawn.draw(st.sampled_from(["3.0.3", "3.1.0", "3.2.0"]))
    for _ in range(drawn.draw(st.integers(1, 4))):
        path = drawn.draw(st.sampled_from(places(value)))
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        odd = copy.deepcopy(drawn.draw(st.sampled_from(ODD)))
        if isinstance(holder, dict) and drawn.draw(st.booleans()):
            holder[drawn.draw(st.sampled_from(NAMES))] = odd
        else:
            holder[path[-1]] = odd
    raw = read(json.dumps(value).encode(), "application/json")
    assert isinstance(raw, Raw)
    exercise(OpenApi.build(raw, drawn.draw(st.sampled_from([URL, "", "http://[::1", "file:///a"])), {"http://x.test/y": b"{}"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.sampled_from(["paths", "info", "openapi"]), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(value=JSON, version=st.sampled_from([{}, {"openapi": "3.0.3"}, {"openapi": "3.1.0"}, {"swagger": "2.0"}]))
def test_any_json_value_is_survived(value: Any, version: dict[str, str]) -> None:
    exercise(OpenApi.build(Raw(value | version if isinstance(value, dict) else value, "json", (), b"{}"), URL, {}))


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_survived(body: bytes) -> None:
    raw = read(body, "application/json")
    if isinstance(raw, Raw):
        exercise(OpenApi.build(raw, URL, {URL + "2": body}))


def test_deep_schemas_are_survived() -> None:
    schema: dict[str, Any] = {"type": "integer"}
    body: Any = 1
    for _ in range(100):
        schema, body = {"properties": {"a": schema}}, {"a": body}
    value = copy.deepcopy(ROOTS[0])
    value["components"]["schemas"]["A"] = schema
    raw = read(json.dumps(value).encode(), "")
    assert isinstance(raw, Raw)
    api = OpenApi.build(raw, URL, {})
    exercise(api)
    assert api.contract("GET /a/{id}").judge(exchange(body)).untested == {"body": "reference"}


@pytest.mark.parametrize("count", [2000])
def test_long_chains_and_wide_families_end(count: int) -> None:
    value = copy.deepcopy(ROOTS[0])
    schemas = value["components"]["schemas"]
    for i in range(count):
        schemas[f"C{i}"] = {"allOf": [{"$ref": f"#/components/schemas/C{i + 1}"}]}
    schemas[f"C{count}"] = {"properties": {"a": {"type": "integer"}}}
    schemas["A"] = {"$ref": "#/components/schemas/C0"}
    raw = read(json.dumps(value).encode(), "")
    assert isinstance(raw, Raw)
    exercise(OpenApi.build(raw, URL, {}))
