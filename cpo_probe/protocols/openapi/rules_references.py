"""Does everything that is named exist, and is everything that exists named?"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from cpo_probe.model import Problem
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Missing, Place
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.shape import SHAPES, Node, walk

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def refs(api: "OpenApi") -> Iterator[Problem]:
    """References into known documents that lead nowhere, chains without an end, discriminator mappings without a schema.

    References into documents that were not given are `OpenApi.unresolved`: nothing is known about them, unless they were
    asked for and are absent.
    """
    documents = api.documents
    for reference in documents.references:
        pointer = join(reference.pointer, "$ref")
        if isinstance(reference.found, Missing):
            if reference.found.reason == "dangling":
                yield problem(documents, "refs", reference.url, pointer, "an existing object", reference.target)
            elif urldefrag(reference.found.target)[0] in documents.absent:
                yield problem(documents, "refs", reference.url, pointer, "an existing document", reference.target)
        elif _endless(api, reference.found):
            yield problem(documents, "refs", reference.url, pointer, "an end", reference.target, reason="loop")
    for node in documents.of("discriminator"):
        yield from _mapping(api, node)


def _endless(api: "OpenApi", start: Place) -> bool:
    """Whether a chain of references comes back to where it was."""
    seen: set[tuple[str, str]] = set()
    place: Place | Missing = start
    while isinstance(place, Place) and (place.url, place.pointer) not in seen:
        seen.add((place.url, place.pointer))
        reference = place.value.get("$ref") if isinstance(place.value, dict) else None
        if not isinstance(reference, str):
            return False
        place = api.documents.registry.resolve(api.documents.registry.base(place), reference)
    return isinstance(place, Place)


def _mapping(api: "OpenApi", node: Node) -> Iterator[Problem]:
    """Values are names of schemas or references; a bare word that is no name may still be a relative reference."""
    mapping = node.value.get("mapping")
    components = api.documents.value.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    for key, value in mapping.items() if isinstance(mapping, dict) else ():
        if not isinstance(value, str) or (_NAME.fullmatch(value) and isinstance(schemas, dict) and value in schemas):
            continue
        base = api.documents.registry.base(Place(node.url, node.pointer, node.value))
        found = api.documents.registry.resolve(base, value)
        local = value.startswith("#") or bool(re.fullmatch(r"[a-zA-Z0-9_-]+", value))
        if isinstance(found, Missing) and (found.reason == "dangling" or (local and not api.unresolved)):
            pointer = join(node.pointer, "mapping", key)
            yield problem(api.documents, "refs", node.url, pointer, "an existing schema", value)


def security_defined(api: "OpenApi") -> Iterator[Problem]:
    """Names of requirements, and scopes only for schemes that have some (before 3.1, others MUST have an empty list)."""
    declared = _declared_security(api)
    for node in api.documents.of("security-requirement"):
        for name, scopes in node.value.items():
            pointer = join(node.pointer, name)
            if name not in declared:
                if not (api.version == "3.2" and _resolves(api, node, name)):
                    yield problem(api.documents, "security-defined", node.url, pointer, "a declared scheme", name)
            elif scopes and isinstance(scopes, list) and api.version in ("2.0", "3.0"):
                kind = api.security.get(name, {}).get("type")
                if kind in ("apiKey", "http", "basic"):
                    listed = [str(scope) for scope in scopes[:10]]
                    yield problem(api.documents, "security-defined", node.url, pointer, "no scopes", listed, kind=kind)


def _declared_security(api: "OpenApi") -> set[str]:
    """Declared names, also those whose scheme stands in a document that was not given."""
    value = api.documents.value
    if api.version == "2.0":
        listed = value.get("securityDefinitions")
    else:
        components = value.get("components")
        listed = components.get("securitySchemes") if isinstance(components, dict) else None
    return set(listed) if isinstance(listed, dict) else set()


def _resolves(api: "OpenApi", node: Node, name: str) -> bool:
    """3.2: a requirement may name its scheme by a URI; what cannot be looked at is believed."""
    found = api.documents.registry.resolve(node.url, name)
    return isinstance(found, Place) or (found.reason == "remote" and ("/" in name or "#" in name))


_OLD_SECTIONS = {"definitions": "schema", "parameters": "parameter", "responses": "response"}
_SECTIONS = {
    "schemas": "schema", "responses": "response", "parameters": "parameter", "examples": "example",
    "requestBodies": "request-body", "headers": "header", "links": "link", "callbacks": "callback",
    "pathItems": "path-item", "mediaTypes": "media-type",
}  # fmt: skip


def unused(api: "OpenApi") -> Iterator[Problem]:
    """Components that no operation reaches. A document without operations is a library: nothing can be said.

    Neither can it be when a document that was not given may refer back.
    """
    value = api.documents.value
    if api.unresolved or not (api.found or value.get("webhooks")):
        return
    reached = _reached(api)
    for pointer, name in _components(api):
        if pointer not in reached:
            yield problem(api.documents, "unused", api.documents.url, pointer, "used", name)
    used = {name for node in api.documents.of("security-requirement") for name in node.value}
    section = "/securityDefinitions" if api.version == "2.0" else "/components/securitySchemes"
    for name in sorted(_declared_security(api)):
        pointer = join(section, name)
        if name not in used and not any(pointer in text for text in used) and pointer not in reached:
            yield problem(api.documents, "unused", api.documents.url, pointer, "used", name)


def _components(api: "OpenApi") -> Iterator[tuple[str, str]]:
    value: Any = api.documents.value
    base, sections = "", _OLD_SECTIONS
    if api.version != "2.0":
        value, base, sections = value.get("components"), "/components", _SECTIONS
    for section in sections:
        listed = value.get(section) if isinstance(value, dict) else None
        for name in listed if isinstance(listed, dict) else ():
            if not name.startswith("x-"):
                yield join(base, section, name), name


def _reached(api: "OpenApi") -> set[str]:
    """Pointers of the root document that a reference from an operation leads to or into, step by step."""
    documents = api.documents
    targets = _targets(api)
    shape = SHAPES[api.version]
    roots = [
        Node(kind, documents.url, "/" + field, documents.value[field])
        for field, kind in (("paths", "paths"), ("webhooks", "callback"))
        if isinstance(documents.value.get(field), dict)
    ]
    reached: set[str] = set()
    seen: set[tuple[str, str, str]] = set()
    while roots:
        start = roots.pop()
        if (start.kind, start.url, start.pointer) in seen:
            continue
        for node in walk(shape, start):
            key = (node.kind, node.url, node.pointer)
            if key in seen:
                continue
            seen.add(key)
            for target in targets.get((node.url, node.pointer), ()):
                if target.url == documents.url:
                    reached |= set(_ancestors(target.pointer))
                roots.append(target)
    return reached


def _ancestors(pointer: str) -> Iterator[str]:
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]


def _targets(api: "OpenApi") -> dict[tuple[str, str], list[Node]]:
    """Where references, discriminator mappings and inheritance lead, by the place they stand at."""
    out: dict[tuple[str, str], list[Node]] = {}
    for reference in api.documents.references:
        if isinstance(reference.found, Place):
            found = reference.found
            out.setdefault((reference.url, reference.pointer), []).append(Node(reference.kind, *found))
    for base, children in api.schemas.children.items():
        out.setdefault(base, []).extend(Node("schema", *child) for child in children)
    components = api.documents.value.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    for node in api.documents.of("discriminator"):
        mapping = node.value.get("mapping")
        for value in mapping.values() if isinstance(mapping, dict) else ():
            if isinstance(value, str):
                name = isinstance(schemas, dict) and value in schemas
                reference_text = join("#/components/schemas", value) if name else value
                target = api.documents.registry.resolve(node.url, reference_text)
                if isinstance(target, Place):
                    out.setdefault((node.url, node.pointer), []).append(Node("schema", *target))
    return out
