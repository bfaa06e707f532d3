"""Which schema is meant by what stands in FILE_SCHEMA, and which tables tell of it? (ISO 10303-21:2016, 8.2.4)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.table import Head, read_head, read_table
from cpo_probe.formats.step_p21.schemas import schema_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What judges a population.

    `graphs`: the schema of the file; several when its edition has no table, or is not stated: then only what breaks the editions
    before and after it alike is wrong. `exact`: the edition is the one of the table. `later`: entities that came with a later
    edition than the file states, with the object identifier of that. `known`: entities of the schema's editions besides those
    of the graphs. `tables`: ids, for people. `extended`: the file names further schemas for the same instances, which may add
    entities, subtypes and items of selects and enumerations.
    """

    graphs: tuple[Graph, ...]
    tables: tuple[str, ...]
    exact: bool = True
    later: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    extended: bool = False

    @property
    def alone(self) -> bool:
        """One table stands in for other editions, whose entities nobody lists: an unknown one may be of those."""
        return not self.exact and len(self.graphs) == 1


@dataclass(slots=True)
class _Entry:
    id: str
    packed: bytes
    head: Head
    graph: Graph | None = None

    @property
    def every(self) -> bool:
        """Whether it is the table of all editions."""
        return not self.head.oids and not self.head.near


class Tables:
    """Tables by name, unpacked when first needed. `files`: (name, bytes); the first wins where two tell of the same edition."""

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        for name, packed in files:
            head = read_head(packed, name)
            self._entries.setdefault(head.schema, []).append(_Entry(name, packed, head))

    @property
    def heads(self) -> list[tuple[str, Head]]:
        """Name of the file and what it says of itself."""
        return [(entry.id, entry.head) for entries in self._entries.values() for entry in entries]

    def choose(self, file_schema: str) -> Choice | None:
        """What judges a file with that string in FILE_SCHEMA; None when there is no table of its schema, or of that edition."""
        stated = schema_of(file_schema)
        oid, entries = stated.oid, self._entries.get(stated.name.lower(), [])
        exact = [entry for entry in entries if entry.every or (oid and _any(entry.head.oids, oid))]
        near = [entry for entry in entries if not oid or _any(entry.head.near, oid)]
        chosen = exact[:1] or (_newest_first(entries) if near else [])
        if not chosen:
            return None
        since: dict[str, str] = {}
        for entry in entries:
            since.update(entry.head.since)
        later = {one: first for one, first in since.items() if oid and _arcs(first) > oid}
        graphs = tuple(self._graph(entry) for entry in chosen)
        known = frozenset() if exact else frozenset(since)
        return Choice(graphs, tuple(entry.id for entry in chosen), bool(exact), later, known)

    @staticmethod
    def _graph(entry: _Entry) -> Graph:
        if entry.graph is None:
            entry.graph = Graph(read_table(entry.packed, entry.id).schema)
        return entry.graph


def _arcs(text: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in text.split())


def _any(prefixes: Iterable[str], oid: tuple[int, ...]) -> bool:
    return any(oid[: len(_arcs(prefix))] == _arcs(prefix) for prefix in prefixes)


def _newest_first(entries: list[_Entry]) -> list[_Entry]:
    return sorted(entries, key=lambda entry: max(map(_arcs, entry.head.oids), default=()), reverse=True)
