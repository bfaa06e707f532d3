"""How does a schema of an OpenAPI document read in plain JSON Schema 2020-12?

One schema and everything it refers to are copied under `$defs` of one new schema, references rewritten, OpenAPI's
own keywords translated (nullable, boolean exclusiveMinimum, binary and file), readOnly and writeOnly applied to `required`.
What is malformed is left out and named as a gap, so that one bad keyword does not spoil the rest of a contract.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import (
    MAX_DEPTH,
    MAX_NODES,
    Dialect,
    Gap,
    Missing,
    Mode,
    Place,
    Registry,
    usable_pattern,
)

# Formats that draft Wright-00 or the OpenAPI text define; others mean what the vendor says they mean.
_OLD_FORMATS = frozenset({"date", "date-time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "byte"})
_INTEGERS = {"int32": 2**31, "int64": 2**63}


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _count(value: Any) -> bool:
    return _number(value) and value >= 0 and value == int(value)


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_TYPES = frozenset({"null", "boolean", "object", "array", "number", "string", "integer"})


def _type(value: Any) -> bool:
    return value in _TYPES if isinstance(value, str) else _names(value) and bool(value) and set(value) <= _TYPES


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "type": _type,
    "enum": lambda value: isinstance(value, list),
    "const": lambda value: True,
    "multipleOf": lambda value: _number(value) and value > 0,
    "maximum": _number,
    "minimum": _number,
    "exclusiveMaximum": _number,
    "exclusiveMinimum": _number,
    "maxLength": _count,
    "minLength": _count,
    "maxItems": _count,
    "minItems": _count,
    "maxProperties": _count,
    "minProperties": _count,
    "maxContains": _count,
    "minContains": _count,
    "uniqueItems": lambda value: isinstance(value, bool),
    "required": _names,
    "pattern": lambda value: isinstance(value, str),
    "format": lambda value: isinstance(value, str),
    "dependentRequired": lambda value: isinstance(value, dict) and all(_names(names) for names in value.values()),
}
_ONE = frozenset({"not", "additionalProperties", "items"})
_MANY = frozenset({"allOf", "anyOf", "oneOf"})
_MAPS = frozenset({"properties"})
_NEW_ONE = _ONE | {"contains", "propertyNames", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties"}
_NEW_MANY = _MANY | {"prefixItems"}
_NEW_MAPS = _MAPS | {"patternProperties", "dependentSchemas"}
_NEW_PLAIN = frozenset({"const", "maxContains", "minContains", "dependentRequired"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """`places`: name under $defs -> URL#pointer of the original."""

    schema: dict[str, Any]
    places: dict[str, str]
    gaps: tuple[Gap, ...]


def bundle(root: Place, registry: Registry, dialect: Dialect, mode: Mode) -> Bundle:
    """The schema at `root` and its references as one self-contained schema."""
    work = _Work(registry, dialect, mode)
    work.name(root)
    while work.queue:
        name, place = work.queue.pop()
        work.definitions[name] = work.convert(place.value, place.url, place.pointer, registry.base(place), 0)
    for name in _circles(work.definitions):
        url, _, pointer = work.places[name].partition("#")
        work.gap("loop", url, pointer)
    schema = {"$ref": "#/$defs/s0", "$defs": work.definitions}
    return Bundle(schema, work.places, tuple(work.gaps))


def _circles(definitions: dict[str, Any]) -> list[str]:
    """Definitions that come back to themselves on the same value: they say nothing (JSON Schema Core, 9.4.1)."""
    open_, done, found = set[str](), set[str](), list[str]()
    for start in definitions:
        if start in done:
            continue
        open_.add(start)
        path = [(start, _in_place(definitions[start]))]
        while path:
            name, targets = path[-1]
            target = next((t for t in targets if t not in done), None)
            if target is None:
                path.pop()
                open_.discard(name)
                done.add(name)
            elif target in open_:
                found.append(target)
            elif target in definitions:
                open_.add(target)
                path.append((target, _in_place(definitions[target])))
    return sorted(set(found))


