"""Schemas from servers: nothing is fetched, nothing runs away, everything becomes a value."""

import socket
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.protocols.json_schema import (
    Dialect,
    Missing,
    Mode,
    Place,
    Registry,
    Uncompilable,
    Validator,
    compile,
    dialect_of,
    short,
    usable_pattern,
)

NEW = Dialect.DRAFT_2020_12
OPENAPI = (Dialect.OPENAPI_2_0, Dialect.OPENAPI_3_0, Dialect.OPENAPI_3_1)
PLAIN = tuple(dialect for dialect in Dialect if dialect not in OPENAPI)


def compiled(schema: Any, dialect: Dialect = NEW, **options: Any) -> Validator:
    validator = compile(schema, dialect=dialect, **options)
    assert isinstance(validator, Validator), validator
    return validator


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("kind", ["http", "file", "relative"])
def test_no_reference_is_ever_fetched(kind: str, dialect: Dialect, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"type": "null"}')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        references = {"http": f"{address}/a.json", "file": (tmp_path / "a.json").as_uri(), "relative": "a.json"}
        schema = {"properties": {"a": {"$ref": references[kind]}, "b": {"type": "integer"}}}
        result = compile(schema, dialect=dialect, base=f"{address}/openapi.json" if kind != "file" else (tmp_path / "b").as_uri())
        if dialect in OPENAPI:
            assert isinstance(result, Validator) and [gap.reason for gap in result.gaps] == ["remote"]
            assert [v.pointer for v in result.violations({"a": 1, "b": "x"})] == ["/b"]
        else:
            assert isinstance(result, Uncompilable) and result.reason == "remote"
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("dialect", PLAIN)
def test_given_documents_are_reached_and_named(dialect: Dialect) -> None:
    registry = Registry({"http://plm.test/other.json": {"A": {"type": "string"}}})
    validator = compiled(
        {"properties": {"a": {"$ref": "other.json#/A"}}}, dialect, registry=registry, base="http://plm.test/a.json"
    )
    (violation,) = validator.violations({"a": 1})
    assert violation.schema == "http://plm.test/other.json#/A"
    assert (violation.pointer, violation.keyword, violation.expected, violation.found) == ("/a", "type", "string", "integer")


@pytest.mark.parametrize(
    ("schema", "value", "expected", "found"),
    [
        ({"enum": ["a", 1]}, "b", ["a", 1], "b"),
        ({"const": {"a": 1}}, 2, "object with 1 members", 2),
        ({"required": ["a"]}, {}, "a", "absent"),
        ({"additionalProperties": False, "properties": {}}, {"b": 1}, "nothing else", ["b"]),
        ({"additionalProperties": False}, {"b": 1}, "nothing else", 1),
        ({"minLength": 3}, "ab", 3, 2),
        ({"maxItems": 1}, [1, 2], 1, "array of 2"),
        ({"minimum": 3}, 1, 3, 1),
        ({"multipleOf": 2}, 3, 2, 3),
        ({"pattern": "^a$"}, "b" * 200, "^a$", "b" * 77 + "..."),
        ({"format": "date"}, "1.1.2025", "date", "1.1.2025"),
        ({"type": ["integer", "null"]}, "x", ["null", "integer"], "string"),
        ({"oneOf": [{"type": "integer"}, {"minimum": 0}]}, 1, "one of 2 schemas", "more than one holds"),
        ({"uniqueItems": True}, [1, 1], "each element once", "array of 2"),
        (False, 1, "nothing", 1),
    ],
)
def test_a_violation_is_facts_and_no_sentence(schema: Any, value: Any, expected: Any, found: Any) -> None:
    (violation,) = compiled(schema).violations(value)
    assert violation.found == found
    assert violation.expected == expected


@pytest.mark.parametrize("dialect", OPENAPI)
@pytest.mark.parametrize(
    "schema",
    [
        None,
        7,
        "x",
        [],
        {"type": 7},
        {"type": "no"},
        {"properties": 7},
        {"allOf": {}},
        {"items": 7},
        {"$ref": 7},
        {"required": "a"},
        {"enum": 7},
        {"pattern": 7},
        {"minimum": "1"},
        {"multipleOf": 0},
    ],
)
def test_a_malformed_keyword_is_a_gap_and_not_an_exception(schema: Any, dialect: Dialect) -> None:
    validator = compiled({"properties": {"bad": schema, "good": {"type": "integer"}}}, dialect)
    assert {v.pointer for v in validator.violations({"bad": 1, "good": "x"})} == {"/good"}
    assert validator.gaps


