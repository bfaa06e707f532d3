"""Are paths, operations and parameters unambiguous?"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cpo_probe.model import Problem
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Place
from cpo_probe.protocols.openapi import operations
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.servers import variables

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

_EXPRESSION = re.compile(r"\{[^{}]*\}")


def operation_ids(api: "OpenApi") -> Iterator[Problem]:
    """Each object counts once, however many paths refer to it; callbacks and webhooks count as well."""
    first: dict[str, str] = {}
    for node in api.documents.of("operation"):
        name = node.value.get("operationId")
        if not isinstance(name, str):
            continue
        if name in first:
            pointer = join(node.pointer, "operationId")
            yield problem(api.documents, "operation-ids", node.url, pointer, "unique", name, also=first[name])
        first.setdefault(name, node.pointer)
    if not first and not api.found:
        return  # a library: the operations that its links name stand where it is used
    for node in api.documents.of("link"):
        name = node.value.get("operationId")
        if isinstance(name, str) and name not in first and not api.unresolved:
            pointer = join(node.pointer, "operationId")
            yield problem(api.documents, "operation-ids", node.url, pointer, "an existing operationId", name)


def _paths(api: "OpenApi") -> dict[str, Any]:
    paths = api.documents.value.get("paths")
    return {k: v for k, v in paths.items() if k.startswith("/")} if isinstance(paths, dict) else {}


def paths_unique(api: "OpenApi") -> Iterator[Problem]:
    """Templates that are equal without their names. 2.0 does not forbid them: there, only if they share a method."""
    groups: dict[str, list[str]] = {}
    for path in _paths(api):
        groups.setdefault(_EXPRESSION.sub("{}", path), []).append(path)
    for group in groups.values():
        for i, path in enumerate(group[1:], 1):
            for earlier in group[:i]:
                if api.version != "2.0" or _methods(api, path) & _methods(api, earlier):
                    yield problem(
                        api.documents, "paths-unique", api.documents.url, join("/paths", path), "unique", path, also=earlier
                    )
                    break


def _methods(api: "OpenApi", path: str) -> set[str]:
    return {item.method for item in api.found if item.path == path}


def path_parameters(api: "OpenApi") -> Iterator[Problem]:
    """Template expressions and path parameters, operation by operation."""
    for item in api.found:
        yield from _template(api, item)
    for node in api.documents.of("parameter"):
        value = node.value
        if value.get("in") == "path" and "$ref" not in value and value.get("required") is not True:
            found, name = value.get("required", "absent"), value.get("name")
            yield problem(api.documents, "path-parameters", node.url, node.pointer, "required: true", found, name=name)


def _template(api: "OpenApi", item: operations.Found) -> Iterator[Problem]:
    documents = api.documents
    if not all(_resolvable(api, holder) for holder in (item.item, item.place)):
        return  # a parameter that cannot be read may be the missing one; the rule on references names it
    declared = {place.value["name"]: place for place in operations.parameters(documents, item) if place.value["in"] == "path"}
    wanted = variables(item.path)
    for name in dict.fromkeys(wanted):
        if name not in declared:
            yield problem(documents, "path-parameters", documents.url, item.key, f"path parameter {name}", "absent", name=name)
    for name, place in declared.items():
        if name not in wanted:
            expected = "{" + name + "} in the path"
            yield problem(documents, "path-parameters", documents.url, item.key, expected, item.path, name=name, at=place.pointer)


def _resolvable(api: "OpenApi", holder: Place) -> bool:
    listed = holder.value.get("parameters")
    return all(
        api.documents.resolve(value, holder.url, join(holder.pointer, "parameters", i)) is not None
        for i, value in enumerate(listed if isinstance(listed, list) else [])
    )


def parameters_unique(api: "OpenApi") -> Iterator[Problem]:
    """Within one list; that an operation overrides its path's parameters is meant to be. Header names ignore case."""
    for kind in ("path-item", "operation"):
        for node in api.documents.of(kind):
            listed = node.value.get("parameters")
            if isinstance(listed, list):
                yield from _list(api, node.url, join(node.pointer, "parameters"), listed)


def _list(api: "OpenApi", url: str, pointer: str, listed: list[Any]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for i, value in enumerate(listed):
        here = join(pointer, i)
        place = api.documents.resolve(value, url, here)
        if place is None or not isinstance(place.value, dict):
            continue
        name, where = place.value.get("name"), place.value.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            continue
        key = ("", "body") if where == "body" else (name.lower() if where == "header" else name, where)
        if key in seen:
            yield problem(api.documents, "parameters-unique", url, here, "unique", f"{name} in {where}", name=name)
        seen.add(key)
    places = {where for _, where in seen}
    if api.version == "2.0" and {"body", "formData"} <= places:
        yield problem(api.documents, "parameters-unique", url, pointer, "body or formData", "both")


def success_response(api: "OpenApi") -> Iterator[Problem]:
    """1XX (101 in particular), 2XX, 3XX and default may stand for success."""
    for item in api.found:
        responses = item.value.get("responses")
        keys = [key for key in responses if not key.startswith("x-")] if isinstance(responses, dict) else []
        if not any(key[:1] in ("1", "2", "3") or key == "default" for key in keys):
            yield problem(
                api.documents, "success-response", api.documents.url, item.key, "a 2XX, 3XX or default response", keys or "none"
            )
