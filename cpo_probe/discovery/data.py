"""Does the system hold anything at all?"""

from collections.abc import Iterable
from typing import Any

from cpo_probe.model import Effect, Operation

MOST = 3
_TOTALS = ("total", "totalcount", "totalitems", "totalelements", "totalresults", "count", "odatacount", "@odata.count")


def lists(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Up to three operations that list: they need no argument, and others read what lies below them."""
    known = list(operations)
    below = {o.template.rstrip("/").partition("{")[0].rstrip("/(='") for o in known if "{" in o.template}
    return tuple(
        o
        for o in known
        if o.method == "GET"
        and o.effect is Effect.READ
        and "{" not in o.template
        and not o.deprecated
        and not any(p.required for p in o.parameters)
        and (o.template.rstrip("/") or "/") in below
    )[:MOST]


def holds_elements(value: Any) -> bool | None:
    """Whether an answer lists something; None when it is no list that can be told."""
    if isinstance(value, list):
        return bool(value)
    if not isinstance(value, dict):
        return None
    arrays = [item for item in _members(value) if isinstance(item, list)]
    if any(arrays):
        return True
    totals = [item for name, item in _named(value) if name in _TOTALS and isinstance(item, int) and not isinstance(item, bool)]
    if totals:
        return any(totals)
    return False if arrays else None


def _members(value: dict[str, Any]) -> list[Any]:
    """Members that could be the list, also one level down (HAL, JSON:API, wrappers); links are none."""
    found: list[Any] = []
    for name, item in value.items():
        if name.lower() in {"links", "_links", "errors", "warnings", "messages"}:
            continue
        found.append(item)
        if isinstance(item, dict):
            found += item.values()
    return found


def _named(value: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs = list(value.items())
    for item in value.values():
        if isinstance(item, dict):
            pairs += item.items()
    return [(name.lower().replace("_", ""), item) for name, item in pairs]
