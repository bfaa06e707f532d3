"""How do two values compare? OData URL Conventions 4.01, 5.1.1.1 Logical Operators."""

from collections.abc import Callable
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any

from cpo_probe.protocols.odata import collation
from cpo_probe.protocols.odata.functions import Unsupported, fold
from cpo_probe.protocols.odata.values import Flags, Identifier, Value

_NUMBERS = (int, float, Decimal)


def equal(a: Value, b: Value, loose: bool = False) -> bool:
    """eq: null equals null and nothing else; text is compared with regard to case (5.1.1.1.1) unless `loose`."""
    if a is None or b is None:
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return fold(a) == fold(b) if loose else a == b
    one, other = _alike(a, b)
    return bool(one == other)


def _unequal(a: Value, b: Value, loose: bool = False) -> bool:
    return not equal(a, b, loose)


def _alike(a: Value, b: Value) -> tuple[Any, Any]:
    """Both as values that can be compared: numbers promoted to double where one of them is (5.1.1.18)."""
    if isinstance(a, _NUMBERS) and isinstance(b, _NUMBERS) and not isinstance(a, bool) and not isinstance(b, bool):
        return (float(a), float(b)) if isinstance(a, float) or isinstance(b, float) else (a, b)
    if type(a) is not type(b) or (isinstance(a, Flags) and isinstance(b, Flags) and a.type != b.type):
        raise Unsupported(f"{type(a).__name__} and {type(b).__name__} cannot be compared")
    return (a.number, b.number) if isinstance(a, Flags) and isinstance(b, Flags) else (a, b)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value, bool], bool]:
    """gt, ge, lt, le: false when an operand is null (5.1.1.1.3 to 6)."""

    def found(a: Value, b: Value, loose: bool = False) -> bool:
        if a is None or b is None:
            return False
        one, other = _alike(a, b)
        if isinstance(one, (bool, bytes, Identifier)):
            raise Unsupported("an order of true and false, of binaries or of Guids")
        if isinstance(one, str) and collation.order(one, other) is None:
            raise Unsupported("an order of text that depends on the collation of the service")
        return compare(one, other)

    return found


COMPARED: dict[str, Callable[[Value, Value, bool], bool]] = {
    "eq": equal,
    "ne": _unequal,
    "gt": _ordered(gt),
    "ge": _ordered(ge),
    "lt": _ordered(lt),
    "le": _ordered(le),
}


def has(a: Value, b: Value) -> bool | None:
    """Whether all flags of `b` are set in `a` (5.1.1.1.10)."""
    if a is None or b is None:
        return None
    if not isinstance(a, Flags) or not isinstance(b, Flags) or a.type != b.type:
        raise Unsupported("has on values of no, or of different enumerations")
    return a.number & b.number == b.number
