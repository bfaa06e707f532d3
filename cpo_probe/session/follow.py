"""Does another request follow this answer?"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cpo_probe.model import Effect, FailureKind, header
from cpo_probe.session.ask import join
from cpo_probe.session.quota import retry_after
from cpo_probe.session.raw import Raw

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"})
_UNHEARD = frozenset({FailureKind.REFUSED, FailureKind.CONNECT_TIMEOUT, FailureKind.DISCONNECTED})
BACKOFF = 0.2  # seconds before the first repetition after trouble on the network, doubled each time
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def wait_before_retry(method: str, effect: Effect, raw: Raw, tries: int) -> float | None:
    """Seconds after which the same may be asked again, None when it may not.

    Only requests that read and are idempotent (RFC 9110, 9.2.2), and only when no answer began, or the server itself named
    a time (429 and 503 with Retry-After).
    """
    if effect is not Effect.READ or method not in _IDEMPOTENT:
        return None
    if raw.status == 0 and raw.failure is not None and raw.failure.kind in _UNHEARD:
        return float(BACKOFF * 2**tries)
    if raw.status in (429, 503):
        return retry_after(raw.headers, datetime.now(UTC))
    return None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where an answer sends us. `keep`: with the same method and body."""

    url: str
    keep: bool


def redirect(method: str, url: str, raw: Raw) -> Redirect | None:
    """RFC 9110, 15.4: 307 and 308 repeat the request, 303 asks with GET; 301 and 302 turn a POST into GET as browsers do."""
    if raw.status not in REDIRECTS:
        return None
    location = header(raw.headers, "location")
    if not location:
        return None
    keep = raw.status in (307, 308) or method in ("GET", "HEAD") or (raw.status != 303 and method != "POST")
    return Redirect(join(url, location), keep)
