"""Does every kind of trouble on the network end as a recorded value of the right class?"""

import asyncio
import gzip
import socket
from typing import Any

import pytest

from cpo_probe.model import Exchange, FailureKind
from tests.session.support import Got, Names, Recorder, ask, http_server, make_session, raw_server, read_request, reply, sending


async def fetch(url: str, **changes: Any) -> tuple[Exchange, Recorder]:
    session, recorder = make_session(url, **changes)
    async with session:
        exchange = await session.send(ask())
    return exchange, recorder


def kind_of(exchange: Exchange) -> FailureKind | None:
    return exchange.failure.kind if exchange.failure else None


async def test_an_answer_is_recorded_before_it_is_returned() -> None:
    async with http_server(lambda got: reply(200, b'{"ok": true}', ("Content-Type", "application/json"))) as server:
        exchange, recorder = await fetch(server.url)
    assert recorder.exchanges == [exchange]
    assert (exchange.id, exchange.status, exchange.json, exchange.failure) == ("000001", 200, {"ok": True}, None)
    assert exchange.peer is not None
    assert (exchange.peer.address, exchange.peer.port, exchange.peer.tls) == ("127.0.0.1", server.port, None)
    assert exchange.timing.dns is None
    assert None not in (exchange.timing.connect, exchange.timing.send, exchange.timing.first_byte, exchange.timing.body)
    wire = recorder.wires[0]
    assert wire.response_head == b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"
    assert wire.response_body == b'{"ok": true}'
    assert wire.request_head.startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port)


async def test_a_reused_connection_has_no_connect_phase() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url)
        async with session:
            first = await session.send(ask())
            second = await session.send(ask())
    assert server.connections == 1
    assert first.timing.connect is not None
    assert second.timing.connect is None
    assert second.peer == first.peer


async def test_an_unknown_host_is_a_dns_failure() -> None:
    exchange, recorder = await fetch("http://plm.invalid/", network=Names({}))
    assert kind_of(exchange) is FailureKind.DNS
    assert exchange.response is None
    assert exchange.timing.dns is not None
    assert recorder.wires[0].response_head == b""
    assert "plm.invalid" in exchange.failure.detail  # type: ignore[union-attr]


async def test_a_refused_port_is_named_with_its_address() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    exchange, _ = await fetch(f"http://127.0.0.1:{port}/")
    assert kind_of(exchange) is FailureKind.REFUSED
    assert f"127.0.0.1:{port}" in exchange.failure.detail  # type: ignore[union-attr]
    assert exchange.peer is not None


async def test_the_second_address_of_a_name_is_tried() -> None:
    async with http_server(lambda got: reply()) as server:
        network = Names({"plm.example": ("127.0.0.9", "127.0.0.1")})
        exchange, _ = await fetch(f"http://plm.example:{server.port}/", network=network)
    assert exchange.status == 200
    assert network.connected == ["127.0.0.9", "127.0.0.1"]
    assert exchange.timing.dns is not None


async def test_a_connection_that_is_never_made_times_out() -> None:
    class Black(Names):
        async def connect(self, address: str, port: int) -> Any:
            return await asyncio.Event().wait()

    exchange, _ = await fetch("http://plm.example/", network=Black({"plm.example": ("127.0.0.1",)}), connect_seconds=0.05)
    assert kind_of(exchange) is FailureKind.CONNECT_TIMEOUT


async def test_a_name_server_that_never_answers_is_a_dns_failure() -> None:
    class Slow(Names):
        async def resolve(self, host: str, port: int) -> tuple[str, ...]:
            await asyncio.Event().wait()
            return ()

    exchange, _ = await fetch("http://plm.example/", network=Slow({}), connect_seconds=0.05)
    assert kind_of(exchange) is FailureKind.DNS


async def test_a_server_that_never_answers_times_out() -> None:
    async with sending(b"", close=False) as server:
        exchange, _ = await fetch(server.url, read_seconds=0.1)
    assert kind_of(exchange) is FailureKind.READ_TIMEOUT
    assert exchange.timing.first_byte is None


async def test_a_dripping_server_meets_the_deadline_and_its_drops_are_kept() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with raw_server(talk) as server:
        exchange, recorder = await fetch(server.url, exchange_seconds=0.3)
    assert kind_of(exchange) is FailureKind.DEADLINE
    assert exchange.response is not None
    assert exchange.response.truncated is FailureKind.DEADLINE
    assert set(exchange.body) == set(b"x")
    assert recorder.wires[0].response_body == exchange.body


async def test_a_dripping_head_meets_the_deadline() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    async with raw_server(talk) as server:
        exchange, _ = await fetch(server.url, exchange_seconds=0.2)
    assert kind_of(exchange) is FailureKind.DEADLINE
    assert exchange.response is None


