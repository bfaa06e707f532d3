"""What can be said of an answer in which a secret was replaced?"""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.json_schema import Violation

# Keywords whose verdict depends on values further down, where something may have been replaced.
_WHOLE = frozenset({"anyOf", "oneOf", "not", "const", "enum", "uniqueItems", "contains"})
# Between them they break every keyword that restricts a text: format, pattern, enumeration, shortest and longest length.
_TEXTS = ("", "ä \n" * 4000)


def concerned(violation: Violation, replaced: Iterable[str]) -> bool:
    """Whether a replaced secret may be the cause."""
    pointer = violation.pointer
    return any(
        pointer == place or pointer.startswith(place + "/") or (violation.keyword in _WHOLE and place.startswith(pointer + "/"))
        for place in replaced
        if place
    )


def any_text_will_do(violations: Callable[[Any], Iterable[Violation]], value: Any, replaced: tuple[str, ...]) -> bool:
    """Whether the schema takes whatever text stands at these places, so that not knowing it leaves nothing open."""
    for text in _TEXTS:
        changed = copy.deepcopy(value)
        for place in replaced:
            if not _put(changed, place, text):
                return False
        if any(concerned(violation, replaced) for violation in violations(changed)):
            return False
    return True


def _put(document: Any, place: str, text: str) -> bool:
    *parents, last = json_pointer.steps(place) or [""]
    holder = document
    try:
        for step in parents:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        key: Any = int(last) if isinstance(holder, list) else last
        if not isinstance(holder[key], str):
            return False
        holder[key] = text
    except (KeyError, IndexError, TypeError, ValueError):
        return False
    return True
