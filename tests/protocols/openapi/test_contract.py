"""What an answer breaks, and what it does not."""
# ruff: noqa: E501  one case, one line

import json
from typing import Any

import pytest

from cpo_probe.model import Blocker, FailureKind, Problem, Span
from cpo_probe.protocols.openapi import Contract, OpenApi
from tests.protocols.openapi.support import answering, build, document, exchange, get

ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "state": {"type": "string", "enum": ["draft", "released"]},
        "made": {"type": "string", "format": "date-time"},
        "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
    },
}


def contract(api: OpenApi, operation: str = "GET /items") -> Contract:
    return api.contract(operation)


def of(schema: Any, version: str = "3.0.3", media_type: str = "application/json", **schemas: Any) -> Contract:
    components: dict[str, Any] = {"definitions": schemas} if version == "2.0" else {"schemas": schemas}
    return contract(build(answering(schema, version, media_type, **(components if schemas else {}))))


ITEMS = of({"$ref": "#/components/schemas/Item"}, Item=ITEM)


def seen(problems: tuple[Problem, ...]) -> list[tuple[Any, ...]]:
    return [(p.where.pointer, p.params.get("keyword"), p.expected, p.found) for p in problems]


def test_an_answer_that_keeps_the_contract_breaks_nothing() -> None:
    judged = ITEMS.judge(exchange({"id": "1", "state": "draft", "made": "2025-01-01T00:00:00Z", "kids": [{"id": "2"}]}))
    assert judged.all == () and judged.undocumented == () and judged.untested == {}


def test_each_broken_place_is_named_with_what_was_expected_and_found() -> None:
    judged = ITEMS.judge(exchange({"id": 7, "state": "open", "made": "2025-01-01T00:00:00", "kids": [{"id": "2"}, {}]}))
    assert sorted(seen(judged.body), key=str) == [
        ("/id", "type", "string", "integer"),
        ("/kids/1", "required", "id", "absent"),
        ("/made", "format", "date-time", "2025-01-01T00:00:00"),
        ("/state", "enum", ["draft", "released"], "open"),
    ]
    assert {p.location for p in judged.body} == {"/id", "/kids/*", "/made", "/state"}
    assert {p.params["schema"] for p in judged.body} >= {"#/components/schemas/Item/properties/id", "#/components/schemas/Item"}


@pytest.mark.parametrize(
    ("responses", "status", "documented"),
    [
        ({"200": {}}, 200, True),
        ({"200": {}}, 201, False),
        ({"2XX": {}}, 299, True),
        ({"4XX": {}}, 500, False),
        ({"default": {}}, 500, True),
        ({"4xx": {}}, 404, True),
        ({"4XX-5XX": {}}, 404, False),
        ({}, 200, False),
        ({"x-200": {}}, 200, False),
    ],
)
def test_a_status_is_documented_by_code_range_or_default(responses: Any, status: int, documented: bool) -> None:
    asked = contract(build(get(responses=responses)))
    assert asked.documented(status) is documented
    assert bool(asked.judge(exchange(status=status)).status) is not documented


def test_the_code_comes_before_its_range_and_both_before_default() -> None:
    asked = contract(build(get(responses={"default": {}, "4XX": {}, "404": {}})))
    assert [asked.key(status) for status in (404, 400, 500)] == ["404", "4XX", "default"]


