"""What does a session need from the rooms beside it?"""

from typing import Protocol

from cpo_probe.model import Exchange, Wire


class Recorder(Protocol):
    """Where exchanges go before anybody sees them."""

    def next_id(self) -> str:
        """A new exchange id; an id whose exchange was refused or interrupted is never written."""
        ...

    async def write(self, exchange: Exchange, wire: Wire) -> None:
        """Durable when it returns."""
        ...


class SecretSource(Protocol):
    """Resolves references such as "env:NAME"; a text that is no reference stands for itself."""

    def resolve(self, reference: str) -> str: ...

    def values(self) -> tuple[str, ...]:
        """Every secret resolved so far: what must not reach the recorder."""
        ...
