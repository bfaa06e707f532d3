"""The structure that a file in STEP AP242 XML holds (BO Model and Domain Model).

Part, its PartVersions, their PartViews with occurrences and usages; Document and File. One element of the DataContainer is in
memory at a time; references are resolved at the end, since they may lead ahead. This is a pass of its own, made only where
structures are compared: the pass that judges every file keeps no element, and has nothing of what is read here.

The schema has the nine numbers of a RotationMatrix as a text without order, and we know of no public document that says whether
they stand row by row: they are taken so, and marked as open. Lengths are in the unit of the coordinate spaces, else in the one
unit of length that the file declares; unknown where it declares none or several.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import isfinite
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from cpo_probe.formats.step_xml.structure import USAGE
from cpo_probe.model import Where
from cpo_probe.neutral.model import MOST, BomLine, Document, File, Item, Key, Placement, Revision, Structure

MOST_ELEMENTS = 500_000
"""Elements of one part or document, which are held together."""
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_METRES = {"metre": 1000.0, "millimetre": 1.0, "centimetre": 10.0, "micrometre": 0.001, "inch": 25.4, "foot": 304.8}
Element: TypeAlias = etree._Element


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A use of a part. `quantity`: None when the file does not say; `unit`: uid."""

    of: Key
    id: str
    quantity: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class _Usage:
    parent: Key
    view: str
    occurrence: str
    rotation: tuple[float, ...] | None
    translation: tuple[float, ...]
    place: Where


@dataclass(slots=True)
class _Met:
    items: list[Item] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    occurrences: dict[str, _Occurrence] = field(default_factory=dict)
    usages: list[_Usage] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    of_spaces: set[str] = field(default_factory=set)  # uids of units
    documents: dict[str, Document] = field(default_factory=dict)  # by uid
    document_of: dict[str, str] = field(default_factory=dict)  # uid of it, a version or a view -> uid of the document
    files: dict[str, tuple[str, Where]] = field(default_factory=dict)  # uid -> name and place
    files_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # uid of a document -> uids
    assigned: list[tuple[str, str]] = field(default_factory=list)  # item, uid of what is assigned


def structure(path: Path, *, most: int = MOST) -> Structure:
    """What the file says, at most so many objects of each kind; broken XML ends the reading and stands in `left_out`."""
    met, left_out = _Met(), ""
    try:
        for element in _children(path):
            if not _take(met, element, most):
                left_out = f"more than {most} of a kind"
                break
    except (etree.XMLSyntaxError, _TooMuch) as error:
        left_out = f"not read to the end: {error}"
    lines = tuple(_lines(met))
    about: dict[str, set[str]] = defaultdict(set)
    for item, uid in met.assigned:
        if uid in met.document_of:
            about[met.document_of[uid]].add(item)
    documents = tuple(Document(d.id, d.name, d.revision, tuple(sorted(about[uid])), d.place) for uid, d in met.documents.items())
    of_file: dict[str, set[str]] = defaultdict(set)
    for uid, contents in met.files_of.items():
        for file in contents:
            of_file[file].add(met.documents[uid].id)
    files = tuple(File(name, tuple(sorted(of_file[uid])), place) for uid, (name, place) in met.files.items())
    return Structure(tuple(met.items), tuple(met.revisions), lines, documents, files, left_out)


class _TooMuch(Exception):
    """One element holds more than is read together."""


def _children(path: Path) -> Iterator[Element]:
    """Elements of the DataContainer, whole, one after another."""
    depth = held = 0
    with path.open("rb") as file:
        events = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
        )
        for event, element in events:
            if event == "start":
                depth, held = depth + 1, held + 1
                if held > MOST_ELEMENTS:
                    raise _TooMuch(f"an element of more than {MOST_ELEMENTS} elements")
                continue
            depth -= 1
            if depth == 2:
                yield element
            if depth <= 2:
                held = 0
                element.clear()
                above = element.getparent()
                while above is not None and element.getprevious() is not None:  # above the root may be instructions
                    del above[0]


def _take(met: _Met, element: Element, most: int) -> bool:
    """Whether there was room for it."""
    uid, name = element.get("uid", ""), _local(element)
    if not uid:
        return True
    if name == "Part":
        _part(met, element)
    elif name == "Document":
        _document(met, element, uid)
    elif name == "File":
        met.files[uid] = _file_name(element), _place(element)
    elif name == "Unit":
        met.units[uid] = (_words(element, "Prefix") + _words(element, "Name")).lower()
    elif name == "RepresentationContext":
        met.of_spaces |= {unit.get("uidRef", "") for unit in _below(element, "Units", "Unit")}
    lists, tables = (met.items, met.revisions, met.usages), (met.occurrences, met.documents, met.files)
    return max(*(len(one) for one in lists), *(len(one) for one in tables)) <= most


