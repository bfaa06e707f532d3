"""What is in this body once its content coding is removed, within a bound that no bomb can break?

`Content-Encoding` as in RFC 9110, 8.4: the codings gzip, x-gzip, deflate, br and identity, in any chain. `deflate` is the
zlib format (8.4.1.2), but the raw format that many servers send instead is read too.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from cpo_probe.model import FailureKind

MAX_CODINGS = 4
MAX_MEMBERS = 16_384  # of one gzip body: empty members cost time and make no bytes, so a bound on bytes does not bound them
_SLICE = 16_384  # input is fed in slices: zlib copies the unused rest at the end of every gzip member


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came out; with a problem, `body` is the part that could be decoded.

    `problem`: BOMB, more than the limit; CODING, an unknown coding, bytes that are not in it, or an end that is missing.
    """

    body: bytes
    problem: FailureKind | None


def decode(body: bytes, content_encoding: str, limit: int) -> Decoded:
    """Remove the content coding of a whole body; `limit` in bytes after decoding. Never raises.

    An empty body is empty whatever its coding (answers to HEAD, 204 and 304 carry the field without content).
    """
    decoder = Decoder(content_encoding, limit)
    decoded = decoder.feed(body)
    return Decoded(decoded, decoder.finish())


class Decoder:
    """Removes content codings from a stream, piece by piece; after a problem it yields nothing more."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        names = [name for part in content_encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
        self.problem: FailureKind | None = None
        self.decoded = 0  # bytes yielded so far
        self._limit = limit
        self._fed = False
        self._stages: list[_Stage] = []
        if len(names) > MAX_CODINGS or any(name not in _STAGES for name in names):
            self.problem = FailureKind.CODING
        else:  # codings are listed in the order in which they were applied
            self._stages = [_STAGES[name]() for name in reversed(names)]

    def feed(self, data: bytes) -> bytes:
        """The bytes that `data` adds to the decoded body."""
        if self.problem or not data:
            return b""
        self._fed = True
        for number, stage in enumerate(self._stages, 1):
            try:
                data = stage.push(data, self._limit)
            except (zlib.error, brotli.error, _Broken) as error:
                self.problem = FailureKind.CODING
                data = error.before if isinstance(error, _Broken) else b""
            inner = number < len(self._stages)
            if inner and (self.problem or len(data) > self._limit):
                self.problem = self.problem or FailureKind.BOMB
                return b""  # what an inner coding left behind is not the body
        room = self._limit - self.decoded
        if len(data) > room:
            self.problem = FailureKind.BOMB
            data = data[:room]
        self.decoded += len(data)
        return data

    def finish(self) -> FailureKind | None:
        """Say that the body has ended; the problem of the whole, None when there is none."""
        if self._fed and self.problem is None and not all(stage.finished for stage in self._stages):
            self.problem = FailureKind.CODING
        return self.problem


class _Broken(Exception):
    """The bytes are not in the coding; `before` is what came out before the place."""

    def __init__(self, before: bytes) -> None:
        self.before = before


class _Stage(Protocol):
    @property
    def finished(self) -> bool: ...

    def push(self, data: bytes, limit: int) -> bytes:
        """Decoded bytes, at most `limit` + 1 of them: one more than allowed is enough to know."""
        ...


class _Gzip:
    """RFC 1952: one or more members; zero bytes after the last one are padding."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._members = 1
        self.finished = False

    def push(self, data: bytes, limit: int) -> bytes:
        out = bytearray()
        for start in range(0, len(data), _SLICE):
            piece = data[start : start + _SLICE]
            while piece and len(out) <= limit:
                try:
                    piece = self._step(piece, limit, out)
                except zlib.error:
                    raise _Broken(bytes(out)) from None
        return bytes(out)

    def _step(self, piece: bytes, limit: int, out: bytearray) -> bytes:
        if self._engine.eof:
            piece = piece.lstrip(b"\0")
            if not piece:
                return b""
            self._members += 1
            if self._members > MAX_MEMBERS:
                raise _Broken(bytes(out))
            self._engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out += self._engine.decompress(piece, limit + 1 - len(out))
        self.finished = self._engine.eof
        return self._engine.unused_data


class _Deflate:
    """RFC 1950, or RFC 1951 without its wrapper; the first two bytes tell."""

    def __init__(self) -> None:
        self._head = b""
        self._engine: zlib._Decompress | None = None

    @property
    def finished(self) -> bool:
        return self._engine is not None and self._engine.eof

    def push(self, data: bytes, limit: int) -> bytes:
        if self._engine is None:
            self._head += data
            if len(self._head) < 2:
                return b""
            data, self._head = self._head, b""
            wrapped = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._engine = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        if self._engine.eof:
            raise _Broken(b"")
        out = self._engine.decompress(data, limit + 1)
        if self._engine.unused_data:
            raise _Broken(out)
        return out


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._engine.is_finished())

    def push(self, data: bytes, limit: int) -> bytes:
        if self.finished:
            raise _Broken(b"")
        out = bytearray()
        pending = data
        while len(out) <= limit:
            piece = self._engine.process(pending, output_buffer_limit=limit + 1 - len(out))
            pending = b""
            if not piece:
                break
            out += piece
        return bytes(out)


_STAGES: dict[str, Callable[[], _Stage]] = {"gzip": _Gzip, "x-gzip": _Gzip, "deflate": _Deflate, "br": _Brotli}
