"""Does one collection hold another? OData URL Conventions 4.01, 5.1.1.6 Collection Functions."""

from collections.abc import Sequence
from typing import Any


def has_subset(whole: Sequence[Any] | None, part: Sequence[Any] | None) -> bool | None:
    """Whether `part` is left when members of `whole` are reordered and removed; None when one of them is null."""
    if whole is None or part is None:
        return None
    return all(whole.count(item) >= part.count(item) for item in part)


def has_subsequence(whole: Sequence[Any] | None, part: Sequence[Any] | None) -> bool | None:
    """Whether `part` is left when members of `whole` are removed; None when one of them is null."""
    if whole is None or part is None:
        return None
    rest = iter(whole)
    return all(any(item == other for other in rest) for item in part)
