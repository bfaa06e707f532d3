"""When are two items of a list the same one?"""

import hashlib
import json
from functools import lru_cache
from typing import Any

import msgspec

IDENTITIES = (
    "@odata.id", "@id", "id", "_id", "uuid", "guid", "oid", "uid", "objectid", "object_id", "href", "self", "url", "uri"
)  # fmt: skip

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def identity(item: Any) -> str:
    """What an item calls itself, "" when it has no name of its own: then equal items may well be two."""
    if not isinstance(item, dict):
        return ""
    for name, spelled in _named(tuple(item)):
        member = item[spelled]
        if isinstance(member, str | int) and not isinstance(member, bool) and member != "":
            return f"{name}={member}"
    return ""


@lru_cache(maxsize=256)  # the items of a list have the same members
def _named(members: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Which of the members may be the identity, the likeliest first: the usual name, and as it is spelled here."""
    spelled = {member.lower(): member for member in members}
    return tuple((name, spelled[name]) for name in IDENTITIES if name in spelled)


def fingerprint(value: Any) -> str:
    """A digest of a JSON value, the order of members left out."""
    try:
        text = msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError:  # half a surrogate pair
        text = _ENCODER.encode(value).encode()
    return hashlib.sha256(text).hexdigest()
