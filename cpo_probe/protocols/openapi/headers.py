"""Do the header fields of an answer keep what the description says about them?"""

import json
import re
from collections.abc import Mapping
from typing import Any

from cpo_probe.model import Headers, Problem, Where, header
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Mode, Place, Uncompilable, short
from cpo_probe.protocols.openapi import media
from cpo_probe.protocols.openapi.documents import Documents
from cpo_probe.protocols.openapi.operations import old_schema
from cpo_probe.protocols.openapi.schemas import Schemas

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,4})?")
_SEPARATORS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|", "multi": ","}
MAX_FIELD = 16_384


def judge(
    documents: Documents, schemas: Schemas, response: Place, received: Headers, hidden: frozenset[str]
) -> tuple[Problem, ...]:
    """Problems of the documented header fields; Content-Type is left out (OpenAPI 3.x, Response Object), hidden ones too."""
    listed = response.value.get("headers")
    problems: list[Problem] = []
    for name, value in listed.items() if isinstance(listed, dict) else ():
        place = documents.resolve(value, response.url, join(response.pointer, "headers", name))
        if name.lower() in {"content-type", *hidden} or place is None or not isinstance(place.value, dict):
            continue
        where = Where(part="response.header", name=name)
        text = header(received, name)
        if text is None:
            if place.value.get("required") is True and documents.version != "2.0":
                problems.append(Problem("headers", where, name, "present", "absent", {"keyword": "required"}))
        elif name.lower() != "set-cookie" and len(text) <= MAX_FIELD:
            problems += _violations(documents, schemas, place, text, where)
    return tuple(problems)


def _violations(documents: Documents, schemas: Schemas, place: Place, text: str, where: Where) -> list[Problem]:
    read = _old if documents.version == "2.0" else _new
    schema, value, readable = read(documents, place, text)
    if schema is None:
        return []
    if not readable:
        return [Problem("headers", where, where.name, "JSON", short(text), {"keyword": "json"})]
    validator = schemas.inline(schema.value, schema, Mode.RESPONSE)
    if isinstance(validator, Uncompilable):
        return []
    return [
        Problem("headers", where, where.name, v.expected, v.found if v.pointer else short(text), {"keyword": v.keyword})
        for v in validator.violations(value)
    ]


Read = tuple[Place | None, Any, bool]
"""Schema, value, and whether the text could be read at all."""


def _old(documents: Documents, place: Place, text: str) -> Read:
    schema = old_schema(place.value)
    separator = _SEPARATORS.get(str(place.value.get("collectionFormat", "csv")), ",")
    return Place(place.url, place.pointer, schema), parse_simple(text, schema, schema.get("items"), separator, False), True


def _new(documents: Documents, place: Place, text: str) -> Read:
    content = place.value.get("content")
    if isinstance(content, dict) and content:
        key, holder = next(iter(content.items()))
        kind = media.parse(key)
        if kind is None or not kind.is_json or not isinstance(holder, dict) or "schema" not in holder:
            return None, None, True
        schema = Place(place.url, join(place.pointer, "content", key, "schema"), holder["schema"])
        try:
            return schema, json.loads(text), True
        except (ValueError, RecursionError):
            return schema, None, False
    if "schema" not in place.value:
        return None, None, True
    schema = Place(place.url, join(place.pointer, "schema"), place.value["schema"])
    resolved = documents.resolve(schema.value, schema.url, schema.pointer)
    shape: Mapping[str, Any] = resolved.value if resolved is not None and isinstance(resolved.value, dict) else {}
    items = None
    if resolved is not None and isinstance(shape.get("items"), dict):
        found = documents.resolve(shape["items"], resolved.url, join(resolved.pointer, "items"))
        items = found.value if found is not None else None
    return schema, parse_simple(text, shape, items, ",", place.value.get("explode") is True), True


def parse_simple(text: str, schema: Mapping[str, Any], items: Any, separator: str, explode: bool) -> Any:
    """A field's text as the value that style "simple" wrote (OpenAPI 3.x, Style Values); what does not fit stays a string."""
    kinds = _kinds(schema)
    if "array" in kinds:
        inner = items if isinstance(items, dict) else {}
        return [primitive(part.strip(), _kinds(inner)) for part in text.split(separator)] if text else []
    if "object" in kinds:
        parts = [part.strip() for part in text.split(",")]
        pairs = [part.partition("=")[::2] for part in parts] if explode else list(zip(parts[::2], parts[1::2], strict=False))
        members = schema.get("properties")
        known = members if isinstance(members, dict) else {}
        return {name: primitive(value, _kinds(known.get(name))) for name, value in pairs}
    return primitive(text, kinds)


def _kinds(schema: Any) -> frozenset[str]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(kind, str):
        return frozenset({kind})
    return frozenset(k for k in kind if isinstance(k, str)) if isinstance(kind, list) else frozenset()


def primitive(text: str, kinds: frozenset[str]) -> Any:
    """The text as a value of one of the types, a string when none fits."""
    if kinds & {"integer", "number"} and _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("-").isdigit() else float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "null" in kinds and text in ("", "null"):
        return None
    return text
