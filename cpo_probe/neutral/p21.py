"""The structure that a population of ISO 10303-21 holds, in the pattern of the PDM Schema and the practices of CAx-IF.

`PRODUCT`, its formations, their definitions; usages between definitions; placements by CONTEXT_DEPENDENT_SHAPE_REPRESENTATION.
A product in the category "document" is a document (PDM Schema Usage Guide 4.3, 7).
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from cpo_probe.formats.practice.view import View
from cpo_probe.formats.step_p21 import Enumeration
from cpo_probe.model import Where
from cpo_probe.neutral.model import MOST, BomLine, Document, File, Item, Key, Placement, Revision, Structure
from cpo_probe.neutral.space import Space, sane

_RELATION = "product_definition_relationship."


def structure(view: View, *, most: int = MOST) -> Structure:
    """What the population says, at most so many objects of each kind."""
    return _Reader(view, most).read()


class _Reader:
    def __init__(self, view: View, most: int) -> None:
        self._view, self._most = view, most
        self._cut: list[str] = []
        self._keys: dict[int, Key] = {}  # product definition -> its item and revision
        self._documents: dict[int, str] = {}  # document, formation or definition of one -> its id
        self._space = Space(view, self._of)
        self._places: dict[int, Placement] = {}

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
        self._places = self._space.placements()
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
        return self._space.one(instance, attribute)

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
    return Decimal(repr(value)).normalize() if sane(value) else None
