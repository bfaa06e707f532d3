"""Which members does a schema declare, through all its branches?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Missing, Place, Registry, usable_pattern

MAX_FOUND = 200
_ALL = ("allOf",)
_ANY = ("anyOf", "oneOf")
_CONDITIONAL = ("if", "then", "else")


@dataclass(slots=True)
class Declared:
    """What one schema, its references and branches say about members and elements.

    `open`: further members are explicitly allowed, or a part of the schema is not known. `empty`: nothing is said about members.
    `values`: an enumeration or constant limits the value itself.
    """

    members: dict[str, list[Place]] = field(default_factory=dict)
    patterns: list[tuple[str, Place]] = field(default_factory=list)
    extra: list[Place] = field(default_factory=list)
    items: list[Place] = field(default_factory=list)
    prefix: list[list[Place]] = field(default_factory=list)
    open: bool = False
    values: bool = False
    write_only: bool = False

    @property
    def empty(self) -> bool:
        return not self.members and not self.patterns

    def add(self, other: "Declared") -> None:
        for name, places in other.members.items():
            self.members.setdefault(name, []).extend(places)
        self.patterns += other.patterns
        self.extra += other.extra
        self.items += other.items
        for i, places in enumerate(other.prefix):
            if i == len(self.prefix):
                self.prefix.append([])
            self.prefix[i] += places
        self.open = self.open or other.open
        self.values = self.values or other.values
        self.write_only = self.write_only or other.write_only


class Fields:
    """`children`: schemas that extend a base with a discriminator, by the base's place (OpenAPI 3.x, Discriminator Object)."""

    def __init__(self, registry: Registry, children: dict[tuple[str, str], list[Place]], siblings: bool) -> None:
        self._registry = registry
        self._children = children
        self._siblings = siblings  # whether keywords beside $ref count
        self._known: dict[tuple[str, str], Declared] = {}

    def declared(self, place: Place) -> Declared:
        """Of one schema; computed once."""
        key = (place.url, place.pointer)
        if key not in self._known:
            out = self._known[key] = Declared()  # also what a cycle sees
            self._read(out, place)
        return self._known[key]

    def _read(self, out: Declared, place: Place) -> None:
        schema = place.value
        if not isinstance(schema, dict):
            return
        reference = schema.get("$ref", schema.get("$dynamicRef") if self._siblings else None)
        if isinstance(reference, str):
            found = self._registry.resolve(self._registry.base(place), reference)
            if isinstance(found, Missing):
                out.open = True
            else:
                out.add(self.declared(found))
            if not self._siblings:
                return
        self._own(out, place, schema)
        for keyword in _ALL + _ANY + _CONDITIONAL:
            value = schema.get(keyword)
            for steps, branch in _branches(keyword, value):
                branch_place = Place(place.url, join(place.pointer, *steps), branch)
                declared = self.declared(branch_place)
                out.add(declared)
                if keyword in _ANY and declared.empty and _may_be_object(branch):
                    out.open = True
        for name, branch in _map(schema, "dependentSchemas"):
            out.add(self.declared(Place(place.url, join(place.pointer, "dependentSchemas", name), branch)))
        for child in self._children.get((place.url, place.pointer), ()):
            out.add(self.declared(child))

    @staticmethod
    def _own(out: Declared, place: Place, schema: dict[str, Any]) -> None:
        def at(*steps: str | int) -> Place:
            value: Any = schema
            for step in steps:
                value = value[step]
            return Place(place.url, join(place.pointer, *steps), value)

        for name, _ in _map(schema, "properties"):
            out.members.setdefault(name, []).append(at("properties", name))
        for name, _ in _map(schema, "patternProperties"):
            out.patterns.append((name, at("patternProperties", name)))
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            value = schema.get(keyword)
            if value is True or isinstance(value, dict):
                out.open = True
                if isinstance(value, dict):
                    out.extra.append(at(keyword))
        if isinstance(schema.get("items"), dict):
            out.items.append(at("items"))
        prefix = schema.get("prefixItems")
        for i in range(len(prefix)) if isinstance(prefix, list) else ():
            if i == len(out.prefix):
                out.prefix.append([])
            out.prefix[i].append(at("prefixItems", i))
        out.write_only = out.write_only or schema.get("writeOnly") is True
        out.values = out.values or isinstance(schema.get("enum"), list) or "const" in schema

    def merged(self, places: list[Place]) -> Declared:
        """Of several schemas that hold for the same value."""
        if len(places) == 1:
            return self.declared(places[0])
        out = Declared()
        for place in places:
            out.add(self.declared(place))
        return out

    def below(self, declared: Declared, step: str | int) -> list[Place]:
        """Schemas that hold for a member or element."""
        if isinstance(step, int):
            return declared.prefix[step] if step < len(declared.prefix) else declared.items
        places = list(declared.members.get(step, ()))
        places += [place for pattern, place in declared.patterns if _matches(pattern, step)]
        return places or declared.extra

    def undocumented(self, place: Place, value: Any) -> Iterator[tuple[str | int, ...]]:
        """Paths of members that no branch declares where further members are not explicitly allowed; at most `MAX_FOUND`."""
        found = 0
        stack: list[tuple[tuple[str | int, ...], list[Place], Any]] = [((), [place], value)]
        while stack and found < MAX_FOUND:
            path, places, value = stack.pop()
            declared = self.merged(places)
            below: list[tuple[tuple[str | int, ...], list[Place], Any]] = []
            for step, item in _steps(value):
                inner = self.below(declared, step)
                if not inner and isinstance(step, str) and not declared.open and not declared.empty:
                    if not _known_name(declared, step):
                        found += 1
                        yield (*path, step)
                elif inner and isinstance(item, (dict, list)):
                    below.append(((*path, step), inner, item))
            stack.extend(reversed(below))

    def write_only(self, place: Place, value: Any) -> Iterator[tuple[str | int, ...]]:
        """Paths of members that are declared writeOnly and are there all the same; at most `MAX_FOUND`."""
        found = 0
        stack: list[tuple[tuple[str | int, ...], list[Place], Any]] = [((), [place], value)]
        while stack and found < MAX_FOUND:
            path, places, value = stack.pop()
            declared = self.merged(places)
            for step, item in _steps(value):
                inner = self.below(declared, step)
                if isinstance(step, str) and any(self.declared(p).write_only for p in inner):
                    found += 1
                    yield (*path, step)
                elif inner and isinstance(item, (dict, list)):
                    stack.append(((*path, step), inner, item))


def _known_name(declared: Declared, name: str) -> bool:
    return name in declared.members or any(_matches(pattern, name) for pattern, _ in declared.patterns)


def _steps(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _branches(keyword: str, value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if keyword in _CONDITIONAL:
        if value is not None:
            yield (keyword,), value
    elif isinstance(value, list):
        for i, branch in enumerate(value):
            yield (keyword, i), branch


def _map(schema: dict[str, Any], keyword: str) -> Iterator[tuple[str, Any]]:
    value = schema.get(keyword)
    if isinstance(value, dict):
        yield from value.items()


def _may_be_object(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return schema is True
    if "$ref" in schema:
        return False  # its own declaration has been added; a cycle or an empty target is judged there
    kind = schema.get("type")
    return kind is None or kind == "object" or (isinstance(kind, list) and "object" in kind)


def _matches(pattern: str, name: str) -> bool:
    usable = usable_pattern(pattern)
    if usable is None:
        return True
    try:
        return re.search(usable, name) is not None
    except re.error:
        return True
