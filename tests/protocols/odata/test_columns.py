"""What is judged for many values at once is judged as it is one by one."""

import random
from typing import Any

import pytest

from cpo_probe.protocols.odata import Context, Expected, judge_payload
from cpo_probe.protocols.odata import payload_alike as alike
from cpo_probe.protocols.odata.tables import Tables
from tests.protocols.odata.test_payload import LINK, MODEL, NOTES, OLD, ORDER, TYPES

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 255, 256, 2**31, 2**63, -(2**63), 1.0, 0.5, 1.25, 12.345, 999.99, 1000.0, 99999.5, 1e300, 3.5e38,
    float("nan"), float("inf"), "", "a", "abc", "abcd", "Work", "Done", "Undone", "R", "R,W", "1", "AAAA", "!", "P1D", "PT1.255S",
    "01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef\n", "\n01234567-89ab-cdef-0123-456789abcdef",
    "2024-02-28", "2024-02-30", "2024-02-29", "2023-02-29", "2024-02-28\n2024-02-28", "12:30:00", "12:30:00.1234", "24:00:00",
    "2024-02-28T12:00:00Z", "2024-02-28T12:00:00.1239Z", "2024-02-28T12:00Z", "2024-02-28", "2024-02-28T12:00:00.123+01:00",
    {"type": "Point", "coordinates": [1, 2]}, {"type": "Point"}, {}, [], ["a"], [1], {"City": "Ulm"}, {"City": 1}, [{"City": 1}],
]  # fmt: skip


@pytest.mark.parametrize("ieee754", (False, True))
@pytest.mark.parametrize("name", TYPES)
def test_a_column_says_right_only_of_values_that_the_check_says_right_of(name: str, ieee754: bool) -> None:
    part = MODEL.structured("N.Part")
    assert part is not None
    table = Tables(MODEL, ieee754).table(part)
    slot, column = table.slots[name], table.columns.get(name)
    if slot.check is None or column is None:
        assert slot.check is None and column is None
        return

    def said(value: Any) -> bool:
        assert slot.check is not None
        if not slot.stated.collection:
            return not slot.check(value)
        return isinstance(value, list) and not any(item is None or slot.check(item) for item in value)

    odd = [*ODD, *([value] for value in ODD)] if slot.stated.collection else ODD
    right = [value for value in odd if value is not None and said(value)]
    wrong = [value for value in odd if value is not None and not said(value)]
    for value in wrong:
        for place in range(len(right) + 1):
            assert not column([*right[:place], value, *right[place:]]), value
    assert any(column([value, value]) for value in right)


