"""Which model does a CSDL XML document of OData 4.0 or 4.01 state?"""

from collections.abc import Mapping

from cpo_probe.protocols.odata.csdl import (
    Annotation,
    ComplexType,
    Constraint,
    EntityType,
    EnumType,
    Facets,
    KeyRef,
    Member,
    NavigationProperty,
    Property,
    Schema,
    Term,
    TypeDefinition,
    TypeRef,
)
from cpo_probe.protocols.odata.csdl_xml_container import container, targeted
from cpo_probe.protocols.odata.csdl_xml_operations import overload
from cpo_probe.protocols.odata.defaults_xml import with_defaults
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.expressions_xml import annotation, annotations_in
from cpo_probe.protocols.odata.parts import Parts
from cpo_probe.protocols.odata.xml import Node

Steps = tuple[str | int, ...]
_Understood = tuple[TypeRef, bool | None, bool, Facets, str | None, Mapping[str, str]]


class SchemaReader:
    """Reads Schema elements; what it cannot read is in `elements.misread`."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._known: dict[tuple[str, ...], _Understood] = {}

    def schema(self, element: Node) -> Schema:
        e = self.elements
        namespace = e.namespace = element.get("Namespace", "")
        a = e.attributes(element, "Schema", ())
        parts = Parts()
        for kind, child in e.children(element, "Schema", ()):
            self._child(parts, kind, child, namespace, child.get("Name", ""))
        return parts.schema(namespace, a.get("Alias", ""), element.line)

    def _child(self, parts: Parts, kind: str, child: Node, namespace: str, name: str) -> None:
        match kind:
            case "EntityType":
                parts.entity_types.append(self._entity_type(child, namespace, name))
            case "ComplexType":
                parts.complex_types.append(self._complex_type(child, namespace, name))
            case "EnumType":
                parts.enum_types.append(self._enum_type(child, namespace, name))
            case "TypeDefinition":
                parts.type_definitions.append(self._type_definition(child, namespace, name))
            case "Term":
                parts.terms.append(self._term(child, namespace, name))
            case "Action" | "Function":
                parts.overloads.append(overload(self.elements, child, namespace, kind, name, parts.next_index(name)))
            case "EntityContainer":
                parts.containers.append(container(self.elements, child, namespace, name))
            case "Annotations":
                parts.targets.append(targeted(self.elements, child))
            case _:
                parts.annotations.append(annotation(self.elements, child, ()))

    def _entity_type(self, element: Node, namespace: str, name: str) -> EntityType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "EntityType", steps)
        keys: list[KeyRef] = []
        navigation: list[NavigationProperty] = []
        annotations: list[Annotation] = []
        properties, rest = self._properties(element, name)
        for kind, child in e.children(rest, "EntityType", steps):
            if kind == "NavigationProperty":
                navigation.append(self._navigation(child, name))
            elif kind == "Annotation":
                annotations.append(annotation(e, child, steps))
            elif not keys:
                keys = self._key(child, steps)
        return EntityType(
            namespace,
            name,
            e.qualified(a.get("BaseType", "")),
            e.boolean(a, "Abstract", False, steps, line),
            e.boolean(a, "OpenType", None, steps, line),
            e.boolean(a, "HasStream", False, steps, line),
            tuple(keys),
            properties,
            tuple(navigation),
            tuple(annotations),
            line,
            e.extra(a),
        )

    def _key(self, element: Node, steps: Steps) -> list[KeyRef]:
        found = []
        for kind, child in self.elements.children(element, "Key", steps):
            if kind == "PropertyRef" and len(child.stated) == 2 and child.stated[0] == "Name" and not child.children:
                found.append(KeyRef(child.stated[1], "", child.line))
            elif kind == "PropertyRef":
                a = self.elements.attributes(child, kind, steps)
                found.append(KeyRef(a.get("Name", ""), a.get("Alias", ""), child.line))
        if not found:
            line = element.line
            self.elements.report("structure", steps, line, "one PropertyRef or more", "none", reason="element-missing")
        return found

    def _complex_type(self, element: Node, namespace: str, name: str) -> ComplexType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "ComplexType", steps)
        navigation: list[NavigationProperty] = []
        annotations: list[Annotation] = []
        properties, rest = self._properties(element, name)
        for kind, child in e.children(rest, "ComplexType", steps):
            if kind == "NavigationProperty":
                navigation.append(self._navigation(child, name))
            else:
                annotations.append(annotation(e, child, steps))
        return ComplexType(
            namespace,
            name,
            e.qualified(a.get("BaseType", "")),
            e.boolean(a, "Abstract", False, steps, line),
            e.boolean(a, "OpenType", None, steps, line),
            properties,
            tuple(navigation),
            tuple(annotations),
            line,
            e.extra(a),
        )

    def _properties(self, element: Node, owner: str) -> tuple[tuple[Property, ...], list[Node]]:
        """The properties, and the other children.

        Properties come in tens of thousands with few different sets of attributes: each set is understood once.
        """
        tag, understood = self.elements.tag("Property"), self._known.get
        found: list[Property] = []
        rest: list[Node] = []
        for child in element.children:
            if child.tag != tag:
                rest.append(child)
                continue
            stated = child.stated
            if stated and stated[0] == "Name":  # first, as nearly everybody writes it
                name, others = stated[1], tuple(stated[2:])
            else:
                name, others = child.get("Name"), tuple(t for n, v in child.attributes.items() if n != "Name" for t in (n, v))
            known = (understood(others) if name else None) or self._understood(child, owner, name, others)
            notes = annotations_in(self.elements, child, "Property", (owner, name)) if child.children else ()
            type, nullable, is_stated, facets, default, extra = known
            found.append(Property(name, type, nullable, is_stated, facets, default, notes, child.line, extra))
        return tuple(found), rest

    def _understood(self, element: Node, owner: str, name: str, others: tuple[str, ...]) -> _Understood:
        e, line, steps = self.elements, element.line, (owner, name)
        before = len(e.misread)
        a = e.attributes(element, "Property", steps)
        type = e.type(a.get("Type", ""))
        nullable = e.boolean(a, "Nullable", None if type.collection else True, steps, line)
        facets = with_defaults(type.name, e.facets(a, steps, line))
        made = type, nullable, "Nullable" in a, facets, a.get("DefaultValue"), e.extra(a)
        if len(e.misread) == before:
            self._known[others] = made
        return made

    def _navigation(self, element: Node, owner: str) -> NavigationProperty:
        e, line = self.elements, element.line
        name = element.get("Name", "")
        steps = (owner, name)
        a = e.attributes(element, "NavigationProperty", steps)
        constraints: list[Constraint] = []
        annotations: list[Annotation] = []
        on_delete = ""
        for kind, child in e.children(element, "NavigationProperty", steps):
            if kind == "Annotation":
                annotations.append(annotation(e, child, steps))
            elif kind == "OnDelete":
                actions = ("Cascade", "None", "SetNull", "SetDefault")
                stated = e.attributes(child, kind, steps).get("Action", "None")
                on_delete = e.one_of(stated, actions, "Action", steps, child.line)
            else:
                c = e.attributes(child, kind, steps)
                inner = annotations_in(self.elements, child, kind, steps)
                pair = c.get("Property", ""), c.get("ReferencedProperty", "")
                constraints.append(Constraint(*pair, inner, child.line))
        return NavigationProperty(
            name,
            e.type(a.get("Type", "")),
            e.boolean(a, "Nullable", True, steps, line),
            "Nullable" in a,
            a.get("Partner", ""),
            e.boolean(a, "ContainsTarget", False, steps, line),
            tuple(constraints),
            on_delete,
            tuple(annotations),
            line,
            e.extra(a),
            "",
            "",
            "",
        )

    def _enum_type(self, element: Node, namespace: str, name: str) -> EnumType:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "EnumType", steps)
        members: list[Member] = []
        annotations: list[Annotation] = []
        for kind, child in e.children(element, "EnumType", steps):
            if kind == "Annotation":
                annotations.append(annotation(e, child, steps))
            else:
                members.append(self._member(child, name))
        flags = e.boolean(a, "IsFlags", False, steps, line)
        underlying = a.get("UnderlyingType", "Edm.Int32")
        return EnumType(namespace, name, underlying, flags, tuple(members), tuple(annotations), line)

    def _member(self, element: Node, owner: str) -> Member:
        line = element.line
        name = element.get("Name", "")
        steps = (owner, name)
        text = self.elements.attributes(element, "Member", steps).get("Value")
        value: int | None = None
        if text is not None:
            digits = text.removeprefix("-")
            if digits.isascii() and digits.isdigit() and len(digits) < 20:
                value = int(text)
            else:
                self.elements.report("attribute-value", steps, line, "an integer", text, attribute="Value")
        return Member(name, value, annotations_in(self.elements, element, "Member", steps), line)

    def _type_definition(self, element: Node, namespace: str, name: str) -> TypeDefinition:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "TypeDefinition", steps)
        underlying = e.qualified(a.get("UnderlyingType", ""))
        facets = with_defaults(underlying, e.facets(a, steps, line))
        return TypeDefinition(
            namespace, name, underlying, facets, annotations_in(self.elements, element, "TypeDefinition", steps), line
        )

    def _term(self, element: Node, namespace: str, name: str) -> Term:
        e, steps, line = self.elements, (name,), element.line
        a = e.attributes(element, "Term", steps)
        type = e.type(a.get("Type", ""))
        return Term(
            namespace,
            name,
            type,
            e.qualified(a.get("BaseTerm", "")),
            e.boolean(a, "Nullable", None if type.collection else True, steps, line),
            with_defaults(type.name, e.facets(a, steps, line)),
            a.get("DefaultValue"),
            tuple(a.get("AppliesTo", "").split()),
            annotations_in(self.elements, element, "Term", steps),
            line,
        )
