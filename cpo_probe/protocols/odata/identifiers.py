"""Is this a name in the sense of CSDL 15?"""

import unicodedata
from functools import lru_cache

RESERVED = frozenset({"Edm", "odata", "System", "Transient"})  # CSDL 5 Schema: reserved namespaces and aliases
_FIRST = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_REST = _FIRST | {"Nd", "Mn", "Mc", "Pc", "Cf"}


@lru_cache(maxsize=8192)
def is_identifier(text: str) -> bool:
    """A simple identifier (CSDL 15.2): 1 to 128 characters, a letter or underscore first."""
    if text.isascii() and text.isidentifier():
        return len(text) <= 128
    if not 1 <= len(text) <= 128:
        return False
    first = text[0] == "_" or unicodedata.category(text[0]) in _FIRST
    return first and all(unicodedata.category(c) in _REST for c in text[1:])


def is_namespace(text: str) -> bool:
    """Simple identifiers joined by dots (CSDL 15.1), at most 511 characters."""
    return len(text) <= 511 and all(is_identifier(part) for part in text.split("."))


@lru_cache(maxsize=8192)
def is_qualified(text: str) -> bool:
    """A namespace or alias, a dot and a name (CSDL 15.3)."""
    return "." in text and all(is_identifier(part) for part in text.split("."))


def split(qualified: str) -> tuple[str, str]:
    """Namespace and name; ("", name) when there is no dot."""
    namespace, _, name = qualified.rpartition(".")
    return namespace, name
