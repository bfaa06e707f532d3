"""Where does a body go that is too big for memory?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cpo_probe.evidence import Kept

IN_MEMORY = 8 * 2**20
"""Bytes of a body that are held in memory; a longer one goes to a file from its first byte on."""
BEGINNING = 64 * 2**10
"""Bytes of such a body that its exchange shows."""


class Spool(Protocol):
    """A file that grows piece by piece and is named by its sha256 in the end."""

    path: Path
    size: int

    def write(self, data: bytes) -> None: ...
    def finish(self) -> Kept: ...
    def drop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Room:
    """What one answer may take: bytes of its body on the wire and decoded, and seconds, beyond the limits of the run."""

    spool: Callable[[], Spool]
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Aside:
    """A body that went to files: as received, and without its content coding; one file where there is none."""

    wire: Spool
    body: Spool

    def drop(self) -> None:
        """Leave nothing behind."""
        self.wire.drop()
        self.body.drop()
