"""What stands in a row of a TOML file, and on which line?"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from cpo_probe.errors import UsageError

E = TypeVar("E", bound=StrEnum)

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\"'-]+?)\s*\]")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a typo: "; nearest is 'x'", or the whole list when nothing is near."""
    names = sorted(map(str, known))
    close = get_close_matches(word, names, 1, 0.6)
    return f"; nearest is {close[0]!r}" if close else f"; known: {', '.join(names) or 'none'}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it was written: "file.toml:12"."""

    value: Any
    place: str


@dataclass(frozen=True, slots=True)
class Row:
    """One table of a file. Every reading method raises `UsageError` that names the line."""

    table: str
    place: str
    cells: dict[str, Cell]

    def refuse_unknown(self, known: Iterable[str]) -> None:
        names = set(known)
        for key, cell in self.cells.items():
            if key not in names:
                raise UsageError(f"{cell.place}: {self.table} has no key {key!r}{nearest(key, names)}")

    def at(self, key: str) -> str:
        return self.cells[key].place if key in self.cells else self.place

    def wrong(self, key: str, expected: str) -> UsageError:
        found = repr(self.cells[key].value) if key in self.cells else "nothing"
        return UsageError(f"{self.at(key)}: {key} of this {self.table}: expected {expected}, found {found}")

    def value(self, key: str, default: Any, type: type, expected: str) -> Any:
        if key not in self.cells and default is not None:
            return default
        if key not in self.cells or not isinstance(self.cells[key].value, type):
            raise self.wrong(key, expected)
        return self.cells[key].value

    def text(self, key: str, default: str | None = None) -> str:
        """A text in one line: line breaks of a long TOML string are only layout."""
        found: str = self.value(key, default, str, "a text")
        return " ".join(found.split())

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        found = self.value(key, None if default is None else list(default), list, "a list of texts")
        if not all(isinstance(item, str) for item in found):
            raise self.wrong(key, "a list of texts")
        return tuple(found)

    def choice(self, key: str, kind: type[E]) -> E:
        text = self.text(key)
        if text not in set(kind):
            raise UsageError(f"{self.at(key)}: {key} {text!r} is not known{nearest(text, kind)}")
        return kind(text)

    def tables(self, key: str) -> tuple["Row", ...]:
        """A list of inline tables."""
        found = self.value(key, [], list, "a list of tables")
        if not all(isinstance(item, dict) for item in found):
            raise self.wrong(key, "a list of tables")
        place = self.at(key)
        return tuple(Row(key, place, {k: Cell(v, place) for k, v in item.items()}) for item in found)

    def over(self, base: "Row") -> "Row":
        """This row's cells laid over those of `base`."""
        return Row(self.table, self.place, {**base.cells, **self.cells})


def read(path: Path) -> dict[str, Any]:
    """Top-level scalars as cells, arrays of tables as lists of rows; raises `UsageError` on a file that is no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}): correct the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected TOML in UTF-8, found: {error}") from error
    lines = _lines(text)
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            found[name] = [_row(path, lines, name, position, item) for position, item in enumerate(value)]
        else:
            found[name] = Cell(value, f"{path}:{lines.get(('', 0, name), 1)}")
    return found


def _row(path: Path, lines: dict[tuple[str, int, str], int], table: str, position: int, item: dict[str, Any]) -> Row:
    start = lines.get((table, position, ""), 1)
    cells = {key: Cell(value, f"{path}:{lines.get((table, position, key), start)}") for key, value in item.items()}
    return Row(table, f"{path}:{start}", cells)


def _lines(text: str) -> dict[tuple[str, int, str], int]:
    """(table, position in its array, key) -> line; the key "" is the header, that of a sub-table its name."""
    found: dict[tuple[str, int, str], int] = {}
    counts: dict[str, int] = {}
    table, sub, quoted = "", "", False
    for number, line in enumerate(text.splitlines(), 1):
        if not quoted and (header := _HEADER.match(line)):
            table, _, sub = header[2].partition(".")
            if header[1] == "[[" and not sub:
                counts[table] = counts.get(table, -1) + 1
            found.setdefault((table, counts.get(table, 0), sub), number)
        elif not quoted and not sub and (key := _KEY.match(line)):
            found.setdefault((table, counts.get(table, 0), key[1]), number)
        quoted ^= line.count('"""') % 2 == 1
    return found
