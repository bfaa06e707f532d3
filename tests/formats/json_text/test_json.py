"""JSON: what is wrong is told by line, byte and pointer, whatever the size of the file."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats.json_text import Report, examine, places

MODULE = sys.modules["cpo_probe.formats.json_text.examine"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read piece by piece, as large ones are."""
    monkeypatch.setattr(MODULE, "MOST_AT_ONCE", -1)


def judged(folder: Path, data: str | bytes, lines: bool = False) -> Report:
    (folder / "x.json").write_bytes(data if isinstance(data, bytes) else data.encode())
    return examine(folder / "x.json", lines=lines)


def test_a_mistake_is_named_by_line_and_byte(tmp_path: Path) -> None:
    text = '{"a": 1,\n "b": [1, 2,,]\n}'
    (problem,) = judged(tmp_path, text).problems
    assert (problem.rule, problem.where.line, problem.where.offset) == ("well-formed", 2, text.index(",]"))


def test_a_name_that_is_there_twice_is_named_by_its_pointer(tmp_path: Path) -> None:
    text = '{"a":\n[{"x/y": 1,\n"x/y": 2}, {"a": 1, "\\u0061": 2}]}'
    found = [(p.where.pointer, p.where.line, p.location, p.found) for p in judged(tmp_path, text).problems]
    assert found == [("/a/0/x~1y", 3, "/a/*/x~1y", "x/y"), ("/a/1/a", 3, "/a/*/a", "a")]


def test_places_of_pointers_are_found_as_far_as_they_lead(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"a": 1,\n"": [{"b/c": 1},\n2]}')
    asked = ["", "/a", "/", "//0/b~1c", "//1", "//2", "/z"]
    assert places(tmp_path / "x.json", asked) == {
        "": (1, 0), "/a": (1, 6), "/": (2, 13), "//0/b~1c": (2, 22), "//1": (3, 26),
    }  # fmt: skip


def test_a_string_that_does_not_end_is_told_where_it_stops_being_one(tmp_path: Path) -> None:
    text = '["' + "x" * 3_000_000 + "\n" + '"]'
    (problem,) = judged(tmp_path, text).problems
    assert (problem.rule, problem.where.offset) == ("well-formed", text.index("\n"))


@pytest.mark.usefixtures("no_hurry")
def test_both_ways_of_reading_agree_on_what_a_library_writes(tmp_path: Path) -> None:
    @settings(max_examples=100, deadline=None)
    @given(VALUES, st.sampled_from([None, 1]), st.booleans())
    def check(value: object, indent: int | None, plain: bool) -> None:
        assert (
            judged(tmp_path, json.dumps(value, indent=indent, ensure_ascii=plain).encode("utf-8", "replace")).problems.counts
            == {}
        )

    check()


@pytest.mark.usefixtures("no_hurry")
def test_what_a_strict_parser_refuses_is_told_and_nothing_else(tmp_path: Path) -> None:
    def refuse(name: str) -> None:
        raise ValueError(name)

    @settings(max_examples=300, deadline=None)
    @given(st.text('{}[]:,"\\u0aeE1.-tru fals\n', max_size=14))
    def check(text: str) -> None:
        try:
            json.loads(text, parse_constant=refuse)
            right = True
        except ValueError:
            right = False
        assert ("well-formed" not in judged(tmp_path, text).problems.counts) == right

    check()


@pytest.mark.usefixtures("no_hurry")
def test_no_bytes_break_the_reader(tmp_path: Path) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=60), st.booleans())
    def check(data: bytes, lines: bool) -> None:
        assert all(problem.where.offset <= len(data) for problem in judged(tmp_path, data, lines).problems)

    check()


@pytest.mark.usefixtures("no_hurry")
def test_tokens_at_the_ends_of_pieces_are_whole(tmp_path: Path) -> None:
    for shift in range(12):
        text = "[" + " " * (2**20 - 8 - shift) + 'true, -12.5e+3, "ab\\u00e4", 1]'
        assert judged(tmp_path, text).problems.counts == {}


def test_a_value_that_never_ends_is_not_held(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    with path.open("wb") as file:
        file.write(b'["')
        file.write(b"x" * (40 * 2**20))
    assert set(examine(path).problems.counts) == {"bounds"}
