"""Which header fields go with every request?"""

import hashlib
import re
from collections.abc import Iterable

import httpx

from cpo_probe.model import Headers, Plan

ACCEPT_ENCODING = "gzip, deflate, br"
_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"})


def user_agent(plan: Plan) -> str:
    """`cpo-probe/<version> (+contact; run <id>)`: the target's operator finds the run, and whom to call."""
    contact = _comment(plan.operator)
    return f"cpo-probe/{plan.engine} ({f'+{contact}; ' if contact else ''}run {_comment(plan.run)})"


def _comment(text: str) -> str:
    """Characters that may stand in a comment (RFC 9110, 5.6.5), without nesting."""
    return re.sub(r"[^\x20-\x27\x2a-\x5b\x5d-\x7e]", "", text).strip()


class Trace:
    """W3C Trace Context: the run is the trace, the exchange the span; the same ids give the same field."""

    def __init__(self, run: str) -> None:
        self._seed = hashlib.sha256(b"run " + run.encode())
        self._trace = self._seed.hexdigest()[:32]

    def parent(self, exchange: str) -> str:
        """The `traceparent` of that exchange, sampled."""
        span = self._seed.copy()
        span.update(exchange.encode())
        return f"00-{self._trace}-{span.hexdigest()[:16]}-01"


def check_own(headers: Iterable[tuple[str, str]]) -> Headers:
    """A probe's own fields. Raises `ValueError` for those that frame the message or choose the host: the session owns them."""
    own = tuple(headers)
    for name, _ in own:
        if name.lower() in _FRAMING:
            raise ValueError(f"the header {name} belongs to the session; a probe may not send it")
    return own


def compose(
    url: httpx.URL, method: str, body: bytes, default: Iterable[tuple[str, str]], own: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Host first, then the defaults that `own` does not replace, then `own`, then the length of the body."""
    own = list(own)
    taken = {name.lower() for name, _ in own}
    fields = [("Host", url.netloc.decode("ascii"))]
    fields += [pair for pair in default if pair[0].lower() not in taken]
    fields += own
    if body or method in ("POST", "PUT", "PATCH"):
        fields.append(("Content-Length", str(len(body))))
    return fields
