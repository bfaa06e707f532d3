"""How does a file become sections, shapes and arrays, block by block?"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cpo_probe.formats.step_p21.blocks import LIMIT, READ, Block, Blocks
from cpo_probe.formats.step_p21.collapse import Collapsed, collapse
from cpo_probe.formats.step_p21.found import Found
from cpo_probe.formats.step_p21.grammar import Malformed, instance, joined, shortened
from cpo_probe.formats.step_p21.population import Lines
from cpo_probe.formats.step_p21.strings import LONGEST, Flaw, decoded
from cpo_probe.formats.step_p21.structure import Structure, unprinted
from cpo_probe.formats.step_p21.table import APART, Column, Ints, Table, Words
from cpo_probe.formats.step_p21.tokens import Tokens, tokens_of

EXACT = 1 << 22
"""Bytes of one instance that are read token by token; a longer one with something unusual in it is told as not read."""
REFERENCES = 1 << 24
"""What one instance may refer to; the references of one that has more are not held."""
_KEPT = 1 << 16
_ELSEWHERE = 1 << 16
"""So many values from elsewhere (@12, #PI) are looked at."""
_MALFORMED = 2_000
"""So many malformed instances, or of more shapes than are held, are looked at one by one; further ones are counted."""
_BLANKS = bytes(range(33))
_NAMED = re.compile(rb"#([0-9]{1,18})\s*=")
_KEYWORD = re.compile(rb"\s*#\s*[0-9]+\s*=\s*\(?\s*(!?[A-Za-z_][A-Za-z0-9_]*)")
_RULES = {"": "characters", "string": "closed", "number": "literals", "enumeration": "literals", "binary": "literals"}
_WORDS = {
    "": "no such character here",
    "string": "a closing apostrophe",
    "number": "an integer (12), or a real with digits before the point (12., 1.5E-3)",
    "enumeration": ".NAME. in capital letters",
    "binary": 'an indicator from 0 to 3 and hexadecimal digits: "0FF"',
}
_FLAWS = {
    "directive": ("strings", "\\\\, \\X\\hh, \\X2\\hhhh...\\X0\\ or \\X4\\hhhhhhhh...\\X0\\"),
    "scalar": ("strings", "characters of ISO/IEC 10646"),
    "bytes": ("characters", "\\X2\\...\\X0\\ for characters beyond ASCII, or implementation level 4"),
    "utf-8": ("characters", "UTF-8"),
    "control": ("controls", "no control characters in strings"),
    "page": ("string-pages", "\\X2\\...\\X0\\"),
}


@dataclass(slots=True)
class _Open:
    """An instance that began in an earlier block. `key` has its runs counted; what it refers to goes into `refs` as it is read.

    `before`: references that were there already. `names`: its own one, when it was met.
    """

    start: int
    offset: int
    refs: Column
    before: int
    names: tuple[int, ...] = ()
    key: bytes = b""
    marked: bool = False

    def go_on(self, key: bytes, values: Words, marked: bool) -> None:
        if self.marked:
            return
        if not marked:
            self.key += shortened(key)
            if len(self.key) > _KEPT:
                self.key = joined(self.key)
        self.marked = marked or len(self.key) > 16 * _KEPT
        if self.marked:
            self.key = b""
            self.forget()
        elif len(values):
            own = 0 if self.names else 1
            self.names = self.names or (int(values[0]),)
            self.refs.add(values[own:])
            if len(self.refs) - self.before > REFERENCES:
                self.marked = True
                self.forget()

    def forget(self) -> None:
        """It is none that keeps the grammar as it stands."""
        self.refs.cut(self.before)


class Reader:
    """Reads once from the first byte to the last. What it found is in `structure`, `table` and `found`."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.blocks = Blocks(file)
        self.lines = Lines(path, READ, self.blocks.before)
        self.found = Found(self.lines)
        self.table = Table()
        self.structure = Structure(self.found, lambda: len(self.table.ids))
        self.elsewhere: list[tuple[int, str]] = []
        self._path = path
        self._open: _Open | None = None
        self._malformed = 0
        self._beyond = 0  # instances of a shape for which there was no room
        self._misplaced = False

    def read(self) -> None:
        """Everything; a file that does not begin as one is read no further than its first block."""
        for block in self.blocks:
            collapsed = collapse(block.text, LONGEST + 1)
            if len(collapsed.inside) and self._unclosed(block, collapsed):
                continue
            self._take(block, collapsed)
            for first, last in collapsed.strings:
                self._string(block, first, last)
            if not self.structure.begun:
                break

    # Statements

    def _take(self, block: Block, c: Collapsed) -> None:
        count = len(c.keys)
        begins = np.zeros(count + 1, np.int64)
        begins[1:] = c.ends + 1
        names = np.searchsorted(c.hashes, begins)
        lo = 0
        if self._open is not None:
            lo = 1 if count else 0
            self._continue(block, c, names, bool(count))
            if not count:
                return
        keys = c.keys[lo:]
        for m in c.marked:
            if lo <= m < count:
                keys[m - lo] = b""  # it may hold what is a symbol of keys
        codes = np.fromiter(map(self.table.codes.__getitem__, keys), np.int32, count - lo)
        at = lo
        for special in np.flatnonzero(codes == APART).tolist():
            self._plain(block, c, names, codes, at, lo + special, lo)
            at = lo + special + 1
            begin = int(begins[at - 1])
            self._special(block.text[begin : int(c.ends[at - 1])], block.start + begin)
        self._plain(block, c, names, codes, at, count, lo)
        if not block.whole:
            rest = int(names[count])
            offset = int(c.hashes[rest]) if rest < len(c.hashes) else int(begins[count])
            refs = self.table.refs
            self._open = _Open(block.start + int(begins[count]), block.start + offset, refs, len(refs))
            self._open.go_on(c.rest, c.values[rest:], count in c.marked)

    def _plain(self, block: Block, c: Collapsed, names: Ints, codes: NDArray[np.int32], begin: int, end: int, lo: int) -> None:
        """Valid instances from `begin` up to `end`."""
        if begin >= end:
            return
        first, last = int(names[begin]), int(names[end])
        values = c.values[first:last]
        own = names[begin:end] - first
        ids = values[own]
        others = np.ones(len(values), np.bool_)
        others[own] = False
        offsets = c.hashes[names[begin:end]] + block.start
        self._placed(int(offsets[0]), int(ids[0]))
        self.table.add(ids, offsets, codes[begin - lo : end - lo], values[others])

    def _special(self, text: bytes, start: int) -> None:
        """A statement that is no plain instance; `start` of its text."""
        lead = len(text) - len(text.lstrip(_BLANKS))
        if text[lead : lead + 1] == b"\\" and self.structure.inside in (b"DATA", b""):
            text = unprinted(text)
            lead = len(text) - len(text.lstrip(_BLANKS))
        if text[lead : lead + 1] == b"#" and self.structure.inside in (b"DATA", b""):
            self._exact(text[lead:], start + lead)
        else:
            self.structure.take(text[lead:], start + lead)

    def _placed(self, offset: int, id: int) -> None:
        """Instances outside DATA are told once for each place."""
        if self.structure.inside == b"DATA":
            self._misplaced = False
        elif not self._misplaced:
            self._misplaced = True
            inside = self.structure.inside.decode() or "no section"
            self.found.add("sections", offset, expected="instances in DATA", found=inside, instance=f"#{id}", location="DATA")

    # An instance, token by token

    def _exact(self, text: bytes, start: int) -> None:
        if self._malformed >= _MALFORMED:
            self._lost(text)
            self.found.count("syntax", 1)
            return
        if self._beyond >= _MALFORMED:
            self._lost(text)
            self.found.count("limits", 1)
            return
        if len(text) > EXACT:
            self._too_long(start, len(text))
            self._lost(text[:64])
            return
        tokens = tokens_of(text)
        try:
            if tokens.stray is not None:
                raise Malformed(len(tokens.kinds), "")
            instance(tokens.symbols(), _values(tokens))
            code = self.table.codes[_key(tokens)]
        except Malformed as wrong:
            self._malformed += 1
            self._tell(text, start, tokens, wrong)
            self._lost(text)
            return
        numbers = [int(t[1:]) for kind, t in zip(tokens.kinds, tokens.texts, strict=True) if kind == "reference"]
        if code == APART or max(numbers) >= 1 << 63:
            self._too_large(text, start, max(numbers))
            return
        for kind, token in zip(tokens.kinds, tokens.texts, strict=True):
            if kind in ("value", "constant") and len(self.elsewhere) < _ELSEWHERE:
                self.elsewhere.append((start, token.decode("ascii")))
        self._placed(start, numbers[0])
        self.table.add_one(numbers[0], start, code, np.array(numbers[1:], np.uint64))

    def _too_large(self, text: bytes, start: int, number: int) -> None:
        if number >= 1 << 63:
            expected, shown = "instance names below 2^63", f"#{number}"[:60]
        else:
            self._beyond += 1
            expected, shown = "an instance of a form that many share", "too many different ones, or one too varied"
        self.found.add("limits", start, expected=expected, found=shown, location="instance")
        self._lost(text)

    def _too_long(self, offset: int, size: int) -> None:
        expected = f"at most {EXACT} bytes, or at most {REFERENCES} references and nothing unusual"
        self.found.add("limits", offset, expected=expected, found=f"{size} bytes", location="instance")

    def _lost(self, text: bytes) -> None:
        """The instances in a malformed text exist, so that references to them are not wrong."""
        self.table.malformed.extend(int(m[1]) for m in _NAMED.finditer(text))

    def _tell(self, text: bytes, start: int, tokens: Tokens, wrong: Malformed) -> None:
        keyword = _KEYWORD.match(text)
        name = _NAMED.match(text)
        location = keyword[1].decode("ascii") if keyword else "instance"
        instance_name = f"#{int(name[1])}" if name else ""
        stray = tokens.stray
        if stray is not None:
            partial = self._earlier(tokens)
            if partial is None:
                self.found.add(
                    _RULES[stray.kind],
                    start + stray.offset,
                    expected=_WORDS[stray.kind],
                    found=stray.text,
                    location=location,
                    instance=instance_name,
                )
                return
            wrong = partial
        at = tokens.starts[wrong.index] if wrong.index < len(tokens.starts) else len(text)
        if number := _number_before(tokens, wrong.index):
            self.found.add(
                "literals",
                start + tokens.starts[wrong.index - 1],
                expected=_WORDS["number"],
                found=number,
                location=location,
                instance=instance_name,
            )
            return
        shown = text[at : at + 40].decode("latin-1") if at < len(text) else ";"
        self.found.add("syntax", start + at, expected=wrong.expected, found=shown, location=location, instance=instance_name)

    def _earlier(self, tokens: Tokens) -> Malformed | None:
        """What breaks the grammar before the text that is no token, if anything does."""
        try:
            instance(tokens.symbols(), _values(tokens))
        except Malformed as wrong:
            return wrong if wrong.index < len(tokens.kinds) else None
        return None

    # Instances over several blocks

    def _continue(self, block: Block, c: Collapsed, names: Ints, ends: bool) -> None:
        waiting = self._open
        assert waiting is not None
        marked = bool(c.marked) and c.marked[0] == 0
        if not ends:
            waiting.go_on(c.rest, c.values, marked)
            return
        waiting.go_on(c.keys[0], c.values[: int(names[1])], marked)
        self._open = None
        code = APART if waiting.marked else self.table.codes[joined(waiting.key)]
        if code == APART:
            waiting.forget()
            self._again(waiting, block.start + int(c.ends[0]))
            return
        name = waiting.names[0]
        self._placed(waiting.offset, name)
        self.table.add_one(name, waiting.offset, code, np.zeros(0, np.uint64))

    def _again(self, waiting: _Open, end: int) -> None:
        """A long statement that is not plain is read once more, if it is not too long for that."""
        if end - waiting.start > EXACT:
            self._too_long(waiting.offset, end - waiting.start)
            with self._path.open("rb") as file:
                file.seek(waiting.start)
                self._lost(file.read(4096)[:64])
            return
        with self._path.open("rb") as file:
            file.seek(waiting.start)
            raw = file.read(end - waiting.start)
        self._special(Blocks.without_comments(raw), waiting.start)

    # Strings

    def _string(self, block: Block, first: int, last: int) -> None:
        raw = block.text[first + 1 : last]
        start = block.start + first
        if len(raw) + 2 > LONGEST:
            self.found.add(
                "string-length", start, expected=f"at most {LONGEST} bytes", found=f"{len(raw) + 2} bytes", location="string"
            )
        if len(raw) > EXACT:
            return
        plain = raw.translate(None, b"\r\n")
        for flaw in decoded(plain, self.structure.utf8)[1]:
            self._flaw(flaw, start + 1 + (flaw.offset if len(plain) == len(raw) else 0))

    def _flaw(self, flaw: Flaw, offset: int) -> None:
        rule, expected = _FLAWS[flaw.kind]
        self.found.add(rule, offset, expected=expected, found=flaw.text, location="string", kind=flaw.kind)

    def _unclosed(self, block: Block, c: Collapsed) -> bool:
        """Whether a string holds the end of its instance and the beginning of another: it was never closed, and is closed now.

        An instance that keeps the grammar as it stands may well quote such a text.
        """
        for place in c.inside.tolist():
            index = int(np.searchsorted(c.ends, place))
            plain = index < len(c.keys) and index not in c.marked and self.table.codes[c.keys[index]] != APART
            if not plain and self.blocks.close_string(block, place):
                return True
        return False

    def finish(self) -> bool:
        """What is wrong at the end of the file; whether it was read to its end."""
        blocks = self.blocks
        if blocks.comment >= 0:
            self.found.add("closed", blocks.comment, expected="*/", found="the end of the file", location="comment")
        for offset, text in blocks.closed:
            self.found.add("closed", offset, expected="a closing apostrophe", found=_shown(text), location="string")
        if blocks.open_string >= 0:
            self.found.add(
                "closed", blocks.open_string, expected="a closing apostrophe", found=_shown(blocks.tail), location="string"
            )
        if blocks.stuck:
            self.found.add(
                "limits", blocks.tail_start, expected=f"a comma or semicolon within {LIMIT} bytes", found="none", location="file"
            )
        elif blocks.tail:
            self.found.add("envelope", blocks.tail_start, expected="a semicolon", found=_shown(blocks.tail), location="file")
        return not blocks.stuck and not blocks.tail


def _shown(text: bytes) -> str:
    return text[:60].decode("latin-1")


def _number_before(tokens: Tokens, index: int) -> str:
    """A number that goes on as something else at that token, "1.E" or "1.2.3"; "" when there is none."""
    if not 0 < index < len(tokens.kinds) or tokens.kinds[index - 1] not in ("real", "integer") or tokens.kinds[index] == "mark":
        return ""
    before, text = tokens.texts[index - 1], tokens.texts[index]
    together = tokens.starts[index] == tokens.starts[index - 1] + len(before)
    return (before + text)[:60].decode("latin-1") if together else ""


def _values(tokens: Tokens) -> Callable[[int], bool | None]:
    """Whether a token is a parameter by itself."""

    def leaf(index: int) -> bool | None:
        if tokens.texts[index] in (b"$", b"*"):
            return True
        return None if tokens.kinds[index] in ("mark", "keyword", "word", "resource") else True

    return leaf


def _key(tokens: Tokens) -> bytes:
    """The key of an instance that was read token by token; two words stay apart."""
    out: list[bytes] = []
    before = "mark"
    for kind, symbol, text in zip(tokens.kinds, tokens.symbols(), tokens.texts, strict=True):
        if before != "mark" and kind != "mark":
            out.append(b" ")
        out.append(b"@" + text.lstrip(b"@") if kind == "constant" else symbol)
        before = kind if text not in (b"$", b"*") else "value"
    return b"".join(out)