@pytest.mark.parametrize("schema", [7, "x", [], {"type": "no"}, {"pattern": "("}, {"minimum": "1"}, {"$ref": "#/nowhere"}])
@pytest.mark.parametrize("dialect", PLAIN)
def test_an_unusable_schema_is_a_value(schema: Any, dialect: Dialect) -> None:
    assert isinstance(compile(schema, dialect=dialect), Uncompilable)


def test_a_schema_may_be_deep_or_contain_itself() -> None:
    deep: dict[str, Any] = {"type": "integer"}
    for _ in range(5000):
        deep = {"properties": {"a": deep}}
    assert isinstance(compile(deep, dialect=NEW), Uncompilable)
    validator = compiled(deep, Dialect.OPENAPI_3_0)
    assert [gap.reason for gap in validator.gaps] == ["depth"]
    loop: dict[str, Any] = {}
    loop["properties"] = {"a": loop}
    assert isinstance(compile(loop, dialect=NEW), Uncompilable)
    assert isinstance(compile(loop, dialect=Dialect.OPENAPI_3_0), Validator)


@pytest.mark.parametrize(
    "schema",
    [{"allOf": [{"$ref": "#/a"}]}, {"$ref": "#/a"}, {"not": {"$ref": "#/a"}}, {"anyOf": [{"$ref": "#/a"}, {"type": "null"}]}],
)
def test_a_schema_that_only_asks_itself_ends(schema: Any) -> None:
    validator = compiled(
        schema,
        Dialect.OPENAPI_3_0,
        registry=Registry({"http://plm.test/a": {"a": schema}}),
        base="http://plm.test/a",
        pointer="/a",
    )
    validator.violations({"a": 1})


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(?=(a+)+$)b", "^(?:(?=x)|a|aa)+$", r"^(a|a)*\1$"])
def test_a_pattern_cannot_run_away(pattern: str) -> None:
    compiled({"pattern": pattern}).violations("a" * 60 + "c")  # minutes with a backtracking engine without limits


def test_patterns_that_only_other_engines_read_are_made_readable() -> None:
    xml = (
        r"^([\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd]|\ud800[\udc00-\udfff]|[\ud801-\udbfe][\udc00-\udfff]|\udbff[\udc00-\udfff])*$"
    )
    usable = usable_pattern(xml)
    assert usable is not None
    validator = compiled({"pattern": usable})
    assert validator.valid("a\U0001f600") and not validator.valid("\x00")
    assert usable_pattern(r"^[\p{L}]{0,127}$") is not None and usable_pattern("(") is None


def test_integer_keys_as_yaml_readers_yield_them_are_names() -> None:
    assert [v.pointer for v in compiled({"properties": {200: {"type": "string"}}}).violations({"200": 1})] == ["/200"]


def test_required_counts_by_direction() -> None:
    schema = {"required": ["r", "w"], "properties": {"r": {"readOnly": True}, "w": {"writeOnly": True}}}
    for mode, missing in ((Mode.REQUEST, ["w"]), (Mode.RESPONSE, ["r"]), (Mode.NEUTRAL, [])):
        found = compiled(schema, Dialect.OPENAPI_3_0, mode=mode).violations({})
        assert [v.expected for v in found] == missing


def test_what_depends_on_a_part_that_could_not_be_used_is_not_claimed() -> None:
    gap = {"$ref": "http://elsewhere.test/a"}
    for schema in (
        {"oneOf": [gap, {}]},
        {"not": gap},
        {"allOf": [gap], "unevaluatedProperties": False},
        {"if": gap, "then": {"type": "null"}},
    ):
        assert compiled(schema, Dialect.OPENAPI_3_1).violations({"a": 1}) == (), schema
    assert compiled({"anyOf": [{"type": "null"}, {"allOf": [gap, {"type": "string"}]}]}, Dialect.OPENAPI_3_1).violations(1)


