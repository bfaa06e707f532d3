"""Do types exist, inherit as they may, and have keys and facets that can be kept? (CSDL 6, 7, 9, 10, 11)"""

from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import (
    Document,
    EntityType,
    EnumType,
    KeyRef,
    NavigationProperty,
    Property,
    Schema,
    StructuredType,
    TypeRef,
)
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.primitives import INTEGERS, KEY_TYPES, OLD_KEY_TYPES, PRIMITIVES, is_literal
from cpo_probe.protocols.odata.scope import Steps, resolvable, schemas, structured, unresolved

_ENUM_TYPES = ("Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64")
_TEMPORAL = ("Edm.DateTimeOffset", "Edm.Duration", "Edm.TimeOfDay")


def types_exist(model: Model) -> Iterator[Problem]:
    """Every type that is named is defined (CSDL 15.3, 4.1)."""
    for schema, steps, line, type in _used(model):
        found = unresolved(model, type.name, schema.namespace, steps, line)
        if found is not None:
            yield found


def _used(model: Model) -> Iterator[tuple[Schema, Steps, int, TypeRef]]:
    for _, schema, type in structured(model):
        for prop in type.properties:
            yield schema, (type.name, prop.name), prop.line, prop.type
        for navigation in type.navigation:
            yield schema, (type.name, navigation.name), navigation.line, navigation.type
    for _, schema in schemas(model):
        for term in schema.terms:
            yield schema, (term.name,), term.line, term.type
        for definition in schema.type_definitions:
            yield schema, (definition.name,), definition.line, TypeRef(definition.underlying, False)
        for overload in schema.overloads:
            steps = (overload.name, overload.index)
            for parameter in overload.parameters:
                yield schema, (*steps, parameter.name), parameter.line, parameter.type
            if overload.returns is not None:
                yield schema, (*steps, "$ReturnType"), overload.returns.line, overload.returns.type
        for container in schema.containers:
            for function in container.function_imports:
                at = (container.name, function.name)
                for parameter in function.parameters:
                    yield schema, (*at, parameter.name), parameter.line, parameter.type
                if function.returns is not None:
                    yield schema, at, function.line, function.returns


def base_types(model: Model) -> Iterator[Problem]:
    """Base types exist, are of the same kind, do not turn in a circle, and do not take back what they said."""
    for _, schema, type in structured(model):
        if not type.base:
            continue
        steps = (type.name,)
        missing = unresolved(model, type.base, schema.namespace, steps, type.line)
        base = model.types.get(type.base)
        if missing is not None:
            yield missing
        elif type.base.startswith("Edm.") or (base is not None and base.__class__ is not type.__class__):
            kind = "an entity type" if isinstance(type, EntityType) else "a complex type"
            yield problem("base-type", schema.namespace, steps, type.line, kind, type.base)
        elif _circular(model, type):
            yield problem("base-cycle", schema.namespace, steps, type.line, "no way back to the type itself", type.base)
        elif isinstance(base, EntityType) and type.abstract and not base.abstract:
            yield problem("base-abstract", schema.namespace, steps, type.line, "an abstract base type", type.base)
        if type.open is False and any(one.open for one in model.chain(type)[1:]):
            yield problem("base-open", schema.namespace, steps, type.line, "an open type, as its base type", "OpenType=false")


def _circular(model: Model, type: StructuredType) -> bool:
    last = model.chain(type)[-1]
    base = model.structured(last.base)
    return base is not None and base.__class__ is type.__class__


def properties(model: Model) -> Iterator[Problem]:
    """Structural properties have no entity type, facets leave room, default values are values."""
    for document, schema, type in structured(model):
        for prop in type.properties:
            steps = (type.name, prop.name)
            if model.entity(prop.type.name) or prop.type.name == "Edm.EntityType":
                expected = "a primitive, complex or enumeration type"
                yield problem("property-type", schema.namespace, steps, prop.line, expected, str(prop.type))
            if prop.type.collection and not prop.nullable_stated and document.version == "4.01":
                yield problem("collection-nullable", schema.namespace, steps, prop.line, "Nullable", "absent")
            yield from _facets(model, schema, prop, steps)
            if not document.old:
                yield from _default(model, schema, prop, steps)


def _facets(model: Model, schema: Schema, prop: Property, steps: Steps) -> Iterator[Problem]:
    facets, name = prop.facets, model.underlying(prop.type.name)
    if name == "Edm.Decimal" and facets.precision is not None:
        if facets.precision == 0 and not model.old:
            yield problem("facets", schema.namespace, steps, prop.line, "Precision of 1 or more", 0)
        elif isinstance(facets.scale, int) and facets.scale > facets.precision:
            yield problem("facets", schema.namespace, steps, prop.line, f"Scale of at most {facets.precision}", facets.scale)
    elif name in _TEMPORAL and facets.precision is not None and facets.precision > 12:
        yield problem("facets", schema.namespace, steps, prop.line, "Precision of at most 12", facets.precision)


def _default(model: Model, schema: Schema, prop: Property, steps: Steps) -> Iterator[Problem]:
    text = prop.default
    if text is None or prop.type.collection or text == "null":
        return
    enum = model.enum(prop.type.name)
    name = model.underlying(prop.type.name)
    if enum is not None:
        parts = [part.strip() for part in text.split(",")]
        good = all(part in enum.values or is_literal(enum.underlying, part) for part in parts)
        if not good or (len(parts) > 1 and not enum.flags):
            yield problem("default-value", schema.namespace, steps, prop.line, sorted(enum.values), text)
    elif name in PRIMITIVES and not is_literal(name, text.lower() if name == "Edm.Boolean" else text):
        # the grammar of 4.0 and 4.01 writes "true" and "false" in any case (RFC 5234, 2.3), later drafts in small letters
        yield problem("default-value", schema.namespace, steps, prop.line, f"a value of {name}", text)


