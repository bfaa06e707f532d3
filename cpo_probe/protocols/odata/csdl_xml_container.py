"""What does a CSDL XML document of OData 4.0 or 4.01 expose, and what does it annotate from outside?"""

from cpo_probe.protocols.odata.csdl import (
    ActionImport,
    Annotation,
    Annotations,
    Binding,
    EntityContainer,
    EntitySet,
    FunctionImport,
    Singleton,
)
from cpo_probe.protocols.odata.elements import Elements
from cpo_probe.protocols.odata.expressions_xml import annotation, annotations_in
from cpo_probe.protocols.odata.xml import Node

Steps = tuple[str | int, ...]


def container(e: Elements, element: Node, namespace: str, name: str) -> EntityContainer:
    steps = (name,)
    a = e.attributes(element, "EntityContainer", steps)
    sets: list[EntitySet] = []
    singletons: list[Singleton] = []
    actions: list[ActionImport] = []
    functions: list[FunctionImport] = []
    annotations: list[Annotation] = []
    for kind, child in e.children(element, "EntityContainer", steps):
        if kind == "EntitySet":
            sets.append(_entity_set(e, child, name))
        elif kind == "Singleton":
            singletons.append(_singleton(e, child, name))
        elif kind == "ActionImport":
            actions.append(_action_import(e, child, name))
        elif kind == "FunctionImport":
            functions.append(_function_import(e, child, name))
        else:
            annotations.append(annotation(e, child, steps))
    return EntityContainer(
        namespace,
        name,
        e.qualified(a.get("Extends", "")),
        tuple(sets),
        tuple(singletons),
        tuple(actions),
        tuple(functions),
        (),
        tuple(annotations),
        element.line,
        e.extra(a),
    )


def _bound(e: Elements, element: Node, kind: str, steps: Steps) -> tuple[tuple[Binding, ...], tuple[Annotation, ...]]:
    bindings: list[Binding] = []
    annotations: list[Annotation] = []
    for inner, child in e.children(element, kind, steps):
        if inner == "Annotation":
            annotations.append(annotation(e, child, steps))
        else:
            a = e.attributes(child, inner, steps)
            path = qualified_path(e, a.get("Path", ""))
            target = qualified_path(e, a.get("Target", ""))
            bindings.append(Binding(path, target, child.line))
    return tuple(bindings), tuple(annotations)


def _entity_set(e: Elements, element: Node, container: str) -> EntitySet:
    line = element.line
    name = element.get("Name", "")
    steps = (container, name)
    a = e.attributes(element, "EntitySet", steps)
    listed = e.boolean(a, "IncludeInServiceDocument", True, steps, line)
    type = e.qualified(a.get("EntityType", ""))
    return EntitySet(name, type, listed, *_bound(e, element, "EntitySet", steps), line, e.extra(a))


def _singleton(e: Elements, element: Node, container: str) -> Singleton:
    line = element.line
    name = element.get("Name", "")
    steps = (container, name)
    a = e.attributes(element, "Singleton", steps)
    nullable = e.boolean(a, "Nullable", False, steps, line)
    type = e.qualified(a.get("Type", ""))
    return Singleton(name, type, nullable, "Nullable" in a, *_bound(e, element, "Singleton", steps), line)


def _action_import(e: Elements, element: Node, container: str) -> ActionImport:
    name = element.get("Name", "")
    steps = (container, name)
    a = e.attributes(element, "ActionImport", steps)
    entity_set = qualified_path(e, a.get("EntitySet", ""))
    annotations = annotations_in(e, element, "ActionImport", steps)
    return ActionImport(name, e.qualified(a.get("Action", "")), entity_set, annotations, element.line)


def _function_import(e: Elements, element: Node, container: str) -> FunctionImport:
    line = element.line
    name = element.get("Name", "")
    steps = (container, name)
    a = e.attributes(element, "FunctionImport", steps)
    return FunctionImport(
        name,
        e.qualified(a.get("Function", "")),
        qualified_path(e, a.get("EntitySet", "")),
        e.boolean(a, "IncludeInServiceDocument", False, steps, line),
        "",
        (),
        None,
        annotations_in(e, element, "FunctionImport", steps),
        line,
        e.extra(a),
    )


def targeted(e: Elements, element: Node) -> Annotations:
    target = element.get("Target", "")
    steps = ("$Annotations", target)
    a = e.attributes(element, "Annotations", steps)
    line = element.line
    qualified = qualified_target(e, target)
    return Annotations(qualified, a.get("Qualifier", ""), annotations_in(e, element, "Annotations", steps), line)


def qualified_path(elements: Elements, path: str) -> str:
    """A path with the aliases of its type-cast and container segments replaced."""
    if "." not in path:
        return path
    return "/".join(elements.qualified(segment) if "." in segment else segment for segment in path.split("/"))


def qualified_target(elements: Elements, target: str) -> str:
    """The target of external annotations, aliases replaced, also those of overloads: `NS.F(NS.T,Collection(NS.U))/P`."""
    out, word = [], ""
    for character in target:
        if character in "(),/@#":
            out.append(elements.qualified(word) + character)
            word = ""
        else:
            word += character
    return "".join(out) + elements.qualified(word)
