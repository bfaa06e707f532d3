"""What does a probe hold in its hands?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from cpo_probe.model import (
    Artifact,
    Blocker,
    Effect,
    Exchange,
    Freshness,
    Identity,
    Interface,
    Inventory,
    Operation,
    Plan,
    Stack,
    Target,
)
from cpo_probe.protocols.harvest import Harvest

T = TypeVar("T")


class Context(Protocol):
    """Handed to a probe for one unit of work. Every request goes through the one session of the target."""

    plan: Plan
    target: Target
    inventory: Inventory
    interface: Interface
    operations: tuple[Operation, ...]  # of this interface
    harvest: Harvest  # values seen in earlier answers of this interface

    async def send(
        self,
        method: str,
        url: str,
        *,
        purpose: str,
        why: str = "",
        params: Iterable[tuple[str, str]] = (),
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        accept: str = "",
        group: str = "",
        operation: Operation | None = None,
        identity: Identity = Identity.ACCOUNT,
        effect: Effect = Effect.READ,
        note: Mapping[str, Any] | None = None,
        redirects: bool = True,
        max_bytes: int = 0,
        seconds: float = 0.0,
        last_words: bool = False,
        follows: str = "",
        stack: Stack = Stack.OWN,
        token: Freshness = Freshness.NEW,
    ) -> Exchange:
        """Ask once and return the recorded, final exchange.

        `url` is absolute or relative to `interface.url`. Retries, redirects, challenges and token requests are
        recorded as exchanges of their own that follow one another; the last one is returned. Network failures come
        back as an exchange with `failure`. Raises `ScopeError` when the guard refuses (scope, effect, budget, stop):
        let it pass, the run turns it into the unit's blocker.
        `max_bytes`: the answer is a file that may be so big and take `seconds`; what memory should not hold lies in the record.
        `last_words`: clears up what was begun; no budget and no stop holds it back.
        `follows`: id of the exchange that this one continues and takes the place of.
        `stack` asks through another client: an exchange of its own, whose note says `stack`.
        `token`: which WS-Security token a SOAP message carries; another one than a new one is wrong on purpose, and refused with
        `ScopeError` where the account has none.
        """
        ...

    async def get(self, url: str, *, purpose: str, **options: Any) -> Exchange:
        """`send("GET", ...)`."""
        ...

    async def keep(self, exchanges: Sequence[Exchange], name: str, media_type: str) -> Artifact:
        """Note what these answers brought, one part after the other, as a file of that name, and the members of a package."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait, as a job wants it. Raises `ScopeError` when the run is to end meanwhile."""
        ...

    def in_scope(self, url: str) -> bool:
        """Whether the plan lets anybody read at that absolute URL; `send` would raise where it does not."""
        ...

    def fact(self, type: type[T]) -> T:
        """The fact of that type for this interface, computed from what has been recorded so far."""
        ...

    def blocked(self, reason: Blocker, detail: str = "") -> None:
        """State why this unit could not ask what it was meant to ask."""
        ...
