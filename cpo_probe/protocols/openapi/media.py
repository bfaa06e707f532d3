"""Which documented media type does a Content-Type belong to? RFC 9110, 8.3 and 12.5.1."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaType:
    """Lower case; `parameters` in the order written, values unquoted."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def essence(self) -> str:
        return f"{self.type}/{self.subtype}"

    @property
    def is_json(self) -> bool:
        return self.subtype == "json" or self.subtype.endswith("+json")

    @property
    def charset(self) -> str:
        return dict(self.parameters).get("charset", "").lower()


def parse(text: str) -> MediaType | None:
    """A media type or range; None when it is none."""
    essence, *rest = _split(text)
    type_, slash, subtype = essence.strip().lower().partition("/")
    if not slash or not type_.strip() or not subtype.strip():
        return None
    parameters = []
    for part in rest:
        name, equals, value = part.partition("=")
        if equals:
            parameters.append((name.strip().lower(), value.strip().strip('"')))
    return MediaType(type_.strip(), subtype.strip(), tuple(parameters))


def _split(text: str) -> list[str]:
    """Parts between semicolons that are not inside a quoted string."""
    parts, quoted, start = [], False, 0
    for i, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def specificity(documented: MediaType, actual: MediaType) -> int:
    """How closely a documented type or range covers the actual type; 0 when it does not. A charset makes no other type."""
    if documented.type == "*" and documented.subtype == "*":
        return 1
    if documented.type != actual.type:
        return 0
    if documented.subtype == "*":
        return 2
    if documented.subtype.startswith("*+"):
        return 3 if actual.subtype.endswith(documented.subtype[1:]) else 0
    if documented.subtype != actual.subtype:
        return 0
    theirs = dict(actual.parameters)
    equal = 0
    for name, value in documented.parameters:
        if name in theirs and name != "charset":
            if theirs[name].lower() != value.lower():
                return 0
            equal += 1
    return 4 + equal


def best(documented: Iterable[str], actual: str) -> str | None:
    """The documented key that fits the Content-Type most closely (OpenAPI 3.x: the most specific key applies)."""
    given = parse(actual)
    if given is None:
        return None
    rated = []
    for key in documented:
        candidate = parse(key)
        rank = specificity(candidate, given) if candidate else 0
        if rank:
            rated.append((rank, key))
    return max(rated, key=lambda pair: pair[0])[1] if rated else None
