"""How deeply is a JSON value nested? Told without recursion, so that no value can break it."""

from typing import Any

JUDGED = 64
"""Levels of arrays and objects that an answer may have to be judged; no model of product data needs a tenth of them."""


def depth(value: Any) -> int:
    """Levels of arrays and objects; 1 for a plain value."""
    deepest, level = 0, [value]
    while level:
        deepest += 1
        inner = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, (dict, list)))
        level = [child for children in inner for child in children]
    return deepest
