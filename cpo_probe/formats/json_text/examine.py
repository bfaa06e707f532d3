"""Does a file keep JSON?"""

import codecs
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cpo_probe.formats.json_text.scan import MOST_TOKEN, Stop, tokens
from cpo_probe.formats.table.text import PIECE, misfit
from cpo_probe.model import Blocker, Problem, Problems, Where, not_applicable, untestable

MOST_NAMES = 2**20  # of the objects that are open, for telling which is there twice
MOST_AT_ONCE = 32 * 2**20  # bytes of a file that is held in memory
_WIDE = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Report:
    """`texts`: how many stand in the file; more than one in JSON lines only."""

    texts: int
    problems: Problems


def examine(path: Path, *, lines: bool = False) -> Report:
    """Judge a file of any size by `RULES`. `lines`: it is one of JSON lines. Memory grows with the names of open objects only."""
    problems = Problems()
    with path.open("rb") as file:
        head = file.read(4)
    if not lines:
        problems.unsaid["lines"] = not_applicable("not_json_lines")
    wrong = misfit(path, "utf-8")
    if wrong is not None:
        where = Where("file", line=wrong.line, offset=wrong.offset)
        problems.add(Problem("encoding", where, "", "UTF-8", wrong.found, {}))
    if head.startswith(_WIDE) or (len(head) == 4 and head.count(0) > 1):  # RFC 4627, 3: so UTF-16 and UTF-32 begin
        if wrong is None:
            problems.add(Problem("encoding", Where("file", line=1, offset=0), "", "UTF-8", head.hex(" "), {}))
        for rule in ("well-formed", "byte-order-mark", "names-unique", "lines", "bounds"):
            problems.unsaid[rule] = not_applicable("not_read_to_the_end")
        return Report(0, problems)
    skip = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if skip:
        problems.add(Problem("byte-order-mark", Where("file", line=1, offset=0), "", "no mark", "EF BB BF", {}))
    return _lines(path, skip, problems) if lines else _text(path, skip, problems)


def _text(path: Path, skip: int, problems: Problems) -> Report:
    if path.stat().st_size <= MOST_AT_ONCE and _faultless(path.read_bytes()[skip:]):
        return Report(1, problems)
    reader = _Reader()
    stopped: Stop | None = None
    try:
        for kind, text, offset in tokens(path, skip):
            reader.take(kind, text, offset)
    except Stop as stop:
        stopped = stop
    ends = dict(_line_of(path, [offset for offset, *_ in reader.twice] + ([stopped.offset] if stopped else [])))
    for offset, pointer, name in reader.twice:
        where = Where("file", pointer=pointer, line=ends[offset], offset=offset)
        problems.add(Problem("names-unique", where, _plain(pointer), "a name of its own", name[:100], {}))
    if stopped is not None:
        where = Where("file", line=ends[stopped.offset], offset=stopped.offset)
        problems.add(Problem(stopped.rule, where, "", "JSON", stopped.found, {}))
        for rule in {"well-formed", "names-unique"} - {stopped.rule}:
            problems.unsaid[rule] = not_applicable("not_read_to_the_end")
    elif reader.full:
        problems.unsaid["names-unique"] = untestable(Blocker.BEYOND_BOUNDS)
    return Report(int(stopped is None), problems)


