"""Is a value of the kind that a description says?"""

import re
from collections.abc import Callable
from functools import lru_cache

_DAY = r"-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
KINDS: dict[str, str] = {
    "boolean": r"true|false|1|0",
    "integer": r"[+-]?\d+",
    "natural": r"\+?\d+|-0+",
    "positive": r"\+?0*[1-9]\d*",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "real": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "dateTime": f"{_DAY}T{_TIME}{_ZONE}",
    "date": f"{_DAY}{_ZONE}",
    "time": f"{_TIME}{_ZONE}",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "uuid": r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "name": r"[^\W\d][\w.\-·]*",
}
"""Patterns of the kinds of XML Schema Part 2, by the names that descriptions give them; white space around is not looked at."""

Fits = Callable[[str], object]


@lru_cache(maxsize=2**10)
def fits(kind: str | tuple[str, ...]) -> Fits:
    """What is true for values of a kind ("integer", "integer*" for several with blanks between them) or among those listed.

    Raises KeyError for a kind that is not there.
    """
    if isinstance(kind, tuple):
        listed = frozenset(kind)
        return lambda value: value.strip() in listed
    pattern = KINDS[kind.removesuffix("*")]
    if kind.endswith("*"):
        pattern = rf"(?:(?:{pattern})(?:\s+(?:{pattern}))*)?"
    return re.compile(rf"\s*(?:{pattern})\s*").fullmatch