@pytest.mark.parametrize("seed", range(40))
def test_a_page_of_instances_is_judged_as_each_of_them(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    names = chance.sample(
        [*TYPES, "Owner", "Parts", "Undeclared", "@odata.etag", "Text@odata.type", "Text@N.Term", "@odata.id"], 12
    )
    usual = {name: chance.choice(ODD) for name in names}
    if chance.random() < 0.5:
        usual["@odata.type"] = chance.choice(["#N.Part", "#N.Bolt", "#N.Place", "#N.Nothing", "other/$metadata#X.Y"])
    page = [{name: chance.choice(ODD) if chance.random() < 0.1 else value for name, value in usual.items()} for _ in range(30)]
    for one in chance.sample(page, 4):
        one[chance.choice(["@odata.type", "Extra", "Need", "@odata.id"])] = chance.choice(["#N.Bolt", "#N.Place", 1])
    body = {"@odata.context": "$metadata#Parts", "value": page}
    for context in (
        Context("4.0", "minimal", chance.random() < 0.5, chance.random() < 0.5),
        Context("4.01", "none", False, False),
        Context("4.0", "full", False, True),
    ):
        expected = Expected.entities("N.Part")
        together = judge_payload(MODEL, body, expected, context)
        with monkeypatch.context() as patch:
            patch.setattr(alike, "_SOME", 1000)
            apart = judge_payload(MODEL, body, expected, context)
        assert list(map(repr, together)) == list(map(repr, apart)) and together.counts == apart.counts


INSIDE: dict[str, list[Any]] = {
    "Place": [{"City": "Ulm"}, {"City": None}, {"City": 1}, {}, None, [], "Ulm", {"@odata.type": "#N.Site", "Hall": 1},
              {"@odata.type": "#N.Bolt"}, {"City": "Ulm", "Hall": 1}, {"@odata.id": "x"}],
    "Places": [[{"City": "Ulm"}], [], None, [None], [{"City": 1}], {"City": "Ulm"}, [{"City": "Ulm"}, {"Town": "Ulm"}], ["Ulm"]],
    "Owner": [{"ID": 1}, {"ID": "1"}, {}, None, [], {"@odata.id": "Persons(1)"}, {"ID": 1, "Name": "x"}, {"ID": None}],
    "Parts": [[{"ID": 1}], [], None, [None], [{"ID": "1"}], {"ID": 1}, [{"ID": 1, "Place": {"City": 1}}],
              [{"@odata.id": "Parts(1)"}]],
}  # fmt: skip


@pytest.mark.parametrize("metadata", ("minimal", "full"))
@pytest.mark.parametrize("complete", (False, True))
@pytest.mark.parametrize("name", INSIDE)
def test_instances_within_instances_are_judged_as_each_of_them(
    name: str, complete: bool, metadata: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context("4.01", metadata, False, complete)
    right, *others = INSIDE[name]
    for other in (right, *others):
        page = [{"ID": number, name: other if number in (7, 8) else right} for number in range(20)]
        body = {"@odata.context": "$metadata#Parts", "value": page}
        together = judge_payload(MODEL, body, Expected.entities("N.Part"), context)
        with monkeypatch.context() as patch:
            patch.setattr(alike, "_SOME", 1000)
            apart = judge_payload(MODEL, body, Expected.entities("N.Part"), context)
        assert list(map(repr, together)) == list(map(repr, apart)) and together.counts == apart.counts, other


OLD_VALUES: dict[str, list[Any]] = {
    "__metadata": [NOTES["__metadata"], {"uri": "x", "type": "N.Box"}, {"uri": "x", "type": "N.Odd"}, {"uri": "x", "type": 1},
                   {"uri": "x", "type": ""}, {"uri": None, "type": "N.Order"}, {"uri": "x"}, {"type": "N.Order"}, {}, None, "x",
                   []],
    "Id": ["1", 1, None, "x", ""],
    "Price": ["12.50", None, 12.5, "1.234", "12345.00"],
    "At": ["/Date(1700000000000)/", None, "2023-11-14T22:13:20Z"],
    "Box": [{"W": 1}, None, {}, {"W": "1"}, {"H": 1}, [], {"__metadata": {"type": "N.Box"}, "W": 1}, {"__metadata": 1},
            {"__metadata": {"type": ""}, "W": 1}],
    "Items": [LINK, {"__deferred": {}}, {"__deferred": 1}, {"results": [ORDER]}, {"results": [{"Id": 1}]}, {"results": 1},
              [ORDER], None, 1, {}],
    "More": [1, None],
}  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_a_page_of_old_instances_is_judged_as_each_of_them(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    names = chance.sample(list(OLD_VALUES), chance.randint(1, len(OLD_VALUES)))
    usual = {name: OLD_VALUES[name][0] for name in names if name != "More"}
    page = [
        {name: chance.choice(OLD_VALUES[name]) if chance.random() < 0.03 else value for name, value in usual.items()}
        for _ in range(30)
    ]
    if chance.random() < 0.3:
        page[7]["More"] = 1
    body = {"d": {"results": page}}
    for complete in (False, True):
        context = Context("2.0", "minimal", False, complete)
        together = judge_payload(OLD, body, Expected.entities("N.Order"), context)
        with monkeypatch.context() as patch:
            patch.setattr(alike, "_SOME", 1000)
            apart = judge_payload(OLD, body, Expected.entities("N.Order"), context)
        assert list(map(repr, together)) == list(map(repr, apart)) and together.counts == apart.counts


@pytest.mark.parametrize("count", (1, 30))
def test_an_old_type_without_a_name_is_told_in_entities_and_in_complex_values(count: int) -> None:
    context = Context("2.0", "minimal", False, False)
    nameless = {"uri": "x", "type": ""}
    for one in ({"__metadata": nameless}, {**NOTES, "Box": {"__metadata": nameless}}):
        found = judge_payload(OLD, {"d": {"results": [one] * count}}, Expected.entities("N.Order"), context)
        assert found.counts == {"payload.type": count}
