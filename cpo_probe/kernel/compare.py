"""Is what the kernel made of a STEP file what the file says of itself?

Two programs read the same instances; what is compared is told by instance. Where the file leaves room for either number, both
are right, and where something else may have changed the shape, a person has to look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import dist, isfinite

from cpo_probe.formats.practice import View
from cpo_probe.kernel.stated import Of, Stated, stated
from cpo_probe.model.measurement import Body, Ending, Measurement
from cpo_probe.neutral.space import Space

SAME, ACCEPTED = 0.001, 0.005
"""Relative deviation of volumes and areas: what is faithful here, and what the practice (4.6, 4.13) lets pass in production."""
NEAR, ACCEPTED_NEAR, OF_SIZE = 0.01, 0.02, 0.001
"""Of points: millimetres, the same in production, and the part of the diagonal of the bounding box that is allowed as well."""
KERNEL_ERROR = 1e-5
"""The kernel's own relative error on box, cylinder, sphere, torus and cone, as solids and as B-splines: at most 3e-6 measured."""
UNSURE = SAME / 10
"""A body whose masses the kernel itself holds for less exact than this is not compared."""
TURNED, MOVED = 1e-5, 0.01
"""Placements: elements of the rotation, and millimetres."""
MOST_LEVELS = 200
"""Of an assembly that is compared as a whole."""
NOTIONAL = 10.0
"""Where the practice puts the centre of a notional solid, in each coordinate of a component."""


