"""Which payload rules does a body give occasion for? A rule that finds nothing to look at is neither kept nor broken."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from cpo_probe.protocols.odata.csdl import Facets, Property, StructuredType
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Context, Expected, Shape
from cpo_probe.protocols.odata.primitives import GEO, INTEGERS

_TEMPORAL = frozenset({"Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay"})
_LEXICAL = _TEMPORAL | INTEGERS.keys() | {"Edm.Date", "Edm.Guid", "Edm.Binary"}
_STRUCTURED = (Shape.ENTITY, Shape.ENTITIES)
_VALUES = (Shape.VALUE, Shape.VALUES)
_NONE: frozenset[str] = frozenset()
_LOOKED_AT = 20  # instances that are searched for control information; what is wrong in others is found all the same


def reached(model: Model, expected: Expected, context: Context, value: Any) -> frozenset[str]:
    """Rule ids without their prefix, for a body of OData 4.0x."""
    if expected.shape is Shape.ERROR:
        return frozenset({"error"})
    found = {"envelope", "metadata-none" if context.metadata == "none" else "context"}
    if expected.shape is Shape.SERVICE:
        found.add("service")
    if isinstance(value, dict):
        instances = _instances(value, expected)
        if any("@" in name for one in (value, *instances[:_LOOKED_AT]) for name in one):
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
        some = expected.shape in _VALUES and shown not in (None, [])
        return set(_rules(model, expected.type, expected.facets, expected.nullable)) if some else set()
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
    reach = _Reach(model)
    reach.instances(type, instances)
    return found | reach.found


class _Reach:
    """Walks instances. `pending`: by type the properties that no instance had a value of so far, with what their value is;
    of those that are not structured only the ones whose value would still tell something new.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.found: set[str] = set()
        self.pending: dict[str, dict[str, frozenset[str] | StructuredType]] = {}

    def instances(self, type: StructuredType, values: list[dict[str, Any]]) -> None:
        plain: list[dict[str, Any]] = []
        stating: dict[str, list[dict[str, Any]]] = {}
        for value in values:
            stated = value.get("@odata.type", value.get("@type"))
            (stating.setdefault(stated, []) if isinstance(stated, str) else plain).append(value)
        for stated, alike in stating.items():
            self.found.add("type")
            self._of(self.model.structured(self.model.qualified(stated.rpartition("#")[2])) or type, alike)
        if plain:
            self._of(type, plain)

    def _of(self, type: StructuredType, values: list[dict[str, Any]]) -> None:
        """Instances of one type."""
        pending = self.pending.get(type.qualified)
        if pending is None:
            pending = self.pending[type.qualified] = dict(self._properties(type))
            self._prune()
        for name in list(pending):
            what = pending.get(name, _NONE)
            if not isinstance(what, frozenset):  # its own properties may be pending still
                held = chain.from_iterable(v if isinstance(v, list) else (v,) for one in values if (v := one.get(name)))
                inner = [one for one in held if isinstance(one, dict)]
                if inner:
                    self.instances(what, inner)
            elif what and any(one.get(name) not in (None, []) for one in values):
                self.found |= what
                self._prune()

    def _properties(self, type: StructuredType) -> dict[str, frozenset[str] | StructuredType]:
        known = self.model.occasions
        if type.qualified not in known:
            known[type.qualified] = dict(_properties(self.model, type))
        found: dict[str, frozenset[str] | StructuredType] = known[type.qualified]
        return found

    def _prune(self) -> None:
        for pending in self.pending.values():
            for name in [name for name, what in pending.items() if isinstance(what, frozenset) and what <= self.found]:
                del pending[name]


def _properties(model: Model, type: StructuredType) -> Iterator[tuple[str, frozenset[str] | StructuredType]]:
    for name, one in model.members(type).items():
        if isinstance(one, Property):
            yield name, model.structured(one.type.name) or frozenset(_rules(model, one.type.name, one.facets, one.nullable))


def _rules(model: Model, type: str, facets: Facets, nullable: bool | None) -> Iterator[str]:
    """For a value that is there, of a type that is not structured."""
    yield "kind"
    if nullable is False:
        yield "nullable"
    if model.enum(type) is not None:
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
