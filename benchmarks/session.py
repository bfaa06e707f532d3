"""How much does recording cost? Exchanges per second of a Session against a bare httpx client, same server, same concurrency.

    python -m benchmarks.session [--requests N] [--concurrency N] [--bytes N] [--rounds N]

The server runs in a process of its own, on raw sockets, so that it is not what is measured. Rounds alternate between the
contestants; the best of each is compared, since everything else that happens on the machine only ever makes a round slower.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from cpo_probe.evidence import Kept, RecordWriter
from cpo_probe.model import Artifact, Exchange, Limits, NoAuth, Permissions, Plan, Redact, Scope, Target, Transport, Wire
from cpo_probe.model.plan import FORMAT
from cpo_probe.session import Ask, Recorder, Session
from cpo_probe.session.room import Spool

Contestant = Callable[[str, int, int], Awaitable[None]]


class Canned(asyncio.Protocol):
    """Answers every request with the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        self._transport.write(self._answer * len(heads))


def serve(pipe: Connection, size: int) -> None:
    """Send the port through the pipe, then answer for ever."""
    body = (b'[{"id": "000123", "name": "Schraube M8x40", "revision": "A"},' * (size // 60 + 1))[: size - 1] + b"]"
    fields = [
        "Date: Thu, 01 Jan 2026 00:00:00 GMT",
        "Server: bench",
        "Content-Type: application/json",
        'ETag: "1"',
        "Cache-Control: no-cache",
        "Vary: Accept",
        "X-Request-Id: 8f14e45f",
        f"Content-Length: {len(body)}",
    ]
    answer = ("HTTP/1.1 200 OK\r\n" + "\r\n".join(fields) + "\r\n\r\n").encode() + body

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Canned(answer), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


class Nowhere:
    """A recorder that forgets."""

    def __init__(self) -> None:
        self._last = 0

    def next_id(self) -> str:
        self._last += 1
        return f"{self._last:06d}"

    async def write(self, exchange: Exchange, wire: Wire) -> None:
        """Nothing is kept."""

    def spool(self) -> Spool:
        raise AssertionError("no answer is as big as a file")

    def payload(self, digest: str) -> Path:
        raise AssertionError("no answer is as big as a file")

    def artifact(
        self, file: bytes | Kept, name: str, *, media_type: str = "", parent: str = "", exchanges: tuple[str, ...] = ()
    ) -> Artifact:
        raise AssertionError("no answer is as big as a file")


class Secrets:
    """One password, as most profiles have."""

    def resolve(self, reference: str) -> str:
        return reference

    def values(self) -> tuple[str, ...]:
        return ("correct-horse-battery",)


def make_plan(url: str, requests: int, concurrency: int) -> Plan:
    """No limit that would slow the session down; the brake watches."""
    limits = Limits(concurrency=concurrency, rate=1e9, requests=requests)
    target = Target(
        name="bench",
        base_url=url,
        product="",
        vendor="",
        version="",
        scope=Scope((), (), (), ()),
        auth=NoAuth(),
        csrf=None,
        logout=None,
        limits=limits,
        transport=Transport("", "", "", "", "", True),
        headers=(),
        declared=(),
        redact=Redact((), (), ()),
        volatile=(),
        vocabulary={},
    )
    nothing = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=False)
    return Plan(FORMAT, "bench", "2026-01-01T00:00:00Z", "0", target, "quick", (), (), nothing, 1, "", {}, "", ())


async def at_once(width: int, count: int, one: Callable[[int], Awaitable[None]]) -> None:
    """`count` calls, `width` at a time."""
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await one(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(work())


async def bare(url: str, count: int, width: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:

        async def one(number: int) -> None:
            answer = await client.get(f"{url}items/{number}")
            assert answer.status_code == 200

        await at_once(width, count, one)


async def through(session: Session, count: int, width: int) -> None:
    async def one(number: int) -> None:
        exchange = await session.send(Ask("GET", f"/items/{number}", "bench.read", probe="bench", unit="bench|"))
        assert exchange.status == 200

    async with session:
        await at_once(width, count, one)


async def forgetting(url: str, count: int, width: int) -> None:
    recorder: Recorder = Nowhere()
    await through(Session(make_plan(url, count, width), recorder, Secrets()), count, width)


async def recording(url: str, count: int, width: int) -> None:
    plan = make_plan(url, count, width)
    with tempfile.TemporaryDirectory() as folder:
        writer = RecordWriter.create(Path(folder) / "bundle", plan)
        try:
            await through(Session(plan, writer, Secrets()), count, width)
        finally:
            writer.close()


CONTESTANTS: dict[str, Contestant] = {"httpx": bare, "session, nothing kept": forgetting, "session, recorded": recording}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--bytes", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, chosen.bytes), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}/"
    best = dict.fromkeys(CONTESTANTS, 0.0)
    for _ in range(chosen.rounds):
        for name, contestant in CONTESTANTS.items():
            begin = time.perf_counter()
            asyncio.run(contestant(url, chosen.requests, chosen.concurrency))  # type: ignore[arg-type]
            best[name] = max(best[name], chosen.requests / (time.perf_counter() - begin))
    server.terminate()
    for name, speed in best.items():
        print(f"{name:24} {speed:8.0f} exchanges/s  {speed / best['httpx']:5.2f} x httpx")


if __name__ == "__main__":
    main()
