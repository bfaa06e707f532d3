"""Which model does the metadata of an OData V2 or V3 service state? ([MC-CSDL] 2.0 and 3.0, [MS-ODATA])"""

from collections.abc import Mapping

from cpo_probe.protocols.odata.csdl import (
    Association,
    AssociationConstraint,
    AssociationSet,
    ComplexType,
    End,
    EntityContainer,
    EntitySet,
    EntityType,
    EnumType,
    FunctionImport,
    KeyRef,
    Member,
    NavigationProperty,
    Parameter,
    Property,
    Schema,
    TypeRef,
)
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.parts import Parts
from cpo_probe.protocols.odata.shapes import DATA_SERVICES
from cpo_probe.protocols.odata.xml import Node

Steps = tuple[str | int, ...]
_METHOD = f"{DATA_SERVICES}}}HttpMethod"
_STREAM = f"{DATA_SERVICES}}}HasStream"


class OldSchemaReader:
    """Reads Schema elements; what it cannot read is in `elements.misread`.

    `associations`: those of the whole document by qualified name, so that navigation properties get their types.
    """

    def __init__(self, elements: Elements, associations: Mapping[str, Association]) -> None:
        self.elements = elements
        self.associations = associations

    def schema(self, element: Node) -> Schema:
        e = self.elements
        namespace = e.namespace = element.get("Namespace", "")
        e.attributes(element, "Schema", ())
        parts = Parts()
        for kind, child in e.children(element, "Schema", ()):
            name = child.get("Name", "")
            if kind == "EntityType":
                parts.entity_types.append(self._entity_type(child, namespace, name))
            elif kind == "ComplexType":
                parts.complex_types.append(self._complex_type(child, namespace, name))
            elif kind == "EnumType":
                parts.enum_types.append(self._enum_type(child, namespace, name))
            elif kind == "Association":
                parts.associations.append(self.associations.get(f"{namespace}.{name}") or association(e, child, namespace))
            elif kind == "EntityContainer":
                parts.containers.append(self._container(child, namespace, name))
        return parts.schema(namespace, element.get("Alias", ""), element.line)

    def _entity_type(self, element: Node, namespace: str, name: str) -> EntityType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "EntityType", steps)
        keys: list[KeyRef] = []
        properties: list[Property] = []
        navigation: list[NavigationProperty] = []
        for kind, child in e.children(element, "EntityType", steps):
            if kind == "Property":
                properties.append(self._property(child, name))
            elif kind == "NavigationProperty":
                navigation.append(self._navigation(child, name))
            elif kind == "Key" and not keys:
                keys = [
                    KeyRef(ref.get("Name", ""), "", ref.line)
                    for inner, ref in e.children(child, "Key", steps)
                    if inner == "PropertyRef"
                ]
        return EntityType(
            namespace,
            name,
            e.qualified(a.get("BaseType", "")),
            e.boolean(a, "Abstract", False, steps, line),
            e.boolean(a, "OpenType", None, steps, line),
            e.boolean(a, _STREAM, False, steps, line),
            tuple(keys),
            tuple(properties),
            tuple(navigation),
            (),
            line,
            e.extra(a),
        )

    def _complex_type(self, element: Node, namespace: str, name: str) -> ComplexType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "ComplexType", steps)
        children = e.children(element, "ComplexType", steps)
        properties = tuple(self._property(child, name) for kind, child in children if kind == "Property")
        base = e.qualified(a.get("BaseType", ""))
        abstract = e.boolean(a, "Abstract", False, steps, line)
        return ComplexType(namespace, name, base, abstract, None, properties, (), (), line, e.extra(a))

    def _property(self, element: Node, owner: str) -> Property:
        e, line = self.elements, element.line
        name = element.get("Name", "")
        steps = (owner, name)
        a = e.attributes(element, "Property", steps)
        type = e.type(a.get("Type", ""))
        if a.get("CollectionKind", "None") != "None":
            type = TypeRef(type.name, True)
        nullable = e.boolean(a, "Nullable", True, steps, line)
        facets = e.facets(a, steps, line)
        return Property(name, type, nullable, "Nullable" in a, facets, a.get("DefaultValue"), (), line, e.extra(a))

    def _navigation(self, element: Node, owner: str) -> NavigationProperty:
        e, line = self.elements, element.line
        name = element.get("Name", "")
        a = e.attributes(element, "NavigationProperty", (owner, name))
        relationship, role = e.qualified(a.get("Relationship", "")), a.get("ToRole", "")
        known = self.associations.get(relationship)
        end = next((end for end in known.ends if end.role == role), None) if known else None
        type = TypeRef(end.type, end.multiplicity == "*") if end else TypeRef("", False)
        nullable = end is None or end.multiplicity != "1"
        roles = (a.get("FromRole", ""), role)
        return NavigationProperty(name, type, nullable, False, "", False, (), "", (), line, e.extra(a), relationship, *roles)

    def _enum_type(self, element: Node, namespace: str, name: str) -> EnumType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "EnumType", steps)
        members = []
        for kind, child in e.children(element, "EnumType", steps):
            if kind == "Member":
                text = child.get("Value", "")
                value = int(text) if text.removeprefix("-").isdecimal() and len(text) < 20 else None
                members.append(Member(child.get("Name", ""), value, (), child.line))
        flags = e.boolean(a, "IsFlags", False, steps, line)
        return EnumType(namespace, name, a.get("UnderlyingType", "Edm.Int32"), flags, tuple(members), (), line)

    def _container(self, element: Node, namespace: str, name: str) -> EntityContainer:
        e = self.elements
        a = e.attributes(element, "EntityContainer", (name,))
        sets: list[EntitySet] = []
        associations: list[AssociationSet] = []
        functions: list[FunctionImport] = []
        for kind, child in e.children(element, "EntityContainer", (name,)):
            inner = child.get("Name", "")
            line = child.line
            if kind == "EntitySet":
                b = e.attributes(child, kind, (name, inner))
                sets.append(EntitySet(inner, e.qualified(b.get("EntityType", "")), True, (), (), line, e.extra(b)))
            elif kind == "AssociationSet":
                b = e.attributes(child, kind, (name, inner))
                ends = tuple(_ends(e, child, kind, (name, inner)))
                associations.append(AssociationSet(inner, e.qualified(b.get("Association", "")), ends, line, e.extra(b)))
            elif kind == "FunctionImport":
                functions.append(self._function_import(child, (name, inner)))
        extends, extra = e.qualified(a.get("Extends", "")), e.extra(a)
        line = element.line
        return EntityContainer(
            namespace, name, extends, tuple(sets), (), (), tuple(functions), tuple(associations), (), line, extra
        )

    def _function_import(self, element: Node, steps: tuple[str, str]) -> FunctionImport:
        e, line = self.elements, element.line
        a = e.attributes(element, "FunctionImport", steps)
        parameters: list[Parameter] = []
        stated = a.get("ReturnType")
        for kind, child in e.children(element, "FunctionImport", steps):
            if kind == "Parameter":
                b = e.attributes(child, kind, steps)
                at = child.line
                nullable = e.boolean(b, "Nullable", None, steps, at)
                type = e.type(b.get("Type", ""))
                parameters.append(Parameter(b.get("Name", ""), type, nullable, e.facets(b, steps, at), (), at))
            elif kind == "ReturnType":
                stated = child.get("Type") or stated
        returns = e.type(stated) if stated is not None else None
        entity_set, method = a.get("EntitySet", ""), a.get(_METHOD, "")
        return FunctionImport(steps[1], "", entity_set, False, method, tuple(parameters), returns, (), line, e.extra(a))