def _part(met: _Met, part: Element) -> None:
    item = _id(part)
    met.items.append(Item(item, _name(part), _place(part)))
    met.assigned += [(item, e.get("uidRef", "")) for e in _all(part, "AssignedDocument")]
    for version in _below(part, "Versions", "PartVersion"):
        key = item, _id(version)
        met.revisions.append(Revision(*key, _place(version)))
        for view in _below(version, "Views", "PartView"):
            for occurrence in _direct(view, "Occurrence"):
                met.occurrences[occurrence.get("uid", "")] = _occurrence(key, occurrence)
            for usage in _direct(view, "ViewOccurrenceRelationship"):
                if _kind(usage) == USAGE:
                    met.usages.append(_usage(key, view.get("uid", ""), usage))


def _occurrence(of: Key, element: Element) -> _Occurrence:
    quantity: Decimal | None = None
    unit = ""
    if _kind(element) == "SingleOccurrence":
        quantity = Decimal(1)
    for measure in _direct(element, "Quantity"):
        quantity = _number(next((e.text or "" for e in _all(measure, "ValueComponent")), ""))
        unit = next((e.get("uidRef", "") for e in _direct(measure, "Unit")), "")
    return _Occurrence(of, _id(element), quantity, unit)


def _usage(parent: Key, view: str, element: Element) -> _Usage:
    related = next((e.get("uidRef", "") for e in _direct(element, "Related")), "")
    rotation, translation = None, tuple[float, ...]()
    for moved in _below(element, "Placement", "CartesianTransformation"):
        rotation = _floats(next((e.text or "" for e in _direct(moved, "RotationMatrix")), ""))
        translation = _floats(next((e.text or "" for e in _direct(moved, "TranslationVector")), ""))
    return _Usage(parent, view, related, rotation, translation, _place(element))


def _lines(met: _Met) -> Iterator[BomLine]:
    meant = [met.units[uid] for uid in met.of_spaces if met.units.get(uid) in _METRES] or met.units.values()
    lengths = {name for name in meant if name in _METRES}
    scale = _METRES[lengths.pop()] if len(lengths) == 1 else None  # of several units of length none is known to be the one
    for usage in met.usages:
        occurrence = met.occurrences.get(usage.occurrence)
        if occurrence is None:
            continue
        placement = None
        if usage.rotation is not None and len(usage.rotation) == 9:
            x, y, z = usage.translation if len(usage.translation) == 3 else (0.0, 0.0, 0.0)
            known = scale is not None and len(usage.translation) == 3
            moved = (x * scale, y * scale, z * scale) if known and scale else None
            placement = Placement(usage.rotation, moved, order_known=False)
        unit = met.units.get(occurrence.unit) or None
        yield BomLine(
            usage.parent, occurrence.of, occurrence.id, usage.view, occurrence.quantity, unit, placement, place=usage.place
        )


def _document(met: _Met, element: Element, uid: str) -> None:
    versions = [_id(version) for version in _below(element, "Versions", "DocumentVersion")]
    met.documents[uid] = Document(_id(element), _name(element), versions[0] if len(versions) == 1 else None, (), _place(element))
    for inner in element.iter(etree.Element):
        if (its := inner.get("uid", "")) and (inner is element or _local(inner) in ("DocumentVersion", "DocumentDefinition")):
            met.document_of[its] = uid
        elif _local(inner) in ("DigitalFile", "File") and "uidRef" in inner.attrib:
            met.files_of[uid].add(inner.get("uidRef", ""))


def _place(element: Element) -> Where:
    """libxml2 counts lines up to 65535."""
    line = element.sourceline
    return Where("file", line=line if isinstance(line, int) and line < 65535 else 0, instance=element.get("uid", "")[:200])


def _file_name(element: Element) -> str:
    """Its id, else its id at the source, else where it lies."""
    said = (e.text.strip() for name in ("ExternalId", "SourceId") for e in _all(element, name) if e.text)
    return _id(element) or next(filter(None, said), "")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _kind(element: Element) -> str:
    return element.get(_TYPE, "").rpartition(":")[2]


def _direct(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _below(element: Element, outer: str, name: str) -> Iterator[Element]:
    return (inner for child in _direct(element, outer) for inner in _direct(child, name))


def _all(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.iter() if _local(inner) == name)


def _id(element: Element) -> str:
    """`<Id id="X"/>`, or the first of its identifiers."""
    for id in _direct(element, "Id"):
        return id.get("id") or next((one.get("id", "") for one in _direct(id, "Identifier")), "")
    return ""


def _name(element: Element) -> str | None:
    return next((e.text for e in _below(element, "Name", "CharacterString") if e.text), None)


def _words(element: Element, name: str) -> str:
    return next((e.text or "" for e in _below(element, name, "ClassString")), "").strip()


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found.normalize() if found.is_finite() and -300 < found.adjusted() < 300 else None


def _floats(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in text.split()[:9])
    except ValueError:
        return ()
    return found if all(map(isfinite, found)) else ()
