"""Which operations does a description list, and with which parameters?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Effect, Operation, Parameter
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Place
from cpo_probe.protocols.openapi.documents import Documents
from cpo_probe.protocols.openapi.servers import servers_3
from cpo_probe.protocols.openapi.shape import METHODS_20, METHODS_30, METHODS_32

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "QUERY"})
PLACES = frozenset({"path", "query", "header", "cookie", "querystring"})
# OpenAPI 3.x, Parameter Object: definitions of these header fields shall be ignored.
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_COLLECTIONS = {"csv": "", "ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited", "multi": "form"}


@dataclass(frozen=True, slots=True)
class Found:
    """An operation as it stands in the document. `item` and `place` are where path item and operation really are."""

    id: str
    method: str
    path: str
    item: Place
    place: Place
    key: str  # pointer of the operation below `paths`, also when the path item is referenced

    @property
    def value(self) -> dict[str, Any]:
        value: dict[str, Any] = self.place.value
        return value


def methods(version: str) -> tuple[str, ...]:
    return {"2.0": METHODS_20, "3.2": METHODS_32}.get(version, METHODS_30)


def found(documents: Documents) -> Iterator[Found]:
    """Operations below `paths` in document order."""
    paths = documents.value.get("paths")
    if not isinstance(paths, dict):
        return
    known = methods(documents.version)
    for path, value in paths.items():
        if not path.startswith("/"):
            continue
        item = documents.resolve(value, documents.url, join("/paths", path))
        for method, operation, pointer in _of_item(item, known, documents.version):
            assert item is not None
            place = Place(item.url, item.pointer + pointer, operation)
            yield Found(f"{method} {path}", method, path, item, place, join("/paths", path) + pointer)


def _of_item(item: Place | None, known: tuple[str, ...], version: str) -> Iterator[tuple[str, Any, str]]:
    if item is None or not isinstance(item.value, dict):
        return
    for field, operation in item.value.items():
        if field in known and isinstance(operation, dict):
            yield field.upper(), operation, join("", field)
        elif field == "additionalOperations" and version == "3.2" and isinstance(operation, dict):
            for method, inner in operation.items():
                if isinstance(inner, dict):
                    yield method, inner, join("", field, method)


def parameters(documents: Documents, operation: Found) -> list[Place]:
    """Path-level and operation-level parameters, resolved; the latter override. Broken references are left out."""
    merged: dict[tuple[str, str], Place] = {}
    for holder in (operation.item, operation.place):
        listed = holder.value.get("parameters")
        for i, value in enumerate(listed if isinstance(listed, list) else []):
            place = documents.resolve(value, holder.url, join(holder.pointer, "parameters", i))
            if place is None or not isinstance(place.value, dict):
                continue
            name, where = place.value.get("name"), place.value.get("in")
            if isinstance(name, str) and isinstance(where, str):
                merged[(name.lower() if where == "header" else name, where)] = place
    return list(merged.values())


def operation(documents: Documents, item: Found, interface: str, base: str, produces: tuple[str, ...]) -> Operation:
    """The operation as the rest of the program sees it; `base` is the interface's URL."""
    value = item.value
    name = value.get("operationId")
    return Operation(
        id=item.id,
        interface=interface,
        name=name if isinstance(name, str) else "",
        method=item.method,
        template=_prefix(documents, item, base) + item.path,
        parameters=tuple(
            parameter(documents, place)
            for place in parameters(documents, item)
            if place.value["in"] in PLACES and not (documents.version != "2.0" and _ignored(place.value))
        ),
        effect=_effect(item),
        produces=produces,
        pointer=item.key,
        deprecated=value.get("deprecated") is True,
        secured=secured(documents, item),
    )


def _effect(item: Found) -> Effect:
    """By the method; but a GET whose only success is 202 Accepted starts work on the server (exports, as a rule)."""
    if item.method not in SAFE:
        return Effect.INTRUSIVE if item.method == "TRACE" else Effect.WRITE
    responses = item.value.get("responses")
    promised = {str(status) for status in responses if str(status)[:1] in "2d"} if isinstance(responses, dict) else set()
    return Effect.JOB if promised == {"202"} else Effect.READ


def _ignored(value: dict[str, Any]) -> bool:
    return value["in"] == "header" and value["name"].lower() in IGNORED_HEADERS


