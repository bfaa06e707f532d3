"""One target, one run: everything that is asked of it goes through here.

guard -> log-in -> pace -> wire -> redact -> record -> the caller. Retries, redirects, log-ins and requests repeated after a
renewed log-in are exchanges of their own, chained by `follows`.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from cpo_probe.errors import EvidenceError, ScopeError
from cpo_probe.model import Artifact, Blocker, Effect, Exchange, Freshness, Identity, Plan, Stack
from cpo_probe.session.account import Account, Caller, Proof
from cpo_probe.session.ask import Ask, address, join, parse
from cpo_probe.session.auth import Answer, Call, Credentials, CsrfToken, Fixed, authenticator, invented, sensitive_names
from cpo_probe.session.budget import Budget, Clock, SystemClock
from cpo_probe.session.cookies import Cookies, session_values
from cpo_probe.session.curl import CurlTransport
from cpo_probe.session.fields import check_own
from cpo_probe.session.follow import redirect, wait_before_retry
from cpo_probe.session.guard import Guard
from cpo_probe.session.keeping import keep
from cpo_probe.session.network import Network, SystemNetwork
from cpo_probe.session.pace import Pace
from cpo_probe.session.raw import Raw
from cpo_probe.session.recorder import Recorder, SecretSource
from cpo_probe.session.redact import Redactor, Sensitive
from cpo_probe.session.room import Room
from cpo_probe.session.transport import Transport
from cpo_probe.session.wire import Carrier, Label, Wire

_LAST_WORDS = 10.0  # seconds for a log-out
_NOTHING = Proof((), (), "", 0)


class Session:
    """HTTP to one target. An async context manager; at its end the account is logged out, whatever happened.

    `on_exchange`: called with every recorded exchange. `stop_file`: asks nothing more once it exists; by default `STOP` in the
    recorder's folder. Raises `UsageError` on entry when a secret, certificate or cookie file of the profile cannot be had.
    """

    def __init__(
        self,
        plan: Plan,
        recorder: Recorder,
        secrets: SecretSource,
        *,
        network: Network | None = None,
        stop_file: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        target = plan.target
        folder = getattr(recorder, "folder", None)
        if stop_file is None and isinstance(folder, Path):
            stop_file = folder / "STOP"
        self._plan = plan
        self._clock = clock or SystemClock()
        self._secrets = secrets
        self.budget = Budget(target.limits, self._clock, stop_file)
        self._guard = Guard(plan)
        names = sensitive_names(target.auth, target.csrf)
        self._secret_headers = names.headers
        self._redactor = Redactor(target, secrets, names)
        self._pace = Pace(target.limits, self.budget, self._clock)
        self._recorder = recorder
        self._network = network or SystemNetwork()
        self.on_exchange: list[Callable[[Exchange], None]] = []
        self._secure = target.base_url.startswith("https:")

    def stop(self, reason: Blocker) -> None:
        """Ask nothing more; what is in flight is finished and recorded, and the log-out still happens."""
        self.budget.stop(reason)

    async def __aenter__(self) -> Self:
        target, now, cookies = self._plan.target, self._clock.now, Cookies()
        csrf = CsrfToken(target.csrf, cookies) if target.csrf else None
        self._accounts = {
            Identity.ACCOUNT: Account(authenticator(target.auth, self._secrets, cookies), csrf, cookies, now),
            Identity.ANONYMOUS: Account(Fixed(Credentials()), None, None, now),
            Identity.NOBODY: Account(invented(self._plan), None, None, now),
        }
        for value in cookies.values():
            self._redactor.learn(value)
        self._transport = Transport(target, self._guard, self._network, self._secrets)
        curl = CurlTransport(target, self._transport.backend, self._secrets)
        carriers: dict[Stack, Carrier] = {Stack.OWN: self._transport, Stack.CURL: curl}
        self._wire = Wire(self._plan, carriers, self._pace, self.budget, self._redactor, self._recorder)
        self._wire.on_exchange = self.on_exchange
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Log out and close. A cancellation that arrives meanwhile waits until that is done, some seconds at most."""
        ending = asyncio.ensure_future(self._end())
        cancelled: asyncio.CancelledError | None = None
        while not ending.done():
            try:
                await asyncio.shield(ending)
            except asyncio.CancelledError as again:
                cancelled = again
        ending.result()
        if cancelled is not None:
            raise cancelled

    async def _end(self) -> None:
        try:
            await self._log_out()
        finally:
            await self._transport.aclose()

    async def _log_out(self) -> None:
        account, logout = self._accounts[Identity.ACCOUNT], self._plan.target.logout
        if logout is None or not account.entered:
            return
        why, body = "the session of the account ends", logout.body.encode()
        call = Call("logout", logout.method, logout.url, why, logout.headers, body, credentials=True)
        last = self._caller(account, Identity.ACCOUNT, "", last_words=_LAST_WORDS)
        try:
            await account.fetch_csrf(logout.method, last)
            await last(call)
        except ScopeError:
            return  # no token, or out of scope: there is no way to log out, and what was tried is recorded

    async def send(self, ask: Ask) -> Exchange:
        """Ask, follow what follows, and return the last exchange, as it was recorded.

        Raises `ScopeError` when guard, budget or a denied log-in refuses the first request. Once something was recorded, a
        refusal of what would follow (a redirect out of scope, a retry without budget) ends the chain instead.
        """
        url = address(ask, self._plan.target.base_url)
        self._guard.ask(ask, url)
        limits = self._plan.target.limits
        account, own = self._accounts[ask.identity], self._own(ask)
        method, body, role, follows = ask.method, ask.body, "retry" if ask.follows else "primary", ask.follows
        tries = hops = 0
        renewed = False
        exchange: Exchange | None = None
        room = Room(self._recorder.spool, ask.max_bytes, ask.seconds) if ask.max_bytes else None
        last = _LAST_WORDS if ask.last_words else None
        while True:
            try:
                await account.prepare(method, self._caller(account, ask.identity, follows))
                proof = self._proof(account, method, url, ask.token)
                sent, raw = await self._wire.fetch(
                    *(method, url, own, body, proof),
                    accept=ask.accept,
                    key=_key(ask, method),
                    stack=ask.stack,
                    room=room,
                    last_words=last,
                )
            except ScopeError:
                if exchange is None:
                    raise
                return exchange
            self._learn(account, url, raw)
            move = redirect(method, str(url), raw) if ask.redirects else None
            refusal = self._refusal(move.url, hops) if move else ""
            note = {**(ask.note or {}), "redirect_refused": refusal} if refusal else ask.note
            exchange = await self._wire.record(sent, raw, _label(ask, role, follows), note)
            follows = exchange.id
            answer = Answer(raw.status, raw.headers, raw.body, str(url), raw.failure)
            account.accepted(answer, proof.login)
            if not renewed and account.may_renew(method, answer, proof.login):
                renewed, role = True, "challenge"
            elif move and not refusal:
                url, role, hops = parse(move.url), "redirect", hops + 1
                if not move.keep:
                    method, body = "GET", b""
                    own = tuple(pair for pair in own if not pair[0].lower().startswith("content-"))
            elif tries < limits.retries and (wait := wait_before_retry(method, ask.effect, raw, tries)) is not None:
                role, tries = "retry", tries + 1
                try:
                    await self._pace.sleep(wait)
                except ScopeError:
                    return exchange
            else:
                return exchange

    async def keep(self, exchanges: Sequence[Exchange], name: str, media_type: str) -> Artifact:
        """Note what these answers brought, one part after the other, as a file; the members of a package are noted with it."""
        try:
            return await asyncio.to_thread(keep, self._recorder, exchanges, name, media_type)
        except EvidenceError:
            self.budget.stop(Blocker.INTERRUPTED, "a file could not be recorded")
            raise

    async def pause(self, seconds: float) -> None:
        """Wait, no longer than the run lasts. Raises `ScopeError` as soon as it is stopped."""
        await self._pace.sleep(seconds)

    def _own(self, ask: Ask) -> tuple[tuple[str, str], ...]:
        """A probe's own fields; whoever is not the account carries none of its credentials."""
        own = check_own(ask.headers)
        if ask.identity is Identity.ACCOUNT:
            return own
        secret = self._secret_headers | {"authorization", "cookie"}
        return tuple(pair for pair in own if pair[0].lower() not in secret)

    def _proof(self, account: Account, method: str, url: httpx.URL, token: Freshness = Freshness.NEW) -> Proof:
        """No credentials in the open where the target itself is behind TLS."""
        return _NOTHING if self._secure and url.scheme == "http" else account.proof(method, url, token)

    def in_scope(self, url: str) -> bool:
        """Whether host, port and path of an absolute URL may be asked."""
        try:
            self._guard.place(parse(url))
        except ScopeError:
            return False
        return True

    def _refusal(self, url: str, hops: int) -> str:
        """Why a redirect is not followed, "" when it is."""
        if hops >= self._plan.target.limits.redirects:
            return f"{hops} redirects in a row (limits.redirects)"
        try:
            self._guard.place(parse(url))
        except ScopeError as refusal:
            return str(refusal)
        return ""

    def _learn(self, account: Account, url: httpx.URL, raw: Raw) -> None:
        if raw.status == 0:
            return
        account.entered = True
        for value in session_values(raw.headers):
            self._redactor.learn(value)
        if account.cookies is not None:
            account.cookies.take(str(url), raw.headers)

    def _caller(self, account: Account, identity: Identity, follows: str, *, last_words: float | None = None) -> Caller:
        """How authentication asks: within scope and budget, recorded like everything else, answered with the secrets."""

        async def call(wanted: Call) -> Answer:
            url = parse(join(self._plan.target.base_url, wanted.url))
            self._guard.place(url, session=True)
            proof = self._proof(account, wanted.method, url)
            if not wanted.credentials:
                proof = Proof((), (), proof.cookie, proof.login)
            sent, raw = await self._wire.fetch(wanted.method, url, wanted.headers, wanted.body, proof, last_words=last_words)
            self._learn(account, url, raw)
            answer = Answer(raw.status, raw.headers, raw.body, str(url), raw.failure)
            for value in wanted.secrets(answer):
                self._redactor.learn(value)
            sensitive = Sensitive(wanted.fields, wanted.pointers, session=True, hidden=wanted.hidden)
            await self._wire.record(sent, raw, _session_label(wanted, identity, follows), None, sensitive)
            return answer

        return call


def _key(ask: Ask, method: str) -> str:
    return f"{method} {ask.operation.id}" if ask.operation else ""


def _label(ask: Ask, role: str, follows: str) -> Label:
    return Label(
        probe=ask.probe,
        unit=ask.unit,
        attempt=ask.attempt,
        purpose=ask.purpose,
        why=ask.why,
        group=ask.group,
        interface=ask.interface.id if ask.interface else "",
        operation=ask.operation.id if ask.operation else "",
        effect=ask.effect,
        identity=ask.identity,
        follows=follows,
        role=role,
    )


def _session_label(call: Call, identity: Identity, follows: str) -> Label:
    purpose = f"session.{call.role}"
    return Label("session", "session", 1, purpose, call.why, "", "", "", Effect.READ, identity, follows, call.role)
