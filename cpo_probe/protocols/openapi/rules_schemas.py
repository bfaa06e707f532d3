"""Can a schema be kept at all, and does it say what it was meant to say?"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cpo_probe.model import Problem
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import short, type_name, usable_pattern
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.shape import Node

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

_LIMITS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"), ("minimum", "maximum"))


def _schemas(api: "OpenApi") -> Iterator[Node]:
    """Schema Objects that are no references; in 2.0 also parameters, headers and items that state types inline."""
    for kind in ("schema", "parameter", "header"):
        if kind == "schema" or api.version == "2.0":
            for node in api.documents.of(kind):
                if not isinstance(node.value.get("$ref"), str) or api.version in ("3.1", "3.2"):
                    yield node


def schemas_sane(api: "OpenApi") -> Iterator[Problem]:
    """Contradictory limits, doubles or strangers in enumerations, arrays without items, required but forbidden members."""
    for node in _schemas(api):
        yield from _limits(api, node)
        yield from _enumeration(api, node)
        yield from _required(api, node)
        value = node.value
        if api.version in ("2.0", "3.0") and value.get("type") == "array" and "items" not in value:
            yield problem(api.documents, "schemas-sane", node.url, node.pointer, "items", "absent", reason="items")


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _limits(api: "OpenApi", node: Node) -> Iterator[Problem]:
    for low, high in _LIMITS:
        least, most = node.value.get(low), node.value.get(high)
        if _number(least) and _number(most) and least > most:
            pointer = join(node.pointer, low)
            yield problem(api.documents, "schemas-sane", node.url, pointer, f"at most {high} {most}", least, reason="limits")


def _enumeration(api: "OpenApi", node: Node) -> Iterator[Problem]:
    listed = node.value.get("enum")
    if not isinstance(listed, list):
        return
    pointer = join(node.pointer, "enum")
    seen: set[str] = set()
    for value in listed:
        mark = type_name(value) + repr(value)
        if mark in seen:
            yield problem(api.documents, "schemas-sane", node.url, pointer, "each value once", short(value), reason="enum-twice")
        seen.add(mark)
    kinds = _kinds(node.value)
    for value in listed:
        if kinds and not _fits(value, kinds) and not (value is None and _nullable(node.value)):
            yield problem(
                api.documents,
                "schemas-sane",
                node.url,
                pointer,
                sorted(kinds),
                short(value),
                reason="enum-type",
                type=type_name(value),
            )


def _kinds(schema: dict[str, Any]) -> set[str]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return {kind}
    return {k for k in kind if isinstance(k, str)} if isinstance(kind, list) else set()


def _nullable(schema: dict[str, Any]) -> bool:
    return schema.get("nullable") is True or schema.get("x-nullable") is True


def _fits(value: Any, kinds: set[str]) -> bool:
    name = type_name(value)
    if name == "integer" and "number" in kinds:
        return True
    if name == "number" and "integer" in kinds and value == int(value):
        return True
    return name in kinds or "file" in kinds


def _required(api: "OpenApi", node: Node) -> Iterator[Problem]:
    """Required members that the same schema forbids."""
    value = node.value
    required, members = value.get("required"), value.get("properties")
    if value.get("additionalProperties") is not False or not isinstance(required, list) or "patternProperties" in value:
        return
    known = members if isinstance(members, dict) else {}
    for name in required:
        if isinstance(name, str) and name not in known:
            pointer = join(node.pointer, "required")
            yield problem(api.documents, "schemas-sane", node.url, pointer, "a declared member", name, reason="required")


def patterns(api: "OpenApi") -> Iterator[Problem]:
    """Only what neither of two engines can read is called broken: each knows constructs that the other does not."""
    for node in _schemas(api):
        pattern = node.value.get("pattern")
        if isinstance(pattern, str) and broken(pattern):
            yield problem(
                api.documents, "patterns", node.url, join(node.pointer, "pattern"), "a regular expression", short(pattern)
            )
        several = node.value.get("patternProperties")
        if api.version in ("3.1", "3.2") and isinstance(several, dict):
            for name in several:
                if broken(name):
                    pointer = join(node.pointer, "patternProperties", name)
                    yield problem(api.documents, "patterns", node.url, pointer, "a regular expression", short(name))


def broken(pattern: str) -> bool:
    if usable_pattern(pattern) is not None:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return True
    return False
