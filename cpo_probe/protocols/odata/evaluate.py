"""Which rows does an expression keep? OData URL Conventions 4.01, 5.1.1, with its rules for null.

The answer is computed over rows as the service shows them, so that it can be compared with the rows the service returns.
An expression is turned into a function of the row once, since it is asked of hundreds of rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.protocols.odata.arithmetic import arithmetic, negated
from cpo_probe.protocols.odata.casting import cast, is_of
from cpo_probe.protocols.odata.comparing import COMPARED, equal, has
from cpo_probe.protocols.odata.csdl import StructuredType
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
from cpo_probe.protocols.odata.functions import Unsupported, call
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.subsets import has_subsequence, has_subset
from cpo_probe.protocols.odata.values import Untyped, Value, reader, typed
from cpo_probe.protocols.odata.walking import Row, Unknown, Variables, Walk, walk

Evaluator = Callable[[Row, Variables], Value]
"""The value for a row and the items that lambda variables stand for; None is null. Raises as `keep`."""


def keep(model: Model, type: StructuredType, expression: Expression, rows: Iterable[Row], *, loose: bool = False) -> list[Row]:
    """The rows for which the expression is true; those where it is false or null are left out.

    `loose`: text is compared as databases may do it (no regard to case, accents, blanks at the end), times are read in UTC.
    What is kept strictly and loosely is kept by every service; what is kept by neither, by none.
    Raises `Unknown`, `Untyped` or `Unsupported` when the answer cannot be computed: then nothing may be expected.
    """
    value = evaluator(model, type, expression, loose=loose)
    return [row for row in rows if value(row, {}) is True]


def evaluator(model: Model, type: StructuredType, expression: Expression, *, loose: bool = False) -> Evaluator:
    """The expression as a function of rows of that type. What cannot be computed raises when it is called, as `keep` does."""
    return _compiled(_Scope(model, type, loose), expression)


@dataclass(frozen=True, slots=True)
class _Scope:
    """`variables`: the type name of each lambda variable."""

    model: Model
    type: StructuredType
    loose: bool
    variables: Mapping[str, str] = field(default_factory=dict)

    def walk(self, path: Path) -> Walk:
        return walk(self.model, self.type.qualified, self.variables, path.text)


def _compiled(scope: _Scope, expression: Expression) -> Evaluator:
    try:
        return _of(scope, expression)
    except (Unknown, Unsupported, Untyped) as error:
        return _raising(error)


def _raising(error: Exception) -> Evaluator:
    """No row can be answered; that there is none may still be found out."""

    def value(row: Row, variables: Variables) -> Value:
        raise error

    return value


def _of(scope: _Scope, expression: Expression) -> Evaluator:
    match expression:
        case Path():
            return _path(scope, expression)
        case Constant(value, type):
            found = typed(scope.model, type, value)
            return lambda row, variables: found
        case Operation(operator, left, right):
            return _operation(scope, operator, left, right)
        case Call():
            return _call(scope, expression)
        case Not(operand):
            truth = _truth(scope, operand)
            return lambda row, variables: _inverted(truth(row, variables))
        case Negated(operand):
            number = _compiled(scope, operand)
            return lambda row, variables: negated(number(row, variables))
        case In(left, items):
            return _in(scope, left, items)
        case Case(pairs):
            return _case(scope, pairs)
        case Array():
            raise Unsupported("a collection is no value to be compared")
        case Lambda():
            return _lambda(scope, expression)


def _path(scope: _Scope, path: Path) -> Evaluator:
    way = scope.walk(path)
    if path.text.endswith("/$count"):
        return lambda row, variables: int(way.value(row, variables))
    if way.collection:
        raise Unsupported(f"{path.text} is a collection")
    read, value = reader(scope.model, way.type), way.value
    if scope.model.structured(way.type):
        read = _no_primitive(path.text)
    return lambda row, variables: None if (found := value(row, variables)) is None else read(found)


def _no_primitive(text: str) -> Callable[[Any], Value]:
    def read(value: Any) -> Value:
        raise Unsupported(f"{text} is no primitive value")

    return read


def _truth(scope: _Scope, expression: Expression) -> Callable[[Row, Variables], bool | None]:
    value = _compiled(scope, expression)

    def truth(row: Row, variables: Variables) -> bool | None:
        found = value(row, variables)
        if found is None or found is True or found is False:
            return found
        raise Unsupported(f"a truth value was expected, not {found!r}")

    return truth


def _operation(scope: _Scope, operator: str, left: Expression, right: Expression) -> Evaluator:
    if operator in ("and", "or"):
        one, other = _truth(scope, left), _truth(scope, right)
        return _both(one, other) if operator == "and" else _either(one, other)
    if operator in ("eq", "ne") and isinstance(left, Path) and isinstance(right, Constant) and right.value is None:
        return _null(scope, left, operator == "eq")
    a, b = _compiled(scope, left), _compiled(scope, right)
    if operator in COMPARED:
        compare, loose = COMPARED[operator], scope.loose
        return lambda row, variables: compare(a(row, variables), b(row, variables), loose)
    if operator == "has":
        return lambda row, variables: has(a(row, variables), b(row, variables))

    def computed(row: Row, variables: Variables) -> Value:
        first, second = a(row, variables), b(row, variables)
        return None if first is None or second is None else arithmetic(operator, first, second)

    return computed


def _null(scope: _Scope, path: Path, wanted: bool) -> Evaluator:
    """Whether there is a value, also one that is not primitive."""
    way = scope.walk(path)
    if way.collection:
        raise Unsupported(f"{path.text} is a collection")
    return lambda row, variables: (way.value(row, variables) is None) == wanted


def _both(one: Callable[..., bool | None], other: Callable[..., bool | None]) -> Evaluator:
    """and; both sides are computed, so that what cannot be told of either is not told of both."""
    return lambda row, variables: _and(one(row, variables), other(row, variables))


def _either(one: Callable[..., bool | None], other: Callable[..., bool | None]) -> Evaluator:
    return lambda row, variables: _inverted(_and(_inverted(one(row, variables)), _inverted(other(row, variables))))


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _inverted(value: bool | None) -> bool | None:
    return None if value is None else not value


def _in(scope: _Scope, left: Expression, items: Sequence[Constant]) -> Evaluator:
    value, loose = _compiled(scope, left), scope.loose
    members = [_compiled(scope, item) for item in items]

    def found(row: Row, variables: Variables) -> Value:
        sought = value(row, variables)
        return any(equal(sought, member(row, variables), loose) for member in members)

    return found


def _case(scope: _Scope, pairs: Sequence[tuple[Expression, Expression]]) -> Evaluator:
    ways = [(_truth(scope, condition), _compiled(scope, result)) for condition, result in pairs]

    def chosen(row: Row, variables: Variables) -> Value:
        result = next((result for condition, result in ways if condition(row, variables) is True), None)
        return None if result is None else result(row, variables)

    return chosen


def _call(scope: _Scope, expression: Call) -> Evaluator:
    model, name, arguments = scope.model, expression.name.lower(), expression.arguments
    if name in ("isof", "cast") and isinstance(arguments[-1], Path):
        return _type_function(scope, name, arguments)
    if name in ("hassubset", "hassubsequence"):
        test = has_subset if name == "hassubset" else has_subsequence
        collections = [_collection(scope, argument) for argument in arguments]
        return lambda row, variables: test(*(collection(row, variables) for collection in collections))
    values, old, loose = [_compiled(scope, argument) for argument in arguments], model.old, scope.loose
    return lambda row, variables: call(name, [value(row, variables) for value in values], old, loose=loose)


def _type_function(scope: _Scope, name: str, arguments: Sequence[Expression]) -> Evaluator:
    """isof and cast (5.1.1.10), of the row itself or of a value."""
    model, declared, target = scope.model, scope.type.qualified, arguments[-1]
    assert isinstance(target, Path)
    kind = model.qualified(target.text)
    if len(arguments) == 1:
        return lambda row, variables: is_of(model, row, declared, kind) if name == "isof" else None
    value = _compiled(scope, arguments[0])
    if name == "cast":
        return lambda row, variables: cast(model, value(row, variables), kind)
    return lambda row, variables: cast(model, value(row, variables), kind) is not None


def _collection(scope: _Scope, expression: Expression) -> Callable[[Row, Variables], list[Value] | None]:
    """The members of a collection of primitive values."""
    if isinstance(expression, Array):
        items = [_compiled(scope, item) for item in expression.items]
        return lambda row, variables: [item(row, variables) for item in items]
    if not isinstance(expression, Path):
        raise Unsupported("a collection is a path or an array here")
    way = scope.walk(expression)
    if not way.collection:
        raise Unsupported(f"{expression.text} is no collection")
    read = reader(scope.model, way.type)

    def members(row: Row, variables: Variables) -> list[Value] | None:
        found = way.value(row, variables)
        return None if found is None else [None if item is None else read(item) for item in found]

    return members


def _lambda(scope: _Scope, expression: Lambda) -> Evaluator:
    way = scope.walk(expression.collection)
    if not way.collection:
        raise Unsupported(f"{expression.collection.text} is no collection")
    name, decide = expression.variable, any if expression.kind == "any" else all
    inner = _Scope(scope.model, scope.type, scope.loose, {**scope.variables, name: way.type})
    body = None if expression.body is None else _truth(inner, expression.body)

    def found(row: Row, variables: Variables) -> Value:
        items = way.value(row, variables)
        if not isinstance(items, list):
            raise Unsupported(f"{expression.collection.text} is no collection")
        if body is None:
            return len(items) > 0
        return decide([body(row, {**variables, name: item}) is True for item in items])

    return found


__all__ = ["Evaluator", "Row", "Unknown", "Unsupported", "Untyped", "equal", "evaluator", "keep"]
