"""Where do two JSON values differ, what is allowed to change left aside?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """`pointer`: exact JSON Pointer; `location`: the same with * for positions. A missing member shows as "absent"."""

    pointer: str
    location: str
    first: Any
    second: Any


ABSENT = "absent"


Alike = Callable[[Any, Any], bool]
"""Whether two different values, neither of them an object or an array, may stand for the same."""


def never(first: Any, second: Any) -> bool:
    """No two different values are."""
    return False


def difference(first: Any, second: Any, volatile: Iterable[str] = (), alike: Alike = never) -> Difference | None:
    """The first difference in document order; the order of members does not count, that of elements does.

    `volatile`: JSON Pointers, `*` for any member or position; what lies at or below them is not compared.
    """
    masks = [tuple(pointer.split("/")[1:]) for pointer in volatile]
    return _walk(first, second, masks, alike, (), ())


SKEW = 2.0
"""Seconds by which a clock that is read twice may advance more than the time between the requests."""


def clock(seconds: float) -> Alike:
    """Two readings of one clock, taken so many seconds apart: times (RFC 3339, RFC 9110) or seconds, or milli- or
    microseconds, since 1970, of which the second is the later one by no more than that."""

    def alike(first: Any, second: Any) -> bool:
        one, other = _instant(first), _instant(second)
        return one is not None and other is not None and 0 <= other - one <= seconds + SKEW

    return alike


_UNITS = (1, 1_000, 1_000_000)  # of a second
_SINCE, _UNTIL = 1e9, 5e9  # 2001 to 2128


def _instant(value: Any) -> float | None:
    """Seconds since 1970; of a time without a zone only differences mean anything."""
    if isinstance(value, str):
        try:
            found = parsedate_to_datetime(value) if value.endswith("GMT") else datetime.fromisoformat(value)
        except ValueError:
            return None
        return (found - datetime(1970, 1, 1, tzinfo=found.tzinfo)).total_seconds() if len(value) > len("2026-01-01") else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return next((value / unit for unit in _UNITS if _SINCE <= value / unit <= _UNTIL), None)


def _walk(
    first: Any, second: Any, masks: list[tuple[str, ...]], alike: Alike, path: tuple[str, ...], place: tuple[str, ...]
) -> Difference | None:
    if any(_covers(mask, path) for mask in masks):
        return None
    if isinstance(first, dict) and isinstance(second, dict):
        for name in dict.fromkeys((*first, *second)):
            step = name.replace("~", "~0").replace("/", "~1")
            found = _walk(first.get(name, ABSENT), second.get(name, ABSENT), masks, alike, (*path, step), (*place, step))
            if found:
                return found
        return None
    if isinstance(first, list) and isinstance(second, list):
        for i, (one, other) in enumerate(zip(first, second, strict=False)):
            found = _walk(one, other, masks, alike, (*path, str(i)), (*place, "*"))
            if found:
                return found
        if len(first) == len(second):
            return None
        return Difference(_join(path), _join(place), f"{len(first)} elements", f"{len(second)} elements")
    same = first == second and isinstance(first, bool) == isinstance(second, bool)
    return None if same or alike(first, second) else Difference(_join(path), _join(place), first, second)


def _covers(mask: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(mask) == len(path) and all(m in ("*", p) for m, p in zip(mask, path, strict=True))


def _join(path: tuple[str, ...]) -> str:
    return "".join(f"/{step}" for step in path)
