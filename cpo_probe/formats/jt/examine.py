"""Does a JT file keep its frame: header, table of contents, beginnings of segments?"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cpo_probe.formats.jt.rules import RULES
from cpo_probe.model import Blocker, Problem, Problems, Where, not_applicable, untestable

_VERSION = re.compile(rb"Version (\d{1,2})\.(\d{1,2})(?=[ \0])")
_MARK = b" \n\r\n "
_LENGTH = 80
_ENTRY = "16s{}II"  # id, offset, length, attributes
MOST = 2_000_000  # entries of a table of contents; of what further ones say nothing is known


@dataclass(frozen=True, slots=True)
class Report:
    """`version`: "9.5", "" where none is stated. `segments`: how many the table of contents lists."""

    version: str
    segments: int
    problems: Problems


@dataclass(frozen=True, slots=True)
class _Entry:
    id: bytes
    offset: int
    length: int
    at: int  # where the entry stands


def examine(path: Path, most: int = MOST) -> Report:
    """Judge a file by `RULES`; memory grows with the entries of the table of contents, of which at most so many are read."""
    problems = Problems()
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_LENGTH + 1 + 4 + 8 + 16)
        version = _VERSION.match(head)
        if version is None or len(head) < _LENGTH + 25 or head[_LENGTH] not in (0, 1):
            problems.add(Problem("header", Where("file", offset=0), "", "a header of JT", head[:40].decode("latin-1"), {}))
            _unsaid(problems, "transfer", "contents", "segments", "root")
            return Report("", 0, problems)
        major, order = int(version[1]), "<>"[head[_LENGTH]]
        if head[_LENGTH - len(_MARK) : _LENGTH] != _MARK:
            found = head[_LENGTH - len(_MARK) : _LENGTH].hex(" ")
            problems.add(Problem("transfer", Where("file", offset=_LENGTH - len(_MARK)), "", _MARK.hex(" "), found, {}))
        place, at = _layout(file, head, major, size, order)
        root = head[_LENGTH + 5 + struct.calcsize(place) :][:16]
        entries = list(_contents(file, at, size, order, place, most, problems))
        _segments(file, entries, order, problems)
        there = root in {entry.id for entry in entries}
        if "contents" in problems.counts and not entries:
            _unsaid(problems, "segments", "root")
        elif _number(file, at, size, order) > most:
            silent = {"contents", "segments"} if there else {"contents", "segments", "root"}
            problems.unsaid |= dict.fromkeys(silent - problems.counts.keys(), untestable(Blocker.BEYOND_BOUNDS))
        elif not there:
            problems.add(Problem("root", Where("file", offset=_LENGTH + 5), "", "a segment of the file", root.hex(), {}))
    return Report(f"{major}.{int(version[2])}", len(entries), problems)


def _layout(file: BinaryIO, head: bytes, major: int, size: int, order: str) -> tuple[str, int]:
    """How wide offsets are, and where the table of contents is.

    64 bits from edition 10 on; readers of its drafts know 32 bits, which are taken where a table of contents is found by them.
    """
    for place in ("Q", "I") if major >= 10 else ("I",):
        (at,) = struct.unpack_from(order + place, head, _LENGTH + 5)
        if 0 < _number(file, at, size, order) <= (size - at - 4) // struct.calcsize(f"={_ENTRY.format(place)}"):
            return place, at
    place = "Q" if major >= 10 else "I"
    return place, int(struct.unpack_from(order + place, head, _LENGTH + 5)[0])


def _number(file: BinaryIO, at: int, size: int, order: str) -> int:
    """How many entries a table of contents states, -1 where it is none."""
    if at > size - 4:
        return -1
    file.seek(at)
    return int(struct.unpack(f"{order}i", file.read(4))[0])


def _unsaid(problems: Problems, *rules: str) -> None:
    assert {rule.id for rule in RULES} >= set(rules)
    for rule in rules:
        problems.unsaid[rule] = not_applicable("jt_no_contents")


def _contents(file: BinaryIO, at: int, size: int, order: str, place: str, most: int, problems: Problems) -> Iterator[_Entry]:
    """The entries that can be read. An offset and a length beyond the file are told, and the entry is passed over."""
    shape = struct.Struct(order + _ENTRY.format(place))
    number = _number(file, at, size, order)
    if not 0 < number <= (size - at - 4) // shape.size:
        where = Where("file", offset=_LENGTH + 5)
        problems.add(Problem("contents", where, "table of contents", "a table in the file", f"{number} entries at {at}", {}))
        return
    for index in range(min(number, most)):
        place_of_entry = at + 4 + index * shape.size
        file.seek(place_of_entry)
        id, offset, length, _ = shape.unpack(file.read(shape.size))
        if offset + length > size or length < 24:
            where = Where("file", offset=place_of_entry)
            problems.add(Problem("contents", where, "segment", f"up to {size}", f"{offset} + {length}", {}))
            continue
        yield _Entry(id, offset, length, place_of_entry)


def _segments(file: BinaryIO, entries: list[_Entry], order: str, problems: Problems) -> None:
    met: set[bytes] = set()
    for entry in entries:
        where = Where("file", offset=entry.offset)
        if entry.id in met:
            problems.add(Problem("segments", Where("file", offset=entry.at), "id", "an id of its own", entry.id.hex(), {}))
        met.add(entry.id)
        file.seek(entry.offset)
        head = file.read(24)
        if head[:16] != entry.id:
            problems.add(Problem("segments", where, "id", entry.id.hex(), head[:16].hex(), {}))
            continue
        (length,) = struct.unpack_from(f"{order}I", head, 20)
        if length != entry.length:
            problems.add(Problem("segments", where, "length", entry.length, length, {}))