def _faultless(text: bytes) -> bool:
    """Whether a parser in C has nothing to say; it is many times faster, and does not tell places."""
    twice = False

    def members(pairs: list[tuple[str, Any]]) -> None:
        nonlocal twice
        twice = twice or len(pairs) > len({name for name, _ in pairs})

    try:
        json.loads(text.decode("utf-8", "replace"), object_pairs_hook=members, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return not twice


def _plain(pointer: str) -> str:
    return "/".join("*" if part.isdigit() else part for part in pointer.split("/"))


def _line_of(path: Path, offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The line that each byte stands in, by one pass."""
    at, line, data, start = 0, 1, b"", 0
    with path.open("rb") as file:
        for offset in sorted(offsets):
            while start + len(data) <= offset:
                line += data.count(b"\n", at - start)
                start += len(data)
                at, data = start, file.read(PIECE)
                if not data:
                    break
            line += data.count(b"\n", at - start, offset - start)
            at = max(offset, at) if data else at
            yield offset, line


@dataclass(slots=True)
class _Frame:
    """An object or array that is open. `name`: of the member, or the position, that is being read."""

    array: bool
    names: set[int]
    name: str = ""
    index: int = -1


class _Reader:
    def __init__(self) -> None:
        self.twice: list[tuple[int, str, str]] = []  # offset, pointer, name
        self.full = False
        self._stack: list[_Frame] = []
        self._names = 0  # in all frames

    def take(self, kind: str, text: bytes, offset: int) -> None:
        stack = self._stack
        if kind in "}]":
            self._names -= len(stack.pop().names)
        elif kind == "name":
            self._name(text, offset, stack[-1])
        else:
            if stack and stack[-1].array:
                stack[-1].index += 1
            if kind in "{[":
                stack.append(_Frame(kind == "[", set()))

    def _name(self, text: bytes, offset: int, frame: _Frame) -> None:
        frame.name = _read(text)
        if hash(frame.name) in frame.names:
            if len(self.twice) < MOST_NAMES:
                self.twice.append((offset, self._pointer(), frame.name))
        elif self._names < MOST_NAMES:
            frame.names.add(hash(frame.name))
            self._names += 1
        else:
            self.full = True

    def _pointer(self) -> str:
        parts = (str(one.index) if one.array else one.name for one in self._stack)
        return "".join("/" + part[:100].replace("~", "~0").replace("/", "~1") for part in parts)


def _read(text: bytes) -> str:
    if b"\\" not in text:
        return text[1:-1].decode("utf-8", "replace")
    return str(json.loads(text.decode("utf-8", "replace")))


def places(path: Path, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Line and offset of the values at these JSON Pointers (RFC 6901), of which those that are there are told."""
    tree = _Tree()
    for pointer in pointers:
        node = tree
        for part in pointer.split("/")[1:]:
            node = node.below.setdefault(part.replace("~1", "/").replace("~0", "~"), _Tree())
        node.pointer = pointer
    found: dict[str, int] = {}
    stack: list[tuple[_Frame, _Tree | None]] = []
    with suppress(Stop):
        for kind, text, offset in tokens(path, _mark(path)):
            if kind in "}]":
                stack.pop()
            elif kind == "name":
                stack[-1][0].name = _read(text)
            else:
                here = _child(*stack[-1]) if stack else tree
                if here is not None and here.pointer is not None:
                    found.setdefault(here.pointer, offset)
                if kind in "{[":
                    stack.append((_Frame(kind == "[", set()), here))
    lines = dict(_line_of(path, found.values()))
    return {pointer: (lines[offset], offset) for pointer, offset in found.items()}


@dataclass(slots=True)
class _Tree:
    """Pointers that are looked for, part by part."""

    below: dict[str, "_Tree"] = field(default_factory=dict)
    pointer: str | None = None


def _child(frame: _Frame, node: _Tree | None) -> _Tree | None:
    frame.index += frame.array
    return None if node is None else node.below.get(str(frame.index) if frame.array else frame.name)


def _mark(path: Path) -> int:
    with path.open("rb") as file:
        return len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0


def _lines(path: Path, skip: int, problems: Problems) -> Report:
    """One text in each line; blank lines are passed over."""
    problems.unsaid["well-formed"] = not_applicable("json_lines")
    texts, number, offset = 0, 0, skip
    with path.open("rb") as file:
        file.seek(skip)
        while line := file.readline(MOST_TOKEN):
            number += 1
            where = Where("file", line=number, offset=offset)
            offset += len(line)
            if len(line) >= MOST_TOKEN and not line.endswith(b"\n"):
                problems.add(Problem("bounds", where, "", "lines that can be held", f"more than {MOST_TOKEN} bytes", {}))
                problems.unsaid["lines"] = problems.unsaid["names-unique"] = not_applicable("not_read_to_the_end")
                break
            if line.strip(b" \t\r\n"):
                texts += 1
                _line(line, where, problems)
    return Report(texts, problems)


def _line(line: bytes, where: Where, problems: Problems) -> None:
    twice: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.extend(sorted({name for name in names if names.count(name) > 1}) if len(names) < 1_000 else ["..."])

    try:
        json.loads(line.decode("utf-8", "replace"), object_pairs_hook=members, parse_constant=_no_constant)
    except RecursionError:
        problems.add(Problem("bounds", where, "", "nesting that can be read", "more", {}))
    except ValueError:
        problems.add(Problem("lines", where, "", "a JSON text", line[:50].decode("utf-8", "replace"), {}))
    for name in twice:
        problems.add(Problem("names-unique", where, name[:100], "a name of its own", name[:100], {}))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
