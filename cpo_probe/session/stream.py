"""What happens on one connection, and when?"""

import asyncio
import ssl
import time
from contextvars import ContextVar
from typing import Any

import httpcore

from cpo_probe.model import Failure, FailureKind, Peer
from cpo_probe.session.tls import Context, describe

_HIGH = 256 * 2**10  # bytes waiting to be read at which the sender is held back


class Phases:
    """Moments of one exchange, filled by whatever connection it uses; seconds of `time.perf_counter`."""

    __slots__ = ("connect", "dns", "fault", "first", "opening", "peer", "sent", "started", "tls")

    def __init__(self) -> None:
        self.dns: float | None = None  # durations
        self.connect: float | None = None
        self.tls: float | None = None
        self.started: float | None = None  # points in time
        self.sent: float | None = None
        self.first: float | None = None
        self.opening = b""  # the first bytes of the answer
        self.peer: Peer | None = None
        self.fault: Failure | None = None  # the exact reason, where httpcore's exception is coarser

    def forget_messages(self) -> None:
        """The exchange with a proxy is over, the one that counts begins."""
        self.started = self.sent = self.first = None
        self.opening = b""


PHASES: ContextVar[Phases] = ContextVar("phases")
"""httpcore does everything for a request in the request's own task, so the task's context leads from the socket to it."""


class Pipe(asyncio.Protocol):
    """Bytes that arrived and were not read yet, with back pressure in both directions."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self.lost = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._closer: asyncio.Future[None] | None = None
        self._held = False
        self._full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) > _HIGH and not self._held and self.transport:
            self._held = True
            self.transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        self.ended = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = self.lost = True
        self.error = exc
        for waiter in (self._reader, self._writer, self._closer):
            _wake(waiter)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        _wake(self._writer)

    async def read(self, size: int, limit: float | None) -> bytes:
        """Up to `size` bytes; b"" at the end. Raises `TimeoutError`, or the `OSError` that ended the connection."""
        if not self.buffer and not self.ended:
            self._reader = asyncio.get_running_loop().create_future()
            await _within(self._reader, limit)
        if not self.buffer:
            if self.error:
                raise self.error
            return b""
        if len(self.buffer) <= size:
            data = bytes(self.buffer)
            self.buffer.clear()
        else:
            data = bytes(self.buffer[:size])
            del self.buffer[:size]
        if self._held and not self.lost and self.transport:
            self._held = False
            self.transport.resume_reading()
        return data

    async def write(self, data: bytes, limit: float | None) -> None:
        """Hand over `data` and wait while the other side does not take it. Raises `TimeoutError` or `OSError`."""
        if self.lost or self.transport is None or self.transport.is_closing():
            raise self.error or ConnectionResetError("the connection is closed")
        self.transport.write(data)
        while self._full and not self.lost:
            self._writer = asyncio.get_running_loop().create_future()
            await _within(self._writer, limit)

    async def close(self) -> None:
        """At once: a TLS farewell could take as long as the other side likes."""
        if self.transport is not None and not self.lost:
            self._closer = asyncio.get_running_loop().create_future()
            self.transport.abort()
            await self._closer


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


async def _within(waiter: asyncio.Future[None], limit: float | None) -> None:
    """Cheaper than `asyncio.timeout`, which every read would pay for."""
    if limit is None:
        await waiter
        return
    handle = asyncio.get_running_loop().call_later(limit, _expire, waiter)
    try:
        await waiter
    finally:
        handle.cancel()


class Stream(httpcore.AsyncNetworkStream):
    """A pipe as httpcore wants it; notes the moments of the exchange that is using it."""

    def __init__(self, pipe: Pipe, peer: Peer) -> None:
        self.peer = peer
        self.pipe = pipe

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        phases = PHASES.get()
        try:
            data = await self.pipe.read(max_bytes, timeout)
        except TimeoutError:
            phases.fault = Failure(FailureKind.READ_TIMEOUT, f"nothing arrived for {timeout:g} s (limits.read_seconds)")
            raise httpcore.ReadTimeout("nothing arrived") from None
        except OSError as error:
            phases.fault = Failure(FailureKind.DISCONNECTED, f"the connection broke: {error.strerror or error}")
            raise httpcore.ReadError(str(error)) from error
        if phases.first is None:
            phases.first = time.perf_counter()
            phases.opening = data[:5]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        if not buffer:
            return
        phases = PHASES.get()
        phases.peer = self.peer
        if phases.started is None:
            phases.started = time.perf_counter()
        try:
            await self.pipe.write(buffer, timeout)
        except TimeoutError:
            phases.fault = Failure(FailureKind.READ_TIMEOUT, f"the server took no bytes for {timeout:g} s")
            raise httpcore.WriteTimeout("nothing was taken") from None
        except OSError as error:  # httpcore goes on to read: a server may answer before it has read everything
            raise httpcore.WriteError(str(error)) from error
        phases.sent = time.perf_counter()

    async def aclose(self) -> None:
        await self.pipe.close()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> "Stream":
        phases = PHASES.get()
        phases.forget_messages()
        begin = time.perf_counter()
        transport = self.pipe.transport
        assert transport is not None
        if isinstance(ssl_context, Context):
            ssl_context.complete()
        try:
            secured = await asyncio.get_running_loop().start_tls(
                transport,
                self.pipe,
                ssl_context,
                server_hostname=server_hostname,
                ssl_handshake_timeout=timeout,
            )
        except (OSError, ssl.CertificateError) as error:  # SSLError, ConnectionAbortedError after its timeout, reset
            phases.fault = _handshake_fault(error, timeout)
            transport.abort()  # not `pipe.close()`: asyncio tells the pipe nothing about a handshake that failed
            self.pipe.lost = self.pipe.ended = True
            raise httpcore.ConnectError(str(error)) from error
        assert secured is not None
        self.pipe.transport = secured
        phases.tls = time.perf_counter() - begin
        return Stream(self.pipe, Peer(self.peer.address, self.peer.port, describe(secured.get_extra_info("ssl_object"))))

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # httpcore drops an idle connection that is readable: it ended, or spoke out of turn
            return self.pipe.ended or bool(self.pipe.buffer)
        if self.pipe.transport is None:
            return None
        names = {"ssl_object": "ssl_object", "server_addr": "peername", "client_addr": "sockname", "socket": "socket"}
        return self.pipe.transport.get_extra_info(names[info]) if info in names else None


def _handshake_fault(error: OSError, timeout: float | None) -> Failure:
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        return Failure(FailureKind.TLS, f"the TLS handshake failed: {reason}")
    if isinstance(error, ConnectionAbortedError):  # what asyncio says when its handshake timer runs out
        return Failure(FailureKind.CONNECT_TIMEOUT, f"the TLS handshake took longer than {timeout:g} s (limits.connect_seconds)")
    return Failure(FailureKind.TLS, f"the server ended the connection during the TLS handshake: {error.strerror or error}")
