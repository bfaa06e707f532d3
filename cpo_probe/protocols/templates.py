"""Does this path fit that template, and may this value stand for that parameter?"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Template:
    """A path template "/items/{id}/revisions/{rev}" taken apart. A trailing slash does not count."""

    text: str
    names: tuple[str, ...] = field(init=False)
    shape: str = field(init=False)  # "/items/{}/revisions/{}"
    collection: str = field(init=False)  # shape of the path before the last parameter: where the list of it would stand
    segment: str = field(init=False)  # the last literal segment before the last parameter: the collection's name, or ""

    def __post_init__(self) -> None:
        text = "/" + self.text.partition("?")[0].strip("/")
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "names", tuple(_PARAMETER.findall(text)))
        shape = _PARAMETER.sub("{}", text)
        collection = shape.rpartition("{}")[0].rstrip("/('\"=:")
        segment = next((part for part in reversed(collection.split("/")) if part and "{" not in part), "")
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "collection", collection)
        object.__setattr__(self, "segment", segment)

    def until(self, end: int) -> "Template":
        """The beginning of the template up to parameter number `end` (from 0) and what closes its segment."""
        stop = list(_PARAMETER.finditer(self.text))[end].end()
        return Template(self.text[: stop + len(self.text[stop:].partition("/")[0])])

    def match(self, path: str) -> tuple[str, ...] | None:
        """Values of the parameters when the whole of `path` (percent-encoded) fits, decoded; None otherwise."""
        found = _pattern(self.shape, "").fullmatch(path.rstrip("/") or "/")
        return tuple(unquote(value) for value in found.groups()) if found else None

    def split(self, path: str) -> tuple[str, tuple[str, ...]] | None:
        """(base path, values) when the end of `path` fits; None otherwise."""
        found = _pattern(self.shape, "(.*?)").fullmatch(path.rstrip("/") or "/")
        return (found[1], tuple(unquote(value) for value in found.groups()[1:])) if found else None


@lru_cache(maxsize=4096)
def _pattern(shape: str, before: str) -> re.Pattern[str]:
    literals = ("" if shape == "/" else shape).split("{}")
    return re.compile(before + "([^/]+?)".join(re.escape(literal) for literal in literals) + "/?")


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value may be sent for a parameter with that schema: type, format uuid, enum, bounds. Digits count as a number."""
    kind = schema.get("type")
    kinds = set(kind) if isinstance(kind, list) else {kind} if isinstance(kind, str) else set()
    if not isinstance(value, str | int) or isinstance(value, bool):
        return not kinds or bool(kinds & _TYPES.get(type(value), frozenset()))
    text = str(value)
    numeric = re.fullmatch(r"-?\d{1,18}", text) is not None
    wide = not kinds or "string" in kinds
    if not text or not (wide or (numeric and kinds & {"integer", "number"})):
        return False
    if schema.get("format") == "uuid" and not _UUID.fullmatch(text):
        return False
    closed = schema.get("enum")
    if isinstance(closed, list) and text not in map(str, closed):
        return False
    size, low, high = (len(text), "minLength", "maxLength") if wide else (int(text), "minimum", "maximum")
    return _bound(schema, low, size) <= size <= _bound(schema, high, size)


_TYPES: dict[type, frozenset[str]] = {
    bool: frozenset({"boolean"}),
    float: frozenset({"number"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}


def _bound(schema: dict[str, Any], name: str, otherwise: float) -> float:
    value = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
