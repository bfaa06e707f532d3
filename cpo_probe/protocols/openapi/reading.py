"""What does the body of an answer say, if it is JSON or YAML?

The text decides, not the name or the media type: a `.json` URL may send YAML.
"""

from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Problem, Where, parse_json
from cpo_probe.protocols.json_schema import may_hold_surrogates, without_surrogates
from cpo_probe.protocols.openapi import yaml12

MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Raw:
    """A parsed text. `syntax`: "json" or "yaml". `duplicates`: member names that occur twice in one object, line 0 unknown."""

    value: Any
    syntax: str
    duplicates: tuple[tuple[str, int], ...]
    text: bytes


def unreadable(code: str, found: Any, *, line: int = 0, offset: int = -1) -> Problem:
    """The text as a whole cannot be read.

    Codes: empty, html, xml, encoding, syntax, depth, constant, size, alias, alias-bomb, scalar.
    """
    where = Where(part="description", line=line, offset=offset)
    return Problem("valid", where, "", "a JSON or YAML text", found, {"reason": code})


def read(body: bytes, media_type: str) -> Raw | Problem:
    """The text as JSON, or else as YAML 1.2. `media_type` is what the server calls it; it is not believed."""
    if len(body) > MAX_BYTES:
        return unreadable("size", len(body))
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return unreadable("empty", "nothing")
    if start[:1] == b"<":
        markup = "html" if b"<html" in start[:4096].lower() or start[:14].lower() == b"<!doctype html" else "xml"
        return unreadable(markup, markup)
    document = parse_json(body)
    if not document.problem:
        value = without_surrogates(document.value) if may_hold_surrogates(body) else document.value
        return Raw(value, "json", tuple((name, 0) for name in document.duplicates), body)
    looks_json = start[:1] in (b"{", b"[")
    other = None if document.problem in ("depth", "constant") else _yaml(body)
    if isinstance(other, Raw) or (other is not None and not looks_json):
        return other
    return unreadable(document.problem, document.problem, line=_line(body, document.offset), offset=document.offset)


def _yaml(body: bytes) -> Raw | Problem:
    try:
        loaded = yaml12.load(body)
    except yaml12.YamlError as error:
        return unreadable(error.reason, error.reason, line=error.line)
    if not isinstance(loaded.value, (dict, list)):
        return unreadable("scalar", "text")
    value = without_surrogates(loaded.value) if may_hold_surrogates(body) else loaded.value
    return Raw(value, "yaml", loaded.duplicates, body)


def _line(body: bytes, offset: int) -> int:
    return body.count(b"\n", 0, offset) + 1 if offset >= 0 else 0
