"""Does what the service exposes exist, and do its bindings lead somewhere? (CSDL 13)"""

from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import (
    ActionImport,
    Binding,
    Document,
    EntityContainer,
    EntitySet,
    FunctionImport,
    NavigationProperty,
    Schema,
    Singleton,
    StructuredType,
)
from cpo_probe.protocols.odata.identifiers import split
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import Steps, schemas, unresolved


def containers(model: Model) -> Iterator[Problem]:
    """Entity sets, singletons, imports and bindings of every container."""
    own = [container for schema in model.root.schemas for container in schema.containers]
    for extra in own[1:] if not model.old else ():
        yield problem("container-one", extra.namespace, (extra.name,), extra.line, own[0].qualified, extra.qualified)
    for document, schema in schemas(model):
        for container in schema.containers:
            yield from _container(model, document, schema, container)


def _container(model: Model, document: Document, schema: Schema, container: EntityContainer) -> Iterator[Problem]:
    namespace = schema.namespace
    if container.extends and container.extends not in model.containers and not model.unknown(container.extends):
        steps: Steps = (container.name,)
        expected = "an entity container"
        yield problem("container-extends", namespace, steps, container.line, expected, container.extends)
    exposed: tuple[EntitySet | Singleton, ...] = (*container.sets, *container.singletons)
    for item in exposed:
        steps = (container.name, item.name)
        yield from _typed(model, namespace, item, steps)
        if isinstance(item, Singleton) and item.nullable_stated and document.version == "4.0":
            yield problem("new-in-4.01", namespace, steps, item.line, "no Nullable on a singleton in 4.0", "Nullable")
        yield from _bindings(model, container, item, steps)
    for action in container.action_imports:
        yield from _import(model, container, action, action.action, "Action")
    for function in container.function_imports if not model.old else ():
        yield from _import(model, container, function, function.function, "Function")


def _typed(model: Model, namespace: str, item: EntitySet | Singleton, steps: Steps) -> Iterator[Problem]:
    missing = unresolved(model, item.type, namespace, steps, item.line)
    if missing is not None:
        yield missing
    elif item.type and model.entity(item.type) is None and not model.unknown(item.type):
        yield problem("set-type", namespace, steps, item.line, "an entity type", item.type)


def _import(
    model: Model, container: EntityContainer, item: ActionImport | FunctionImport, target: str, kind: str
) -> Iterator[Problem]:
    namespace, steps = container.namespace, (container.name, item.name)
    if target and not model.unknown(target):
        wanted = "an action" if kind == "Action" else "a function"
        overloads = [o for o in model.overloads.get(target, ()) if o.kind == kind]
        space, _ = split(target)
        if not overloads and space not in model.namespaces and space:
            yield problem("in-scope", namespace, steps, item.line, "a namespace of a schema or an included one", target)
        elif not overloads:
            yield problem("import-target", namespace, steps, item.line, wanted, target, reason="absent")
        elif all(overload.bound for overload in overloads):
            yield problem("import-target", namespace, steps, item.line, f"an unbound {kind.lower()}", target, reason="bound")
    if item.entity_set and isinstance(_target(model, container, item.entity_set), _Nowhere):
        yield problem("import-set", namespace, steps, item.line, "an entity set", item.entity_set)


class _Nowhere:
    """The path leads to nothing that exists."""


class _Unknown:
    """Nothing can be said about the path."""


def _target(model: Model, container: EntityContainer, path: str) -> str | _Nowhere | _Unknown:
    """The entity type behind an entity set, a singleton or a target path (CSDL 15.4)."""
    first, slash, rest = path.partition("/")
    home: EntityContainer | None = container
    if "." in first:
        if model.unknown(first):
            return _Unknown()
        home, (first, slash, rest) = model.containers.get(first), rest.partition("/")
        if home is None:
            return _Nowhere()
    sets, singletons = model.sets_of(home), model.singletons_of(home)
    type = sets[first].type if first in sets else singletons[first].type if first in singletons else None
    if type is None:
        chain = list(model.container_chain(home))
        return _Unknown() if chain and model.unknown(chain[-1].extends) else _Nowhere()
    if not slash:
        return type
    start = model.entity(type)
    if start is None or not model.walkable(start, rest):
        return _Unknown()
    end = model.walk(start, rest)
    if isinstance(end, NavigationProperty):
        return end.type.name
    return _Nowhere() if end is None else _Unknown()


def _bindings(model: Model, container: EntityContainer, item: EntitySet | Singleton, steps: Steps) -> Iterator[Problem]:
    seen: set[str] = set()
    type = model.entity(item.type)
    for binding in item.bindings:
        at = (*steps, "$NavigationPropertyBinding", binding.path)
        if binding.path in seen:
            yield problem("binding-unique", container.namespace, at, binding.line, "one binding per path", binding.path)
        seen.add(binding.path)
        target = _target(model, container, binding.target)
        if isinstance(target, _Nowhere):
            expected = "an entity set, a singleton or a contained navigation property"
            yield problem("binding-target", container.namespace, at, binding.line, expected, binding.target)
        if type is not None and model.walkable(type, binding.path):
            yield from _binding(model, container, type, binding, target, at)


def _binding(
    model: Model,
    container: EntityContainer,
    type: StructuredType,
    binding: Binding,
    target: str | _Nowhere | _Unknown,
    at: Steps,
) -> Iterator[Problem]:
    path, cast = binding.path, ""
    if "." in path.rpartition("/")[2]:
        path, _, cast = path.rpartition("/")
    end = model.walk(type, path)
    if not isinstance(end, NavigationProperty):
        expected = f"a path to a navigation property of {type.qualified}"
        yield problem("binding-path", container.namespace, at, binding.line, expected, binding.path, reason="absent")
        return
    if end.contains:
        expected = "no containment property at its end"
        yield problem("binding-path", container.namespace, at, binding.line, expected, binding.path, reason="contained")
        return
    segments = path.split("/")
    for count in range(1, len(segments)):
        passed = model.walk(type, "/".join(segments[:count]))
        if isinstance(passed, NavigationProperty) and not passed.contains:
            expected = "only containment properties on the way"
            yield problem("binding-path", container.namespace, at, binding.line, expected, binding.path, reason="through")
            return
    wanted = cast or end.type.name
    known = isinstance(target, str) and model.entity(target) and model.entity(wanted)
    if known and not model.derives(str(target), wanted) and not model.derives(wanted, str(target)):
        yield problem("binding-type", container.namespace, at, binding.line, wanted, target)
