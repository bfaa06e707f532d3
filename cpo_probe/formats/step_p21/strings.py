"""What does a string say, and is it encoded as it must be?

ISO 10303-21:2016, 6.4.3: `''` and `\\\\`, `\\S\\c` and `\\PA\\` for ISO 8859, `\\X\\hh`, `\\X2\\...\\X0\\`, `\\X4\\...\\X0\\`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpo_probe.formats.step_p21.section_sign import SIGN

LONGEST = 32769
"""Octets of a string with both apostrophes."""
_STEP = re.compile(
    rb"""(?P<plain>[^\\\x00-\x1f\x7f-\xff']+)
    |(?P<quote>'')
    |(?P<solidus>\\\\)
    |(?P<print>\\[NF]\\)
    |\\X2\\(?P<two>(?:[0-9A-F]{4})+)\\X0\\
    |\\X4\\(?P<four>(?:[0-9A-F]{8})+)\\X0\\
    |\\X\\(?P<one>[0-9A-F]{2})
    |\\S\\(?P<shift>[\x20-\x26\x28-\x7e\xa7])
    |\\P(?P<page>[A-I])\\
    |(?P<control>[\x00-\x1f\x7f]+)
    |(?P<bytes>[\x80-\xff]+)""",
    re.VERBOSE,
)
_DIRECTIVE = re.compile(rb"\\(?:X[024]?\\|S\\|P[^\\]?\\)?[0-9A-Fa-f]{0,8}")
_PARTS = {letter: f"iso8859-{n}" for n, letter in enumerate("ABCDEFGHI", 1)}


@dataclass(frozen=True, slots=True)
class Flaw:
    """`kind`: "directive", "scalar", "bytes", "utf-8", "control", "page"; `offset` from the first byte of the contents."""

    kind: str
    offset: int
    text: str


def decoded(contents: bytes, utf8: bool) -> tuple[str, list[Flaw]]:
    """The text between the apostrophes, and what is wrong with it, each kind once.

    `utf8`: bytes beyond ASCII are UTF-8 (implementation level 4); below they are no characters at all and are read as ISO 8859-1.
    Nothing is lost: what cannot be decoded stays as written.
    """
    flaws: dict[str, Flaw] = {}
    text = "".join(_pieces(contents, utf8, flaws))
    try:
        text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        flaws.setdefault("scalar", Flaw("scalar", 0, "a surrogate without its partner"))
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    else:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    return text, list(flaws.values())


def _pieces(contents: bytes, utf8: bool, flaws: dict[str, Flaw]) -> Iterator[str]:
    codec, place = "iso8859-1", 0
    while place < len(contents):
        match = _STEP.match(contents, place)
        if match is None:
            wrong = _DIRECTIVE.match(contents, place)
            found = wrong[0] if wrong and wrong[0] else contents[place : place + 1]
            _note(flaws, "directive", place, found)
            yield contents[place : place + 1].decode("latin-1")
            place += 1
            continue
        kind, found = match.lastgroup, match[match.lastgroup or 0]
        if kind == "plain":
            yield found.decode("ascii")
        elif kind in ("quote", "solidus"):
            yield found[:1].decode("ascii")
        elif kind == "two":
            yield bytes.fromhex(found.decode()).decode("utf-16-be", "surrogatepass")
        elif kind == "four":
            yield from _scalars(found, place, flaws)
        elif kind == "one":
            yield bytes.fromhex(found.decode()).decode("latin-1")
        elif kind == "shift":
            written = found.replace(SIGN, b"'")
            _note(flaws, "page", place, match[0][:-1] + written)
            yield bytes([written[0] + 128]).decode(codec, "replace")
        elif kind == "page":
            _note(flaws, "page", place, match[0])
            codec = _PARTS[found.decode()]
        elif kind == "control":
            if found.strip(b"\r\n"):
                _note(flaws, "control", place, found)
        elif kind == "bytes":
            yield _beyond_ascii(found, place, utf8, flaws)
        place = match.end()


def _scalars(digits: bytes, place: int, flaws: dict[str, Flaw]) -> Iterator[str]:
    for i in range(0, len(digits), 8):
        code = int(digits[i : i + 8], 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            _note(flaws, "scalar", place, digits[i : i + 8])
            yield "\ufffd"
        else:
            yield chr(code)


def _beyond_ascii(found: bytes, place: int, utf8: bool, flaws: dict[str, Flaw]) -> str:
    if not utf8:
        _note(flaws, "bytes", place, found)
        return found.decode("latin-1")
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError as error:
        _note(flaws, "utf-8", place + error.start, found[error.start : error.start + 4])
        return found.decode("latin-1")


def _note(flaws: dict[str, Flaw], kind: str, offset: int, found: bytes) -> None:
    if kind not in flaws:
        shown = found[:24].decode("latin-1") if kind == "directive" or kind == "page" else found[:8].hex(" ").upper()
        flaws[kind] = Flaw(kind, offset, shown)
