"""Which payload rules does a body give occasion for? A rule that finds nothing to look at is neither kept nor broken."""

from collections.abc import Iterable, Iterator
from typing import Any

from cpo_probe.protocols.odata.csdl import Facets, Property, StructuredType
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.primitives import GEO, INTEGERS

_TEMPORAL = frozenset({"Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay"})
_LEXICAL = _TEMPORAL | INTEGERS.keys() | {"Edm.Date", "Edm.Guid", "Edm.Binary"}
_STRUCTURED = (Shape.ENTITY, Shape.ENTITIES)
_VALUES = (Shape.VALUE, Shape.VALUES)


def reached(model: Model, expected: Expected, context: Context, value: Any) -> frozenset[str]:
    """Rule ids without their prefix, for a body of OData 4.0x."""
    if expected.shape is Shape.ERROR:
        return frozenset({"error"})
    found = {"envelope", "metadata-none" if context.metadata == "none" else "context"}
    if expected.shape is Shape.SERVICE:
        found.add("service")
    if isinstance(value, dict):
        instances = _instances(value, expected)
        if any("@" in name for one in (value, *instances) for name in one):
            found.add("control")
        if expected.shape in (*_STRUCTURED, *_VALUES):
            found |= _content(model, expected, context, value, instances)
    return frozenset(found)


def _instances(value: dict[str, Any], expected: Expected) -> list[dict[str, Any]]:
    listed = value.get("value")
    if expected.shape in (Shape.ENTITIES, Shape.VALUES):
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [value]


def _content(
    model: Model, expected: Expected, context: Context, value: dict[str, Any], instances: list[dict[str, Any]]
) -> set[str]:
    type = model.structured(expected.type)
    if type is None:
        shown = value.get("value")
        return (
            set(_single(model, expected.type, expected.facets, expected.nullable, shown)) if expected.shape in _VALUES else set()
        )
    if not instances:
        return set()
    found = {"kind"}
    if context.complete:
        found.add("missing")
    if context.metadata == "full" and expected.shape in _STRUCTURED:
        found.add("metadata-full")
    if type.abstract:
        found.add("abstract")
    if model.complete(type) and not model.is_open(type):
        found.add("undeclared")
    for one in instances:
        found.update(_properties(model, type, one))
    return found


def _properties(model: Model, type: StructuredType, instance: dict[str, Any]) -> Iterator[str]:
    stated = instance.get("@odata.type", instance.get("@type"))
    if isinstance(stated, str):
        yield "type"
        type = model.structured(model.qualified(stated.rpartition("#")[2])) or type
    members = model.members(type)
    for name, item in instance.items():
        member = members.get(name)
        if isinstance(member, Property):
            yield from _single(model, member.type.name, member.facets, member.nullable, item)


def _single(model: Model, type: str, facets: Facets, nullable: bool | None, value: Any) -> Iterator[str]:
    """`value`: of a property, or the items of a collection."""
    if nullable is False:
        yield "nullable"
    items = value if isinstance(value, list) else [value]
    if all(one is None for one in items):
        return
    yield "kind"
    complex_type = model.structured(type)
    if complex_type is not None:
        for one in items:
            if isinstance(one, dict):
                yield from _properties(model, complex_type, one)
    elif model.enum(type) is not None:
        yield "member"
    else:
        definition = model.definition(type)
        yield from _primitive(model.underlying(type), (facets, definition.facets) if definition else (facets,))


def _primitive(type: str, facets: Iterable[Facets]) -> Iterator[str]:
    if type in _LEXICAL:
        yield "lexical"
    if type in INTEGERS or type == "Edm.Single":
        yield "range"
    if type in ("Edm.Int64", "Edm.Decimal"):
        yield "ieee754"
    if type in GEO:
        yield "shape"
    for one in facets:
        if one.max_length is not None and type in ("Edm.String", "Edm.Binary"):
            yield "length"
        if one.precision is not None and (type in _TEMPORAL or type == "Edm.Decimal"):
            yield "precision"
        if isinstance(one.scale, int) and type == "Edm.Decimal":
            yield "scale"
