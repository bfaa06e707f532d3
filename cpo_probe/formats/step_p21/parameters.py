"""Of what form is a parameter of an instance, whatever its value is?

A shape (ISO 10303-21, 10 to 12) is an instance with all values taken out: references become numbered slots, numbers, strings and
binaries their kind. Enumerations, `$`, `*` and keywords keep their text, since the schema judges them.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ref:
    """`#12`. `slot`: position of the reference in the instance, from 0, its own name left out."""

    slot: int


@dataclass(frozen=True, slots=True)
class Integer:
    """`12`, `-3`."""


@dataclass(frozen=True, slots=True)
class Real:
    """`1.`, `-2.5E-3`."""


@dataclass(frozen=True, slots=True)
class Text:
    """`'...'`."""


@dataclass(frozen=True, slots=True)
class Binary:
    """`"0FF"`."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """`.METRE.`; `name` without the dots. Logical values are written so too: `T`, `F`, `U`."""

    name: str


@dataclass(frozen=True, slots=True)
class Unset:
    """`$`."""


@dataclass(frozen=True, slots=True)
class Derived:
    """`*`."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`@12`, `#PI`, `@PI`, `<uri>` (edition 3): a value that is not in this place, so its type cannot be judged here."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """`LENGTH_MEASURE(25.4)`."""

    keyword: str
    parameter: "Parameter"


@dataclass(frozen=True, slots=True)
class Run:
    """Equal members one after another in an aggregate: a list of a million points is one of these.

    `member` has the slots of the first one; those of the k-th (from 0) are higher by k times `refs`.
    """

    member: "Parameter"
    count: int
    refs: int


_Value: TypeAlias = Ref | Integer | Real | Text | Binary | Enumeration | Unset | Derived | Elsewhere | Typed
Parameter: TypeAlias = _Value | tuple["Parameter | Run", ...]
"""A tuple is an aggregate, maybe empty; only there `Run` occurs."""


@dataclass(frozen=True, slots=True)
class Part:
    """`KEYWORD(parameters)`. A keyword that begins with `!` is user-defined."""

    keyword: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What all instances that look alike have in common.

    One part: internal mapping. `complex`: written in parentheses (external mapping), also with a single part.
    `first`: index of the first instance. `refs`: number of slots, in the order in which they occur.
    """

    parts: tuple[Part, ...]
    complex: bool
    first: int
    refs: int
