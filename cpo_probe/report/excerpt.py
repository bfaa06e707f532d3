"""Which few lines of a body does a reader have to see, and which of them are wrong?

JSON is printed as a tree cut down to the way that leads to the marked places: their ancestors, two neighbours
on each side, and the number of members left out. Numbers stay as they were written. Other text is a window
of lines, anything else the first bytes in hexadecimal. Every value is masked.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cpo_probe.report.mask import mask, mask_value, printable

MAX_PARSED = 8 * 2**20  # bytes; a larger body is shown as text
MAX_TEXT = 2**16  # characters looked at when a body is shown as text
MAX_WIDTH = 220
MAX_LEVELS = 14  # levels printed above a marked place


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: "text", "mark" (wrong), "gap" (`text` is the number left out, "" unknown), "absent" (is missing here)."""

    text: str
    kind: str
    indent: int = 0  # spaces before the text


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`kind`: "json", "text", "binary", "empty". `size`: bytes of the whole body. `base`: pointer of the tree's root."""

    kind: str
    lines: tuple[Line, ...]
    size: int
    base: str


class Raw(str):
    """A number or constant as written."""

    __slots__ = ()


class Members(tuple[tuple[str, Any], ...]):
    """An object's members in order, duplicates kept."""

    __slots__ = ()


def excerpt(
    body: bytes, *, charset: str = "utf-8", pointers: Iterable[str] = (), line: int = 0, offset: int = -1, limit: int = 40
) -> Excerpt:
    """The part of `body` that shows the JSON Pointers, the line (from 1) or the byte offset; its beginning without any.

    Pointers are followed where the body is JSON, and come before line and offset.

    At most `limit` lines of `MAX_WIDTH` characters.
    """
    if not body:
        return Excerpt("empty", (), 0, "")
    paths = [_tokens(pointer) for pointer in pointers]
    placed = not paths and (line > 0 or offset >= 0)
    if not placed and len(body) <= MAX_PARSED and body.lstrip()[:1] in b'{["-0123456789tfn\xef':
        tree = _parse(body)
        if tree is not None:
            return _tree_excerpt(tree[0], paths, len(body), limit)
    if b"\x00" in body[:1024] and not charset.lower().startswith("utf-16"):
        return Excerpt("binary", _hexdump(body, max(offset, 0)), len(body), "")
    return Excerpt("text", _window(body, charset, line, offset, limit), len(body), "")


@lru_cache(maxsize=2)  # a description is looked at for many findings in a row
def _parse(body: bytes) -> tuple[Any] | None:
    try:
        text = body.decode("utf-8-sig")
        return (json.loads(text, object_pairs_hook=Members, parse_float=Raw, parse_int=Raw, parse_constant=Raw),)
    except (ValueError, RecursionError):
        return None


def _tokens(pointer: str) -> tuple[str, ...]:
    """RFC 6901, 3 and 4."""
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:])


def _children(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Members):
        return list(value)
    return [(str(i), item) for i, item in enumerate(value)]


