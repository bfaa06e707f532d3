"""OData V2: what does a condition of $filter say of a row, whatever the collation and the time zone of the service?

A condition is JSON: `{"op": "gt", "path": "Mass", "type": "Edm.Decimal", "value": "3"}`, or `{"op": "and", "of": [...]}`.
"""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .old_shared import typed

Condition = dict[str, Any]
HALF_DAY = 14 * odata.times.HOUR  # no clock is further from UTC


class Says(Enum):
    """OPEN: services may differ. NULL: a null is compared, so that the row is left out unless the condition is negated."""

    YES = "yes"
    NO = "no"
    NULL = "null"
    OPEN = "open"


def write(model: CsdlModel, condition: Condition) -> str:
    """The text for $filter before percent-encoding. Raises `odata.Untyped` for a value that is none of its type."""
    op = condition["op"]
    if op in ("and", "or"):
        return f" {op} ".join(f"({write(model, part)})" for part in condition["of"])
    if op == "not":
        return f"not ({write(model, condition['of'][0])})"
    path, value = condition.get("path", ""), condition.get("value")
    match op:
        case "length":
            return f"length({path}) gt {value}"
        case "year":
            return f"year({path}) eq {value}"
        case "isof":
            return f"isof('{value}')"
    literal = odata.literal(model, condition["type"], value)
    match op:
        case "substringof":
            return f"substringof({literal},{path})"
        case "startswith" | "endswith":
            return f"{op}({path},{literal})"
        case "tolower":
            return f"tolower({path}) eq {literal}"
        case "add":
            return f"{path} add 1 gt {literal}"
        case "mod":
            return f"{path} mod 2 eq {literal}"
    return f"{path} {op} {literal}"


def says(model: CsdlModel, condition: Condition, row: Mapping[str, Any]) -> Says:
    """Whether the row satisfies the condition. A property that the row does not show leaves it open."""
    op = condition["op"]
    if op in ("and", "or", "not"):
        return _combined(op, [says(model, part, row) for part in condition["of"]])
    if op == "isof":
        return _is_of(model, str(condition["value"]), row)
    try:
        found, seen = value_at(model, row, condition["path"], condition["type"])
        asked = None if op in ("length", "year") else typed(model, condition["type"], condition.get("value"))
    except odata.Untyped:
        return Says.OPEN
    if not seen:
        return Says.OPEN
    if condition.get("value") is None:
        return _is(found is None) if op == "eq" else _is(found is not None)
    if found is None:
        return Says.OPEN if op == "ne" else Says.NULL
    if isinstance(found, str):
        return _text(op, found, condition["value"])
    if hasattr(found, "picoseconds") and hasattr(found, "offset"):
        return _moment(op, found, asked, condition["value"])
    return _plain(op, found, asked)


def value_at(model: CsdlModel, row: Mapping[str, Any], path: str, type: str) -> tuple[Any, bool]:
    """The value at a path, and whether the row shows it; below a null everything is null. Raises `odata.Untyped`."""
    value: Any = row
    for step in path.split("/"):
        if value is None:
            return None, True
        if not isinstance(value, Mapping) or step not in value or "__deferred" in value:
            return None, False
        value = value[step]
    return typed(model, type, value), True


def _is(true: bool) -> Says:
    return Says.YES if true else Says.NO


def _combined(op: str, parts: list[Says]) -> Says:
    if op == "not":
        return {Says.YES: Says.NO, Says.NO: Says.YES}.get(parts[0], Says.OPEN)
    order = (Says.NO, Says.OPEN, Says.NULL, Says.YES) if op == "and" else (Says.YES, Says.OPEN, Says.NULL, Says.NO)
    return next(one for one in order if one in parts)


def _is_of(model: CsdlModel, wanted: str, row: Mapping[str, Any]) -> Says:
    notes = row.get("__metadata")
    stated = notes.get("type") if isinstance(notes, dict) else None
    return _is(model.derives(stated, wanted)) if isinstance(stated, str) and model.structured(stated) else Says.OPEN


def fold(text: str) -> str:
    """Without case, accents and spaces at the end, as the most tolerant collations compare."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold().rstrip()


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda text, part: text == part,
    "substringof": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


def _text(op: str, found: str, asked: Any) -> Says:
    """Equal to the letter is equal for everybody, different without case and accents is different for everybody."""
    if op == "length":
        return _is(len(found) > int(asked)) if found.isascii() and found == found.rstrip() else Says.OPEN
    if op == "tolower":
        if found.isascii() and found == found.strip():
            return _is(found.lower() == asked)
        return Says.OPEN
    if op == "ne":
        return {Says.YES: Says.NO, Says.NO: Says.YES}.get(_text("eq", found, asked), Says.OPEN)
    test = _TESTS.get(op)
    if test is None:
        return Says.OPEN  # an order of text is the collation's
    if test(found, asked):
        return Says.YES
    return Says.OPEN if test(fold(found), fold(asked)) else Says.NO


def _moment(op: str, found: Any, asked: Any, text: Any) -> Says:
    """Ticks with an offset are read as UTC by some and as local time by others; a year depends on the time zone, too."""
    if op == "year":
        starts = [_year(found.picoseconds + shift) for shift in (-HALF_DAY, HALF_DAY)]
        if starts[0] == starts[1]:
            return _is(starts[0] == int(text))
        return Says.OPEN
    one = _plain(op, found.picoseconds, asked.picoseconds)
    other = _plain(op, found.picoseconds - found.offset * odata.times.MINUTE, asked.picoseconds)
    return one if one is other else Says.OPEN


def _year(picoseconds: int) -> int:
    return odata.times.civil(picoseconds // odata.times.DAY)[0]


def _plain(op: str, found: Any, asked: Any) -> Says:
    """Numbers, truth values, Guids, times."""
    if isinstance(found, (float, Decimal)) or isinstance(asked, (float, Decimal)):
        exact = not isinstance(found, float) and not isinstance(asked, float) and not (_long(found) or _long(asked))
        near = abs(float(found) - float(asked)) <= 1e-6 * max(abs(float(found)), abs(float(asked)), 1.0)
        if not exact and (near or op == "mod"):
            return Says.OPEN  # binary numbers, and more digits than a database may keep
        found, asked = Decimal(found), Decimal(asked)
    match op:
        case "eq":
            return _is(found == asked)
        case "ne":
            return _is(found != asked)
        case "gt":
            return _is(found > asked)
        case "ge":
            return _is(found >= asked)
        case "lt":
            return _is(found < asked)
        case "le":
            return _is(found <= asked)
        case "add":
            return _is(found + 1 > asked)
        case "mod":
            return _is(found % 2 == asked) if found >= 0 else Says.OPEN
    return Says.OPEN


def _long(number: int | Decimal) -> bool:
    return len(Decimal(number).as_tuple().digits) > 15
