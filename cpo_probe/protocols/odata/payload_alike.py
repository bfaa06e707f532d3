"""Which members of many alike instances have to be looked at one by one? Few: the values of a property are judged at once."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from cpo_probe.protocols.odata.tables import Table

REFERENCE = frozenset({"@odata.id", "@id"})
_TELLING = frozenset({"@odata.type", "@type", "@odata.removed", "@removed"})  # how the instance is to be judged
_SOME = 4  # alike instances, on the average, for which it pays

Names = tuple[str, ...]
Textual = Callable[[str, Table], bool | None]
WHOLE: Names = ("",)
"""In place of names: the instance has to be judged as such."""


def doubtful(table: Table, values: list[dict[str, Any]], complete: bool, textual: Textual) -> dict[Names, Names]:
    """By the names of an instance's members, in order, those in doubt; {} when everything is right.

    `textual`: of a name that is no property, whether its value has to be text, None when that is not all.
    """
    alike: dict[Names, list[dict[str, Any]]] = {}
    for value in values:
        alike.setdefault(tuple(value), []).append(value)
    found = {}
    for names, rows in alike.items():
        few = len(values) < _SOME * len(alike)
        telling = few or not _TELLING.isdisjoint(names) or REFERENCE.issuperset(names)
        if telling or (complete and not table.required.issubset(names)):
            found[names] = WHOLE
        elif doubts := tuple(n for n in names if not _right(table, n, list(map(itemgetter(n), rows)), textual)):
            found[names] = doubts
    return found


def _right(table: Table, name: str, values: list[Any], textual: Textual) -> bool:
    column = table.columns.get(name)
    if column is None:
        return name not in table.slots and _right_beside(table, name, values, textual)
    if column(values):
        return True
    stated = [value for value in values if value is not None]
    return len(stated) < len(values) and table.slots[name].nullable is not False and (not stated or column(stated))


def _right_beside(table: Table, name: str, values: list[Any], textual: Textual) -> bool:
    """Of what is no property: advertised operations, which nothing is claimed of, control information and annotations."""
    if name.startswith("#"):
        return True
    text = textual(name, table)
    return text is not None and (not text or set(map(type, values)) == {str})
