"""How is a list of rows kept so that nobody can change, drop or reorder one unseen, and a kill loses at most the last?

A journal is a JSON Lines file. Every row has a member `previous`, the sha256 of the line before it (without its newline);
the first one has the digest of plan.json. A line that does not end in a newline is what a killed process left behind.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cpo_probe.evidence.files import Appender

MAX_LINE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file; `whole` is false for a torn last one. `number` counts from 1."""

    number: int
    offset: int
    data: bytes  # without the newline
    whole: bool

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def end(self) -> int:
        return self.offset + len(self.data) + 1


def read_lines(file: BinaryIO, offset: int = 0, number: int = 1) -> Iterator[Line]:
    """The lines from `offset` on, one at a time. A line longer than `MAX_LINE` is given in pieces that are no JSON."""
    while data := file.readline(MAX_LINE):
        whole = data.endswith(b"\n")
        yield Line(number, offset, data[:-1] if whole else data, whole)
        offset += len(data)
        number += 1


class Journal:
    """A journal being written. `head` is the hash that the next row has to name."""

    def __init__(self, path: Path, rows: int, head: str) -> None:
        self._file = Appender(path)
        self.rows = rows
        self.head = head

    def append(self, row: bytes) -> None:
        """Add a row that names `head` as its `previous`. On `OSError` the journal is as it was before."""
        self._file.append(row + b"\n")
        self.head = hashlib.sha256(row).hexdigest()
        self.rows += 1

    def sync(self) -> None:
        self._file.sync()

    def close(self) -> None:
        self._file.close()
