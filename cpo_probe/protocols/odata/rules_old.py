"""Do associations and function imports of OData V2 and V3 keep their rules? ([MC-CSDL] 2.1, [MS-ODATA] 2.2.3.7.2)"""

from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import Association, AssociationSet, End, EntityContainer, FunctionImport
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import schemas, structured

_MULTIPLICITIES = ("0..1", "1", "*")


def old_model(model: Model) -> Iterator[Problem]:
    """Nothing for a model of OData 4.0x."""
    if not model.old:
        return
    for _, schema in schemas(model):
        for association in schema.associations:
            yield from _association(model, association)
        for container in schema.containers:
            for item in container.association_sets:
                yield from _association_set(model, container, item)
            for function in container.function_imports:
                yield from _function(model, container, function)
    yield from _navigation(model)


def _association(model: Model, association: Association) -> Iterator[Problem]:
    namespace, steps, line = association.namespace, (association.name,), association.line
    if len(association.ends) != 2:
        yield problem("association", namespace, steps, line, "two ends", len(association.ends), reason="ends")
        return
    if association.ends[0].role == association.ends[1].role:
        yield problem("association", namespace, steps, line, "two roles", association.ends[0].role, reason="roles")
    for end in association.ends:
        if model.entity(end.type) is None and not model.unknown(end.type):
            yield problem("association", namespace, (*steps, end.role), end.line, "an entity type", end.type, reason="type")
        if end.multiplicity not in _MULTIPLICITIES:
            expected = list(_MULTIPLICITIES)
            yield problem(
                "association", namespace, (*steps, end.role), end.line, expected, end.multiplicity, reason="multiplicity"
            )
    yield from _constraint(model, association)


def _constraint(model: Model, association: Association) -> Iterator[Problem]:
    constraint = association.constraint
    if constraint is None:
        return
    namespace, steps = association.namespace, (association.name, "ReferentialConstraint")
    types = {end.role: end.type for end in association.ends}
    sides = ((constraint.principal_role, constraint.principal), (constraint.dependent_role, constraint.dependent))
    for role, names in sides:
        type = model.entity(types.get(role, ""))
        if role not in types:
            yield problem("association-constraint", namespace, steps, constraint.line, sorted(types), role, reason="role")
        elif type is not None and model.complete(type):
            for name in names:
                if name not in model.members(type):
                    expected = f"a property of {type.qualified}"
                    yield problem("association-constraint", namespace, steps, constraint.line, expected, name, reason="property")
    if len(constraint.principal) != len(constraint.dependent) or not constraint.principal:
        counts = [len(constraint.principal), len(constraint.dependent)]
        yield problem("association-constraint", namespace, steps, constraint.line, "pairs", counts, reason="count")


def _association_set(model: Model, container: EntityContainer, item: AssociationSet) -> Iterator[Problem]:
    namespace, steps = container.namespace, (container.name, item.name)
    association = model.associations.get(item.association)
    if association is None:
        if item.association and not model.unknown(item.association):
            expected = "an association"
            yield problem("association-set", namespace, steps, item.line, expected, item.association, reason="association")
        return
    sets = model.sets_of(container)
    roles: dict[str, End] = {end.role: end for end in association.ends}
    for end in item.ends:
        at = (*steps, end.role)
        if end.role and end.role not in roles:
            yield problem("association-set", namespace, at, end.line, sorted(roles), end.role, reason="role")
        elif end.entity_set not in sets:
            yield problem("association-set", namespace, at, end.line, "an entity set", end.entity_set, reason="set")
        elif end.role and not _related(model, sets[end.entity_set].type, roles[end.role].type):
            expected, found = roles[end.role].type, sets[end.entity_set].type
            yield problem("association-set", namespace, at, end.line, expected, found, reason="type")


def _related(model: Model, one: str, other: str) -> bool:
    return model.derives(one, other) or model.derives(other, one)


def _navigation(model: Model) -> Iterator[Problem]:
    for _, schema, type in structured(model):
        for item in type.navigation:
            steps = (type.name, item.name)
            association = model.associations.get(item.relationship)
            if association is None:
                if item.relationship and not model.unknown(item.relationship):
                    found = item.relationship
                    yield problem(
                        "navigation-roles", schema.namespace, steps, item.line, "an association", found, reason="absent"
                    )
                continue
            roles = {end.role: end.type for end in association.ends}
            for role in (item.from_role, item.to_role):
                if role not in roles:
                    yield problem("navigation-roles", schema.namespace, steps, item.line, sorted(roles), role, reason="role")
            start = roles.get(item.from_role)
            if start is not None and model.entity(start) and not model.derives(type.qualified, start):
                yield problem("navigation-roles", schema.namespace, steps, item.line, type.qualified, start, reason="type")


def _function(model: Model, container: EntityContainer, function: FunctionImport) -> Iterator[Problem]:
    namespace, steps, line = container.namespace, (container.name, function.name), function.line
    if function.http_method not in ("GET", "POST", ""):
        yield problem("function-import", namespace, steps, line, ["GET", "POST"], function.http_method, reason="method")
    sets = model.sets_of(container)
    if function.entity_set and function.entity_set not in sets:
        yield problem("function-import", namespace, steps, line, "an entity set", function.entity_set, reason="set")
    elif not function.entity_set and _entities(model, function):
        found = str(function.returns)
        yield problem(
            "function-import", namespace, steps, line, "EntitySet, because it returns entities", found, reason="entities"
        )


def _entities(model: Model, function: FunctionImport) -> bool:
    returns = function.returns
    return returns is not None and returns.collection and model.entity(returns.name) is not None
