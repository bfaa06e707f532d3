"""What does the description tell a reader about one operation, and what would it have to tell?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import Place
from cpo_probe.protocols.openapi import media
from cpo_probe.protocols.openapi.operations import holder_examples, old_schema, parameters

if TYPE_CHECKING:
    from cpo_probe.protocols.openapi.contract import Contract

NAMES = ("summary", "parameters", "request-schema", "response-schema", "errors", "example", "auth")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reader needs. `name` is one of `NAMES`; "parameters" comes once per parameter.

    `missing`: what is not there: "summary", "description", "schema", "content", "response", "example", "security".
    """

    name: str
    present: bool
    pointer: str
    about: str  # the parameter's name, the status or media type
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    """The required items of one operation."""

    items: tuple[Item, ...]

    @property
    def required(self) -> int:
        return len(self.items)

    @property
    def filled(self) -> int:
        return sum(item.present for item in self.items)

    def of(self, name: str) -> tuple[Item, ...]:
        """The items of one kind; () when this operation needs none."""
        return tuple(item for item in self.items if item.name == name)


def documentation(contract: "Contract") -> Documentation:
    """Which items this operation needs and which of them are there."""
    return Documentation(
        (
            *_summary(contract),
            *_parameters(contract),
            *_request(contract),
            *_responses(contract),
            *_errors(contract),
            *_example(contract),
            _item("auth", contract.operation.secured is not None, contract.found.key, "", "security"),
        )
    )


def _item(name: str, present: bool, pointer: str, about: str, *missing: str) -> Item:
    return Item(name, present, pointer, about, () if present else missing)


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _summary(contract: "Contract") -> Iterator[Item]:
    value = contract.found.value
    yield _item("summary", _text(value.get("summary")) or _text(value.get("description")), contract.found.key, "", "summary")


def _parameters(contract: "Contract") -> Iterator[Item]:
    """Each parameter says what it means and which values it takes."""
    for place in parameters(contract.documents, contract.found):
        value = place.value
        if value["in"] == "body":
            continue
        schema = old_schema(value) if contract.documents.version == "2.0" else value.get("schema") or value.get("content")
        inner = contract.documents.resolve(schema, place.url, join(place.pointer, "schema"))
        described = _text(value.get("description")) or (
            inner is not None and isinstance(inner.value, dict) and _text(inner.value.get("description"))
        )
        missing = ([] if described else ["description"]) + ([] if schema else ["schema"])
        yield _item("parameters", not missing, place.pointer, value["name"], *missing)


def request_bodies(contract: "Contract") -> Iterator[tuple[str, Place]]:
    """(media type, holder of the schema) of every documented request body; 2.0 has one holder for all media types."""
    found, documents = contract.found, contract.documents
    if documents.version == "2.0":
        for place in parameters(documents, found):
            if place.value["in"] in ("body", "formData"):
                yield "", place
        return
    body = documents.resolve(found.value.get("requestBody"), found.place.url, join(found.place.pointer, "requestBody"))
    if body is None or not isinstance(body.value, dict):
        return
    content = body.value.get("content")
    for key, value in content.items() if isinstance(content, dict) else ():
        holder = documents.resolve(value, body.url, join(body.pointer, "content", key))
        if holder is not None and isinstance(holder.value, dict):
            yield key, holder


def _request(contract: "Contract") -> Iterator[Item]:
    for key, holder in request_bodies(contract):
        stated = _says_something(contract, holder) or holder.value.get("in") == "formData" or _opaque(key)
        yield _item("request-schema", stated, holder.pointer, key, "schema")


def _opaque(media_type: str) -> bool:
    """Whether content of this type is described well enough by its name: neither JSON nor XML nor a form."""
    kind = media.parse(media_type)
    if kind is None:
        return False
    structured = kind.is_json or kind.subtype == "xml" or kind.subtype.endswith("+xml")
    return not structured and kind.essence not in ("application/x-www-form-urlencoded", "multipart/form-data", "*/*")


