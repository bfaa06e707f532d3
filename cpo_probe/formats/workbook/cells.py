"""Where is a cell, and is its value of the type that it states? Sheets are read in passing, whatever their size."""

import re
from collections.abc import Callable

from cpo_probe.formats.opc import Element

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|INF|-INF|NaN")
_TYPES = {"b", "d", "e", "inlineStr", "n", "s", "str"}
Told = Callable[[str, int, str, object, object], None]
"""Rule, line, place, expected, found."""


def column(letters: str) -> int:
    """A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Sheet:
    """Walks over a sheet; keeps the row and the cell that were last. `strings`, `styles`: how many there are, -1 unknown."""

    def __init__(self, strings: int, styles: int, told: Told) -> None:
        self._strings = strings
        self._styles = styles
        self._told = told
        self._row = self._column = self._line = 0
        self._type = ""
        self._place = ""
        self._inside = False
        self.cells = 0

    def start(self, element: Element) -> None:
        """An element begins."""
        if element.name == "sheetData":
            self._inside = True
        elif not self._inside:
            return
        elif element.name == "row" and element.depth == 2:
            self._begin_row(element)
        elif element.name == "c" and element.depth == 3:
            self._begin_cell(element)

    def end(self, name: str, text: str, depth: int) -> None:
        """An element ends."""
        if name == "sheetData":
            self._inside = False
        elif self._inside and name == "v" and depth == 4:
            self._value(text)

    def _begin_row(self, element: Element) -> None:
        stated = element.attributes.get("r")
        row = self._row + 1 if stated is None else int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 9 else 0
        if not self._row < row <= LAST_ROW:
            self._told("cells", element.line, "row", f"after {self._row}, up to {LAST_ROW}", (stated or str(row))[:20])
        self._row, self._column = max(row, self._row), 0

    def _begin_cell(self, element: Element) -> None:
        self.cells += 1
        said = element.attributes
        self._line, self._type, self._place = element.line, said.get("t", "n"), said.get("r", "")
        place = _PLACE.fullmatch(self._place) if "r" in said else None
        at = column(place[1]) if place else self._column + 1
        if "r" in said and (place is None or int(place[2]) != self._row or not self._column < at <= LAST_COLUMN):
            self._told("cells", element.line, "c", f"a place in row {self._row} behind the last", self._place[:20])
        self._column = max(at, self._column)
        style = said.get("s", "0")
        if self._styles >= 0 and "s" in said and not (style.isascii() and style.isdigit() and int(style[:9]) < self._styles):
            self._told("styles", element.line, "c", f"below {self._styles}", style[:20])
        if self._type not in _TYPES:
            self._told("values", element.line, "c", "a type of cells", self._type[:20])

    def _value(self, text: str) -> None:
        text = text.strip()
        if self._type == "s":
            whole = text.isascii() and text.isdigit()
            if not whole or (self._strings >= 0 and int(text[:12]) >= self._strings):
                self._told("strings", self._line, "c", f"below {max(self._strings, 0)}", text[:20])
        elif (self._type == "n" and text and not _NUMBER.fullmatch(text)) or (
            self._type == "b" and text not in ("0", "1", "true", "false")
        ):
            self._told("values", self._line, "c", "a number" if self._type == "n" else "0 or 1", text[:40])
