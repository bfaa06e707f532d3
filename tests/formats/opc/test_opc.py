"""Packages of the Open Packaging Conventions: what leads where, and what hostile ones cannot do."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.formats import aasx, opc, threemf, workbook
from cpo_probe.formats.opc import Faulty, examine, read, target
from tests.formats.opc import made


def judged(folder: Path, data: bytes) -> opc.Report:
    (folder / "p").write_bytes(data)
    return examine(folder / "p")


def places(report: opc.Report) -> list[tuple[str, str, int, str]]:
    return [(p.rule, p.where.name, p.where.line, p.location) for p in report.problems]


def test_a_good_package_breaks_nothing_and_tells_what_leads_where(tmp_path: Path) -> None:
    report = judged(tmp_path, made.package(made.xlsx()))
    assert report.problems.counts == {}
    assert [one.target for one in report.related("/xl/WORKBOOK.xml", "/worksheet", "/styles")] == [
        "/xl/worksheets/sheet1.xml",
        "/xl/styles.xml",
    ]
    assert report.types.of("xl/workbook.xml") != report.types.of("xl/styles.xml") == "application/xml"


def test_a_relationship_is_named_by_its_file_and_line(tmp_path: Path) -> None:
    parts = made.changed(made.xlsx(), "xl/_rels/workbook.xml.rels", ("styles.xml", "style.xml"))
    assert places(judged(tmp_path, made.package(parts))) == [
        ("targets", "xl/_rels/workbook.xml.rels", 4, "xl/workbook.xml styles")
    ]


@pytest.mark.parametrize(
    ("source", "reference", "found"),
    [
        ("", "xl/workbook.xml", "/xl/workbook.xml"),
        ("xl/workbook.xml", "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"),
        ("xl/worksheets/sheet1.xml", "../media/image%201.png#x", "/xl/media/image%201.png"),
        ("a/b", "/c", "/c"),
        ("a/b", "../../../c", "/c"),
        ("a/b", "#here", "/a/b"),
        ("a/b", "https://plm.example/c", ""),
        ("a/b", "//plm.example/c", ""),
        ("a/b", "http://[", ""),
    ],
)
def test_a_target_is_relative_to_its_source(source: str, reference: str, found: str) -> None:
    assert target(source, reference) == found


def test_a_part_that_was_damaged_is_told_where_it_is_read(tmp_path: Path) -> None:
    data = bytearray(made.package(made.aasx()))
    at = data.find(b"_rels/.rels") + 20
    data[at : at + 4] = b"\xff\xff\xff\xff"
    assert "relationships" in judged(tmp_path, bytes(data)).problems.counts


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<a>" * 300,
        "<a",
        "<a b='" + "x" * (9 * 2**20) + "'/>",
        "<?xml version='1.0' encoding='klingon'?><a/>",
        "",
    ],
)
def test_parts_that_are_no_plain_xml_are_refused(text: str) -> None:
    with pytest.raises(Faulty):
        read((text[at : at + 2**20].encode() for at in range(0, max(len(text), 1), 2**20)), lambda element: None)


@pytest.mark.parametrize("kind", ["aasx", "xlsx", "threemf"])
def test_no_damage_breaks_a_reader(tmp_path: Path, kind: str) -> None:
    good = made.package(getattr(made, kind)())
    chance = random.Random(kind)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        report = judged(tmp_path, bytes(data[: chance.randint(len(data) // 2, len(data))] if chance.random() < 0.2 else data))
        if report.readable:
            aasx.examine(tmp_path / "p", report)
            workbook.examine(tmp_path / "p", report)
            threemf.examine(tmp_path / "p", report)


def test_no_text_in_a_part_breaks_a_reader(tmp_path: Path) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", made.TYPES, made.RELS]), st.data())
    def check(name: str, data: st.DataObject) -> None:
        parts = made.xlsx()
        text = parts[name]
        at = data.draw(st.integers(0, len(text)))
        put = data.draw(st.text('<>/"= rst19AxX&;:#\u00e4', max_size=6))
        length = data.draw(st.integers(0, 30))
        report = judged(tmp_path, made.package({**parts, name: text[:at] + put + text[at + length :]}))
        workbook.examine(tmp_path / "p", report)

    check()
