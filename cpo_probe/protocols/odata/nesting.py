"""How deeply is a JSON value nested? Told without recursion, so that no value can break it."""

from typing import Any

from cpo_probe.model.document import Document

JUDGED = 64
"""Levels of arrays and objects that an answer may have to be judged; no model of product data needs a tenth of them."""
_NESTING = frozenset({dict, list})


def too_deep(document: Document) -> bool:
    """Whether a body is nested deeper than is judged."""
    return document.levels > JUDGED and document.once(depth, lambda: depth(document.value)) > JUDGED


def depth(value: Any) -> int:
    """Levels of arrays and objects; 1 for a plain value."""
    deepest, level = 1, [value] if isinstance(value, (dict, list)) else []
    while level:
        inner: list[Any] = []
        content = False
        for item in level:
            children = item.values() if isinstance(item, dict) else item
            content = content or bool(children)
            if not _NESTING.isdisjoint(map(type, children)):
                inner += [child for child in children if type(child) in _NESTING]
        deepest += content
        level = inner
    return deepest
