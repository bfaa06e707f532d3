"""Which members does a schema declare, through all its branches?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Dialect, Missing, Place, Registry, Validator, compile, usable_pattern

MAX_FOUND = 200

Path = tuple[str | int, ...]

MAX_CLOSURE = 5000


@dataclass(slots=True)
class Declared:
    """What one schema, its references and branches say about members and elements.

    `open`: further members are explicitly allowed, or a part of the schema is not known. `values`: an enumeration or constant
    limits the value itself. `nullable`: null is allowed by name. `other`: a type is stated that is no object.
    """

    members: dict[str, list[Place]] = field(default_factory=dict)
    patterns: list[tuple[str, Place]] = field(default_factory=list)
    extra: list[Place] = field(default_factory=list)
    items: list[Place] = field(default_factory=list)
    prefix: list[list[Place]] = field(default_factory=list)
    open: bool = False
    values: bool = False
    nullable: bool = False
    write_only: bool = False
    other: bool = False

    @property
    def empty(self) -> bool:
        """Nothing is said about members."""
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
        self.nullable = self.nullable or other.nullable
        self.write_only = self.write_only or other.write_only
        self.other = self.other or other.other


@dataclass(slots=True)
class _Own:
    """What one schema says by itself, and which hold beside it: `whole` for all that it stands for, `part` only adds."""

    declared: Declared
    whole: list[Place] = field(default_factory=list)
    part: list[Place] = field(default_factory=list)
    choices: list[Place] = field(default_factory=list)


class Fields:
    """`children`: schemas that extend a base with a discriminator, by the base's place (OpenAPI 3.x, Discriminator Object)."""

    def __init__(self, registry: Registry, children: dict[tuple[str, str], list[Place]], siblings: bool) -> None:
        self._registry = registry
        self._children = children
        self._siblings = siblings  # whether keywords beside $ref count
        self._owns: dict[tuple[str, str], _Own] = {}
        self._known: dict[tuple[str, str], Declared] = {}
        self._closed: dict[tuple[str, str], Validator | None] = {}
        self._layouts: dict[tuple[tuple[str, str], ...], Layout] = {}

    def declared(self, place: Place) -> Declared:
        """Of one schema with all that holds beside it; computed once."""
        key = (place.url, place.pointer)
        if key not in self._known:
            owns = self._closure(place)
            out = Declared()
            for own in owns:
                out.add(own.declared)
                out.open = out.open or any(self._free(choice) for choice in own.choices)
            self._known[key] = out
        return self._known[key]

    def _free(self, choice: Place) -> bool:
        """Whether a branch allows any object."""
        if choice.value is False:
            return False
        owns = self._closure(choice)
        return all(own.declared.empty and not own.declared.other for own in owns)

    def _closure(self, start: Place) -> list[_Own]:
        """Every schema that holds for the same value, each once; a base reached from its child does not stand for others."""
        found: list[_Own] = []
        seen: set[tuple[str, str, bool]] = set()
        stack = [(start, True)]
        while stack:
            place, whole = stack.pop()
            key = (place.url, place.pointer, whole)
            if key in seen or (place.url, place.pointer, True) in seen or len(seen) > MAX_CLOSURE:
                continue
            seen.add(key)
            own = self._own(place)
            found.append(own)
            stack.extend((other, whole) for other in reversed(own.whole))
            stack.extend((other, False) for other in reversed(own.part))
            if whole:
                stack.extend((other, False) for other in reversed(self._children.get((place.url, place.pointer), [])))
        return found

    def _own(self, place: Place) -> _Own:
        key = (place.url, place.pointer)
        if key not in self._owns:
            self._owns[key] = self._read(place)
        return self._owns[key]

    def _read(self, place: Place) -> _Own:
        own = _Own(Declared())
        schema = place.value
        if not isinstance(schema, dict):
            return own
        reference = schema.get("$ref", schema.get("$dynamicRef") if self._siblings else None)
        if isinstance(reference, str):
            found = self._registry.resolve(self._registry.base(place), reference)
            if isinstance(found, Missing):
                own.declared.open = True
            else:
                own.whole.append(found)
            if not self._siblings:
                return own
        _members(own.declared, place, schema)
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = schema.get(keyword)
            for i in range(len(branches)) if isinstance(branches, list) else ():
                branch = _at(place, keyword, i)
                (own.part if keyword == "allOf" else own.whole).append(branch)
                if keyword != "allOf":
                    own.choices.append(branch)
        own.part += [_at(place, keyword) for keyword in ("if", "then", "else") if keyword in schema]
        own.part += [_at(place, "dependentSchemas", name) for name in _map(schema, "dependentSchemas")]
        return own

    def layout(self, places: Iterable[Place]) -> "Layout":
        """What several schemas that hold for the same value declare together; computed once."""
        several = tuple(places)
        key = tuple((place.url, place.pointer) for place in several)
        known = self._layouts.get(key)
        if known is None:
            merged = Declared()
            for place in several:
                merged.add(self.declared(place))
            known = self._layouts[key] = Layout(self, merged)
        return known

    def drift(self, place: Place, value: Any) -> tuple[list[Path], list[Path]]:
        """Members that no branch declares where none are explicitly allowed, and members that are writeOnly.

        At most `MAX_FOUND` paths each; below such a member nothing is looked at.
        """
        if self._proven(place, value):
            return [], []
        undocumented: list[Path] = []
        secret: list[Path] = []
        stack: list[tuple[Path, Layout, Any]] = [((), self.layout([place]), value)]
        while stack and len(undocumented) < MAX_FOUND and len(secret) < MAX_FOUND:
            path, layout, value = stack.pop()
            if isinstance(value, list):
                pairs: Iterable[tuple[str | int, Any]] = enumerate(value)
            else:
                pairs = value.items()
                if not layout.silent and not value.keys() <= layout.names:
                    undocumented += [(*path, name) for name in value if not layout.declares(name)]
                if layout.secret:
                    secret += [(*path, name) for name in value if name in layout.secret]
            below: list[tuple[Path, Layout, Any]] = []
            for step, item in pairs:
                inner = layout.child(step) if item.__class__ in _CONTAINERS else None
                if inner is not None:
                    below.append(((*path, step), inner, item))
            stack.extend(reversed(below))
        return undocumented[:MAX_FOUND], secret[:MAX_FOUND]

    def _proven(self, place: Place, value: Any) -> bool:
        """Whether there is no drift, told by a compiled schema that closes every object: the walk is for the suspects."""
        key = (place.url, place.pointer)
        if key not in self._closed:
            schema = closed(self.layout([place]))
            validator = compile(schema, dialect=Dialect.DRAFT_2020_12) if schema is not None else None
            self._closed[key] = validator if isinstance(validator, Validator) else None
        gate = self._closed[key]
        return gate is not None and gate.valid(value)


