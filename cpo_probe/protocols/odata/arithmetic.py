"""What do the arithmetic operators give? OData URL Conventions 4.01, 5.1.1.2."""

from decimal import Decimal
from typing import Any

from cpo_probe.protocols.odata.functions import Unsupported
from cpo_probe.protocols.odata.times import DAY, Day, Moment, Span
from cpo_probe.protocols.odata.values import Value


def negated(value: Value) -> Value:
    """`-value`."""
    if value is None:
        return None
    if isinstance(value, Span):
        return Span(-value.picoseconds)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return -value
    raise Unsupported(f"the negative of {value!r}")


def arithmetic(operator: str, a: Any, b: Any) -> Value:
    """The six operators on values that are not null. Raises `Unsupported` where the standard leaves the result open."""
    numbers = (int, float, Decimal)
    if isinstance(a, bool) or isinstance(b, bool):
        raise Unsupported("arithmetic with true or false")
    if isinstance(a, numbers) and isinstance(b, numbers):
        if isinstance(a, float) or isinstance(b, float):
            return _floating(operator, float(a), float(b))
        return _exact(operator, a, b)
    return _temporal(operator, a, b)


def _exact(operator: str, a: int | Decimal, b: int | Decimal) -> Value:
    if operator in ("div", "mod", "divby") and b == 0:
        raise Unsupported("division by zero: the request fails")
    if operator in ("div", "mod") and isinstance(a, int) and isinstance(b, int):
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)  # towards zero; the remainder has the sign of a
        return quotient if operator == "div" else a - b * quotient
    match operator:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
        case "mod":
            return Decimal(a) % Decimal(b)
        case "div" | "divby":
            found = Decimal(a) / Decimal(b)
            if found * b != a:
                raise Unsupported("a quotient whose scale is left to the service")
            return found
    raise Unsupported(operator)


def _floating(operator: str, a: float, b: float) -> Value:
    match operator:
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return a * b
        case "div" | "divby" if b != 0:
            return a / b
    raise Unsupported(f"{operator} of {a} and {b}")


def _temporal(operator: str, a: Any, b: Any) -> Value:
    """Dates and times move by durations, their differences are durations (5.1.1.2)."""
    sign = {"add": 1, "sub": -1}.get(operator)
    if isinstance(a, Span) and isinstance(b, (int, Decimal)) and operator == "mul":
        return Span(int(a.picoseconds * b))
    if isinstance(b, Span) and isinstance(a, (int, Decimal)) and operator == "mul":
        return Span(int(b.picoseconds * a))
    if isinstance(a, Span) and isinstance(b, (int, Decimal)) and operator == "div" and b != 0:
        return Span(int(Decimal(a.picoseconds) / Decimal(b)))
    if sign is None:
        raise Unsupported(f"{operator} of {type(a).__name__} and {type(b).__name__}")
    if isinstance(b, Span):
        if isinstance(a, Moment):
            return Moment(a.picoseconds + sign * b.picoseconds, a.offset)
        if isinstance(a, Span):
            return Span(a.picoseconds + sign * b.picoseconds)
        if isinstance(a, Day) and b.picoseconds % DAY == 0:
            return Day(a.number + sign * (b.picoseconds // DAY))
    if sign == -1 and isinstance(a, Moment) and isinstance(b, Moment):
        return Span(a.picoseconds - b.picoseconds)
    if sign == -1 and isinstance(a, Day) and isinstance(b, Day):
        return Span((a.number - b.number) * DAY)
    raise Unsupported(f"{operator} of {type(a).__name__} and {type(b).__name__}")