class Verdict(StrEnum):
    SAME = "same"
    REVIEW = "review"  # they differ, and it may not be the file's fault, or not be of importance
    DIFFERS = "differs"
    LEFT_OUT = "left_out"  # nothing to compare with; `why` says what


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison. `instance`: index of the instance in question, `location` its place without number. `why`: reason code of
    what is left out, or what makes a person look."""

    verdict: Verdict
    instance: int
    location: str
    expected: str = ""
    found: str = ""
    deviation: str = ""
    why: str = ""


class Comparison:
    """A population and the measurement of the same file."""

    def __init__(self, view: View, measurement: Measurement) -> None:
        self._view, self._measurement = view, measurement
        self._space = Space(view)
        self._places = self._space.placements()
        self._bodies = {one.at: one.body for one in (*measurement.definitions, *measurement.models)}
        self._usages = {one.at: one.placement for one in measurement.usages}
        self._hidden = len(view.of("invisibility")) > 0
        self._stated = tuple(stated(view, self._space))
        self._whole: dict[int, bool] = {}

    def fits(self) -> bool:
        """Whether both counted the same instances; if not, nothing that is told by instance can be compared."""
        known = self._view.population
        if self._measurement.ending is not Ending.READ or self._measurement.entities != len(known):
            return False
        definitions = (self._view.is_(one.at, "product_definition") for one in self._measurement.definitions)
        return all(definitions) and all(self._view.is_(at, _USAGE) for at in self._usages)

    # What is there

    def shapes(self) -> Iterator[Compared]:
        """Every product with geometry gives a shape, and as many solids as the file has for it."""
        for definition, (items, solids) in sorted(self._geometry().items()):
            if definition not in self._bodies:
                yield Compared(Verdict.LEFT_OUT, definition, _DEFINITION, why="kernel_unknown_entity")
                continue
            body = self._bodies[definition]
            if body is None or body.empty:
                tessellated = all(self._view.is_(item, "tessellated_item") for item in items)
                if tessellated:
                    yield Compared(Verdict.LEFT_OUT, definition, _DEFINITION, why="tessellated_only")
                else:
                    yield Compared(Verdict.DIFFERS, definition, _DEFINITION, str(len(items)), "0")
            elif body.solids < len(solids):
                yield Compared(Verdict.DIFFERS, definition, _DEFINITION, str(len(solids)), str(body.solids))
            else:
                yield Compared(Verdict.SAME, definition, _DEFINITION)

    def _geometry(self) -> dict[int, tuple[list[int], list[int]]]:
        """Product definition -> geometry in its representations, and the exact solids among it."""
        view, space, found = self._view, self._space, dict[int, tuple[list[int], list[int]]]()
        beside: dict[int, set[int]] = defaultdict(set)
        for relation in view.of("shape_representation_relationship").tolist():
            if not view.is_(relation, "representation_relationship_with_transformation"):
                ends = [space.one(relation, f"representation_relationship.{end}") for end in ("rep_1", "rep_2")]
                beside[ends[0]].add(ends[1])
                beside[ends[1]].add(ends[0])
        for link in view.of("shape_definition_representation").tolist():
            shape = space.one(link, "property_definition_representation.definition")
            definition = space.one(shape, "property_definition.definition")
            if not view.is_(definition, "product_definition"):
                continue
            first = space.one(link, "property_definition_representation.used_representation")
            items = [
                item
                for representation in sorted({first, *beside[first]})
                if representation >= 0 and not view.is_(representation, "constructive_geometry_representation")
                for item in view.all_targets(representation, "representation.items")
            ]
            geometry = [item for item in items if any(view.is_(item, kind) for kind in _GEOMETRY)]
            if geometry:
                exact = [item for item in geometry if any(view.is_(item, kind) for kind in _SOLIDS)]
                found[definition] = geometry, exact
        return found

    # How it is put together

    def components(self) -> Iterator[Compared]:
        """Every placed usage of something that has a shape gives a component."""
        for usage in sorted(self._places):
            if usage not in self._usages:
                yield Compared(Verdict.LEFT_OUT, usage, _LINE, why="kernel_unknown_entity")
            elif not self._has_shape(self._child(usage)):
                yield Compared(Verdict.LEFT_OUT, usage, _LINE, why="kernel_no_shape")
            elif not self._usages[usage]:
                yield Compared(Verdict.DIFFERS, usage, _LINE, "1", "0")
            else:
                yield Compared(Verdict.SAME, usage, _LINE)

    def placements(self) -> Iterator[Compared]:
        """Components stand where the file puts them."""
        for usage, place in sorted(self._places.items()):
            rows = tuple(map(float, self._usages.get(usage, ())))
            if not rows:
                continue
            turned = max(abs(rows[4 * (n // 3) + n % 3] - place.rotation[n]) for n in range(9))
            there = (rows[3], rows[7], rows[11])
            moved = dist(there, place.translation) if place.translation is not None else 0.0
            allowed = max(MOVED, 1e-6 * max(map(abs, there)))
            if turned <= TURNED and moved <= allowed:
                yield Compared(Verdict.SAME, usage, _LINE)
            else:
                told = _point(place.translation or there), _point(there), f"{moved:.6g} mm"
                yield Compared(Verdict.REVIEW, usage, _LINE, *told, why="kernel_two_readings")

    def _child(self, usage: int) -> int:
        return self._space.one(usage, "product_definition_relationship.related_product_definition")

    def _parent(self, usage: int) -> int:
        return self._space.one(usage, "product_definition_relationship.relating_product_definition")

    def _has_shape(self, definition: int) -> bool:
        body = self._bodies.get(definition)
        return body is not None and not body.empty

    def _lines(self) -> dict[int, list[int]]:
        """Assembly -> its components. What a part is made from, or used in further up, is none."""
        found: dict[int, list[int]] = defaultdict(list)
        for usage in self._view.of(_USAGE).tolist():
            found[self._parent(usage)].append(usage)
        return found

    # What it measures

    def properties(self, kinds: Iterable[Of]) -> Iterator[Compared]:
        """Validation properties of these kinds against what the kernel measured."""
        wanted, lines = frozenset(kinds), self._lines()
        for one in self._stated:
            if one.of in wanted:
                yield self._property(one, lines)

    def _property(self, one: Stated, lines: dict[int, list[int]]) -> Compared:
        place = f"{self._view.population.entity(one.about)} {one.of}"
        if not one.values:
            return Compared(Verdict.LEFT_OUT, one.item, place, why="no_unit_told")
        if one.of in (Of.CHILDREN, Of.NOTIONAL):
            return self._assembly(one, lines.get(one.about, []), place)
        body = self._bodies.get(one.about)
        if body is None or body.empty:
            return Compared(Verdict.LEFT_OUT, one.item, place, why="kernel_no_shape")
        if not self._imported_whole(one.about, lines, frozenset()):
            return Compared(Verdict.LEFT_OUT, one.item, place, why="parts_left_out")
        if not float(body.error) <= UNSURE:  # nor where it is no number
            return Compared(Verdict.LEFT_OUT, one.item, place, why="kernel_unsure")
        if one.of in (Of.CENTROID, Of.SHEET_CENTROID):
            return self._centroid(one, body, place)
        return self._mass(one, body, place)

    def _mass(self, one: Stated, body: Body, place: str) -> Compared:
        right = [mass for mass in map(float, _masses(one.of, body)) if isfinite(mass) and mass > 0]
        value = one.values[0]
        if not right or value <= 0:
            return Compared(Verdict.LEFT_OUT, one.item, place, why="no_such_shape")
        nearest = min(right, key=lambda each: abs(each - value))
        off = abs(nearest - value) / value
        power = "mm³" if one.of is Of.VOLUME else "mm²"
        told = f"{value:.6g} {power}", f"{nearest:.6g} {power}", f"{100 * off:.3g} %"
        if off <= SAME:
            return Compared(Verdict.SAME, one.item, place, *told)
        return self._other(one.item, place, told, body, near=off <= ACCEPTED)

    def _centroid(self, one: Stated, body: Body, place: str) -> Compared:
        sheets = one.of is Of.SHEET_CENTROID or not body.solids
        right = tuple(map(float, body.sheet_centroid if sheets else body.centroid))
        if not right or not all(map(isfinite, right)):
            return Compared(Verdict.LEFT_OUT, one.item, place, why="no_such_shape")
        off, size = dist(one.values, right), float(body.size)
        told = _point(one.values), _point(right), f"{off:.3g} mm"
        if off <= max(NEAR, OF_SIZE * size):
            return Compared(Verdict.SAME, one.item, place, *told)
        near = off <= ACCEPTED_NEAR + OF_SIZE * size
        if not near and body.solids > 1:  # some systems weigh parts by their densities
            return Compared(Verdict.REVIEW, one.item, place, *told, "kernel_weighed")
        return self._other(one.item, place, told, body, near)

    def _other(self, item: int, place: str, told: tuple[str, str, str], body: Body, near: bool) -> Compared:
        why = (
            "kernel_near" if near
            else "kernel_invalid" if not body.valid
            else "kernel_hidden" if self._hidden
            else "kernel_mixed" if body.solids and body.faces
            else ""
        )  # fmt: skip
        return Compared(Verdict.REVIEW if why else Verdict.DIFFERS, item, place, *told, why)

    def _assembly(self, one: Stated, lines: list[int], place: str) -> Compared:
        """Number of children, and the mean of a point in each of them."""
        if any(not self._usages.get(usage) for usage in lines):
            return Compared(Verdict.LEFT_OUT, one.item, place, why="parts_left_out")
        if one.of is Of.CHILDREN:
            verdict = Verdict.SAME if one.values[0] == len(lines) else Verdict.DIFFERS
            return Compared(verdict, one.item, place, f"{one.values[0]:g}", f"{len(lines)}")
        if not lines:
            return Compared(Verdict.LEFT_OUT, one.item, place, why="no_such_shape")
        rows = [tuple(map(float, self._usages[usage])) for usage in lines]
        means = [_mean(rows, NOTIONAL * unit) for unit in (1.0, one.unit or 1.0)]
        nearest = min(means, key=lambda mean: dist(mean, one.values))
        off = dist(nearest, one.values)
        told = _point(one.values), _point(nearest), f"{off:.3g} mm"
        allowed = max(0.05, 1e-6 * max(map(abs, nearest)))
        return Compared(Verdict.SAME if off <= allowed else Verdict.DIFFERS, one.item, place, *told)

    def _imported_whole(self, definition: int, lines: dict[int, list[int]], above: frozenset[int]) -> bool:
        """Whether everything below it that the file has is in its shape."""
        if definition in above or len(above) > MOST_LEVELS:
            return False
        if definition not in self._whole:
            below = above | {definition}
            self._whole[definition] = all(
                bool(self._usages.get(usage)) and self._imported_whole(self._child(usage), lines, below)
                for usage in lines.get(definition, ())
            )
        return self._whole[definition]


_DEFINITION, _LINE, _USAGE = "PRODUCT_DEFINITION", "NEXT_ASSEMBLY_USAGE_OCCURRENCE", "next_assembly_usage_occurrence"
_SOLIDS = ("manifold_solid_brep",)
_GEOMETRY = (*_SOLIDS, "shell_based_surface_model", "face_based_surface_model", "tessellated_item")
"""What kernels make shapes of: not of constructive solids, wires and points."""


def _masses(of: Of, body: Body) -> tuple[str, ...]:
    """What the practice leaves open (4.7.2): whether voids are counted, and whether sheets beside solids are."""
    if of is Of.VOLUME:
        return (body.volume,)
    if of is Of.SHEETS or not body.solids:
        return (body.sheets,)
    both = str(float(body.area) + float(body.sheets))
    outer = (body.outer, str(float(body.outer) + float(body.sheets))) if of is Of.WETTED else ()
    return (body.area, both, *outer)


def _mean(rows: list[tuple[float, ...]], at: float) -> tuple[float, ...]:
    moved = [[sum(row[4 * r + c] * at for c in range(3)) + row[4 * r + 3] for r in range(3)] for row in rows]
    return tuple(sum(point[r] for point in moved) / len(moved) for r in range(3))


def _point(point: Iterable[float]) -> str:
    return "(" + ", ".join(f"{each + 0.0:.6g}" if abs(each) >= 5e-7 else "0" for each in point) + ") mm"
