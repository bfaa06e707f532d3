"""What is in a package? Members come one after the other, as bytes within bounds."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from cpo_probe.formats.package.bounds import BOUNDS, LIMIT, Bounds, Broken
from cpo_probe.formats.package.kinds import suffix
from cpo_probe.formats.package.multipart import parts

PIECE = 2**20
_SIP = 2**14
"""Bytes of a gzip stream that are looked at in one go: what is behind the end of a member is copied for each member in it."""
_HEADER = 30  # bytes before the name of a member (APPNOTE.TXT, 4.3.7)
_END, _LOCATOR, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a package. `size`: as stated, -1 where nothing is."""

    name: str
    size: int
    packed: int
    offset: int  # of its header in the package, -1 unknown
    media_type: str  # of a part of a multipart message, "" elsewhere
    method: int  # of compression (APPNOTE.TXT, 4.4.5), 0 stored
    encrypted: bool
    link: bool  # a symbolic link
    folder: bool
    utf8: bool  # the name is stated to be UTF-8


Unpacked = Iterator[tuple[Member, Iterator[bytes]]]


def unpack(path: Path, kind: str, name: str, media_type: str, bounds: Bounds = BOUNDS) -> Unpacked:
    """Each member with its bytes, which raise `Broken` where they are not what the package says or too many.

    Raises `Broken` when the package itself cannot be read. A member whose bytes are not taken is passed over.
    """
    left = [bounds.total_bytes]
    match kind:
        case "zip":
            yield from _zip(path, bounds, left)
        case "gzip":
            yield _gzip_member(path, name), _gzip(path, bounds, left)
        case "multipart":
            for head, pieces in parts(path, media_type, bounds):
                yield Member(head.name, -1, -1, head.offset, head.media_type, 0, False, False, False, True), pieces


def listed(path: Path, bounds: Bounds = BOUNDS) -> tuple[Member, ...]:
    """The members of a zip as its directory lists them."""
    length = path.stat().st_size
    with opened(path, bounds) as archive:
        return tuple(_member(info, length) for info in archive.infolist())


def _zip(path: Path, bounds: Bounds, left: list[int]) -> Unpacked:
    length = path.stat().st_size
    with opened(path, bounds) as archive:
        for info in archive.infolist():
            yield _member(info, length), inflated(archive, info, bounds, left)


def opened(path: Path, bounds: Bounds) -> zipfile.ZipFile:
    """A zip with a directory within bounds. Raises `Broken`."""
    entries, size = _directory(path)
    if entries > bounds.members or size > bounds.directory:
        raise Broken(LIMIT, f"{entries} members, a directory of {size} bytes")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError, struct.error) as error:
        raise Broken("readable", _kind(error)) from None
    if _overlap(archive.infolist()):
        archive.close()
        raise Broken("readable", "members overlap")
    return archive


def _overlap(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes, as in a file that is made to unpack without end; unzip of Info-ZIP does not open it."""
    spans = sorted((member.header_offset, member.compress_size + _HEADER) for member in members)
    return any(start + size > after for (start, size), (after, _) in pairwise(spans))


def _directory(path: Path) -> tuple[int, int]:
    """Entries and bytes of the central directory, as its end record states them (APPNOTE.TXT, 4.3.16, 4.3.14)."""
    with path.open("rb") as file:
        length = file.seek(0, 2)
        start = max(0, length - 22 - 2**16)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < 22:
            raise Broken("readable", "no end of central directory: the file was cut off")
        entries, size = struct.unpack("<HL", tail[at + 10 : at + 16])
        locator = tail[at - 20 : at] if at >= 20 else b""
        if locator.startswith(_LOCATOR):
            file.seek(min(struct.unpack("<Q", locator[8:16])[0], length))
            record = file.read(56)
            if record.startswith(_END64) and len(record) == 56:
                entries, size = struct.unpack("<QQ", record[32:48])
        return entries, size


def _member(info: zipfile.ZipInfo, length: int) -> Member:
    mode = info.external_attr >> 16
    return Member(
        name=info.orig_filename if "\0" not in info.orig_filename else info.filename,
        size=info.file_size,
        packed=info.compress_size,
        offset=info.header_offset if 0 <= info.header_offset < length else -1,
        media_type="",
        method=info.compress_type,
        encrypted=bool(info.flag_bits & 0x1),
        link=info.create_system == 3 and stat.S_ISLNK(mode),
        folder=info.filename.endswith("/"),  # its own `is_dir` fails where there is no name
        utf8=bool(info.flag_bits & 0x800) or info.extra[:2] == b"up",
    )


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, bounds: Bounds, left: list[int]) -> Iterator[bytes]:
    """The bytes of a member; `left`: how many all members may still have. Raises `Broken`."""
    if info.flag_bits & 0x1:
        raise Broken("encrypted", info.filename)
    try:
        with archive.open(info) as file:
            yield from _bounded(iter(lambda: file.read(PIECE), b""), info.compress_size, bounds, left)
    except NotImplementedError:
        raise Broken("method", f"method {info.compress_type}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error) as error:
        raise Broken("intact", _kind(error)) from None


def _bounded(pieces: Iterator[bytes], packed: int, bounds: Bounds, left: list[int]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        left[0] -= len(piece)
        if size > bounds.free and size > bounds.ratio * max(packed, 1):
            raise Broken("bounds", f"more than {bounds.ratio} bytes out of one")
        if size > bounds.member_bytes or left[0] < 0:
            raise Broken(LIMIT, f"more than {bounds.total_bytes} bytes")
        yield piece


def _gzip_member(path: Path, name: str) -> Member:
    """Its name is that of the file without .gz."""
    inner = name[:-3] if suffix(name) == "gz" else name[:-1] if suffix(name) in ("stpz", "stpxz") else name
    return Member(inner, -1, path.stat().st_size, 0, "", 8, False, False, False, True)


def _gzip(path: Path, bounds: Bounds, left: list[int]) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _bounded(_gunzipped(file), path.stat().st_size, bounds, left)


def _gunzipped(file: BinaryIO) -> Iterator[bytes]:
    """RFC 1952, 2.2: one or more members, in one stream; zeros behind the last one are padding."""
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begun = False
    while data := file.read(_SIP):
        while data:
            if engine.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                engine, begun = zlib.decompressobj(zlib.MAX_WBITS | 16), False
            begun = True
            try:
                out = engine.decompress(data, PIECE)
            except zlib.error as error:
                raise Broken("intact", _kind(error)) from None
            if out:
                yield out
            data = engine.unused_data if engine.eof else engine.unconsumed_tail
    if begun and not engine.eof:
        raise Broken("intact", "the stream ends before its end")


def _kind(error: Exception) -> str:
    """What is wrong, in words that no version of a library changes."""
    text = str(error)
    for mark, words in (("CRC", "the check sum differs"), ("verlap", "members overlap"), ("truncat", "the data end too early")):
        if mark in text:
            return words
    return "the data end too early" if isinstance(error, EOFError) else "the data are damaged"
