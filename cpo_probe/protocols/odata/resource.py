"""Which resource does a URL name, and what does it hold? (OData URL conventions 4.01, 4; OData protocol 4.01, 11.2)"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from cpo_probe.protocols.odata.csdl import NO_FACETS, EntityType, Facets, Overload, Property, TypeRef
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Expected, Shape

_SEGMENT = re.compile(r"([^()]*)(?:\((.*)\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Resource:
    """`path`: as addressed, without the values of keys and parameters: "Items()/Lines"."""

    path: str
    expected: Expected


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: at `type`, `nullable` and `facets` as stated there. `path` as in `Resource`."""

    path: str
    type: TypeRef
    nullable: bool | None = None
    facets: Facets = NO_FACETS

    def at(self, name: str, type: TypeRef, nullable: bool | None = None, facets: Facets = NO_FACETS) -> "_Place":
        return _Place(f"{self.path}/{name}" if self.path else name, type, nullable, facets)

    def keyed(self) -> "_Place":
        """One entity of the collection."""
        return replace(self, path=f"{self.path}()", type=TypeRef(self.type.name, False))


def resource(model: Model, path: str) -> Resource | None:
    """What the answer to GET of a path below the service root shows; None where that is no JSON, or not sure.

    `path`: percent-encoded, without query. Keys may stand in parentheses or in segments of their own. What begins with $
    but `$ref` and `$filter`, streams, actions, dynamic properties and unknown names are not sure.
    """
    segments = [unquote(segment) for segment in path.strip("/").split("/")]
    if segments == [""]:
        return Resource("", Expected.of(Shape.SERVICE))
    rest = iter(segments)
    place = _first(model, next(rest))
    for segment in rest:
        if place is None:
            return None
        if segment == "$ref" and model.entity(place.type.name):
            shape = Shape.REFERENCES if place.type.collection else Shape.REFERENCE
            return Resource(f"{place.path}/$ref", Expected.of(shape)) if next(rest, None) is None else None
        place = _next(model, place, segment, rest)
    return None if place is None else _shown(model, place)


def _shown(model: Model, place: _Place) -> Resource | None:
    name = place.type.name
    if name == "Edm.Stream" or (not name.startswith("Edm.") and name not in model.types):
        return None
    if model.entity(name) is None:
        return Resource(place.path, Expected.property(place.type, place.nullable, place.facets))
    return Resource(place.path, Expected.entities(name) if place.type.collection else Expected.entity(name))


def _parts(segment: str) -> tuple[str, str | None]:
    """Name, and what stands in the parentheses; None without any."""
    match = _SEGMENT.fullmatch(segment)
    return (match.group(1), match.group(2)) if match else (segment, None)


def _first(model: Model, segment: str) -> _Place | None:
    name, inside = _parts(segment)
    start = _Place("", TypeRef("", False))
    if name in model.sets:
        place = start.at(name, TypeRef(model.sets[name].type, True))
        return place.keyed() if inside else place
    if name in model.singletons:
        return start.at(name, TypeRef(model.singletons[name].type, False)) if inside is None else None
    for container in model.container_chain(model.container):
        for one in container.function_imports:
            if one.name == name:
                return _called(start, name, [o for o in model.overloads.get(one.function, ()) if not o.bound])
    return None


def _next(model: Model, place: _Place, segment: str, rest: Iterator[str]) -> _Place | None:
    name, inside = _parts(segment)
    if name.startswith("$"):
        return place if name == "$filter" and inside and place.type.collection else None
    type = model.structured(place.type.name)
    if type is None:
        return None
    if "." in name and (found := _qualified(model, place, model.qualified(name), inside)) is not None:
        return found
    member = None if place.type.collection else model.members(type).get(name)
    if isinstance(member, Property):
        return place.at(name, member.type, member.nullable, member.facets) if inside is None else None
    if member is None:
        overloads = [o for qualified, found in model.overloads.items() if qualified.rpartition(".")[2] == name for o in found]
        if overloads:  # of a default namespace (URL conventions 4.01, 4.5)
            return _called(place, name, [o for o in overloads if o.bound and o.parameters and _binds(model, place.type, o)])
        by_key = place.type.collection and isinstance(type, EntityType) and inside is None
        return _by_segment(model, place, rest) if by_key else None
    led = place.at(name, member.type)
    return led if not inside else led.keyed() if member.type.collection else None


def _qualified(model: Model, place: _Place, name: str, inside: str | None) -> _Place | None:
    """A type cast, or the call of a bound function."""
    if model.structured(name) is not None and model.derives(name, place.type.name):
        cast = place.at(name, TypeRef(name, place.type.collection))
        return cast if not inside else cast.keyed() if place.type.collection else None
    fitting = [o for o in model.overloads.get(name, ()) if o.bound and o.parameters and _binds(model, place.type, o)]
    return _called(place, name, fitting)


def _binds(model: Model, type: TypeRef, overload: Overload) -> bool:
    binding = overload.parameters[0].type
    return binding.collection == type.collection and model.derives(type.name, binding.name)


def _called(place: _Place, name: str, overloads: list[Overload]) -> _Place | None:
    """What a function returns, if all overloads that may be meant agree."""
    returns = [o.returns for o in overloads if o.kind == "Function"]
    first = returns[0] if returns and len(returns) == len(overloads) else None
    if first is None or any(one is None or one.type != first.type for one in returns):
        return None
    same = all(one == first for one in returns)
    return place.at(f"{name}()", first.type, first.nullable if same else None, first.facets if same else NO_FACETS)


def _by_segment(model: Model, place: _Place, rest: Iterator[str]) -> _Place | None:
    """Key values as segments (URL conventions 4.01, 4.3.6): as many as the key has parts."""
    type = model.entity(place.type.name)
    parts = model.key(type) if type else ()
    if not parts or any(next(rest, None) is None for _ in parts[1:]):
        return None
    return place.keyed()
