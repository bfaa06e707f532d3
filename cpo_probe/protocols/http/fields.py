"""What do the younger header fields say: structured fields (RFC 9651), deprecation, sunset, rate limits?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import http_sf

from cpo_probe.model import Headers, header


def item(text: str) -> Any | None:
    """The bare value of a structured item; None when the text is none."""
    try:
        found: Any = http_sf.parse(text.encode("latin-1", "replace"), tltype="item")
    except (http_sf.StructuredFieldError, ValueError, OverflowError):
        return None
    return found[0] if isinstance(found, tuple) else found


def deprecation(text: str) -> datetime | None:
    """RFC 9745, 2.1: a structured Date such as `@1688169599`; older drafts' `true` and HTTP-dates are not it."""
    match = re.fullmatch(r"@(-?\d{1,12})", text.strip())
    if match is None or item(text.strip()) is None:
        return None
    try:
        return datetime.fromtimestamp(int(match[1]), UTC)
    except (OverflowError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Quota:
    """One figure of a rate limit: the field it stands in, and the whole number at its beginning (None: unreadable)."""

    field: str
    text: str
    value: int | None


_LIMIT = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit")
_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
RATE_FIELDS = (*_LIMIT, *_REMAINING)


def quotas(headers: Headers) -> tuple[Quota, ...]:
    """The figures of the rate-limit fields in use; the draft allows a list after the first number (`100, 100;w=60`)."""
    found = []
    for name in RATE_FIELDS:
        text = header(headers, name)
        if text is not None:
            match = re.match(r"\s*(\d{1,18})\s*(?:[,;].*)?\Z", text)
            found.append(Quota(name, text, int(match[1]) if match else None))
    return tuple(found)


def exceeded(quotas: tuple[Quota, ...]) -> tuple[Quota, Quota] | None:
    """A remaining figure larger than the limit of the same family, with that limit."""
    by_field = {q.field: q for q in quotas}
    for limit, remaining in zip(_LIMIT, _REMAINING, strict=True):
        first, second = by_field.get(limit), by_field.get(remaining)
        if first and second and first.value is not None and second.value is not None and second.value > first.value:
            return first, second
    return None


def rate_limit(text: str) -> bool:
    """Whether RateLimit or RateLimit-Policy is a structured list or dictionary (drafts of the IETF HTTPAPI group)."""
    raw = text.encode("latin-1", "replace")
    for kind in ("list", "dictionary"):
        try:
            http_sf.parse(raw, tltype=kind)
        except (http_sf.StructuredFieldError, ValueError, OverflowError):
            continue
        return True
    return False
