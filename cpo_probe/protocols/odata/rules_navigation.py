"""Do navigation properties lead to entities, and back? (CSDL 8)"""

from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import (
    ComplexType,
    Constraint,
    EntityType,
    NavigationProperty,
    Property,
    Schema,
    StructuredType,
)
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import structured


def navigation(model: Model) -> Iterator[Problem]:
    """Type, Nullable, partner, containment and referential constraints of each navigation property of OData 4.0x."""
    if model.old:
        return
    for _, schema, type in structured(model):
        for item in type.navigation:
            steps = (type.name, item.name)
            name = item.type.name
            known = model.types.get(name)
            stated = known is not None or (name.startswith("Edm.") and name != "Edm.EntityType")
            if stated and not isinstance(known, EntityType):
                yield problem("navigation-type", schema.namespace, steps, item.line, "an entity type", str(item.type))
                continue
            if item.type.collection and item.nullable_stated:
                yield problem("navigation-nullable", schema.namespace, steps, item.line, "no Nullable", "Nullable")
            yield from _partner(model, schema, type, item)
            for constraint in item.constraints:
                yield from _constraint(model, schema, type, item, constraint)


def _partner(model: Model, schema: Schema, type: StructuredType, item: NavigationProperty) -> Iterator[Problem]:
    if not item.partner:
        return
    namespace, steps = schema.namespace, (type.name, item.name)
    if isinstance(type, ComplexType):
        yield problem("partner", namespace, steps, item.line, "no partner on a complex type", item.partner, reason="complex")
        return
    target = model.entity(item.type.name)
    if target is None or not model.walkable(target, item.partner):
        return
    partner = model.walk(target, item.partner)
    if not isinstance(partner, NavigationProperty):
        expected = f"a navigation property of {item.type.name} or of a type derived from it"
        yield problem("partner", namespace, steps, item.line, expected, item.partner, reason="absent")
        return
    if model.entity(partner.type.name) and not model.derives(type.qualified, partner.type.name):
        found = str(partner.type)
        yield problem("partner", namespace, steps, item.line, f"a partner of type {type.qualified}", found, reason="type")
    elif partner.partner and partner.partner.rpartition("/")[2] != item.name:
        yield problem("partner-mutual", namespace, steps, item.line, item.name, partner.partner)
    if item.contains:
        yield from _containment(model, namespace, type, item, partner)


def _containment(
    model: Model, namespace: str, type: EntityType, item: NavigationProperty, partner: NavigationProperty
) -> Iterator[Problem]:
    steps, target = (type.name, item.name), model.entity(item.type.name)
    recursive = target is not None and model.chain(target)[-1] is model.chain(type)[-1]
    if partner.type.collection:
        yield problem("containment", namespace, steps, item.line, "a single-valued partner", item.partner, reason="collection")
    elif recursive and not partner.nullable:
        yield problem("containment", namespace, steps, item.line, "a nullable partner", item.partner, reason="recursive")
    elif not recursive and partner.nullable:
        yield problem("containment", namespace, steps, item.line, 'a partner with Nullable="false"', item.partner, reason="owner")


def _value_type(model: Model, prop: Property) -> tuple[str, bool]:
    """A type definition compares with its underlying type and all others that have it (CSDL 11)."""
    return model.underlying(prop.type.name), prop.type.collection


def _constraint(
    model: Model, schema: Schema, type: StructuredType, item: NavigationProperty, constraint: Constraint
) -> Iterator[Problem]:
    namespace, steps, line = schema.namespace, (type.name, item.name), constraint.line or item.line
    target = model.entity(item.type.name)
    if target is None:
        return
    dependent = model.walk(type, constraint.dependent)
    principal = model.walk(target, constraint.principal)
    missing = False
    for owner, path, found in ((type, constraint.dependent, dependent), (target, constraint.principal, principal)):
        if found is None:
            missing = True
            if path and model.walkable(owner, path):
                yield problem("constraint-exists", namespace, steps, line, f"a property of {owner.qualified}", path)
    if missing or not isinstance(dependent, Property) or not isinstance(principal, Property):
        return
    both_complex = isinstance(model.types.get(dependent.type.name), ComplexType) and isinstance(
        model.types.get(principal.type.name), ComplexType
    )
    if not both_complex and _value_type(model, dependent) != _value_type(model, principal):
        expected, found_type = f"{constraint.principal}: {principal.type}", f"{constraint.dependent}: {dependent.type}"
        yield problem("constraint-type", namespace, steps, line, expected, found_type)
    wanted = item.nullable or principal.nullable is not False
    if dependent.nullable is not None and dependent.nullable != wanted and not item.type.collection:
        expected = "nullable" if wanted else "not nullable"
        yield problem("constraint-nullable", namespace, steps, line, expected, constraint.dependent)
