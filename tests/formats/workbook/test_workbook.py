"""Workbooks: what is wrong in a cell is named by part and line, in sheets of any size."""

from pathlib import Path

import pytest

from cpo_probe.formats import opc, workbook
from cpo_probe.formats.workbook.cells import column
from tests.formats.opc import made


def judged(folder: Path, parts: made.Parts) -> workbook.Report:
    (folder / "a.xlsx").write_bytes(made.package(parts))
    report = opc.examine(folder / "a.xlsx")
    return workbook.examine(folder / "a.xlsx", report)


def test_cells_are_counted_and_a_good_workbook_breaks_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, made.xlsx())
    assert (report.problems.counts, report.sheets, report.cells, report.strict) == ({}, 1, 3, False)


def test_a_cell_is_named_by_its_part_and_line(tmp_path: Path) -> None:
    rows = '<row r="1">\n<c r="A1"><v>1</v></c>\n<c r="B1"><v>1,5</v></c></row>'
    (problem,) = judged(tmp_path, made.xlsx(rows)).problems
    assert (problem.rule, problem.where.name, problem.where.line) == ("values", "xl/worksheets/sheet1.xml", 3)


def test_cells_of_one_sheet_do_not_follow_those_of_another(tmp_path: Path) -> None:
    parts = made.changed(made.xlsx(), "xl/workbook.xml", ("</sheets>", '<sheet name="B" sheetId="2" r:id="r4"/></sheets>'))
    link = f'<Relationship Id="r4" Type="{made.OFFICE}worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    parts = made.changed(parts, "xl/_rels/workbook.xml.rels", ("</Relationships>", link))
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet1.xml"]
    report = judged(tmp_path, parts)
    assert (report.problems.counts, report.sheets, report.cells) == ({}, 2, 6)


def test_the_strict_edition_is_known_by_its_namespaces(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
    parts = {name: text.replace(made.OFFICE, strict) for name, text in made.xlsx().items()}
    report = judged(tmp_path, {**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(made.OFFICE[:-1], strict[:-1])})
    assert (report.strict, report.problems.counts, report.cells) == (True, {}, 3)


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16_384)])
def test_columns_are_counted_in_letters(letters: str, number: int) -> None:
    assert column(letters) == number
