"""Which exchanges are evidence about the product, and which only about trouble on the way?

A network failure, a refusal of our own account and a request to come again later are never a verdict: the check does not
get them (unless it accepts them), and what they should have shown stays open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cpo_probe.evidence import Bundle, Key
from cpo_probe.model import Blocker, Exchange, Identity, Outcome, Result, Where

PLACE = tuple[str, str, str]
"""Probe, interface, operation: where a unit of work asked."""


def unfit(accepts: frozenset[str], exchange: Exchange) -> Result | None:
    """Why the engine does not hand this exchange over; None when it does."""
    if exchange.failure is not None:
        partial = exchange.response is not None and "partial" in accepts
        return (
            None if partial or "failure" in accepts else _outcome(Outcome.ERROR, f"network_{exchange.failure.kind}", exchange.id)
        )
    put_off = exchange.status == 503 and exchange.header("retry-after") is not None
    return _refused(accepts, exchange.id, exchange.status, exchange.identity, put_off)


def light_unfit(accepts: frozenset[str], key: Key, bundle: Bundle) -> Result | None:
    """The same from the light row; the exchange is read only where the row leaves it open."""
    if key.failed:
        return None if accepts & {"failure", "partial"} else unfit(accepts, bundle.exchange(key.id))
    put_off = key.status == 503 and bundle.exchange(key.id).header("retry-after") is not None
    return _refused(accepts, key.id, key.status, key.identity, put_off)


def _refused(accepts: frozenset[str], exchange: str, status: int, identity: Identity, put_off: bool) -> Result | None:
    """Our own account may not, or everybody has to come again later (RFC 6585, 4; RFC 9110, 15.6.4)."""
    if status in (401, 403) and identity is Identity.ACCOUNT and "denied" not in accepts:
        return _outcome(Outcome.NOT_TESTED, Blocker.DENIED, exchange, status=status)
    if (put_off or status == 429) and "put_off" not in accepts:
        return _outcome(Outcome.NOT_TESTED, Blocker.UNANSWERED, exchange, status=status)
    return None


@dataclass(slots=True)
class Trouble:
    """What hindered one unit: per purpose, and whether its last question was among it (there a probe gives up)."""

    purposes: dict[str, Result] = field(default_factory=dict)
    last: Result | None = None


def troubles(bundle: Bundle) -> Mapping[PLACE, Trouble]:
    """Units that were not answered. A refusal is none: probes state it themselves, and negative requests ask for it."""
    found: dict[PLACE, Trouble] = {}
    for key in bundle.keys():
        if key.followed:
            continue
        reason = light_unfit(frozenset({"denied"}), key, bundle)
        place = (key.probe, key.interface, key.operation)
        if reason is None:
            if place in found:
                found[place].last = None
            continue
        trouble = found.setdefault(place, Trouble())
        trouble.purposes.setdefault(key.purpose, reason)
        trouble.last = reason
    return found


def _outcome(outcome: Outcome, code: str, exchange: str, **params: int) -> Result:
    return Result(outcome, str(code), dict(params), None, None, Where(), "", (exchange,))
