"""What are the members of a zip, read in any order and as often as they are wanted?"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.formats.package.bounds import BOUNDS, Bounds
from cpo_probe.formats.package.members import Member, inflated, listed, opened


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip that is open: `members` as its directory lists them."""

    members: tuple[Member, ...]
    _zip: zipfile.ZipFile
    _infos: dict[Member, zipfile.ZipInfo]
    _bounds: Bounds

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member. Raises `Broken` where they are not what the zip says or too many."""
        return inflated(self._zip, self._infos[member], self._bounds, [self._bounds.total_bytes])


@contextmanager
def archive(path: Path, bounds: Bounds = BOUNDS) -> Iterator[Archive]:
    """Raises `Broken` where the zip cannot be opened."""
    members = listed(path, bounds)
    with opened(path, bounds) as file:
        yield Archive(members, file, dict(zip(members, file.infolist(), strict=True)), bounds)
