"""Which place in a JSON document is meant? RFC 6901."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote


class Absent(LookupError):
    """Nothing is at that place."""


def join(pointer: str, *steps: str | int) -> str:
    """The pointer of a member or element below `pointer`."""
    for step in steps:
        text = step if isinstance(step, str) else str(step)
        if "~" in text or "/" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer += "/" + text
    return pointer


def steps(pointer: str) -> list[str]:
    """The reference tokens, unescaped; raises `Absent` when it is no pointer."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise Absent(pointer)
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def from_fragment(fragment: str) -> str:
    """The pointer in a URI fragment (RFC 6901, 6)."""
    return unquote(fragment)


def get(document: Any, pointer: str) -> Any:
    """The value at `pointer`; raises `Absent`."""
    value = document
    for step in steps(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Absent(pointer)
    return value


def location(path: Iterable[str | int]) -> str:
    """A pointer with array positions as *, so that it is stable over answers."""
    return join("", *("*" if isinstance(step, int) else step for step in path))


def generalise(document: Any, pointer: str) -> str:
    """The same for a pointer into a known document: what indexes an array becomes *."""
    out, value = "", document
    for step in steps(pointer):
        if isinstance(value, list):
            out += "/*"
            value = value[int(step)] if step.isascii() and step.isdigit() and int(step) < len(value) else None
        else:
            out = join(out, step)
            value = value.get(step) if isinstance(value, dict) else None
    return out
