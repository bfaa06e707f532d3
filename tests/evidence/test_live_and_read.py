"""What a probe sees while a run goes is, to the byte, what a check sees afterwards; and it stands in standard WARC."""

import asyncio
import gzip
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from cpo_probe.evidence import Bundle, RecordWriter, verify
from cpo_probe.model import Exchange, Limits, NoAuth, Scope
from cpo_probe.session import Ask, Session
from tests.evidence.made import plan, target

SECRET = "correct-horse-battery"
BIG = os.urandom(2**20) * 9


class Secrets:
    def resolve(self, reference: str) -> str:
        return reference

    def values(self) -> tuple[str, ...]:
        return (SECRET,)


def answer(head: str, body: bytes = b"") -> bytes:
    lines = ["HTTP/1.1 " + head.replace("\n", "\r\n"), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def chunked(head: str, body: bytes) -> bytes:
    start = f"HTTP/1.1 {head}\nTransfer-Encoding: chunked\n\n".replace("\n", "\r\n").encode()
    return start + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


ANSWERS = {
    "/plain": answer("200 OK\nContent-Type: text/plain", b"hello"),
    "/no-reason": answer("200 \nX-Spaced:   a  b  \nX-Empty:", b"x"),
    "/latin-1": answer("200 Sch\xf6n\nX-Name: M\xfcller", b"x"),
    "/utf-8": answer("200 OK\nX-Name: " + "Müller 図".encode().decode("latin-1"), b"x"),
    "/gzip": answer("200 OK\nContent-Encoding: gzip\nContent-Type: application/json", gzip.compress(b'{"a":1}')),
    "/gzip-cut": answer("200 OK\nContent-Encoding: gzip", gzip.compress(b'{"a":1}' * 99)[:-9]),
    "/unknown-coding": answer("200 OK\nContent-Encoding: zip", b"1234"),
    "/bomb": answer("200 OK\nContent-Encoding: gzip", gzip.compress(b"0" * 20 * 2**20, 1)),
    "/secret": answer(f"200 OK\nX-Echo: {SECRET}", b'{"t":"%s"}' % SECRET.encode()),
    "/secret-gzip": answer("200 OK\nContent-Encoding: gzip", gzip.compress(b'{"t":"%s"}' % SECRET.encode())),
    "/cookies": answer("200 OK\nSet-Cookie: session=abcdefghijk; Path=/\nSet-Cookie: a=1", b"{}"),
    "/chunked": chunked("200 OK", b"hello"),
    "/chunked-gzip": chunked("200 OK\nContent-Encoding: gzip", gzip.compress(b"hello")),
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhel",
    "/short-gzip": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(BIG[:500])[:100],
    "/not-http": b"SSH-2.0\r\n\r\n",
    "/nothing": b"",
    "/204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/304": b'HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\nETag: "x"\r\n\r\n',
    "/big": answer("200 OK\nContent-Type: model/step", BIG),
    "/http-1.0": b"HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil the connection closes",
    "/elsewhere": answer("302 Found\nLocation: /plain"),
}


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode().partition("?")[0]
    writer.write(ANSWERS.get(path, answer("404 Not Found")))
    try:
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    except ConnectionError:
        pass  # a client that has seen enough


async def test_every_exchange_of_a_session_is_read_back_equal(tmp_path: Path) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    limits = Limits(rate=1e9, decoded_bytes=10 * 2**20, retries=0)
    fixed = plan(target=target(base_url=url, scope=Scope((), (), (), ()), auth=NoAuth(), limits=limits, headers=()))
    live: list[Exchange] = []
    note: Mapping[str, Any] = {"arguments": {"ü": [10**30, None, 0.5]}}
    async with server:
        with RecordWriter.create(tmp_path / "run", fixed) as recorder:
            session = Session(fixed, recorder, Secrets())
            session.on_exchange.append(live.append)
            async with session:
                for path in ANSWERS:
                    await session.send(Ask("GET", path, "test", why="to see", probe="test", unit="test|", note=note))
                for method in ("HEAD", "OPTIONS", "CPOPROBE"):
                    await session.send(Ask(method, "/gzip?q=a b", "test", probe="test", unit="test|"))
            recorder.seal()
    assert len(live) >= len(ANSWERS) + 4  # a redirect is followed
    assert verify(tmp_path / "run") == ()
    with Bundle.open(tmp_path / "run") as bundle:
        for each in live:
            assert bundle.exchange(each.id) == each, each.request.url
    with (tmp_path / "run/record/traffic/00001.warc.gz").open("rb") as file:
        kinds = [each.rec_type for each in ArchiveIterator(file, check_digests="raise", verify_http=False)]
    assert kinds.count("request") == len(live)
    assert kinds.count("response") + kinds.count("revisit") == sum(each.response is not None for each in live)
    assert kinds.count("metadata") == sum(each.failure is not None for each in live)
