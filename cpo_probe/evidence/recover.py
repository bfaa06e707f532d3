"""Where does an interrupted record end, and what is behind its end?

A killed process leaves, at most, a torn last row, the records of an exchange whose row was not written, and parts of whole
files. They are cut off, and what was cut is told in sentences that go into environment.json.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode
from cpo_probe.evidence.files import PART
from cpo_probe.evidence.journal import Line, read_lines
from cpo_probe.evidence.rows import ARTIFACTS, EXCHANGES, INVENTORY, TRAFFIC, UNITS, ArtifactRow, Row, UnitRow
from cpo_probe.evidence.warc import segment_name
from cpo_probe.model import Inventory


@dataclass(frozen=True, slots=True)
class Tail:
    """The last whole row of a journal."""

    rows: int
    head: str


@dataclass(frozen=True, slots=True)
class Recovered:
    exchanges: Tail
    units: Tail
    artifacts: Tail
    last_id: int
    segment: int  # the last one that exists, 0 for none
    inventory_named: bool  # a row names the frozen inventory already
    cut: tuple[str, ...]


def recover(record: Path, plan_digest: str) -> Recovered:
    """Cut the record back to its last whole exchange. Raises `EvidenceError` when more than the end is damaged."""
    cut: list[str] = []
    for part in sorted(record.rglob("*" + PART)):
        part.unlink()
        cut.append(f"{part.relative_to(record).as_posix()}: an unfinished file was removed")
    scan = _Scan(record, plan_digest)
    scan.read()
    _truncate(record / EXCHANGES, scan.end, cut)
    units = _follow(record / UNITS, UnitRow, plan_digest, scan.rows, cut)
    artifacts = _follow(record / ARTIFACTS, ArtifactRow, plan_digest, scan.rows, cut)
    segment = _segments(record / TRAFFIC, scan.ends, cut)
    return Recovered(Tail(scan.rows, scan.head), units, artifacts, scan.last_id, segment, scan.inventory_named, tuple(cut))


class _Scan:
    """Walks exchanges.jsonl up to the last row that is whole and whose records are there."""

    def __init__(self, record: Path, plan_digest: str) -> None:
        self.record = record
        self.head = plan_digest
        self.rows = self.end = self.last_id = 0
        self.inventory_named = False
        self.ends: dict[int, int] = {}  # segment -> end of its last exchange
        self._sizes: dict[int, int] = {}

    def read(self) -> None:
        after = _inventory_after(self.record)
        anchored = after in ("", self.head)
        path = self.record / EXCHANGES
        size = path.stat().st_size
        with path.open("rb") as file:
            for line in read_lines(file):
                if not line.whole or not self._take(line, line.end >= size):
                    break
                anchored = anchored or self.head == after
        if not anchored:
            raise EvidenceError(
                f"{self.record / INVENTORY} follows a row that exchanges.jsonl does not hold: the record is damaged, not"
                " interrupted; look at `cpo-probe verify`, and start a new run"
            )

    def _take(self, line: Line, last: bool) -> bool:
        try:
            row = decode(line.data, Row)
            if row.previous != self.head:
                raise EvidenceError("it does not follow the row before it")
        except EvidenceError as error:
            if last:
                return False
            raise EvidenceError(
                f"{self.record / EXCHANGES} line {line.number}: {error}. The record was damaged, not interrupted, and cannot be"
                " resumed: look at `cpo-probe verify`, and start a new run"
            ) from None
        if row.offset + row.length > self._size(row.segment):
            return False
        self.head, self.end, self.rows = line.hash, line.end, line.number
        self.ends[row.segment] = row.offset + row.length
        self.last_id = max(self.last_id, int(row.id))
        self.inventory_named = self.inventory_named or bool(row.inventory)
        return True

    def _size(self, segment: int) -> int:
        if segment not in self._sizes:
            path = self.record / TRAFFIC / segment_name(segment)
            self._sizes[segment] = path.stat().st_size if path.exists() else 0
        return self._sizes[segment]


def _inventory_after(record: Path) -> str:
    path = record / INVENTORY
    return decode(path.read_bytes(), Inventory).digest if path.exists() else ""


def _follow(path: Path, kind: type[UnitRow] | type[ArtifactRow], head: str, exchanges: int, cut: list[str]) -> Tail:
    """The rows of a journal that speak of surviving exchanges only."""
    rows = end = 0
    with path.open("rb") as file:
        for line in read_lines(file):
            try:
                row = decode(line.data, kind)
            except EvidenceError:
                break
            if not line.whole or row.previous != head or row.rows > exchanges:
                break
            head, end, rows = line.hash, line.end, line.number
    _truncate(path, end, cut)
    return Tail(rows, head)


def _segments(folder: Path, ends: dict[int, int], cut: list[str]) -> int:
    for path in sorted(folder.glob("*.warc.gz")):
        end = ends.get(int(path.name.split(".", 1)[0]), 0)
        if end:
            _truncate(path, end, cut)
        else:
            path.unlink()
            cut.append(f"{TRAFFIC}/{path.name}: held no whole exchange and was removed")
    return max(ends, default=0)


def _truncate(path: Path, size: int, cut: list[str]) -> None:
    surplus = path.stat().st_size - size
    if surplus:
        os.truncate(path, size)
        name = f"{TRAFFIC}/{path.name}" if path.parent.name == TRAFFIC else path.name
        cut.append(f"{name}: {surplus} bytes of an interrupted write were cut off after byte {size}")
