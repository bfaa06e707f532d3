"""How is a data type or constraint written in one short line? As EXPRESS writes it, and read back the same."""

import re

from cpo_probe.formats.express.model import Aggregate, Constraint, Named, Simple, Type

_SIMPLE = re.compile(r"([A-Z_]+)(?:\((\d+)\)(!?))?")
_AGGREGATE = re.compile(r"([A-Z]+)\[(-?\d*):(-?\d*)\](O?)(U?) ")


def write_type(type: Type) -> str:
    """`label`, `STRING(36)!` (fixed), `LIST[2:]U cartesian_point` (unique), `ARRAY[1:3]O REAL` (optional)."""
    if isinstance(type, Named):
        return type.name
    if isinstance(type, Simple):
        return type.kind + (f"({type.width}){'!' * type.fixed}" if type.width else "")
    low, high = ("" if bound is None else str(bound) for bound in (type.low, type.high))
    return f"{type.kind}[{low}:{high}]{'O' * type.optional}{'U' * type.unique} {write_type(type.of)}"


def read_type(text: str) -> Type:
    """What `write_type` wrote. Raises `ValueError`."""
    if found := _AGGREGATE.match(text):
        kind, low, high, optional, unique = found.groups()
        of = read_type(text[found.end() :])
        return Aggregate(kind, of, int(low) if low else None, int(high) if high else None, bool(unique), bool(optional))
    if text[:1].islower():
        return Named(text)
    if (found := _SIMPLE.fullmatch(text)) is None:
        raise ValueError(f"{text!r} is no type")
    return Simple(found[1], int(found[2] or 0), bool(found[3]))


Nested = list["str | Nested"]


def write_constraint(constraint: Constraint) -> Nested:
    """`["ONEOF", "a", ["AND", "b", "c"]]`."""
    return [constraint.operator, *(write_constraint(o) if isinstance(o, Constraint) else o for o in constraint.operands)]


def read_constraint(nested: Nested) -> Constraint:
    """What `write_constraint` wrote. Raises `ValueError`."""
    operator, *operands = nested
    if not isinstance(operator, str):
        raise ValueError(f"{operator!r} is no operator")
    return Constraint(operator, tuple(o if isinstance(o, str) else read_constraint(o) for o in operands))
