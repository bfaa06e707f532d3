"""Where do bodies lie that are too big for a segment, and files and certificates that many exchanges share?

In `record/payloads/`, raw, named by their sha256: stored once, readable from any offset. What is too big for memory is
written there while it arrives, under another name until its digest is known.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

from cpo_probe.evidence.files import PART, write_whole


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in `payloads/`."""

    digest: str  # sha256, its name
    size: int  # bytes


def store(folder: Path, data: bytes) -> str:
    """Keep the bytes and return their sha256; a payload that is already there is not written again."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / digest
    if not path.exists():
        folder.mkdir(exist_ok=True)
        write_whole(path, data)
    return digest


class Spool:
    """A payload that grows piece by piece, hashed on the way. One that is never finished is dropped.

    `trouble` makes the error that is raised when the disk is full.
    """

    def __init__(self, folder: Path, trouble: Callable[[OSError], Exception]) -> None:
        self.size = 0
        self._folder = folder
        self._trouble = trouble
        self._hash = hashlib.sha256()
        self._kept: Kept | None = None
        with self._on_disk():
            folder.mkdir(exist_ok=True)
            handle, name = mkstemp(suffix=PART, dir=folder)
            os.fchmod(handle, 0o644)  # mkstemp gives it to its owner alone; other files of a record are readable
            self.path = Path(name)
            self._file = os.fdopen(handle, "wb", buffering=0)

    def write(self, data: bytes) -> None:
        """Add a piece at the end."""
        with self._on_disk():
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]
        self._hash.update(data)
        self.size += len(data)

    def finish(self) -> Kept:
        """Give it its name; the same file a second time takes no room."""
        if self._kept is None:
            self._kept = Kept(self._hash.hexdigest(), self.size)
            path = self._folder / self._kept.digest
            with self._on_disk():
                os.fsync(self._file.fileno())
                self._file.close()
                if path.exists():
                    self.path.unlink()
                else:
                    self.path.replace(path)
        return self._kept

    def drop(self) -> None:
        """Leave nothing behind; does nothing after `finish`."""
        if not self._file.closed:
            self._file.close()
            self.path.unlink(missing_ok=True)

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._trouble(error) from error
