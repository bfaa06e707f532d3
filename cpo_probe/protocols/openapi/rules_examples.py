"""Do examples and default values keep their schemas?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cpo_probe.model import Problem, parse_json
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Mode, Place, Validator
from cpo_probe.protocols.openapi import media
from cpo_probe.protocols.openapi.operations import old_schema
from cpo_probe.protocols.openapi.places import problem
from cpo_probe.protocols.openapi.shape import Node

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.description import OpenApi

PER_EXAMPLE = 5


def examples_valid(api: "OpenApi") -> Iterator[Problem]:
    """Examples of schemas, media types, parameters and headers, and default values; what is no JSON is left alone."""
    for node in api.documents.of("schema"):
        if api.version in ("3.1", "3.2") or "$ref" not in node.value:
            yield from _of_schema(api, node)
    for kind in ("parameter", "header"):
        for node in api.documents.of(kind):
            yield from _of_parameter(api, node)
    for node in api.documents.of("media-type"):
        yield from _of_media_type(api, node)
    if api.version == "2.0":
        for node in api.documents.of("response"):
            yield from _of_old_response(api, node)


def _of_schema(api: "OpenApi", node: Node) -> Iterator[Problem]:
    schema = Place(node.url, node.pointer, node.value)
    for field in ("example", "default"):
        if field in node.value:
            yield from _judged(api, schema, node.value[field], join(node.pointer, field), node.url)
    several = node.value.get("examples")
    if api.version in ("3.1", "3.2") and isinstance(several, list):
        for i, value in enumerate(several):
            yield from _judged(api, schema, value, join(node.pointer, "examples", i), node.url)


def _of_parameter(api: "OpenApi", node: Node) -> Iterator[Problem]:
    if api.version == "2.0":
        if "default" in node.value and "type" in node.value:
            schema = Place(node.url, node.pointer, old_schema(node.value))
            yield from _judged(api, schema, node.value["default"], join(node.pointer, "default"), node.url)
        return
    if "schema" in node.value:
        yield from _of_holder(api, node)


def _of_holder(api: "OpenApi", node: Node) -> Iterator[Problem]:
    """`example` and `examples` beside a `schema`."""
    schema = Place(node.url, join(node.pointer, "schema"), node.value["schema"])
    for url, pointer, value in values(api, node):
        yield from _judged(api, schema, value, pointer, url)


def values(api: "OpenApi", node: Node) -> Iterator[tuple[str, str, Any]]:
    """(document, pointer, value) of the examples of a parameter, header or media type; external and serialised ones left out."""
    if "example" in node.value:
        yield node.url, join(node.pointer, "example"), node.value["example"]
    several = node.value.get("examples")
    for name, value in several.items() if isinstance(several, dict) else ():
        place = api.documents.resolve(value, node.url, join(node.pointer, "examples", name))
        if place is None or not isinstance(place.value, dict):
            continue
        for field in ("value", "dataValue"):
            if field in place.value:
                yield place.url, join(place.pointer, field), place.value[field]


def _of_media_type(api: "OpenApi", node: Node) -> Iterator[Problem]:
    kind = media.parse(node.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~"))
    if kind is not None and kind.is_json and "schema" in node.value:
        yield from _of_holder(api, node)


def _of_old_response(api: "OpenApi", node: Node) -> Iterator[Problem]:
    several = node.value.get("examples")
    if not isinstance(several, dict) or "schema" not in node.value:
        return
    schema = Place(node.url, join(node.pointer, "schema"), node.value["schema"])
    for media_type, value in several.items():
        kind = media.parse(media_type)
        if kind is not None and kind.is_json:
            yield from _judged(api, schema, value, join(node.pointer, "examples", media_type), node.url)


def _judged(api: "OpenApi", schema: Place, value: Any, pointer: str, url: str) -> Iterator[Problem]:
    if isinstance(value, dict) and "$ref" in value:
        return  # a reference where the standard knows none: the author meant something else than this value
    validator = api.schemas.validator(schema, Mode.NEUTRAL)
    if not isinstance(validator, Validator):
        return
    found = validator.violations(value, PER_EXAMPLE)
    if found and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        read = parse_json(value.encode("utf-8", "replace"))  # JSON written as a text, which 3.x allows for what JSON cannot show
        if not read.problem and not validator.violations(read.value, 1):
            return
    for violation in found:
        yield problem(
            api.documents, "examples-valid", url, pointer + violation.pointer, violation.expected, violation.found,
            keyword=violation.keyword, schema=violation.schema.removeprefix(api.documents.url),
        )  # fmt: skip
