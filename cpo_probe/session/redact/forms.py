"""In which forms can a secret text appear in a message?"""

import base64
import html
import json
from contextlib import suppress
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Shorter secrets are replaced by position only: "admin" stands in too many innocent places."""


def forms(secret: str) -> frozenset[bytes]:
    """Plain (UTF-8, Latin-1), percent-encoded, JSON-escaped, HTML-escaped and inside of base64; nothing for a short secret."""
    if len(secret) < SHORTEST:
        return frozenset()
    texts = {secret, html.escape(secret), html.escape(secret, quote=False)}
    texts |= {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    texts |= {text.replace("/", "\\/") for text in texts}
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret), quote_plus(secret, safe="/")}
    texts |= encoded | {_lower_hex(text) for text in encoded}
    found = {text.encode() for text in texts} | _inside_base64(secret.encode())
    with suppress(UnicodeEncodeError):
        found |= {secret.encode("latin-1")} | _inside_base64(secret.encode("latin-1"))
    return frozenset(found)


def _lower_hex(text: str) -> str:
    parts = text.split("%")
    return parts[0] + "".join(f"%{part[:2].lower()}{part[2:]}" for part in parts[1:])


def _inside_base64(data: bytes) -> set[bytes]:
    """The characters that `data` alone determines, for each of its three alignments in a longer text ("user:" + secret)."""
    found = set()
    for offset in range(3):
        whole = base64.b64encode(bytes(offset) + data)
        first = -(-offset * 8 // 6)
        last = (offset + len(data)) * 8 // 6
        core = whole[first:last]
        found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found
