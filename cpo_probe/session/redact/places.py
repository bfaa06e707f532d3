"""Where in the bytes of a JSON text, complete or cut off, does a value stand?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpo_probe.model.document import MAX_DEPTH

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number or word; `start` and `end` are byte offsets, quotation marks included."""

    path: Path
    start: int
    end: int
    string: bool


def scalars(body: bytes) -> Iterator[Scalar]:
    """Every scalar with its path, array positions as digits. Tolerates everything: what is no JSON gives nothing useful."""
    containers: list[list[str | bool]] = []  # [is an object, current member or position, awaits a name]
    for token in _TOKEN.finditer(body):
        char = token[0][:1]
        top = containers[-1] if containers else None
        if char in b"{[":
            if len(containers) >= MAX_DEPTH:
                return  # what lies deeper is read by nobody, and paths of that length would cost the square of it
            containers.append([char == b"{", "" if char == b"{" else "0", char == b"{"])
        elif char in b"}]":
            if containers:
                containers.pop()
        elif char == b":":
            if top:
                top[2] = False
        elif char == b",":
            if top and top[0]:
                top[2] = True
            elif top:
                top[1] = str(int(top[1]) + 1)
        elif top and top[2]:
            top[1] = _text(token[0])
        else:
            path = tuple(str(container[1]) for container in containers)
            yield Scalar(path, token.start(), token.end(), char == b'"')


def matches(path: Path, pattern: Path) -> bool:
    """Whether a value lies at the pattern or below it; * stands for any one member or position."""
    return len(path) >= len(pattern) and all(want in ("*", have) for want, have in zip(pattern, path, strict=False))


def pattern(pointer: str) -> Path:
    """A JSON Pointer (RFC 6901) as a path; a leading "#" is ignored."""
    parts = pointer.removeprefix("#").split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def pointer(path: Path) -> str:
    """The path as a JSON Pointer."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def _text(token: bytes) -> str:
    if token[:1] == b'"':
        token = token[1:]
        backslashes = len(token[:-1]) - len(token[:-1].rstrip(b"\\"))
        if token.endswith(b'"') and backslashes % 2 == 0:
            token = token[:-1]
    text = token.decode("utf-8", "replace")
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _SHORT.get(found[2], found[2]), text)


def text(token: bytes) -> str:
    """The value of a scalar's token as text."""
    return _text(token)
