"""How are bytes appended so that a full disk or a kill leaves nothing half written that could not be told?"""

import os
import threading
from pathlib import Path
from typing import BinaryIO

from cpo_probe.errors import EvidenceError

PART = ".part"
"""Ending of files that a killed process may leave behind."""


class Appender:
    """A file that grows at its end only. What `append` has returned from is in the hands of the operating system."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)
        self.size = self._file.seek(0, os.SEEK_END)

    def append(self, data: bytes) -> int:
        """Write all of it and return the offset where it begins. On an error the file is as it was before."""
        start = self.size
        try:
            written = self._file.write(data)
            while written < len(data):
                written += self._file.write(data[written:])
            self.size += len(data)
        except BaseException:
            self.cut(start)
            raise
        return start

    def cut(self, size: int) -> None:
        """Take back what was appended beyond `size`."""
        os.ftruncate(self._file.fileno(), size)
        self.size = size

    def sync(self) -> None:
        """Ask for the bytes to be on the disk itself."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def write_whole(path: Path, data: bytes) -> None:
    """The file with that content, or as it was before: never a part."""
    part = path.with_name(f"{path.name}.{threading.get_ident()}{PART}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def disk_trouble(error: OSError, folder: Path, saved: int) -> EvidenceError:
    """The sentence for a user whose disk is full or gone."""
    return EvidenceError(
        f"cannot write evidence to {error.filename or folder}: {error.strerror or error}. {saved} exchanges are saved in"
        f" {folder} and stay readable. Free some space there, then finish with `cpo-probe run --resume {folder}`, or judge"
        f" as far as it got with `cpo-probe judge {folder}`"
    )


def lock(path: Path) -> BinaryIO:
    """Hold the file until the returned handle is closed, so that two processes never write one record.

    Raises `EvidenceError` when another one holds it. Systems without advisory locks (Windows) go without.
    """
    handle = path.open("rb")
    try:
        import fcntl
    except ImportError:
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        raise EvidenceError(f"{path.parent} is being written by another cpo-probe: wait until it ends, or stop it") from None
    return handle
