"""How does judging code look at what was recorded?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from cpo_probe.model.artifact import Artifact
from cpo_probe.model.exchange import Exchange
from cpo_probe.model.plan import Inventory, Plan


@runtime_checkable
class Exchanges(Protocol):
    """Exchanges in the order of their ids, read from disk one by one; may be walked more than once."""

    def __iter__(self) -> Iterator[Exchange]: ...
    def __len__(self) -> int: ...


class Evidence(Protocol):
    """A record as facts, probes and checks see it."""

    @property
    def plan(self) -> Plan: ...
    @property
    def inventory(self) -> Inventory: ...
    def exchange(self, id: str) -> Exchange:
        """The exchange with that id; raises `EvidenceError` when there is none."""
        ...

    def select(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> Exchanges:
        """Exchanges whose purpose matches the fnmatch pattern; attempts that were superseded are left out."""
        ...

    def artifacts(self) -> tuple[Artifact, ...]:
        """The files kept as evidence, packages before their members; those of superseded attempts are left out."""
        ...

    def file(self, artifact: Artifact) -> Path:
        """A regular file with its bytes, not to be changed. Raises `EvidenceError` when it is missing or was changed."""
        ...

    def measurement(self, artifact: Artifact) -> bytes | None:
        """What a geometry kernel made of the file, None when none looked at it."""
        ...
