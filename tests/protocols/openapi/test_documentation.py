"""What a description tells about an operation, item by item."""

from typing import Any

import pytest

from cpo_probe.protocols.openapi import Documentation
from cpo_probe.protocols.openapi.documentation import NAMES
from tests.protocols.openapi.support import build, document, get


def of(value: dict[str, Any]) -> Documentation:
    api = build(value)
    return api.contract(api.operations("")[0].id).documentation


def present(value: dict[str, Any], name: str) -> list[bool]:
    return [item.present for item in of(value).of(name)]


def answer(content: Any, status: str = "200", version: str = "3.0.3", **operation: Any) -> dict[str, Any]:
    return get(version=version, responses={status: {"description": "", "content": content}}, **operation)


FULL = get(
    summary="Items",
    security=[],
    parameters=[{"name": "q", "in": "query", "description": "Search", "schema": {"type": "string"}}],
    requestBody={"content": {"application/json": {"schema": {"type": "object"}}}},
    responses={
        "200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}, "example": {}}}},
        "default": {"description": ""},
    },
)


def test_a_complete_operation_has_every_item() -> None:
    found = of(FULL)
    assert [item.name for item in found.items] == list(NAMES)
    assert found.filled == found.required == 7


def test_an_empty_operation_says_what_is_missing() -> None:
    found = of(get(responses={"200": {"description": ""}}))
    assert {item.name: item.missing for item in found.items} == {
        "summary": ("summary",),
        "response-schema": ("content",),
        "errors": ("response",),
        "example": ("example",),
        "auth": ("security",),
    }


@pytest.mark.parametrize(
    ("name", "value", "there"),
    [
        ("summary", get(description="Long text"), [True]),
        ("summary", get(summary="  "), [False]),
        ("parameters", get(), []),
        ("parameters", get(parameters=[{"name": "q", "in": "query", "schema": {"type": "string"}}]), [False]),
        ("parameters", get(parameters=[{"name": "q", "in": "query", "schema": {"type": "string", "description": "d"}}]), [True]),
        ("parameters", get(parameters=[{"name": "q", "in": "query", "description": "d"}]), [False]),
        (
            "parameters",
            get(version="2.0", parameters=[{"name": "q", "in": "query", "type": "string", "description": "d"}]),
            [True],
        ),
        ("request-schema", get(), []),
        ("request-schema", get(requestBody={"content": {"application/json": {}}}), [False]),
        ("request-schema", get(requestBody={"content": {"application/json": {"schema": {}}}}), [False]),
        ("request-schema", get(requestBody={"content": {"application/octet-stream": {}}}), [True]),
        ("request-schema", get(version="2.0", parameters=[{"name": "b", "in": "body", "schema": {"type": "object"}}]), [True]),
        ("response-schema", answer({"application/json": {"schema": {"type": "object"}}, "text/csv": {}}), [True, True]),
        ("response-schema", answer({"application/json": {"schema": {"description": "anything"}}}), [False]),
        ("response-schema", answer({"application/json": {"schema": {"$ref": "http://elsewhere.test/a.json"}}}), [True]),
        ("response-schema", answer({"application/jsonl": {"itemSchema": {"type": "object"}}}, version="3.2.0"), [True]),
        ("response-schema", get(responses={"204": {"description": ""}}), []),
        ("response-schema", document(paths={"/a": {"delete": {"responses": {"200": {"description": ""}}}}}), []),
        ("response-schema", get(version="2.0", responses={"200": {"description": "", "schema": {"type": "object"}}}), [True]),
        ("response-schema", get(version="2.0", responses={"200": {"description": ""}}, produces=["application/pdf"]), [True]),
        ("errors", get(responses={"4XX": {"description": ""}}), [True]),
        ("errors", get(responses={"default": {"description": ""}}), [True]),
        ("errors", get(responses={"200": {"description": ""}}), [False]),
        ("example", answer({"application/json": {"schema": {"properties": {"a": {"items": {"example": 1}}}}}}), [True]),
        ("example", answer({"application/json": {"schema": {"allOf": [{"properties": {"a": {"example": 1}}}]}}}), [True]),
        ("example", get(version="2.0", responses={"200": {"description": "", "examples": {"application/json": {}}}}), [True]),
        ("example", document(paths={"/a": {"delete": {"responses": {"default": {"description": ""}}}}}), []),
        ("auth", get(security=[]), [True]),
        ("auth", get() | {"security": [{"k": []}]}, [True]),
        ("auth", get(), [False]),
    ],
)
def test_an_item_is_there_or_missing_or_not_needed(name: str, value: Any, there: list[bool]) -> None:
    assert present(value, name) == there


def test_a_circular_schema_without_examples_ends() -> None:
    schema = {"properties": {"next": {"$ref": "#/components/schemas/A"}}}
    value = answer({"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}, components={"schemas": {"A": schema}})
    assert present(value, "example") == [False]
