"""What does a body say, if it is JSON, within bounds that no body can break?"""

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

MAX_DEPTH = 512

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A parsed JSON text, or the reason code why there is none.

    `problem`: "" | "empty" | "encoding" | "syntax" | "depth" | "constant" (NaN, Infinity)
    | "stored" (kept as a file).
    `offset`: byte or character offset of the problem, -1 when unknown.
    `duplicates`: member names that occur twice in one object (RFC 8259, 4: should be unique).
    `levels`: arrays and objects are nested no deeper than that.
    """

    value: Any
    problem: str
    offset: int
    duplicates: tuple[str, ...]
    levels: int = field(default=MAX_DEPTH, repr=False)
    _known: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def once(self, question: Hashable, answer: Callable[[], T]) -> T:
        """What `answer` says, asked the first time only: equal bodies share a document, and with it what was found out.

        The question has to name all that the answer depends on but the document; nobody may change the answer.
        """
        if question not in self._known:
            self._known[question] = answer()
        said: T = self._known[question]
        return said


class _Constant(ValueError):
    pass


def _refuse(name: str) -> Any:
    raise _Constant(name)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]')


def _too_deep(text: str) -> int:
    """Offset of the first bracket nested deeper than MAX_DEPTH, or -1; strings are stepped over."""
    if _levels(text.encode("utf-8", "replace")) <= MAX_DEPTH:
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


_MARKS = b'"[]{}'
_ESCAPES = rb"\bfnrtu/"
_ASIDE = bytes(set(range(256)) - set(_MARKS))
_PLAIN = bytes(set(range(256)) - set(_MARKS + _ESCAPES))
_ROUNDS = 16
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_FEW = 64  # brackets, of which no deep nesting can be made
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_RARE = 100  # bytes for each escape, from which on taking each out by itself is quicker than what follows
_HIDDEN_COLON = re.compile(rb"\\u003[aA]")


def _levels(body: bytes) -> int:
    """Levels that a text has at most, told without looking at each token; more than MAX_DEPTH where that cannot tell.

    What is left are brackets, once strings are gone; a round takes the two innermost levels away at most. A backslash
    keeps the character that it escapes until pairs are taken out.
    """
    if body.count(b"\\") * _RARE < len(body):
        body = _ESCAPE.sub(b"", body)
    else:
        body = body.translate(None, _PLAIN).replace(rb"\\", b"").replace(rb"\"", b"")
    marks = body.translate(None, _ASIDE).replace(b'""', b"")
    marks = re.sub(b'"[^"]*"', b"", marks)
    for gone in range(0, 2 * _ROUNDS, 2):
        if not marks:
            return gone
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return 2 * _ROUNDS + len(marks)


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
    if _HIDDEN_COLON.search(body):
        return None
    levels = len(body.translate(None, _NO_BRACKET))
    if levels > _FEW and (levels := _levels(body)) > MAX_DEPTH:
        return None
    try:
        value = msgspec.json.decode(body)
        again = msgspec.json.encode(value)
    except (ValueError, RecursionError):
        return None
    return Document(value, "", -1, (), levels) if body.count(b":") == again.count(b":") else None


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
