"""Packages: what is wrong with them, what comes out of them, and what hostile ones cannot do."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats.package import BOUNDS, Bounds, Broken, examine, kind_of, unpack
from cpo_probe.model import Outcome

SMALL = Bounds(members=5, directory=2**16, member_bytes=2**20, total_bytes=2**21, ratio=50, free=2**16)


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members:
            made.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


GOOD = archive(("a/part.stp", b"ISO-10303-21;"), ("Müller.csv", b"x"), ("folder/", b""))


def judged(folder: Path, data: bytes, name: str = "all.zip", media_type: str = "", bounds: Bounds = BOUNDS) -> set[str]:
    (folder / "file").write_bytes(data)
    return set(examine(folder / "file", name, media_type, bounds).problems.counts)


def taken(folder: Path, data: bytes, kind: str, name: str = "x", media_type: str = "") -> dict[str, bytes]:
    (folder / "file").write_bytes(data)
    return {one.name: b"".join(pieces) for one, pieces in unpack(folder / "file", kind, name, media_type)}


def test_a_good_archive_breaks_nothing_and_hands_out_its_members(tmp_path: Path) -> None:
    assert judged(tmp_path, GOOD) == set()
    assert taken(tmp_path, GOOD, "zip") == {"a/part.stp": b"ISO-10303-21;", "Müller.csv": b"x", "folder/": b""}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("../x", True),
        ("a/../../x", True),
        ("/etc/passwd", True),
        ("C:/x", True),
        ("a\\b", True),
        ("a..b/c", False),
        ("a/.hidden", False),
    ],
)
def test_names_stay_inside_of_the_package(tmp_path: Path, name: str, wrong: bool) -> None:
    assert judged(tmp_path, archive((name, b"x"))) == ({"path"} if wrong else set())


def test_a_name_that_stands_twice_is_told_once_for_each(tmp_path: Path) -> None:
    data = archive(("a.csv", b"1"), ("b.csv", b"2")).replace(b"b.csv", b"a.csv")
    assert judged(tmp_path, data) == {"unique"}
    assert judged(tmp_path, archive(("a.csv", b"1"), ("A.csv", b"2"))) == {"case"}


def test_a_damaged_member_leaves_the_others_whole(tmp_path: Path) -> None:
    data = archive(("a.csv", b"one" * 9), ("b.csv", b"two" * 9), method=zipfile.ZIP_STORED).replace(b"oneone", b"oneOne", 1)
    (tmp_path / "file").write_bytes(data)
    report = examine(tmp_path / "file", "all.zip")
    (problem,) = report.problems
    assert (problem.rule, problem.where.name, report.kind, len(report.members)) == ("intact", "a.csv", "zip", 2)


@pytest.mark.parametrize("cut", [1, 21, 60, len(GOOD) - 30])
def test_an_archive_that_was_cut_off_cannot_be_opened_and_nothing_else_is_said(tmp_path: Path, cut: int) -> None:
    (tmp_path / "file").write_bytes(GOOD[:-cut])
    problems = examine(tmp_path / "file", "all.zip").problems
    assert set(problems.counts) == {"readable"}
    assert problems.unsaid["path"].outcome is Outcome.NOT_APPLICABLE


def test_what_is_no_package_is_none_unless_it_is_called_one(tmp_path: Path) -> None:
    assert judged(tmp_path, b"ISO-10303-21;", "part.stp") == set()
    assert judged(tmp_path, b"ISO-10303-21;", "all.zip") == {"readable"}
    assert judged(tmp_path, b"ISO-10303-21;", "part.stp", "application/zip") == {"readable"}
    assert judged(tmp_path, gzip.compress(b"x"), "all.zip") == {"readable"}


@pytest.mark.parametrize(
    ("name", "members", "wrong"),
    [
        ("a.stpZ", ("a.stp",), set()),
        ("a.stpZ", ("a.stp", "b.stp"), {"stpz"}),
        ("a.stpZ", ("a.txt",), {"stpz"}),
        ("a.stpxZ", ("a.stpx",), set()),
        ("a.stpxZ", ("a.stpx", "b.stpx"), {"stpz"}),
        ("a.stpxZ", ("a.stp",), {"stpz"}),
        ("a.stpA", ("stpa.ini", "a.stp"), set()),
        ("a.stpA", ("a.stp",), {"stpa"}),
        ("a.p21", ("ISO-10303.p21",), set()),
        ("a.p21", ("iso-10303.P21",), {"p21-root"}),
        ("a.3mf", ("[Content_Types].xml", "_rels/.rels", "3D/3dmodel.model"), set()),
        ("a.aasx", ("a.xml",), {"opc"}),
        ("a.zip", (), {"empty"}),
    ],
)
def test_each_kind_of_archive_holds_what_it_has_to(tmp_path: Path, name: str, members: tuple[str, ...], wrong: set[str]) -> None:
    assert judged(tmp_path, archive(*((member, b"x") for member in members)), name) == wrong


def test_an_archive_whose_members_share_bytes_is_not_opened(tmp_path: Path) -> None:
    one = archive(("a", bytes(1000)))
    begin, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[begin:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(entry), begin, 0)
    (tmp_path / "file").write_bytes(one[:begin] + entry + entry.replace(b"a", b"b") + tail)
    (problem,) = examine(tmp_path / "file", "all.zip").problems
    assert (problem.rule, problem.found) == ("readable", "members overlap")


def test_a_million_empty_members_of_gzip_take_no_time_for_each_other(tmp_path: Path) -> None:
    data = gzip.compress(b"") * 200_000 + gzip.compress(b"x")
    assert taken(tmp_path, data, "gzip", "part.stp.gz") == {"part.stp": b"x"}


def test_gzip_comes_in_several_members_and_its_end_is_missed(tmp_path: Path) -> None:
    data = gzip.compress(b"ISO-") + gzip.compress(b"10303") + bytes(5)
    assert taken(tmp_path, data, "gzip", "part.stp.gz") == {"part.stp": b"ISO-10303"}
    assert judged(tmp_path, data, "part.stp.gz") == set()
    assert judged(tmp_path, gzip.compress(b"ISO-10303" * 99)[:-9], "part.stp.gz") == {"intact"}


MIXED = (
    b'--cut\r\nContent-Type: model/step\r\nContent-Disposition: attachment; filename="a.stp"\r\n\r\nISO\r\n--cut-not\r\n'
    b"\r\n--cut\r\nContent-Type: text/plain\r\n\r\nlast\r\n--cut--\r\nepilogue"
)


def test_parts_of_a_multipart_answer_are_files_with_names_and_labels(tmp_path: Path) -> None:
    label = 'multipart/mixed; boundary="cut"'
    found = taken(tmp_path, MIXED, "multipart", media_type=label)
    assert found == {"a.stp": b"ISO\r\n--cut-not\r\n", "part-2": b"last"}
    assert kind_of(tmp_path / "file", label) == "multipart"
    assert judged(tmp_path, MIXED, "x", label) == set()
    assert judged(tmp_path, MIXED[:-20], "x", label) == {"readable"}
    assert judged(tmp_path, MIXED, "x", "multipart/mixed") == {"readable"}


def test_a_bomb_is_stopped_and_what_is_only_big_stays_open(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(archive(("zeros", bytes(2**20 - 1))))
    assert set(examine(tmp_path / "file", "x.zip", bounds=SMALL).problems.counts) == {"bounds"}
    big = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(archive(("big", big), method=zipfile.ZIP_STORED))
    problems = examine(tmp_path / "file", "x.zip", bounds=SMALL).problems
    assert not problems.counts and problems.unsaid["intact"].outcome is Outcome.NOT_TESTED
    (tmp_path / "file").write_bytes(archive(*((f"{n}", b"") for n in range(6))))
    problems = examine(tmp_path / "file", "x.zip", bounds=SMALL).problems
    assert not problems.counts and problems.unsaid["path"].outcome is Outcome.NOT_TESTED


def test_a_directory_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    end = GOOD.rfind(b"PK\x05\x06")
    lying = GOOD[: end + 12] + struct.pack("<L", 2**31) + GOOD[end + 16 :]
    (tmp_path / "file").write_bytes(lying)
    assert not examine(tmp_path / "file", "x.zip").problems.counts.keys() - {"readable"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_no_change_of_an_archive_brings_the_reader_down(changes: list[tuple[int, int]], cut: int) -> None:
    import tempfile

    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(bytes(data[: len(data) - cut // 9]))
        examine(path, "all.zip")
        try:
            for _, pieces in unpack(path, "zip", "all.zip", ""):
                try:
                    sum(map(len, pieces))
                except Broken:
                    continue
        except Broken:
            pass