def test_references_are_resolved_by_pointer_anchor_and_identifier() -> None:
    document = {"a": {"b~/": [1, 2]}, "s": {"$id": "sub/", "$defs": {"t": {"$anchor": "here"}, "u": {"$ref": "v"}}}}
    registry = Registry({"http://h.test/d": document})
    found = registry.resolve("http://h.test/d", "#/a/b~0~1/1")
    assert isinstance(found, Place) and found.value == 2
    found = registry.resolve("http://h.test/x", "sub/#here")
    assert isinstance(found, Place) and found.pointer == "/s/$defs/t"
    assert registry.base(Place("http://h.test/d", "/s/$defs/u", {})) == "http://h.test/sub/"
    for reference, reason in (
        ("#/a/c", "dangling"),
        ("#/a/b~0~1/-", "dangling"),
        ("#nobody", "dangling"),
        ("e", "remote"),
        ("//[", "dangling"),
    ):
        missing = registry.resolve("http://h.test/d", reference)
        assert isinstance(missing, Missing) and missing.reason == reason, reference


def test_the_dialect_is_what_the_schema_says() -> None:
    assert dialect_of({"$schema": "http://json-schema.org/draft-07/schema#"}) is Dialect.DRAFT_7
    assert dialect_of({}, Dialect.DRAFT_4) is Dialect.DRAFT_4 and dialect_of({"$schema": "http://vendor.test/"}) is None


LONG: list[Any] = ["x" * 100, [1], {}, 10**100, 1.5, None]


def test_values_in_findings_are_short() -> None:
    assert [short(v) for v in LONG] == [
        "x" * 77 + "...", "array of 1", "object with 0 members", "integer of more than 80 digits", 1.5, None,
    ]  # fmt: skip


# A second opinion: the reference implementation in Python agrees on schemas that it can read too.

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=3)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES,
        "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
        "minimum": st.integers(-2, 2),
        "maxLength": st.integers(0, 2),
        "minItems": st.integers(0, 2),
        "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
        "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
        "additionalProperties": st.booleans(),
        "items": inner,
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "oneOf": st.lists(inner, min_size=1, max_size=2),
        "not": inner,
    }
    return st.fixed_dictionaries({}, optional=keywords)


SCHEMAS: st.SearchStrategy[Any] = st.recursive(st.just({}), schemas, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_plain_and_bundled_validators_agree_with_the_reference_implementation(schema: Any, value: Any) -> None:
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert compiled(schema).valid(value) is expected
    assert compiled(schema, Dialect.OPENAPI_3_1).valid(value) is expected
    assert compiled(schema, Dialect.OPENAPI_3_0).valid(value) is expected


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "object", "required": ["a"]}, {"a": 1}, {}),
        ({"pattern": "^a+$"}, "aa", "b"),
        ({"properties": {"a": {"pattern": "^a$"}, "b": {"type": "string"}}}, {"a": "a"}, {"a": "b", "b": 1}),
        ({"anyOf": [{"type": "null"}, {"pattern": "^a$"}]}, None, "b"),
    ],
)
def test_a_short_answer_is_the_long_one(schema: Any, good: Any, bad: Any) -> None:
    validator = compiled(schema)
    assert validator.valid(good) and not validator.violations(good)
    assert not validator.valid(bad) and validator.violations(bad)


def test_a_pattern_that_the_engine_gives_up_makes_no_value_invalid() -> None:
    given_up = {"pattern": "^(?:(?=x)|a|aa)+$"}
    assert compiled(given_up).valid("a" * 60 + "c")
    assert not compiled({"allOf": [given_up, {"maxLength": 5}]}).valid("a" * 60 + "c")


def test_the_branch_that_names_the_kind_of_a_value_is_the_closest() -> None:
    """Swagger 2.0 tells parameters apart by `in`: that it could also say `header` is no news to who wrote `path`."""
    kind = {"type": {"enum": ["string", "integer"]}}
    header = {"properties": {"in": {"enum": ["header"]}, **kind}}
    path = {"properties": {"in": {"enum": ["path"]}, "required": {"enum": [True]}, **kind}, "required": ["required"]}
    (choice,) = compiled({"oneOf": [header, path]}, Dialect.DRAFT_4).violations({"in": "path", "type": "int"})
    assert [(v.pointer, v.keyword) for v in choice.because] == [("", "required"), ("/type", "enum")]


@pytest.mark.parametrize(
    ("pattern", "linear"),
    [
        ("^(?:a|b)+$", True),
        (r"^\d{2}\.\w*$", True),
        ("^(?=a)b$", False),
        ("(?<!a)b", False),
        (r"(a)\1", False),
        ("a*+b", False),
    ],
)
def test_only_patterns_without_backtracking_are_certain(pattern: str, linear: bool) -> None:
    assert compiled({"properties": {"a": {"allOf": [{"pattern": pattern}]}}}).certain is linear
    assert compiled({"patternProperties": {pattern: {}}}).certain is linear
