"""How are the files of a bundle read, whether it is a folder or a .zip of one?"""

import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import FileIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.manifest import not_a_bundle
from cpo_probe.evidence.rows import PAYLOADS, PLAN, RECORD, TRAFFIC

_SEGMENTS = (f"{RECORD}/{TRAFFIC}/", f"{RECORD}/{PAYLOADS}/")
UNREADABLE = (OSError, EOFError, EvidenceError, zipfile.BadZipFile, zlib.error)
"""What reading a file of a damaged bundle may raise."""


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

    def file(self, name: str) -> Path:
        """A regular file with these bytes, not to be changed; raises `FileNotFoundError`."""
        ...

    def close(self) -> None: ...


def open_source(path: Path, scratch: Path) -> Source:
    """Raises `EvidenceError` when there is neither a folder with a record nor a zip of one."""
    if (path / RECORD).is_dir():
        return FolderSource(path)
    if path.is_file() and zipfile.is_zipfile(path):
        return ZipSource(path, scratch)
    if path.is_file() and path.suffix == ".zip":
        raise EvidenceError(f"{path}: the zip is damaged or was cut off: get the archive again from where it came")
    raise not_a_bundle(path)


class _Handles:
    """Files kept open for reading at random places: a few at a time."""

    def __init__(self) -> None:
        self._open: dict[str, FileIO] = {}

    def part(self, path: str, offset: int, length: int) -> bytes:
        file = self._open.get(path)
        if file is None:
            file = FileIO(path)
            if len(self._open) >= 16:
                self._open.pop(next(iter(self._open))).close()
            self._open[path] = file
        length = min(length, os.fstat(file.fileno()).st_size - offset)  # a changed row may ask for anything
        if length <= 0:
            return b""
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
        return self._handles.part(f"{self._folder}/{name}", offset, length)

    def file(self, name: str) -> Path:
        path = self._folder / name
        if path.is_symlink() or not path.is_file():
            raise FileNotFoundError(name)
        return path

    def close(self) -> None:
        self._handles.close()


class LentSource:
    """A folder of which some payloads lie elsewhere: a record of a file that is not copied. `lent`: by name in the bundle."""

    def __init__(self, folder: Source, lent: Mapping[str, Path]) -> None:
        self._folder = folder
        self._lent = lent
        self._handles = _Handles()

    def names(self) -> Iterator[str]:
        return chain(self._folder.names(), self._lent)

    def size(self, name: str) -> int:
        path = self._lent.get(name)
        return self._folder.size(name) if path is None else path.stat().st_size

    def stream(self, name: str) -> BinaryIO:
        path = self._lent.get(name)
        return self._folder.stream(name) if path is None else path.open("rb")

    def part(self, name: str, offset: int, length: int) -> bytes:
        path = self._lent.get(name)
        return self._folder.part(name, offset, length) if path is None else self._handles.part(str(path), offset, length)

    def file(self, name: str) -> Path:
        return self._lent.get(name) or self._folder.file(name)

    def close(self) -> None:
        self._handles.close()
        self._folder.close()


class ZipSource:
    """A zip, packed by us or by any other tool, the bundle at its top or in one folder.

    Stored members are read in place. A deflated member cannot be entered in the middle: it is unpacked into `scratch` when
    first read at a random place. Names are never used as paths.
    """

    def __init__(self, path: Path, scratch: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise EvidenceError(f"{path}: the zip is damaged ({error}): get the archive again from where it came") from None
        self._scratch = scratch
        self._handles = _Handles()
        self._path = path
        self._begins: dict[int, int] = {}
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
        info = self._info(name)
        if name.startswith(_SEGMENTS):
            return cast(BinaryIO, self._zip.open(info))
        return self._plain(info).open("rb")

    def part(self, name: str, offset: int, length: int) -> bytes:
        info = self._info(name)
        if info.compress_type == zipfile.ZIP_STORED:
            return self._handles.part(str(self._path), self._begin(info) + offset, min(length, info.file_size - offset))
        return self._handles.part(str(self._plain(info)), offset, length)

    def file(self, name: str) -> Path:
        return self._plain(self._info(name))

    def _begin(self, info: zipfile.ZipInfo) -> int:
        """Where the bytes of a stored member begin: behind its local header (APPNOTE.TXT, 4.3.7)."""
        begin = self._begins.get(info.header_offset)
        if begin is None:
            header = self._handles.part(str(self._path), info.header_offset, 30)
            name, extra = struct.unpack("<HH", header[26:30])
            begin = self._begins[info.header_offset] = info.header_offset + 30 + name + extra
        return begin

    def _plain(self, info: zipfile.ZipInfo) -> Path:
        path = self._scratch / f"{info.header_offset}.member"
        if not path.exists():
            try:
                with self._zip.open(info) as packed, path.open("wb") as plain:
                    shutil.copyfileobj(packed, plain, 2**20)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                path.unlink(missing_ok=True)
                raise EvidenceError(f"{self._path}: {info.filename} cannot be unpacked: {error}") from None
        return path

    def close(self) -> None:
        self._handles.close()
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._zip.getinfo(self._prefix + name)
        except KeyError:
            raise FileNotFoundError(name) from None
