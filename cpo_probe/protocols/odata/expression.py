"""Which expression is asked for, and how is it written? OData URL Conventions 4.01, 5.1.1 Common Expression Syntax."""

import json
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.values import literal

COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
ARITHMETIC = ("add", "sub", "mul", "div", "divby", "mod")
OPERATORS = (*COMPARISONS, "and", "or", "has", *ARITHMETIC)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as JSON writes it, of a primitive or enumeration type."""

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class Path:
    """A property, from the row or from a lambda variable: `Address/City`, `x/Price`, `Items/$count`."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Negated:
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Operation:
    """`operator`: one of `OPERATORS`."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class In:
    left: "Expression"
    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A canonical function. The type of `cast` and `isof` is a `Path`."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    """`body`: None for `any()`, which asks whether there is an item."""

    collection: Path
    kind: OneOf["any", "all"]
    variable: str
    body: "Expression | None"


@dataclass(frozen=True, slots=True)
class Case:
    """`case` of 4.01: the result of the first condition that is true."""

    pairs: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Array:
    """A collection of primitive values, as `hassubset` takes it."""

    items: tuple[Constant, ...]


Expression = Constant | Path | Not | Negated | Operation | In | Call | Lambda | Case | Array


def both(left: Expression, right: Expression) -> Operation:
    return Operation("and", left, right)


def either(left: Expression, right: Expression) -> Operation:
    return Operation("or", left, right)


def compare(path: str, operator: str, value: Any, type: str) -> Operation:
    """`path operator value`, the commonest expression."""
    return Operation(operator, Path(path), Constant(value, type))


def write(model: Model, expression: Expression) -> str:
    """The text before percent-encoding, in the syntax of the model's version. Inner operations stand in parentheses.

    Raises `Untyped` when a constant is no value of its type, `ValueError` for what V2 has no syntax for.
    """
    match expression:
        case Constant(value, type):
            return literal(model, type, value)
        case Path(text):
            return text
        case Not(operand):
            return f"not {_inner(model, operand, always=True)}"
        case Negated(operand):
            return f"-{_inner(model, operand)}" if isinstance(operand, Path) else f"-({write(model, operand)})"
        case Operation(operator, left, right):
            return f"{_inner(model, left)} {operator} {_inner(model, right)}"
        case In(left, items):
            if model.old:
                raise ValueError("OData V2 has no operator in")
            return f"{_inner(model, left)} in ({','.join(write(model, item) for item in items)})"
        case Lambda(collection, kind, variable, body):
            if model.old:
                raise ValueError("OData V2 has no lambda operators")
            inner = "" if body is None else f"{variable}:{write(model, body)}"
            return f"{collection.text}/{kind}({inner})"
        case Case(pairs):
            return f"case({','.join(f'{write(model, condition)}:{write(model, result)}' for condition, result in pairs)})"
        case Array(items):
            return json.dumps([item.value for item in items], ensure_ascii=False, separators=(",", ":"))
        case Call(name, arguments):
            written = [write(model, argument) for argument in arguments]
            if model.old and name == "contains":
                return f"substringof({written[1]},{written[0]})"
            return f"{name}({','.join(written)})"


def _inner(model: Model, expression: Expression, always: bool = False) -> str:
    text = write(model, expression)
    return f"({text})" if always or isinstance(expression, (Operation, In, Not)) else text
