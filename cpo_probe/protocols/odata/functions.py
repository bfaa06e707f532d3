"""What do the canonical functions return? OData URL Conventions 4.01, 5.1.1.5 to 5.1.1.12.

Each takes values that are not null. The evaluator answers null when an argument is null, as the standard says.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from cpo_probe.protocols.odata.times import DAY, HOUR, MINUTE, SECOND, Clock, Day, Moment, Span, civil
from cpo_probe.protocols.odata.values import Value


class Unsupported(ValueError):
    """The standard leaves the result to the service, or it is not computed here."""


def _civil(value: Any) -> tuple[int, int, int]:
    return civil(value.number if isinstance(value, Day) else value.local // DAY)


def _clock(value: Any) -> int:
    """Picoseconds since midnight on its own clock."""
    return value.picoseconds if isinstance(value, Clock) else value.local % DAY


def _rounded(mode: str) -> Callable[[Any], Value]:
    def function(value: Any) -> Value:
        if isinstance(value, int):
            return value
        if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
            return value
        whole = Decimal(value).to_integral_value(mode)
        return float(whole) if isinstance(value, float) else whole

    return function


def _substring(text: Any, start: Any, length: Any = None) -> Value:
    if start < 0 or (length is not None and length < 0):
        raise Unsupported("substring with a negative number")
    found: str = text[start:] if length is None else text[start : start + length]
    return found


def _matches(text: Any, pattern: Any) -> Value:
    """Only what ECMAScript and Python read alike and fast: no groups, no alternatives, no escapes, few quantifiers."""
    if re.search(r"[(|\\]", pattern) or len(re.findall(r"[*+?{]", pattern)) > 3:
        raise Unsupported("a pattern with groups, alternatives, escapes or many quantifiers")
    return re.search(pattern, text) is not None


def _indexof(text: Any, part: Any) -> Value:
    found: int = text.find(part)
    return found


def _total_seconds(value: Any) -> Value:
    return Decimal(value.picoseconds) / SECOND


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "concat": lambda a, b: a + b,
    "contains": lambda text, part: part in text,
    "endswith": lambda text, part: text.endswith(part),
    "indexof": _indexof,
    "length": len,
    "startswith": lambda text, part: text.startswith(part),
    "substring": _substring,
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "matchespattern": _matches,
    "year": lambda value: _civil(value)[0],
    "month": lambda value: _civil(value)[1],
    "day": lambda value: _civil(value)[2],
    "hour": lambda value: _clock(value) // HOUR,
    "minute": lambda value: _clock(value) % HOUR // MINUTE,
    "second": lambda value: _clock(value) % MINUTE // SECOND,
    "fractionalseconds": lambda value: Decimal(_clock(value) % SECOND) / SECOND,
    "date": lambda value: Day(value.local // DAY),
    "time": lambda value: Clock(value.local % DAY),
    "totaloffsetminutes": lambda value: value.offset,
    "totalseconds": _total_seconds,
    "mindatetime": lambda: Moment(-62135596800 * SECOND, 0),
    "maxdatetime": lambda: Moment(253402300799 * SECOND + SECOND - 1, 0),
    "round": _rounded(ROUND_HALF_UP),
    "floor": _rounded(ROUND_FLOOR),
    "ceiling": _rounded(ROUND_CEILING),
}
OLD_FUNCTIONS: dict[str, Callable[..., Value]] = {"replace": lambda text, find, by: text.replace(find, by)}
ARITIES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(FUNCTIONS, (1,)),
    **dict.fromkeys(("concat", "contains", "endswith", "indexof", "startswith", "matchespattern"), (2,)),
    **dict.fromkeys(("mindatetime", "maxdatetime"), (0,)),
    "substring": (2, 3),
    "replace": (3,),
}
ON_TEXT = frozenset({"concat", "contains", "endswith", "indexof", "length", "startswith", "tolower", "toupper", "trim"})
ON_TIME = frozenset({"hour", "minute", "second", "fractionalseconds"})
ON_DAY = frozenset({"year", "month", "day"})
ON_MOMENT = frozenset({"date", "time", "totaloffsetminutes"})


COMPARING = frozenset({"contains", "endswith", "indexof", "startswith", "matchespattern"})
"""Functions that compare text."""


@lru_cache(maxsize=2**14)  # the same texts of the same rows for one expression after the other
def fold(text: str) -> str:
    """Text as the loosest collation compares it: without case, accents and blanks at the end."""
    if text.isascii():
        return text.lower().rstrip()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold().rstrip()


def call(name: str, arguments: list[Value], old: bool, *, loose: bool = False) -> Value:
    """The result of a canonical function; raises `Unsupported` for an unknown one and for arguments of other types.

    `loose`: text is compared by `fold`, and times are read in UTC.
    """
    name = name.lower()  # 4.01 services take any case
    function = FUNCTIONS.get(name) or (OLD_FUNCTIONS.get(name) if old else None)
    if function is None or len(arguments) not in ARITIES[name]:
        raise Unsupported(f"the function {name} with {len(arguments)} arguments")
    if any(argument is None for argument in arguments):
        return None
    if not _suits(name, arguments):
        raise Unsupported(f"{name} of {[type(argument).__name__ for argument in arguments]}")
    return function(*(_loosened(name, argument) for argument in arguments) if loose else arguments)


def _loosened(name: str, argument: Value) -> Value:
    if isinstance(argument, str) and name in COMPARING:
        return fold(argument) if name != "matchespattern" else argument
    return Moment(argument.picoseconds, 0) if isinstance(argument, Moment) else argument


def _suits(name: str, arguments: list[Value]) -> bool:
    if name in ON_TEXT or name == "matchespattern" or name == "replace":
        return all(isinstance(argument, str) for argument in arguments)
    if name == "substring":
        return isinstance(arguments[0], str) and all(isinstance(argument, int) for argument in arguments[1:])
    if name in ON_DAY:
        return isinstance(arguments[0], (Day, Moment))
    if name in ON_TIME:
        return isinstance(arguments[0], (Clock, Moment))
    if name in ON_MOMENT:
        return isinstance(arguments[0], Moment)
    if name == "totalseconds":
        return isinstance(arguments[0], Span)
    numeric = (int, float, Decimal)
    return not arguments or (isinstance(arguments[0], numeric) and not isinstance(arguments[0], bool))
