"""Where in an OpenAPI document stands which kind of object?

One table per generation of the standard: kind -> field -> kind of what stands there. "[" before a kind is an array of it,
"{" a map of it; "*" stands for every field that is not named, extensions (x-...) left out. What is not in the table
(examples, extensions, enum values) is data and is never read as a reference or a schema.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cpo_probe.protocols.json_pointer import join

Shape = Mapping[str, Mapping[str, str]]


class Node(NamedTuple):
    """One object of the document."""

    kind: str
    url: str
    pointer: str
    value: Any


_SCHEMA_OLD = {
    "properties": "{schema", "items": "schema", "allOf": "[schema", "additionalProperties": "schema",
    "externalDocs": "external-docs", "xml": "xml",
}  # fmt: skip
_SCHEMA_30 = _SCHEMA_OLD | {"anyOf": "[schema", "oneOf": "[schema", "not": "schema", "discriminator": "discriminator"}
_SCHEMA_31 = _SCHEMA_30 | {
    "prefixItems": "[schema", "contains": "schema", "propertyNames": "schema", "if": "schema", "then": "schema",
    "else": "schema", "unevaluatedItems": "schema", "unevaluatedProperties": "schema", "contentSchema": "schema",
    "patternProperties": "{schema", "dependentSchemas": "{schema", "$defs": "{schema", "definitions": "{schema",
}  # fmt: skip

METHODS_20 = ("get", "put", "post", "delete", "options", "head", "patch")
METHODS_30 = (*METHODS_20, "trace")
METHODS_32 = (*METHODS_30, "query")

_COMMON: dict[str, dict[str, str]] = {
    "info": {"contact": "contact", "license": "license"},
    "tag": {"externalDocs": "external-docs"},
    "paths": {"*": "path-item"},
}

SHAPE_20: Shape = _COMMON | {
    "document": {
        "info": "info", "paths": "paths", "definitions": "{schema", "parameters": "{parameter", "responses": "{response",
        "securityDefinitions": "{security-scheme", "security": "[security-requirement", "tags": "[tag",
        "externalDocs": "external-docs",
    },
    "path-item": dict.fromkeys(METHODS_20, "operation") | {"parameters": "[parameter"},
    "operation": {
        "externalDocs": "external-docs", "parameters": "[parameter", "responses": "responses",
        "security": "[security-requirement",
    },
    "parameter": {"schema": "schema"},
    "responses": {"*": "response"},
    "response": {"schema": "schema", "headers": "{header"},
    "schema": _SCHEMA_OLD,
}  # fmt: skip

_SHAPE_3: dict[str, dict[str, str]] = _COMMON | {
    "document": {
        "info": "info", "servers": "[server", "paths": "paths", "webhooks": "{path-item", "components": "components",
        "security": "[security-requirement", "tags": "[tag", "externalDocs": "external-docs",
    },
    "components": {
        "schemas": "{schema", "responses": "{response", "parameters": "{parameter", "examples": "{example",
        "requestBodies": "{request-body", "headers": "{header", "securitySchemes": "{security-scheme", "links": "{link",
        "callbacks": "{callback", "pathItems": "{path-item", "mediaTypes": "{media-type",
    },
    "server": {"variables": "{server-variable"},
    "path-item": dict.fromkeys(METHODS_32, "operation")
    | {"additionalOperations": "{operation", "servers": "[server", "parameters": "[parameter"},
    "operation": {
        "externalDocs": "external-docs", "parameters": "[parameter", "requestBody": "request-body", "responses": "responses",
        "callbacks": "{callback", "security": "[security-requirement", "servers": "[server",
    },
    "parameter": {"schema": "schema", "examples": "{example", "content": "{media-type"},
    "header": {"schema": "schema", "examples": "{example", "content": "{media-type"},
    "request-body": {"content": "{media-type"},
    "media-type": {
        "schema": "schema", "itemSchema": "schema", "examples": "{example", "encoding": "{encoding",
        "prefixEncoding": "[encoding", "itemEncoding": "encoding",
    },
    "encoding": {"headers": "{header", "encoding": "{encoding", "prefixEncoding": "[encoding", "itemEncoding": "encoding"},
    "responses": {"*": "response"},
    "response": {"headers": "{header", "content": "{media-type", "links": "{link"},
    "callback": {"*": "path-item"},
    "link": {"server": "server"},
    "security-scheme": {"flows": "flows"},
    "flows": {"*": "flow"},
}  # fmt: skip

SHAPE_30: Shape = _SHAPE_3 | {"schema": _SCHEMA_30}
SHAPE_31: Shape = _SHAPE_3 | {"schema": _SCHEMA_31}

SHAPES: Mapping[str, Shape] = {"2.0": SHAPE_20, "3.0": SHAPE_30, "3.1": SHAPE_31, "3.2": SHAPE_31}

REFERABLE = frozenset(
    {
        "schema", "response", "parameter", "example", "request-body", "header", "security-scheme", "link", "callback",
        "path-item", "media-type",
    }
)  # fmt: skip

MAX_DEPTH = 256


def walk(shape: Shape, start: Node) -> Iterator[Node]:
    """Every object of a known kind at and below `start`, in document order; references are not followed."""
    stack: list[tuple[Node, int]] = [(start, 0)]
    while stack:
        node, depth = stack.pop()
        if not isinstance(node.value, dict):
            continue
        yield node
        if depth >= MAX_DEPTH:
            continue
        fields = shape.get(node.kind)
        if not fields:
            continue
        below = [(child, depth + 1) for child in _children(node, fields)]
        stack.extend(reversed(below))


def _children(node: Node, fields: Mapping[str, str]) -> Iterator[Node]:
    rest = fields.get("*")
    for name, value in node.value.items():
        kind = fields.get(name) or (rest if not name.startswith("x-") else None)
        if kind is None:
            continue
        here = join(node.pointer, name)
        if kind[0] == "[":
            if isinstance(value, list):
                for i, item in enumerate(value):
                    yield Node(kind[1:], node.url, f"{here}/{i}", item)
        elif kind[0] == "{":
            if isinstance(value, dict):
                for key, item in value.items():
                    yield Node(kind[1:], node.url, join(here, key), item)
        elif kind == "schema" and isinstance(value, list):  # items as an array, in old dialects
            for i, item in enumerate(value):
                yield Node(kind, node.url, f"{here}/{i}", item)
        else:
            yield Node(kind, node.url, here, value)
