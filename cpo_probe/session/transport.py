"""How does one request become one answer, or the reason why there is none?

httpcore speaks HTTP/1.1 and keeps the connections. Below it lies a network backend of our own, the only place where the
name server's answer, the address and the certificates can be seen before anything is sent; above it a reader that no endless,
dripping or exploding body can hold.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any, cast

import httpcore
import httpx

from cpo_probe.errors import UsageError
from cpo_probe.model import Failure, FailureKind, Headers, Peer, Target, Timing
from cpo_probe.session import tls
from cpo_probe.session.ask import Outgoing
from cpo_probe.session.backend import Backend
from cpo_probe.session.body import Body
from cpo_probe.session.faults import FAULTS, failure_of
from cpo_probe.session.guard import Guard, is_literal
from cpo_probe.session.network import Network
from cpo_probe.session.raw import Raw
from cpo_probe.session.recorder import SecretSource
from cpo_probe.session.room import Room
from cpo_probe.session.stream import PHASES, Phases, Stream


class Transport:
    """The connections of one session."""

    def __init__(self, target: Target, guard: Guard, network: Network, secrets: SecretSource) -> None:
        limits = target.limits
        self._limits = limits
        context = tls.context(target.transport, secrets)
        proxy = _proxy(target, secrets)
        self._guard = guard if proxy else None
        self.backend = Backend(guard, network, limits, proxy)
        self._timeout = {
            "connect": limits.connect_seconds,
            "read": limits.read_seconds,
            "write": limits.read_seconds,
            "pool": limits.exchange_seconds,
        }
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            proxy=proxy,
            max_connections=limits.concurrency + 1,  # one more for the log-out
            keepalive_expiry=30.0,
            network_backend=self.backend,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def product(self) -> str:
        """Nothing to add to our own name."""
        return ""

    async def fetch(self, out: Outgoing, seconds: float) -> Raw:
        """Send, and read within the limits, no longer than `seconds`. Raises `ScopeError` for a forbidden address, and
        `ValueError` for a request that cannot be written down in HTTP.
        """
        if self._guard and is_literal(out.url.host):  # the proxy connects, but a written address can be judged here
            self._guard.admit(out.url.host, [out.url.host])
        phases = Phases()
        mark = PHASES.set(phases)
        begin = time.perf_counter()
        head: httpcore.Response | None = None
        body: Body | None = None
        failure: Failure | None = None
        seconds = max(seconds, out.room.seconds) if out.room else seconds
        try:
            async with asyncio.timeout(seconds):
                head = await self._pool.handle_async_request(self._request(out))
                body = self._body(head, out.room)
                failure = await _read(head, body)
        except TimeoutError:
            failure = Failure(FailureKind.DEADLINE, f"not complete after {seconds:g} s (limits.exchange_seconds)")
        except httpcore.LocalProtocolError as error:
            raise ValueError(f"{out.method} {out.url} cannot be sent: {error}") from error
        except FAULTS as error:
            failure = phases.fault or failure_of(error)
        except BaseException:
            if body is not None:
                body.drop()
            raise
        finally:
            PHASES.reset(mark)
        if failure and head is None and not _is_http(phases.opening):
            failure = Failure(FailureKind.PROTOCOL, f"the answer begins with {phases.opening!r} and is not HTTP")
        return _raw(head, body, failure, _timing(phases, begin), phases.peer)

    def _body(self, head: httpcore.Response, room: Room | None) -> Body:
        """What was asked for as a file may be bigger; an error that comes instead of it is an answer like any other."""
        coding, limits = _field(head.headers, b"content-encoding"), self._limits
        if room is None or not 200 <= head.status < 300:
            return Body(coding, limits.wire_bytes, limits.decoded_bytes)
        return Body(coding, max(room.bytes, limits.wire_bytes), max(room.bytes, limits.decoded_bytes), room.spool)

    def _request(self, out: Outgoing) -> httpcore.Request:
        url = out.url
        return httpcore.Request(
            out.method.encode("ascii"),
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in out.headers],
            content=out.body,
            extensions={"timeout": self._timeout},
        )


async def _read(response: httpcore.Response, body: Body) -> Failure | None:
    """All of the body that is wanted; the connection is given back, or closed when something is left on it."""
    stream = response.stream
    try:
        async with aclosing(cast(Any, stream).__aiter__()) as pieces:
            async for piece in cast(AsyncIterator[bytes], pieces):
                if not body.add(piece):
                    return body.failure
        left = _left_over(response)
        if left:
            await response.extensions["network_stream"].aclose()
            return Failure(FailureKind.PROTOCOL, f"at least {left} bytes follow the end of the message")
        return None
    finally:
        await response.aclose()


def _is_http(opening: bytes) -> bool:
    return b"HTTP/".startswith(opening)


def _left_over(response: httpcore.Response) -> int:
    """Bytes behind the end that the head states. httpcore would take them for the beginning of the next answer on that
    connection, so a wrong Content-Length of one answer would spoil another; it has no public way to see them.
    """
    connection = getattr(getattr(response.stream, "_stream", None), "_connection", None)
    state = getattr(connection, "_h11_state", None)
    stream = response.extensions.get("network_stream")
    waiting = len(stream.pipe.buffer) if isinstance(stream, Stream) else 0
    return waiting + (len(state.trailing_data[0]) if state is not None else 0)


def _raw(
    response: httpcore.Response | None, body: Body | None, failure: Failure | None, timing: Timing, peer: Peer | None
) -> Raw:
    if response is None or body is None:
        return Raw(0, "", "", (), b"", b"", failure, None, timing, peer)
    wire, decoded, trouble = body.finish()
    failure = failure or trouble
    headers: Headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers)
    extensions = response.extensions
    return Raw(
        response.status,
        extensions.get("reason_phrase", b"").decode("latin-1"),
        extensions.get("http_version", b"HTTP/1.1").decode("ascii"),
        headers,
        wire,
        decoded,
        failure,
        failure.kind if failure else None,
        timing,
        peer,
        aside=body.aside,
    )


def _timing(phases: Phases, begin: float) -> Timing:
    end = time.perf_counter()
    sent, first = phases.sent, phases.first
    return Timing(
        dns=phases.dns,
        connect=phases.connect,
        tls=phases.tls,
        send=sent - phases.started if sent is not None and phases.started is not None else None,
        first_byte=max(0.0, first - sent) if first is not None and sent is not None else None,
        body=end - first if first is not None else None,
        total=end - begin,
    )


def _field(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    return ", ".join(value.decode("latin-1") for key, value in headers if key.lower() == name)


def _proxy(target: Target, secrets: SecretSource) -> httpcore.Proxy | None:
    """The profile's proxy; the environment is never asked."""
    if not target.transport.proxy:
        return None
    url = httpx.URL(secrets.resolve(target.transport.proxy))
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"transport.proxy expects http://host:port or https://host:port, found the scheme {url.scheme!r}")
    account = secrets.resolve(target.transport.proxy_auth) if target.transport.proxy_auth else ""
    user, _, password = account.partition(":")
    auth = (user.encode(), password.encode()) if account else None
    if auth is None and url.userinfo:
        auth = (url.username.encode(), url.password.encode())
    return httpcore.Proxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
        auth=auth,
        ssl_context=tls.context(target.transport, secrets) if url.scheme == "https" else None,
    )