@pytest.mark.parametrize(
    ("documented", "actual", "found"),
    [
        ("application/json", "application/json", None),
        ("application/json", "application/json; charset=utf-8", None),
        ("application/json; charset=utf-8", "application/json", None),
        ("application/json; charset=UTF-8", "application/json;charset=utf-8", None),
        ("application/json; charset=utf-8", "application/json; charset=iso-8859-1", "iso-8859-1"),
        ("Application/JSON", "application/json", None),
        ("application/*", "application/json", None),
        ("*/*", "text/html", None),
        ("application/*+json", "application/hal+json", None),
        (
            "application/json;odata.metadata=minimal",
            "application/json;odata.metadata=full",
            "application/json;odata.metadata=full",
        ),
        ("application/json;odata.metadata=minimal", "application/json;odata.metadata=minimal;charset=utf-8", None),
        ("application/json", "text/html", "text/html"),
        ("application/json", "application/problem+json", "application/problem+json"),
        ("application/json", "", "absent"),
        ("application/json", "nonsense", "nonsense"),
    ],
)
def test_the_media_type_is_one_of_those_documented(documented: str, actual: str, found: str | None) -> None:
    headers = {"Content-Type": actual} if actual else {}
    judged = of({}, media_type=documented).judge(exchange(b"{}", headers=headers))
    assert [p.found for p in judged.media_type] == ([found] if found else [])


def test_the_most_specific_media_type_states_the_schema() -> None:
    content = {
        "*/*": {"schema": {"type": "boolean"}},
        "application/*": {"schema": {"type": "integer"}},
        "application/json": {"schema": {"type": "string"}},
        "application/json;v=2": {"schema": {"type": "array"}},
    }
    asked = contract(build(get(responses={"200": {"description": "", "content": content}})))
    types = ["application/json; v=2", "application/json", "application/xml", "text/html"]
    schemas = [asked.schema(200, t) for t in types]
    assert [place.value["type"] for place in schemas if place] == ["array", "string", "integer", "boolean"]


def test_an_answer_without_a_body_owes_none_where_http_allows_none() -> None:
    for status, method in ((204, "GET"), (304, "GET"), (200, "HEAD")):
        asked = contract(
            build(get(responses={str(status): {"description": "", "content": {"application/json": {"schema": {}}}}}))
        )
        judged = asked.judge(exchange(status=status, method=method))
        assert judged.all == () and judged.untested == {"body": "no_body"}


def test_an_empty_body_is_no_json() -> None:
    assert seen(ITEMS.judge(exchange(b"")).body) == [("", "json", "JSON", "empty")]
    assert not of({}, media_type="text/csv").judge(exchange(b"")).body


@pytest.mark.parametrize(
    ("body", "found"), [(b"<html>", "syntax"), (b'{"id": NaN}', "constant"), (b"\xff", "encoding"), (b"", "empty")]
)
def test_what_is_no_json_breaks_a_contract_that_promises_json_and_hides_its_members(body: bytes, found: str) -> None:
    judged = ITEMS.judge(exchange(body, headers={"Content-Type": "application/json"}))
    assert seen(judged.body) == [("", "json", "JSON", found)]
    assert judged.untested == {"body": "unparsable"}


def test_what_is_nested_deeper_than_is_read_breaks_nothing_that_could_be_told() -> None:
    judged = ITEMS.judge(exchange(b"[" * 200_000, headers={"Content-Type": "application/json"}))
    assert judged.all == () and judged.untested == {"body": "unparsable"}


def test_what_cannot_be_judged_says_why() -> None:
    csv = of({"type": "string"}, media_type="text/csv").judge(exchange(b"a;b", headers={"Content-Type": "text/csv"}))
    assert csv.untested == {"body": "not_json"}
    assert ITEMS.judge(exchange({"id": 1}, truncated=FailureKind.DISCONNECTED)).untested == {"body": "partial"}
    nothing = contract(build(get())).judge(exchange({"id": 1}))
    assert nothing.untested == {"body": Blocker.NO_SCHEMA} and nothing.all == ()
    dangling = contract(build(get(responses={"200": {"$ref": "#/nowhere"}}))).judge(exchange({}))
    assert dangling.untested == {"body": "reference", "headers": "reference"}
    for parts in ({"$ref": "#/components/schemas/B"}, {"allOf": [{"$ref": "#/components/schemas/B"}]}):
        schemas: dict[str, Any] = {
            "A": parts,
            "B": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}]},
            "C": {"type": "object"},
        }
        schemas["D"] = {"properties": {"d": {"$ref": "#/components/schemas/D"}}}
        for name, untested in (("A", {"body": "reference"}), ("C", {}), ("D", {})):
            circle = build(answering({"$ref": f"#/components/schemas/{name}"}) | {"components": {"schemas": schemas}})
            assert contract(circle).judge(exchange({})).untested == untested, name
    dialect = build(answering({}, "3.1.0") | {"jsonSchemaDialect": "http://vendor.test/dialect"})
    assert contract(dialect).judge(exchange({})).untested == {"body": "dialect"}


