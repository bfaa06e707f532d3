"""Who is asking, and is everything there that proves it?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Freshness, Headers
from cpo_probe.session.auth import Answer, Authenticator, Block, Call, CsrfToken, Flow
from cpo_probe.session.cookies import Cookies

Caller = Callable[[Call], Awaitable[Answer]]

_RENEWALS = 20  # log-ins after the first one: a server that rejects every session must not be asked for ever
_TRIES = 3  # of a log-in server that does not answer


@dataclass(frozen=True, slots=True)
class Proof:
    """What goes with one request, and which log-in it came from."""

    headers: Headers
    params: Headers
    cookie: str
    login: int
    block: Block | None = None


class Account:
    """One identity: its authenticator, cookies and CSRF token. Log-ins happen one at a time, and once for all who wait."""

    def __init__(self, auth: Authenticator, csrf: CsrfToken | None, cookies: Cookies | None, now: Callable[[], float]) -> None:
        self.cookies = cookies
        self.entered = False  # an answer came back to these credentials: there may be a session to end
        self._auth = auth
        self._csrf = csrf
        self._now = now
        self._lock = asyncio.Lock()
        self._logins = 0
        self._proven = True  # the present log-in has been good for at least one answer
        self._trouble = 0
        self._denied: ScopeError | None = None

    async def prepare(self, method: str, call: Caller) -> None:
        """Log in and fetch a CSRF token, where needed. Raises `ScopeError` when that fails; a denied log-in is not repeated."""
        if not self._auth.ready(self._now()):
            async with self._lock:
                if self._denied is not None:
                    raise ScopeError(self._denied.reason, self._denied.detail)
                if not self._auth.ready(self._now()):
                    self._logins += 1
                    self._proven = False
                    await self._log_in(call)
        await self.fetch_csrf(method, call)

    async def fetch_csrf(self, method: str, call: Caller) -> None:
        """The token alone, if the method needs one and there is none. Raises `ScopeError` when none can be had."""
        if self._csrf is not None and self._wants_csrf(method):
            async with self._lock:
                if self._wants_csrf(method):
                    await _run(self._csrf.obtain(), call)

    def _wants_csrf(self, method: str) -> bool:
        return self._csrf is not None and self._csrf.wanted(method) and not self._csrf.ready()

    async def _log_in(self, call: Caller) -> None:
        try:
            await _run(self._auth.obtain(self._now()), call)
        except ScopeError as refusal:
            self._trouble += 1
            if refusal.reason == Blocker.DENIED or self._trouble >= _TRIES:
                self._denied = refusal
            raise
        self._trouble = 0

    def proof(self, method: str, url: httpx.URL, token: Freshness = Freshness.NEW) -> Proof:
        """Credentials, cookies and CSRF token for a request to `url`. Raises `ScopeError` when there is no such token."""
        credentials = self._auth.credentials()
        block = credentials.block if token is Freshness.NEW else credentials.stale.get(token)
        if token is not Freshness.NEW and block is None:
            raise ScopeError(Blocker.NOT_SELECTED, f"a token that is {token.value} is known of WS-Security accounts only")
        headers = credentials.headers
        if self._csrf is not None and self._csrf.wanted(method) and self._csrf.ready():
            headers += self._csrf.headers()
        cookie = self.cookies.header(str(url)) if self.cookies else ""
        return Proof(headers, credentials.params, cookie, self._logins, block)

    def accepted(self, answer: Answer, login: int) -> None:
        """Note that the log-in `login` was good for something, if it was."""
        if answer.status and login == self._logins and not self._auth.rejected(answer):
            self._proven = True

    def may_renew(self, method: str, answer: Answer, login: int) -> bool:
        """Whether a new log-in or CSRF token may turn this answer into a better one; if so, the old ones are forgotten.

        A log-in that has never worked for anything is not repeated: a 401 to a fresh token is the server's answer.
        """
        if self._csrf is not None and self._csrf.wanted(method) and self._csrf.rejected(answer):
            self._csrf.forget()
            return True
        if not self._auth.rejected(answer):
            return False
        if login != self._logins:  # somebody else has renewed it meanwhile
            return True
        if not self._proven or self._logins > _RENEWALS:
            return False
        self._auth.forget()
        return True


async def _run(flow: Flow, call: Caller) -> None:
    try:
        request = next(flow)
        while True:
            request = flow.send(await call(request))
    except StopIteration:
        return
    finally:
        flow.close()
