"""Where does a reference lead, when only documents that were given can be reached?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.json_pointer import Absent


class Place(NamedTuple):
    """A value in a known document."""

    url: str
    pointer: str
    value: Any


class Missing(NamedTuple):
    """`reason`: "remote" (the document was not given) or "dangling" (nothing at that place)."""

    reason: str
    target: str


@dataclass(frozen=True)
class Registry:
    """The only documents a reference can reach: absolute URL without fragment -> parsed JSON."""

    documents: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, base: str, reference: str) -> Place | Missing:
        """Where `reference` points to when it stands under the base URL `base` (RFC 3986, 5)."""
        try:
            target = urljoin(base, reference) if reference[:1] != "#" else base.partition("#")[0] + reference
        except ValueError:
            return Missing("dangling", reference)
        url, _, fragment = target.partition("#")
        pointer = json_pointer.from_fragment(fragment)
        if not url and "" not in self.documents:
            return Missing("remote", target)
        if url in self.documents and (not pointer or pointer.startswith("/")):
            try:
                return Place(url, pointer, json_pointer.get(self.documents[url], pointer))
            except Absent:
                return Missing("dangling", target)
        return self._by_identifier(url, pointer, target)

    def _by_identifier(self, url: str, fragment: str, target: str) -> Place | Missing:
        known = self.identifiers
        if fragment.startswith("/") and url in known:
            owner, start = known[url]
            try:
                return Place(owner, start + fragment, json_pointer.get(self.documents[owner], start + fragment))
            except Absent:
                return Missing("dangling", target)
        found = known.get(f"{url}#{fragment}" if fragment else url)
        if found is not None:
            return Place(*found, json_pointer.get(self.documents[found[0]], found[1]))
        return Missing("dangling" if url in self.documents or url in known else "remote", target)

    @cached_property
    def identifiers(self) -> dict[str, tuple[str, str]]:
        """What `$id` and `$anchor` name (JSON Schema 2020-12, 8.2): URL or URL#anchor -> document and pointer."""
        found: dict[str, tuple[str, str]] = {}
        for url, document in self.documents.items():
            for base, pointer, value in _identified(document, url):
                if isinstance(value.get("$id"), str):
                    found.setdefault(base, (url, pointer))
                if not pointer and _own_url(document):
                    found.setdefault(base, (url, ""))
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(value.get(keyword), str):
                        found.setdefault(f"{base}#{value[keyword]}", (url, pointer))
        return found

    def base(self, place: Place) -> str:
        """The base URL for references inside the value at `place`: `$id` of the schemas around it may change it."""
        base, value = place.url, self.documents.get(place.url)
        if not self.identifiers:
            return base
        base = _joined(base, _own_url(value))
        path = json_pointer.steps(place.pointer)
        for step in [*path, None]:
            if isinstance(value, dict) and isinstance(value.get("$id"), str):
                base = _joined(base, value["$id"])
            if step is not None:
                value = value.get(step) if isinstance(value, dict) else value[int(step)] if isinstance(value, list) else None
        return base


def _own_url(document: Any) -> str:
    """What `$self` says of an OpenAPI document (3.2, OpenAPI Object), "" when it says nothing."""
    if isinstance(document, dict) and str(document.get("openapi", "")).startswith("3.2"):
        own = document.get("$self")
        return own if isinstance(own, str) else ""
    return ""


def _joined(base: str, reference: str) -> str:
    """The base URL for what stands below; a reference that is none changes nothing."""
    try:
        return urldefrag(urljoin(base, reference))[0]
    except ValueError:
        return base


def _identified(document: Any, url: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    own = _own_url(document)
    if own:
        yield _joined(url, own), "", document
    stack: list[tuple[str, str, Any]] = [(_joined(url, own), "", document)]
    while stack:
        base, pointer, value = stack.pop()
        if isinstance(value, dict):
            identifier = value.get("$id")
            if isinstance(identifier, str):
                base = _joined(base, identifier)
            if not value.keys().isdisjoint(("$id", "$anchor", "$dynamicAnchor")):
                yield base, pointer, value
            stack.extend((base, json_pointer.join(pointer, k), v) for k, v in value.items() if isinstance(v, (dict, list)))
        elif isinstance(value, list):
            stack.extend((base, json_pointer.join(pointer, i), v) for i, v in enumerate(value) if isinstance(v, (dict, list)))
