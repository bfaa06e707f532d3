"""What does a body say, if it is JSON, within bounds that no body can break?"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import msgspec

MAX_DEPTH = 512


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed JSON text, or the reason code why there is none.

    `problem`: "" | "empty" | "encoding" | "syntax" | "depth" | "constant" (NaN, Infinity)
    | "stored" (kept as a file).
    `offset`: byte or character offset of the problem, -1 when unknown.
    `duplicates`: member names that occur twice in one object (RFC 8259, 4: should be unique).
    """

    value: Any
    problem: str
    offset: int
    duplicates: tuple[str, ...]


class _Constant(ValueError):
    pass


def _refuse(name: str) -> Any:
    raise _Constant(name)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]')


def _too_deep(text: str) -> int:
    """Offset of the first bracket nested deeper than MAX_DEPTH, or -1; strings are stepped over."""
    if _shallow(text.encode("utf-8", "replace")):
        return -1
    depth = 0
    for token in _TOKEN.finditer(text):
        char = token.group()
        if char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return token.start()
        elif char in "]}":
            depth -= 1
    return -1


_ASIDE = bytes(set(range(256)) - set(b'"[]{}'))
_ROUNDS = 16


def _shallow(body: bytes) -> bool:
    """Whether nothing can be nested too deep, told without looking at each token as nearly all documents allow.

    What is left are brackets, once strings are gone; a round takes the two innermost levels away at most.
    """
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in body else body
    marks = plain.translate(None, _ASIDE).replace(b'""', b"")
    marks = re.sub(b'"[^"]*"', b"", marks)
    for _ in range(_ROUNDS):
        if len(marks) <= MAX_DEPTH - 2 * _ROUNDS:
            return True
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return False


def parse_json(body: bytes) -> Document:
    """RFC 8259: UTF-8, one value. A byte order mark is accepted (8.1 allows a parser to ignore it)."""
    if not body.strip():
        return Document(None, "empty", 0, ())
    quick = _quick(body)
    return quick if quick is not None else _careful(body)


def _quick(body: bytes) -> Document | None:
    """The value, by a parser ten times as fast that says neither where a text is wrong nor which names occur twice.

    None unless it is right beyond doubt: the value written again has as many colons as the text. A name that occurs twice
    is one less there; a colon escaped by its number could hide that, and such texts are left to the careful parser.
    """
    if b"\\u" in body or (body.count(b"[") + body.count(b"{") > MAX_DEPTH and not _shallow(body)):
        return None
    try:
        value = msgspec.json.decode(body)
        again = msgspec.json.encode(value)
    except (ValueError, RecursionError):
        return None
    return Document(value, "", -1, ()) if body.count(b":") == again.count(b":") else None


def _careful(body: bytes) -> Document:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Document(None, "encoding", error.start, ())
    # Only a text with that many brackets can be too deep: the slow scan is for suspects.
    if text.count("[") + text.count("{") > MAX_DEPTH:
        deep = _too_deep(text)
        if deep >= 0:
            return Document(None, "depth", deep, ())
    duplicates: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            duplicates.extend(name for name, n in counts.items() if n > 1)
        return found

    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=_refuse)
    except _Constant:
        return Document(None, "constant", -1, ())
    except json.JSONDecodeError as error:
        return Document(None, "syntax", error.pos, ())
    except RecursionError:
        return Document(None, "depth", -1, ())
    except ValueError:  # an integer of more than 4,300 digits
        return Document(None, "syntax", -1, ())
    return Document(value, "", -1, tuple(duplicates))
