"""Which tokens make up a text in EXPRESS, and where does each stand? (ISO 10303-11:2004, clause 7)"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cpo_probe.errors import UsageError

MOST_CHARACTERS = 16 * 2**20
"""The longest published schema has four million; what is read needs some twenty bytes of memory for each."""


class ExpressError(UsageError):
    """A text that is no EXPRESS. `line`, `column`: from 1, of the character where that shows."""

    def __init__(self, source: str, line: int, column: int, said: str) -> None:
        super().__init__(f"{source}, line {line}, column {column}: {said}")
        self.line, self.column = line, column


class Token(NamedTuple):
    """`kind`: "name" (in lower case), "number", "string", "sign", or "end" behind the last."""

    kind: str
    text: str
    offset: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*)
      | (?P<remark>\(\*)
      | (?P<name>[A-Za-z][A-Za-z0-9_]*)
      | (?P<number>\d+(?:\.\d*(?:[eE][+-]?\d+)?)?|%[01]+)
      | (?P<string>'[^']*+(?:''[^']*+)*+'|"[0-9A-Fa-f]*")
      | (?P<sign>:=:|:<>:|:=|<=|>=|<>|<\*|\|\||\*\*|[-+*/\\.,;:()\[\]{}|?=<>])""",
    re.VERBOSE,
)
_REMARK = re.compile(r"\(\*|\*\)")


class Text:
    """A schema text with its name for messages."""

    def __init__(self, text: str, source: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise UsageError(f"{source}: expected at most {MOST_CHARACTERS} characters of EXPRESS; found {len(text)}")
        self.text, self.source = text, source

    def wrong(self, offset: int, said: str) -> ExpressError:
        """The error to raise for the character at `offset`."""
        line = self.text.count("\n", 0, offset) + 1
        return ExpressError(self.source, line, offset - self.text.rfind("\n", 0, offset), said)

    def tokens(self) -> Iterator[Token]:
        """Without spaces and remarks. Raises `ExpressError`."""
        text, at = self.text, 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.wrong(at, self._unknown(at))
            kind = found.lastgroup or ""
            if kind == "remark":
                at = self._behind_remark(at)
                continue
            if kind == "name":
                yield Token(kind, found.group().lower(), at)
            elif kind != "space":
                yield Token(kind, found.group(), at)
            at = found.end()
        yield Token("end", "the end of the text", at)

    def _unknown(self, at: int) -> str:
        char = self.text[at]
        return "this string is not closed" if char in "'\"" else f"the character {char!r} begins no token of EXPRESS"

    def _behind_remark(self, at: int) -> int:
        """Embedded remarks may be nested (7.1.6.1)."""
        depth = 0
        for mark in _REMARK.finditer(self.text, at):
            depth += 1 if mark.group() == "(*" else -1
            if depth == 0:
                return mark.end()
        raise self.wrong(at, "this remark is not closed by *)")
