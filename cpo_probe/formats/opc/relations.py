"""What do [Content_Types].xml and the files of relationships say?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cpo_probe.formats.opc.parts import TYPES, Package, source_of, target
from cpo_probe.formats.opc.xml import Element, Faulty, read
from cpo_probe.formats.package import Broken, Member
from cpo_probe.model import Problem, Where

TYPES_SPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS_SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
MOST = 200_000  # relationships that are kept
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(?:;.*)?", re.S)
_ID = re.compile(r"[^\W\d][\w.\-·]*")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Relationship:
    """`source`: name of the part, "" the package. `target`: name of a part with its slash, or a URL where `external`."""

    source: str
    id: str
    type: str
    target: str
    external: bool
    file: str  # where it stands, with its line
    line: int


@dataclass(slots=True)
class Types:
    """Media types by extension and by name, both in lower case."""

    defaults: dict[str, str] = field(default_factory=dict)
    overrides: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str | None:
        """The media type of a part; None where nothing is said."""
        last = name.rpartition("/")[2]
        extension = last.rpartition(".")[2].lower() if "." in last else ""
        return self.overrides.get(f"/{name.lower()}", self.defaults.get(extension) if extension else None)


def content_types(package: Package, types: Types) -> Iterator[Problem]:
    """Fills `types`, and tells what is wrong."""
    if package.types is None:
        yield Problem("content-types", Where("file", name=TYPES), TYPES, TYPES, None, {})
        return
    met: list[Element] = []
    fault = _read(package, package.types, met)
    if fault is not None:
        yield fault("content-types")
        return
    if not met or (met[0].namespace, met[0].name) != (TYPES_SPACE, "Types"):
        yield _wrong("content-types", TYPES, 1, TYPES, "Types", met[0].name if met else None)
        return
    for element in met[1:]:
        if element.namespace != TYPES_SPACE:
            continue
        if element.name == "Default":
            into, key = types.defaults, element.attributes.get("Extension", "").lower()
        else:
            into, key = types.overrides, element.attributes.get("PartName", "").lower()
        stated = element.attributes.get("ContentType", "")
        if not key or not _MEDIA_TYPE.fullmatch(stated):
            yield _wrong("content-types", TYPES, element.line, element.name, "a media type", stated[:100])
        elif key in into:
            yield _wrong("content-types", TYPES, element.line, element.name, "one media type", key[:100])
        into.setdefault(key, stated)


def relationships(package: Package, found: list[Relationship]) -> Iterator[Problem]:
    """Fills `found`, and tells what is wrong."""
    for part in package.parts.values():
        source = source_of(part.name)
        if source is None:
            continue
        met: list[Element] = []
        fault = _read(package, part, met)
        if fault is not None:
            yield fault("relationships")
            continue
        if not met or (met[0].namespace, met[0].name) != (RELATIONS_SPACE, "Relationships"):
            yield _wrong("relationships", part.name, 1, part.name, "Relationships", met[0].name if met else None)
            continue
        ids: set[str] = set()
        for element in met[1:]:
            if (element.namespace, element.name, element.depth) == (RELATIONS_SPACE, "Relationship", 1):
                yield from _relationship(element, source, part.name, ids, found)


def _relationship(element: Element, source: str, file: str, ids: set[str], found: list[Relationship]) -> Iterator[Problem]:
    said = element.attributes
    id, mode = said.get("Id", ""), said.get("TargetMode", "Internal")
    for name in ("Id", "Type", "Target"):
        if name not in said or (name != "Target" and not said[name]):
            yield _wrong("relationships", file, element.line, name, name, said.get(name))
    if id and not _ID.fullmatch(id):
        yield _wrong("relationships", file, element.line, "Id", "a name of XML", id[:100])
    if id in ids:
        yield _wrong("relationships", file, element.line, "Id", "an id of its own", id[:100])
    if mode not in ("Internal", "External"):
        yield _wrong("relationships", file, element.line, "TargetMode", "Internal or External", mode[:100])
    ids.add(id)
    if "Target" in said and len(found) < MOST:
        external = mode == "External"
        place = said["Target"] if external else target(source, said["Target"])
        found.append(Relationship(source, id, said.get("Type", ""), place or said["Target"], external, file, element.line))


class _Fault:
    def __init__(self, part: Member, line: int, offset: int, found: str) -> None:
        self._part, self._line, self._offset, self._found = part, line, offset, found

    def __call__(self, rule: str) -> Problem:
        where = Where("file", name=self._part.name, line=self._line, offset=self._offset)
        return Problem(rule, where, plain(self._part.name), "well-formed XML", self._found, {})


def _read(package: Package, part: Member, met: list[Element]) -> _Fault | None:
    def note(element: Element) -> None:
        if len(met) < MOST:
            met.append(element)

    try:
        read(package.pieces(part), note)
    except Faulty as fault:
        return _Fault(part, fault.line, fault.offset, fault.found)
    except Broken as broken:
        return _Fault(part, 0, -1, broken.found)
    return None


def _wrong(rule: str, file: str, line: int, place: str, expected: object, found: object) -> Problem:
    location = plain(file if file == place else f"{file}/{place}")
    return Problem(rule, Where("file", name=file, line=line), location, expected, found, {})


def plain(name: str) -> str:
    """A name without its numbers, so that findings of its kind are told together."""
    return _DIGITS.sub("*", name)[:200]
