"""Servers that answer, and misanswer, on loopback, and a recorder that keeps everything in memory."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import trustme

from cpo_probe.evidence import Kept
from cpo_probe.model import (
    Artifact,
    Exchange,
    Limits,
    NoAuth,
    Permissions,
    Plan,
    Redact,
    Scope,
    Target,
    Transport,
    Wire,
)
from cpo_probe.model.plan import FORMAT
from cpo_probe.session import Ask, Session, SystemNetwork
from cpo_probe.session.room import Spool

LIMITS = Limits(
    rate=10_000,
    connect_seconds=1.0,
    read_seconds=0.3,
    exchange_seconds=1.0,
    retries=0,
    brake=False,
)
ALLOW = Permissions(job=True, write=True, intrusive=True, assume_read_names=False, foreign_credentials=True)


class Recorder:
    """Keeps what a record would keep."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.wires: list[Wire] = []
        self._last = 0

    def next_id(self) -> str:
        self._last += 1
        return f"{self._last:06d}"

    async def write(self, exchange: Exchange, wire: Wire) -> None:
        self.exchanges.append(exchange)
        self.wires.append(wire)

    def spool(self) -> Spool:
        raise AssertionError("files go to a real record")

    def payload(self, digest: str) -> Path:
        raise AssertionError("files go to a real record")

    def artifact(
        self, file: bytes | Kept, name: str, *, media_type: str = "", parent: str = "", exchanges: tuple[str, ...] = ()
    ) -> Artifact:
        raise AssertionError("files go to a real record")

    @property
    def roles(self) -> list[str]:
        return [exchange.role for exchange in self.exchanges]

    @property
    def everything(self) -> bytes:
        """All that reached the recorder, as one text to search."""
        return repr(self.exchanges).encode() + b"".join(
            part for wire in self.wires for part in (wire.request_head, wire.request_body, wire.response_head, wire.response_body)
        )


class Secrets:
    """References out of a dictionary."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._known = dict(values or {})
        self._resolved: dict[str, None] = {}

    def resolve(self, reference: str) -> str:
        if reference not in self._known:
            return reference
        self._resolved[self._known[reference]] = None
        return self._known[reference]

    def values(self) -> tuple[str, ...]:
        return tuple(self._resolved)


def make_target(base_url: str, **changes: Any) -> Target:
    blank = Target(
        name="target",
        base_url=base_url,
        product="",
        vendor="",
        version="",
        scope=Scope((), (), (), ()),
        auth=NoAuth(),
        csrf=None,
        logout=None,
        limits=LIMITS,
        transport=Transport("", "", "", "", "", True),
        headers=(),
        declared=(),
        redact=Redact((), (), ()),
        volatile=(),
        vocabulary={},
    )
    return replace(blank, **changes)


def make_plan(target: Target, permissions: Permissions = ALLOW) -> Plan:
    return Plan(
        format=FORMAT,
        run="run-1",
        created="2026-01-01T00:00:00Z",
        engine="0.1.0",
        target=target,
        preset="quick",
        criteria=(),
        probes=(),
        permissions=permissions,
        seed=1,
        catalogue="none",
        content={},
        operator="plm@example.com",
        operations=(),
    )


def make_session(base_url: str, secrets: Mapping[str, str] | None = None, **changes: Any) -> tuple[Session, Recorder]:
    """`changes` are fields of the target; besides them `permissions`, `network`, `clock`, `stop_file`, and those of limits."""
    recorder = Recorder()
    own = {name: changes.pop(name) for name in ("network", "clock", "stop_file") if name in changes}
    permissions = changes.pop("permissions", ALLOW)
    names = Limits.__dataclass_fields__
    limits = replace(LIMITS, **{name: changes.pop(name) for name in list(changes) if name in names})
    target = make_target(base_url, limits=limits, **changes)
    return Session(make_plan(target, permissions), recorder, Secrets(secrets), **own), recorder


def ask(url: str = "/", method: str = "GET", **changes: Any) -> Ask:
    return Ask(method=method, url=url, purpose="test.purpose", probe="test", unit="test|", **changes)


@dataclass
class Got:
    """A request as the server saw it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())


Answerer = Callable[[Got], "bytes | Awaitable[bytes]"]


@dataclass
class Server:
    """`answer` turns a request into the bytes to send; `seen` keeps the requests."""

    url: str
    port: int
    seen: list[Got] = field(default_factory=list)
    connections: int = 0


def reply(status: int = 200, body: bytes = b"", *headers: tuple[str, str], reason: str = "OK") -> bytes:
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


async def read_request(reader: asyncio.StreamReader) -> Got | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head[:-4].split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    got = Got(method, target, headers, b"")
    length = int(got.header("content-length") or 0)
    if length:
        got.body = await reader.readexactly(length)
    return got


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], tls: Any = None
) -> AsyncIterator[Server]:
    """A server that does with each connection what `talk` says; connections still open at the end are broken."""
    tasks: set[asyncio.Task[None]] = set()
    state = Server("", 0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    state.port = server.sockets[0].getsockname()[1]
    state.url = f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{state.port}/"
    try:
        yield state
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


@asynccontextmanager
async def http_server(answer: Answerer, tls: Any = None) -> AsyncIterator[Server]:
    """A server that keeps its connections and answers one request after the other."""
    holder: list[Server] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (got := await read_request(reader)) is not None:
            holder[0].seen.append(got)
            result = answer(got)
            writer.write(result if isinstance(result, bytes) else await result)
            await writer.drain()

    async with raw_server(talk, tls) as server:
        holder.append(server)
        yield server


@asynccontextmanager
async def sending(data: bytes, *, close: bool = True) -> AsyncIterator[Server]:
    """A server that answers every request with these bytes and closes, or waits for ever."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await read_request(reader) is None:
            return
        writer.write(data)
        await writer.drain()
        if close:
            writer.write_eof()
            await reader.read()
        else:
            await asyncio.Event().wait()

    async with raw_server(talk) as server:
        yield server


class Names(SystemNetwork):
    """A name server of our own; what it does not know is unknown."""

    def __init__(self, names: Mapping[str, tuple[str, ...]]) -> None:
        self.names = dict(names)
        self.connected: list[str] = []

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.names[host]

    async def connect(self, address: str, port: int) -> Any:
        self.connected.append(address)
        return await super().connect(address, port)


def server_side(authority: trustme.CA, name: str = "localhost", **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **options).configure_cert(context)
    return context


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


def form(got: Got) -> dict[str, str]:
    """The fields of a form as the server reads them."""
    return {name: values[0] for name, values in parse_qs(got.body.decode()).items()}
