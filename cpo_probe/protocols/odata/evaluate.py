"""Which rows does an expression keep? OData URL Conventions 4.01, 5.1.1, with its rules for null.

The answer is computed over rows as the service shows them, so that it can be compared with the rows the service returns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from cpo_probe.protocols.odata import collation
from cpo_probe.protocols.odata.arithmetic import arithmetic, negated
from cpo_probe.protocols.odata.casting import actual_type, cast, is_of
from cpo_probe.protocols.odata.csdl import NavigationProperty, Property, StructuredType
from cpo_probe.protocols.odata.expression import (
    Array,
    Call,
    Case,
    Constant,
    Expression,
    In,
    Lambda,
    Negated,
    Not,
    Operation,
    Path,
)
from cpo_probe.protocols.odata.functions import Unsupported, call, fold
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.subsets import has_subsequence, has_subset
from cpo_probe.protocols.odata.values import Flags, Identifier, Untyped, Value, typed

Row = Mapping[str, Any]


class Unknown(ValueError):
    """The row does not show what the expression asks for: a property that was not selected or not expanded."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rows are instances of `type`; `variables`: item (a row or a primitive value) and type name of each lambda variable.

    `loose`: text is compared as databases may do it (no regard to case, accents, blanks at the end), times are read in UTC.
    `constants`: values of constants by the identity of the expression, read once for all rows; `plain`: the types of properties
    of the row itself that hold one primitive value, by name, as they turn up.
    """

    model: Model
    type: StructuredType
    row: Any
    variables: Mapping[str, tuple[Any, str]]
    loose: bool = False
    constants: dict[int, Value] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)


def keep(model: Model, type: StructuredType, expression: Expression, rows: Iterable[Row], *, loose: bool = False) -> list[Row]:
    """The rows for which the expression is true; those where it is false or null are left out.

    What is kept strictly and loosely (see `Scope`) is kept by every service; what is kept by neither, by none.
    Raises `Unknown`, `Untyped` or `Unsupported` when the answer cannot be computed: then nothing may be expected.
    """
    constants: dict[int, Value] = {}
    plain: dict[str, str] = {}
    return [row for row in rows if evaluate(Scope(model, type, row, {}, loose, constants, plain), expression) is True]


def evaluate(scope: Scope, expression: Expression) -> Value:
    """The value of an expression for one row; None is null. Raises as `keep`."""
    match expression:  # the commonest first
        case Path(text):
            return _path(scope, text)
        case Constant(value, type):
            if id(expression) not in scope.constants:
                scope.constants[id(expression)] = typed(scope.model, type, value)
            return scope.constants[id(expression)]
        case Operation(operator, left, right):
            return _operation(scope, operator, left, right)
        case Call():
            return _call(scope, expression)
        case Not(operand):
            found = _truth(evaluate(scope, operand))
            return None if found is None else not found
        case Negated(operand):
            return negated(evaluate(scope, operand))
        case In(left, items):
            value = evaluate(scope, left)
            return any(equal(value, evaluate(scope, item), scope.loose) for item in items)
        case Case(pairs):
            chosen = (result for condition, result in pairs if _truth(evaluate(scope, condition)) is True)
            result = next(chosen, None)
            return None if result is None else evaluate(scope, result)
        case Array():
            raise Unsupported("a collection is no value to be compared")
        case Lambda():
            return _lambda(scope, expression)


def _call(scope: Scope, expression: Call) -> Value:
    name, arguments = expression.name.lower(), expression.arguments
    if name in ("isof", "cast") and isinstance(arguments[-1], Path):
        kind = scope.model.qualified(arguments[-1].text)
        if len(arguments) == 1:
            return is_of(scope.model, scope.row, scope.type.qualified, kind) if name == "isof" else None
        value = evaluate(scope, arguments[0])
        return cast(scope.model, value, kind) if name == "cast" else cast(scope.model, value, kind) is not None
    if name in ("hassubset", "hassubsequence"):
        test = has_subset if name == "hassubset" else has_subsequence
        return test(*(_collection(scope, argument) for argument in arguments))
    return call(name, [evaluate(scope, argument) for argument in arguments], scope.model.old, loose=scope.loose)


def _collection(scope: Scope, expression: Expression) -> list[Value] | None:
    """The members of a collection of primitive values."""
    if isinstance(expression, Array):
        return [evaluate(scope, item) for item in expression.items]
    if not isinstance(expression, Path):
        raise Unsupported("a collection is a path or an array here")
    items, type_name, collection = _walk(scope, expression.text)
    if not collection:
        raise Unsupported(f"{expression.text} is no collection")
    return None if items is None else [typed(scope.model, type_name, item) for item in items]


def _truth(value: Value) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise Unsupported(f"a truth value was expected, not {value!r}")


def _operation(scope: Scope, operator: str, left: Expression, right: Expression) -> Value:
    if operator in ("eq", "ne") and isinstance(left, Path) and isinstance(right, Constant) and right.value is None:
        value, _, collection = _walk(scope, left.text)
        if collection:
            raise Unsupported(f"{left.text} is a collection")
        return (value is None) == (operator == "eq")
    a, b = evaluate(scope, left), evaluate(scope, right)
    match operator:
        case "and":
            return _and(_truth(a), _truth(b))
        case "or":
            found = _and(_inverted(_truth(a)), _inverted(_truth(b)))
            return _inverted(found)
        case "eq":
            return equal(a, b, scope.loose)
        case "ne":
            return not equal(a, b, scope.loose)
        case "gt" | "ge" | "lt" | "le":
            return _ordered(operator, a, b)
        case "has":
            return _has(a, b)
    if a is None or b is None:
        return None
    return arithmetic(operator, a, b)


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _inverted(value: bool | None) -> bool | None:
    return None if value is None else not value


def _alike(a: Value, b: Value) -> tuple[Any, Any]:
    """Both as values that can be compared: numbers promoted to double where one of them is (5.1.1.18)."""
    numbers = (int, float, Decimal)
    if isinstance(a, numbers) and isinstance(b, numbers) and not isinstance(a, bool) and not isinstance(b, bool):
        return (float(a), float(b)) if isinstance(a, float) or isinstance(b, float) else (a, b)
    if type(a) is not type(b) or (isinstance(a, Flags) and isinstance(b, Flags) and a.type != b.type):
        raise Unsupported(f"{type(a).__name__} and {type(b).__name__} cannot be compared")
    return (a.number, b.number) if isinstance(a, Flags) and isinstance(b, Flags) else (a, b)


def equal(a: Value, b: Value, loose: bool = False) -> bool:
    """eq: null equals null and nothing else; text is compared with regard to case (5.1.1.1.1) unless `loose`."""
    if a is None or b is None:
        return a is b
    if loose and isinstance(a, str) and isinstance(b, str):
        return fold(a) == fold(b)
    one, other = _alike(a, b)
    return bool(one == other)


def _ordered(operator: str, a: Value, b: Value) -> bool:
    """gt, ge, lt, le: false when an operand is null (5.1.1.1.3 to 6)."""
    if a is None or b is None:
        return False
    one, other = _alike(a, b)
    if isinstance(one, (bool, bytes, Identifier)):
        raise Unsupported("an order of true and false, of binaries or of Guids")
    found = _compared(operator, one, other)
    if isinstance(one, str) and collation.order(one, other) is None:
        raise Unsupported("an order of text that depends on the collation of the service")
    return found


def _compared(operator: str, one: Any, other: Any) -> bool:
    match operator:
        case "gt":
            return bool(one > other)
        case "ge":
            return bool(one >= other)
        case "lt":
            return bool(one < other)
        case _:
            return bool(one <= other)


def _has(a: Value, b: Value) -> bool | None:
    if a is None or b is None:
        return None
    if not isinstance(a, Flags) or not isinstance(b, Flags) or a.type != b.type:
        raise Unsupported("has on values of no, or of different enumerations")
    return a.number & b.number == b.number


def _start(scope: Scope, segments: list[str]) -> tuple[Any, str, list[str]]:
    """Where a path begins: a lambda variable, or the row."""
    if segments[0] in scope.variables:
        value, type_name = scope.variables[segments[0]]
        return value, type_name, segments[1:]
    return scope.row, scope.type.qualified, segments[1:] if segments[0] == "$it" else segments


def _walk(scope: Scope, text: str) -> tuple[Any, str, bool]:
    """The JSON value at a path, its type, and whether it is a collection of that type."""
    value, type_name, segments = _start(scope, text.split("/"))
    collection = False
    for segment in segments:
        if segment == "$count" and collection:
            return (0 if value is None else len(value)), "Edm.Int64", False
        owner = scope.model.structured(type_name)
        member = scope.model.members(owner).get(segment) if owner else None
        if "." in segment:
            kind = scope.model.qualified(segment)
            if isinstance(value, Mapping) and not scope.model.derives(actual_type(scope.model, value, type_name), kind):
                value = None
            type_name = kind
            continue
        if not isinstance(member, (Property, NavigationProperty)):
            raise Unknown(f"{type_name} has no property {segment}")
        type_name, collection = member.type.name, member.type.collection
        if value is None:
            continue
        if not isinstance(value, Mapping) or segment not in value:
            raise Unknown(f"{text}: {segment} is not shown")
        value = value[segment]
        if scope.model.old and isinstance(value, Mapping):
            if "__deferred" in value:
                raise Unknown(f"{text}: {segment} is not expanded")
            value = value.get("results", value) if collection else value
    return value, type_name, collection


def _path(scope: Scope, text: str) -> Value:
    if text in scope.plain and text in scope.row:
        return typed(scope.model, scope.plain[text], scope.row[text])
    value, type_name, collection = _walk(scope, text)
    if text.endswith("/$count"):
        return int(value)
    if collection:
        raise Unsupported(f"{text} is a collection")
    if value is not None and scope.model.structured(type_name):
        raise Unsupported(f"{text} is no primitive value")
    if value is not None and "/" not in text and "." not in text and not scope.variables and isinstance(scope.row, Mapping):
        scope.plain[text] = type_name
    return typed(scope.model, type_name, value)


def _lambda(scope: Scope, expression: Lambda) -> Value:
    items, type_name, collection = _walk(scope, expression.collection.text)
    if not collection or not isinstance(items, list):
        raise Unsupported(f"{expression.collection.text} is no collection")
    body = expression.body
    if body is None:
        return len(items) > 0
    found = [
        _truth(evaluate(replace(scope, variables={**scope.variables, expression.variable: (item, type_name)}, plain={}), body))
        for item in items
    ]
    return any(one is True for one in found) if expression.kind == "any" else all(one is True for one in found)


__all__ = ["Row", "Scope", "Unknown", "Unsupported", "Untyped", "equal", "evaluate", "keep"]
