"""How is a problem in a description reported?"""

from typing import Any

from cpo_probe.model import Problem, Where
from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.openapi.documents import Documents


def problem(documents: Documents, rule: str, url: str, pointer: str, expected: Any, found: Any, **params: Any) -> Problem:
    """A problem at a place; in another document than the root the pointer is preceded by that document's URL and "#"."""
    location = json_pointer.generalise(documents.registry.documents.get(url), pointer)
    prefix = "" if url == documents.url else f"{url}#"
    return Problem(rule, Where(part="description", pointer=prefix + pointer), prefix + location, expected, found, params)
