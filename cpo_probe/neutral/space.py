"""Where parts stand in a population of ISO 10303-21, and in which unit of length.

Placements by CONTEXT_DEPENDENT_SHAPE_REPRESENTATION, as the recommended practices of CAx-IF and PDM-IF have them.
"""

from collections.abc import Callable
from math import isfinite, sqrt
from typing import TypeAlias, TypeGuard

from cpo_probe.formats.practice.view import View
from cpo_probe.formats.step_p21 import Enumeration
from cpo_probe.neutral.model import MOST, Placement

_RELATION = "product_definition_relationship."
_PREFIX = {"EXA": 18, "PETA": 15, "TERA": 12, "GIGA": 9, "MEGA": 6, "KILO": 3, "HECTO": 2, "DECA": 1, "DECI": -1, "CENTI": -2,
           "MILLI": -3, "MICRO": -6, "NANO": -9, "PICO": -12, "FEMTO": -15, "ATTO": -18}  # fmt: skip
Vector: TypeAlias = tuple[float, float, float]
Frame: TypeAlias = tuple[tuple[Vector, Vector, Vector], Vector]
"""Axes x, y, z, and origin."""
_MOST_NUMBER = 1e300


class Space:
    """Placements and units of length. `of`: instances of an entity, where not all of them are to be looked at."""

    def __init__(self, view: View, of: Callable[[str], list[int]] | None = None) -> None:
        self._view = view
        self._of = of or (lambda entity: view.of(entity)[:MOST].tolist())
        self._frames: dict[int, Frame | None] = {}
        self._scales: dict[int, float | None] = {}  # unit of length -> millimetres

    def one(self, instance: int, attribute: str) -> int:
        """What the attribute refers to, below 0 for nothing in the file."""
        import numpy as np

        return int(self._view.targets(np.array([instance], np.int64), attribute)[0]) if instance >= 0 else -1

    def placements(self) -> dict[int, Placement]:
        """Usage -> where it stands, for those that are placed by an ITEM_DEFINED_TRANSFORMATION."""
        found: dict[int, Placement] = {}
        view, shown = self._view, dict[int, int]()  # representation -> definition that it shows
        for link in self._of("shape_definition_representation"):
            shape = self.one(link, "property_definition_representation.definition")
            representation = self.one(link, "property_definition_representation.used_representation")
            shown[representation] = self.one(shape, "property_definition.definition")
        for placed in self._of("context_dependent_shape_representation"):
            shape = self.one(placed, "context_dependent_shape_representation.represented_product_relation")
            relation = self.one(placed, "context_dependent_shape_representation.representation_relation")
            use = self.one(shape, "property_definition.definition")
            operator = self.one(relation, "representation_relationship_with_transformation.transformation_operator")
            if use < 0 or operator < 0 or not view.is_(operator, "item_defined_transformation"):
                continue
            child = self.one(use, _RELATION + "related_product_definition")
            parent = self.one(use, _RELATION + "relating_product_definition")
            ends = [self.one(relation, f"representation_relationship.{end}") for end in ("rep_1", "rep_2")]
            frames = [self._framed(self.one(operator, f"item_defined_transformation.transform_item_{at}")) for at in (1, 2)]
            if shown.get(ends[1]) == child and shown.get(ends[0]) == parent:  # written the other way round
                ends.reverse()
                frames.reverse()
            one, other = frames
            scales = [self.millimetres(end) for end in ends]
            if one is not None and other is not None:
                found[use] = _between(one, other, scales[0], scales[1])
        return found

    def _framed(self, placement: int) -> Frame | None:
        """What many usages may share is read once."""
        if placement not in self._frames:
            self._frames[placement] = self._frame(placement)
        return self._frames[placement]

    def _frame(self, placement: int) -> Frame | None:
        """Axes and origin of an AXIS2_PLACEMENT_3D (ISO 10303-42, 4.4.15)."""
        if not self._view.is_(placement, "axis2_placement_3d"):
            return None
        origin = self._triple(self.one(placement, "placement.location"), "cartesian_point.coordinates")
        z = self._triple(self.one(placement, "axis2_placement_3d.axis"), "direction.direction_ratios") or (0.0, 0.0, 1.0)
        x = self._triple(self.one(placement, "axis2_placement_3d.ref_direction"), "direction.direction_ratios")
        z_unit = _unit_vector(z)
        if origin is None or z_unit is None:
            return None
        for ahead in filter(None, (x, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))):
            along = _dot(ahead, z_unit)
            x_unit = _unit_vector((ahead[0] - along * z_unit[0], ahead[1] - along * z_unit[1], ahead[2] - along * z_unit[2]))
            if x_unit is not None:
                return (x_unit, _cross(z_unit, x_unit), z_unit), origin
        return None

    def _triple(self, instance: int, attribute: str) -> Vector | None:
        found = self._view.value(instance, attribute) if instance >= 0 else None
        if not isinstance(found, tuple) or len(found) != 3 or not all(map(sane, found)):
            return None
        return float(found[0]), float(found[1]), float(found[2])

    def millimetres(self, representation: int) -> float | None:
        """How long the unit of length is in which the representation is written."""
        context = self.one(representation, "representation.context_of_items")
        units = self._view.all_targets(context, "global_unit_assigned_context.units") if context >= 0 else []
        for unit in units:
            if self._view.is_(unit, "length_unit"):
                if unit not in self._scales:
                    self._scales[unit] = self.length(unit)
                return self._scales[unit]
        return None

    def length(self, unit: int) -> float | None:
        """Millimetres in a unit of length; None when they are not told."""
        factor = 1.0
        for _ in range(4):  # an inch may be told in centimetres
            if self._view.is_(unit, "si_unit"):
                prefix = self._view.value(unit, "si_unit.prefix")
                return factor * 10.0 ** (3 + (_PREFIX.get(prefix.name, 0) if isinstance(prefix, Enumeration) else 0))
            measure = self.one(unit, "conversion_based_unit.conversion_factor")
            value = self._view.value(measure, "measure_with_unit.value_component") if measure >= 0 else None
            if not sane(value):
                return None
            factor, unit = factor * value, self.one(measure, "measure_with_unit.unit_component")
        return None


def sane(value: object) -> TypeGuard[float]:
    """A number that can be reckoned with; a file may hold integers of a thousand digits."""
    return isinstance(value, int | float) and abs(value) < _MOST_NUMBER


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit_vector(a: Vector) -> Vector | None:
    length = sqrt(_dot(a, a))
    return (a[0] / length, a[1] / length, a[2] / length) if isfinite(length) and length > 1e-9 else None


def _between(one: Frame, other: Frame, scale_one: float | None, scale_other: float | None) -> Placement:
    """What brings the first frame onto the second."""
    axes, origin = one
    there, target = other
    rotation = [[sum(there[k][row] * axes[k][column] for k in range(3)) for column in range(3)] for row in range(3)]
    flat = tuple(value for row in rotation for value in row)
    if scale_one is None or scale_other is None:
        return Placement(flat, None)
    moved = [scale_other * target[r] - scale_one * sum(rotation[r][c] * origin[c] for c in range(3)) for r in range(3)]
    return Placement(flat, (moved[0], moved[1], moved[2]))
