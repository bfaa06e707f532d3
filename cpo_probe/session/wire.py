"""How does one request go out, and its exchange into the record?"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from cpo_probe.model import Blocker, Effect, Exchange, Identity, Plan, Stack
from cpo_probe.session.account import Proof
from cpo_probe.session.ask import Outgoing
from cpo_probe.session.auth import Stamped, stamped
from cpo_probe.session.budget import Budget
from cpo_probe.session.fields import ACCEPT_ENCODING, Trace, compose, user_agent
from cpo_probe.session.pace import Pace
from cpo_probe.session.raw import Raw
from cpo_probe.session.recorder import Recorder
from cpo_probe.session.redact import PLAIN, Redactor, Sensitive
from cpo_probe.session.redact.hidden import Hidden
from cpo_probe.session.room import Room

_BIG = 256 * 2**10  # bytes of an answer that are searched beside the loop, so that other requests go on


@dataclass(frozen=True, slots=True)
class Label:
    """What an exchange is called in the record."""

    probe: str
    unit: str
    attempt: int
    purpose: str
    why: str
    group: str
    interface: str
    operation: str
    effect: Effect
    identity: Identity
    follows: str
    role: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that has left; `hidden`: the secrets in the header block of a SOAP message."""

    id: str
    at: str
    out: Outgoing
    hidden: tuple[Hidden, ...] = ()


class Carrier(Protocol):
    """An implementation of HTTP and TLS."""

    async def product(self) -> str:
        """How it names itself before us in User-Agent, "" for our own. Raises `ScopeError` when it cannot be used."""
        ...

    async def fetch(self, out: Outgoing, seconds: float) -> Raw:
        """Send, and read within the limits, no longer than `seconds`."""
        ...


class Wire:
    """Pace, transport, redaction and recorder in their order."""

    def __init__(
        self,
        plan: Plan,
        carriers: Mapping[Stack, Carrier],
        pace: Pace,
        budget: Budget,
        redactor: Redactor,
        recorder: Recorder,
    ) -> None:
        self.on_exchange: list[Callable[[Exchange], None]] = []
        self._carriers = carriers
        self._pace = pace
        self._budget = budget
        self._redactor = redactor
        self._recorder = recorder
        self._seconds = plan.target.limits.exchange_seconds
        self._trace = Trace(plan.run)
        self._name = user_agent(plan)
        self._fixed = [("Accept-Encoding", ACCEPT_ENCODING), *plan.target.headers]

    async def fetch(
        self,
        method: str,
        url: httpx.URL,
        own: Iterable[tuple[str, str]],
        body: bytes,
        proof: Proof,
        *,
        accept: str = "",
        key: str = "",
        last_words: float | None = None,
        room: Room | None = None,
        stack: Stack = Stack.OWN,
    ) -> tuple[Sent, Raw]:
        """Wait for a turn and ask. `last_words`: seconds for a log-out, which neither budget nor brake holds back."""
        if proof.params:
            present = set(url.params)
            url = url.copy_merge_params([pair for pair in proof.params if pair[0] not in present])
        carrier = self._carriers[stack]
        if last_words is not None:
            self._budget.spend()
            return await self._send(carrier, method, url, own, body, proof, accept, min(self._seconds, last_words))
        await carrier.product()  # before a turn is taken: there may be no such client
        alone = await self._pace.enter()
        try:
            sent, raw = await self._send(carrier, method, url, own, body, proof, accept, self._seconds, room)
        finally:
            self._pace.leave(alone)
        kind = raw.failure.kind if raw.failure else None
        self._pace.observe(key or f"{method} {url.path}", raw.status, raw.headers, kind, raw.timing.first_byte)
        return sent, raw

    async def _send(
        self,
        carrier: Carrier,
        method: str,
        url: httpx.URL,
        own: Iterable[tuple[str, str]],
        body: bytes,
        proof: Proof,
        accept: str,
        seconds: float,
        room: Room | None = None,
    ) -> tuple[Sent, Raw]:
        id = self._recorder.next_id()
        message = stamped(body, proof.block) if proof.block is not None else Stamped(body, ())
        default = [
            ("Accept", accept or "*/*"),
            ("User-Agent", f"{await carrier.product()} {self._name}".lstrip()),
            *self._fixed,
            ("traceparent", self._trace.parent(id)),
            *proof.headers,
            *([("Cookie", proof.cookie)] if proof.cookie else []),
        ]
        out = Outgoing(method, url, tuple(compose(url, method, message.body, default, own)), message.body, room)
        at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return Sent(id, at, out, message.hidden), await carrier.fetch(out, seconds)

    async def record(
        self, sent: Sent, raw: Raw, label: Label, note: Mapping[str, Any] | None = None, sensitive: Sensitive = PLAIN
    ) -> Exchange:
        """Redact, write, tell the observers. An exchange that cannot be written ends the run: nothing is asked in vain."""
        own = {**(note or {}), **({"stack": raw.stack} if raw.stack else {})}
        sensitive = replace(sensitive, hidden=(*sensitive.hidden, *sent.hidden)) if sent.hidden else sensitive
        if len(raw.body) > _BIG:
            clean = await asyncio.to_thread(self._redactor.clean, sent.out, raw, own, sensitive)
        else:
            clean = self._redactor.clean(sent.out, raw, own, sensitive)
        if raw.aside is not None:
            clean = await asyncio.to_thread(self._redactor.settle, raw.aside, clean, self._recorder.spool)
        exchange = Exchange(
            id=sent.id,
            at=sent.at,
            probe=label.probe,
            unit=label.unit,
            attempt=label.attempt,
            purpose=label.purpose,
            why=label.why,
            group=label.group,
            interface=label.interface,
            operation=label.operation,
            effect=label.effect,
            identity=label.identity,
            follows=label.follows,
            role=label.role,
            request=clean.request,
            response=clean.response,
            failure=clean.failure,
            timing=raw.timing,
            peer=raw.peer,
            redacted=clean.spans,
            note=clean.note,
        )
        try:
            await self._recorder.write(exchange, clean.wire)
        except asyncio.CancelledError:
            raise
        except BaseException:
            self._budget.stop(Blocker.INTERRUPTED, "an exchange could not be recorded")
            raise
        for observer in self.on_exchange:
            observer(exchange)
        return exchange
