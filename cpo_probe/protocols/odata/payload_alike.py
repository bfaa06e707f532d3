"""Which members of many alike instances have to be looked at one by one? Few: the values of a property are judged at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from cpo_probe.protocols.odata.columns import Column
from cpo_probe.protocols.odata.payload import Context
from cpo_probe.protocols.odata.tables import Slot, Table, Tables

REFERENCE = frozenset({"@odata.id", "@id"})
_TYPE = frozenset({"@odata.type", "@type"})
_REMOVED = frozenset({"@odata.removed", "@removed"})
_SOME = 4  # alike instances, on the average, for which it pays

Names = tuple[str, ...]
Kin = tuple[Names, str]
"""What alike instances share: the names of their members, in order, and the type that they state, "" for none."""
Textual = Callable[[str, Table], bool | None]
WHOLE: Names = ("",)
"""In place of names: the instance has to be judged as such."""


def kin(value: dict[str, Any]) -> Kin:
    names = tuple(value)
    if _TYPE.isdisjoint(names):
        return names, ""
    stated = value.get("@odata.type") or value.get("@type")
    return names, stated if isinstance(stated, str) else ""


@dataclass(frozen=True, slots=True)
class Alike:
    """`textual`: of a name that is no property, whether its value has to be text, None when that is not all."""

    tables: Tables
    context: Context
    textual: Textual

    def doubtful(self, table: Table, values: list[dict[str, Any]], complete: bool) -> dict[Kin, Names]:
        """By what instances share, the members in doubt; {} when everything is right."""
        alike: dict[Kin, list[dict[str, Any]]] = {}
        for value in values:
            alike.setdefault(kin(value), []).append(value)
        found = {}
        for (names, stated), rows in alike.items():
            few = len(values) < _SOME * len(alike)
            own = None if few else self._table(table, names, stated)
            if own is None or (complete and not own.required.issubset(names)):
                found[names, stated] = WHOLE
            elif doubts := tuple(n for n in names if not self._right(own, n, list(map(itemgetter(n), rows)))):
                found[names, stated] = doubts
        return found

    def _table(self, table: Table, names: Names, stated: str) -> Table | None:
        """Of what the instances state to be, or else are expected to be; None when that is not plain."""
        if not _REMOVED.isdisjoint(names) or REFERENCE.issuperset(names):
            return None
        if self.context.metadata == "full" and table.entity and REFERENCE.isdisjoint(names):
            return None
        if not stated:
            return table if _TYPE.isdisjoint(names) and not table.type.abstract else None
        return self.tables.derived(table, stated.rpartition("#")[2])

    def _right(self, table: Table, name: str, values: list[Any]) -> bool:
        slot = table.slots.get(name)
        if slot is None:
            return self._right_beside(table, name, values)
        right = table.columns.get(name) or self._inside(slot)
        if right is None:
            return False
        if right(values):
            return True
        if slot.nullable is False or slot.stated.collection:
            return False
        stated = [value for value in values if value is not None]
        return len(stated) < len(values) and (not stated or right(stated))

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
            return not self.doubtful(self.tables.table(structured), list(values), self.context.complete and not slot.navigation)

        return right

    def _right_beside(self, table: Table, name: str, values: list[Any]) -> bool:
        """Of what is no property: advertised operations, which nothing is claimed of, control information and annotations."""
        if name.startswith("#"):
            return True
        text = self.textual(name, table)
        return text is not None and (not text or set(map(type, values)) == {str})
