"""Where do the links of an answer lead (RFC 8288)?"""

import re
from dataclasses import dataclass

from cpo_probe.protocols.http.semantics import QUOTED, TCHAR, unquote

_TARGET = re.compile(r"[ \t]*<([^>]*)>")
_PARAMETER = re.compile(rf"[ \t]*;[ \t]*({TCHAR}+\*?)?[ \t]*(?:=[ \t]*({QUOTED}|[^\s;,\"]+))?")
_NEXT = re.compile(r"[ \t]*(?:,[ \t]*)+|[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Link:
    """One link value; `target` is a URI reference, `relations` in lower case, from the first `rel` only (3.3)."""

    target: str
    relations: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]


def links(text: str) -> tuple[Link, ...] | None:
    """The links of a Link field; None when the text is outside the grammar of 3."""
    found: list[Link] = []
    position = 0
    while position < len(text):
        if text[position] in ", \t":
            position += 1
            continue
        target = _TARGET.match(text, position)
        if target is None:
            return None
        position = target.end()
        parameters: list[tuple[str, str]] = []
        while position < len(text):
            parameter = _PARAMETER.match(text, position)
            if parameter is None:
                break
            if parameter[1]:
                parameters.append((parameter[1].lower(), unquote(parameter[2] or "")))
            position = parameter.end()
        end = _NEXT.match(text, position)
        if end is None:
            return None
        position = max(end.end(), position)
        rel = next((v for k, v in parameters if k == "rel"), "")
        found.append(Link(target[1], tuple(rel.lower().split()), tuple(parameters)))
    return tuple(found)
