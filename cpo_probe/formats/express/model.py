"""What facts does a schema in EXPRESS state about the instances of a population? (ISO 10303-11:2004)

Rules in expressions (WHERE, RULE, UNIQUE, FUNCTION) are not among them. Names are in lower case: EXPRESS ignores case (7.1.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SIMPLE = frozenset({"INTEGER", "REAL", "NUMBER", "STRING", "BOOLEAN", "LOGICAL", "BINARY", "GENERIC", "GENERIC_ENTITY"})
AGGREGATES = frozenset({"ARRAY", "BAG", "LIST", "SET", "AGGREGATE"})


@dataclass(frozen=True, slots=True)
class Simple:
    """8.1. `kind`: one of `SIMPLE`; `width`: characters or bits at most (exactly, if `fixed`), 0 for any."""

    kind: str
    width: int = 0
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """8.3: an entity or a defined type, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Aggregate:
    """8.2. `low`, `high`: number of elements (indices, of an ARRAY); None: unlimited, or computed by an expression."""

    kind: str
    of: "Type"
    low: int | None = None
    high: int | None = None
    unique: bool = False
    optional: bool = False

    @property
    def sizes(self) -> tuple[int, int | None]:
        """Least and greatest number of elements; None for no greatest."""
        if self.kind != "ARRAY":
            return self.low or 0, self.high
        if self.low is None or self.high is None:
            return 0, None
        return self.high - self.low + 1, self.high - self.low + 1


Type = Simple | Named | Aggregate


@dataclass(frozen=True, slots=True)
class Attribute:
    """9.2.1.1: an explicit attribute, which has a value of its own in every instance."""

    name: str
    type: Type
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Redeclared:
    """9.2.3.4: `SELF\\owner.name`, with a narrower type in this subtype. `alias`: its new name (RENAMED), or ""."""

    owner: str
    name: str
    alias: str
    type: Type
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """9.2.1.2: computed, never exchanged. `owner`: "" for a new attribute, or the supertype whose attribute is computed here."""

    owner: str
    name: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Inverse:
    """9.2.1.3: the instances of `entity` that refer here with `attribute`. `owner` as in `Derived`."""

    owner: str
    name: str
    entity: str
    attribute: str
    low: int = 1
    high: int | None = 1


@dataclass(frozen=True, slots=True)
class Constraint:
    """9.2.5: how subtypes may be combined. `operator`: "ONEOF", "AND", "ANDOR" or "TOTAL_OVER" (9.7)."""

    operator: str
    operands: tuple["str | Constraint", ...]

    def mentioned(self) -> frozenset[str]:
        """Every entity that occurs in it."""
        return frozenset().union(*(o.mentioned() if isinstance(o, Constraint) else {o} for o in self.operands))


@dataclass(frozen=True, slots=True)
class Entity:
    """9.2. `constraints`: those of its SUPERTYPE clause and of every SUBTYPE_CONSTRAINT for it.

    `dependent`: only referenced from another schema (11.2), so no instance of it stands alone.
    """

    name: str
    supertypes: tuple[str, ...] = ()
    abstract: bool = False
    attributes: tuple[Attribute, ...] = ()
    redeclared: tuple[Redeclared, ...] = ()
    derived: tuple[Derived, ...] = ()
    inverse: tuple[Inverse, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    dependent: bool = False


@dataclass(frozen=True, slots=True)
class Defined:
    """8.3.2: another name for `type`, of which it is a specialization."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Choice:
    """8.4: a SELECT or an ENUMERATION. `base`: the extensible type that it extends, or ""."""

    name: str
    items: tuple[str, ...]
    extensible: bool = False
    base: str = ""


@dataclass(frozen=True, slots=True)
class Select(Choice):
    """8.4.2: a value of one of the types in `items`."""


@dataclass(frozen=True, slots=True)
class Enumeration(Choice):
    """8.4.1: one of the names in `items`."""


@dataclass(frozen=True, slots=True)
class Interface:
    """11: `USE FROM` (`use`) or `REFERENCE FROM schema`. `items`: (name there, name here); empty for everything."""

    schema: str
    use: bool
    items: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema. `version`: its identification (9.3) as written, or ""."""

    name: str
    version: str = ""
    entities: Mapping[str, Entity] = field(default_factory=dict)
    types: Mapping[str, "Defined | Select | Enumeration"] = field(default_factory=dict)
    interfaces: tuple[Interface, ...] = ()
