"""In which order do rows come? OData URL Conventions 4.01, 5.1.6 / Protocol 11.2.6.2 System Query Option $orderby."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from cpo_probe.protocols.odata import collation
from cpo_probe.protocols.odata.csdl import StructuredType
from cpo_probe.protocols.odata.evaluate import Row, evaluator
from cpo_probe.protocols.odata.expression import Expression, write
from cpo_probe.protocols.odata.functions import Unsupported
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.values import Flags, Identifier, Value


@dataclass(frozen=True, slots=True)
class OrderItem:
    expression: Expression
    descending: bool


def write_order(model: Model, items: Sequence[OrderItem]) -> str:
    """The text of $orderby before percent-encoding."""
    return ",".join(write(model, item.expression) + (" desc" if item.descending else "") for item in items)


def _compare(a: Value, b: Value) -> int:
    """-1, 0, 1; null comes first (Protocol 11.2.6.2)."""
    if a is None or b is None:
        return (a is not None) - (b is not None)
    one: Any = a.number if isinstance(a, Flags) else a
    other: Any = b.number if isinstance(b, Flags) else b
    if isinstance(one, (Identifier, bytes)) and one != other:
        raise Unsupported("the order of Guids and binaries is left to the service")
    numbers = isinstance(one, (int, float)) or isinstance(other, (int, float))
    if type(one) is not type(other) and not numbers:
        raise Unsupported(f"an order of {type(one).__name__} and {type(other).__name__}")
    return int(one > other) - int(one < other)


def _in_order(a: Value, b: Value) -> bool:
    """Whether `a` may come before `b`. Collation is left to the service: of texts all orders are accepted but what none has."""
    if isinstance(a, str) and isinstance(b, str):
        return collation.order(a, b) != 1
    return _compare(a, b) <= 0


def _values(model: Model, type: StructuredType, items: Sequence[OrderItem], rows: Sequence[Row]) -> list[list[Value]]:
    columns = [evaluator(model, type, item.expression) for item in items]
    return [[value(row, {}) for value in columns] for row in rows]


def first_out_of_order(model: Model, type: StructuredType, items: Sequence[OrderItem], rows: Sequence[Row]) -> int | None:
    """The index of the first row that must not come after the one before it; None when the order is right.

    Raises `Unknown`, `Untyped`, `Unsupported` when it cannot be told.
    """
    keys = _values(model, type, items, rows)
    for index in range(1, len(keys)):
        for item, a, b in zip(items, keys[index - 1], keys[index], strict=True):
            left, right = (b, a) if item.descending else (a, b)
            if not _in_order(left, right):
                return index
            if _compare(a, b) != 0:
                break  # also texts that differ: which of them the service holds for equal cannot be told
    return None


def sort_rows(model: Model, type: StructuredType, items: Sequence[OrderItem], rows: Sequence[Row]) -> list[Row]:
    """The rows in order, stable; text in the order of code points. Raises as `first_out_of_order`."""
    keyed = list(zip(_values(model, type, items, rows), rows, strict=True))

    def compare(left: tuple[list[Value], Row], right: tuple[list[Value], Row]) -> int:
        for item, a, b in zip(items, left[0], right[0], strict=True):
            found = _compare(a, b)
            if found:
                return -found if item.descending else found
        return 0

    return [row for _, row in sorted(keyed, key=cmp_to_key(compare))]
