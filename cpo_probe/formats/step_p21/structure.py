"""Which sections does a file have, in what order, and what stands in those that hold no instances?"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cpo_probe.formats.step_p21.edition3 import Anchor, External, anchor_of, external_of, signature_flaw
from cpo_probe.formats.step_p21.found import Found
from cpo_probe.formats.step_p21.grammar import Malformed
from cpo_probe.formats.step_p21.tokens import Tokens, tokens_of
from cpo_probe.formats.step_p21.values import Record, record_of

BEGIN, END = b"ISO-10303-21", b"END-ISO-10303-21"
_BLANKS = bytes(range(33)) + b"\x7f"
_RANK = {b"HEADER": 1, b"ANCHOR": 2, b"REFERENCE": 3, b"DATA": 4, END: 5, b"SIGNATURE": 6}
_AGAIN = (b"DATA", b"SIGNATURE")
_DATA = re.compile(rb"DATA\(")
_PRINT = re.compile(rb"('(?:[^']|'')*')|\\[NF]\\")
_STRAY = 64
"""So many bytes may stand before the first token, wrongly, without hiding that the file is meant to be one."""
_UNPRINTED = (b"ANCHOR", b"REFERENCE")


def unprinted(text: bytes) -> bytes:
    """The text with blanks for print control directives outside strings."""
    return _PRINT.sub(lambda match: match[1] or b"   ", text)


@dataclass(frozen=True, slots=True)
class Opened:
    """A section as it was opened. `parameters`: of a DATA section, None without."""

    keyword: str
    offset: int
    parameters: tuple[object, ...] | None
    first: int


@dataclass(slots=True)
class Structure:
    """Takes the statements that are no instances, in order. `count`: how many instances there are so far."""

    found: Found
    count: Callable[[], int]
    header: list[tuple[Record, int]] = field(default_factory=list)
    sections: list[Opened] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    external: list[External] = field(default_factory=list)
    signatures: int = 0
    begun: bool = False
    ended: bool = False
    inside: bytes = b""
    header_end: int = 0
    _last: bytes = b""

    @property
    def utf8(self) -> bool:
        """Whether the file states implementation level 4, so that bytes beyond ASCII are UTF-8."""
        for record, _ in self.header:
            if record.keyword == "FILE_DESCRIPTION" and len(record.values) > 1:
                return str(record.values[1]).startswith("4")
        return False

    def take(self, statement: bytes, offset: int) -> None:
        """A statement without its semicolon; `offset` of its first byte that is no blank."""
        if b"\\" in statement:
            statement = self._unprinted(statement, offset)
        word = statement.translate(None, _BLANKS)
        if self.inside == b"SIGNATURE":
            self._signature(word, offset)
        elif not self.begun and word.endswith(BEGIN) and word != END and len(word) < len(BEGIN) + _STRAY:
            self.begun = True
        elif word in _RANK or _DATA.match(word):
            self._open(word, statement, offset)
        elif word == b"ENDSEC":
            self._close(offset)
        elif self.ended:
            self._wrong("envelope", offset, f"nothing after {END.decode()}; but signatures", statement)
        elif self.inside == b"HEADER":
            self._record(statement, offset)
        elif self.inside == b"ANCHOR":
            self._anchor(tokens_of(statement), offset)
        elif self.inside == b"REFERENCE":
            self._reference(tokens_of(statement), offset)
        elif self.inside == b"DATA":
            self._wrong("syntax", offset, "#n = KEYWORD(...)", statement)
        else:
            self._wrong("sections", offset, "a section", statement)

    def _unprinted(self, statement: bytes, offset: int) -> bytes:
        """Blanks for print control directives (clause 7), which may stand between tokens but not in two of the sections."""
        plain = unprinted(statement)
        if plain != statement and self.inside in _UNPRINTED:
            self._wrong("syntax", offset, "no \\N\\ or \\F\\ in this section", statement.lstrip(_BLANKS))
        return plain

    def _open(self, word: bytes, statement: bytes, offset: int) -> None:
        keyword = b"DATA" if word.startswith(b"DATA") else word
        if self.inside:
            self._wrong("sections", offset, f"ENDSEC; of {self.inside.decode()} first", statement)
            self._left()
        again = keyword == self._last and keyword in _AGAIN
        if _RANK[keyword] <= _RANK.get(self._last, 0) and not again:
            self._wrong("sections", offset, f"{keyword.decode()} before {self._last.decode()}, and once", statement)
        elif not self._last and keyword != b"HEADER":
            self._wrong("sections", offset, "HEADER; first", statement)
        if keyword == b"SIGNATURE" and not self.ended:
            self._wrong("sections", offset, f"SIGNATURE; behind {END.decode()};", statement)
        self._last = keyword
        if keyword == END:
            self.ended = True
            return
        self.inside = keyword
        parameters: tuple[object, ...] | None = None
        if _DATA.match(word):
            try:
                parameters = record_of(tokens_of(statement), self.utf8).values
            except Malformed as wrong:
                self._wrong("data-sections", offset, wrong.expected, statement)
                parameters = ()
        self.sections.append(Opened(keyword.decode(), offset, parameters, self.count()))

    def _close(self, offset: int) -> None:
        if not self.inside:
            self._wrong("sections", offset, "a section before ENDSEC;", b"ENDSEC")
        if self.inside == b"HEADER":
            self.header_end = offset
        self._left()

    def _left(self) -> None:
        self.inside = b""

    def _record(self, statement: bytes, offset: int) -> None:
        tokens = tokens_of(statement)
        try:
            record = record_of(tokens, self.utf8)
        except Malformed as wrong:
            at = tokens.starts[wrong.index] if wrong.index < len(tokens.starts) else len(statement)
            if tokens.stray is not None and tokens.stray.offset <= at:
                at = tokens.stray.offset
            self._wrong("syntax", offset + at, wrong.expected, statement[at:] or b"the end of the statement", "HEADER")
            return
        self.header.append((record, offset))

    def _anchor(self, tokens: Tokens, offset: int) -> None:
        read = anchor_of(tokens, offset, self.utf8)
        if isinstance(read, Malformed):
            self._malformed(tokens, offset, read, "ANCHOR")
        else:
            self.anchors.append(read)

    def _reference(self, tokens: Tokens, offset: int) -> None:
        read = external_of(tokens, offset)
        if isinstance(read, Malformed):
            self._malformed(tokens, offset, read, "REFERENCE")
        else:
            self.external.append(read)

    def _malformed(self, tokens: Tokens, offset: int, wrong: Malformed, location: str) -> None:
        if tokens.stray is not None and wrong.index >= len(tokens.starts):
            at, text = tokens.stray.offset, tokens.stray.text.encode("latin-1")
        else:
            at = tokens.starts[wrong.index] if wrong.index < len(tokens.starts) else 0
            text = b" ".join(tokens.texts[wrong.index : wrong.index + 3]) or b"the end of the statement"
        self._wrong("syntax", offset + at, wrong.expected, text, location)

    def _signature(self, word: bytes, offset: int) -> None:
        self.signatures += 1
        if not word.endswith(b"ENDSEC"):
            self._wrong("sections", offset, "ENDSEC; of SIGNATURE", word)
        elif flaw := signature_flaw(word[: -len(b"ENDSEC")]):
            self._wrong("signatures", offset, "CMS (RFC 5652) in base64", flaw.encode("latin-1", "replace"))
        self._left()

    def _wrong(self, rule: str, offset: int, expected: str, found: bytes, location: str = "") -> None:
        shown = found[:60].decode("latin-1")
        self.found.add(rule, offset, expected=expected, found=shown, location=location or self.inside.decode() or "file")
