"""Which member of an object is the key that its URL uses?"""

import re
from functools import lru_cache
from typing import Any

KEYS = ("id", "uid", "uuid", "guid", "oid", "objectid", "key", "identifier")
"""Members that identify an object wherever it stands, most telling first."""

WEAK_KEYS = ("number", "code", "slug", "name")
"""Members that may identify an element of the very list that its URL continues."""

Members = dict[str, Any]


@lru_cache(maxsize=8192)
def normal(name: str) -> str:
    """A name without case and separators: "item_id", "itemId" and "Item-ID" are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@lru_cache(maxsize=8192)
def singular(name: str) -> str:
    """The normal form of an English plural made singular; good enough for collection names."""
    text = normal(name)
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if text.endswith(ending) and len(text) > len(ending) + 1 and not text.endswith("ss"):
            return text.removesuffix(ending) + replacement
    return text


def identity(members: Members, parameter: str, collection: str) -> Any:
    """The value that stands for `parameter` in the URL of an element of `collection`; None when no member says so.

    A member of the parameter's own name first, then the parameter's name without the thing's ("itemId" -> id,
    "item_number" -> number), then the thing's name before it ("number" -> itemNumber; "item" and "id" -> itemId, id);
    a bare scalar (under "") is its own key. Descriptions generated from OData number parameters that would have the
    same name on one path: "ID_1" is the second ID.
    """
    wanted, thing = normal(parameter), singular(collection)
    order = [wanted, *key_endings(wanted), thing + wanted]
    order += [thing + "id"] if wanted in ("id", thing) else []
    order += ["id"] if wanted == thing else []
    numbered = re.sub(r"_\d+$", "", parameter)
    order += [normal(numbered)] if numbered != parameter else []
    return _first(members, [*order, ""])


def likely(members: Members, *, weak: bool = True) -> Any:
    """The member that usually identifies an object, when nothing says which one does: a guess."""
    return _first(members, [*KEYS, *(WEAK_KEYS if weak else ())])


def _first(members: Members, order: list[str]) -> Any:
    keyed = {normal(name): value for name, value in reversed(members.items()) if _usable(value)}
    return next((keyed[name] for name in order if name in keyed), None)


def key_endings(wanted: str) -> list[str]:
    """The keys that a compound name ends with, longest first: "partguid" -> guid, uid, id."""
    endings = [key for key in (*KEYS, *WEAK_KEYS) if wanted.endswith(key) and wanted != key]
    return sorted(endings, key=lambda key: -len(key))


def thing_of(parameter: str) -> str:
    """What a compound parameter names: "itemId" -> item; "" for a bare key ("id", "number"), else the name itself."""
    wanted = normal(parameter)
    if wanted in (*KEYS, *WEAK_KEYS):
        return ""
    endings = key_endings(wanted)
    return wanted.removesuffix(endings[0]) if endings else wanted


def named(members: Members, name: str) -> Any:
    """The member of exactly that name, spelling aside; None when there is none."""
    wanted = normal(name)
    return next((value for member, value in members.items() if normal(member) == wanted and _usable(value)), None)


def compound(name: str) -> bool:
    """Whether a name says what it identifies ("itemId", "part_number"), so that a member of that name means the same anywhere."""
    return bool(key_endings(normal(name)))


def _usable(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""
