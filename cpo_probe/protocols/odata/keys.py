"""How is one entity addressed? OData URL Conventions 4.01, 4.3 Addressing Entities; ABNF keyPredicate."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from cpo_probe.protocols.odata.csdl import EntityType, Property
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.values import Untyped, literal


class NoKey(ValueError):
    """The row cannot be addressed: its type has no key, or a part of it is missing, null or no value of its type."""


def encode(text: str) -> str:
    """Percent-encoded for a path segment or a query option: everything but unreserved characters and `'(),=:@$!*;`."""
    return quote(text, safe="-._~'(),=:@$!*;")


def _parts(model: Model, type: EntityType, row: Mapping[str, Any]) -> list[tuple[str, Property, Any]]:
    found = []
    for (name, prop), ref in zip(model.key(type), _refs(model, type), strict=True):
        value: Any = row
        for step in ref.split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        if prop is None or value is None:
            raise NoKey(f"{type.qualified}: no value for the key part {name}")
        found.append((name, prop, value))
    if not found:
        raise NoKey(f"{type.qualified} has no key")
    return found


def _refs(model: Model, type: EntityType) -> list[str]:
    keyed = next((base for base in model.chain(type) if isinstance(base, EntityType) and base.key), None)
    return [ref.path for ref in keyed.key] if keyed else []


def _literals(model: Model, type: EntityType, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        return [(name, literal(model, prop.type.name, value)) for name, prop, value in _parts(model, type, row)]
    except Untyped as error:
        raise NoKey(str(error)) from error


def key_predicate(model: Model, type: EntityType, row: Mapping[str, Any], *, named: bool = False) -> str:
    """`(1)`, or `(A='x',B=2)` for keys of several parts and when `named`; percent-encoded. Raises `NoKey`."""
    found = _literals(model, type, row)
    if len(found) == 1 and not named:
        return f"({encode(found[0][1])})"
    return "(" + ",".join(f"{encode(name)}={encode(text)}" for name, text in found) + ")"


def key_segments(model: Model, type: EntityType, row: Mapping[str, Any]) -> str:
    """`/1/x` in the key-as-segment convention (4.3.6): without quotes or prefixes. Raises `NoKey`, also for empty text."""
    out = ""
    for name, prop, value in _parts(model, type, row):
        text = value if isinstance(value, str) else literal(model, prop.type.name, value)
        if text in ("", ".", ".."):
            raise NoKey(f"{type.qualified}: {text!r} of {name} cannot be a segment of a path")
        out += "/" + quote(text, safe="-._~")
    return out
