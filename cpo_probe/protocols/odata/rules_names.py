"""Are names well-formed and unique, and do aliases and namespaces keep their rules? (CSDL 4, 5 and 15)"""

from collections.abc import Iterator, Sequence

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import (
    ActionImport,
    Document,
    EntitySet,
    FunctionImport,
    NavigationProperty,
    Property,
    Schema,
    Singleton,
    StructuredType,
)
from cpo_probe.protocols.odata.identifiers import RESERVED, is_identifier, is_namespace
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import Steps, schemas, structured

Named = tuple[str, Steps, int]


def _children(schema: Schema) -> Iterator[Named]:
    """Everything of a schema that has a name, overloads of one name once."""
    for group in (schema.entity_types, schema.complex_types, schema.enum_types, schema.type_definitions, schema.terms):
        for item in group:
            yield item.name, (item.name,), item.line
    for association in schema.associations:
        yield association.name, (association.name,), association.line
    for container in schema.containers:
        yield container.name, (container.name,), container.line
    seen: set[tuple[str, str]] = set()
    for overload in schema.overloads:
        if (overload.kind, overload.name) not in seen:
            seen.add((overload.kind, overload.name))
            yield overload.name, (overload.name, overload.index), overload.line


def _members(type: StructuredType) -> Iterator[Named]:
    for prop in type.properties:
        yield prop.name, (type.name, prop.name), prop.line
    for navigation in type.navigation:
        yield navigation.name, (type.name, navigation.name), navigation.line


def _groups(model: Model) -> Iterator[tuple[Schema, str, list[Named]]]:
    """Names that have to differ among themselves, with the rule that says so."""
    for _, schema in schemas(model):
        yield schema, "names-unique", list(_children(schema))
        for enum in schema.enum_types:
            members: list[Named] = [(m.name, (enum.name, m.name), m.line) for m in enum.members]
            yield schema, "names-unique", members
        for container in schema.containers:
            groups: tuple[Sequence[EntitySet | Singleton | ActionImport | FunctionImport], ...] = (
                *(container.sets, container.singletons, container.action_imports, container.function_imports),
            )
            named: list[Named] = [(item.name, (container.name, item.name), item.line) for group in groups for item in group]
            yield schema, "names-unique", named
        for overload in schema.overloads:
            steps = (overload.name, overload.index)
            parameters: list[Named] = [(p.name, (*steps, p.name), p.line) for p in overload.parameters]
            yield schema, "parameters-unique", parameters
    for _, schema, type in structured(model):
        yield schema, "names-unique", list(_members(type))


def names(model: Model) -> Iterator[Problem]:
    """Simple identifiers, unique, not differing by case alone."""
    for schema, rule, group in _groups(model):
        seen: set[str] = set()
        folded: dict[str, str] = {}
        for name, steps, line in group:
            if not name:
                continue  # that it is missing is said by "structure"
            if not is_identifier(name):
                yield problem("identifier", schema.namespace, steps, line, "a simple identifier", name)
            other = folded.setdefault(name.casefold(), name)
            if name in seen:
                yield problem(rule, schema.namespace, steps, line, "one of that name", name)
            elif other != name:
                yield problem("names-case", schema.namespace, steps, line, f"more than another case than {other}", name)
            seen.add(name)


def spaces(model: Model) -> Iterator[Problem]:
    """Namespaces and aliases: form, reserved words, uniqueness."""
    for document in model.judged:
        yield from _aliases(document)
    seen: set[str] = set()
    for document, schema in schemas(model):
        line = schema.line
        if not is_namespace(schema.namespace):
            yield problem("namespace", schema.namespace, (), line, "identifiers joined by dots, 511 characters", schema.namespace)
        elif schema.namespace in RESERVED and not document.old:
            yield problem("namespace", schema.namespace, (), line, "no reserved namespace", schema.namespace)
        if schema.namespace in seen and not document.old:
            yield problem("namespace", schema.namespace, (), line, "one schema of that namespace", schema.namespace)
        seen.add(schema.namespace)


def _aliases(document: Document) -> Iterator[Problem]:
    stated: list[tuple[str, str, int]] = [(s.alias, s.namespace, s.line) for s in document.schemas if s.alias]
    stated += [(i.alias, i.namespace, i.line) for r in document.references for i in r.includes if i.alias]
    seen: dict[str, str] = {}
    for alias, namespace, line in stated:
        if not is_identifier(alias):
            yield problem("identifier", namespace, ("$Alias",), line, "a simple identifier", alias)
        if alias in RESERVED and not document.old:
            yield problem("alias", namespace, ("$Alias",), line, "no reserved alias", alias)
        if seen.setdefault(alias, namespace) != namespace:
            yield problem("alias", namespace, ("$Alias",), line, f"an alias of its own, not that of {seen[alias]}", alias)


def inherited(model: Model) -> Iterator[Problem]:
    """Properties do not hide those of base types; OData 4.01 allows to narrow the type (CSDL 7, 8)."""
    for document, schema, type in structured(model):
        chain = model.chain(type)
        if len(chain) == 1:
            continue
        above = model.members(chain[1])
        own: tuple[Property | NavigationProperty, ...] = (*type.properties, *type.navigation)
        for item in own:
            old = above.get(item.name)
            if old is None:
                continue
            alike = old.__class__ is item.__class__ and old.type.collection == item.type.collection
            if document.version != "4.01" or not (alike and model.derives(item.type.name, old.type.name)):
                steps = (type.name, item.name)
                yield problem("property-hides", schema.namespace, steps, item.line, "a name that no base type uses", item.name)
