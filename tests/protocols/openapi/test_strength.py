"""How many planted defects does a contract notice?"""

from typing import Any

import pytest

from cpo_probe.model import FailureKind
from cpo_probe.protocols.openapi import Contract, Strength
from cpo_probe.protocols.openapi.strength import KINDS, MAX_PLACES
from tests.protocols.openapi.support import answering, build, exchange, get

BODY = {"items": [{"id": "1", "state": "draft", "mass": 1.5}, {"id": "2", "state": "draft", "mass": 2}], "total": 2}
WEAK = {"type": "object"}
STRONG: dict[str, Any] = {
    "type": "object",
    "required": ["items", "total"],
    "properties": {
        "total": {"type": "integer"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "state", "mass"],
                "properties": {
                    "id": {"type": "string"},
                    "state": {"type": "string", "enum": ["draft"]},
                    "mass": {"type": "number"},
                },
            },
        },
    },
}


def contract(schema: Any) -> Contract:
    return build(answering(schema)).contract("GET /items")


def test_a_contract_that_states_everything_notices_everything() -> None:
    found = contract(STRONG).strength(exchange(BODY))
    assert found.rejected == found.mutants == sum(planted for _, planted in found.by_kind.values())
    assert found.survivors == 0 and found.survived == () and set(found.by_kind) == set(KINDS)


def test_an_empty_contract_notices_nothing() -> None:
    found = contract({}).strength(exchange(BODY))
    assert found.rejected == 0 and found.mutants > 20
    assert build(get()).contract("GET /items").strength(exchange(BODY)).rejected == 0


def test_a_weak_contract_notices_only_what_it_states() -> None:
    found = contract(WEAK).strength(exchange(BODY))
    assert found.rejected == 2, "the whole answer as a text, and as null"
    assert set(found.survived) == {"dropped", "type", "null", "truncated"}


def test_each_promise_that_is_taken_away_lets_a_kind_of_defect_through() -> None:
    item = STRONG["properties"]["items"]["items"]
    loose = STRONG | {
        "properties": STRONG["properties"]
        | {"items": {"type": "array", "items": {k: v for k, v in item.items() if k != "required"}}}
    }
    assert set(contract(loose).strength(exchange(BODY)).survived) == {"dropped", "truncated"}


@pytest.mark.parametrize(
    ("schema", "planted"),
    [
        ({"type": "string"}, True),
        ({}, True),
        ({"enum": ["a"]}, True),
        ({"type": ["string", "null"]}, False),
        ({"type": "string", "nullable": True}, False),
        ({"type": "string", "x-nullable": True}, False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, False),
        ({"allOf": [{"type": "string"}], "nullable": True}, False),
        ({"enum": ["a", None]}, False),
    ],
)
def test_null_is_no_defect_where_the_contract_allows_it_by_name(schema: dict[str, Any], planted: bool) -> None:
    found = contract(schema).strength(exchange("a"))
    assert ("null" in found.by_kind) is planted


def test_the_same_answer_gives_the_same_figures() -> None:
    assert contract(STRONG).strength(exchange(BODY)) == contract(STRONG).strength(exchange(BODY))


def test_a_large_answer_is_probed_at_a_bounded_number_of_places() -> None:
    body = {"items": [{"id": str(i), "state": "draft", "mass": i} for i in range(1000)], "total": 1} | {
        f"m{i}": i for i in range(500)
    }
    found = contract(STRONG).strength(exchange(body))
    assert max(planted for _, planted in found.by_kind.values()) == MAX_PLACES


def test_places_that_are_wrong_already_are_left_alone() -> None:
    wrong = {"items": [], "total": "two"}
    found = contract(STRONG).strength(exchange(wrong))
    assert found.by_kind["dropped"] == (1, 1), "only items is dropped"
    assert found.survivors == 0


@pytest.mark.parametrize(
    "answer",
    [
        exchange(b"a;b", headers={"Content-Type": "text/csv"}),
        exchange(b""),
        exchange({"a": 1}, truncated=FailureKind.DISCONNECTED),
    ],
)
def test_without_json_nothing_is_planted(answer: Any) -> None:
    assert contract(STRONG).strength(answer) == Strength(0, 0, {})


def test_a_scalar_answer_is_probed_too() -> None:
    found = contract({"type": "string", "enum": ["a"]}).strength(exchange("a"))
    assert found == Strength(3, 3, {"type": (1, 1), "enum": (1, 1), "null": (1, 1)})
