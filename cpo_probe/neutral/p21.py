"""The structure that a population of ISO 10303-21 holds, in the pattern of the PDM Schema and the practices of CAx-IF.

`PRODUCT`, its formations, their definitions; usages between definitions; placements by CONTEXT_DEPENDENT_SHAPE_REPRESENTATION.
A product in the category "document" is a document (PDM Schema Usage Guide 4.3, 7).
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite, sqrt
from typing import TypeAlias, TypeGuard

from cpo_probe.formats.practice.view import View
from cpo_probe.formats.step_p21 import Enumeration
from cpo_probe.model import Where
from cpo_probe.neutral.model import MOST, BomLine, Document, File, Item, Key, Placement, Revision, Structure

_RELATION = "product_definition_relationship."
_PREFIX = {"EXA": 18, "PETA": 15, "TERA": 12, "GIGA": 9, "MEGA": 6, "KILO": 3, "HECTO": 2, "DECA": 1, "DECI": -1, "CENTI": -2,
           "MILLI": -3, "MICRO": -6, "NANO": -9, "PICO": -12, "FEMTO": -15, "ATTO": -18}  # fmt: skip
Vector: TypeAlias = tuple[float, float, float]
Frame: TypeAlias = tuple[tuple[Vector, Vector, Vector], Vector]
"""Axes x, y, z, and origin."""
_MOST_NUMBER = 1e300


def structure(view: View, *, most: int = MOST) -> Structure:
    """What the population says, at most so many objects of each kind."""
    return _Reader(view, most).read()


class _Reader:
    def __init__(self, view: View, most: int) -> None:
        self._view, self._most = view, most
        self._cut: list[str] = []
        self._keys: dict[int, Key] = {}  # product definition -> its item and revision
        self._documents: dict[int, str] = {}  # document, formation or definition of one -> its id
        self._places: dict[int, Placement] = {}
        self._frames: dict[int, Frame | None] = {}
        self._scales: dict[int, float | None] = {}  # unit of length -> millimetres

    def read(self) -> Structure:
        text = self._view.text
        papers = self._papers()
        names: dict[int, str] = {}
        items: list[Item] = []
        for product in self._of("product"):
            names[product] = text(product, "product.id")
            if product not in papers:
                items.append(Item(names[product], text(product, "product.name") or None, self._at(product)))
        of_formation: dict[int, tuple[int, Key]] = {}
        revisions: list[Revision] = []
        for formation in self._of("product_definition_formation"):
            product = self._one(formation, "product_definition_formation.of_product")
            if product in names:
                key = names[product], text(formation, "product_definition_formation.id")
                of_formation[formation] = product, key
                if product not in papers:
                    revisions.append(Revision(*key, self._at(formation)))
        for definition in self._of("product_definition"):
            found = of_formation.get(self._one(definition, "product_definition.formation"))
            if found is not None and found[0] in papers:
                self._documents[definition] = found[1][0]
            elif found is not None:
                self._keys[definition] = found[1]
        self._placements()
        lines = tuple(self._lines())
        documents = self._read_documents(papers, names, of_formation)
        files = tuple(self._files())
        cut = f"more than {self._most} of {', '.join(self._cut)}" if self._cut else ""
        return Structure(tuple(items), tuple(revisions), lines, documents, files, cut)

    def _of(self, entity: str) -> list[int]:
        every = self._view.of(entity)
        if len(every) > self._most and entity.upper() not in self._cut:
            self._cut.append(entity.upper())
        found: list[int] = every[: self._most].tolist()
        return found

    def _one(self, instance: int, attribute: str) -> int:
        import numpy as np

        return int(self._view.targets(np.array([instance], np.int64), attribute)[0]) if instance >= 0 else -1

    def _at(self, instance: int) -> Where:
        return Where("file", offset=int(self._view.population.offset[instance]), instance=self._view.population.name(instance))

    # Lines

    def _lines(self) -> Iterator[BomLine]:
        view = self._view
        kinds = ("next_assembly_usage_occurrence", "quantified_assembly_component_usage", "make_from_usage_option")
        for use in sorted({one for kind in kinds for one in self._of(kind)}):
            parent = self._one(use, _RELATION + "relating_product_definition")
            child = self._keys.get(self._one(use, _RELATION + "related_product_definition"))
            if parent not in self._keys or child is None:
                continue
            made, counted = view.is_(use, kinds[2]), view.is_(use, kinds[1])
            quantity: Decimal | None = Decimal(1)
            unit: str | None = None  # a usage without quantity is one occurrence (ISO 10303-44, 4.4)
            if made or counted:
                measure = self._one(use, f"{kinds[2] if made else kinds[1]}.quantity")
                quantity, unit = _number(view.value(measure, "measure_with_unit.value_component")), self._unit(measure)
            id, name = view.text(use, _RELATION + "id"), view.population.name(parent)
            yield BomLine(self._keys[parent], child, id, name, quantity, unit, self._places.get(use), made, self._at(use))

    def _unit(self, measure: int) -> str | None:
        """Name of the unit, with its prefix; None where it has no simple one."""
        unit = self._one(measure, "measure_with_unit.unit_component")
        if unit < 0:
            return None
        for attribute in ("context_dependent_unit.name", "conversion_based_unit.name"):
            if name := self._view.text(unit, attribute):
                return name.lower()
        name, prefix = (self._view.value(unit, f"si_unit.{attribute}") for attribute in ("name", "prefix"))
        if not isinstance(name, Enumeration):
            return None
        return ((prefix.name if isinstance(prefix, Enumeration) else "") + name.name).lower()

    # Placements

    def _placements(self) -> None:
        view, shown = self._view, dict[int, int]()  # representation -> definition that it shows
        for link in self._of("shape_definition_representation"):
            shape = self._one(link, "property_definition_representation.definition")
            representation = self._one(link, "property_definition_representation.used_representation")
            shown[representation] = self._one(shape, "property_definition.definition")
        for placed in self._of("context_dependent_shape_representation"):
            shape = self._one(placed, "context_dependent_shape_representation.represented_product_relation")
            relation = self._one(placed, "context_dependent_shape_representation.representation_relation")
            use = self._one(shape, "property_definition.definition")
            operator = self._one(relation, "representation_relationship_with_transformation.transformation_operator")
            if use < 0 or operator < 0 or not view.is_(operator, "item_defined_transformation"):
                continue
            child = self._one(use, _RELATION + "related_product_definition")
            parent = self._one(use, _RELATION + "relating_product_definition")
            ends = [self._one(relation, f"representation_relationship.{end}") for end in ("rep_1", "rep_2")]
            frames = [self._framed(self._one(operator, f"item_defined_transformation.transform_item_{at}")) for at in (1, 2)]
            if shown.get(ends[1]) == child and shown.get(ends[0]) == parent:  # written the other way round
                ends.reverse()
                frames.reverse()
            one, other = frames
            scales = [self._millimetres(end) for end in ends]
            if one is not None and other is not None:
                self._places[use] = _between(one, other, scales[0], scales[1])

    def _framed(self, placement: int) -> Frame | None:
        """What many usages may share is read once."""
        if placement not in self._frames:
            self._frames[placement] = self._frame(placement)
        return self._frames[placement]

    def _frame(self, placement: int) -> Frame | None:
        """Axes and origin of an AXIS2_PLACEMENT_3D (ISO 10303-42, 4.4.15)."""
        if not self._view.is_(placement, "axis2_placement_3d"):
            return None
        origin = self._triple(self._one(placement, "placement.location"), "cartesian_point.coordinates")
        z = self._triple(self._one(placement, "axis2_placement_3d.axis"), "direction.direction_ratios") or (0.0, 0.0, 1.0)
        x = self._triple(self._one(placement, "axis2_placement_3d.ref_direction"), "direction.direction_ratios")
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
        if not isinstance(found, tuple) or len(found) != 3 or not all(map(_sane, found)):
            return None
        return float(found[0]), float(found[1]), float(found[2])

    def _millimetres(self, representation: int) -> float | None:
        """How long the unit of length is in which the representation is written."""
        context = self._one(representation, "representation.context_of_items")
        units = self._view.all_targets(context, "global_unit_assigned_context.units") if context >= 0 else []
        for unit in units:
            if self._view.is_(unit, "length_unit"):
                if unit not in self._scales:
                    self._scales[unit] = self._length(unit)
                return self._scales[unit]
        return None

    def _length(self, unit: int) -> float | None:
        factor = 1.0
        for _ in range(4):  # an inch may be told in centimetres
            if self._view.is_(unit, "si_unit"):
                prefix = self._view.value(unit, "si_unit.prefix")
                return factor * 10.0 ** (3 + (_PREFIX.get(prefix.name, 0) if isinstance(prefix, Enumeration) else 0))
            measure = self._one(unit, "conversion_based_unit.conversion_factor")
            value = self._view.value(measure, "measure_with_unit.value_component") if measure >= 0 else None
            if not _sane(value):
                return None
            factor, unit = factor * value, self._one(measure, "measure_with_unit.unit_component")
        return None

    # Documents

    def _papers(self) -> set[int]:
        """Products that are documents."""
        found: set[int] = set()
        for category in self._of("product_related_product_category"):
            if self._view.text(category, "product_category.name").lower() == "document":
                found.update(self._view.all_targets(category, "product_related_product_category.products"))
        return found

    def _read_documents(
        self, papers: set[int], names: dict[int, str], formations: dict[int, tuple[int, Key]]
    ) -> tuple[Document, ...]:
        text = self._view.text
        revision = {product: key[1] for product, key in formations.values() if product in papers}
        found = {
            names[p]: (text(p, "product.name") or None, revision.get(p), self._at(p)) for p in sorted(papers) if p in names
        }  # documents that are managed as products
        self._documents |= {p: names[p] for p in papers if p in names}
        self._documents |= {f: key[0] for f, (product, key) in formations.items() if product in papers}
        for link in self._of("document_product_association"):
            document = self._one(link, "document_product_association.relating_document")
            product = self._one(link, "document_product_association.related_product")
            if self._view.is_(link, "document_product_equivalence") and product in self._documents:
                self._documents[document] = self._documents[product]
        for document in self._of("document"):
            if document not in self._documents and not self._view.is_(document, "document_file"):
                id = self._documents[document] = text(document, "document.id")
                found.setdefault(id, (text(document, "document.name") or None, None, self._at(document)))
        about = self._about(formations)
        return tuple(Document(id, name, of, tuple(sorted(about[id])), at) for id, (name, of, at) in found.items())

    def _about(self, formations: dict[int, tuple[int, Key]]) -> dict[str, set[str]]:
        items = {definition: key[0] for definition, key in self._keys.items()}
        items |= {formation: key[0] for formation, (_, key) in formations.items()}
        items |= {product: key[0] for product, key in formations.values()}
        found: dict[str, set[str]] = defaultdict(set)
        for link in self._of("applied_document_reference"):
            document = self._documents.get(self._one(link, "document_reference.assigned_document"))
            if document is not None:
                things = self._view.all_targets(link, "applied_document_reference.items")
                found[document].update(items[thing] for thing in things if thing in items)
        return found

    def _files(self) -> Iterator[File]:
        view, called, of = self._view, dict[int, str](), defaultdict[int, set[str]](set)
        for assigned in self._of("applied_external_identification_assignment"):
            for thing in view.all_targets(assigned, "applied_external_identification_assignment.items"):
                called.setdefault(thing, view.text(assigned, "identification_assignment.assigned_id"))
        for definition in self._of("product_definition_with_associated_documents"):
            for file in view.all_targets(definition, "product_definition_with_associated_documents.documentation_ids"):
                if definition in self._documents:
                    of[file].add(self._documents[definition])
        for file in self._of("document_file"):
            yield File(called.get(file) or view.text(file, "document.id"), tuple(sorted(of[file])), self._at(file))


def _number(value: object) -> Decimal | None:
    return Decimal(repr(value)).normalize() if _sane(value) else None


def _sane(value: object) -> TypeGuard[float]:
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
