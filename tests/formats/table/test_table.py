"""Tables: where something is wrong is told by line and byte, and nothing breaks the reader."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats.table import Report, examine


def judged(folder: Path, text: str | bytes, label: str = "text/csv") -> Report:
    (folder / "t.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return examine(folder / "t.csv", label)


def places(report: Report) -> list[tuple[str, int, int, object, object]]:
    return [(p.rule, p.where.line, p.where.offset, p.expected, p.found) for p in report.problems]


def test_a_record_of_other_width_is_named_by_its_first_line_and_byte(tmp_path: Path) -> None:
    text = 'a,b\r\n"x\r\ny",2\r\n"1\r\n",2,3\r\n4,5\r\n'
    report = judged(tmp_path, text)
    assert places(report) == [("fields", 4, text.index('"1'), 2, 3)]
    assert (report.records, report.fields) == (4, 2)


def test_a_quote_inside_of_a_field_is_told_once_for_its_record(tmp_path: Path) -> None:
    text = 'a,b\r\n5" x 3",2\r\n1,2\r\n'
    assert places(judged(tmp_path, text)) == [("quotes", 2, 6, "a quoted field", "a quote inside of a field")]


def test_a_quote_that_is_never_closed_is_named_where_it_opens(tmp_path: Path) -> None:
    report = judged(tmp_path, 'a,b\r\n1,"2\r\n3,4\r\n')
    assert places(report) == [("quotes", 2, 7, "a closing quote", "the end of the file")]
    assert "fields" in report.problems.unsaid


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_most_records_agree_on(tmp_path: Path, delimiter: str) -> None:
    text = delimiter.join(("id", "name", "quantity")) + "\r\n"
    text += "".join(delimiter.join((f"P{i}", f"Part, {i}" if delimiter != "," else "Part", "1")) + "\r\n" for i in range(5))
    report = judged(tmp_path, text)
    assert (report.dialect.delimiter, report.fields) == (delimiter, 3)


def test_prose_is_a_table_of_one_column(tmp_path: Path) -> None:
    assert judged(tmp_path, "First line\r\nSecond, with a comma\r\nThird\r\nFourth\r\n").fields == 1


def test_the_encoding_breaks_at_a_byte_and_a_line(tmp_path: Path) -> None:
    report = judged(tmp_path, b"a,b\r\n" + b"x,1\r\n" * 300_000 + b"\xfc,2\r\n")
    assert places(report) == [("encoding", 300_002, 5 + 5 * 300_000, "utf-8", "fc 2c 32 0d")]


def test_a_character_cut_by_the_end_of_a_piece_is_none_that_is_wrong(tmp_path: Path) -> None:
    text = "\u00fc" * 2**19 + "x,1\r\n"
    for shift in range(3):
        assert judged(tmp_path, "y" * shift + text).problems.counts == {}


def test_a_line_longer_than_a_piece_is_one_record(tmp_path: Path) -> None:
    text = "a,b\r\n" + '"' + "x" * 3_000_000 + '",2\r\n' + "y" * (2**20 - 7) + ",2\r\n1,2\r\n"
    report = judged(tmp_path, text)
    assert (report.problems.counts, report.records) == ({}, 4)


def test_what_a_library_writes_is_read_as_it_was_meant(tmp_path: Path) -> None:
    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.lists(st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=8), min_size=3, max_size=3), min_size=1
        )
    )
    def check(rows: list[list[str]]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
        report = judged(tmp_path, out.getvalue())
        assert report.problems.counts.keys() <= {"controls"}
        assert report.records == len(rows) + 1

    check()


def test_no_bytes_break_the_reader(tmp_path: Path) -> None:
    @settings(max_examples=150, deadline=None)
    @given(
        st.binary(max_size=200),
        st.sampled_from(["", "text/csv", "text/csv; charset=utf-16", "text/csv; charset=utf-7; header=present"]),
    )
    def check(data: bytes, label: str) -> None:
        report = judged(tmp_path, data, label)
        assert all(problem.where.offset <= len(data) for problem in report.problems)

    check()


def test_a_file_of_zeros_is_judged_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "zeros.csv"
    with path.open("wb") as file:
        file.write(b"a,b\r\n")
        file.truncate(64 * 2**20)
    assert examine(path, "text/csv").problems.counts["controls"] in range(1, 65)