def test_a_redacted_place_is_never_called_wrong() -> None:
    body = {"id": 7, "state": "xxx"}
    hidden = (Span("response.body", "/id", 8, ""),)
    judged = ITEMS.judge(exchange(body, redacted=hidden))
    assert [p.where.pointer for p in judged.body] == ["/state"] and judged.untested == {"body": "redacted"}


@pytest.mark.parametrize(
    ("schema", "untested"),
    [
        ({"type": "string"}, {}),
        ({}, {}),
        ({"type": "string", "maxLength": 64}, {"body": "redacted"}),
        ({"type": "string", "minLength": 1}, {"body": "redacted"}),
        ({"type": "string", "pattern": "^[a-z0-9]+$"}, {"body": "redacted"}),
        ({"type": "string", "format": "uuid"}, {"body": "redacted"}),
        ({"enum": ["a", "b"]}, {"body": "redacted"}),
        ({"type": "integer"}, {"body": "redacted"}),
    ],
)
def test_a_replaced_text_leaves_nothing_open_where_the_schema_takes_any_text(
    schema: dict[str, Any], untested: dict[str, str]
) -> None:
    judged = of({"type": "object", "properties": {"token": schema}}).judge(
        exchange({"token": "[redacted:00000000]"}, redacted=(Span("response.body", "/token", 20, ""),))
    )
    assert (judged.body, judged.untested) == ((), untested)


def test_a_missing_reference_leaves_the_rest_of_the_schema_in_force() -> None:
    schema = {"properties": {"a": {"$ref": "http://elsewhere.test/a.json"}, "b": {"type": "integer"}}}
    judged = of(schema).judge(exchange({"a": 1, "b": "x"}))
    assert [p.where.pointer for p in judged.body] == ["/b"] and judged.untested == {"body": "reference"}
    either = {"oneOf": [{"$ref": "http://elsewhere.test/a.json"}, {"type": "object"}]}
    assert of(either).judge(exchange({})).body == ()


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_write_only_members_are_not_required_in_an_answer_and_should_not_be_there(version: str) -> None:
    schema = {
        "type": "object",
        "required": ["id", "password", "secret"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "password": {"type": "string", "writeOnly": True},
            "secret": {"$ref": "#/components/schemas/Secret"},
        },
    }
    asked = of(schema, version, Secret={"type": "string", "writeOnly": True})
    assert asked.judge(exchange({"id": "1"})).all == ()
    judged = asked.judge(exchange({"id": "1", "password": "x", "secret": "y"}))
    assert judged.all == () and sorted(p.location for p in judged.write_only) == ["/password", "/secret"]
    assert seen(asked.judge(exchange({})).body) == [("", "required", "id", "absent")]


