"""What follows from the facts of a schema for instances: supertypes, attributes in their order, values that a type takes.

Worked out when asked for, and kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cpo_probe.errors import UsageError
from cpo_probe.formats.express.model import (
    Aggregate,
    Attribute,
    Defined,
    Derived,
    Enumeration,
    Inverse,
    Named,
    Redeclared,
    Schema,
    Select,
    Type,
)

MOST_DEEP = 200
"""Supertypes above each other; published schemas have about ten."""


@dataclass(frozen=True, slots=True)
class Member:
    """What a SELECT takes at last, selects in it dissolved: entities, and defined types or enumerations by name."""

    entities: frozenset[str]
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """An explicit attribute of an instance, as all of its entities together declare it.

    `types`: the declared type and those of redeclarations; a value has to be of each. `derived`: computed in some subtype.
    """

    owner: str
    name: str
    types: tuple[Type, ...]
    optional: bool
    derived: bool

    @property
    def place(self) -> str:
        """`ENTITY.attribute`."""
        return f"{self.owner.upper()}.{self.name}"


class Graph:
    """The consequences of one schema without interfaces. Raises `UsageError` for one that refers to what it does not declare."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.entities, self.types = schema.entities, schema.types
        self._closures: dict[str, frozenset[str]] = {}
        self._linear: dict[str, tuple[tuple[str, Attribute], ...]] = {}
        self._slots: dict[tuple[str, str, frozenset[str]], Slot] = {}
        self._members: dict[str, Member] = {}
        self._values: dict[str, frozenset[str]] = {}
        self._again: dict[str, dict[tuple[str, str], tuple[Type | None, bool]]] = {}
        self._check()

    def closure(self, entity: str) -> frozenset[str]:
        """The entity and all of its supertypes."""
        if entity not in self._closures:
            self._closures[entity] = frozenset({entity}).union(*map(self.closure, self.entities[entity].supertypes))
        return self._closures[entity]

    def linear(self, entity: str) -> tuple[tuple[str, Attribute], ...]:
        """Explicit attributes with the entity that declares each, in the order of internal mapping (10303-21, 12.2.5.2):
        those of the supertypes in their order, each supertype once, then its own.
        """
        if entity not in self._linear:
            found: dict[tuple[str, str], Attribute] = {}
            for supertype in self.entities[entity].supertypes:
                found.update(((o, a.name), a) for o, a in self.linear(supertype) if (o, a.name) not in found)
            found.update(((entity, a.name), a) for a in self.entities[entity].attributes)
            self._linear[entity] = tuple((owner, attribute) for (owner, _), attribute in found.items())
        return self._linear[entity]

    def slot(self, owner: str, attribute: Attribute, of: frozenset[str]) -> Slot:
        """The attribute in an instance that is of all entities of `of`."""
        key = (owner, attribute.name, of)
        if key not in self._slots:
            self._slots[key] = self._slot(owner, attribute, of)
        return self._slots[key]

    def _slot(self, owner: str, attribute: Attribute, of: frozenset[str]) -> Slot:
        types, optional, derived = [attribute.type], attribute.optional, False
        for entity in sorted(of):
            if entity == owner or (entity in self.entities and owner not in self.closure(entity)):
                continue
            again = self._redeclared(entity).get((owner, attribute.name))
            if again is None:
                continue
            type, mandatory = again
            if type is None:
                derived = True
            else:
                types.append(type)
                optional = optional and not mandatory
        return Slot(owner, attribute.name, tuple(dict.fromkeys(types)), optional, derived)

    def _redeclared(self, entity: str) -> dict[tuple[str, str], tuple[Type | None, bool]]:
        """What that entity itself redeclares: (declaring entity, attribute) -> (type, mandatory); type None when it is not
        exchanged any more: computed, or the inverse of another attribute.
        """
        if entity not in self._again:
            made, found = self.entities[entity], dict[tuple[str, str], tuple[Type | None, bool]]()
            for again in made.redeclared:
                found[self.declaring(again.owner, again.name)] = (again.type, not again.optional)
            computed: tuple[Derived | Inverse, ...] = (*made.derived, *made.inverse)
            for gone in computed:
                if gone.owner:
                    found[self.declaring(gone.owner, gone.name)] = (None, False)
            self._again[entity] = found
        return self._again[entity]

    def declaring(self, owner: str, name: str) -> tuple[str, str]:
        """The entity that declares what a redeclaration calls `owner.name`, and the name of the attribute there."""
        made = self.entities.get(owner)
        if made is None:
            return owner, name
        if any(a.name == name for a in made.attributes):
            return owner, name
        narrowed: tuple[Redeclared | Derived, ...] = (*made.redeclared, *made.derived)
        for again in narrowed:
            if again.owner and name in (again.alias, again.name):
                return self.declaring(again.owner, again.name)
        for supertype in made.supertypes:
            found = self.declaring(supertype, name)
            if found[0] in self.entities and any(a.name == found[1] for a in self.entities[found[0]].attributes):
                return found
        return owner, name

    def under(self, type: Type) -> Type | Select | Enumeration:
        """What a name stands for, aliases of selects and enumerations followed; an entity stays a name."""
        seen: set[str] = set()
        while isinstance(type, Named) and type.name in self.types and type.name not in seen:
            seen.add(type.name)
            made = self.types[type.name]
            if not isinstance(made, Defined):
                return made
            type = made.type
        return type

    def basis(self, name: str) -> Iterator[str]:
        """The defined type and every one that it specializes (10303-11, 9.2.7), nearest first."""
        seen: set[str] = set()
        while name in self.types and name not in seen:
            seen.add(name)
            yield name
            made = self.types[name]
            if not isinstance(made, Defined) or not isinstance(made.type, Named):
                return
            name = made.type.name

    def member(self, select: Select) -> Member:
        """All that the SELECT takes; an extensible one with what its extensions add (8.4.2)."""
        if select.name not in self._members:
            entities: set[str] = set()
            named: set[str] = set()
            waiting, seen = list(self._items(select)), set[str]()
            while waiting:
                name = waiting.pop()
                if name in seen:
                    continue
                seen.add(name)
                if name in self.entities:
                    entities.add(name)
                    continue
                under = self.under(Named(name))
                if isinstance(under, Select):
                    waiting.extend(self._items(under))
                elif isinstance(under, Named) and under.name in self.entities:
                    entities.add(under.name)
                else:
                    named.add(name)
            self._members[select.name] = Member(frozenset(entities), frozenset(named))
        return self._members[select.name]

    def values(self, enumeration: Enumeration) -> frozenset[str]:
        """Names that the ENUMERATION takes, in lower case; an extensible one with those of its extensions (8.4.1)."""
        if enumeration.name not in self._values:
            self._values[enumeration.name] = frozenset(self._items(enumeration))
        return self._values[enumeration.name]

    def _items(self, choice: Select | Enumeration) -> set[str]:
        """Its own items, those of the types that it extends, and those of all that extend it."""
        found: set[str] = set()
        one: Select | Enumeration | Defined | None = choice
        seen: set[str] = set()
        while isinstance(one, Select | Enumeration) and one.name not in seen:
            seen.add(one.name)
            found.update(one.items)
            one = self.types.get(one.base)
        for extension in self._extensions.get(choice.name, ()):
            found.update(extension)
        return found

    @cached_property
    def _extensions(self) -> dict[str, list[tuple[str, ...]]]:
        """Extensible type -> the items that each direct or indirect extension adds."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for made in self.types.values():
            if isinstance(made, Defined) or not made.base:
                continue
            base, seen = made.base, set[str]()
            while base and base not in seen:
                seen.add(base)
                found.setdefault(base, []).append(made.items)
                above = self.types.get(base)
                base = above.base if isinstance(above, Select | Enumeration) else ""
        return found

    def _check(self) -> None:
        known = self.entities.keys() | self.types.keys()
        for made in self.entities.values():
            types = [*(a.type for a in made.attributes), *(a.type for a in made.redeclared)]
            for name in (*made.supertypes, *filter(None, map(_name, types))):
                if name not in known or (name in made.supertypes and name not in self.entities):
                    raise UsageError(f"schema {self.schema.name}: entity {made.name} refers to {name}, which is not declared")
        for one in self.types.values():
            named = [_name(one.type)] if isinstance(one, Defined) else [one.base, *(one.items if isinstance(one, Select) else ())]
            for name in filter(None, named):
                if name not in known:
                    raise UsageError(f"schema {self.schema.name}: type {one.name} refers to {name}, which is not declared")
        self._check_cycles()

    def _check_cycles(self) -> None:
        deep: dict[str, int] = {}  # an entity that is done -> how many are above each other up to it
        for start in self.entities:
            path: list[str] = []
            stack = [(start, False)]
            while stack:
                name, leaving = stack.pop()
                if leaving:
                    deep[path.pop()] = 1 + max((deep[above] for above in self.entities[name].supertypes), default=0)
                    continue
                if name in path:
                    raise UsageError(f"schema {self.schema.name}: entity {name} is a supertype of itself")
                if len(path) + deep.get(name, 1) > MOST_DEEP:
                    raise UsageError(f"schema {self.schema.name}: expected at most {MOST_DEEP} supertypes above {start}")
                if name not in deep:
                    path.append(name)
                    stack.append((name, True))
                    stack.extend((above, False) for above in self.entities[name].supertypes)


def _name(type: Type) -> str:
    while isinstance(type, Aggregate):
        type = type.of
    return type.name if isinstance(type, Named) else ""
