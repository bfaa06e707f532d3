"""Which members of many alike instances have to be looked at one by one? Few: the values of a property are judged at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from cpo_probe.protocols.odata.columns import Column
from cpo_probe.protocols.odata.tables import Slot, Table, Tables

REFERENCE = frozenset({"@odata.id", "@id"})
_TELLING = frozenset({"@odata.type", "@type", "@odata.removed", "@removed"})  # how the instance is to be judged
_SOME = 4  # alike instances, on the average, for which it pays

Names = tuple[str, ...]
Textual = Callable[[str, Table], bool | None]
WHOLE: Names = ("",)
"""In place of names: the instance has to be judged as such."""


@dataclass(frozen=True, slots=True)
class Alike:
    """`complete`: of the answer, see `Context`. `textual`: of a name that is no property, whether its value has to be text,
    None when that is not all.
    """

    tables: Tables
    complete: bool
    textual: Textual

    def doubtful(self, table: Table, values: list[dict[str, Any]], complete: bool) -> dict[Names, Names]:
        """By the names of an instance's members, in order, those in doubt; {} when everything is right."""
        alike: dict[Names, list[dict[str, Any]]] = {}
        for value in values:
            alike.setdefault(tuple(value), []).append(value)
        found = {}
        for names, rows in alike.items():
            few = len(values) < _SOME * len(alike)
            telling = few or not _TELLING.isdisjoint(names) or REFERENCE.issuperset(names)
            if telling or (complete and not table.required.issubset(names)):
                found[names] = WHOLE
            elif doubts := tuple(n for n in names if not self._right(table, n, list(map(itemgetter(n), rows)))):
                found[names] = doubts
        return found

    def _right(self, table: Table, name: str, values: list[Any]) -> bool:
        slot = table.slots.get(name)
        if slot is None:
            return self._right_beside(table, name, values)
        column = table.columns.get(name)
        right = column if column is not None else self._inside(slot)
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
        if structured is None or structured.abstract:
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
            return not self.doubtful(self.tables.table(structured), list(values), self.complete and not slot.navigation)

        return right

    def _right_beside(self, table: Table, name: str, values: list[Any]) -> bool:
        """Of what is no property: advertised operations, which nothing is claimed of, control information and annotations."""
        if name.startswith("#"):
            return True
        text = self.textual(name, table)
        return text is not None and (not text or set(map(type, values)) == {str})
