"""Exchanges that were just read are kept, within bounds."""

import asyncio
from pathlib import Path

from cpo_probe.evidence import Bundle, Group, RecordWriter
from cpo_probe.model.recent import Recent
from tests.evidence.made import exchange, plan, record


def test_an_exchange_that_was_just_read_is_not_read_again(tmp_path: Path) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle:
        assert bundle.exchange("000003") is bundle.exchange("000003")
        assert next(iter(bundle.select(purpose="rest.read"))) is bundle.exchange("000002")


def test_the_oldest_go_when_the_room_is_full() -> None:
    recent: Recent[int, str] = Recent(10_000)
    for number in range(1, 6):
        recent.add(number, str(number), 3_000)
        recent.get(1)
    assert [number for number in range(1, 6) if recent.get(number)] == [1, 4, 5]


def test_one_that_fills_all_the_room_is_handed_back_and_not_kept() -> None:
    recent: Recent[int, str] = Recent(10_000)
    recent.add(1, "small", 1)
    assert recent.add(2, "big", 20_000) == "big"
    assert recent.get(2) is None
    assert recent.get(1) == "small"


def test_one_that_comes_again_takes_its_room_once() -> None:
    recent: Recent[int, str] = Recent(10_000)
    for _ in range(5):
        recent.add(1, "one", 6_000)
    recent.add(2, "two", 4_000)
    assert [recent.get(1), recent.get(2)] == ["one", "two"]


def test_light_rows_are_chosen_by_several_patterns_and_grow_with_the_record(tmp_path: Path) -> None:
    with Bundle.open(record(tmp_path / "run")) as bundle:
        assert [key.id for key in bundle.keys(of=("discovery.*", "rest.errors.*"))] == ["000001", "000006"]
        assert [key.id for key in bundle.keys(of=("rest.*",), group="g1")] == ["000003", "000005"]
        assert list(bundle.keys(of=("nothing",))) == []
        assert list(bundle.keys(of=("nothing", "*"))) == list(bundle.keys())


def test_a_purpose_recorded_later_is_found(tmp_path: Path) -> None:
    folder = record(tmp_path / "run", seal=False)
    with Bundle.open(folder) as bundle, RecordWriter.resume(folder) as writer:
        assert list(bundle.keys(of=("new.*",))) == []
        asyncio.run(writer.write(*exchange(writer.next_id(), purpose="new.purpose")))
        bundle.refresh()
        assert [key.purpose for key in bundle.keys(of=("new.*",))] == ["new.purpose"]


def test_a_group_has_the_interface_and_operation_that_all_of_it_share(tmp_path: Path) -> None:
    with RecordWriter.create(tmp_path / "run", plan()) as writer:
        for group, operation in (("b", "GET /b"), ("a", "GET /a"), ("", "GET /a"), ("a", "GET /a"), ("b", "GET /c")):
            asyncio.run(writer.write(*exchange(writer.next_id(), group=group, operation=operation)))
    with Bundle.open(tmp_path / "run") as bundle:
        shared = bundle.exchange("000001").interface
        assert list(bundle.groups()) == [Group("a", shared, "GET /a", "000004"), Group("b", shared, "", "000005")]
