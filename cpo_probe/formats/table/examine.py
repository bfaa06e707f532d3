"""Is a table of text written as RFC 4180 has it?"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats.table.dialect import HEAD, Dialect, dialect
from cpo_probe.formats.table.text import Text
from cpo_probe.model import Problem, Problems, Where, not_applicable

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_QUOTED = re.compile(rb'"[^"]*"')
_CRLF, _LF, _CR = "CRLF", "LF", "CR"


@dataclass(frozen=True, slots=True)
class Report:
    """`records`: all of them, the header included. `fields`: what most of them have."""

    dialect: Dialect
    records: int
    fields: int
    problems: Problems


def examine(path: Path, label: str = "") -> Report:
    """Judge a file of any size by `RULES`, in memory that does not grow with it. `label`: its media type with parameters."""
    with path.open("rb") as file:
        found = dialect(file.read(HEAD), label)
    text = Text(path, found.codec, found.ends)
    reader = _Reader(found)
    for line, offset in text.lines():
        reader.take(line, offset)
    reader.end()
    problems = reader.problems
    if text.misfit is not None:
        where = Where("file", line=text.misfit.line, offset=text.misfit.offset)
        problems.add(Problem("encoding", where, "", found.charset or found.codec, text.misfit.found, {}))
    _label(found, reader, problems)
    return Report(found, reader.records, reader.wanted, problems)


def _label(found: Dialect, reader: "_Reader", problems: Problems) -> None:
    if not found.known:
        problems.add(Problem("encoding", Where("file"), "charset", "a charset that is registered", found.charset[:50], {}))
    elif found.marked and _family(found.marked) != _family(found.charset or "utf-8"):
        place = Where("file", line=1, offset=0)
        problems.add(Problem("encoding", place, "charset", found.charset or "utf-8", f"the mark of {found.marked}", {}))
    if reader.wanted < 2:
        problems.unsaid["delimiter"] = problems.unsaid["blank-lines"] = not_applicable("csv_one_column")
    elif found.media_type != "text/csv":
        problems.unsaid["delimiter"] = not_applicable("csv_not_labelled")
    elif found.delimiter != ",":
        problems.add(Problem("delimiter", Where("file", line=1, offset=0), "", ",", found.delimiter, {}))
    if found.header is None:
        problems.unsaid["header"] = not_applicable("csv_no_header")
    columns = Counter(name.strip() for name in found.header or ())
    for name, count in columns.items():
        if not name or count > 1:
            expected = "a name of its own" if name else "a name"
            problems.add(Problem("header", Where("file", line=1), "", expected, name[:200], {"columns": count}))
    breaks = reader.breaks
    if breaks.keys() - {_CRLF} - {_LF} or len(breaks) > 1:
        told = dict(sorted(breaks.items()))
        problems.add(Problem("line-ends", Where("file"), "", "CRLF or LF throughout", told, {}))


def _family(codec: str) -> str:
    """utf8, utf16, ... for all of its spellings."""
    return re.sub("[^a-z0-9]|(le|be)$", "", codec.lower())


class _Reader:
    """Walks over records; of what stands in them it keeps nothing."""

    def __init__(self, found: Dialect) -> None:
        self.problems = Problems()
        self.records = 0
        self.breaks: dict[str, int] = {}
        self._ends = found.ends
        self._delimiter = mark = found.delimiter.encode()
        self.wanted = found.width
        self._controls = not found.codec.startswith(("iso2022", "hz", "utf-7"))  # they are written by control characters
        plain = rb'(?:"[^"]*+(?:""[^"]*+)*+"|[^"' + re.escape(mark) + rb"]*+)"
        self._whole = re.compile(plain + rb"(?:" + re.escape(mark) + plain + rb")*+")
        self._line = 0  # that is being read
        self._start = (0, 0)  # line and offset of the record
        self._opened = (0, 0)  # of the quote that is open
        self._fresh = True  # at the beginning of a record
        self._field = True  # at the beginning of a field
        self._inside = self._closed = self._told = self._joined = False
        self._marks = 0  # delimiters in the record

    def take(self, line: bytes, offset: int) -> None:
        """A line, or a piece of one."""
        if not self._joined:
            self._line += 1
        whole = line.endswith(self._ends)
        self._joined = not whole
        body = line[:-1] if whole else line
        returned = whole and self._ends == b"\n" and body.endswith(b"\r")
        if returned:
            body = body[:-1]
        if self._controls and (control := _CONTROL.search(body)):
            self._problem("controls", offset, "text", f"0x{control.group()[0]:02x}", control.start())
        if self._fresh:
            self._start = (self._line, offset)
        if self._fresh and whole and (b'"' not in body or self._whole.fullmatch(body)):
            if b'"' in body:
                body = _QUOTED.sub(b"", body)
            self._marks = body.count(self._delimiter)
            blank = not body and b'"' not in line
        else:
            self._walk(body, offset)
            blank = False
        if b"\r" in body and not self._inside:
            self.breaks[_CR] = self.breaks.get(_CR, 0) + 1
        if not whole:
            self._fresh = False
        elif self._inside:
            self._fresh = False  # a line break in a quoted field
        else:
            kind = _CRLF if returned else _LF if self._ends == b"\n" else _CR
            self.breaks[kind] = self.breaks.get(kind, 0) + 1
            self._finish(blank)

    def end(self) -> None:
        """Behind the last line."""
        if self._inside:
            line, offset = self._opened
            where = Where("file", line=line, offset=offset)
            self.problems.add(Problem("quotes", where, "", "a closing quote", "the end of the file", {}))
            self.problems.unsaid["fields"] = not_applicable("not_read_to_the_end")
        elif not self._fresh:
            self._finish(False)

    def _walk(self, body: bytes, offset: int) -> None:
        at = 0
        for number, part in enumerate(body.split(b'"')):
            if number:
                self._quote(offset, at)
                at += 1
            if part and not self._inside:
                if self._closed and not part.startswith(self._delimiter):
                    self._misquoted("a delimiter behind a closing quote", offset, at)
                self._closed = False
                self._marks += part.count(self._delimiter)
                self._field = part.endswith(self._delimiter)
            at += len(part)

    def _quote(self, offset: int, at: int) -> None:
        if self._inside:
            self._inside, self._closed = False, True
        elif self._closed:  # a quote that is doubled
            self._inside, self._closed = True, False
        elif self._field:
            self._inside, self._field = True, False
            self._opened = (self._line, offset + at if offset >= 0 else -1)
        else:
            self._misquoted("a quoted field", offset, at)

    def _misquoted(self, expected: str, offset: int, at: int) -> None:
        if not self._told:  # one for each record: what follows from it is no news
            self._problem("quotes", offset, expected, "a quote inside of a field", at)
        self._told = True

    def _finish(self, blank: bool) -> None:
        line, offset = self._start
        where = Where("file", line=line, offset=offset)
        if blank and self.wanted != 1:
            self.problems.add(Problem("blank-lines", where, "", "a record", "", {}))
        else:
            self.records += 1
            self.wanted = self.wanted or self._marks + 1
            if self._marks + 1 != self.wanted:
                self.problems.add(Problem("fields", where, "", self.wanted, self._marks + 1, {}))
        self._fresh = self._field = True
        self._closed = self._told = False
        self._marks = 0

    def _problem(self, rule: str, offset: int, expected: str, found: str, at: int) -> None:
        where = Where("file", line=self._line, offset=offset + at if offset >= 0 else -1)
        self.problems.add(Problem(rule, where, "", expected, found, {}))