MAX_LAYOUTS = 3000


def closed(root: "Layout") -> dict[str, Any] | None:
    """A schema that says nothing of types and accepts exactly the values without drift; None when names go by pattern."""
    names = {id(root): "l0"}
    queue = [root]
    definitions: dict[str, Any] = {}

    def reference(layout: Layout | None) -> Any:
        if layout is None:
            return True
        if id(layout) not in names:
            names[id(layout)] = f"l{len(names)}"
            queue.append(layout)
        return {"$ref": f"#/$defs/{names[id(layout)]}"}

    for layout in queue:
        if layout.patterns or len(queue) > MAX_LAYOUTS:
            return None
        definitions[names[id(layout)]] = {
            "properties": {n: n not in layout.secret and reference(layout.child(n)) for n in layout.names},
            "additionalProperties": reference(layout.child("")) if layout.silent and "" not in layout.names else layout.silent,
            "prefixItems": [reference(layout.child(i)) for i in range(layout.prefix)] or [True],
            "items": reference(layout.child(layout.prefix)),
        }
        if not layout.prefix:
            del definitions[names[id(layout)]]["prefixItems"]
    return {"$ref": "#/$defs/l0", "$defs": definitions}


_CONTAINERS = frozenset({dict, list})


class Layout:
    """The answer to "what may stand here" for one kind of place in an answer."""

    __slots__ = ("_children", "_declared", "_fields", "names", "nullable", "patterns", "prefix", "secret", "silent", "values")

    def __init__(self, fields: Fields, declared: Declared) -> None:
        self._fields = fields
        self._declared = declared
        self._children: dict[str | int, Layout | None] = {}
        self.names = declared.members.keys()
        self.values = declared.values
        self.nullable = declared.nullable
        self.patterns = bool(declared.patterns)
        self.prefix = len(declared.prefix)
        # Nothing is undocumented where anything is allowed, or where nothing at all is said about members.
        self.silent = declared.open or declared.empty
        self.secret = frozenset(
            name for name, places in declared.members.items() if any(fields.declared(place).write_only for place in places)
        )

    def declares(self, name: str) -> bool:
        return name in self.names or any(_matches(pattern, name) for pattern, _ in self._declared.patterns)

    def child(self, step: str | int) -> "Layout | None":
        """Of a member or element; None when no schema holds for it."""
        key = step if isinstance(step, str) else min(step, len(self._declared.prefix))
        if key not in self._children:
            if len(self._children) > 2000:  # names that only a map's schema covers: as many as the data has
                self._children.clear()
            places = self._below(key)
            self._children[key] = self._fields.layout(places) if places else None
        return self._children[key]

    def _below(self, step: str | int) -> list[Place]:
        declared = self._declared
        if isinstance(step, int):
            return declared.prefix[step] if step < len(declared.prefix) else declared.items
        places = list(declared.members.get(step, ()))
        places += [place for pattern, place in declared.patterns if _matches(pattern, step)]
        return places or declared.extra


