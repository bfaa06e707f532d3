"""Where does an answer say that a description is found?"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urljoin

from lxml import etree, html

from cpo_probe.discovery.recognise import Seen
from cpo_probe.model import Exchange
from cpo_probe.protocols.http.link import links

MOST = 15
"""Candidates taken from one answer."""

_TELLING = re.compile(
    r"openapi|swagger|api-?docs?|\$metadata|[?&]wsdl\b|\.wsdl\b|rootservices|redoc|scalar|/odata|spec\.(json|ya?ml)|api\.(json|ya?ml)|/schema/?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"https?://|\.{0,2}/|[\w.-]+\.(json|ya?ml)$")
_TELLING_NAMES = ("url", "urls", "configUrl", "service-desc", "describedby")
_RELATIONS = {
    "service-desc": "linked as service-desc (RFC 8631)",
    "service-doc": "linked as service-doc (RFC 8631)",
    "service-meta": "linked as service-meta (RFC 8631)",
    "api-catalog": "linked as api-catalog (RFC 9727)",
}
_SPEC_ATTRIBUTES = ("spec-url", "specurl", "apidescriptionurl", "data-url", "data-spec-url")
_IN_SCRIPT = re.compile(
    r"""(?:["']?\b(?:url|specUrl|spec_url|spec-url|configUrl|swaggerUrl|apiDescriptionUrl)["']?\s*[:=]\s*|Redoc\.init\(\s*)["']([^"'\\\s]{1,500})["']"""
)
_FETCHED = re.compile(r"""\bfetch\(\s*["']([^"'\\\s]{1,500}\.(?:json|ya?ml))["']""")
_SCRIPT_NAMES = re.compile(r"swagger-initializer|swagger-ui-init|swagger-config|index\.js|init\.js", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place worth asking. `page`: the HTML page whose script this is; URLs in the script count from there."""

    url: str
    why: str
    page: str = ""


def candidates(exchange: Exchange, seen: Seen, page: str = "") -> tuple[Candidate, ...]:
    """Places that the answer names, most telling first, at most `MOST`."""
    base = page or exchange.request.url
    found: Iterable[tuple[str, str]]
    match seen.kind:
        case "html":
            found = _html(exchange.body)
        case "script":
            found = _script(exchange.body.decode("utf-8", "replace"))
        case "linkset":
            found = _linkset(seen.value)
        case "json":
            found = _json(seen.value)
        case _:
            found = ()
    unique: dict[str, Candidate] = {}
    for reference, why in (*_header(exchange), *found):
        url = _absolute(base, reference)
        if url and url not in unique and len(unique) < MOST:
            unique[url] = Candidate(url, why, base if why == _UI_SCRIPT else "")
    return tuple(unique.values())


_UI_SCRIPT = "the script of a documentation page"


def _absolute(base: str, reference: str) -> str:
    try:
        url = urldefrag(urljoin(base, reference.strip()))[0]
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) and "{" not in url else ""


def _header(exchange: Exchange) -> Iterator[tuple[str, str]]:
    for link in links(exchange.header("link") or "") or ():
        for relation in link.relations:
            if relation in _RELATIONS:
                yield link.target, _RELATIONS[relation]


def _html(body: bytes) -> Iterator[tuple[str, str]]:
    try:
        tree = html.document_fromstring(body[: 4 * 2**20])
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    for element in tree.iter("link"):
        for relation in _attribute(element, "rel").lower().split():
            if relation in _RELATIONS:
                yield _attribute(element, "href"), _RELATIONS[relation]
    for element in tree.iter(etree.Element):
        for name in _SPEC_ATTRIBUTES:
            if _attribute(element, name):
                yield _attribute(element, name), f"named by <{element.tag} {name}> in an HTML page"
    for element in tree.iter("script"):
        source = _attribute(element, "src")
        if _SCRIPT_NAMES.search(source):
            yield source, _UI_SCRIPT
        elif not source:
            yield from _script(element.text or "")
    for element in tree.iter("a", "iframe", "area"):
        reference = _attribute(element, "href") or _attribute(element, "src")
        if _TELLING.search(reference) and not reference.startswith(("#", "javascript:", "mailto:")):
            yield reference, "linked in an HTML page"


def _attribute(element: etree._Element, name: str) -> str:
    return element.get(name) or ""


def _script(text: str) -> Iterator[tuple[str, str]]:
    """Settings of Swagger UI, ReDoc, Scalar and RapiDoc: `url: "..."`, `urls: [{url: "..."}]`, `configUrl`; Flasgger fetches."""
    for pattern in (_IN_SCRIPT, _FETCHED):
        for match in pattern.finditer(text[: 4 * 2**20]):
            yield match[1], "named by the settings of a documentation page"


def _linkset(value: Any) -> Iterator[tuple[str, str]]:
    """RFC 9264, 4.2: {"linkset": [{"anchor": "...", "<relation>": [{"href": "..."}]}]}."""
    contexts = [context for context in value["linkset"][:50] if isinstance(context, dict)]
    for relation in ("service-desc", "service-meta", "service-doc", "item", "api-catalog"):
        for context in contexts:
            targets = context.get(relation)
            for target in targets[:50] if isinstance(targets, list) else ():
                if isinstance(target, dict) and isinstance(target.get("href"), str):
                    yield target["href"], f"{relation} in the API catalogue (RFC 9727)"


def _json(value: Any, depth: int = 0, name: str = "") -> Iterator[tuple[str, str]]:
    """Texts in an index that look like the place of a description, by their own look or by their member's name."""
    if depth > 4:
        return
    if isinstance(value, dict):
        for key, item in list(value.items())[:100]:
            yield from _json(item, depth + 1, key if key not in ("href", "url", "urls") or not name else name)
    elif isinstance(value, list):
        for item in value[:50]:
            yield from _json(item, depth + 1, name)
    elif isinstance(value, str) and _tells(name, value):
        yield value, "named in a JSON answer"


def _tells(name: str, value: str) -> bool:
    named = _TELLING.search(value) or _TELLING.search(name) or name in _TELLING_NAMES
    return bool(named) and len(value) < 500 and _REFERENCE.match(value) is not None
