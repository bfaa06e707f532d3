"""How does an expression travel in the record, so that its answer can be computed again from there?"""

from typing import Any

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


def to_note(expression: Expression) -> list[Any]:
    """The expression as JSON: a list that begins with the kind of the expression."""
    match expression:
        case Constant(value, type):
            return ["constant", value, type]
        case Path(text):
            return ["path", text]
        case Not(operand):
            return ["not", to_note(operand)]
        case Negated(operand):
            return ["negated", to_note(operand)]
        case Operation(operator, left, right):
            return ["operation", operator, to_note(left), to_note(right)]
        case In(left, items):
            return ["in", to_note(left), [to_note(item) for item in items]]
        case Call(name, arguments):
            return ["call", name, [to_note(argument) for argument in arguments]]
        case Lambda(collection, kind, variable, body):
            return ["lambda", collection.text, kind, variable, None if body is None else to_note(body)]
        case Case(pairs):
            return ["case", [[to_note(condition), to_note(result)] for condition, result in pairs]]
        case Array(items):
            return ["array", [to_note(item) for item in items]]


def from_note(note: Any) -> Expression:
    """What `to_note` wrote. Raises `ValueError` for anything else."""
    match note:
        case ["constant", value, str(type)]:
            return Constant(value, type)
        case ["path", str(text)]:
            return Path(text)
        case ["not", operand]:
            return Not(from_note(operand))
        case ["negated", operand]:
            return Negated(from_note(operand))
        case ["operation", str(operator), left, right]:
            return Operation(operator, from_note(left), from_note(right))
        case ["in", left, list(items)]:
            return In(from_note(left), tuple(map(_constant, items)))
        case ["call", str(name), list(arguments)]:
            return Call(name, tuple(map(from_note, arguments)))
        case ["lambda", str(collection), "any" | "all" as kind, str(variable), body]:
            return Lambda(Path(collection), kind, variable, None if body is None else from_note(body))
        case ["case", list(pairs)]:
            return Case(tuple((from_note(condition), from_note(result)) for condition, result in pairs))
        case ["array", list(items)]:
            return Array(tuple(map(_constant, items)))
    raise ValueError(f"no expression: {note!r}")


def _constant(note: Any) -> Constant:
    found = from_note(note)
    if not isinstance(found, Constant):
        raise ValueError(f"no constant: {note!r}")
    return found
