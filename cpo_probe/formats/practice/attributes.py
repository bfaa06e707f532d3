"""Which business attributes does a file state, and which of them in containers for properties of one's own?

A business attribute is a name under which values of items, their versions, views, uses, documents and files are stated. It is
counted once, whatever the number of its values. Where the schema has an attribute of an entity for it, or a role, a standard
concept carries it; where only the data say what it is called, it is one of the sender's own.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from cpo_probe.formats.practice.shape import NAMES
from cpo_probe.formats.practice.structure import MOST_READ
from cpo_probe.formats.practice.view import View
from cpo_probe.formats.step_p21 import Enumeration

CONCEPTS = (
    "product.id", "product.name", "product.description", "product_category.name", "product_definition_formation.id",
    "product_definition_formation.description", "product_definition_formation_with_specified_source.make_or_buy",
    "product_definition.description", "product_definition_relationship.id", "product_definition_relationship.name",
    "product_definition_relationship.description", "assembly_component_usage.reference_designator", "document.id",
    "document.name", "document.description", "document_type.product_data_type", "approval_status.name", "approval.level",
    "security_classification_level.name", "security_classification.purpose", "contract.name", "contract.purpose",
    "certification.name", "certification.purpose", "effectivity.id", "configuration_item.id", "configuration_item.name",
    "versioned_action_request.id", "versioned_action_request.description", "action.name", "action.description",
    "organizational_project.name", "material_designation.name", "identification_assignment.assigned_id",
    "name_assignment.assigned_name", "event_occurrence.name", "time_interval.name",
)  # fmt: skip
"""Attributes of entities that carry a business attribute each."""
ROLES = ("date_role", "date_time_role", "person_and_organization_role", "organization_role")
"""Each name of such a role is a business attribute: "creation date", "owner"."""
PREDEFINED = frozenset(
    {
        "cost property", "document property", "duration property", "mass property", "material property", "quality property",
        "recyclability property",
    }
)  # fmt: skip
"""Names of properties that recommended practices give (PDM Schema Usage Guide 4.3): standard concepts."""
OWNERS = ("product", "product_definition_formation", "product_definition", "product_definition_relationship",
          "product_definition_shape", "document")  # fmt: skip
MOST_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class Attributes:
    """Names, ascending. `standard`: `ENTITY.attribute`, or entity and name; `own`: as the file calls them."""

    standard: tuple[str, ...]
    own: tuple[str, ...]


def attributes(view: View) -> Attributes:
    """The business attributes of which the file states at least one value. Properties for validation are none."""
    standard, own = set(_concepts(view)), set[str]()
    for name, predefined in _properties(view):
        if len(standard) + len(own) < MOST_NAMES:
            (standard if predefined else own).add(name)
    return Attributes(tuple(sorted(standard)), tuple(sorted(own)))


def _concepts(view: View) -> Iterator[str]:
    for concept in CONCEPTS:
        entity, _, attribute = concept.partition(".")
        if any(_stated(view.value(one, concept)) for one in view.of(entity)[:MOST_READ].tolist()):
            yield f"{entity.upper()}.{attribute}"
    if len(view.of("quantified_assembly_component_usage")) or len(view.of("make_from_usage_option")):
        yield "QUANTIFIED_ASSEMBLY_COMPONENT_USAGE.quantity"
    for role in ROLES:
        names = {view.text(one, f"{role}.name").strip() for one in view.of(role)[:MOST_READ].tolist()}
        yield from (f"{role.upper()} {name}" for name in names if name)


def _stated(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else isinstance(value, Enumeration)


def _properties(view: View) -> Iterator[tuple[str, bool]]:
    """Names, and whether recommended practices give them."""
    general = _general(view)
    links = view.of("property_definition_representation")[:MOST_READ]
    properties = view.targets(links, "property_definition_representation.definition").tolist()
    shown = view.targets(links, "property_definition_representation.used_representation").tolist()
    for property, representation in zip(properties, shown, strict=True):
        if property < 0 or representation < 0 or view.population.entity(property) != "PROPERTY_DEFINITION":
            continue  # shapes, kinematics and others that have an entity of their own
        name, known = view.text(property, "property_definition.name").strip(), general.get(property, ())
        if name.lower() in NAMES or not _of_business(view, property):
            continue
        predefined = next((one for one in (name, *known) if one.lower() in PREDEFINED), None)
        if predefined is not None:
            yield f"PROPERTY_DEFINITION {predefined.lower()}", True
            continue
        other = name or next(filter(None, known), "")
        for item in view.all_targets(representation, "representation.items"):
            if not view.is_(item, "geometric_representation_item"):
                yield view.text(item, "representation_item.name").strip() or other, False


def _of_business(view: View, property: int) -> bool:
    owners = view.all_targets(property, "property_definition.definition")
    return any(view.is_(owner, entity) for owner in owners for entity in OWNERS)


def _general(view: View) -> dict[int, list[str]]:
    """Property definition -> names of the general properties that it is derived from."""
    found: dict[int, list[str]] = defaultdict(list)
    links = view.of("general_property_association")[:MOST_READ]
    base = view.targets(links, "general_property_association.base_definition").tolist()
    derived = view.targets(links, "general_property_association.derived_definition").tolist()
    for one, property in zip(base, derived, strict=True):
        if one >= 0 and property >= 0:
            found[property].append(view.text(one, "general_property.name").strip())
    return found
