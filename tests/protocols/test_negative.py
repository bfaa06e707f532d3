"""Values that are wrong for certain."""

from typing import Any

import pytest

from cpo_probe.protocols.compare import difference
from cpo_probe.protocols.negative import admits, below, beyond_ascii, invented, outside, unknown, wrong_type
from tests.probes.make import parameter


@pytest.mark.parametrize(
    ("schema", "example", "expected"),
    [
        ({"type": "string"}, "P-1", "P-1-cpo-probe"),
        ({"type": "string", "maxLength": 8, "pattern": "^P-[0-9]{6}$"}, "P-000123", "P-999999"),
        ({"type": "integer"}, 7, None),
        ({"type": "string", "format": "uuid"}, "0c8b6a39-4c3d-4a3f-9b53-0d2b9e1a7f11", None),
    ],
)
def test_a_stranger_has_the_form_of_the_thing(schema: dict[str, Any], example: object, expected: object) -> None:
    asked = parameter("id", "path", **schema)
    found = unknown(asked, example, (), 1)
    assert found is not None and found != example and admits(asked, found)
    assert expected is None or found == expected
    assert found == unknown(asked, example, (), 1)


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": ["a"]},
        {"type": "integer", "maximum": 9},
        {"type": "string", "pattern": "^[A-Z]$"},
        {"type": "string", "pattern": "^(a+)+$"},
    ],
)
def test_where_the_contract_leaves_no_room_nothing_is_asked(schema: dict[str, Any]) -> None:
    assert unknown(parameter("id", "path", **schema), "A", (), 1) is None


def test_known_values_are_never_taken_for_unknown() -> None:
    asked = parameter("id", "path", type="string")
    assert unknown(asked, "A", ["A-cpo-probe"], 1) not in ("A", "A-cpo-probe", None)


def test_only_typed_parameters_have_a_wrong_type() -> None:
    typed: list[dict[str, Any]] = [
        {"type": "integer"},
        {"type": ["number", "null"]},
        {"type": "boolean"},
        {"type": "string", "format": "date"},
    ]
    assert all(wrong_type(parameter("p", **schema)) for schema in typed)
    free: list[dict[str, Any]] = [
        {},
        {"type": "string"},
        {"type": ["string", "integer"]},
        {"type": "array"},
        {"type": "string", "format": "uri"},
    ]
    assert not any(wrong_type(parameter("p", **schema)) for schema in free)


def test_a_value_outside_a_closed_set_has_the_right_type() -> None:
    assert outside(parameter("p", enum=["a", "b"])) == "cpo-probe-unknown"
    assert outside(parameter("p", enum=[1, 2])) == 7921
    assert outside(parameter("p", type="array", items={"enum": ["a"]})) == "cpo-probe-unknown"
    assert outside(parameter("p", type="string")) is None


def test_differences_name_the_place_and_leave_out_what_may_change() -> None:
    first = {"items": [{"id": 1, "at": 1}, {"id": 2, "at": 1}], "a/b": 1}
    second = {"a/b": 1, "items": [{"id": 1, "at": 9}, {"id": 3, "at": 1}]}
    found = difference(first, second, ["/items/*/at"])
    assert found is not None
    assert (found.pointer, found.location, found.first, found.second) == ("/items/1/id", "/items/*/id", 2, 3)
    assert difference(first, first) is None
    assert difference({"a": 1}, {"a": True}) is not None
    assert difference({"a": None}, {}) is not None
    assert difference([1], [1, 2]) is not None


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "minimum": 1}, 0),
        ({"type": "integer", "minimum": 0}, -1),
        ({"type": "number", "minimum": 0.5}, 0),
        ({"type": "integer", "exclusiveMinimum": 3}, 3),
        ({"type": ["integer", "null"], "minimum": -5}, -6),
        ({"type": "integer", "exclusiveMinimum": True, "minimum": 3}, 2),
        ({"type": "integer"}, None),
        ({"type": "string", "minimum": 1}, None),
    ],
)
def test_a_number_below_is_below_what_the_contract_states(schema: dict[str, Any], expected: int | None) -> None:
    asked = parameter("limit", **schema)
    assert below(asked) == expected
    assert expected is None or not admits(asked, expected)


@pytest.mark.parametrize("schema", [{"type": "integer"}, {"type": "string", "format": "uuid"}, {"enum": ["a"]}])
def test_what_is_no_free_text_is_not_written_in_umlauts(schema: dict[str, Any]) -> None:
    assert beyond_ascii(parameter("id", "path", **schema)) is None


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"type": ["string", "null"]}])
def test_a_text_may_be_written_in_umlauts(schema: dict[str, Any]) -> None:
    text = beyond_ascii(parameter("id", "path", **schema))
    assert text is not None and not text.isascii() and "'" in text


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "integer", "minimum": 1},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[a-z]{6}$"},
        {},
    ],
)
def test_an_invented_value_is_one_that_the_contract_admits(schema: dict[str, Any]) -> None:
    asked = parameter("id", "path", **schema)
    value = invented(asked, 1)
    assert value is not None and admits(asked, value)


def test_nothing_is_invented_where_the_contract_leaves_no_room() -> None:
    assert invented(parameter("id", "path", enum=["a"]), 1) is None
