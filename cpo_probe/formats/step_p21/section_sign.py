"""Which apostrophes end no string, because they are the character behind `\\S\\`?

`\\S\\'` is U+00A7, the section sign, in strings of the first two editions (ISO 10303-21:2016, 6.4.3, LATIN_CODEPOINT).
Everything that looks for the ends of strings would be turned inside out by it, so the apostrophe is put out of the way while
the file is read.
"""

import re

SIGN = b"\xa7"
"""Stands for the apostrophe in what `hidden` gives: the character that is meant, in ISO 8859-1."""
_SHIFT = b"\\S\\'"
_UNFINISHED = re.compile(rb"\\(?:S(?:\\(?:'(?:'\s{,40}(?:\\[NF]?)?)?)?)?)?\Z")
_DIRECTIVES = re.compile(rb"(?:[^\\]|\\\\|\\X[024]?\\|\\S\\.|\\P[A-Z]\\|\\[NF]\\)*\Z", re.DOTALL)
_ENDS = re.compile(rb"'\s*(?:[,)/]|\\[NF]\\|\Z)")
CONTEXT = 1 << 15
"""So many bytes before a text say where its first string began; a longer one is no string."""


def hidden(text: bytes, before: bytes = b"") -> bytes:
    """The text with `SIGN` for such apostrophes, of the same length. `before`: what stands before it, treated already.

    A directive begins where the one before it ends: in `\\\\S\\'` the backslash before S is the second half of another.
    """
    place = text.find(_SHIFT)
    if place < 0:
        return text
    out = bytearray(before[-CONTEXT:] + text)
    shift, known = len(out) - len(text), 0
    while place >= 0:
        at = shift + place
        known = max(known, out.rfind(b"'", known, at) + 1)
        if _DIRECTIVES.match(out, known, at) and not _doubled(text, place + 4):
            out[at + 3 : at + 4] = SIGN
            known = at + 4
        place = text.find(_SHIFT, place + 4)
    return bytes(out[shift:])


def unfinished(text: bytes) -> int:
    """How many bytes at the end may be the beginning of `\\S\\'`, or need to be seen together with what follows."""
    match = _UNFINISHED.search(text, max(0, len(text) - 48))
    return len(match[0]) if match else 0


def _doubled(text: bytes, place: int) -> bool:
    """Whether another apostrophe follows that ends no string: the writer doubled this one, which is told as a wrong directive."""
    return text[place : place + 1] == b"'" and text[place + 1 : place + 2] != b"'" and not _ENDS.match(text, place)
