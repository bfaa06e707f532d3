"""What do an answer's headers say about when, and how often, to ask again?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cpo_probe.model import Headers, header


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a stated quota; None where nothing was said. `reset` in seconds from now."""

    remaining: int
    limit: int | None
    reset: float | None


def retry_after(headers: Headers, now: datetime) -> float | None:
    """Seconds to wait by Retry-After (RFC 9110, 10.2.3), None without one; a date counts from the answer's own Date."""
    value = header(headers, "retry-after")
    if value is None:
        return None
    value = value.strip()
    if value.isdigit():
        return float(value)
    until = _date(value)
    if until is None:
        return None
    start = _date(header(headers, "date") or "") or now
    return max(0.0, (until - start).total_seconds())


_REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_LIMIT = ("ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit")
_RESET = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_EPOCH = 10**9  # a reset beyond this many seconds is a point in time, as GitHub and others send it


def states_quota(headers: Headers) -> bool:
    """Whether a closer look is worth it; most answers say nothing."""
    return any("rate" in name.lower() for name, _ in headers)


def quota(headers: Headers, now: datetime) -> Quota | None:
    """The quota of RateLimit (draft-ietf-httpapi-ratelimit-headers, `"name";r=10;t=30`) or of the older triple of fields."""
    structured = header(headers, "ratelimit")
    if structured and (found := re.search(r";\s*r=(\d{1,15})", structured)):
        window = re.search(r";\s*t=(\d{1,15})", structured)
        total = re.search(r";\s*q=(\d{1,15})", header(headers, "ratelimit-policy") or "")
        return Quota(int(found[1]), int(total[1]) if total else None, float(window[1]) if window else None)
    remaining = _number(headers, _REMAINING)
    if remaining is None:
        return None
    reset = _number(headers, _RESET)
    if reset is not None and reset > _EPOCH:
        reset = max(0, int(reset - now.timestamp()))
    return Quota(remaining, _number(headers, _LIMIT), None if reset is None else float(reset))


def _number(headers: Headers, names: tuple[str, ...]) -> int | None:
    for name in names:
        if found := re.match(r"\s*(\d{1,15})", header(headers, name) or ""):
            return int(found[1])
    return None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
