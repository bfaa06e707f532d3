"""Which tokens make up a statement, where exactly do they stand, and which piece of text is none?

The strict way (ISO 10303-21:2016, 5.4 and 6), for what `collapse` marks or what has no valid form, and for values.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"""(?P<blank>[ ]+|\\[NF]\\)
    |(?P<string>'(?:[^']|'')*')
    |(?P<real>[+-]?[0-9]+\.[0-9]*(?:E[+-]?[0-9]+)?)
    |(?P<integer>[+-]?[0-9]+)
    |(?P<mark>[(),=$*{}:])
    |(?P<reference>\#[0-9]{1,1000})
    |(?P<value>@[0-9]{1,1000})
    |(?P<constant>[#@][A-Z_][A-Z0-9_]*)
    |(?P<enumeration>\.[A-Z_][A-Z0-9_]*\.)
    |(?P<binary>"[0-3][0-9A-F]*")
    |(?P<keyword>!?[A-Z_][A-Z0-9_]*(?![a-z]))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<resource><[^>]*>)""",
    re.VERBOSE,
)
_SYMBOL = {"string": b"'", "real": b"\x02", "integer": b"\x01", "reference": b"#", "binary": b"\x05", "value": b"@"}
_CONTROLS = bytes(range(32)) + b"\x7f"
_PRINTABLE = re.compile(rb"[^\x00-\x1f\x7f]")
_REST = re.compile(rb"[^ ,()=;'\x00-\x1f]+")
_NUMBER = re.compile(rb"[+-.]*[0-9][0-9A-Za-z+.-]*|[+-]?\.[0-9]|[+-]")
_ENUMERATION = re.compile(rb"\.[A-Za-z_]")
_BINARY = re.compile(rb'"[^"]*"?')


@dataclass(frozen=True, slots=True)
class Stray:
    """A piece of text that is no token: `kind` says which one it was meant to be, "" unknown; `offset` in the statement."""

    offset: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """`kinds`: names of the groups of the grammar; `texts`: as written, without control characters; `starts` in the statement."""

    kinds: list[str]
    texts: list[bytes]
    starts: list[int]
    stray: Stray | None

    def symbols(self) -> list[bytes]:
        """As keys have them: one symbol for a value, the text of everything else."""
        return [_SYMBOL.get(kind, text) for kind, text in zip(self.kinds, self.texts, strict=True)]


def tokens_of(statement: bytes) -> Tokens:
    """Tokens up to the first text that is none; `statement` is without its semicolon and comments.

    Control characters are ignored, also within a token (5.2).
    """
    text = statement.translate(None, _CONTROLS)
    at = [m.start() for m in _PRINTABLE.finditer(statement)] if len(text) != len(statement) else range(len(text))
    kinds: list[str] = []
    texts: list[bytes] = []
    starts: list[int] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return Tokens(kinds, texts, starts, _stray(text, place, at[place]))
        kind = match.lastgroup or ""
        if kind != "blank":
            kinds.append(kind)
            texts.append(match[0])
            starts.append(at[place])
        place = match.end()
    return Tokens(kinds, texts, starts, None)


def _stray(text: bytes, place: int, offset: int) -> Stray:
    match = _REST.match(text, place)
    found = match[0] if match else text[place : place + 1]
    kind = ""
    if text[place : place + 1] == b"'":
        kind, found = "string", text[place : place + 40]
    elif _NUMBER.match(text, place):
        kind = "number"
    elif _ENUMERATION.match(text, place):
        kind = "enumeration"
    elif binary := _BINARY.match(text, place):
        kind, found = "binary", binary[0]
    return Stray(offset, found[:60].decode("latin-1"), kind)
