"""How is a file of any size cut into blocks that no token crosses, with comments out of the way?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from cpo_probe.formats.step_p21.section_sign import CONTEXT, hidden, unfinished

READ = 1 << 18  # bytes; larger ones fall out of the processor's cache, and everything takes half as long again
LONG = 1 << 20
"""From this many bytes without an end of statement on, a block may end after a comma."""
LIMIT = 1 << 25
"""More bytes without comma or semicolon are not read: the bound on memory for a file without structure."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
REPAIRS = 200
"""So many unclosed strings are closed where the next instance begins."""
_BLANK = b" \t\r\n"
_IGNORED = bytes(range(33)) + b"\x7f"
"""What may follow the last semicolon (5.2): line ends, the end mark of old systems, NUL as padding."""
_NEXT = re.compile(rb";\s*#[0-9]+\s*=\s*[(!A-Z]")


@dataclass(frozen=True, slots=True)
class Block:
    """`text` begins and ends between two tokens, outside strings. Comments are blanked, so that offsets stay true.

    `start`: byte offset of its first byte. `whole`: its end is the end of a statement.
    """

    start: int
    text: bytes
    whole: bool


class Blocks:
    """The blocks of a file, in order; what was met on the way is told afterwards.

    `before`: line ends before each `READ` bytes of the file. `comment`: offset of a comment that never ends, -1 none.
    `tail`: what follows the last semicolon, its first 4 kB; `tail_start` its offset. `stuck`: that tail was beyond `LIMIT`.
    `open_string`: offset of an apostrophe without its partner, -1 none. `closed`: offset and beginning of strings that were
    closed where the next instance begins.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._quoted = False
        self._held = b""
        self._before = b""
        self._at = 0  # offset of the next byte to be read
        self._kept = b""  # read, not yet handed out
        self._start = 0
        self._lines = 0
        self._closed = 0
        self.before: list[int] = []
        self.comment = -1
        self.tail = b""
        self.tail_start = 0
        self.stuck = False
        self.open_string = -1
        self.closed: list[tuple[int, bytes]] = []

    def __iter__(self) -> Iterator[Block]:
        while True:
            more = self._read(max(READ, min(len(self._kept), LIMIT - len(self._kept))))
            self._kept += more
            while (end := self._cut()) > 0:
                block = Block(self._start, self._kept[:end], self._kept[end - 1 : end] == b";")
                self._kept, self._start = self._kept[end:], self._start + end
                yield block
                if len(self._kept) < READ:
                    break
            if not self._kept.strip(_BLANK):
                self._kept, self._start = b"", self._start + len(self._kept)
            elif (not more or len(self._kept) > 4 * READ) and self._runaway():
                continue
            elif len(self._kept) >= LIMIT:
                self.stuck = True
                break
            if not more:
                break
        if self.stuck or self._kept.strip(_IGNORED):
            lead = len(self._kept) - len(self._kept.lstrip(_BLANK if self.stuck else _IGNORED))
            self.tail, self.tail_start = self._kept[lead : lead + 4096], self._start + lead
            if self._kept.count(b"'") & 1:
                self.open_string = self._start + self._kept.rfind(b"'")

    def _cut(self) -> int:
        """Where the next block ends in what is kept, 0 when more has to be read."""
        end = _end(self._kept, b";")
        return end if end or len(self._kept) < LONG else _end(self._kept, b",")

    def close_string(self, block: Block, semicolon: int) -> bool:
        """Take a block back, with the string closed that holds that semicolon and the beginning of an instance behind it.

        Whether it does: who forgot an apostrophe has turned strings and what is between them inside out.
        """
        if self._closed >= REPAIRS or not _NEXT.match(block.text, semicolon):
            return False
        self._closed += 1
        quote = block.text.rfind(b"'", 0, semicolon)
        self.closed.append((block.start + quote, block.text[quote : min(quote + 40, semicolon)]))
        middle = b"'" + b" " * (semicolon - quote - 2) if semicolon > quote + 1 else b""
        first = block.text[: quote + 1] if middle else block.text[:quote] + b" "
        self._kept = first + middle + block.text[semicolon:] + self._kept
        self._start = block.start
        self._quoted = not self._quoted
        return True

    def _runaway(self) -> bool:
        """Close a string that holds the beginning of an instance, in what is kept; whether there was one."""
        place = 0
        for number, piece in enumerate(self._kept.split(b"'")):
            if number & 1 and (match := _NEXT.search(piece)):
                block = Block(self._start, self._kept, False)
                self._kept = b""
                if self.close_string(block, place + match.start()):
                    return True
                self._kept = block.text
                return False
            place += len(piece) + 1
        return False

    @staticmethod
    def without_comments(text: bytes) -> bytes:
        """A text that begins outside strings, its comments blanked."""
        text = hidden(text)
        if b"/*" not in text:
            return text
        blocks = Blocks(BytesIO())
        return b"".join(blocks._pieces(text, 0)) + blocks._held

    def _read(self, size: int) -> bytes:
        """At least `size` bytes if there are so many, comments blanked; empty at the end."""
        parts, got = [], 0
        while got < size:
            chunk = self._file.read(READ)
            if not chunk:
                parts.append(self._held)
                self._held = b""
                break
            self.before.append(self._lines)
            self._lines += chunk.count(b"\n")
            got += len(chunk)
            parts.append(self._uncommented(chunk))
        return b"".join(parts)

    def _uncommented(self, chunk: bytes) -> bytes:
        """The chunk with comments blanked; last bytes that may be half of a delimiter or directive wait for the next one."""
        if not self._at and chunk.startswith(BYTE_ORDER_MARK):
            chunk = b"   " + chunk[3:]
        at = self._at - len(self._held)
        self._at += len(chunk)
        text, self._held = self._held + chunk, b""
        half = len(text) - unfinished(text)
        text, half_read = hidden(text[:half], self._before), text[half:]
        if self.comment >= 0 or b"/*" in text:
            out = b"".join(self._pieces(text, at))
        else:
            if text[-1:] == b"/":
                text, self._held = text[:-1], b"/"
            self._quoted ^= bool(text.count(b"'") & 1)
            out = text
        self._held += half_read
        self._before = text[-CONTEXT:] if len(text) >= CONTEXT else (self._before + text)[-CONTEXT:]
        return out

    def _pieces(self, text: bytes, at: int) -> Iterator[bytes]:
        i = 0
        while i < len(text):
            stop = len(text)
            if self.comment >= 0:
                end = text.find(b"*/", i)
                if end >= 0:
                    self.comment, stop = -1, end + 2
                elif text[-1:] == b"*":
                    self._held, text, stop = b"*", text[:-1], stop - 1
                yield b" " * (stop - i)
            elif self._quoted:
                end = text.find(b"'", i)
                self._quoted = end < 0
                stop = end + 1 if end >= 0 else stop
                yield text[i:stop]
            else:
                comment = text.find(b"/*", i)
                in_string = bool(text.count(b"'", i, comment if comment >= 0 else stop) & 1)
                if comment < 0:
                    self._quoted = in_string
                    if text[-1:] == b"/" and not in_string:
                        self._held, text = b"/", text[:-1]
                    yield text[i:]
                elif in_string:
                    end = text.find(b"'", comment)
                    self._quoted = end < 0
                    stop = end + 1 if end >= 0 else stop
                    yield text[i:stop]
                else:
                    self.comment, stop = at + comment, comment + 2
                    yield text[i:comment] + b"  "
            i = stop


def _end(text: bytes, mark: bytes) -> int:
    """Where the last `mark` outside strings ends, 0 if there is none; the text begins outside."""
    if mark not in text:
        return 0
    end, inside = len(text), bool(text.count(b"'") & 1)
    while end > 0:
        quote = text.rfind(b"'", 0, end)
        if not inside and (found := text.rfind(mark, quote + 1, end)) >= 0:
            return found + 1
        end, inside = quote, not inside
    return 0


def statement_at(file: BinaryIO, most: int) -> bytes:
    """The statement that begins where the file stands, without semicolon, comments blanked; b"" if longer than `most`."""
    text, size = b"", 1024
    while len(text) < most:
        more = file.read(size)
        text += more
        clean = Blocks.without_comments(text)
        end = _first(clean)
        if end >= 0:
            return clean[:end]
        if not more:
            break
        size = len(text)
    return b""


def _first(text: bytes) -> int:
    """Where the first semicolon outside strings stands, -1 if there is none."""
    end = text.find(b";")
    while end >= 0 and text.count(b"'", 0, end) & 1:
        quote = text.find(b"'", end)
        end = text.find(b";", quote) if quote >= 0 else -1
    return end
