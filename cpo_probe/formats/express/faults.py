"""What is wrong with a shape, and how are types and parameters named to people?"""

from collections.abc import Iterable
from dataclasses import dataclass

from cpo_probe.formats.express.model import Aggregate, Named, Type
from cpo_probe.formats.step_p21 import (
    Binary,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Parameter,
    Real,
    Ref,
    Text,
    Typed,
    Unset,
)

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that every instance of a shape breaks. `place`: `ENTITY.attribute` or `ENTITY`."""

    rule: str
    place: str
    expected: str
    found: str


def several(names: Iterable[str]) -> str:
    """`A, B or C`; of many only the first, and how many more."""
    sorted_ = sorted(names)
    shown = [name.upper() for name in sorted_[:MOST_NAMED]]
    if len(sorted_) > MOST_NAMED:
        return f"{', '.join(shown)} or one of {len(sorted_) - MOST_NAMED} more"
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1]))) if shown else "nothing"


def type_name(type: Type) -> str:
    """As EXPRESS writes it, names in capitals."""
    if isinstance(type, Named):
        return type.name.upper()
    if not isinstance(type, Aggregate):
        return type.kind + (f"({type.width})" if type.width else "")
    bounds = ""
    if type.low is not None or type.high is not None:
        bounds = " [{}:{}]".format(*("?" if b is None else b for b in (type.low, type.high)))
    return f"{type.kind}{bounds} OF {'OPTIONAL ' * type.optional}{'UNIQUE ' * type.unique}{type_name(type.of)}"


_KINDS: dict[type, str] = {
    Integer: "INTEGER",
    Real: "REAL",
    Text: "STRING",
    Binary: "BINARY",
    Unset: "$",
    Derived: "*",
    Ref: "an instance",
    Elsewhere: "a value of another place",
}


def kind_of(parameter: Parameter) -> str:
    """What stands there."""
    if isinstance(parameter, tuple):
        return "an aggregate"
    if isinstance(parameter, Enumeration):
        return f".{parameter.name}."
    if isinstance(parameter, Typed):
        return f"{parameter.keyword}({kind_of(parameter.parameter)})"
    return _KINDS[type(parameter)]