def _says_something(contract: "Contract", holder: Place) -> bool:
    """Whether the schema limits anything at all."""
    field = "schema" if "schema" in holder.value else "itemSchema"
    resolved = contract.documents.resolve(holder.value.get(field), holder.url, join(holder.pointer, field))
    if resolved is None:
        return isinstance(holder.value.get(field), dict)  # leads to a document that was not given
    return isinstance(resolved.value, dict) and bool(resolved.value.keys() - {"description", "title", "example", "examples"})


def success(status: str) -> bool:
    return status[:1] == "2"


def _responses(contract: "Contract") -> Iterator[Item]:
    """Each success answer that carries a body has a schema; an answer to GET always carries one, except 204 and 205."""
    for status, place in contract.responses.items():
        if not success(status) or status in ("204", "205") or contract.found.method == "HEAD" or place is None:
            continue
        if contract.documents.version == "2.0":
            stated = _says_something(contract, place) or all(_opaque(t) for t in contract.media_types(status) or ("*/*",))
            if stated or "schema" in place.value or contract.found.method == "GET":
                yield _item("response-schema", stated, place.pointer, status, "schema")
            continue
        content = place.value.get("content")
        if not isinstance(content, dict) or not content:
            if contract.found.method in ("GET", "QUERY"):
                yield _item("response-schema", False, place.pointer, status, "content")
            continue
        for key, value in content.items():
            holder = contract.documents.resolve(value, place.url, join(place.pointer, "content", key))
            if holder is not None and isinstance(holder.value, dict):
                stated = _says_something(contract, holder) or _opaque(key)
                yield _item("response-schema", stated, holder.pointer, f"{status} {key}", "schema")


def _errors(contract: "Contract") -> Iterator[Item]:
    there = any(status[:1] in ("4", "5") or status == "default" for status in contract.responses)
    yield _item("errors", there, join(contract.found.key, "responses"), "", "response")


def _example(contract: "Contract") -> Iterator[Item]:
    """At least one example of what is sent or answered, when anything is."""
    holders = [holder for _, holder in request_bodies(contract)]
    holders += [place for status, place in contract.responses.items() if place is not None and success(status)]
    if not holders and not contract.operation.parameters:
        return
    there = any(p.examples for p in contract.operation.parameters) or any(_has_example(contract, h) for h in holders)
    yield _item("example", there, contract.found.key, "", "example")


def _has_example(contract: "Contract", holder: Place) -> bool:
    documents = contract.documents
    if any(True for _ in holder_examples(documents, holder)) or (documents.version == "2.0" and holder.value.get("examples")):
        return True
    content = holder.value.get("content")
    for key, value in content.items() if isinstance(content, dict) else ():
        inner = documents.resolve(value, holder.url, join(holder.pointer, "content", key))
        if inner is not None and isinstance(inner.value, dict) and _has_example(contract, inner):
            return True
    schemas = [Place(holder.url, join(holder.pointer, "schema"), holder.value["schema"])] if "schema" in holder.value else []
    return any(_schema_example(contract, place) for place in schemas)


def _schema_example(contract: "Contract", start: Place) -> bool:
    """An example in the schema itself, its members or elements, references followed."""
    seen: set[tuple[str, str]] = set()
    queue = [start]
    while queue and len(seen) < 500:
        place = queue.pop()
        found = contract.documents.resolve(place.value, place.url, place.pointer)
        if found is None or not isinstance(found.value, dict) or (found.url, found.pointer) in seen:
            continue
        seen.add((found.url, found.pointer))
        if "example" in found.value or isinstance(found.value.get("examples"), list):
            return True
        declared = contract.schemas.fields.declared(found)
        queue += [p for places in declared.members.values() for p in places] + declared.items
        queue += [
            Place(found.url, join(found.pointer, keyword, i), branch)
            for keyword in ("allOf", "anyOf", "oneOf")
            for i, branch in enumerate(found.value[keyword] if isinstance(found.value.get(keyword), list) else ())
        ]
    return False