def server(documents: Documents, item: Found, default: tuple[str, ...]) -> tuple[str, ...]:
    """The servers that hold for one operation: its own, its path's, or the document's."""
    if documents.version != "2.0":
        for holder in (item.place, item.item):
            if isinstance(holder.value.get("servers"), list) and holder.value["servers"]:
                return servers_3(holder.value, documents.url)
    return default


def _prefix(documents: Documents, item: Found, base: str) -> str:
    """What lies between the interface's URL and the operation's own server, when that is below it."""
    own = server(documents, item, (base,))
    if not base or not own or base in own:
        return ""
    return next((url[len(base) :] for url in own if url.startswith(base + "/")), "")


def secured(documents: Documents, item: Found) -> bool | None:
    """True: credentials are needed; False: the contract says that none are; None: it says nothing."""
    for holder in (item.value, documents.value):
        required = holder.get("security")
        if isinstance(required, list):
            return bool(required) and all(isinstance(one, dict) and bool(one) for one in required)
    return None


def parameter(documents: Documents, place: Place) -> Parameter:
    """A Parameter Object of any version; 2.0's collectionFormat becomes the style that writes the same text."""
    value = place.value
    schema, style, explode = (_old if documents.version == "2.0" else _new)(documents, place)
    description = value.get("description")
    return Parameter(
        name=value["name"],
        place=value["in"],
        required=value.get("required") is True or value["in"] == "path",
        schema=schema,
        examples=tuple(_examples(documents, place, schema)),
        style=style,
        explode=explode,
        description=description if isinstance(description, str) else "",
    )


_OLD_FIELDS = frozenset(
    {
        "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-nullable",
    }
)  # fmt: skip


def old_schema(value: dict[str, Any]) -> dict[str, Any]:
    """The schema that a 2.0 parameter or header states inline."""
    return {k: v for k, v in value.items() if k in _OLD_FIELDS}


def _old(documents: Documents, place: Place) -> tuple[dict[str, Any], str, bool]:
    collection = place.value.get("collectionFormat", "csv")
    style = _COLLECTIONS.get(collection, "") if isinstance(collection, str) else ""
    return old_schema(place.value), style, collection == "multi"


def _new(documents: Documents, place: Place) -> tuple[dict[str, Any], str, bool]:
    value = place.value
    content = value.get("content")
    if isinstance(content, dict) and content:
        media_type, holder = next(iter(content.items()))
        below = join(place.pointer, "content", media_type, "schema")
        schema = documents.resolve(holder.get("schema") if isinstance(holder, dict) else {}, place.url, below)
        return _mapping(schema), f"content:{media_type}", False
    style = value.get("style")
    style = style if isinstance(style, str) else ""
    explode = value.get("explode")
    default = (style or ("form" if value["in"] in ("query", "cookie") else "simple")) in ("form", "cookie")
    resolved = documents.resolve(value.get("schema"), place.url, join(place.pointer, "schema"))
    return _mapping(resolved), style, explode if isinstance(explode, bool) else default


def _mapping(place: Place | None) -> dict[str, Any]:
    return place.value if place is not None and isinstance(place.value, dict) else {}


def _examples(documents: Documents, place: Place, schema: dict[str, Any]) -> Iterator[Any]:
    seen: list[str] = []
    for value in _all_examples(documents, place, schema):
        if repr(value) not in seen:
            seen.append(repr(value))
            yield value


def _all_examples(documents: Documents, place: Place, schema: dict[str, Any]) -> Iterator[Any]:
    yield from holder_examples(documents, place)
    content = place.value.get("content")
    if isinstance(content, dict):
        for media_type, holder in content.items():
            if isinstance(holder, dict):
                yield from holder_examples(documents, Place(place.url, join(place.pointer, "content", media_type), holder))
    if "example" in schema:
        yield schema["example"]
    if isinstance(schema.get("examples"), list):
        yield from schema["examples"]
    if "x-example" in place.value:
        yield place.value["x-example"]


def holder_examples(documents: Documents, place: Place) -> Iterator[Any]:
    """Values of `example` and `examples` of a parameter, header or media type, references followed."""
    if "example" in place.value:
        yield place.value["example"]
    several = place.value.get("examples")
    for name, value in several.items() if isinstance(several, dict) else ():
        example = documents.resolve(value, place.url, join(place.pointer, "examples", name))
        if example is not None and isinstance(example.value, dict):
            for field in ("value", "dataValue"):
                if field in example.value:
                    yield example.value[field]
