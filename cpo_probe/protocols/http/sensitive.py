"""Does an answer hand out secrets: password hashes, private keys, tokens, passwords in plain text?

Only shapes that nothing else has are looked for, and only members that are named as passwords; what is found
is shown masked: kind, the first four characters and the length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Response
from cpo_probe.model.document import Document
from cpo_probe.protocols.http.semantics import is_json

MAX_TEXT = 4_000_000
MAX_FOUND = 20


@dataclass(frozen=True, slots=True)
class Secret:
    """`kind`: "password_hash", "private_key", "token", "password". `pointer`: JSON Pointer with * for positions, "" unknown."""

    kind: str
    pointer: str
    masked: str


_HASH = re.compile(
    r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"
    r"|\$argon2(?:id|i|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,}"
    r"|\$(?:5|6)\$(?:rounds=\d+\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}"
    r"|\$(?:1|apr1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"
    r"|\$(?:scrypt|7|y)\$[./A-Za-z0-9=,$+]{30,}"
    r"|\b(?:pbkdf2_sha\d+|bcrypt_sha256|pbkdf2:sha\d+|scrypt:\d+)[$:][\w:]{1,40}\$[^\s\"'<>]{8,}"
    r"|\{(?:SSHA|SMD5|SHA|CRYPT|SSHA256|SSHA512|PBKDF2[\w-]*)\}[A-Za-z0-9+/=$.]{16,}"
)
_KEY = re.compile(r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----")
_TOKEN = re.compile(
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}"
    r"|\bAKIA(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}\b"
    r"|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-\d[\w-]{20,}"
)
_RULES = (("private_key", _KEY), ("password_hash", _HASH), ("token", _TOKEN))
_PASSWORD = re.compile(r"(?:.*[^a-z])?(?:password|passwd|pwd|passphrase)(?:[-_]?(?:hash|salt|digest))?\Z")
# One quick look at the raw bytes; nearly all answers end here. Each expression begins with one rare letter, which is found at
# the speed of memory, and then looks at what stands before it.
_TRACES = [
    re.compile(trace)
    for trace in (
        rb"\$(?:argon2|2[abxy]\$|[1567y]\$|apr1\$|scrypt\$)",
        rb"\{(?:S?SHA|SMD5|CRYPT|PBKDF2)",
        rb"g(?:h[opusr]_|lpat-)",
        rb"y(?:(?<=scry)pt:|(?<=bcry)pt_sha)",
        rb"J(?<=eyJ)",
        rb"Y(?<=PRIVATE KEY)",
        rb"pbkdf2",
        rb"AKIA",
        rb"xox",
    )
]
_WORDS = [re.compile(word) for word in (rb"w(?:(?<=passw)|(?<=pw)d)", rb"passphrase")]  # in small letters
_CUT = re.compile(r"\[redacted:[0-9a-f]{1,64}\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DIGEST = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})\Z")
_HIDDEN = re.compile(  # masked values, links, and texts of a user interface ("Forgot your password?")
    r"[*•xX.\-_]*\Z|.*(?:\s|‹|redacted|masked|hidden|\[.*\]|<.*>|https?:|passwor|kennwor).*\Z|(?:null|none|true|false)\Z",
    re.I | re.S,
)


def secrets(response: Response) -> tuple[Secret, ...]:
    """What an answer gives away, at most 20 different places, in document order."""
    if not is_json(response.media_type):
        return _told(_in_text(response.body[:MAX_TEXT].decode("utf-8", "replace"))) if _suspect(response.body) else ()
    return response.document.once(secrets, lambda: _in_body(response.body, response.document))


def _in_body(body: bytes, document: Document) -> tuple[Secret, ...]:
    if not _suspect(body):
        return ()
    return _told(_in_text(body[:MAX_TEXT].decode("utf-8", "replace")) if document.problem else _in_json(document.value))


def _told(candidates: Iterator[Secret]) -> tuple[Secret, ...]:
    found: dict[tuple[str, str], Secret] = {}
    for secret in candidates:
        found.setdefault((secret.kind, secret.pointer), secret)
        if len(found) >= MAX_FOUND:
            break
    return tuple(found.values())


def _suspect(body: bytes) -> bool:
    low = body.lower()
    return any(trace.search(body) for trace in _TRACES) or any(word.search(low) for word in _WORDS)


def _in_text(text: str, pointer: str = "") -> Iterator[Secret]:
    if "[redacted:" in text:  # a token may hold the name of our own account, which is cut out before anything is stored
        text = _CUT.sub("", text)
    for kind, rule in _RULES:
        match = rule.search(text)
        if match:
            yield Secret(kind, pointer, mask(match.group()))


def _in_json(root: Any) -> Iterator[Secret]:
    """Values in document order; a password member with plain text counts once."""
    waiting: list[tuple[str, str, Any]] = [("", "", root)]
    while waiting:
        pointer, name, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((f"{pointer}/{_escaped(key)}", key, member) for key, member in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/*", name, member) for member in reversed(value))
        elif isinstance(value, str) and len(value) >= 4:
            shapes = list(_in_text(value[:100_000], pointer)) if len(value) >= 20 else []
            yield from shapes
            if not shapes and _names_password(name) and (_CUT.fullmatch(value) or not _HIDDEN.match(value)):
                yield Secret("password_hash" if _DIGEST.match(value) else "password", pointer, mask(value))


def _names_password(name: str) -> bool:
    return _PASSWORD.match(_HUMP.sub("-", name).lower()) is not None


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def mask(value: str) -> str:
    """At most a quarter of a secret, and never more than four characters of it."""
    shown = value[: min(4, len(value) // 4)]
    return f"{shown}… ({len(value)} characters)"