HEADERS: list[tuple[Any, str | None, list[tuple[Any, Any]]]] = [
    ({"schema": {"type": "integer"}}, "5", []),
    ({"schema": {"type": "integer"}}, "-5", []),
    ({"schema": {"type": "integer"}}, "five", [("integer", "five")]),
    ({"schema": {"type": "integer"}}, "1.5", [("integer", "1.5")]),
    ({"schema": {"type": "boolean"}}, "true", []),
    ({"schema": {"type": "boolean"}}, "yes", [("boolean", "yes")]),
    ({"schema": {"type": "string"}}, "5", []),
    ({"schema": {"type": "string", "enum": ["a"]}}, "b", [(["a"], "b")]),
    ({"schema": {"type": "string", "format": "uuid"}}, "no", [("uuid", "no")]),
    ({"schema": {}}, "anything", []),
    ({"schema": {"type": "array", "items": {"type": "integer"}}}, "1, 2", []),
    ({"schema": {"type": "array", "items": {"type": "integer"}}}, "1,b", [("integer", "string")]),
    ({"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}, "a,1,b,c", []),
    ({"schema": {"type": "object", "properties": {"a": {"type": "integer"}}}, "explode": True}, "a=1,b=c", []),
    ({"schema": {"$ref": "#/components/schemas/N"}}, "7", []),
    ({"schema": {"$ref": "#/components/schemas/N"}}, "x", [("integer", "x")]),
    ({"content": {"application/json": {"schema": {"type": "array"}}}}, "[1]", []),
    ({"content": {"application/json": {"schema": {"type": "array"}}}}, "{", [("JSON", "{")]),
    ({"schema": {}, "required": True}, None, [("present", "absent")]),
    ({"schema": {}}, None, []),
]


@pytest.mark.parametrize(("header", "text", "problems"), HEADERS)
def test_documented_header_fields_keep_their_schemas(header: Any, text: str | None, problems: list[tuple[Any, Any]]) -> None:
    responses = {"200": {"description": "", "headers": {"X-Test": header}}}
    asked = contract(build(get(responses=responses, components={"schemas": {"N": {"type": "integer"}}})))
    judged = asked.judge(exchange(headers={"x-test": text} if text is not None else {}))
    assert [(p.expected, p.found) for p in judged.headers] == problems
    assert all(p.where.name == "X-Test" and p.where.part == "response.header" for p in judged.headers)


def test_header_fields_of_2_0_and_those_that_are_left_out() -> None:
    headers = {"X-Ids": {"type": "array", "items": {"type": "integer"}, "collectionFormat": "pipes"}, "X-N": {"type": "integer"}}
    asked = contract(build(get(version="2.0", responses={"200": {"description": "", "headers": headers}})))
    assert not asked.judge(exchange(headers={"X-Ids": "1|2"})).headers
    assert [p.where.name for p in asked.judge(exchange(headers={"X-Ids": "1|b", "X-N": "x"})).headers] == ["X-Ids", "X-N"]
    ignored = {"Content-Type": {"required": True, "schema": {"enum": ["a"]}}, "Set-Cookie": {"schema": {"type": "integer"}}}
    asked = contract(build(get(responses={"200": {"description": "", "headers": ignored}})))
    assert not asked.judge(exchange(headers={"Set-Cookie": "a=b"})).headers
    secret = (Span("response.header", "x-n", 8, ""),)
    asked = contract(build(get(responses={"200": {"description": "", "headers": {"X-N": {"schema": {"type": "integer"}}}}})))
    assert not asked.judge(exchange(headers={"X-N": "***"}, redacted=secret)).headers


BASE = {"type": "object", "discriminator": {"propertyName": "kind"}, "properties": {"kind": {"type": "string"}}}
PART = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"mass": {"type": "number"}}}]}
DOC = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"pages": {"type": "integer"}}}]}
FAMILY: dict[str, Any] = {"Base": BASE, "Part": PART, "Doc": DOC}

