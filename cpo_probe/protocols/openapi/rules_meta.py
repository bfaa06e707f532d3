"""Is the description valid against the schemas that the standards publish?"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpo_probe.model import Problem, Where
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Dialect, Validator, Violation, compile, dialect_of, short
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.shape import Node

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

LIMIT = 10_000
_COMPONENT = re.compile(r"[a-zA-Z0-9._-]+")
# Names of the definitions of single objects, for documents that hold only such objects.
_CAMEL = {"media-type": "MediaType", "request-body": "RequestBody", "security-scheme": "SecurityScheme", "path-item": "PathItem"}
_OLD = {"path-item": "pathItem", "security-scheme": "securityDefinitions"}


@cache
def _published(version: str) -> dict[str, Any]:
    """The schema of a version, its format assertions on URLs reduced to what the text asks for."""
    package = find_spec("openapi_spec_validator")  # found, not imported: only its data are wanted
    assert package is not None and package.submodule_search_locations, "openapi-spec-validator is a dependency"
    resource = Path(package.submodule_search_locations[0]) / "resources" / "schemas" / f"v{version}" / "schema.json"
    schema: dict[str, Any] = json.loads(resource.read_text(encoding="utf-8"))
    _relax(schema)
    if version == "3.1":
        _correct(schema["$defs"])
    if version in ("3.1", "3.2"):
        # Link Object: parameters hold any value or an expression.
        schema["$defs"]["link"]["properties"]["parameters"] = {"type": "object"}
    return schema


def _correct(definitions: dict[str, Any]) -> None:
    """Faults of the edition of 2022-10-07 against its own text, which later editions have corrected.

    Link Object: the field is called server. Path Item Object: fields beside $ref are allowed. Reference Object: further
    fields are ignored. example and examples exclude each other.
    """
    definitions["link"]["properties"]["server"] = definitions["link"]["properties"].pop("body")
    definitions["path-item"]["properties"]["$ref"] = {"type": "string"}
    definitions["path-item-or-reference"] = {"$ref": "#/$defs/path-item"}
    del definitions["reference"]["unevaluatedProperties"]
    definitions["examples"]["not"] = {"required": ["example", "examples"]}


def _relax(schema: Any) -> None:
    """URLs may be relative (OpenAPI 3.x, Relative References) and server URLs templates, whatever the schema's format says.

    `regex` is left to the rule on patterns; a $ref that is no URI reference leads nowhere and breaks the rule on references.
    """
    if isinstance(schema, dict):
        if schema.get("format") == "uri":
            schema["format"] = "uri-reference"
        if schema.get("format") == "regex":
            del schema["format"]
        for keyword, value in schema.items():
            if keyword in ("$ref", "^\\$ref$") and isinstance(value, dict):
                value.pop("format", None)
            _relax(value)
        if isinstance(schema.get("server"), dict):
            schema["server"].get("properties", {}).get("url", {}).pop("format", None)
    elif isinstance(schema, list):
        for value in schema:
            _relax(value)


@cache
def _validator(version: str, definition: str = "") -> Validator:
    schema = _published(version)
    if definition:
        keyword = "$defs" if "$defs" in schema else "definitions"
        schema = {"$schema": schema["$schema"], "$ref": f"#/{keyword}/{definition}", keyword: schema[keyword]}
    compiled = compile(schema, dialect=dialect_of(schema) or Dialect.DRAFT_2020_12)
    assert isinstance(compiled, Validator), compiled
    return compiled


@cache
def _schema_validator(dialect: Dialect) -> Validator:
    """Of schemas: the meta-schema of their dialect, which the library holds."""
    urls = {
        Dialect.DRAFT_4: "http://json-schema.org/draft-04/schema#",
        Dialect.DRAFT_6: "http://json-schema.org/draft-06/schema#",
        Dialect.DRAFT_7: "http://json-schema.org/draft-07/schema#",
        Dialect.DRAFT_2019_09: "https://json-schema.org/draft/2019-09/schema",
    }
    url = urls.get(dialect, "https://json-schema.org/draft/2020-12/schema")
    compiled = compile({"$ref": url}, dialect=dialect if dialect in urls else Dialect.DRAFT_2020_12)
    assert isinstance(compiled, Validator), compiled
    return compiled


def valid(api: "OpenApi") -> Iterator[Problem]:
    """Violations of the meta-schemas, members that occur twice, component names."""
    documents = api.documents
    for name, line in documents.root.duplicates:
        yield Problem("valid", Where(part="description", line=line), name, "once", name, {"keyword": "duplicate-member"})
    if not api.version:
        known = ["swagger 2.0", "openapi 3.0", "openapi 3.1", "openapi 3.2"]
        yield problem(documents, "valid", documents.url, "", known, api.stated or "absent", keyword="version")
        return
    violations = _validator(api.version).violations(documents.root.value, LIMIT)
    yield from _reported(api, Node("document", documents.url, "", None), violations)
    if api.version == "3.0":
        yield from _component_names(api)
    if api.version in ("3.1", "3.2"):
        yield from _inner_schemas(api)
    yield from _other_documents(api)


def _leaves(violation: Violation) -> Iterator[Violation]:
    """What the closest branch of a choice asks for, rather than that no branch fits."""
    if not violation.because:
        yield violation
    for inner in violation.because:
        yield from _leaves(inner)


def _reported(api: "OpenApi", node: Node, violations: tuple[Violation, ...]) -> Iterator[Problem]:
    seen = set()
    found = [leaf for violation in violations for leaf in _leaves(violation)]
    for leaf in _without_echoes(found):
        key = (leaf.pointer, leaf.keyword, repr(leaf.expected), repr(leaf.found))
        if key not in seen and not (leaf.keyword == "format" and leaf.expected == "regex"):
            seen.add(key)
            pointer = node.pointer + leaf.pointer
            yield problem(api.documents, "valid", node.url, pointer, leaf.expected, leaf.found, keyword=leaf.keyword)


def _without_echoes(found: list[Violation]) -> Iterator[Violation]:
    """`unevaluatedProperties` repeats as unexpected every member whose own schema failed; only the others are news."""
    broken = {leaf.pointer for leaf in found if leaf.keyword != "unevaluatedProperties"}
    for leaf in found:
        if leaf.keyword == "unevaluatedProperties" and isinstance(leaf.found, list):
            if leaf.pointer in broken:
                continue
            if any(_at_or_below(join(leaf.pointer, name), broken) for name in leaf.found):
                continue
        yield leaf


def _at_or_below(pointer: str, broken: set[str]) -> bool:
    return pointer in broken or any(other.startswith(pointer + "/") for other in broken)


def _component_names(api: "OpenApi") -> Iterator[Problem]:
    """3.0's schema lets any name pass; the text does not (Components Object: fixed fields)."""
    components = api.documents.value.get("components")
    for kind, listed in components.items() if isinstance(components, dict) else ():
        if kind.startswith("x-") or not isinstance(listed, dict):
            continue
        for name in listed:
            if not _COMPONENT.fullmatch(name):
                pointer = join("/components", kind, name)
                expected = "letters, digits, '.', '-' and '_'"
                yield problem(api.documents, "valid", api.documents.url, pointer, expected, short(name), keyword="component-name")