async def test_a_body_that_ends_early_is_kept_and_marked() -> None:
    async with sending(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") as server:
        exchange, recorder = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.DISCONNECTED
    assert exchange.response is not None
    assert (exchange.body, exchange.response.truncated, exchange.response.wire_bytes) == (b"half", FailureKind.DISCONNECTED, 4)
    assert recorder.wires[0].response_body == b"half"


async def test_a_connection_reset_in_mid_body_is_kept_and_marked() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    async with raw_server(talk) as server:
        exchange, _ = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.DISCONNECTED
    assert exchange.body == b"half"


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\nContent-"], ids=["nothing", "half a head"])
async def test_a_server_that_closes_without_an_answer_is_disconnected(data: bytes) -> None:
    async with sending(data) as server:
        exchange, _ = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.DISCONNECTED
    assert exchange.response is None


async def test_bytes_behind_the_stated_length_are_a_protocol_failure_and_spoil_no_other_answer() -> None:
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nlonger than stated", reply(200, b"clean")]
    async with http_server(lambda got: answers[0] if got.target == "/long" else answers[1]) as server:
        session, _ = make_session(server.url)
        async with session:
            wrong = await session.send(ask("/long"))
            right = await session.send(ask("/right"))
    assert kind_of(wrong) is FailureKind.PROTOCOL
    assert wrong.body == b"lon"
    assert (right.failure, right.body) == (None, b"clean")
    assert server.connections == 2


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 200_000,
    ],
    ids=["not http", "chunk size", "length", "two lengths", "endless head"],
)
async def test_what_is_not_http_is_a_protocol_failure(data: bytes) -> None:
    async with sending(data) as server:
        exchange, _ = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.PROTOCOL


async def test_a_chunked_body_cut_off_is_disconnected_and_kept() -> None:
    async with sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n") as server:
        exchange, _ = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.DISCONNECTED
    assert exchange.body == b"hello"


async def test_chunks_are_joined_and_the_wire_holds_the_joined_body() -> None:
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    async with sending(data) as server:
        exchange, recorder = await fetch(server.url)
    assert exchange.complete
    assert recorder.wires[0].response_body == exchange.body == b"hello world"


async def test_an_endless_body_ends_at_the_limit_on_the_wire() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"y" * 10_000)
            await writer.drain()

    async with raw_server(talk) as server:
        exchange, _ = await fetch(server.url, wire_bytes=100_000)
    assert kind_of(exchange) is FailureKind.TOO_LARGE
    assert exchange.body == b"y" * 100_000


async def test_exactly_the_limit_is_no_failure() -> None:
    async with http_server(lambda got: reply(200, b"y" * 1000)) as server:
        exchange, _ = await fetch(server.url, wire_bytes=1000)
    assert exchange.complete


async def test_a_gzip_bomb_stops_at_the_decoded_limit() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    async with http_server(lambda got: reply(200, bomb, ("Content-Encoding", "gzip"))) as server:
        exchange, _ = await fetch(server.url, decoded_bytes=100_000)
    assert kind_of(exchange) is FailureKind.BOMB
    assert exchange.body == bytes(100_000)


async def test_a_coded_body_is_decoded_and_stored_as_it_came() -> None:
    packed = gzip.compress(b"hello" * 100)
    async with http_server(lambda got: reply(200, packed, ("Content-Encoding", "gzip"))) as server:
        exchange, recorder = await fetch(server.url)
    assert exchange.complete
    assert exchange.body == b"hello" * 100
    assert exchange.response is not None
    assert exchange.response.wire_bytes == len(packed)
    assert recorder.wires[0].response_body == packed
    assert b"Content-Encoding: gzip" in recorder.wires[0].response_head


@pytest.mark.parametrize(("coding", "body"), [("gzip", b"plain"), ("quark", b"plain")])
async def test_a_body_that_is_not_in_its_coding_is_a_coding_failure(coding: str, body: bytes) -> None:
    async with http_server(lambda got: reply(200, body, ("Content-Encoding", coding))) as server:
        exchange, recorder = await fetch(server.url)
    assert kind_of(exchange) is FailureKind.CODING
    assert recorder.wires[0].response_body == b"plain"


async def test_a_server_that_closes_between_two_requests_is_met_with_a_new_connection() -> None:
    async with sending(reply(200, b"once", ("Connection", "close"))) as server:
        session, _ = make_session(server.url)
        async with session:
            answers = [await session.send(ask()) for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert server.connections == 3


async def test_an_answer_without_body_ends_at_its_head() -> None:
    async with http_server(lambda got: b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n") as server:
        exchange, _ = await fetch(server.url)
    assert (exchange.status, exchange.body, exchange.failure) == (304, b"", None)


async def test_a_cancelled_request_leaves_no_connection_in_use() -> None:
    asked = asyncio.Event()

    def answer(got: Got) -> Any:
        asked.set()
        return reply() if got.target == "/quick" else asyncio.sleep(9, b"")

    async with http_server(answer) as server:
        session, _ = make_session(server.url, concurrency=1, read_seconds=9, exchange_seconds=9)
        async with session:
            slow = asyncio.create_task(session.send(ask("/slow")))
            await asked.wait()
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            exchange = await session.send(ask("/quick"))
    assert exchange.status == 200