DRIFT: list[tuple[str, Any, Any, list[str]]] = [
    ("an undeclared member", {"properties": {"a": {}}}, {"a": 1, "b": 2}, ["/b"]),
    ("with array positions as *", {"properties": {"a": {"items": {"properties": {"x": {}}}}}}, {"a": [{"x": 1}, {"y": 2}]}, ["/a/*/y"]),
    ("not where additional members are allowed", {"properties": {"a": {}}, "additionalProperties": True}, {"b": 2}, []),
    ("not where they have a schema", {"properties": {}, "additionalProperties": {"type": "integer"}}, {"b": 2}, []),
    ("below such a schema", {"additionalProperties": {"properties": {"x": {}}}}, {"b": {"y": 1}}, ["/b/y"]),
    ("not in a free-form object", {"type": "object"}, {"b": 2}, []),
    ("not where nothing is said", {}, {"b": {"c": 1}}, []),
    ("every part of allOf counts", {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"a": 1, "b": 1, "c": 1}, ["/c"]),
    ("every branch of anyOf and oneOf counts", {"oneOf": [{"properties": {"a": {}}}, {"anyOf": [{"properties": {"b": {}}, "required": ["z"]}]}]}, {"a": 1, "b": 1, "c": 1}, ["/c"]),
    ("not beside a branch that allows any object", {"anyOf": [{"properties": {"a": {}}}, {"type": "object"}]}, {"c": 1}, []),
    ("beside a branch that is no object", {"anyOf": [{"properties": {"a": {}}}, {"type": "string"}]}, {"c": 1}, ["/c"]),
    ("children of a base are known", {"$ref": "#/components/schemas/Base"}, {"kind": "Part", "mass": 1, "pages": 1, "x": 1}, ["/x"]),
    ("a child does not know its siblings", {"$ref": "#/components/schemas/Part"}, {"kind": "Part", "mass": 1, "pages": 1}, ["/pages"]),
    ("not behind a reference that leads nowhere", {"allOf": [{"$ref": "#/nowhere"}, {"properties": {"a": {}}}]}, {"b": 1}, []),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "body", "found"), [case[1:] for case in DRIFT], ids=[case[0] for case in DRIFT])
def test_undocumented_members_are_found(schema: Any, body: Any, found: list[str]) -> None:
    judged = of(schema, **FAMILY).judge(exchange(body))
    assert [p.location for p in judged.undocumented] == found
    assert judged.body == (), "drift breaks nothing"


def test_keywords_since_3_1_declare_members_too() -> None:
    schema = {
        "properties": {"a": {}, "rows": {"prefixItems": [{"properties": {"x": {}}}], "items": {"properties": {"y": {}}}}},
        "patternProperties": {"^x-": {}},
        "if": {"properties": {"b": {}}},
        "then": {"properties": {"c": {}}},
        "dependentSchemas": {"a": {"properties": {"d": {}}}},
    }
    body = {"a": 1, "b": 1, "c": 1, "d": 1, "x-e": 1, "f": 1, "rows": [{"x": 1}, {"y": 1}, {"x": 1}]}
    judged = of(schema, "3.1.0").judge(exchange(body))
    assert [p.location for p in judged.undocumented] == ["/f", "/rows/*/x"]


def test_what_is_found_does_not_depend_on_what_was_judged_before() -> None:
    bodies = [{"kind": "Part", "mass": 1, "pages": 1, "x": 1}, {"kind": "Doc"}]
    fresh = [of({"$ref": "#/components/schemas/Part"}, **FAMILY).judge(exchange(body)).undocumented for body in bodies]
    api = build(
        document(
            paths={
                f"/{name.lower()}": {
                    "get": {
                        "responses": {
                            "200": {
                                "description": "",
                                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
                            }
                        }
                    }
                }
                for name in FAMILY
            },
            components={"schemas": FAMILY},
        )
    )
    for first in ("GET /base", "GET /doc"):
        for body in bodies:
            api.contract(first).judge(exchange(body))
    assert [api.contract("GET /part").judge(exchange(body)).undocumented for body in bodies] == fresh


