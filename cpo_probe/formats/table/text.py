"""What are the lines of a text file of any size, in UTF-8 whatever its encoding, and where does that break?"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PIECE = 2**20
_WIDE = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Bytes that are not of the encoding: where (from 0; line from 1), and which."""

    offset: int
    line: int
    found: str


@dataclass(slots=True)
class Text:
    """`lines` is to be walked to its end first: then `misfit` tells where the bytes leave the encoding, None nowhere.

    `recoded`: the bytes of the lines are not those of the file, so that they have no offsets.
    """

    path: Path
    codec: str
    ends: bytes = b"\n"
    misfit: Misfit | None = None
    _rest: bytes = field(default=b"", repr=False)

    @property
    def recoded(self) -> bool:
        return self.codec in _WIDE

    def lines(self) -> Iterator[tuple[bytes, int]]:
        """Each line with its end and its offset (-1 recoded); one of more than 1 MB in pieces, of which the last has the end."""
        offset, rest, first = 0, b"", True
        for piece in self.pieces():
            if first:
                kept = piece.removeprefix(codecs.BOM_UTF8)
                offset, piece, first = len(piece) - len(kept), kept, False
            lines = (rest + piece).split(self.ends)
            rest = lines.pop()
            for line in lines:
                yield line + self.ends, -1 if self.recoded else offset
                offset += len(line) + 1
            if len(rest) >= PIECE:
                held = rest[-1:] if rest.endswith(b"\r") else b""  # its line feed may come with the next piece
                part = rest[: len(rest) - len(held)]
                yield part, -1 if self.recoded else offset
                offset, rest = offset + len(part), held
        if rest:
            yield rest, -1 if self.recoded else offset

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file, recoded where they have to be."""
        decoder = codecs.getincrementaldecoder(self.codec)("strict")
        fed, line, ended = 0, 1, False
        with self.path.open("rb") as file:
            while not ended:
                raw = file.read(PIECE)
                ended = not raw
                text = ""
                if self.misfit is None:
                    try:
                        text = decoder.decode(raw, ended)
                    except UnicodeDecodeError as error:
                        self.misfit = _misfit(error, fed, len(raw), line)
                    except (UnicodeError, ValueError):  # a codec that does not say where
                        self.misfit = Misfit(fed, line, "")
                fed += len(raw)
                line += raw.count(self.ends)
                if not self.recoded:
                    yield raw
                elif self.misfit is not None:
                    return
                else:
                    yield text.encode("utf-8", "replace")


def misfit(path: Path, codec: str) -> Misfit | None:
    """Where the bytes of a file leave an encoding, None nowhere."""
    text = Text(path, codec)
    for _ in text.pieces():
        if text.misfit is not None:
            return text.misfit
    return text.misfit


def _misfit(error: UnicodeDecodeError, fed: int, length: int, line: int) -> Misfit:
    at = fed + error.start - (len(error.object) - length)  # the decoder had kept the end of the piece before
    return Misfit(at, line + error.object[: error.start].count(b"\n"), error.object[error.start : error.start + 4].hex(" "))
