"""How is something asked during discovery: politely, within a bound, and with everything written down?"""

from typing import Any, Protocol

from cpo_probe.discovery.recognise import Seen, recognise
from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Exchange, Identity, Interface, Operation
from cpo_probe.session import Ask

MOST = 60
"""Requests of one discovery, not counting redirects and log-in."""
PATIENCE = 3
"""Requests without any answer after which a system that never answered is not asked further."""
RESERVE = 12
"""Requests kept back from guessing for what follows a find."""

DOCUMENT = "application/vnd.oai.openapi+json, application/json, application/yaml;q=0.9, application/xml;q=0.8, */*;q=0.5"
PAGE = "application/json, text/html;q=0.9, */*;q=0.5"
METADATA = "application/xml, application/json;q=0.5, */*;q=0.1"
"""For $metadata of OData, which every service has in XML and some prefer to write in JSON."""


class Sender(Protocol):
    """The part of a session that discovery needs."""

    async def send(self, ask: Ask) -> Exchange: ...


class Asker:
    """Asks each URL once per identity and keeps the list of what was tried."""

    def __init__(self, session: Sender, most: int = MOST) -> None:
        self._session = session
        self._known: dict[tuple[str, Identity, str], tuple[Exchange, Seen] | None] = {}
        self._answered = False
        self.left = most
        self.tried: list[dict[str, Any]] = []

    @property
    def may_guess(self) -> bool:
        """Whether there is room for guessing."""
        return self.left > RESERVE

    def asked(self, url: str) -> bool:
        """Whether that URL was asked with the account."""
        return any(key[0] == url and key[1] is Identity.ACCOUNT for key in self._known)

    async def ask(
        self,
        url: str,
        *,
        what: str,
        why: str,
        identity: Identity = Identity.ACCOUNT,
        accept: str = DOCUMENT,
        fresh: bool = False,
        about: tuple[Interface, Operation] | None = None,
    ) -> tuple[Exchange, Seen] | None:
        """The answer and what it is; None when it was refused (out of scope, budget, bound) or never sent.

        A URL that was asked before is not asked again, unless `fresh`.
        """
        key = (url, identity, accept)
        if key in self._known and not fresh:
            return self._known[key]
        interface, operation = about or (None, None)
        ask = Ask(
            "GET",
            url,
            f"discovery.{what}",
            why=why,
            accept=accept,
            identity=identity,
            interface=interface,
            operation=operation,
            probe="discovery",
            unit="discovery",
        )
        answer = await self._send(ask) if self.left > 0 else None
        self._known[key] = answer
        return answer

    def remark(self, exchange: str, words: str) -> None:
        """Add to what is said about an answer."""
        for row in self.tried:
            if row["exchange"] == exchange:
                row["answer"] += f", {words}"

    async def _send(self, ask: Ask) -> tuple[Exchange, Seen] | None:
        self.left -= 1
        row = {"url": ask.url, "why": ask.why}
        try:
            exchange = await self._session.send(ask)
        except ScopeError as refusal:
            told = {"answer": f"not asked: {refusal.detail}", "exchange": "", "refused": str(refusal.reason)}
            self.tried.append({**row, **told})
            if refusal.reason in (Blocker.BUDGET, Blocker.INTERRUPTED):
                self.left = 0
            return None
        seen = recognise(exchange)
        self.tried.append({**row, "answer": seen.words, "exchange": exchange.id})
        self._answered = self._answered or exchange.response is not None
        if not self._answered and len(self.tried) >= PATIENCE:
            self.left = 0
        return exchange, seen
