"""Do the rows of the journals follow one another, and are the bytes there that they speak of?"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode
from cpo_probe.evidence.defects import Defects
from cpo_probe.evidence.journal import Line, read_lines
from cpo_probe.evidence.rows import ARTIFACTS, EXCHANGES, INVENTORY, RECORD, UNITS, ArtifactRow, Chain, Row, UnitRow
from cpo_probe.evidence.source import UNREADABLE, Source
from cpo_probe.evidence.traffic import Traffic
from cpo_probe.model import Inventory

R = TypeVar("R", Row, UnitRow, ArtifactRow)


class Chains:
    """Walks the three journals side by side, once. `begin`: the digest of plan.json."""

    def __init__(self, source: Source, begin: str, defects: Defects, scratch: Path) -> None:
        self._source = source
        self._begin = begin
        self._defects = defects
        self._traffic = Traffic(source, defects)
        self._seen = sqlite3.connect(scratch / "seen.sqlite", isolation_level=None)
        self._seen.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE seen (id TEXT PRIMARY KEY); BEGIN"
        )
        self._ends: dict[str, Chain] = {}

    def run(self, inventory: Inventory | None, inventory_digest: str) -> dict[str, Chain]:
        """Check all rows; returns how each journal ends."""
        followers = (
            _Follower(self._rows(UNITS, UnitRow), UNITS, self._defects),
            _Follower(self._artifacts(), ARTIFACTS, self._defects),
        )
        anchor = _Anchor(inventory, inventory_digest, self._defects)
        count, head = 0, self._begin
        anchor.row(count, head, "")
        for follower in followers:
            follower.reach(count, head)
        for line, row in self._rows(EXCHANGES, Row):
            self._unique(line, row)
            self._traffic.check(line.number, row)
            count, head = line.number, line.hash
            anchor.row(count, head, row.inventory)
            for follower in followers:
                follower.reach(count, head)
        for follower in followers:
            follower.finish(count)
        anchor.finish()
        self._traffic.finish()
        self._seen.close()
        return self._ends

    def _rows(self, name: str, kind: type[R]) -> Iterator[tuple[Line, R]]:
        head, number = self._begin, 0
        try:
            with self._source.stream(f"{RECORD}/{name}") as file:
                for line in read_lines(file):
                    number = line.number
                    row = self._row(name, kind, line)
                    if row is None:
                        head = line.hash
                        continue
                    if row.previous != head:
                        self._defects.add("chain", f"{name} line {number}", self._break(name, number, row.previous))
                    head = line.hash
                    yield line, row
        except FileNotFoundError:
            self._defects.add("missing", name, "missing, every record has one")
        except UNREADABLE as error:
            self._defects.add("unreadable", name, f"cannot be read: {error}")
        self._ends[name] = Chain(number, head)

    def _artifacts(self) -> Iterator[tuple[Line, ArtifactRow]]:
        for line, row in self._rows(ARTIFACTS, ArtifactRow):
            self._traffic.payload(f"{ARTIFACTS} line {line.number}", row.sha256)
            yield line, row

    def _row(self, name: str, kind: type[R], line: Line) -> R | None:
        if not line.whole:
            self._defects.add("torn", f"{name} line {line.number}", "torn, its write was interrupted; a resume cuts it off")
            return None
        try:
            return decode(line.data, kind)
        except EvidenceError as error:
            self._defects.add("unreadable", f"{name} line {line.number}", str(error))
            return None

    def _break(self, name: str, number: int, wanted: str) -> str:
        before = f"line {number - 1}" if number > 1 else "plan.json"
        with self._source.stream(f"{RECORD}/{name}") as file:
            for line in read_lines(file):
                if line.hash == wanted:
                    return f"the chain is broken: it was written after line {line.number}, not after {before}; rows were moved"
        return f"the chain is broken: it does not follow {before}, which was changed, or a row between them was removed"

    def _unique(self, line: Line, row: Row) -> None:
        try:
            self._seen.execute("INSERT INTO seen VALUES (?)", (row.id,))
        except sqlite3.IntegrityError:
            self._defects.add("chain", f"{EXCHANGES} line {line.number}", f"exchange {row.id} stands there a second time")


class _Follower:
    """A journal whose rows name the exchange row that they were written after."""

    def __init__(self, rows: Iterator[tuple[Line, UnitRow | ArtifactRow]], name: str, defects: Defects) -> None:
        self._rows = rows
        self._name = name
        self._defects = defects
        self._next = next(rows, None)

    def reach(self, count: int, head: str) -> None:
        """So many exchange rows were read, and this is the hash of the last one."""
        while self._next and self._next[1].rows <= count:
            line, row = self._next
            if (row.rows, row.after) != (count, head):
                text = f"it was not written after line {row.rows} of {EXCHANGES} as that stands there"
                self._defects.add("chain", f"{self._name} line {line.number}", text)
            self._next = next(self._rows, None)

    def finish(self, count: int) -> None:
        while self._next:
            line, row = self._next
            text = f"it speaks of {row.rows} rows of {EXCHANGES}, which holds {count}"
            self._defects.add("chain", f"{self._name} line {line.number}", text)
            self._next = next(self._rows, None)


class _Anchor:
    """The inventory names the row before it, and the row after it names the inventory."""

    def __init__(self, inventory: Inventory | None, digest: str, defects: Defects) -> None:
        self._after = inventory.digest if inventory else ""
        self._digest = digest
        self._defects = defects
        self._found = False
        self._expected = ""  # what the next row has to name

    def row(self, number: int, head: str, named: str) -> None:
        """The row of that number (0: the plan), its hash, and the inventory that it names."""
        if named != self._expected:
            names = f"names the inventory {named[:16]}…" if named else "names no inventory"
            frozen = f"{self._expected[:16]}… was frozen before it" if self._expected else "none was frozen before it"
            self._defects.add("inventory", f"{EXCHANGES} line {number}", f"it {names}, {frozen}: the inventory was changed")
        self._expected = ""
        if self._after == head:
            self._found = True
            self._expected = self._digest

    def finish(self) -> None:
        if self._after and not self._found:
            self._defects.add("inventory", INVENTORY, f"it follows a row that {EXCHANGES} does not hold")