def _inner_schemas(api: "OpenApi") -> Iterator[Problem]:
    """Since 3.1 the document's schema leaves the schemas inside to their own dialect."""
    outer: tuple[str, str] | None = None
    for node in api.documents.of("schema"):
        if outer and node.url == outer[0] and node.pointer.startswith(outer[1]):
            continue  # a part of the schema validated last
        outer = (node.url, node.pointer + "/")
        dialect = api.schemas.stated_dialect(node.value)
        if dialect is not None:
            yield from _reported(api, node, _schema_validator(dialect).violations(node.value, LIMIT))


def _other_documents(api: "OpenApi") -> Iterator[Problem]:
    """Objects that stand in other documents, each against the definition of its kind."""
    known = _published(api.version)
    definitions = known.get("$defs") or known.get("definitions") or {}
    outer: tuple[str, str] | None = None
    for node in api.documents.nodes:
        if node.url == api.documents.url or "$ref" in node.value:
            continue
        if outer and node.url == outer[0] and node.pointer.startswith(outer[1]):
            continue
        names = (node.kind, _OLD.get(node.kind, ""), _CAMEL.get(node.kind, node.kind.capitalize()))
        name = next((name for name in names if name in definitions), "")
        if not name or (node.kind == "schema" and api.version in ("3.1", "3.2")):
            continue
        outer = (node.url, node.pointer + "/")
        yield from _reported(api, node, _validator(api.version, name).violations(node.value, LIMIT))
