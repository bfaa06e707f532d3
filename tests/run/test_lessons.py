"""Answers wait to be learned, within bounds."""

import pytest

from cpo_probe.model import Exchange
from cpo_probe.run import lessons
from cpo_probe.run.lessons import Lessons
from tests.evidence.made import exchange


def answer(number: int, body: bytes, path: str = "/items") -> Exchange:
    return exchange(f"{number:06d}", body=body, path=path)[0]


def unread(id: str) -> Exchange:
    raise AssertionError(f"{id} was read again")


def test_the_same_answer_to_the_same_question_is_learned_once() -> None:
    taught = Lessons(lambda one: True, unread)
    given = [answer(1, b"a"), answer(2, b"a"), answer(3, b"b"), answer(4, b"a", "/other")]
    assert [one.id for one in taught.new(given)] == ["000001", "000003", "000004"]
    assert list(taught.new(given)) == []


def test_what_teaches_nothing_is_left_aside() -> None:
    taught = Lessons(lambda one: one.body != b"a", unread)
    assert [one.id for one in taught.new([answer(1, b"a"), answer(2, b"b")])] == ["000002"]


def test_answers_beyond_the_room_are_read_again_in_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "ROOM", 10)
    stored = {one.id: one for one in (answer(number, bytes([number]) * 4) for number in range(1, 7))}
    again: list[str] = []

    def read(id: str) -> Exchange:
        again.append(id)
        return stored[id]

    taught = Lessons(lambda one: True, read)
    first, second = taught.hold([stored["000003"], stored["000001"], stored["000002"]]), taught.hold([stored["000004"]])
    assert [one.id for one in taught.release([second, first])] == ["000004", "000003", "000001", "000002"]
    assert again == ["000004", "000002"]
    assert taught.hold([stored["000005"]]) == [stored["000005"]], "there is room again"
