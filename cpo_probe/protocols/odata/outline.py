"""Do two documents describe the same service? What each states, as a flat table."""

from collections.abc import Iterator

from cpo_probe.protocols.odata.csdl import EntityType, Overload, Property, StructuredType
from cpo_probe.protocols.odata.model import Model


def outline(model: Model) -> dict[str, str]:
    """Each element of the first document by its path ("NS.Type/Property", "NS.Container/Set"), and what is stated of it.

    Only what CSDL XML and CSDL JSON state alike: types, keys, nullability and length of single values, members of
    enumerations, targets of imports. Facets with other defaults, annotations and the order are left out.
    """
    return dict(_stated(Model(model.root)))


def differences(one: Model, other: Model) -> list[tuple[str, str, str]]:
    """Path, what the one states and what the other states; "" for what is not there. In the order of the paths."""
    left, right = outline(one), outline(other)
    paths = sorted(path for path in left.keys() | right.keys() if left.get(path) != right.get(path))
    missing = {path for path in paths if path not in left or path not in right}
    return [(p, left.get(p, ""), right.get(p, "")) for p in paths if p.rpartition("/")[0] not in missing]


def _stated(model: Model) -> Iterator[tuple[str, str]]:
    for schema in model.schemas:
        structured: tuple[StructuredType, ...] = (*schema.entity_types, *schema.complex_types)
        for one in structured:
            yield from _structured(one)
        for enum in schema.enum_types:
            yield enum.qualified, f"enumeration on {enum.underlying}{', flags' if enum.flags else ''}"
            yield from ((f"{enum.qualified}/{name}", str(value)) for name, value in enum.values.items())
        for definition in schema.type_definitions:
            yield definition.qualified, f"type definition on {definition.underlying}"
        for overload in schema.overloads:
            yield _signature(overload), str(overload.returns.type) if overload.returns else "nothing"
        for container in schema.containers:
            name = container.qualified
            yield name, "container"
            yield from ((f"{name}/{one.name}", f"set of {one.type}") for one in container.sets)
            yield from ((f"{name}/{one.name}", f"one {one.type}") for one in container.singletons)
            yield from ((f"{name}/{one.name}", f"import of {one.action}") for one in container.action_imports)
            yield from ((f"{name}/{one.name}", f"import of {one.function}") for one in container.function_imports)


def _structured(type: StructuredType) -> Iterator[tuple[str, str]]:
    kind = "entity type" if isinstance(type, EntityType) else "complex type"
    words = [kind, *(["abstract"] if type.abstract else []), *([f"based on {type.base}"] if type.base else [])]
    if isinstance(type, EntityType) and type.key:
        words.append(f"key {', '.join(ref.path for ref in type.key)}")
    yield type.qualified, ", ".join(words)
    yield from ((f"{type.qualified}/{one.name}", _property(one)) for one in type.properties)
    for led in type.navigation:
        optional = ", nullable" if led.nullable and not led.type.collection else ""
        yield f"{type.qualified}/{led.name}", f"leads to {led.type}{optional}{', contained' if led.contains else ''}"


def _property(one: Property) -> str:
    optional = ", nullable" if one.nullable and not one.type.collection else ""
    length = f", at most {one.facets.max_length} long" if one.facets.max_length is not None else ""
    return f"{one.type}{optional}{length}"


def _signature(overload: Overload) -> str:
    return f"{overload.qualified}({','.join(str(one.type) for one in overload.parameters)})"
