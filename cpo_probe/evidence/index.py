"""Which exchanges are there, without holding them in memory?

A temporary SQLite file beside no bundle: rows are read once as a stream, and nothing in Python grows with their number.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.rows import Group, Key, Row
from cpo_probe.model import Identity
from cpo_probe.model.pattern import matches

_PRAGMAS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000;"
_TABLE = """
CREATE TABLE exchange (
    id INTEGER PRIMARY KEY, offset INTEGER, length INTEGER, unit TEXT, attempt INTEGER, live INTEGER,
    probe TEXT, purpose TEXT, grp TEXT, interface TEXT, operation TEXT, identity TEXT, status INTEGER, failed INTEGER,
    followed INTEGER
) STRICT;
"""
_INDEXES = """
CREATE INDEX by_operation ON exchange (interface, operation);
CREATE INDEX by_group ON exchange (grp);
"""
_INSERT = "INSERT INTO exchange VALUES (?,?,?,?,?,1,?,?,?,?,?,?,?,?,0)"
_CHAINED = frozenset({"retry", "redirect", "challenge"})  # roles of an exchange that takes the place of the one it follows
_KEY = "id, probe, purpose, grp, interface, operation, identity, status, failed, followed"


class Ids(Sequence[str]):
    """Ids of exchanges, eight bytes each, in their order."""

    def __init__(self, numbers: "array[int]") -> None:
        self._numbers = numbers

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Ids":
        """These ids, in the order given."""
        return cls(array("q", map(int, ids)))

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> "Ids": ...
    def __getitem__(self, at: int | slice) -> "str | Ids":
        return Ids(self._numbers[at]) if isinstance(at, slice) else exchange_id(self._numbers[at])

    def __iter__(self) -> Iterator[str]:
        return map(exchange_id, self._numbers)


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise EvidenceError(
            f"cannot write a temporary index to {folder}: {error}. Free some space there, or name another folder by TMPDIR"
        ) from error


def exchange_id(number: int) -> str:
    """Zero-padded to six digits."""
    return f"{number:06d}"


_NEAR = 64  # places that are looked up at once


class Index:
    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        with _room(self._folder):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2000;" + _TABLE + _INDEXES
            )
        self._near: dict[int, tuple[int, int]] = {}  # places by id
        self._purposes: list[str] | None = None
        self._chosen: dict[tuple[str, ...], list[str]] = {}  # of the purposes, those that patterns mean

    def add(self, rows: Iterable[tuple[Row, int, int]]) -> dict[str, int]:
        """Take in rows with offset and length of their lines; returns the latest attempt of each unit beyond its first.

        Raises `EvidenceError` when two rows have the same id, and when there is no room for the index.
        """
        with _room(self._folder):
            return self._add(rows)

    def _add(self, rows: Iterable[tuple[Row, int, int]]) -> dict[str, int]:
        again: dict[str, int] = {}
        followed: list[tuple[int]] = []
        self._purposes = None
        self._chosen.clear()

        def values() -> Iterator[tuple[object, ...]]:
            for row, offset, length in rows:
                if row.attempt > 1:
                    again[row.unit] = max(again.get(row.unit, 1), row.attempt)
                if row.follows and row.role in _CHAINED:
                    followed.append((int(row.follows),))
                status = row.answer.status if row.answer else 0
                yield (
                    *(int(row.id), offset, length, row.unit, row.attempt, row.probe, row.purpose, row.group),
                    *(row.interface, row.operation, row.identity.value, status, row.failure is not None),
                )

        self._db.execute("BEGIN")
        try:
            self._db.executemany(_INSERT, values())
            self._db.executemany("UPDATE exchange SET followed = 1 WHERE id = ?", followed)
        except sqlite3.IntegrityError:
            raise EvidenceError("exchanges.jsonl holds two rows with the same id: look at `cpo-probe verify`") from None
        finally:
            self._db.execute("COMMIT")
        return again

    def supersede(self, unit: str, before: int) -> None:
        """Leave out the unit's exchanges of attempts before that one."""
        self._db.execute("UPDATE exchange SET live = 0 WHERE unit = ? AND attempt < ?", (unit, before))

    def place(self, id: str) -> tuple[int, int] | None:
        """Offset and length of the row of an exchange, superseded ones too.

        Those that follow are kept at hand: exchanges are mostly read in their order.
        """
        number = _number(id)
        found = self._near.get(number)
        if found is None:
            query = "SELECT id, offset, length FROM exchange WHERE id >= ? ORDER BY id LIMIT ?"
            self._near = {one: (offset, length) for one, offset, length in self._db.execute(query, (number, _NEAR))}
            found = self._near.get(number)
        return found

    def ids(self, purpose: str, **equal: str | None) -> Ids:
        """Ids whose purpose matches the fnmatch pattern and whose columns are equal to those given."""
        where, values = self._where((purpose,), equal)
        query = f"SELECT id FROM exchange WHERE {where} ORDER BY id"
        return Ids(array("q", (number for (number,) in self._db.execute(query, values))))

    def keys(self, of: Iterable[str] = ("*",), **equal: str | None) -> Iterator[Key]:
        """Light rows, chosen in the same way by several patterns, superseded ones left out, in the order of their ids."""
        where, values = self._where(tuple(of), equal)
        for row in self._db.execute(f"SELECT {_KEY} FROM exchange WHERE {where} ORDER BY id", values):
            yield _key(row)

    def _where(self, of: tuple[str, ...], equal: dict[str, str | None]) -> tuple[str, list[str]]:
        where, values = ["live"], []
        for column, value in equal.items():
            if value is not None:
                where.append(f"{column} = ?")
                values.append(value)
        if "*" not in of:
            if self._purposes is None:
                self._purposes = [text for (text,) in self._db.execute("SELECT DISTINCT purpose FROM exchange")]
            if of not in self._chosen:
                self._chosen[of] = [text for text in self._purposes if matches(text, of)]
            chosen = self._chosen[of]
            where.append(f"purpose IN ({','.join('?' * len(chosen))})")
            values += chosen
        return " AND ".join(where), values

    def groups(self) -> Iterator[Group]:
        """Groups in the order in which they became complete."""
        shared = ", ".join(f"CASE WHEN min({c}) = max({c}) THEN min({c}) ELSE '' END" for c in ("interface", "operation"))
        query = f"SELECT grp, {shared}, max(id) AS last FROM exchange WHERE live AND grp != '' GROUP BY grp ORDER BY last"
        for name, interface, operation, last in self._db.execute(query):
            yield Group(name, interface, operation, exchange_id(last))

    def key(self, id: str) -> Key | None:
        """The light row of one exchange."""
        row = self._db.execute(f"SELECT {_KEY} FROM exchange WHERE id = ?", (_number(id),)).fetchone()
        return _key(row) if row else None

    def live(self, id: str) -> bool:
        """Whether the exchange is there and of an attempt that counts."""
        return self._db.execute("SELECT 1 FROM exchange WHERE live AND id = ?", (_number(id),)).fetchone() is not None

    def attempts(self) -> dict[str, int]:
        """The latest attempt of each unit that has asked anything."""
        return dict(self._db.execute("SELECT unit, max(attempt) FROM exchange GROUP BY unit"))

    def close(self) -> None:
        self._db.close()


def _number(id: str) -> int:
    """The number of an id, 0 (which no exchange has) when it is none."""
    well_formed = id.isascii() and id.isdecimal() and len(id) < 16 and exchange_id(int(id)) == id
    return int(id) if well_formed else 0


def _key(row: tuple[Any, ...]) -> Key:
    number, probe, purpose, group, interface, operation, identity, status, failed, followed = row
    who = Identity(identity)
    return Key(exchange_id(number), probe, purpose, group, interface, operation, who, status, bool(failed), bool(followed))