def test_a_schema_that_contains_itself_is_judged_at_every_depth() -> None:
    body: dict[str, Any] = {"id": 1}
    for _ in range(100):
        body = {"id": "x", "kids": [body]}
    (problem,) = ITEMS.judge(exchange(body)).body
    assert problem.where.pointer == "/kids/0" * 100 + "/id"


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, True),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Base"}]}, None, True),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Base"}]}, 7, False),
        ({"$ref": "#/components/schemas/Base", "nullable": True}, None, False),
        ({"minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int64"}, 2**31, True),
        ({"type": "integer"}, 1.0, True),
        ({"type": "string", "format": "byte"}, "aGk=", True),
        ({"type": "string", "format": "byte"}, "a%", False),
        ({"type": "string", "format": "binary"}, "\x00", True),
        ({"type": "string", "format": "time"}, "10:00", True),
        ({"type": "string", "format": "uuid"}, "1", False),
        ({"type": "string", "format": "of-our-own"}, "", True),
        ({"const": 1}, 2, True),
        ({"type": ["string"]}, "a", True),
        ({"required": True, "type": "string"}, "a", True),
        ({"type": "string", "pattern": "("}, "a", True),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1, False),
        ({"oneOf": [{"type": "object"}, {"type": "object"}], "discriminator": {"propertyName": "k"}}, {"k": "a"}, True),
        ({"oneOf": [{"type": "object"}, {"type": "array"}], "discriminator": {"propertyName": "k"}, "allOf": [{}]}, "", False),
    ],
)
def test_the_3_0_dialect_is_read_as_it_is_meant(schema: Any, value: Any, valid: bool) -> None:
    judged = of({"properties": {"v": schema}}, **FAMILY).judge(exchange({"v": value}))
    assert (judged.body == ()) is valid


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": "file"}, "anything", True),
        ({"type": "string", "x-nullable": True}, None, True),
        ({"type": "string", "nullable": True}, None, False),
        ({"$ref": "#/definitions/A"}, {"a": "x"}, False),
        ({"type": "integer", "format": "int32"}, -(2**31) - 1, False),
    ],
)
def test_the_2_0_dialect_is_read_as_it_is_meant(schema: Any, value: Any, valid: bool) -> None:
    judged = of(schema, "2.0", A={"properties": {"a": {"type": "integer"}}}).judge(exchange(value))
    assert (judged.body == ()) is valid


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": ["string", "null"]}, None, True),
        ({"type": "string", "nullable": True}, None, False),
        ({"const": 1}, 2, False),
        ({"$ref": "#/components/schemas/Base", "required": ["kind"]}, {}, False),
        ({"unevaluatedProperties": False, "allOf": [{"properties": {"a": {}}}]}, {"b": 1}, False),
        ({"type": "string", "format": "time"}, "10:00", False),
        (
            {"$defs": {"t": {"$dynamicAnchor": "t", "items": {"$dynamicRef": "#t"}, "type": "array"}}, "$dynamicRef": "#t"},
            [[1]],
            False,
        ),
        ({"exclusiveMinimum": 1}, 1, False),
        (True, 1, True),
        (False, 1, False),
    ],
)
def test_the_3_1_dialect_is_json_schema(schema: Any, value: Any, valid: bool) -> None:
    judged = of({"properties": {"v": schema}}, "3.1.0", **FAMILY).judge(exchange({"v": value}))
    assert (judged.body == ()) is valid


def test_a_choice_that_fails_says_what_the_closest_branch_asks_for() -> None:
    schema = {"oneOf": [{"type": "string"}, {"properties": {"a": {"type": "integer"}}, "required": ["a"], "type": "object"}]}
    (problem,) = of(schema).judge(exchange({"a": "x"})).body
    assert problem.params["keyword"] == "oneOf"
    assert problem.params["because"] == [{"pointer": "/a", "keyword": "type", "expected": "integer", "found": "string"}]


def test_lone_surrogates_do_not_travel_into_findings() -> None:
    judged = ITEMS.judge(exchange(b'{"id": "1", "state": "\\ud800", "\\udfff": 1}', headers={"Content-Type": "application/json"}))
    json.dumps([p.found for p in judged.body + judged.undocumented], ensure_ascii=False).encode()
    assert len(judged.body) == len(judged.undocumented) == 1


def test_an_operation_that_does_not_exist_has_no_contract() -> None:
    with pytest.raises(KeyError):
        build(document()).contract("GET /nothing")
