"""Where in an answer stands a text that the next request needs?

A place is "header:NAME", "json:POINTER" or "xml:PATH"; a template is a URL with places in braces.
"""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from cpo_probe.model import Exchange
from cpo_probe.protocols.json_pointer import get

_KINDS = ("header:", "json:", "xml:")
_HOLE = re.compile(r"\{([^{}]*)\}")
_STEP = re.compile(r"(?<![\w:.*@'\"=-])([A-Za-z_][\w.-]*)(?![\w(:-])")


def is_place(text: str) -> bool:
    """Whether it is a place and no URL."""
    return text.startswith(_KINDS)


def text_at(place: str, exchange: Exchange) -> str:
    """The text there, "" when there is none; numbers and booleans as JSON writes them."""
    kind, _, path = place.partition(":")
    match kind:
        case "header":
            return exchange.header(path) or ""
        case "json":
            return _json(path, exchange)
        case "xml":
            return _xml(path, exchange.body)
    return ""


def filled(template: str, exchanges: Sequence[Exchange], given: Mapping[str, str]) -> str:
    """The URL that a template makes of these answers, the first that has a text counting; "" when one is missing."""
    if is_place(template):
        return _first(template, exchanges)
    missing = False

    def fill(hole: re.Match[str]) -> str:
        nonlocal missing
        name = hole.group(1)
        text = given[name] if name in given else _first(name, exchanges)
        missing = missing or not text
        return text

    url = _HOLE.sub(fill, template)
    return "" if missing else url


def _first(place: str, exchanges: Sequence[Exchange]) -> str:
    return next((text for exchange in exchanges if (text := text_at(place, exchange))), "")


def _json(pointer: str, exchange: Exchange) -> str:
    document = exchange.response.document if exchange.response else None
    if document is None or document.problem:
        return ""
    try:
        value = get(document.value, pointer)
    except (LookupError, ValueError):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _xml(path: str, body: bytes) -> str:
    """Steps name elements whatever their namespace."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
        found = root.find("/".join(f"{{*}}{step}" if _STEP.fullmatch(step) else step for step in path.split("/")))
    except (etree.XMLSyntaxError, ValueError, SyntaxError, KeyError):
        return ""
    return (found.text or "").strip() if found is not None else ""
