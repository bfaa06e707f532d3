"""How is a table written: charset, delimiter, line ends, a header? Told by its label and its beginning."""

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from email.message import Message

HEAD = 64 * 2**10
_DELIMITERS = ",;\t|"
_ROWS = 50
_NUMBER = re.compile(r"[-+]?[\d.,'\s]*\d[\d.,'\s]*(?:[eE][-+]?\d+)?%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`media_type`: of the label, without parameters. `charset`: stated, "" where none is. `codec`: what the bytes are read by.

    `ends`: the byte that lines end by. `width`: fields of most of the first records, 0 where the first does not end in time.
    `header`: names of the columns, where the label or the values below them show that the first record has some. None unknown.
    """

    media_type: str
    charset: str
    known: bool  # whether the stated charset is one that Python reads
    marked: str  # the encoding that a byte order mark shows, "" without one
    codec: str
    delimiter: str
    ends: bytes
    width: int
    header: tuple[str, ...] | None


def dialect(head: bytes, label: str) -> Dialect:
    """`head`: the first 64 kB of the file. `label`: its media type with parameters, "" unknown."""
    message = Message()
    message["Content-Type"] = label or "text/csv"
    charset = str(message.get_param("charset", "") or "").strip("'\" ").lower()
    stated = str(message.get_param("header", "") or "").lower()
    codec = _codec(charset)
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    text = head.decode(marked or codec or "utf-8", "replace")
    whole = len(head) < HEAD
    delimiter, width = _delimiter(text, whole)
    return Dialect(
        media_type=message.get_content_type() if label else "",
        charset=charset,
        known=bool(codec) or not charset,
        marked=marked.removesuffix("-sig"),
        codec=marked or codec or "utf-8",
        delimiter=delimiter,
        ends=b"\r" if "\r" in text and "\n" not in text else b"\n",
        width=width,
        header=_header(text, delimiter, stated, whole),
    )


def _codec(charset: str) -> str:
    try:
        return codecs.lookup(charset).name if charset and codecs.lookup(charset)._is_text_encoding else ""
    except (LookupError, ValueError):
        return ""


def _rows(text: str, delimiter: str, whole: bool) -> list[list[str]]:
    """The first records as a forgiving reader sees them; the last of them may be cut off."""
    rows: list[list[str]] = []
    lines = io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), newline="")
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        return rows
    return rows if whole else rows[:-1]


def _delimiter(text: str, whole: bool) -> tuple[str, int]:
    """The one by which most records have as many fields, more than one, and how many; else a comma, and what the first has."""
    best, width, most = ",", len(next(filter(None, _rows(text, ",", whole)), [])), 0.3
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in _rows(text, delimiter, whole) if row)
        (fields, count), *_ = widths.most_common(1) or [(1, 0)]
        share = count / max(sum(widths.values()), 1)
        if fields > 1 and share > most + 0.1:  # a comma, unless another one fits clearly better
            best, width, most = delimiter, fields, share
    return best, width


def _header(text: str, delimiter: str, stated: str, whole: bool) -> tuple[str, ...] | None:
    """RFC 4180, 3: who is not told has to find out. Text above a column of numbers or dates is a name."""
    rows = [row for row in _rows(text, delimiter, whole) if row]
    if not rows or stated == "absent":
        return None
    first = tuple(rows[0])
    if stated == "present":
        return first
    below = [row for row in rows[1:] if len(row) == len(first)]
    if any(_NUMBER.fullmatch(cell.strip()) for cell in first) or len(below) < 2:
        return None
    for column, name in enumerate(first):
        values = [row[column].strip() for row in below if row[column].strip()]
        if name.strip() and len(values) > 1 and all(_NUMBER.fullmatch(value) for value in values):
            return first
    return None