def _in_place(schema: Any) -> Iterator[str]:
    """Definitions that are applied to the very value the schema is applied to."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield str(schema["$ref"]).removeprefix("#/$defs/")
    parts = [part for keyword in ("allOf", "anyOf", "oneOf") for part in schema.get(keyword, ())]
    parts += [schema.get(keyword) for keyword in ("not", "if", "then", "else")]
    parts += schema.get("dependentSchemas", {}).values()
    for part in parts:
        yield from _in_place(part)


@dataclass(slots=True)
class _Work:
    registry: Registry
    dialect: Dialect
    mode: Mode
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    queue: list[tuple[str, Place]] = field(default_factory=list)
    definitions: dict[str, Any] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    nodes: int = 0

    @property
    def new(self) -> bool:
        return self.dialect is Dialect.OPENAPI_3_1

    def name(self, place: Place) -> str:
        key = (place.url, place.pointer)
        if key not in self.names:
            self.names[key] = self._new_name(place)
            self.queue.append((self.names[key], place))
        return self.names[key]

    def _new_name(self, place: Place) -> str:
        name = f"s{len(self.places)}"
        self.places[name] = f"{place.url}#{place.pointer}"
        return name

    def gap(self, reason: str, url: str, pointer: str, detail: str = "") -> bool:
        self.gaps.append(Gap(reason, f"{url}#{pointer}", detail))
        return True  # the schema that accepts everything

    def convert(self, schema: Any, url: str, pointer: str, base: str, depth: int) -> Any:
        self.nodes += 1
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, dict):
            return self.gap("keyword", url, pointer, "schema")
        if depth > MAX_DEPTH:
            return self.gap("depth", url, pointer)
        if self.nodes > MAX_NODES:
            return self.gap("size", url, pointer)
        if depth and self.new and isinstance(schema.get("$id"), str):
            base = self.registry.base(Place(url, pointer, schema))
        out: dict[str, Any] = {}
        if "$ref" in schema or (self.new and "$dynamicRef" in schema):
            target = self._reference(schema, url, pointer, base)
            if not self.new:  # everything beside $ref is ignored (OpenAPI 3.0, Reference Object)
                return target
            if isinstance(target, dict):
                out |= target
        for keyword, value in schema.items():
            self._keyword(out, schema, keyword, value, url, pointer, base, depth)
        self._translate(out, schema, url)
        return self._nullable(out, schema, url, pointer)

    def _reference(self, schema: dict[str, Any], url: str, pointer: str, base: str) -> Any:
        keyword = "$ref" if "$ref" in schema else "$dynamicRef"
        reference = schema[keyword]
        if not isinstance(reference, str):
            return self.gap("keyword", url, join(pointer, keyword), keyword)
        found = self.registry.resolve(base, reference)
        if isinstance(found, Missing):
            return self.gap(found.reason, url, join(pointer, keyword), found.target)
        if keyword == "$dynamicRef" and self._several(reference):
            return self.gap("dynamic", url, join(pointer, keyword), reference)
        return {"$ref": f"#/$defs/{self.name(found)}"}

    def _several(self, reference: str) -> bool:
        anchor = "#" + reference.rpartition("#")[2]
        return sum(name.endswith(anchor) for name in self.registry.identifiers) > 1

    def _keyword(
        self, out: dict[str, Any], schema: dict[str, Any], keyword: str, value: Any, url: str, pointer: str, base: str, depth: int
    ) -> None:
        here = join(pointer, keyword)

        def sub(value: Any, *steps: str | int) -> Any:
            return self.convert(value, url, join(here, *steps), base, depth + 1 + len(steps))

        if keyword in (_NEW_ONE if self.new else _ONE):
            if isinstance(value, list) and keyword == "items":
                out["prefixItems"] = [sub(item, i) for i, item in enumerate(value)] or [True]
            else:
                out[keyword] = sub(value)
        elif keyword == "oneOf" and isinstance(schema.get("discriminator"), dict) and isinstance(value, list) and value:
            # The discriminator tells which branch is meant: that others happen to fit as well is no fault of the answer.
            branches = [{"$ref": f"#/$defs/{self.name(Place(url, join(here, i), item))}"} for i, item in enumerate(value)]
            out.setdefault("allOf", []).append({"anyOf": branches})
        elif keyword in (_NEW_MANY if self.new else _MANY):
            if isinstance(value, list) and value:
                # What a discriminator has put under allOf comes after the schema's own branches, which keep their positions.
                out[keyword] = [sub(item, i) for i, item in enumerate(value)] + (out.get(keyword) or [])
            else:
                self.gap("keyword", url, here, keyword)
        elif keyword in (_NEW_MAPS if self.new else _MAPS):
            if not isinstance(value, dict):
                self.gap("keyword", url, here, keyword)
                return
            out[keyword] = {}
            for name, item in value.items():
                usable: str | None = usable_pattern(name) if keyword == "patternProperties" else name
                if usable is None:
                    self.gap("pattern", url, join(here, name), name)
                else:
                    out[keyword][usable] = sub(item, name)
        elif keyword in _PLAIN and (self.new or keyword not in _NEW_PLAIN):
            self._plain(out, schema, keyword, value, url, here)

    def _plain(self, out: dict[str, Any], schema: dict[str, Any], keyword: str, value: Any, url: str, here: str) -> None:
        if not self.new and keyword in ("exclusiveMaximum", "exclusiveMinimum") and isinstance(value, bool):
            limit = schema.get("maximum" if keyword == "exclusiveMaximum" else "minimum")
            if value and _number(limit):
                out[keyword] = limit
            return
        if keyword == "type" and value == "file":
            return
        if not _PLAIN[keyword](value):
            self.gap("keyword", url, here, keyword)
        elif keyword == "pattern":
            pattern = usable_pattern(value)
            if pattern is None:
                self.gap("pattern", url, here, value)
            else:
                out[keyword] = pattern
        elif keyword == "format":
            if self.new or value in _OLD_FORMATS:
                out[keyword] = value
        elif keyword in ("required", "type") and isinstance(value, list):
            out[keyword] = list(dict.fromkeys(value))
        else:
            out[keyword] = value

    def _translate(self, out: dict[str, Any], schema: dict[str, Any], url: str) -> None:
        bits = _INTEGERS.get(schema.get("format", "")) if isinstance(schema.get("format"), str) else None
        if bits and out.get("type") == "integer":
            if "minimum" not in out and "exclusiveMinimum" not in out:
                out["minimum"] = -bits
            if "maximum" not in out and "exclusiveMaximum" not in out:
                out["maximum"] = bits - 1
        if out.get("additionalProperties") is False:
            out.setdefault("properties", {})  # so that the library names the members it did not expect
        if "required" in out and isinstance(schema.get("properties"), dict):
            out["required"] = [name for name in out["required"] if not self._waived(schema["properties"].get(name), url)]

    def _waived(self, member: Any, url: str) -> bool:
        """Whether `required` does not count for this member in this direction (OpenAPI 3.0, readOnly and writeOnly)."""
        for _ in range(8):
            if not isinstance(member, dict):
                return False
            if self.mode is not Mode.RESPONSE and member.get("readOnly") is True:
                return True
            if self.mode is not Mode.REQUEST and member.get("writeOnly") is True:
                return True
            if not isinstance(member.get("$ref"), str):
                return False
            found = self.registry.resolve(url, member["$ref"])
            member = None if isinstance(found, Missing) else found.value
        return False

    def _nullable(self, out: dict[str, Any], schema: dict[str, Any], url: str, pointer: str) -> Any:
        flag = "x-nullable" if self.dialect is Dialect.OPENAPI_2_0 else "nullable"
        if self.new or schema.get(flag) is not True:
            return out
        if out.keys() & {"allOf", "anyOf", "oneOf", "not"}:
            # 3.0.3 says that nullable needs a type beside it; generators write it beside combinators and mean null.
            name = self._new_name(Place(url, pointer, None))
            self.definitions[name] = out
            return {"if": {"not": {"type": "null"}}, "then": {"$ref": f"#/$defs/{name}"}}
        if isinstance(out.get("type"), str):
            out["type"] = [out["type"], "null"]
        if "enum" in out and None not in out["enum"]:
            out["enum"] = [*out["enum"], None]
        return out
