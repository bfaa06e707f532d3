"""In which forms can a secret text appear in a message?

Encoders differ in what they escape, so each sign is looked for in every form it can take, in any mixture; only letters and
digits are taken to stand for themselves. The longest run of them tells cheaply whether a closer look is worth it.
"""

import base64
import html
import json
import re
from contextlib import suppress
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Shorter secrets are replaced by position only: "admin" stands in too many innocent places."""
_RUN = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 4096  # longer texts (keys, cookie files) are looked for in their usual forms only
_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


class Finder:
    """Finds one secret in every form."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.needles = forms(secret) if len(secret) > _LONGEST else _base64_forms(secret)
        self._anchor = max(_RUN.findall(secret), key=len, default="").encode()
        self._pattern: re.Pattern[bytes] | None = None

    def hit(self, data: bytes) -> bool:
        """Whether the secret is in there."""
        for needle in self.needles:  # a loop, since every body goes through it: `any` takes twice as long
            if needle in data:
                return True
        return self._escaped(data) is not None

    def replace(self, data: bytes, mark: bytes) -> bytes:
        """`data` with `mark` in all its places."""
        for needle in self.needles:
            data = data.replace(needle, mark)
        found = self._escaped(data)
        return data if found is None else found.re.sub(lambda match: mark, data)

    def _escaped(self, data: bytes) -> re.Match[bytes] | None:
        if len(self.secret) > _LONGEST or self._anchor not in data:
            return None
        if self._pattern is None:
            self._pattern = re.compile(b"".join(_sign(sign) for sign in self.secret))
        return self._pattern.search(data)


def _sign(sign: str) -> bytes:
    """A regular expression for one sign in every form it can take."""
    if sign.isascii() and sign.isalnum():
        return sign.encode()
    ways: set[bytes] = {re.escape(sign.encode()), _percent(sign.encode())}
    if not sign.isascii() and ord(sign) < 256:
        ways |= {re.escape(sign.encode("latin-1")), _percent(sign.encode("latin-1"))}
    units = sign.encode("utf-16-be").hex()
    ways.add(b"".join(b"\\\\u(?i:%s)" % units[at : at + 4].encode() for at in range(0, len(units), 4)))
    ways.add(b"&#0*%d;" % ord(sign))
    ways.add(b"&#[xX]0*(?i:%x);" % ord(sign))
    ways |= {re.escape(table[sign].encode()) for table in (_ESCAPES, _ENTITIES) if sign in table}
    if sign == " ":
        ways.add(rb"\+")
    longest_first: list[bytes] = sorted(ways, key=len, reverse=True)
    return b"(?:" + b"|".join(longest_first) + b")"


def _percent(data: bytes) -> bytes:
    return b"".join(b"%%(?i:%02x)" % byte for byte in data)


def forms(secret: str) -> frozenset[bytes]:
    """The usual ones: plain, percent-encoded, JSON-escaped, HTML-escaped and inside of base64; none for a short secret."""
    if len(secret) < SHORTEST:
        return frozenset()
    texts = {secret, html.escape(secret), html.escape(secret, quote=False)}
    texts |= {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    texts |= {text.replace("/", "\\/") for text in texts}
    encoded = {quote(secret), quote(secret, safe=""), quote_plus(secret), quote_plus(secret, safe="/")}
    texts |= encoded | {_lower_hex(text) for text in encoded}
    found = {text.encode() for text in texts} | _base64_forms(secret)
    with suppress(UnicodeEncodeError):
        found.add(secret.encode("latin-1"))
    return frozenset(found)


def _base64_forms(secret: str) -> frozenset[bytes]:
    found = _inside_base64(secret.encode())
    with suppress(UnicodeEncodeError):
        found |= _inside_base64(secret.encode("latin-1"))
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
