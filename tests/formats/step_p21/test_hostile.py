"""Files that are made to break a reader: does it stay small, does it say where, and does it come back at all?"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cpo_probe.formats.step_p21 import MALFORMED, UNRESOLVED, Report, examine, reader
from cpo_probe.formats.step_p21.table import Column
from tests.formats.step_p21.files import END, HEADER, POINT, read, rules, whole

MEGABYTE = 1 << 20


def first(report: Report, rule: str) -> tuple[int, int, str]:
    """Line, offset and instance of the first problem of a rule."""
    problem = next(p for p in report.problems if p.rule == rule)
    return problem.where.line, problem.where.offset, problem.where.instance


def test_a_file_broken_off_anywhere_is_told_so_once_and_its_references_are_not_judged(tmp_path: Path) -> None:
    data = whole(POINT + b"#2=VERTEX_POINT('it''s /* no comment */',#1); /* one */\n#3=(A(1) B('x',(#1,#2)));\n")
    for end in range(len(HEADER), len(data.rstrip()) - 1):
        report = read(tmp_path, data[:end])
        assert not report.complete
        assert {"envelope", "closed"} & rules(report), end
        assert "references" not in rules(report) and "references" in report.unsaid
        assert all(0 <= p.where.offset <= end and p.where.line > 0 for p in report.problems)


def test_a_file_broken_off_in_its_header_is_no_crash(tmp_path: Path) -> None:
    data = whole(POINT)
    for end in range(len(HEADER) + 6):
        assert rules(read(tmp_path, data[:end])), end


@pytest.mark.parametrize("data", [b"", b"\x00" * 5000, b"<html></html>", b"PK\x03\x04", b"{}", HEADER.decode().encode("utf-16")])
def test_another_file_breaks_one_rule_and_passes_none(tmp_path: Path, data: bytes) -> None:
    report = read(tmp_path, data)
    assert rules(report) == {"envelope"}
    assert "syntax" in report.unsaid and "references" in report.unsaid and not report.complete


def test_a_byte_order_mark_is_told_and_the_file_is_read(tmp_path: Path) -> None:
    report = read(tmp_path, b"\xef\xbb\xbf" + whole(POINT))
    assert rules(report) == {"envelope"}
    assert len(report.population) == 1 and report.complete


def test_stray_bytes_before_the_first_token_are_told_and_the_file_is_read(tmp_path: Path) -> None:
    report = read(tmp_path, b"s" + whole(POINT))
    assert rules(report) == {"envelope"}
    assert len(report.population) == 1 and report.complete


def test_a_sparse_file_of_ten_gigabytes_is_given_up_where_its_text_ends(tmp_path: Path) -> None:
    path = tmp_path / "sparse.stp"
    with path.open("wb") as file:
        file.write(HEADER + b"DATA;\n" + POINT)
        file.truncate(10 << 30)
    report = examine(path)
    line, offset, _ = first(report, "limits")
    assert (line, offset) == (9, len(HEADER) + 6 + len(POINT))
    assert len(report.population) == 1 and "references" in report.unsaid


def test_nul_bytes_between_instances_are_ignored_as_the_standard_says_and_inside_strings_told(tmp_path: Path) -> None:
    report = read(tmp_path, whole(POINT + b"\x00\x00" + POINT.replace(b"#1", b"#2").replace(b"''", b"'a\x00b'")))
    assert len(report.population) == 2
    assert rules(report) == {"controls"}


def test_a_million_parentheses_are_refused_at_a_depth(tmp_path: Path) -> None:
    for body in (
        b"#1=A(" + b"(" * 10**6 + b")" * 10**6 + b");",
        b"#1=A(" + b"B(" * 10**6 + b"1" + b")" * 10**6 + b");",
        b"(" * 10**6,
    ):
        report = read(tmp_path, whole(body + POINT.replace(b"#1", b"#2")))
        assert len(report.population) == (1 if body.endswith(b";") else 0)
        assert rules(report) & {"syntax", "limits"}


def test_an_unclosed_string_costs_one_instance_and_is_told_with_its_line(tmp_path: Path) -> None:
    for end in (b"", b"#9=PRODUCT('x','y',#1);\n" * 3):
        body = POINT + b"#2=PRODUCT('abc,'x',#1);\n" + b"#3=PRODUCT('b','c',#1);\n" + b"#4=PRODUCT('d''','c',#2);\n" + end
        report = read(tmp_path, whole(body))
        assert first(report, "closed")[0] == 9
        assert {1, 3, 4} <= set(report.population.ids.tolist()) and report.complete
        assert "references" not in rules(report)


def test_a_string_that_quotes_an_instance_is_no_unclosed_one(tmp_path: Path) -> None:
    report = read(tmp_path, whole(POINT + b"#2=DESCRIPTION('see\n#1=A(1);\n#5=B(2);\n');\n"))
    assert rules(report) == set() and len(report.population) == 2


def test_an_unclosed_comment_is_told_where_it_begins(tmp_path: Path) -> None:
    data = whole(POINT + b"/* begins here\n" + POINT)
    report = read(tmp_path, data)
    assert first(report, "closed")[:2] == (9, data.index(b"/*"))
    assert not report.complete


def test_numbers_of_instances_beyond_64_bits_are_told(tmp_path: Path) -> None:
    big = b"#" + b"9" * 30
    report = read(
        tmp_path, whole(POINT + big + b"=A(1);\n#3=A(" + big + b");\n#4=A(#" + b"9" * 5000 + b");\n#9223372036854775807=A(#1);\n")
    )
    assert report.population.ids.tolist() == [1, (1 << 63) - 1]
    assert report.problems.counts == {"limits": 2, "syntax": 1}


def test_equal_names_are_counted_exactly_and_the_first_one_is_referred_to(tmp_path: Path) -> None:
    report = read(tmp_path, whole(POINT * 1000 + b"#2=A(#1);\n#0=A(1);\n"))
    assert report.problems.counts == {"instance-names": 1000}
    assert report.population.targets(1000).tolist() == [0]


def test_references_to_nowhere_are_counted_exactly_and_told_by_kind_of_instance(tmp_path: Path) -> None:
    body = b"".join(b"#%d=A(#%d);\n" % (i, i + 10**6) for i in range(1, 400)) + b"#900=B(1,#901,#902);\n"
    report = read(tmp_path, whole(body))
    assert report.problems.counts == {"references": 401}
    assert {p.location for p in report.problems} == {"A", "B"}


def test_references_to_a_malformed_instance_are_not_wrong(tmp_path: Path) -> None:
    report = read(tmp_path, whole(b"#1=A(.5);\n#2=B(#1);\n#3=A(1)\n#4=A(2);\n#5=B(#3,#4);\n"))
    assert report.problems.counts == {"literals": 1, "syntax": 1}


def test_an_instance_with_too_many_references_is_told_and_its_neighbours_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "REFERENCES", 2_000_000)
    many = b"#2=A((" + b"#1," * 2_000_001 + b"#1));\n"
    report = read(tmp_path, whole(POINT + many + b"#3=A(#2);\n#4=B(#1,#9);\n"))
    assert report.problems.counts == {"limits": 1, "references": 1}
    assert first(report, "limits")[0] == 9
    assert report.population.ids.tolist() == [1, 3, 4]
    assert report.population.refs.tolist() == [MALFORMED, 0, UNRESOLVED]


def test_references_of_one_instance_in_many_blocks_are_all_there_and_those_to_nowhere_told_once(tmp_path: Path) -> None:
    count = 1_500_000
    report = read(tmp_path, whole(POINT + b"#2=A((" + b"#7," * count + b"#1));\n#3=A(#1);\n"))
    assert report.population.ref_start.tolist() == [0, 0, count + 1, count + 2]
    assert report.population.targets(1)[-2:].tolist() == [UNRESOLVED, 0]
    assert report.problems.counts == {"references": count}
    assert [p.found for p in report.problems] == ["#7"]


def test_columns_are_as_narrow_as_their_largest_number_allows() -> None:
    column = Column(16)
    for number, width in ((1, 2), (1 << 16, 4), (3, 4), (1 << 40, 8), ((1 << 64) - 1, 8)):
        column.add(np.array([number], np.uint64))
        assert column.array().itemsize == width
    assert column.array().tolist() == [1, 1 << 16, 3, 1 << 40, (1 << 64) - 1]
    column.cut(2)
    assert column.array().tolist() == [1, 1 << 16] and len(column) == 2


MEASURED = """
import sys
from pathlib import Path
from cpo_probe.formats.step_p21 import examine
report = examine(Path(sys.argv[1]))
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024, len(report.population), *sorted(report.problems.counts))
"""


def measured(path: Path) -> tuple[int, int, list[str]]:
    """Peak memory in MB, instances and broken rules, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    peak, count, *broken = done.stdout.split()
    return int(peak), int(count), broken


def huge(member: bytes, end: bytes = b");\n") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(HEADER + b"DATA;\n" + POINT + b"#2=A((")
            for _ in range(40):
                file.write(member * (MEGABYTE // len(member)))
            file.write(member.rstrip(b",") + b")" + end + END)

    return write


@pytest.mark.parametrize(
    ("member", "count", "broken"),
    [
        (b"1.25,", 2, []),
        (b"#1,", 2, []),
        (b"\n(1.5,2.5E-3,-1.),", 2, []),
        (b"'x' 'y',", 1, ["limits"]),
        (b"x", 1, ["limits"]),
        (b"/* c */1,", 2, []),
    ],
    ids=["reals", "references", "points", "malformed", "one-token", "comments"],
)
def test_an_instance_of_40_megabytes_needs_no_memory_for_its_text(
    tmp_path: Path, member: bytes, count: int, broken: list[str]
) -> None:
    path = tmp_path / "huge.stp"
    huge(member)(path)
    peak, read_, found = measured(path)
    path.unlink()
    assert (read_, [f for f in found if f != "envelope"]) == (count, broken)
    assert peak < (160 if b"#" not in member else 300)
