"""Hashes in a temporary file are compared as those in memory are."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.formats.marked import marks as module
from cpo_probe.formats.marked.marks import Marks, lost, twice
from tests.formats.marked.test_examine import HEAD, TAIL, judged

HASHES = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=60)


def made(hashes: list[int]) -> Marks:
    marks = Marks()
    for one in hashes:
        marks.fresh.append(one)
        marks.settle()
    return marks


@pytest.mark.parametrize("most", (1, 7, 10_000))
@given(HASHES, HASHES, HASHES)
def test_what_is_twice_and_what_is_lost_is_what_sets_say(
    most: int, first: list[int], second: list[int], third: list[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", most)
        one, two, three = map(made, (first, second, third))
        assert len(one) == len(first)
        assert twice(one) == {mark for mark in first if first.count(mark) > 1}
        assert lost(one, two, three) == set(first) - set(second) - set(third)


def test_a_full_disk_leaves_hashes_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(buffering: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "MOST", 5)
    monkeypatch.setattr(module, "TemporaryFile", full)
    marks = made([*range(20), 7])
    assert (len(marks), marks.many, twice(marks)) == (21, False, {7})


def test_a_disk_that_fills_up_on_the_way_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    marks = made([*range(6), 1])
    assert marks.many
    marks._full = True
    for one in (*range(100, 120), 3):
        marks.fresh.append(one)
        marks.settle()
    assert twice(marks) == {1, 3}


class _Small(BytesIO):
    """Takes 100 bytes and no more; closing it writes nothing."""

    def __init__(self, buffering: int) -> None:
        assert buffering == 0
        super().__init__()

    def write(self, data: Any, /) -> int:
        return super().write(data[: 100 - self.tell()])


def test_a_piece_for_which_there_is_room_in_part_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    monkeypatch.setattr(module, "TemporaryFile", _Small)
    marks = made([*range(50), 3, 12, 40])
    assert (len(marks), marks._kept, twice(marks)) == (53, 10, {3, 12, 40})


def test_a_file_of_many_ids_is_judged_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = "".join(f'<Part uid="p{n}"><Related uidRef="p{n * 7 % 3000}"/></Part>\n' for n in range(2_990)) + '<Part uid="p5"/>'
    whole = judged(tmp_path, HEAD + parts + TAIL)
    monkeypatch.setattr(module, "MOST", 100)
    spread = judged(tmp_path, HEAD + parts + TAIL)
    assert spread.seen.ids.many and not whole.seen.ids.many
    nowhere = sum(n * 7 % 3000 >= 2_990 for n in range(2_990))
    assert spread.problems.counts == whole.problems.counts == {"id-unique": 1, "reference": nowhere}
    assert list(map(repr, spread.problems)) == list(map(repr, whole.problems))
