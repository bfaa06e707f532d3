"""What does a session need from the rooms beside it?"""

from pathlib import Path
from typing import Protocol

from cpo_probe.evidence import Kept
from cpo_probe.model import Artifact, Exchange, Wire
from cpo_probe.session.room import Spool


class Recorder(Protocol):
    """Where exchanges go before anybody sees them."""

    def next_id(self) -> str:
        """A new exchange id; an id whose exchange was refused or interrupted is never written."""
        ...

    async def write(self, exchange: Exchange, wire: Wire) -> None:
        """Durable when it returns."""
        ...

    def spool(self) -> Spool:
        """A file for what is too big for memory."""
        ...

    def payload(self, digest: str) -> Path:
        """Where a finished file of that sha256 lies; not to be changed."""
        ...

    def artifact(
        self, file: bytes | Kept, name: str, *, media_type: str = "", parent: str = "", exchanges: tuple[str, ...] = ()
    ) -> Artifact:
        """Note a file as evidence, by its bytes or as a finished spool."""
        ...


class SecretSource(Protocol):
    """Resolves references such as "env:NAME"; a text that is no reference stands for itself."""

    def resolve(self, reference: str) -> str: ...

    def values(self) -> tuple[str, ...]:
        """Every secret resolved so far: what must not reach the recorder."""
        ...
