"""Which values may be sent? What the schemas enumerate, and what stood in earlier answers under a name of that kind."""

from collections.abc import Iterator, Mapping

from lxml import etree

from cpo_probe.protocols.naming import normal, singular
from cpo_probe.protocols.wsdl.model import Description
from cpo_probe.protocols.wsdl.names import XSD
from cpo_probe.protocols.wsdl.schemas import schemas
from cpo_probe.protocols.wsdl.xml import children, name_of

KEPT = 20
"""Values of one name that are remembered."""


def enumerations(description: Description) -> dict[str, tuple[str, ...]]:
    """The values of each named simple type that enumerates them, by local name."""
    found: dict[str, tuple[str, ...]] = {}
    for schema in schemas(description):
        for node in schema.node.iterfind(f"{{{XSD}}}simpleType[@name]"):
            values = tuple(one.get("value", "") for one in node.iterfind(f"{{{XSD}}}restriction/{{{XSD}}}enumeration"))
            if values:
                found.setdefault(node.get("name", ""), values)
    return found


_WORDLESS = frozenset(
    [
        *("boolean", "decimal", "float", "double", "integer", "long", "int", "short", "byte", "nonPositiveInteger"),
        *("negativeInteger", "nonNegativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
        *("positiveInteger", "dateTime", "date", "time", "duration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"),
    ]
)


def wordless(description: Description) -> frozenset[str]:
    """Simple types, by local name, of which no word is a value: numbers, truth values, times, and what is restricted from them.

    A name that stands for such a type in one namespace and for another in a second one is left out.
    """
    bases: dict[str, set[str]] = {}
    for schema in schemas(description):
        for node in schema.node.iterfind(f"{{{XSD}}}simpleType[@name]"):
            restriction = node.find(f"{{{XSD}}}restriction")
            base = (restriction.get("base") or "") if restriction is not None else ""
            bases.setdefault(node.get("name", ""), set()).add(base.rpartition(":")[2])
    found = set(_WORDLESS)
    while more := {name for name, below in bases.items() if below <= found} - found:
        found |= more
    return frozenset(found - {name for name, below in bases.items() if not below <= found})


class Seen:
    """Texts of elements in answers, by the element's name, and by its parent's name before it ("item", "id": itemId)."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, None]] = {}

    def learn(self, node: etree._Element) -> None:
        """Take in everything below an element."""
        for name, text in _texts(node, ""):
            known = self._values.setdefault(name, {})
            if len(known) < KEPT:
                known.setdefault(text)

    def guess(self, name: str) -> str | None:
        """A key of anything, for operations whose names do not tell what they are about ("GetStructure"): most often of what
        came first."""
        wanted = normal(name)
        return next((next(iter(values)) for known, values in self._values.items() if known.endswith(wanted)), None)

    def value(self, name: str, kind: str) -> str | None:
        """A value for an argument of that name in an operation on that kind of thing ("GetItem": item); None when none was
        seen. A bare key ("id") is taken only from things of that kind."""
        wanted = normal(name)
        bare = wanted in ("id", "key", "uid", "number", "name", "code", "oid", "guid", "uuid")
        order = [singular(kind) + wanted] if bare and kind else [wanted, *([f"{wanted}id", f"{wanted}number"])]
        return next((next(iter(self._values[one])) for one in order if one in self._values), None)

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Everything that was seen."""
        return {name: tuple(values) for name, values in self._values.items()}


def _texts(node: etree._Element, above: str) -> Iterator[tuple[str, str]]:
    inside = children(node)
    own = name_of(node).local
    if inside:
        for child in inside:
            yield from _texts(child, own)
        return
    text = (node.text or "").strip()
    if text and len(text) <= 256:
        yield normal(own), text
        if above:
            yield singular(above) + normal(own), text