def keys(model: Model) -> Iterator[Problem]:
    """Keys are declared once, lead to properties, and these can be keys (CSDL 6.5)."""
    for _, schema in schemas(model):
        for type in schema.entity_types:
            if type.key and any(isinstance(base, EntityType) and base.key for base in model.chain(type)[1:]):
                yield problem("key-inherited", schema.namespace, (type.name,), type.line, "the inherited key", "another key")
            names: set[str] = set()
            for ref in type.key:
                yield from _key_part(model, schema, type, ref)
                if ref.name in names:
                    yield problem("key-alias", schema.namespace, (type.name, "$Key"), ref.line, "each key part once", ref.name)
                names.add(ref.name)


def _key_part(model: Model, schema: Schema, type: EntityType, ref: KeyRef) -> Iterator[Problem]:
    namespace, steps = schema.namespace, (type.name, "$Key")
    path = [model.walk(type, ref.path.rpartition("/")[0])] if "/" in ref.path else []
    prop = model.walk(type, ref.path)
    if prop is None:
        if ref.path and model.walkable(type, ref.path):
            yield problem("key-exists", namespace, steps, ref.line, "a property of the type", ref.path)
        return
    if "/" in ref.path and not ref.alias:
        yield problem("key-alias", namespace, steps, ref.line, "an alias, because it is a path", ref.path)
    if ref.alias and ref.alias in model.members(type):
        yield problem("key-alias", namespace, steps, ref.line, "an alias that is no property", ref.alias)
    allowed = OLD_KEY_TYPES if model.old else KEY_TYPES
    if not isinstance(prop, Property):
        yield problem("key-type", namespace, steps, ref.line, "a structural property", ref.path)
        return
    name = model.underlying(prop.type.name)
    known = name in allowed or model.enum(name) is not None or not resolvable(model, name)
    if prop.type.collection or not known:
        if prop.type.collection or name in model.types or name in PRIMITIVES:
            yield problem("key-type", namespace, steps, ref.line, "a primitive or enumeration type", str(prop.type))
    elif prop.nullable is not False:
        yield problem("key-nullable", namespace, steps, ref.line, 'Nullable="false"', ref.path)
    elif any(isinstance(one, (Property, NavigationProperty)) and one.nullable is not False for one in path):
        yield problem("key-nullable", namespace, steps, ref.line, "no nullable property on the path", ref.path)


def keys_needed(model: Model) -> Iterator[Problem]:
    """What is addressed by key has one (CSDL 6.5, 8.4, 13.2; OData before 4.01: every entity type)."""
    for document, schema in schemas(model):
        for type in schema.entity_types:
            if document.version != "4.01" and not type.abstract and _keyless(model, type):
                yield problem("key-needed", schema.namespace, (type.name,), type.line, "a key", "none", reason="instances")
        for container in schema.containers:
            for item in container.sets:
                entity = model.entity(item.type)
                if entity is not None and _keyless(model, entity):
                    steps = (container.name, item.name)
                    yield problem("key-needed", schema.namespace, steps, item.line, "a type with a key", item.type, reason="set")
    for _, schema, owner in structured(model):
        for navigation in owner.navigation:
            entity = model.entity(navigation.type.name)
            if navigation.contains and navigation.type.collection and entity is not None and _keyless(model, entity):
                at = (owner.name, navigation.name)
                found = str(navigation.type)
                yield problem(
                    "key-needed", schema.namespace, at, navigation.line, "a type with a key", found, reason="containment"
                )


def _keyless(model: Model, type: EntityType) -> bool:
    return model.complete(type) and not model.key(type)


def enums(model: Model) -> Iterator[Problem]:
    """Enumerations are integers, with values for all members or for none (CSDL 10)."""
    for document, schema in schemas(model):
        for enum in schema.enum_types:
            yield from _enum(document, schema, enum)


def _enum(document: Document, schema: Schema, enum: EnumType) -> Iterator[Problem]:
    namespace, steps = schema.namespace, (enum.name,)
    bounds = INTEGERS.get(enum.underlying)
    if bounds is None:
        yield problem("enum-type", namespace, steps, enum.line, list(_ENUM_TYPES), enum.underlying)
        return
    if not enum.members:
        yield problem("enum-members", namespace, steps, enum.line, "one member or more", "none", reason="empty")
    stated = [member for member in enum.members if member.value is not None]
    if stated and len(stated) < len(enum.members):
        yield problem("enum-members", namespace, steps, enum.line, "values for all or none", len(stated), reason="some")
    if enum.flags and len(stated) < len(enum.members) and not stated and not document.old:
        yield problem("enum-members", namespace, steps, enum.line, "a value for each member", "none", reason="flags")
    for member in stated:
        assert member.value is not None
        if not bounds[0] <= member.value <= bounds[1] or (enum.flags and member.value < 0):
            least = 0 if enum.flags else bounds[0]
            at = (enum.name, member.name)
            yield problem("enum-members", namespace, at, member.line, [least, bounds[1]], member.value, reason="range")


def definitions(model: Model) -> Iterator[Problem]:
    """Type definitions rest on primitive types, not on one another (CSDL 11.1)."""
    for _, schema in schemas(model):
        for definition in schema.type_definitions:
            name = definition.underlying
            if name and name not in PRIMITIVES and (name in model.types or name.startswith("Edm.")):
                steps = (definition.name,)
                yield problem("definition-type", schema.namespace, steps, definition.line, "a primitive type", name)
