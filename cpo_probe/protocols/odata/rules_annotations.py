"""Are annotations put on things that exist, with terms that exist, once? (CSDL 5.2 and 14)"""

import re
from collections.abc import Iterable, Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl import (
    ActionImport,
    Annotation,
    ComplexType,
    EntityContainer,
    EntitySet,
    EntityType,
    EnumType,
    FunctionImport,
    NavigationProperty,
    Overload,
    Property,
    Schema,
    Singleton,
    StructuredType,
    Term,
    TypeDefinition,
)
from cpo_probe.protocols.odata.identifiers import is_identifier, is_qualified, split
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.places import problem
from cpo_probe.protocols.odata.scope import Steps, schemas

_CALL = re.compile(r"([^()]+)\((.*)\)")
_COLLECTION = re.compile(r"Collection\((.*)\)")


def annotations(model: Model) -> Iterator[Problem]:
    for _, schema in schemas(model):
        for steps, notes in _annotated(schema):
            yield from _notes(model, schema, steps, notes)
        for group in schema.targets:
            steps = ("$Annotations", group.target)
            expected = _wrong_target(model, group.target)
            if expected:
                yield problem("annotation-target", schema.namespace, steps, group.line, expected, group.target)
            yield from _notes(model, schema, steps, group.annotations)
        for term in schema.terms:
            if term.base and not model.unknown(term.base) and term.base not in model.terms:
                yield problem("term-exists", schema.namespace, (term.name,), term.line, "a base term that is defined", term.base)


def _annotated(schema: Schema) -> Iterator[tuple[Steps, Iterable[Annotation]]]:
    yield (), schema.annotations
    types: tuple[StructuredType, ...] = (*schema.entity_types, *schema.complex_types)
    for type in types:
        yield (type.name,), type.annotations
        for prop in type.properties:
            yield (type.name, prop.name), prop.annotations
        for navigation in type.navigation:
            yield (type.name, navigation.name), navigation.annotations
    for enum in schema.enum_types:
        yield (enum.name,), enum.annotations
        for member in enum.members:
            yield (enum.name, member.name), member.annotations
    named: tuple[TypeDefinition | Term, ...] = (*schema.type_definitions, *schema.terms)
    for item in named:
        yield (item.name,), item.annotations
    for overload in schema.overloads:
        yield (overload.name, overload.index), overload.annotations
        for parameter in overload.parameters:
            yield (overload.name, overload.index, parameter.name), parameter.annotations
    for container in schema.containers:
        yield (container.name,), container.annotations
        for child in _exposed(container):
            yield (container.name, child.name), child.annotations


Exposed = EntitySet | Singleton | ActionImport | FunctionImport


def _exposed(container: EntityContainer) -> tuple[Exposed, ...]:
    return (*container.sets, *container.singletons, *container.action_imports, *container.function_imports)


def _notes(model: Model, schema: Schema, steps: Steps, notes: Iterable[Annotation]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for note in notes:
        at = (*steps, f"@{note.term}" + (f"#{note.qualifier}" if note.qualifier else ""))
        if (note.term, note.qualifier) in seen:
            yield problem("annotation-unique", schema.namespace, at, note.line, "one value", note.term)
        seen.add((note.term, note.qualifier))
        space, _ = split(note.term)
        if space in model.namespaces:
            if note.term not in model.terms:
                yield problem("term-exists", schema.namespace, at, note.line, "a term that is defined", note.term)
        elif note.term and space not in model.included:
            expected = "a namespace of a schema or an included one"
            yield problem("term-scope", schema.namespace, at, note.line, expected, note.term)
        yield from _notes(model, schema, at, note.annotations)


def _segments(target: str) -> list[str]:
    """Split at slashes that stand outside of parentheses."""
    found, depth, word = [], 0, ""
    for character in target:
        depth += (character == "(") - (character == ")")
        if character == "/" and depth == 0:
            found.append(word)
            word = ""
        else:
            word += character
    return [*found, word]


def _wrong_target(model: Model, target: str) -> str:
    """What was expected of a target that leads nowhere; "" when it leads somewhere or nothing can be said."""
    first, *rest = _segments(target)
    call = _CALL.fullmatch(first)
    name = call.group(1) if call else first
    if not is_qualified(name):
        return "a qualified name at its start"
    if call and call.group(2):
        parts = [_COLLECTION.sub(r"\1", part.strip()) for part in call.group(2).split(",")]
        if not all(is_qualified(part) for part in parts):
            return "qualified names of parameter types"
    space, _ = split(name)
    if space not in model.namespaces:
        return "" if space in model.included else "a namespace of a schema or an included one"
    return "" if _leads_somewhere(model, name, call.group(2) if call else None, rest) else "a model element that is defined"


def _leads_somewhere(model: Model, name: str, signature: str | None, rest: list[str]) -> bool:
    if rest and "@" in rest[-1]:
        rest = rest[:-1]  # an annotation on an annotation: what it stands on is looked at
    overloads = model.overloads.get(name, ())
    if overloads:
        matching = [o for o in overloads if signature is None or signature == _signature(o)]
        if not rest:
            return bool(matching)
        return any(rest[0] == "$ReturnType" or any(p.name == rest[0] for p in o.parameters) for o in matching)
    if signature is not None:
        return False
    type = model.types.get(name)
    if isinstance(type, (EntityType, ComplexType)):
        path = "/".join(rest)
        return not rest or model.walk(type, path) is not None or not model.walkable(type, path)
    if isinstance(type, EnumType):
        return not rest or rest[0] in type.values
    if type is not None or name in model.terms:
        return not rest
    container = model.containers.get(name)
    if container is None:
        return False
    return not rest or _child(model, name, rest)


def _signature(overload: Overload) -> str:
    """How an overload is named: functions by all parameter types, actions by the binding type or by nothing (CSDL 14.2.2)."""
    types = [str(parameter.type) for parameter in overload.parameters]
    if overload.kind == "Function":
        return ",".join(types)
    return types[0] if overload.bound and types else ""


def _child(model: Model, container: str, rest: list[str]) -> bool:
    home = model.containers[container]
    sets, singletons = model.sets_of(home), model.singletons_of(home)
    children = {item.name for c in model.container_chain(home) for item in _exposed(c)}
    name, path = rest[0], "/".join(rest[1:])
    if name in children and name not in sets and name not in singletons:
        return not path
    item = sets.get(name) or singletons.get(name)
    if item is None:
        last = list(model.container_chain(home))[-1]
        return model.unknown(last.extends) and is_identifier(name)
    type = model.entity(item.type)
    if not path or type is None:
        return True
    found = model.walk(type, path)
    return isinstance(found, (Property, NavigationProperty)) or found is not None or not model.walkable(type, path)