def association(e: Elements, element: Node, namespace: str) -> Association:
    """One Association with its two ends."""
    name, line = element.get("Name", ""), element.line
    steps: Steps = (name,)
    e.namespace = namespace
    e.attributes(element, "Association", steps)
    constraint = None
    for kind, child in e.children(element, "Association", steps):
        if kind == "ReferentialConstraint":
            constraint = _constraint(e, child, steps)
    return Association(namespace, name, tuple(_ends(e, element, "Association", steps)), constraint, line)


def _ends(e: Elements, element: Node, kind: str, steps: Steps) -> list[End]:
    found = []
    for inner, child in e.children(element, kind, steps):
        if inner == "End":
            type = e.qualified(child.get("Type", ""))
            role = child.get("Role", "") or type.rpartition(".")[2]
            multiplicity, entity_set = child.get("Multiplicity", ""), child.get("EntitySet", "")
            found.append(End(role, type, multiplicity, entity_set, child.line))
    return found


def _constraint(e: Elements, element: Node, steps: Steps) -> AssociationConstraint:
    sides: dict[str, tuple[str, tuple[str, ...]]] = {}
    for kind, child in e.children(element, "ReferentialConstraint", steps):
        if kind in ("Principal", "Dependent"):
            names = tuple(ref.get("Name", "") for inner, ref in e.children(child, kind, steps) if inner == "PropertyRef")
            sides[kind] = (child.get("Role", ""), names)
    principal, dependent = sides.get("Principal", ("", ())), sides.get("Dependent", ("", ()))
    return AssociationConstraint(*principal, *dependent, element.line)
