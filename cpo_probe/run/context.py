"""A probe's view of the run: one unit, one interface, one session."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

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
from cpo_probe.registry.definitions import type_key
from cpo_probe.run.planning import Work
from cpo_probe.session import Ask, Session

T = TypeVar("T")


class UnitContext:
    """Implements `session.context.Context` for one unit; counts what was asked and keeps the blocker."""

    def __init__(
        self,
        work: Work,
        attempt: int,
        session: Session,
        plan: Plan,
        inventory: Inventory,
        interface: Interface,
        operations: tuple[Operation, ...],
        harvest: Harvest,
        facts: Callable[[str, Interface], Any],
    ) -> None:
        self.plan: Plan = plan
        self.target: Target = plan.target
        self.inventory: Inventory = inventory
        self.interface: Interface = interface
        self.operations: tuple[Operation, ...] = operations
        self.harvest: Harvest = harvest
        self.blocker: Blocker | None = None
        self.detail = ""
        self.seen: list[Exchange] = []
        self._work = work
        self._attempt = attempt
        self._session = session
        self._facts = facts

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
        exchange = await self._session.send(
            Ask(
                method=method,
                url=url,
                purpose=purpose,
                why=why,
                params=tuple(params),
                headers=tuple(headers),
                body=body,
                accept=accept,
                group=group,
                operation=operation or self._work.operation,
                interface=self.interface,
                identity=identity,
                effect=effect,
                note=dict(note or {}),
                redirects=redirects,
                max_bytes=max_bytes,
                seconds=seconds,
                last_words=last_words,
                follows=follows,
                stack=stack,
                token=token,
                probe=self._work.probe.id,
                unit=self._work.id,
                attempt=self._attempt,
            )
        )
        self.seen.append(exchange)
        return exchange

    async def get(self, url: str, *, purpose: str, **options: Any) -> Exchange:
        return await self.send("GET", url, purpose=purpose, **options)

    async def keep(self, exchanges: Sequence[Exchange], name: str, media_type: str) -> Artifact:
        return await self._session.keep(exchanges, name, media_type)

    async def pause(self, seconds: float) -> None:
        await self._session.pause(seconds)

    def in_scope(self, url: str) -> bool:
        return self._session.in_scope(url)

    def fact(self, type: type[T]) -> T:
        return cast(T, self._facts(type_key(type), self.interface))

    def blocked(self, reason: Blocker, detail: str = "") -> None:
        self.blocker, self.detail = reason, detail
