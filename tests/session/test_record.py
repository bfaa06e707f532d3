"""Does a probe see the same exchange that a judge will read back?"""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cpo_probe.evidence import Bundle, RecordWriter, verify
from cpo_probe.model import BasicAuth
from cpo_probe.session import Session
from tests.session.support import LIMITS, Secrets, ask, make_plan, make_target, reply, sending

WORD = "correct-horse"
PACKED = gzip.compress(b"hello " * 100)
ANSWERS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: reply(200, b"hello"),
    "empty": lambda: b"HTTP/1.1 204 No Content\r\n\r\n",
    "chunked": lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "coded": lambda: reply(200, PACKED, ("Content-Encoding", "gzip")),
    "coded, with a secret": lambda: reply(200, gzip.compress(WORD.encode() * 9), ("Content-Encoding", "gzip")),
    "coded, cut off": lambda: b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999\r\n\r\n" + PACKED[:-9],
    "false coding": lambda: reply(200, b"plain", ("Content-Encoding", "gzip")),
    "too long": lambda: reply(200, b"x" * 5000),
    "bomb": lambda: reply(200, gzip.compress(bytes(9000)), ("Content-Encoding", "gzip")),
    "cut off": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel",
    "no reason": lambda: b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "latin-1": lambda: reply(200, b"", ("X-Name", "Müller"), reason="Schön"),
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("kind", ANSWERS)
async def test_what_is_read_back_is_what_was_returned(kind: str, tmp_path: Path) -> None:
    async with sending(ANSWERS[kind]()) as server:
        limits = replace(LIMITS, wire_bytes=4000, decoded_bytes=8000)
        plan = make_plan(make_target(server.url, auth=BasicAuth("joe", "env:WORD"), limits=limits))
        writer = RecordWriter.create(tmp_path / "bundle", plan)
        async with Session(plan, writer, Secrets({"env:WORD": WORD})) as session:
            exchange = await session.send(ask(note={"tried": [1]}))
        writer.seal()
    bundle = Bundle.open(tmp_path / "bundle")
    assert verify(tmp_path / "bundle") == ()
    assert bundle.exchange(exchange.id) == exchange
    for path in (path for path in (tmp_path / "bundle").rglob("*") if path.is_file()):
        written = path.read_bytes()
        assert WORD.encode() not in (gzip.decompress(written) if path.suffix == ".gz" else written)
