"""OData: which values of a window can be asked for, and which literals tell its rows apart?"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .window import Window

INTEGERS = tuple(odata.primitives.INTEGERS)
NUMBERS = (*INTEGERS, "Edm.Decimal")
TEXT, DAY, MOMENT, CLOCK, SPAN = "Edm.String", "Edm.Date", "Edm.DateTimeOffset", "Edm.TimeOfDay", "Edm.Duration"
_ASKED = {*NUMBERS, TEXT, DAY, MOMENT, CLOCK, SPAN, "Edm.Boolean", "Edm.Guid", "Edm.Double", "Edm.Single", "Edm.Binary"}
EXACT = 15  # digits that a number of JSON carries unharmed
LONG = 60  # characters of a text from which on others are preferred, and it is put into no URL
GAP = 4 * odata.times.SECOND
"""So far two points in time lie apart at least that a literal between them divides them, whatever precision is shown."""


@dataclass(frozen=True, slots=True)
class Column:
    """A primitive property of all rows. `path`: as in expressions. `type`: primitive type, or that of the enumeration.

    `declared`: the type as the model names it. `values`: JSON, one for each row.
    """

    path: str
    type: str
    declared: str
    values: tuple[Any, ...]

    @property
    def known(self) -> list[Any]:
        """Distinct values that are not null, in the order of the rows."""
        return list(dict.fromkeys(value for value in self.values if value is not None))

    @property
    def nulls(self) -> bool:
        return None in self.values

    def constant(self, value: Any) -> odata.expression.Constant:
        return odata.expression.Constant(value, self.declared)

    def is_(self, operator: str, value: Any) -> odata.expression.Operation:
        return odata.compare(self.path, operator, value, self.declared)


def columns(model: CsdlModel, window: Window) -> list[Column]:
    """Those of the declared type, one level of complex properties included, that every row shows with values of their type."""
    found = _columns(model, window.type, window.rows, "", window.hidden)
    return [column for column in found if column.known]


def item_columns(
    model: CsdlModel,
    type: odata.csdl.StructuredType,
    rows: Sequence[Mapping[str, Any]],
    variable: str,
    hidden: frozenset[str] = frozenset(),
) -> list[Column]:
    """The same for members of a collection, named by a lambda variable, or for related entities, named by their navigation.

    `hidden`: properties that are left out.
    """
    return [column for column in _columns(model, type, rows, f"{variable}/", hidden) if column.known]


def _columns(
    model: CsdlModel, type: odata.csdl.StructuredType, rows: Sequence[Any], before: str, hidden: frozenset[str]
) -> Iterator[Column]:
    for name, member in model.members(type).items():
        if not isinstance(member, odata.csdl.Property) or member.type.collection or name in hidden:
            continue
        if not all(row is None or name in row for row in rows):
            continue
        values = [None if row is None else row[name] for row in rows]
        inner = model.structured(member.type.name)
        if inner is not None:
            if not before.count("/") > 1 and all(value is None or isinstance(value, dict) for value in values):
                yield from _columns(model, inner, values, f"{before}{name}/", hidden)
            continue
        column = column_of(model, f"{before}{name}", member.type.name, values)
        if column is not None:
            yield column


def column_of(model: CsdlModel, path: str, declared: str, values: Sequence[Any]) -> Column | None:
    type = declared if model.enum(declared) else model.underlying(declared)
    if type not in _ASKED and not model.enum(declared):
        return None
    try:
        typed = [odata.typed(model, declared, value) for value in values]
    except odata.Untyped:
        return None
    if any(isinstance(value, Decimal) and len(value.as_tuple().digits) > EXACT for value in typed):
        return None
    return Column(path, type, declared, tuple(values))


def of(all: Sequence[Column], *types: str) -> list[Column]:
    """Columns of these types, in the order of the types; those with most distinct values first."""
    return sorted(
        (c for c in all if c.type in types), key=lambda c: (types.index(c.type), _long(c), c.nulls, -len(c.known), c.path)
    )


def _long(column: Column) -> bool:
    return any(isinstance(value, str) and len(value) > LONG for value in column.values)


def short(column: Column) -> list[Any]:
    """Distinct values that fit into a URL."""
    return [value for value in column.known if not isinstance(value, str) or len(value) <= LONG]


def middle(values: Sequence[Any]) -> list[Any]:
    """All of them: the one in the middle first, then those near the ends, then the rest, from the middle outwards."""
    count = len(values)
    first = [
        count // 2,
        count // 16,
        count - 1 - count // 16,
        count // 4,
        count - 1 - count // 4,
        count // 8,
        count - 1 - count // 8,
    ]
    rest = sorted(range(count), key=lambda i: abs(i - count // 2))
    return [values[i] for i in dict.fromkeys((*first, *rest)) if 0 <= i < count]


def ordered(model: CsdlModel, column: Column) -> list[Any]:
    """Distinct values from the least to the greatest."""
    return sorted(column.known, key=lambda value: _sortable(odata.typed(model, column.declared, value)))


def _sortable(value: Any) -> Any:
    return value.number if isinstance(value, odata.values.Flags) else value


def between(model: CsdlModel, column: Column) -> list[Any]:
    """JSON values that lie between two of a column of dates or times, from the middle outwards."""
    values = [odata.typed(model, column.declared, value) for value in ordered(model, column)]
    found = []
    for low, high in itertools.pairwise(values):
        a, b = _size(low), _size(high)
        if b - a >= GAP and a >= 0:
            found.append(_written(column.type, (a + b) // 2 // odata.times.SECOND * odata.times.SECOND))
    return middle(found)


def _size(value: Any) -> int:
    size: int = value.number * odata.times.DAY if isinstance(value, odata.times.Day) else value.picoseconds
    return size


def _written(type: str, picoseconds: int) -> str:
    if type == MOMENT:
        return odata.values.moment_text(picoseconds, 0, True)
    text = odata.values.moment_text(picoseconds, 0, False)
    if type == DAY:
        return text.partition("T")[0]
    return text.partition("T")[2] if type == CLOCK else f"PT{picoseconds // odata.times.SECOND}S"


def plain_texts(column: Column) -> list[str]:
    """Short values of letters, digits and signs of ASCII without apostrophes, and without blanks around them."""
    texts = [value for value in short(column) if isinstance(value, str) and value and "'" not in value]
    return [text for text in texts if text.isascii() and text.isprintable() and text == text.strip()]


def plain(column: Column) -> list[Any]:
    """Values that are written without trouble."""
    return plain_texts(column) if column.type == TEXT else short(column)


def even(column: Column) -> bool:
    """Whether all texts are counted alike by everybody: nothing beyond the basic plane, no blanks at an end."""
    return all(v == v.strip() and all(ord(c) < 0x10000 for c in v) for v in column.known)
