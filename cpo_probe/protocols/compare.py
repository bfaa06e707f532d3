"""Where do two JSON values differ, what is allowed to change left aside?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """`pointer`: exact JSON Pointer; `location`: the same with * for positions. A missing member shows as "absent"."""

    pointer: str
    location: str
    first: Any
    second: Any


ABSENT = "absent"


def difference(first: Any, second: Any, volatile: Iterable[str] = ()) -> Difference | None:
    """The first difference in document order; the order of members does not count, that of elements does.

    `volatile`: JSON Pointers, `*` for any member or position; what lies at or below them is not compared.
    """
    masks = [tuple(pointer.split("/")[1:]) for pointer in volatile]
    return _walk(first, second, masks, (), ())


def _walk(
    first: Any, second: Any, masks: list[tuple[str, ...]], path: tuple[str, ...], place: tuple[str, ...]
) -> Difference | None:
    if any(_covers(mask, path) for mask in masks):
        return None
    if isinstance(first, dict) and isinstance(second, dict):
        for name in dict.fromkeys((*first, *second)):
            step = name.replace("~", "~0").replace("/", "~1")
            found = _walk(first.get(name, ABSENT), second.get(name, ABSENT), masks, (*path, step), (*place, step))
            if found:
                return found
        return None
    if isinstance(first, list) and isinstance(second, list):
        for i, (one, other) in enumerate(zip(first, second, strict=False)):
            found = _walk(one, other, masks, (*path, str(i)), (*place, "*"))
            if found:
                return found
        if len(first) == len(second):
            return None
        return Difference(_join(path), _join(place), f"{len(first)} elements", f"{len(second)} elements")
    same = first == second and isinstance(first, bool) == isinstance(second, bool)
    return None if same else Difference(_join(path), _join(place), first, second)


def _covers(mask: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(mask) == len(path) and all(m in ("*", p) for m, p in zip(mask, path, strict=True))


def _join(path: tuple[str, ...]) -> str:
    return "".join(f"/{step}" for step in path)
