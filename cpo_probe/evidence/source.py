"""How are the files of a bundle read, whether it is a folder or a .zip of one?"""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.manifest import not_a_bundle
from cpo_probe.evidence.rows import PLAN, RECORD


class Source(Protocol):
    """Names are relative to the bundle, with "/"."""

    def names(self) -> Iterator[str]:
        """Every file, in no particular order."""
        ...

    def size(self, name: str) -> int:
        """Bytes; raises `FileNotFoundError`."""
        ...

    def stream(self, name: str) -> BinaryIO:
        """The file from its beginning; raises `FileNotFoundError`."""
        ...

    def part(self, name: str, offset: int, length: int) -> bytes:
        """So many bytes from there, fewer at the end; raises `FileNotFoundError`."""
        ...

    def close(self) -> None: ...


def open_source(path: Path, scratch: Path) -> Source:
    """Raises `EvidenceError` when there is neither a folder with a record nor a zip of one."""
    if (path / RECORD).is_dir():
        return FolderSource(path)
    if path.is_file() and zipfile.is_zipfile(path):
        return ZipSource(path, scratch)
    raise not_a_bundle(path)


class _Handles:
    """Files kept open for reading at random places: a few at a time."""

    def __init__(self) -> None:
        self._open: dict[str, BinaryIO] = {}

    def part(self, name: str, path: Path, offset: int, length: int) -> bytes:
        file = self._open.get(name)
        if file is None:
            file = path.open("rb", buffering=0)
            if len(self._open) >= 16:
                self._open.pop(next(iter(self._open))).close()
            self._open[name] = cast(BinaryIO, file)
        file.seek(offset)
        data = file.read(length)
        while 0 < len(data) < length and (more := file.read(length - len(data))):
            data += more
        return data

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()


class FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handles = _Handles()

    def names(self) -> Iterator[str]:
        return (path.relative_to(self._folder).as_posix() for path in self._folder.rglob("*") if not path.is_dir())

    def size(self, name: str) -> int:
        return (self._folder / name).stat().st_size

    def stream(self, name: str) -> BinaryIO:
        return (self._folder / name).open("rb")

    def part(self, name: str, offset: int, length: int) -> bytes:
        return self._handles.part(name, self._folder / name, offset, length)

    def close(self) -> None:
        self._handles.close()


class ZipSource:
    """A zip, packed by us or by any other tool, the bundle at its top or in one folder.

    Files that are read at random places are unpacked one by one into `scratch` when first needed: a deflated member cannot
    be entered in the middle. Names are never used as paths.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise EvidenceError(f"{path}: the zip is damaged ({error}): get the archive again from where it came") from None
        self._scratch = scratch
        self._handles = _Handles()
        self._unpacked: dict[str, Path] = {}
        plans = [name for name in self._zip.namelist() if f"/{name}".endswith(f"/{RECORD}/{PLAN}")]
        self._prefix = min(plans, key=len, default="").removesuffix(f"{RECORD}/{PLAN}")
        if not plans and not any(name.startswith(RECORD + "/") for name in self._zip.namelist()):
            self._zip.close()
            raise not_a_bundle(path)

    def names(self) -> Iterator[str]:
        return (name.removeprefix(self._prefix) for name in self._zip.namelist() if not name.endswith("/"))

    def size(self, name: str) -> int:
        return self._info(name).file_size

    def stream(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._zip.open(self._info(name)))

    def part(self, name: str, offset: int, length: int) -> bytes:
        path = self._unpacked.get(name)
        if path is None:
            path = self._scratch / f"{len(self._unpacked)}.member"
            with self.stream(name) as packed, path.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 2**20)
            self._unpacked[name] = path
        return self._handles.part(name, path, offset, length)

    def close(self) -> None:
        self._handles.close()
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._zip.getinfo(self._prefix + name)
        except KeyError:
            raise FileNotFoundError(name) from None
