"""A context for probes that asks a small ASGI program instead of a session."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any, TypeVar

import httpx

from cpo_probe.model import (
    Blocker,
    Effect,
    Exchange,
    Identity,
    Interface,
    Inventory,
    Operation,
    Permissions,
    Plan,
    Stack,
    Target,
)
from cpo_probe.protocols.harvest import Harvest
from tests.probes.make import HOST, exchange, interface, inventory, plan

T = TypeVar("T")
Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class FakeContext:
    """Implements `Context`; `asked` holds the exchanges in order."""

    def __init__(self, app: App, *operations: Operation, facts: Mapping[str, Any] | None = None, **changes: Any) -> None:
        permissions: Permissions | None = changes.pop("permissions", None)
        self.plan: Plan = plan(permissions, **changes)
        self.target: Target = self.plan.target
        self.interface: Interface = interface()
        self.operations = operations
        self.inventory: Inventory = inventory(*operations)
        self.harvest = Harvest(operations)
        self.asked: list[Exchange] = []
        self.blocker: Blocker | None = None
        self._facts = dict(facts or {})
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app))

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
        stack: Stack = Stack.OWN,
    ) -> Exchange:
        assert url.startswith(HOST), url
        fields = [
            *headers,
            ("Accept", accept or "*/*"),
            *([("Authorization", "Basic x")] if identity is Identity.ACCOUNT else []),
        ]
        request = self._client.build_request(method, url, params=list(params) or None, headers=fields, content=body)
        answer = await self._client.send(request)
        made = exchange(
            answer.status_code,
            tuple((k, v) for k, v in answer.headers.multi_items()),
            answer.content,
            id=f"{len(self.asked) + 1:06}",
            method=method,
            url=str(request.url),
            sent=tuple(request.headers.multi_items()),
            purpose=purpose,
            operation=operation.id if operation else "",
            note={**(note or {}), **({"stack": "curl"} if stack is Stack.CURL else {})},
            identity=identity,
        )
        made = replace(made, group=group, request=replace(made.request, body=body))
        self.asked.append(made)
        return made

    async def get(self, url: str, *, purpose: str, **options: Any) -> Exchange:
        return await self.send("GET", url, purpose=purpose, **options)

    def in_scope(self, url: str) -> bool:
        return f"{url}/".startswith(f"{HOST}/")

    def fact(self, type: type[T]) -> T:
        found: T = self._facts[type.__name__]
        return found

    async def pause(self, seconds: float) -> None:
        """No time passes here."""

    def blocked(self, reason: Blocker, detail: str = "") -> None:
        self.blocker = reason

    def learn(self) -> None:
        """What the run does between two waves."""
        known = {o.id: o for o in self.operations}
        for one in self.asked:
            if one.operation in known and 200 <= one.status < 300:
                self.harvest.learn(known[one.operation], one)

    @property
    def purposes(self) -> list[str]:
        return [one.purpose.rpartition(".")[2] for one in self.asked]
