"""What do the fields say of an answer that is a file: its name, its digest, which part of it?"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import http_sf

from cpo_probe.protocols.http.semantics import is_token

_PARAMETER = re.compile(r"""\s*;\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
_EXTENDED = re.compile(r"([A-Za-z0-9!#$%&+^_`{}~-]+)'([A-Za-z0-9-]*)'((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-Fa-f]{2})*)")
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
ALGORITHMS = {"sha-256": "sha256", "sha-512": "sha512", "md5": "md5", "sha": "sha1"}
"""Names of digest algorithms (RFC 9530, 5; RFC 3230) to those of hashlib."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """Content-Disposition (RFC 6266). `names`: by parameter, as they are meant; `problem`: "" or why it is malformed."""

    kind: str
    names: dict[str, str]
    problem: str

    @property
    def name(self) -> str:
        """The name a client takes: filename* goes first (4.3); "" for none."""
        return self.names.get("filename*") or self.names.get("filename", "")


def disposition(text: str) -> Disposition:
    """The field read as RFC 6266, 4.1 has it; what can be understood in spite of a mistake is."""
    kind, found, rest = text.partition(";")
    names: dict[str, str] = {}
    problem = "" if is_token(kind.strip()) else "type"
    rest = found + rest
    position = 0
    for match in _PARAMETER.finditer(rest):
        if match.start() != position:
            problem = problem or "syntax"
        position = match.end()
        name, value = match.group(1).lower(), match.group(2).strip()
        if name in names:
            problem = problem or "repeated"
        if name.endswith("*"):
            decoded = _extended(value)
            problem = problem or ("" if decoded is not None else "extended")
            value = decoded or ""
        elif value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        elif not is_token(value):
            problem = problem or "unquoted"
        if name in ("filename", "filename*"):
            names[name] = value
    if rest[position:].strip(" \t;"):
        problem = problem or "syntax"
    return Disposition(kind.strip().lower(), names, problem)


def _extended(text: str) -> str | None:
    """RFC 8187, 3.2.1; None when it is none."""
    match = _EXTENDED.fullmatch(text)
    if match is None:
        return None
    try:
        return unquote_to_bytes(match.group(3)).decode(match.group(1))
    except (LookupError, UnicodeDecodeError):
        return None


@dataclass(frozen=True, slots=True)
class Range:
    """Content-Range of bytes (RFC 9110, 14.4). `size`: of the whole, -1 unknown."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def content_range(text: str) -> Range | None:
    """None when the field is malformed or impossible."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    found = Range(int(match.group(1)), int(match.group(2)), -1 if match.group(3) == "*" else int(match.group(3)))
    whole = found.size < 0 or found.last < found.size
    return found if found.first <= found.last and whole else None


def digests(text: str) -> dict[str, bytes] | None:
    """Repr-Digest or Content-Digest (RFC 9530, 2): a dictionary of byte sequences; None when it is none."""
    try:
        found: Any = http_sf.parse(text.encode("latin-1", "replace"), tltype="dictionary")
    except (http_sf.StructuredFieldError, ValueError, OverflowError):
        return None
    if not found or not all(isinstance(item, tuple) and isinstance(item[0], bytes) for item in found.values()):
        return None
    return {str(name): item[0] for name, item in found.items()}