def _resolve(value: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path with `*` and `-` replaced by the first position; it may lead one step beyond what is there."""
    done: list[str] = []
    for token in path:
        if not isinstance(value, (Members, list)):
            break
        if isinstance(value, list) and token in {"*", "-"}:
            token = "0"
        done.append(token)
        found = next((child for name, child in _children(value) if name == token), _MISSING)
        if found is _MISSING:
            break
        value = found
    return tuple(done)


_MISSING = object()


def _tree_excerpt(value: Any, paths: list[tuple[str, ...]], size: int, limit: int) -> Excerpt:
    marks = [_resolve(value, path) for path in paths]
    base: tuple[str, ...] = ()
    if marks and len(marks[0]) > MAX_LEVELS:
        base = marks[0][: len(marks[0]) - MAX_LEVELS]
        marks = [m[len(base) :] for m in marks if m[: len(base)] == base]
        for token in base:
            value = next(child for name, child in _children(value) if name == token)
    printer = _Printer(limit, bool(marks))
    printer.value(value, "", "", marks, 0, 0, base[-1] if base else "")
    lines = printer.lines
    if len(lines) > limit:
        first = next((i for i, item in enumerate(lines) if item.kind in {"mark", "absent"}), 0)
        start = max(0, min(first - limit // 2, len(lines) - limit))
        head = [Line("", "gap")] if start else []
        tail = [Line("", "gap")] if start + limit < len(lines) else []
        lines = head + lines[start : start + limit] + tail
    return Excerpt("json", tuple(lines), size, "".join("/" + t for t in base))


class _Printer:
    """Prints one tree; `lines` never grows beyond a few times the limit."""

    def __init__(self, limit: int, focused: bool) -> None:
        self.limit = limit
        self.focused = focused  # something is marked: what does not lead there stays closed
        self.lines: list[Line] = []

    def add(self, depth: int, text: str, kind: str) -> None:
        room = MAX_WIDTH - 2 * min(depth, 40)
        self.lines.append(Line(text if len(text) <= room else text[: room - 1] + "…", kind, 2 * depth))

    def value(self, value: Any, label: str, tail: str, marks: list[tuple[str, ...]], depth: int, inside: int, name: str) -> None:
        """One value with its label; `inside`: levels below a marked value, from 1, 0 for outside."""
        marked = max(inside, int(() in marks))
        kind = "mark" if marked == 1 else "text"  # of a marked object or list, the line where it begins
        if not isinstance(value, (Members, list)):
            self.add(depth, label + _scalar(value, name) + tail, kind)
            return
        opening, closing = "{}" if isinstance(value, Members) else "[]"
        below = [m for m in marks if m]
        deep = marked > 2 if marked else self.focused or depth >= 3
        if not value or ((deep or len(self.lines) > 2 * self.limit) and not below):
            self.add(depth, label + opening + (f" … {len(value)} " if value else "") + closing + tail, kind)
            return
        self.add(depth, label + opening, kind)
        self.members(value, below, depth + 1, marked)
        self.add(depth, closing + tail, "text")

    def members(self, value: Any, below: list[tuple[str, ...]], depth: int, inside: int) -> None:
        children = _children(value)
        wanted = {m[0] for m in below}
        shown = _shown(children, wanted, 3) if isinstance(value, list) else {0} | _shown(children, wanted, 12)
        skipped = 0
        for i, (name, child) in enumerate(children):
            if i not in shown:
                skipped += 1
                continue
            if skipped:
                self.add(depth, str(skipped), "gap")
                skipped = 0
            label = "" if isinstance(value, list) else json.dumps(printable(name), ensure_ascii=False) + ": "
            marks = [m[1:] for m in below if m[0] == name]
            self.value(child, label, "," if i + 1 < len(children) else "", marks, depth, inside and inside + 1, name)
        if skipped:
            self.add(depth, str(skipped), "gap")
        for name in sorted(wanted - {name for name, _ in children}):
            self.add(depth, json.dumps(printable(name), ensure_ascii=False), "absent")


def _shown(children: list[tuple[str, Any]], wanted: set[str], first: int) -> set[int]:
    """Positions to print: wanted ones with two neighbours on each side, otherwise the first few."""
    hits = [i for i, (name, _) in enumerate(children) if name in wanted]
    if not hits:
        return set(range(min(first, len(children))))
    return {j for i in hits[:8] for j in range(max(0, i - 2), min(len(children), i + 3))}


def _scalar(value: Any, name: str) -> str:
    if isinstance(value, Raw):
        return str(value)[:MAX_WIDTH]
    if isinstance(value, str):
        return json.dumps(mask_value(name, value[: 8 * MAX_WIDTH]), ensure_ascii=False)
    return json.dumps(value)


def _window(body: bytes, charset: str, line: int, offset: int, limit: int) -> tuple[Line, ...]:
    """Lines around the place; long lines are cut around it."""
    start = max(0, offset - MAX_TEXT // 2) if offset >= 0 else 0
    before = 0
    if line > 0:
        start, before = _seek(body, max(1, line - limit // 2))
    text = _decode(body[start : start + MAX_TEXT], charset)
    target = line - 1 - before if line > 0 else _decode(body[start:offset], charset).count("\n") if offset >= 0 else -1
    lines = mask(text).split("\n")
    if target < 0 and len(lines) <= 2 and text.lstrip().startswith("<"):
        lines = mask(text.replace("><", ">\n<")).split("\n")
    first = max(0, target - limit // 2)
    shown = lines[first : first + limit]
    column = offset - (body.rfind(b"\n", 0, offset) + 1) if offset >= 0 else 0
    found = [
        Line(_cut(item, column if first + i == target else 0), "mark" if first + i == target else "text")
        for i, item in enumerate(shown)
    ]
    above = [Line(str(first + before) if start == 0 or before else "", "gap")] if first or start else []
    more = first + limit < len(lines) or start + MAX_TEXT < len(body)
    return (*above, *found, *([Line("", "gap")] if more else []))


def _seek(body: bytes, line: int) -> tuple[int, int]:
    """(byte offset, lines before it) of the line from 1; the last line there is when the body is shorter."""
    position = 0
    for before in range(line - 1):
        found = body.find(b"\n", position)
        if found < 0:
            return position, before
        position = found + 1
    return position, line - 1


def _decode(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "backslashreplace")
    except LookupError:
        return data.decode("utf-8", "backslashreplace")


def _cut(text: str, column: int) -> str:
    text = text.rstrip()
    if len(text) <= MAX_WIDTH:
        return text
    start = max(0, min(column - MAX_WIDTH // 2, len(text) - MAX_WIDTH))
    return ("…" if start else "") + text[start : start + MAX_WIDTH] + ("…" if start + MAX_WIDTH < len(text) else "")


def _hexdump(body: bytes, offset: int) -> tuple[Line, ...]:
    start = max(0, offset // 16 * 16 - 32)
    rows = []
    for at in range(start, min(len(body), start + 80), 16):
        row = body[at : at + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "·" for b in row)
        mark = "mark" if offset and at <= offset < at + 16 else "text"
        rows.append(Line(f"{at:08x}  {row.hex(' '):<47}  {text}", mark))
    return (*rows, *([Line("", "gap")] if start + 80 < len(body) else []))
