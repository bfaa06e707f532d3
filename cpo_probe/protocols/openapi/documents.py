"""Which objects does a description consist of, and where do its references lead?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urldefrag

from cpo_probe.protocols.json_schema import Missing, Place, Registry
from cpo_probe.protocols.openapi.reading import Raw, read
from cpo_probe.protocols.openapi.shape import REFERABLE, SHAPES, Node, walk

MAX_NODES = 500_000
MAX_HOPS = 32


@dataclass(frozen=True, slots=True)
class Reference:
    """One `$ref`: where it stands, what kind of object it stands for, what it says and where it leads."""

    kind: str
    url: str
    pointer: str
    target: str
    found: Place | Missing


@dataclass(frozen=True)
class Documents:
    """The root document and those it refers to, as far as they were given."""

    url: str
    version: str  # "2.0", "3.0", "3.1", "3.2"
    root: Raw
    registry: Registry
    others: Mapping[str, Any]
    absent: frozenset[str]

    @classmethod
    def build(cls, root: Raw, url: str, version: str, others: Mapping[str, bytes], absent: Collection[str] = ()) -> "Documents":
        """`others`: bodies by absolute URL; what cannot be read is as good as not given. `absent`: where nothing is."""
        url = urldefrag(url)[0]
        values: dict[str, Any] = {}
        for other, body in others.items():
            raw = read(body, "")
            if isinstance(raw, Raw):
                values[urldefrag(other)[0]] = raw.value
        values[url] = root.value
        return cls(url, version, root, Registry(values), {k: v for k, v in values.items() if k != url}, frozenset(absent))

    @property
    def value(self) -> dict[str, Any]:
        """The root document, {} when it is no object."""
        return self.root.value if isinstance(self.root.value, dict) else {}

    def resolve(self, value: Any, url: str, pointer: str) -> Place | None:
        """What stands at a place when references are followed; None for a broken or endless chain."""
        place = Place(url, pointer, value)
        for _ in range(MAX_HOPS):
            reference = place.value.get("$ref") if isinstance(place.value, dict) else None
            if not isinstance(reference, str):
                return place
            found = self.registry.resolve(self.registry.base(place), reference)
            if isinstance(found, Missing):
                return None
            place = found
        return None

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every object that belongs to the description: of the root document, then what its references reach elsewhere."""
        return self._explored[0]

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        return self._explored[1]

    @cached_property
    def by_kind(self) -> dict[str, list[Node]]:
        table: dict[str, list[Node]] = {}
        for node in self.nodes:
            table.setdefault(node.kind, []).append(node)
        return table

    def of(self, kind: str) -> list[Node]:
        return self.by_kind.get(kind, [])

    @cached_property
    def _explored(self) -> tuple[tuple[Node, ...], tuple[Reference, ...]]:
        shape = SHAPES.get(self.version)
        if shape is None:
            return (), ()
        nodes: list[Node] = []
        references: list[Reference] = []
        seen: set[tuple[str, str, str]] = set()
        queue = [Node("document", self.url, "", self.root.value)]
        while queue:
            start = queue.pop()
            if (start.kind, start.url, start.pointer) in seen:
                continue
            for node in walk(shape, start):
                key = (node.kind, node.url, node.pointer)
                if key in seen:
                    continue
                seen.add(key)
                nodes.append(node)
                if len(nodes) >= MAX_NODES:
                    return tuple(nodes), tuple(references)
                target = node.value.get("$ref")
                if node.kind in REFERABLE and isinstance(target, str):
                    place = Place(node.url, node.pointer, node.value)
                    found = self.registry.resolve(self.registry.base(place), target)
                    references.append(Reference(node.kind, node.url, node.pointer, target, found))
                    if isinstance(found, Place) and (node.kind, found.url, found.pointer) not in seen:
                        queue.append(Node(node.kind, found.url, found.pointer, found.value))
        return tuple(nodes), tuple(references)
