"""Which members of many instances have to be looked at one by one? Few: the values of a property are judged at once."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from cpo_probe.protocols.odata.columns import Column
from cpo_probe.protocols.odata.payload import WHOLE, Context, Names
from cpo_probe.protocols.odata.tables import Slot, Table, Tables

_SOME = 4  # instances for which it pays

Kin = tuple[Names, str]
"""What alike instances share: the names of their members, in order, and the type that they state, "" for none."""


class Alike(ABC):
    """What the versions of OData have in common."""

    def __init__(self, tables: Tables, context: Context) -> None:
        self.tables = tables
        self.context = context

    @abstractmethod
    def kin(self, value: dict[str, Any]) -> Kin: ...

    @abstractmethod
    def table(self, table: Table, names: Names, stated: str) -> Table | None:
        """Of what the instances state to be, or else are expected to be; None when that is not plain."""

    @abstractmethod
    def judged(self, table: Table, names: Names) -> Iterable[str]:
        """The names of which anything is claimed."""

    @abstractmethod
    def right_other(self, table: Table, name: str, slot: Slot | None, values: Sequence[Any]) -> bool:
        """Of what is neither a primitive value nor an instance of a type, nor an array of such."""

    def doubts(self, table: Table, values: list[dict[str, Any]], complete: bool) -> list[Names]:
        """For each instance the members in doubt; [] when everything is right."""
        found = self._doubtful(table, values, complete)
        return [found.get(self.kin(value), ()) for value in values] if found else []

    def _doubtful(self, table: Table, values: Collection[dict[str, Any]], complete: bool) -> dict[Kin, Names]:
        if len(values) < _SOME:
            return {self.kin(value): WHOLE for value in values}
        alike: dict[Kin, list[dict[str, Any]]] = {}
        for value in values:
            alike.setdefault(self.kin(value), []).append(value)
        found: dict[Kin, Names] = {}
        tables: dict[Kin, Table] = {}
        columns: dict[str, dict[str, list[Any]]] = {}
        for (names, stated), rows in alike.items():
            own = self.table(table, names, stated)
            if own is None or (complete and not own.required.issubset(names)):
                found[names, stated] = WHOLE
                continue
            tables[names, stated] = own
            into = columns.setdefault(own.type.qualified, {})
            for name in self.judged(own, names):
                into.setdefault(name, []).extend(map(itemgetter(name), rows))
        wrong: dict[str, set[str]] = {}
        for own in tables.values():
            type = own.type.qualified
            if type not in wrong:
                wrong[type] = {name for name, column in columns[type].items() if not self._right(own, name, column)}
        for kin, own in tables.items():
            if names := tuple(name for name in kin[0] if name in wrong[own.type.qualified]):
                found[kin] = names
        return found

    def _right(self, table: Table, name: str, values: list[Any]) -> bool:
        slot = table.slots.get(name)
        right = table.columns.get(name) or (self._inside(slot) if slot is not None else None)
        if slot is None or right is None:
            return self.right_other(table, name, slot, values)
        if None not in values:
            return right(values)
        if slot.nullable is False or slot.stated.collection:
            return False
        stated = [value for value in values if value is not None]
        return not stated or right(stated)

    def _inside(self, slot: Slot) -> Column | None:
        """For values that are instances of a type themselves, or arrays of such; None for all others."""
        structured = slot.type
        if structured is None:
            return None

        def right(values: Sequence[Any]) -> bool:
            if slot.stated.collection:
                if set(map(type, values)) != {list}:
                    return False
                values = list(chain.from_iterable(values))
            if not values:
                return True
            if set(map(type, values)) != {dict}:
                return False
            return not self._doubtful(self.tables.table(structured), values, self.context.complete and not slot.navigation)

        return right


REFERENCE = frozenset({"@odata.id", "@id"})
_TYPE = frozenset({"@odata.type", "@type"})
_REMOVED = frozenset({"@odata.removed", "@removed"})


class NewAlike(Alike):
    """OData JSON 4.0 and 4.01. `textual`: of a name that is no property, whether its value has to be text, None when that is
    not all.
    """

    def __init__(self, tables: Tables, context: Context, textual: Callable[[str, Table], bool | None]) -> None:
        super().__init__(tables, context)
        self._textual = textual

    def kin(self, value: dict[str, Any]) -> Kin:
        names = tuple(value)
        if _TYPE.isdisjoint(names):
            return names, ""
        stated = value.get("@odata.type") or value.get("@type")
        return names, stated if isinstance(stated, str) else ""

    def table(self, table: Table, names: Names, stated: str) -> Table | None:
        if not _REMOVED.isdisjoint(names) or (names and REFERENCE.issuperset(names)):
            return None
        if self.context.metadata == "full" and table.entity and REFERENCE.isdisjoint(names):
            return None
        if not stated:
            return table if _TYPE.isdisjoint(names) and not table.type.abstract else None
        return self.tables.derived(table, stated.rpartition("#")[2])

    def judged(self, table: Table, names: Names) -> Iterable[str]:
        """Of a dynamic property that states no type nothing is known."""
        if table.closed:
            return names
        told = {name.partition("@")[0] for name in names if "@" in name}
        return [name for name in names if name in table.slots or "@" in name or name in told]

    def right_other(self, table: Table, name: str, slot: Slot | None, values: Sequence[Any]) -> bool:
        """Of what is no property: advertised operations, which nothing is claimed of, control information and annotations."""
        if slot is not None or name.startswith("#"):
            return slot is None
        text = self._textual(name, table)
        return text is not None and (not text or set(map(type, values)) == {str})


class OldAlike(Alike):
    """Verbose JSON of OData V2. `hierarchy`: whether types derive from this one, or it from another."""

    def __init__(self, tables: Tables, context: Context, hierarchy: Callable[[Table], bool]) -> None:
        super().__init__(tables, context)
        self._hierarchy = hierarchy

    def kin(self, value: dict[str, Any]) -> Kin:
        notes = value.get("__metadata")
        stated = notes.get("type") if isinstance(notes, dict) else None
        return tuple(value), (stated or "?") if isinstance(stated, str) else ""  # an empty text states a type that nobody knows

    def table(self, table: Table, names: Names, stated: str) -> Table | None:
        return self.tables.derived(table, stated) if stated else table

    def judged(self, table: Table, names: Names) -> Iterable[str]:
        return names if table.closed else [name for name in names if name in table.slots or name == "__metadata"]

    def right_other(self, table: Table, name: str, slot: Slot | None, values: Sequence[Any]) -> bool:
        """Of __metadata, and of links to what is related."""
        if set(map(type, values)) != {dict}:
            return False
        if name == "__metadata" and slot is None:
            absent = None if self._hierarchy(table) else ""
            return not table.entity or {
                type(notes.get(n, a)) for notes in values for n, a in (("uri", None), ("type", absent))
            } == {str}
        if slot is None or not slot.navigation:
            return False
        links = [value.get("__deferred") for value in values]
        return set(map(type, links)) == {dict} and {type(link.get("uri")) for link in links} == {str}

    def _inside(self, slot: Slot) -> Column | None:
        return None if slot.navigation or slot.stated.collection else super()._inside(slot)
