"""Which model does a CSDL JSON document of OData 4.0x state? (OData CSDL JSON 4.01)"""

from typing import Any, Literal

from cpo_probe.protocols.odata.csdl import (
    NO_EXTRA,
    Annotations,
    ComplexType,
    Constraint,
    EntityType,
    EnumType,
    KeyRef,
    Member,
    NavigationProperty,
    Overload,
    Parameter,
    Property,
    ReturnType,
    Schema,
    Term,
    TypeDefinition,
)
from cpo_probe.protocols.odata.csdl_json_container import container
from cpo_probe.protocols.odata.members import Members, Steps
from cpo_probe.protocols.odata.parts import Parts

Object = dict[str, Any]


class JsonSchemaReader:
    """Reads schema objects; what it cannot read is in `members.misread`."""

    def __init__(self, members: Members) -> None:
        self.members = members

    def schema(self, namespace: str, value: Object) -> Schema:
        m = self.members
        m.namespace = namespace
        parts = Parts()
        for name, child in value.items():
            if name[:1] == "$" or "@" in name:
                continue
            if isinstance(child, list):
                for item in child:
                    self._overload(parts, namespace, name, item)
            elif isinstance(child, dict):
                self._child(parts, namespace, name, child)
            else:
                m.report("structure", (name,), "an object or array", child, reason="type")
        parts.targets.extend(self._targets(value))
        parts.annotations.extend(m.annotations(value))
        return parts.schema(namespace, m.text(value, "$Alias", "", ()), 0)

    def _child(self, parts: Parts, namespace: str, name: str, value: Object) -> None:
        match self.members.text(value, "$Kind", "", (name,)):
            case "EntityType":
                parts.entity_types.append(self._entity_type(namespace, name, value))
            case "ComplexType":
                parts.complex_types.append(self._complex_type(namespace, name, value))
            case "EnumType":
                parts.enum_types.append(self._enum_type(namespace, name, value))
            case "TypeDefinition":
                parts.type_definitions.append(self._type_definition(namespace, name, value))
            case "Term":
                parts.terms.append(self._term(namespace, name, value))
            case "EntityContainer":
                parts.containers.append(container(self.members, namespace, name, value))
            case other:
                expected = ["EntityType", "ComplexType", "EnumType", "TypeDefinition", "Term", "EntityContainer"]
                self.members.report("structure", (name, "$Kind"), expected, other or "absent", reason="kind")

    def _base(self, value: Object, steps: Steps) -> str:
        return self.members.qualified(self.members.text(value, "$BaseType", "", steps))

    def _entity_type(self, namespace: str, name: str, value: Object) -> EntityType:
        m, steps = self.members, (name,)
        return EntityType(
            namespace,
            name,
            self._base(value, steps),
            bool(m.flag(value, "$Abstract", steps)),
            m.flag(value, "$OpenType", steps),
            bool(m.flag(value, "$HasStream", steps)),
            self._key(value.get("$Key"), steps),
            *self._content(value, name),
            m.annotations(value),
            0,
            NO_EXTRA,
        )

    def _key(self, value: Any, steps: Steps) -> tuple[KeyRef, ...]:
        """Strings, or objects with alias and path (CSDL JSON 6.5)."""
        found: list[KeyRef] = []
        for item in value if isinstance(value, list) else ():
            if isinstance(item, str):
                found.append(KeyRef(item, "", 0))
            elif isinstance(item, dict):
                found += [KeyRef(path, alias, 0) for alias, path in item.items() if isinstance(path, str)]
            else:
                self.members.report("structure", (*steps, "$Key"), "strings or objects", item, reason="type")
        if value is not None and not found:
            self.members.report("structure", (*steps, "$Key"), "an array of one name or more", value, reason="type")
        return tuple(found)

    def _complex_type(self, namespace: str, name: str, value: Object) -> ComplexType:
        m, steps = self.members, (name,)
        return ComplexType(
            namespace,
            name,
            self._base(value, steps),
            bool(m.flag(value, "$Abstract", steps)),
            m.flag(value, "$OpenType", steps),
            *self._content(value, name),
            m.annotations(value),
            0,
            NO_EXTRA,
        )

    def _content(self, value: Object, owner: str) -> tuple[tuple[Property, ...], tuple[NavigationProperty, ...]]:
        properties: list[Property] = []
        navigation: list[NavigationProperty] = []
        for name, child in self.members.objects(value, (owner,)):
            steps = (owner, name)
            kind = self.members.text(child, "$Kind", "Property", steps)
            if kind == "NavigationProperty":
                navigation.append(self._navigation(name, child, steps))
            else:
                if kind != "Property":
                    self.members.report("structure", (*steps, "$Kind"), ["Property", "NavigationProperty"], kind, reason="kind")
                properties.append(self._property(name, child, steps))
        return tuple(properties), tuple(navigation)

    def _property(self, name: str, value: Object, steps: Steps) -> Property:
        m = self.members
        type = m.type(value, steps)
        nullable = bool(m.flag(value, "$Nullable", steps))
        default = value.get("$DefaultValue")
        text = None if default is None else default if isinstance(default, str) else _literal(default)
        facets = m.facets(value, type.name, steps)
        return Property(name, type, nullable, True, facets, text, m.annotations(value), 0, NO_EXTRA)

    def _navigation(self, name: str, value: Object, steps: Steps) -> NavigationProperty:
        m = self.members
        constraints = value.get("$ReferentialConstraint")
        pairs = constraints.items() if isinstance(constraints, dict) else ()
        if "$Type" not in value:
            m.report("structure", steps, "member $Type", "absent", reason="attribute-missing")
        on_delete = m.text(value, "$OnDelete", "", steps)
        actions = ["Cascade", "None", "SetNull", "SetDefault"]
        if on_delete and on_delete not in actions:
            m.report("attribute-value", (*steps, "$OnDelete"), actions, on_delete, attribute="$OnDelete")
        return NavigationProperty(
            name,
            m.type(value, steps) if "$Type" in value else m.type({"$Type": ""}, steps),
            bool(m.flag(value, "$Nullable", steps)),
            "$Nullable" in value,
            m.text(value, "$Partner", "", steps),
            bool(m.flag(value, "$ContainsTarget", steps)),
            tuple(Constraint(k, v, (), 0) for k, v in pairs if "@" not in k and isinstance(v, str)),
            on_delete,
            m.annotations(value),
            0,
            NO_EXTRA,
            "",
            "",
            "",
        )

    def _enum_type(self, namespace: str, name: str, value: Object) -> EnumType:
        m, steps = self.members, (name,)
        members = []
        for member, number in value.items():
            if member[:1] == "$" or "@" in member:
                continue
            whole = isinstance(number, int) and not isinstance(number, bool)
            if not whole and not (isinstance(number, str) and number.removeprefix("-").isdecimal()):
                m.report("attribute-value", (name, member), "an integer", number, attribute=member)
                continue
            members.append(Member(member, int(number), m.annotations(value, member), 0))
        flags = bool(m.flag(value, "$IsFlags", steps))
        underlying = m.text(value, "$UnderlyingType", "Edm.Int32", steps)
        return EnumType(namespace, name, underlying, flags, tuple(members), m.annotations(value), 0)

    def _type_definition(self, namespace: str, name: str, value: Object) -> TypeDefinition:
        m, steps = self.members, (name,)
        underlying = m.qualified(m.text(value, "$UnderlyingType", "", steps))
        return TypeDefinition(namespace, name, underlying, m.facets(value, underlying, steps), m.annotations(value), 0)

    def _term(self, namespace: str, name: str, value: Object) -> Term:
        m, steps = self.members, (name,)
        type = m.type(value, steps)
        default = value.get("$DefaultValue")
        applies = value.get("$AppliesTo")
        return Term(
            namespace,
            name,
            type,
            m.qualified(m.text(value, "$BaseTerm", "", steps)),
            bool(m.flag(value, "$Nullable", steps)),
            m.facets(value, type.name, steps),
            None if default is None else default if isinstance(default, str) else _literal(default),
            tuple(item for item in applies if isinstance(item, str)) if isinstance(applies, list) else (),
            m.annotations(value),
            0,
        )

    def _overload(self, parts: Parts, namespace: str, name: str, value: Any) -> None:
        m = self.members
        index = parts.next_index(name)
        steps = (name, index)
        if not isinstance(value, dict) or value.get("$Kind") not in ("Action", "Function"):
            m.report("structure", steps, "an object of $Kind Action or Function", value, reason="kind")
            return
        kind: Literal["Action", "Function"] = "Action" if value["$Kind"] == "Action" else "Function"
        returns = value.get("$ReturnType")
        listed = value.get("$Parameter")
        parameters = listed if isinstance(listed, list) else []
        parts.overloads.append(
            Overload(
                kind,
                namespace,
                name,
                index,
                bool(m.flag(value, "$IsBound", steps)),
                bool(m.flag(value, "$IsComposable", steps)),
                m.text(value, "$EntitySetPath", "", steps),
                tuple(self._parameter(p, (*steps, "$Parameter", n)) for n, p in enumerate(parameters) if isinstance(p, dict)),
                self._returns(returns, (*steps, "$ReturnType")) if isinstance(returns, dict) else None,
                m.annotations(value),
                0,
            )
        )

    def _parameter(self, value: Object, steps: Steps) -> Parameter:
        m = self.members
        if "$Name" not in value:
            m.report("structure", steps, "member $Name", "absent", reason="attribute-missing")
        type = m.type(value, steps)
        nullable = bool(m.flag(value, "$Nullable", steps))
        name = m.text(value, "$Name", "", steps)
        return Parameter(name, type, nullable, m.facets(value, type.name, steps), m.annotations(value), 0)

    def _returns(self, value: Object, steps: Steps) -> ReturnType:
        m = self.members
        type = m.type(value, steps)
        nullable = bool(m.flag(value, "$Nullable", steps))
        return ReturnType(type, nullable, m.facets(value, type.name, steps), m.annotations(value), 0)

    def _targets(self, value: Object) -> list[Annotations]:
        m = self.members
        listed = value.get("$Annotations")
        found = []
        for target, inner in listed.items() if isinstance(listed, dict) else ():
            if isinstance(inner, dict):
                found.append(Annotations(qualified_target(m, target), "", m.annotations(inner), 0))
        return found


def _literal(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def qualified_target(members: Members, target: str) -> str:
    """The target of external annotations with its aliases replaced."""
    out, word = [], ""
    for character in target:
        if character in "(),/@#":
            out.append(members.qualified(word) + character)
            word = ""
        else:
            word += character
    return "".join(out) + members.qualified(word)
