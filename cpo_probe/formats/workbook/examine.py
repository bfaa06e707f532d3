"""Does a workbook keep its format, so that every program shows the same cells?"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats import opc
from cpo_probe.formats.package import Broken, Member
from cpo_probe.formats.workbook.cells import Sheet
from cpo_probe.model import Problem, Problems, Where, not_applicable

MAIN = "/officeDocument"
STRICT = "http://purl.oclc.org/ooxml/"
_SHEETS = ("/worksheet", "/chartsheet", "/dialogsheet", "/xlMacrosheet", "/xlIntlMacrosheet")
_FORBIDDEN = set("[]:*?/\\")
_MOST_SHEETS = 10_000


@dataclass(frozen=True, slots=True)
class Report:
    """`strict`: by the namespaces of the strict edition of ISO/IEC 29500, else the transitional one."""

    strict: bool
    sheets: int
    cells: int
    problems: Problems


@dataclass(frozen=True, slots=True)
class _Named:
    """A sheet as the workbook lists it: its name and the id of the relationship to it."""

    name: str
    id: str
    number: str
    line: int


def concerned(report: opc.Report) -> bool:
    """Whether the main part of a package is a workbook in XML."""
    types = (report.types.of(one.target.removeprefix("/")) or "" for one in report.related("", MAIN))
    return any("spreadsheetml" in one or "ms-excel" in one for one in types if "binary" not in one)


def examine(path: Path, report: opc.Report) -> Report:
    """Judge a package, of which the Open Packaging Conventions say `report`, by `RULES`; cells are not kept."""
    problems = Problems()
    mains = report.related("", MAIN)
    strict = any(one.type.startswith(STRICT) for one in mains)
    if len(mains) != 1:
        problems.add(Problem("workbook", Where("file", name="_rels/.rels"), "", 1, len(mains), {}))
    if not mains:
        for rule in ("parts", "strings", "styles", "cells", "values", "external", "macros"):
            problems.unsaid[rule] = not_applicable("xlsx_no_workbook")
        return Report(strict, 0, 0, problems)
    main = mains[0].target
    with opc.opened(path) as package:
        sheets, cells = _Workbook(package, report, main, problems).judged()
    for one in report.relationships:
        kind = one.type.rpartition("/")[2]
        if kind in ("externalLink", "vbaProject"):
            rule = "external" if kind == "externalLink" else "macros"
            problems.add(Problem(rule, Where("file", name=one.file, line=one.line), kind, None, one.target[:200], {}))
    return Report(strict, sheets, cells, problems)


class _Workbook:
    def __init__(self, package: opc.Package, report: opc.Report, main: str, problems: Problems) -> None:
        self._package = package
        self._report = report
        self._main = main
        self._problems = problems

    def judged(self) -> tuple[int, int]:
        """How many sheets and cells there are."""
        named: list[_Named] = []

        def sheet(element: opc.Element) -> None:
            if element.name == "sheet" and element.depth == 2 and len(named) < _MOST_SHEETS:
                ids = [value for key, value in element.attributes.items() if key.endswith("}id")]
                said = element.attributes
                named.append(_Named(said.get("name", ""), ids[0] if ids else "", said.get("sheetId", ""), element.line))

        part = self._package.part(self._main)
        if part is None or not self._read(part, sheet):
            return 0, 0
        for problem in _names(named, part.name):
            self._problems.add(problem)
        strings, styles = self._counted("/sharedStrings", "si", 1), self._counted("/styles", "xf", 2, "cellXfs")
        return len(named), sum(self._cells(one, part.name, strings, styles) for one in named)

    def _counted(self, kind: str, name: str, depth: int, inside: str = "") -> int:
        """How many elements of a name a part has, -1 where it cannot be read; 0 where there is none."""
        related = self._report.related(self._main, kind)
        part = self._package.part(related[0].target) if related else None
        if part is None:
            return -1 if related else 0
        count, around = 0, ""

        def start(element: opc.Element) -> None:
            nonlocal count, around
            if element.depth == 1:
                around = element.name
            count += element.name == name and element.depth == depth and inside in ("", around)

        return count if self._read(part, start) else -1

    def _cells(self, named: _Named, file: str, strings: int, styles: int) -> int:
        where = Where("file", name=file, line=named.line)
        related = [one for one in self._report.related(self._main, *_SHEETS) if one.id == named.id]
        if not related:
            self._problems.add(Problem("workbook", where, "sheet", "a relationship to a sheet", named.id[:100], {}))
            return 0
        part = self._package.part(related[0].target)
        if part is None or not related[0].type.endswith("/worksheet"):
            return 0  # opc.targets tells the first; other kinds of sheets have no cells

        def told(rule: str, line: int, place: str, expected: object, found: object) -> None:
            self._problems.add(Problem(rule, Where("file", name=part.name, line=line), place, expected, found, {}))

        sheet = Sheet(strings, styles, told)
        self._read(part, sheet.start, sheet.end)
        return sheet.cells

    def _read(
        self, part: Member, start: Callable[[opc.Element], None], end: Callable[[str, str, int], None] | None = None
    ) -> bool:
        where = Where("file", name=part.name)
        try:
            opc.read(self._package.pieces(part), start, end)
        except opc.Faulty as fault:
            where = Where("file", name=part.name, line=fault.line, offset=fault.offset)
            self._problems.add(Problem("parts", where, "", "well-formed XML", fault.found, {}))
            return False
        except Broken as broken:
            self._problems.add(Problem("parts", where, "", "a whole part", broken.found, {}))
            return False
        return True


def _names(named: list[_Named], file: str) -> Iterator[Problem]:
    if not named:
        yield Problem("workbook", Where("file", name=file), "sheets", "at least 1", 0, {})
    names = Counter(one.name.casefold() for one in named)
    numbers = Counter(one.number for one in named)
    for one in named:
        where = Where("file", name=file, line=one.line)
        if not 1 <= len(one.name) <= 31 or _FORBIDDEN & set(one.name):
            yield Problem("workbook", where, "name", "1 to 31 characters without []:*?/\\", one.name[:100], {})
        if names[one.name.casefold()] > 1:
            yield Problem("workbook", where, "name", "a name of its own", one.name[:100], {})
        if numbers[one.number] > 1:
            yield Problem("workbook", where, "sheetId", "a number of its own", one.number[:100], {})
