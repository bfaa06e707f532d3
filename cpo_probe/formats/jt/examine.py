"""Does a JT file keep its frame: header, table of contents, beginnings of segments?"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cpo_probe.formats.jt.rules import RULES
from cpo_probe.model import Problem, Problems, Where, not_applicable

_VERSION = re.compile(rb"Version (\d{1,2})\.(\d{1,2})(?=[ \0])")
_MARK = b" \n\r\n "
_LENGTH = 80
MOST = 2_000_000  # entries of a table of contents that are read


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


def examine(path: Path) -> Report:
    """Judge a file by `RULES`; memory grows with the entries of the table of contents, of which at most two million are read."""
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
        place = "Q" if major >= 10 else "I"
        (at,) = struct.unpack_from(order + place, head, _LENGTH + 5)
        root = head[_LENGTH + 5 + struct.calcsize(place) :][:16]
        entries = list(_contents(file, at, size, order, place, problems))
        _segments(file, entries, order, problems)
        if "contents" in problems.counts and not entries:
            _unsaid(problems, "segments", "root")
        elif root not in {entry.id for entry in entries}:
            problems.add(Problem("root", Where("file", offset=_LENGTH + 5), "", "a segment of the file", root.hex(), {}))
    return Report(f"{major}.{int(version[2])}", len(entries), problems)


def _unsaid(problems: Problems, *rules: str) -> None:
    assert {rule.id for rule in RULES} >= set(rules)
    for rule in rules:
        problems.unsaid[rule] = not_applicable("jt_no_contents")


def _contents(file: BinaryIO, at: int, size: int, order: str, place: str, problems: Problems) -> Iterator[_Entry]:
    """The entries that can be read. An offset and a length beyond the file are told, and the entry is passed over."""
    shape = struct.Struct(f"{order}16s{place}II")
    file.seek(min(at, size))
    counted = file.read(4)
    number = struct.unpack(f"{order}i", counted)[0] if len(counted) == 4 else -1
    if not 0 < number <= (size - at - 4) // shape.size:
        where = Where("file", offset=_LENGTH + 5)
        problems.add(Problem("contents", where, "table of contents", "a table in the file", f"{number} entries at {at}", {}))
        return
    for index in range(min(number, MOST)):
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
