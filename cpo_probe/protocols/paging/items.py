"""When are two items of a list the same one?"""

import hashlib
import json
from typing import Any

IDENTITIES = (
    "@odata.id", "@id", "id", "_id", "uuid", "guid", "oid", "uid", "objectid", "object_id", "href", "self", "url", "uri"
)  # fmt: skip

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def identity(item: Any) -> str:
    """What an item calls itself, "" when it has no name of its own: then equal items may well be two."""
    if not isinstance(item, dict):
        return ""
    members = {name.lower(): member for name, member in item.items()}
    for name in IDENTITIES:
        member = members.get(name)
        if isinstance(member, str | int) and not isinstance(member, bool) and member != "":
            return f"{name}={member}"
    return ""


def fingerprint(value: Any) -> str:
    """A digest of a JSON value, the order of members left out."""
    return hashlib.sha256(_ENCODER.encode(value).encode()).hexdigest()
