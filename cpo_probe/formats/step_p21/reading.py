"""How are sections, header and references judged when the whole file was read?"""

from pathlib import Path

import numpy as np

from cpo_probe.formats.step_p21.edition3 import Anchor, External, fragment_flaw, uri_flaw, uuid_flaw
from cpo_probe.formats.step_p21.examine import Report
from cpo_probe.formats.step_p21.found import Found
from cpo_probe.formats.step_p21.header import Header, header_of, judge_header, judge_sections, section_of
from cpo_probe.formats.step_p21.population import UNRESOLVED, DataSection, Lines, Population
from cpo_probe.formats.step_p21.reader import Reader
from cpo_probe.formats.step_p21.rules import RULES
from cpo_probe.formats.step_p21.schemas import schema_of
from cpo_probe.formats.step_p21.structure import Structure
from cpo_probe.formats.step_p21.table import Ints

_HEAD = 4096
_MARKS = ((b"\xef\xbb\xbf", "a byte order mark of UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_NEEDS_END = frozenset({"references", "anchors", "external-references", "data-sections", "implementation-level", "sections"})
_AT_ONCE = 1 << 16


def report(path: Path) -> Report:
    """See `examine`."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        reader = Reader(file, path)
        _beginning(head, reader)
        if b"ISO-10303-21" in head or b"HEADER" in head:
            reader.structure.begun = b"ISO-10303-21" not in head
            reader.read()
    whole = reader.finish()
    found, structure = reader.found, reader.structure
    complete = whole and structure.ended
    if structure.begun and not structure.ended and whole:
        offset = path.stat().st_size
        found.add("envelope", offset, expected="END-ISO-10303-21;", found="the end of the file", location="file")
    header = header_of(structure)
    if structure.begun:
        judge_header(structure, header, found)
        judge_sections(structure, header, found)
        if not any(o.keyword == "HEADER" for o in structure.sections):
            found.add("sections", 0, expected="HEADER; first", found="no HEADER", location="HEADER")
    population = _population(reader, path, header, complete)
    if complete and header.implementation_level[:1] in ("1", "2", "3") and not population.sections:
        found.add(
            "sections", structure.header_end, expected="DATA, which is optional in level 4 only", found="none", location="DATA"
        )
    if complete:
        _anchors(structure, population, found)
    _external(structure, population, found)
    _elsewhere(reader, header)
    unsaid: frozenset[str] = frozenset()
    if not structure.begun:
        unsaid = frozenset(rule.id for rule in RULES)
    elif not complete:
        unsaid = _NEEDS_END
    return Report(
        found.problems,
        unsaid - found.problems.counts.keys(),
        header,
        population,
        tuple(structure.anchors),
        tuple(structure.external),
        structure.signatures,
        complete,
    )


def _beginning(head: bytes, reader: Reader) -> None:
    for mark, name in _MARKS:
        if head.startswith(mark):
            reader.found.add("envelope", 0, expected="ISO-10303-21; as the first bytes", found=name, location="file")
            return
    if not head.lstrip().startswith(b"ISO-10303-21") and not head.lstrip().startswith(b"/*"):
        shown = head[:40].decode("latin-1")
        reader.found.add("envelope", 0, expected="ISO-10303-21; as the first token", found=shown, location="file")


def _population(reader: Reader, path: Path, header: Header, complete: bool) -> Population:
    table, found, structure = reader.table, reader.found, reader.structure
    ids, shape_of, offset = table.columns()
    refs, repeated = table.targets(ids, [e.number for e in structure.external])
    shapes, start = table.shapes(shape_of), table.starts(shape_of)
    lines = Lines(path, reader.lines.block, tuple(reader.blocks.before))
    whole = complete and not (table.malformed or structure.anchors or structure.external)
    population = Population(
        path, shapes, ids, shape_of, offset, start, refs, _sections(structure, header, len(ids)), lines, structure.utf8, whole
    )
    _names(population, repeated, found)
    if complete:
        _references(population, found)
    return population


def _sections(structure: Structure, header: Header, count: int) -> tuple[DataSection, ...]:
    data = [opened for opened in structure.sections if opened.keyword == "DATA"]
    ends = [opened.first for opened in data][1:] + [count] * bool(data)
    only = header.schemas[0].name if header.schemas else ""
    out = []
    for opened, end in zip(data, ends, strict=True):
        name, schema = section_of(opened.parameters)
        out.append(DataSection(name, schema_of(schema).name if schema else only, opened.first, end - opened.first))
    return tuple(out)


def _names(population: Population, repeated: Ints, found: Found) -> None:
    for index in _chosen(population, repeated, found.problems.cap):
        name = population.name(index)
        where = int(population.offset[index])
        found.add(
            "instance-names", where, expected="a name of its own", found=name, location=population.entity(index), instance=name
        )
    found.count("instance-names", len(repeated) - min(len(repeated), found.problems.cap))
    for index in np.flatnonzero(population.ids == 0).tolist():
        where = int(population.offset[index])
        found.add("instance-names", where, expected="#1 or higher", found="#0", location=population.entity(index), instance="#0")


def _references(population: Population, found: Found) -> None:
    count, slot_of = _nowhere(population)
    told = _chosen(population, np.fromiter(slot_of, np.int64, len(slot_of)), found.problems.cap)
    for index in told:
        slot = int(slot_of[index] - population.ref_start[index])
        number = population.numbers(index)[slot : slot + 1]
        found.add(
            "references",
            int(population.offset[index]),
            expected="an instance of the file",
            found=f"#{number[0]}" if number else "",
            location=population.entity(index),
            instance=population.name(index),
        )
    found.count("references", count - len(told))


def _nowhere(population: Population) -> tuple[int, dict[int, int]]:
    """How many references lead nowhere, and the first one of each instance that has any."""
    count, first = 0, dict[int, int]()
    for at in range(0, len(population.refs), _AT_ONCE):
        slots = at + np.flatnonzero(population.refs[at : at + _AT_ONCE] == UNRESOLVED)
        owners, places = np.unique(population.owners(slots), return_index=True)
        for owner, slot in zip(owners.tolist(), slots[places].tolist(), strict=True):
            first.setdefault(owner, slot)
        count += len(slots)
    return count, first


def _chosen(population: Population, indices: Ints, most: int) -> list[int]:
    """At most so many of them, first one of each shape, so that few rows tell the most."""
    _, first = np.unique(population.shape_of[indices], return_index=True)
    chosen = indices[np.sort(first)[:most]].tolist()
    seen = set(chosen)
    for index in indices[: 2 * most].tolist():
        if len(chosen) < most and index not in seen:
            chosen.append(index)
    return [int(index) for index in sorted(chosen)]


def _anchors(structure: Structure, population: Population, found: Found) -> None:
    known = {e.name for e in structure.external}
    numbers = sorted({n for anchor in structure.anchors for n in anchor.refers})
    there = dict(zip(numbers, np.isin(np.array(numbers, object), population.ids).tolist(), strict=True)) if numbers else {}
    seen: set[str] = set()
    names = {anchor.name for anchor in structure.anchors}
    for anchor in structure.anchors:
        for expected, shown in _anchor_flaws(anchor, seen, known, there, names):
            found.add(
                "anchors", anchor.offset, expected=expected, found=shown, location="ANCHOR", instance=f"<{anchor.name}>"[:80]
            )
        seen.add(anchor.name)
        if uuid_flaw(anchor.name):
            found.add("anchor-uuids", anchor.offset, expected="a UUID of RFC 9562", found=anchor.name[:80], location="ANCHOR")


def _anchor_flaws(
    anchor: Anchor, seen: set[str], known: set[str], there: dict[int, bool], names: set[str]
) -> list[tuple[str, str]]:
    flaws = []
    if flaw := fragment_flaw(anchor.name):
        flaws.append(("a URI fragment that is not only digits", flaw))
    if anchor.name in seen:
        flaws.append(("a name of its own", anchor.name[:80]))
    flaws += [("an instance of the file", f"#{n}") for n in anchor.refers if not there[n] and f"#{n}" not in known]
    flaws += [("a value that REFERENCE declares", f"@{n}") for n in anchor.values if f"@{n}" not in known]
    for uri in anchor.resources:
        if uri_flaw(uri):
            flaws.append(("a URI", uri[:80]))
        elif uri.startswith("#") and uri[1:] not in names and not uuid_like(uri[1:]):
            flaws.append(("an anchor of the file", uri[:80]))
    return flaws


def uuid_like(name: str) -> bool:
    """A UUID may name something in any file (10.2.2)."""
    return len(name) == 36 and name.count("-") == 4


def _elsewhere(reader: Reader, header: Header) -> None:
    """Values of other files and constants of the schema in DATA: declared, and in level 4;3 only (6.5.2, 8.2.2)."""
    known = {e.name for e in reader.structure.external}
    if reader.elsewhere and header.implementation_level != "4;3":
        offset, name = reader.elsewhere[0]
        reader.found.add(
            "implementation-level", offset, expected=f"4;3 for {name}", found=header.implementation_level, location="DATA"
        )
    for offset, name in reader.elsewhere:
        if name[1:].isdigit() and f"@{int(name[1:])}" not in known and name not in known:
            reader.found.add("references", offset, expected="a value that REFERENCE declares", found=name, location="DATA")


def _external(structure: Structure, population: Population, found: Found) -> None:
    seen: dict[int, External] = {}
    numbers = np.array([e.number for e in structure.external if e.number < 1 << 63], np.uint64)
    there = set(population.ids[np.isin(population.ids, numbers)].tolist()) if len(numbers) else set()
    names = {anchor.name for anchor in structure.anchors}
    for one in structure.external:
        told = []
        if one.number in seen:
            told.append(("a name of its own", f"{one.name} beside {seen[one.number].name}"))
        if one.number in there:
            told.append(("a name that no instance of DATA has", one.name))
        if not one.uri or uri_flaw(one.uri):
            told.append(("a URI", one.uri[:80]))
        elif one.uri.startswith("#") and one.uri[1:] not in names and not uuid_like(one.uri[1:]):
            told.append(("an anchor of the file", one.uri[:80]))
        seen.setdefault(one.number, one)
        for expected, shown in told:
            found.add("external-references", one.offset, expected=expected, found=shown, location="REFERENCE", instance=one.name)
