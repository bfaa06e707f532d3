"""Which validation properties does a STEP file state of its shapes, in millimetres?

CAx-IF Recommended Practices for Geometric and Assembly Validation Properties 4.6: a PROPERTY_DEFINITION of a product's shape, or
of a shape aspect that names one solid or surface model, with representation items that are known by their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from cpo_probe.formats.practice import View
from cpo_probe.neutral.space import Space, sane

GEOMETRIC, ASSEMBLY = "geometric validation property", "assembly validation property"
MOST = 50_000
"""Properties that are read; more are left out."""
_DERIVED = "derived_unit_element."
_SIDES = 3


class Of(StrEnum):
    """What a property is of, by the name that the practice gives its item."""

    VOLUME = "volume measure"
    AREA = "surface area measure"
    WETTED = "wetted area measure"
    SHEETS = "independent surface area measure"
    CENTROID = "centre point"
    SHEET_CENTROID = "surface centre point"
    CHILDREN = "number of children"
    NOTIONAL = "notional solids centroid"


_MODELS = ("solid_model", "shell_based_surface_model", "face_based_surface_model")
_POWER = {Of.VOLUME: 3, Of.AREA: 2, Of.WETTED: 2, Of.SHEETS: 2}


@dataclass(frozen=True, slots=True)
class Stated:
    """One property. `about`: the product definition or model; `item`: the instance that holds the value (their indices).

    `values`: one number, or three of a point; powers of millimetres, a plain number for `CHILDREN`; empty where the unit is not
    told. `unit`: millimetres in the file's unit of length there.
    """

    of: Of
    about: int
    item: int
    values: tuple[float, ...]
    unit: float | None


def stated(view: View, space: Space) -> Iterator[Stated]:
    """All that are of products, solids or surface models, in the order of the file."""
    aspects = _aspects(view, space)
    for link in view.of("property_definition_representation")[:MOST].tolist():
        property = space.one(link, "property_definition_representation.definition")
        representation = space.one(link, "property_definition_representation.used_representation")
        if property < 0 or representation < 0:
            continue
        name = view.text(property, "property_definition.name").lower()
        if name not in (GEOMETRIC, ASSEMBLY):
            continue
        about = _about(view, space, property, aspects)
        if about < 0:
            continue
        unit = space.millimetres(representation)
        title = view.text(representation, "representation.name").lower()
        for item in view.all_targets(representation, "representation.items"):
            of = _kind(name, title, view.text(item, "representation_item.name").lower())
            if of is not None:
                yield Stated(of, about, item, _values(view, space, of, item, unit), unit)


def _kind(name: str, title: str, said: str) -> Of | None:
    if name == ASSEMBLY:
        return {Of.CHILDREN.value: Of.CHILDREN, Of.CENTROID.value: Of.NOTIONAL}.get(said)
    if said == Of.CENTROID and "surface" in title:
        return Of.SHEET_CENTROID
    return next((of for of in Of if of.value == said and of not in (Of.CHILDREN, Of.NOTIONAL)), None)


def _about(view: View, space: Space, property: int, aspects: dict[int, int]) -> int:
    """The product definition or the solid, through shape and shape aspect; below 0 for anything else."""
    target = property
    for _ in range(_SIDES):
        target = space.one(target, "property_definition.definition")
        if target in aspects:
            return aspects[target]
        if target < 0 or view.is_(target, "product_definition"):
            return target
        if not view.is_(target, "property_definition"):
            return -1
    return -1


def _aspects(view: View, space: Space) -> dict[int, int]:
    """Shape aspect -> the one solid or surface model that it stands for, by either way of saying so."""
    found: dict[int, list[int]] = {}
    for link in view.of("shape_definition_representation")[:MOST].tolist():
        shape = space.one(link, "property_definition_representation.definition")
        aspect = space.one(shape, "property_definition.definition")
        if view.is_(aspect, "shape_aspect"):
            representation = space.one(link, "property_definition_representation.used_representation")
            found.setdefault(aspect, []).extend(view.all_targets(representation, "representation.items"))
    for use in view.of("item_identified_representation_usage")[:MOST].tolist():
        aspect = space.one(use, "item_identified_representation_usage.definition")
        item = space.one(use, "item_identified_representation_usage.identified_item")
        found.setdefault(aspect, []).append(item)
    return {a: items[0] for a, items in found.items() if len(items) == 1 and any(view.is_(items[0], kind) for kind in _MODELS)}


def _values(view: View, space: Space, of: Of, item: int, unit: float | None) -> tuple[float, ...]:
    if of in (Of.CENTROID, Of.SHEET_CENTROID, Of.NOTIONAL):
        point = view.value(item, "cartesian_point.coordinates")
        if not isinstance(point, tuple) or len(point) != _SIDES or not all(map(sane, point)) or unit is None:
            return ()
        return tuple(float(each) * unit for each in point)
    value = next(filter(sane, (view.value(item, name) for name in _NUMBERS)), None)
    if value is None:
        return ()
    if of is Of.CHILDREN:
        return (float(value),)
    factor = _factor(view, space, space.one(item, "measure_with_unit.unit_component"), _POWER[of])
    found = float(value) * factor if factor is not None else float("nan")
    return (found,) if isfinite(found) else ()


_NUMBERS = (
    "measure_with_unit.value_component",
    "value_representation_item.value_component",
    "literal_number.the_value",
)


def _factor(view: View, space: Space, unit: int, power: int) -> float | None:
    """Powers of millimetres in a unit of area or volume; None when it is no power of a length."""
    factor = 1.0
    for _ in range(_SIDES):
        if unit < 0:
            return None
        elements = view.all_targets(unit, "derived_unit.elements")
        if elements:
            scale = _product(view, space, elements, power)
            return factor * scale if scale is not None else None
        measure = space.one(unit, "conversion_based_unit.conversion_factor")
        if measure < 0:  # a unit of area or volume that is no power of anything: nobody says how large it is
            return None
        value = view.value(measure, "measure_with_unit.value_component")
        if not sane(value):
            return None
        factor, unit = factor * value, space.one(measure, "measure_with_unit.unit_component")
    return None


def _product(view: View, space: Space, elements: list[int], power: int) -> float | None:
    scale, powers = 1.0, 0.0
    for element in elements:
        named = space.one(element, _DERIVED + "unit")
        exponent = view.value(element, _DERIVED + "exponent")
        length = space.length(named) if view.is_(named, "length_unit") else None
        if length is None or not sane(exponent) or abs(exponent) > _SIDES:
            return None
        scale, powers = scale * length**exponent, powers + exponent
    return scale if powers == power else None
