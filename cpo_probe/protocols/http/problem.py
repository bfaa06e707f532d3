"""Can a machine learn from this answer what went wrong (RFC 9457, or any other structured body)?"""

import re
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Response
from cpo_probe.protocols.http.semantics import is_json, is_xml, uri_reference

JSON = "application/problem+json"
XML = "application/problem+xml"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A deviation from RFC 9457: JSON Pointer, reason code, what was expected and found."""

    pointer: str
    code: str
    expected: Any
    found: Any


def flaws(value: Any, status: int) -> tuple[Flaw, ...]:
    """What is wrong with a problem document answered with that HTTP status (3.1). All members are optional."""
    if not isinstance(value, dict):
        return (Flaw("", "not_an_object", "object", _kind(value)),)
    found: list[Flaw] = []
    for name in ("type", "title", "detail", "instance"):
        member = value.get(name, "")
        if not isinstance(member, str):
            found.append(Flaw(f"/{name}", "wrong_type", "string", _kind(member)))
        elif name in ("type", "instance") and not uri_reference(member):
            found.append(Flaw(f"/{name}", "not_a_uri", "URI reference", member))
    if "status" in value:
        code = value["status"]
        if isinstance(code, bool) or not isinstance(code, int):
            found.append(Flaw("/status", "wrong_type", "number", _kind(code)))
        elif code != status:
            found.append(Flaw("/status", "other_status", status, code))
    return tuple(found)


_TEXTLESS = re.compile(rb"\s*\Z")


def machine_readable(response: Response) -> str:
    """ "" when a program can read the cause, else a reason code: "empty", "not_structured", "not_json", "no_cause"."""
    if _TEXTLESS.match(response.body):
        return "empty"
    if is_json(response.media_type):
        document = response.document
        if document.problem:
            return "not_json"
        return "" if _says_something(document.value) else "no_cause"
    if is_xml(response.media_type) and response.media_type != "application/xhtml+xml":
        return "" if re.search(rb"<[A-Za-z_]", response.body) else "not_structured"
    return "not_structured"


def _says_something(value: Any, depth: int = 0) -> bool:
    """Whether there is a text or a number inside an object: a bare string or `{}` names no cause to a program."""
    if isinstance(value, dict):
        return (
            any(
                (isinstance(v, str | int) and v != "" and v is not False) or _says_something(v, depth + 1) for v in value.values()
            )
            if depth < 8
            else False
        )
    if isinstance(value, list):
        return any(_says_something(v, depth + 1) for v in value) if depth < 8 else False
    return False


def _kind(value: Any) -> str:
    """JSON's name for a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
