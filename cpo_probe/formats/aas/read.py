"""What is in an environment? Each shell, submodel and concept description is read for itself: one does not hide others."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpo_probe.formats.aas.causes import structured
from cpo_probe.formats.aas.editions import SPACES, Edition, edition

LISTS = {
    "assetAdministrationShells": ("asset_administration_shells", "asset_administration_shell"),
    "submodels": ("submodels", "submodel"),
    "conceptDescriptions": ("concept_descriptions", "concept_description"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the classes of the metamodel are left: as a JSON Pointer, with the line in XML (0 unknown)."""

    pointer: str
    line: int
    expected: str
    found: str | None


@dataclass(slots=True)
class Read:
    """`environment`: of what could be read. `kept`: positions of those in the file, by the list of the environment."""

    edition: Edition
    environment: Any
    kept: dict[str, list[int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class Unread(Exception):
    """The file is no environment that these libraries know: broken, of an old edition, or nested beyond all bounds."""


def from_json(value: Any, name: str) -> Read:
    """Raises `Unread`."""
    known = edition(name)
    if not isinstance(value, dict) or _of_edition_2(value):
        raise Unread
    read = Read(known, None)
    for key in value.keys() - LISTS.keys():
        read.faults.append(Fault(f"/{_part(key)}", 0, "a list of the environment", key[:100]))
    lists = {}
    for key, (attribute, kind) in LISTS.items():
        items = value.get(key)
        if items is None and key not in value:
            continue
        if not isinstance(items, list):
            read.faults.append(Fault(f"/{key}", 0, "a list", None))
            continue
        make = getattr(known.json, f"{kind}_from_jsonable")
        made = _items(items, make, f"/{key}", attribute, known.json, read)
        if made or not items:
            lists[attribute] = made
    read.environment = known.types.Environment(**lists)
    return read


def _of_edition_2(value: dict[str, Any]) -> bool:
    """There modelType is an object with a name, and the lists have the same names as in edition 3."""
    items = (item for key in LISTS for item in _listed(value.get(key)))
    return any(isinstance(item, dict) and isinstance(item.get("modelType"), dict) for item in items)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def from_xml(path: Path) -> Read:
    """Raises `Unread`."""
    from lxml import etree

    root = parsed(path)
    space, _, local = str(root.tag).removeprefix("{").rpartition("}")
    if space not in SPACES or local != "environment":
        raise Unread
    known = edition(SPACES[space])
    read = Read(known, None)
    lists: dict[str, list[Any]] = {}
    for child in root:
        key = str(child.tag).removeprefix(f"{{{space}}}")
        if key not in LISTS or LISTS[key][0] in lists:
            line = child.sourceline or 0
            read.faults.append(Fault(f"/{_part(key)}", line, "a list of the environment", key[:100]))
            continue
        attribute, kind = LISTS[key]
        make = getattr(known.xml, f"{kind}_from_iterparse")

        def walk(element: Any, make: Callable[[Any], Any] = make) -> Any:
            return make(etree.iterwalk(element, events=("start", "end")))

        made = _items(list(child), walk, f"/{key}", attribute, known.xml, read)
        if made or not len(child):
            lists[attribute] = made
    read.environment = known.types.Environment(**lists)
    return read


def parsed(path: Path) -> Any:
    """The root of a document without a DTD, comments left out. Raises `Unread`."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.parse(str(path), parser)
    except (etree.XMLSyntaxError, OSError, ValueError):
        raise Unread from None
    if getattr(tree.docinfo, "doctype", ""):
        raise Unread
    return tree.getroot()


def json_value(path: Path) -> Any:
    """Raises `Unread`."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unread from None


def _items(items: list[Any], make: Callable[[Any], Any], pointer: str, attribute: str, library: Any, read: Read) -> list[Any]:
    made = []
    for number, item in enumerate(items):
        try:
            made.append(make(item))
            read.kept.setdefault(attribute, []).append(number)
        except library.DeserializationException as fault:
            expected, found = structured(str(fault.cause))
            below = "".join(f"/{_part(part)}" for part in (*_parts(fault.path, library), *filter(None, (found,))))
            line = _line(fault.path) or getattr(item, "sourceline", 0) or 0
            read.faults.append(Fault(f"{pointer}/{number}{below}", line, expected, found))
        except RecursionError:
            raise Unread from None
    return made


def _parts(path: Any, library: Any) -> Iterator[str]:
    for segment in path.segments:
        if isinstance(segment, library.IndexSegment):
            yield str(segment.index)
        else:
            yield str(segment.name if hasattr(segment, "name") else segment.element.tag).rpartition("}")[2]


def _line(path: Any) -> int:
    elements = [segment.element for segment in path.segments if hasattr(segment, "element")]
    return (elements[-1].sourceline or 0) if elements else 0


def _part(text: str) -> str:
    return text[:100].replace("~", "~0").replace("/", "~1")
