"""Which names does a selection mean?"""

import re
from collections.abc import Callable, Collection
from fnmatch import translate
from functools import lru_cache

_WILD = frozenset("*?[")


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns (`*`, `?`, `[...]`, with regard to case) means the name.

    Asked hundreds of thousands of times in a judgement, of patterns most of which are plain names.
    """
    plain, wild = _compiled(patterns)
    if name in plain:
        return True
    for match in wild:  # noqa: SIM110 - as fast as it gets
        if match(name):
            return True
    return False


def means_any(pattern: str, names: Collection[str]) -> bool:
    """Whether one of the names is meant; a plain pattern is looked up in `names`."""
    plain, wild = _compiled((pattern,))
    return pattern in names if plain else any(wild[0](name) for name in names)


@lru_cache(maxsize=2**13)
def _compiled(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[Callable[[str], object], ...]]:
    wild = tuple(pattern for pattern in patterns if not _WILD.isdisjoint(pattern))
    return frozenset(patterns).difference(wild), tuple(re.compile(translate(pattern)).match for pattern in wild)
