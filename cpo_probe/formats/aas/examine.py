"""Does an environment of the Asset Administration Shell keep the metamodel?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpo_probe.formats.aas.causes import ruled
from cpo_probe.formats.aas.read import LISTS, Read, Unread, from_json, from_xml, json_value, parsed
from cpo_probe.formats.aas.references import kind, lost, shorten, walk
from cpo_probe.formats.aas.rules import RULES
from cpo_probe.formats.json_text import places
from cpo_probe.model import Blocker, Problem, Problems, Where, not_applicable, untestable

MOST_BYTES = 32 * 2**20
"""Size of a file that is judged: its objects take about thirty times the room."""
MOST_FOUND = 20_000  # of the library's findings
MOST_FILES = 10_000
_JSON_NAMES = {attribute: key for key, (attribute, _) in LISTS.items()}
_HUMP = re.compile(r"_([a-z0-9])")


@dataclass(frozen=True, slots=True)
class Report:
    """`edition`: "3.0" or "3.1", "" where the file could not be read; in JSON, which states none, the one that fits better.

    `files`: values of File elements and default thumbnails, with their pointers.
    """

    edition: str
    files: tuple[tuple[str, str], ...]
    problems: Problems


@dataclass(frozen=True, slots=True)
class _Found:
    rule: str
    pointer: str
    line: int
    location: str
    expected: object
    found: object


def examine(path: Path, *, xml: bool) -> Report:
    """Judge an environment by `RULES`. One of more than 32 MB is not read."""
    if path.stat().st_size > MOST_BYTES:
        return _unread(untestable(Blocker.BEYOND_BOUNDS))
    try:
        if xml:
            read = from_xml(path)
            found = _judged(read)
        else:
            read, found = _fitting(json_value(path))
        files = tuple(_files(read))
    except (Unread, RecursionError):
        return _unread(not_applicable("aas_unread"))
    return Report(read.edition.name, files, _placed(path, xml, found))


def _fitting(value: Any) -> tuple[Read, list[_Found]]:
    """JSON states no edition: what one of them allows is right."""
    later = from_json(value, "3.1")
    found = _judged(later)
    if not found:
        return later, found
    earlier = from_json(value, "3.0")
    before = _judged(earlier)
    return (earlier, before) if len(before) < len(found) else (later, found)


def _unread(said: Any) -> Report:
    problems = Problems()
    problems.unsaid = {rule.id: said for rule in RULES}
    return Report("", (), problems)


def _judged(read: Read) -> list[_Found]:
    found = [
        _Found("structure", fault.pointer, fault.line, _plain(fault.pointer), fault.expected, fault.found)
        for fault in read.faults
    ]
    shorten(read.environment)
    library = read.edition.verification
    for error in library.verify(read.environment):
        if len(found) >= MOST_FOUND:
            break
        told = _told(read, error, library)
        if told is not None:
            found.append(told)
    found += _references(read)
    return found


def _told(read: Read, error: Any, library: Any) -> _Found | None:
    way = [s.index if isinstance(s, library.IndexSegment) else s.name for s in error.path.segments]
    thing: Any = read.environment
    holder = thing
    for part in way:
        holder = thing if isinstance(part, str) else holder
        thing = thing[part] if isinstance(part, int) else getattr(thing, part)
    rule, expected = ruled(error.cause)
    if (rule == "values" and _is_any_uri(thing)) or (expected == "AASc-3a-008" and _each_defined(thing)):
        return None
    name = next((part for part in reversed(way) if isinstance(part, str)), "")
    place = kind(thing) if hasattr(thing, "accept") else f"{kind(holder)}.{_camel(name)}"
    return _Found(rule, _pointer(read, way), 0, f"{place} {expected}", expected, _shown(thing))


def _is_any_uri(thing: Any) -> bool:
    """XML Schema 1.1 takes any text for xs:anyURI (Part 2, 3.3.17); the libraries differ between each other."""
    return getattr(getattr(thing, "value_type", None), "value", "") == "xs:anyURI"


def _each_defined(thing: Any) -> bool:
    """The library asks for one kind of answer in all specifications of a concept; the constraint speaks of each."""
    contents = [one.data_specification_content for one in thing.embedded_data_specifications or ()]
    return all(
        one.value is not None or any(text.language.lower().partition("-")[0] == "en" for text in one.definition or ())
        for one in contents
    )


def _shown(thing: Any) -> object:
    if isinstance(thing, str):
        return thing[:100]
    if isinstance(thing, list):
        return len(thing)
    named = (getattr(thing, attribute, None) for attribute in ("id_short", "id", "value", "text", "name"))
    return next((one[:100] for one in named if isinstance(one, str)), None)


def _references(read: Read) -> list[_Found]:
    named: dict[tuple[str, str], Any] = {}
    found: list[_Found] = []
    for attribute, items in vars(read.environment).items():
        for number, item in enumerate(items or ()):
            if (kind(item), item.id) in named:
                pointer = _pointer(read, [attribute, number])
                found.append(_Found("id-unique", pointer, 0, kind(item), "an id of its own", item.id[:200]))
            named.setdefault((kind(item), item.id), item)
    for place in walk(read.environment):
        thing = place.thing
        if kind(thing) != "Reference" or thing.type.value != "ModelReference" or not thing.keys:
            continue
        missed = lost(thing.keys, named)
        if missed is not None:
            role = next(part for part in reversed(place.way) if isinstance(part, str))
            expected, what = missed
            found.append(_Found("references", _pointer(read, place.way), 0, f"{_camel(role)} {expected}", expected, what))
    return sorted(found, key=lambda one: (one.rule, one.pointer))


def _files(read: Read) -> Iterable[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    for place in walk(read.environment):
        name = "value" if kind(place.thing) == "File" else "path" if kind(place.thing) == "Resource" else ""
        value = getattr(place.thing, name, None) if name else None
        if isinstance(value, str) and value and len(told) < MOST_FILES:
            told.append((value, f"{_pointer(read, place.way)}/{name}"))
    return sorted(told, key=lambda one: one[1])


def _pointer(read: Read, way: Iterable[str | int]) -> str:
    """As a JSON Pointer into the file; of objects in lists of the environment the position that they have there."""
    parts = list(way)
    if len(parts) > 1 and isinstance(parts[0], str) and isinstance(parts[1], int):
        parts[1] = read.kept[parts[0]][parts[1]]
    return "".join(f"/{part if isinstance(part, int) else _camel(part)}" for part in parts)


def _camel(name: str) -> str:
    return _JSON_NAMES.get(name) or _HUMP.sub(lambda found: found[1].upper(), name)


def _plain(pointer: str) -> str:
    return "/".join(part for part in pointer.split("/")[-2:] if not part.isdigit()) or "environment"


def _placed(path: Path, xml: bool, found: list[_Found]) -> Problems:
    problems = Problems()
    if not found:
        return problems
    shown = _kept(found, problems.cap)
    at = _xml_places(path, shown) if xml else places(path, {one.pointer for one in shown})
    for one in found:
        line, offset = at.get(one.pointer, (one.line, -1))
        where = Where("file", pointer=one.pointer, line=one.line or line, offset=offset)
        problems.add(Problem(one.rule, where, one.location, one.expected, one.found, {}))
    return problems


def _kept(found: list[_Found], cap: int) -> list[_Found]:
    """Those of which the report will show places."""
    count: dict[str, int] = {}
    kept = []
    for one in found:
        count[one.rule] = count.get(one.rule, 0) + 1
        if count[one.rule] <= cap:
            kept.append(one)
    return kept


def _xml_places(path: Path, found: list[_Found]) -> dict[str, tuple[int, int]]:
    """Lines of the elements that pointers lead to, or of the last one on the way."""
    root = parsed(path)
    lines = {}
    for one in found:
        here = root
        for part in one.pointer.split("/")[1:]:
            below = _element(here, part)
            if below is None:
                break
            here = below
        lines[one.pointer] = (here.sourceline or 0, -1)
    return lines


def _element(here: Any, part: str) -> Any:
    """The child of that name or position; an element that only names the class of its content is gone through."""
    if part.isdigit():
        return here[int(part)] if int(part) < len(here) else None
    for holder in (here, here[0] if len(here) == 1 else ()):
        for child in holder:
            if str(child.tag).rpartition("}")[2] == part:
                return child
    return None
