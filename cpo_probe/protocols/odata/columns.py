"""Are all these JSON values right at once? The values of one property in many instances, looked at by few steps made in C.

A column says True only when the check of the type (`json_values`) would say "" of each value; when it does not, the values are
looked at one by one, and the check says why.
"""

import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from cpo_probe.protocols.odata.csdl import EnumType, Facets
from cpo_probe.protocols.odata.json_values import SINGLE_MAX, USUAL_DAY, Check, usual_span, usual_stamp
from cpo_probe.protocols.odata.old_values import TICKS
from cpo_probe.protocols.odata.primitives import GUID, INTEGERS

Column = Callable[[Sequence[Any]], bool]
_TEXT, _TRUTH, _WHOLE, _ARRAY = {str}, {bool}, {int}, {list}
_NUMBERS = frozenset({int, float})


def each(check: Check) -> Column:
    """For types whose values have no quicker way; texts often repeat."""

    def right(values: Sequence[Any]) -> bool:
        return not any(map(check, set(values) if set(map(type, values)) == _TEXT else values))

    return right


def or_each(quick: Column, check: Check) -> Column:
    """All at once, and where that does not tell, each."""
    slow = each(check)
    return lambda values: quick(values) or slow(values)


def arrays(one: Column) -> Column:
    """Arrays of such values."""

    def right(values: Sequence[Any]) -> bool:
        if set(map(type, values)) != _ARRAY:
            return False
        items = list(chain.from_iterable(values))
        return not items or (None not in items and one(items))

    return right


def truths(values: Sequence[Any]) -> bool:
    return set(map(type, values)) == _TRUTH


def texts(most: int | None) -> Column:
    def right(values: Sequence[Any]) -> bool:
        return set(map(type, values)) == _TEXT and (most is None or max(map(len, values)) <= most)

    return right


def whole(least: int, most: int) -> Column:
    def right(values: Sequence[Any]) -> bool:
        return set(map(type, values)) == _WHOLE and least <= min(values) and max(values) <= most

    return right


def floating(single: bool) -> Column:
    def right(values: Sequence[Any]) -> bool:
        return numbers(values) and (not single or max(map(abs, values)) <= SINGLE_MAX)

    return right


_EXACT = 22  # powers of ten up to that one are floats


def numbers(values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= _NUMBERS


def decimals(precision: int | None, scale: int) -> Column:
    """Numbers with `scale` digits after the point at most: the shortest text that stands for one is what rounding gives."""
    bound = None if precision is None else 10.0 ** (precision - scale)

    def right(values: Sequence[Any]) -> bool:
        if not numbers(values):
            return False
        if bound is not None and not max(map(abs, values)) < bound:
            return False
        return all(round(value, scale) == value for value in values)

    return right


def matching(pattern: str) -> Column:
    """Texts one below the other, by one expression that takes no line end in a text for one between them."""
    lines = re.compile(rf"(?:{pattern}\n)*+").fullmatch

    def right(values: Sequence[Any]) -> bool:
        if set(map(type, values)) != _TEXT:
            return False
        joined = "\n".join(values) + "\n"
        return joined.count("\n") == len(values) and lines(joined) is not None

    return right


def members(enum: EnumType) -> Column:
    names = frozenset(enum.values)

    def right(values: Sequence[Any]) -> bool:
        return set(map(type, values)) == _TEXT and names.issuperset(values)

    return right


def old_primitive(type_name: str, facets: Facets) -> Column | None:
    """The same for OData V2."""
    match type_name:
        case "Edm.Byte" | "Edm.SByte" | "Edm.Int16" | "Edm.Int32" | "Edm.String" | "Edm.Boolean" | "Edm.Guid":
            return primitive(type_name, facets, False)
        case "Edm.DateTime" | "Edm.DateTimeOffset":
            return matching(TICKS.pattern)
    return None


def primitive(type_name: str, facets: Facets, ieee754: bool) -> Column | None:
    """The column of a primitive type of OData 4.0x; None where there is no quicker way than looking at each value."""
    if type_name in INTEGERS and not (ieee754 and type_name == "Edm.Int64"):
        return whole(*INTEGERS[type_name])
    match type_name:
        case "Edm.String":
            return texts(facets.max_length)
        case "Edm.Boolean":
            return truths
        case "Edm.Double" | "Edm.Single":
            return floating(type_name == "Edm.Single")
        case "Edm.Decimal" if not ieee754:
            return _decimal(facets.precision, facets.scale)
        case "Edm.Guid":
            return matching(GUID.pattern)
        case "Edm.Date":
            return matching(USUAL_DAY)
        case "Edm.Duration":
            return matching(usual_span(facets.precision))
        case "Edm.DateTimeOffset":
            return matching(usual_stamp(facets.precision))
    return None


def _decimal(precision: int | None, scale: int | str | None) -> Column | None:
    if precision is None:
        return decimals(None, scale) if isinstance(scale, int) else numbers
    after = scale if isinstance(scale, int) else precision // 2  # of a scale that varies, a part that surely fits
    before = min(precision - after, _EXACT)
    return decimals(after + before, after) if before >= 0 else None
