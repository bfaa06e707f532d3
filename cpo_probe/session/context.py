"""What does a probe hold in its hands?"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, TypeVar

from cpo_probe.model import Blocker, Effect, Exchange, Identity, Interface, Inventory, Operation, Plan, Target
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
    ) -> Exchange:
        """Ask once and return the recorded, final exchange.

        `url` is absolute or relative to `interface.url`. Retries, redirects, challenges and token requests are
        recorded as exchanges of their own that follow one another; the last one is returned. Network failures come
        back as an exchange with `failure`. Raises `ScopeError` when the guard refuses (scope, effect, budget, stop):
        let it pass, the run turns it into the unit's blocker.
        """
        ...

    async def get(self, url: str, *, purpose: str, **options: Any) -> Exchange:
        """`send("GET", ...)`."""
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
