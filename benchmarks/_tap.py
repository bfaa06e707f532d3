"""Which requests really reach a server? A relay in front of it, which passes every byte on unchanged and counts the methods."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

CHUNK = 2**16
UNREADABLE = "(unreadable)"


class Requests:
    """The methods of the requests on one connection, read from its bytes as they come."""

    def __init__(self, counted: Counter[str]) -> None:
        self._counted = counted
        self._rest = b""
        self._body = 0
        self._lost = False

    def feed(self, data: bytes) -> None:
        """Count the requests that begin in these bytes; where a request's end cannot be told, the rest is one unreadable."""
        data = self._rest + data
        while data and not self._lost:
            skipped = min(self._body, len(data))
            self._body -= skipped
            data = data[skipped:]
            head, end, after = data.partition(b"\r\n\r\n")
            if self._body or not end:
                break
            self._counted[head.split(b" ", 1)[0].decode("latin-1")] += 1
            self._body, data = _length(head), after
            if self._body < 0:
                self._counted[UNREADABLE] += 1
                self._lost = True
        self._rest = b"" if self._lost else data


def _length(head: bytes) -> int:
    """Bytes of the body; -1 where it comes in chunks."""
    if re.search(rb"(?im)^transfer-encoding\s*:", head):
        return -1
    stated = re.search(rb"(?im)^content-length\s*:\s*(\d+)", head)
    return int(stated[1]) if stated else 0


@dataclass(slots=True)
class Tap:
    """A running relay: its port on 127.0.0.1, and the methods so far."""

    port: int
    methods: Counter[str] = field(default_factory=Counter)


@contextmanager
def tapped(port: int) -> Iterator[Tap]:
    """A relay to that port of 127.0.0.1, in a thread of its own."""
    tap, ready, loop = Tap(0), threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with _relay(tap, port) as bound:
            tap.port = bound
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield tap
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


@asynccontextmanager
async def _relay(tap: Tap, port: int) -> AsyncIterator[int]:
    """Both directions of every connection, each closed when its sender closes it."""
    open_connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_connections.add(task)
        task.add_done_callback(open_connections.discard)
        try:
            from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass_on(reader, to_server, Requests(tap.methods)))
                both.create_task(_pass_on(from_server, writer, None))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(open_connections):
            task.cancel()
        await asyncio.gather(*open_connections, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Requests | None) -> None:
    try:
        while data := await reader.read(CHUNK):
            if seen is not None:
                seen.feed(data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
