"""What are the parts of a multipart message (RFC 2046, 5.1), read piece by piece?"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import BinaryIO

from cpo_probe.formats.package.bounds import LIMIT, Bounds, Broken

PIECE = 2**16
MAX_HEAD = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Head:
    """What a part says about itself."""

    name: str
    media_type: str
    offset: int


def boundary(media_type: str) -> str:
    """The parameter `boundary`, "" when there is none."""
    message = Message()
    message["Content-Type"] = media_type
    found = message.get_param("boundary", "")
    return found if isinstance(found, str) else ""


def parts(path: Path, media_type: str, bounds: Bounds) -> Iterator[tuple[Head, Iterator[bytes]]]:
    """Each part with its bytes. Raises `Broken` when the message does not end as it has to."""
    mark = boundary(media_type)
    if not mark:
        raise Broken("readable", "a multipart message without a boundary")
    with path.open("rb") as file:
        reader = _Reader(file, b"--" + mark.encode("latin-1", "replace"))
        for _ in reader.part():
            pass  # the preamble is no part (5.1.1)
        number = 0
        while not reader.closed:
            if reader.ended:
                raise Broken("readable", "no closing boundary: the message was cut off")
            number += 1
            if number > bounds.members:
                raise Broken(LIMIT, f"more than {bounds.members} parts")
            head = reader.head(number)
            pieces = reader.part()
            yield head, pieces
            for _ in pieces:
                pass


class _Reader:
    """Walks the lines of a message; long lines come in pieces."""

    def __init__(self, file: BinaryIO, mark: bytes) -> None:
        self._file = file
        self._mark = mark
        self.closed = False
        self.ended = False

    def head(self, number: int) -> Head:
        """The fields of the part that begins here."""
        offset = self._file.tell()
        lines = b""
        while len(lines) < MAX_HEAD and (line := self._file.readline(PIECE)).strip():
            lines += line
        fields = HeaderParser().parsestr(lines.decode("utf-8", "replace"))
        location = str(fields.get("Content-Location", "")).rpartition("/")[2]
        return Head(fields.get_filename() or location or f"part-{number}", fields.get_content_type(), offset)

    def part(self) -> Iterator[bytes]:
        """The bytes up to the next boundary; the line break before it belongs to the boundary (5.1.1)."""
        held = b""
        begins = True
        while line := self._file.readline(PIECE):
            if begins and line.startswith(self._mark):
                rest = line[len(self._mark) :].strip()
                if rest in (b"", b"--"):
                    self.closed = rest == b"--"
                    if held := held.removesuffix(b"\n").removesuffix(b"\r"):
                        yield held
                    return
            if held:
                yield held
            held, begins = line, line.endswith(b"\n")
        self.ended = True
        if held:
            yield held
