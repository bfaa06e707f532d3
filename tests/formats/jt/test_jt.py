"""JT files: a frame that is whole, and bytes that break nothing."""

import struct
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats.jt import MOST, Report, examine
from cpo_probe.model import Blocker, untestable
from tests.formats.jt.made import IDS, VERSION, jt


def judged(folder: Path, data: bytes, most: int = MOST) -> Report:
    (folder / "a.jt").write_bytes(data)
    return examine(folder / "a.jt", most)


def test_the_frame_is_read_in_both_orders_and_widths(tmp_path: Path) -> None:
    for order in "<>":
        for version in (VERSION, b"Version 8.1", b"Version 10.5 JT  DM 10.5.0.0"):
            report = judged(tmp_path, jt(version, order))
            assert (report.problems.counts, report.segments) == ({}, 2)
            assert report.version == version.split()[1].decode()


def test_offsets_of_32_bits_are_read_in_edition_10_too(tmp_path: Path) -> None:
    report = judged(tmp_path, jt(b"Version 10.0", place="I"))
    assert (report.problems.counts, report.segments) == ({}, 2)


def test_a_segment_that_was_cut_off_is_named_by_its_entry(tmp_path: Path) -> None:
    data = jt()
    (problem,) = judged(tmp_path, data[:-1]).problems
    assert (problem.rule, problem.location, problem.found) == ("contents", "segment", f"{len(data) - 32} + 32")
    assert data[problem.where.offset :].startswith(bytes([2]) * 16)


def test_of_entries_beyond_our_bounds_nothing_is_known(tmp_path: Path) -> None:
    problems = judged(tmp_path, jt(), 1).problems
    assert (problems.counts, problems.unsaid) == ({}, dict.fromkeys(("contents", "segments"), untestable(Blocker.BEYOND_BOUNDS)))
    other = judged(tmp_path, jt(root=IDS[1]), 1).problems
    assert (other.counts, set(other.unsaid)) == ({}, {"contents", "segments", "root"})
    broken = judged(tmp_path, jt().replace(IDS[0] + struct.pack("<iI", 1, 32), IDS[0] + struct.pack("<iI", 1, 33)), 1).problems
    assert (broken.counts, set(broken.unsaid)) == ({"segments": 1}, {"contents"})


def test_every_cut_is_told(tmp_path: Path) -> None:
    data = jt()
    for end in range(len(data)):
        assert judged(tmp_path, data[:end]).problems.counts


def test_no_bytes_break_the_reader(tmp_path: Path) -> None:
    good = jt()

    @settings(max_examples=150, deadline=None)
    @given(st.integers(75, len(good) - 1), st.binary(min_size=1, max_size=8))
    def check(at: int, put: bytes) -> None:
        judged(tmp_path, good[:at] + put + good[at + len(put) :])

    check()