def _at(place: Place, *steps: str | int) -> Place:
    value = place.value
    for step in steps:
        value = value[step]
    return Place(place.url, join(place.pointer, *steps), value)


def _map(schema: dict[str, Any], keyword: str) -> Iterable[str]:
    value = schema.get(keyword)
    return value if isinstance(value, dict) else ()


def _members(out: Declared, place: Place, schema: dict[str, Any]) -> None:
    """What the schema itself says, branches left out."""
    for name in _map(schema, "properties"):
        out.members[name] = [_at(place, "properties", name)]
    out.patterns = [(name, _at(place, "patternProperties", name)) for name in _map(schema, "patternProperties")]
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        value = schema.get(keyword)
        if value is True or isinstance(value, dict):
            out.open = True
            out.extra += [_at(place, keyword)] if isinstance(value, dict) else []
    if isinstance(schema.get("items"), dict):
        out.items = [_at(place, "items")]
    prefix = schema.get("prefixItems")
    out.prefix = [[_at(place, "prefixItems", i)] for i in range(len(prefix))] if isinstance(prefix, list) else []
    out.values = isinstance(schema.get("enum"), list) or "const" in schema
    out.write_only = schema.get("writeOnly") is True
    kind = schema.get("type")
    named = kind if isinstance(kind, list) else [kind]
    out.nullable = schema.get("nullable", schema.get("x-nullable")) is True or "null" in named or _admits_null(schema)
    out.other = isinstance(kind, (str, list)) and kind != "object" and "object" not in kind


def _admits_null(schema: dict[str, Any]) -> bool:
    closed = schema.get("enum")
    return (isinstance(closed, list) and None in closed) or ("const" in schema and schema["const"] is None)


def _matches(pattern: str, name: str) -> bool:
    usable = usable_pattern(pattern)
    if usable is None:
        return True
    try:
        return re.search(usable, name) is not None
    except re.error:
        return True
