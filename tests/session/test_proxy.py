"""Does a proxy stand between, and nothing else?"""

import asyncio
import base64
from pathlib import Path

import pytest
import trustme

from cpo_probe.errors import ScopeError
from cpo_probe.model import (
    FailureKind,
    Scope,
    Transport,
)
from tests.session.support import (
    ask,
    http_server,
    make_session,
    raw_server,
    read_request,
    reply,
    server_side,
)


async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Forwards, or tunnels after CONNECT, for those who know the password."""
    got = await read_request(reader)
    if got is None:
        return
    if got.header("proxy-authorization") != "Basic " + base64.b64encode(b"me:proxy-password").decode():
        writer.write(reply(407, b"", ("Proxy-Authenticate", "Basic")))
        return
    if got.method != "CONNECT":
        writer.write(reply(200, f"forwarded {got.target}".encode()))
        await writer.drain()
        await reader.read()
        return
    host, port = got.target.rsplit(":", 1)
    there, here = await asyncio.open_connection("127.0.0.1" if host == "plm.example" else host, int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
        sink.close()

    await asyncio.gather(pump(reader, here), pump(there, writer))


async def test_a_proxy_with_a_password_forwards_and_tunnels(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    secrets = {"env:PROXY": "me:proxy-password"}
    async with (
        raw_server(proxy) as gate,
        http_server(lambda got: reply(200, b"tunnelled"), server_side(authority, "plm.example")) as server,
    ):
        transport = Transport(gate.url, "env:PROXY", str(tmp_path / "ca.pem"), "", "", True)
        for base, body in [
            (f"https://plm.example:{server.port}/x", b"tunnelled"),
            ("http://plm.example/x", b"forwarded http://plm.example/x"),
        ]:
            session, recorder = make_session(base, secrets, transport=transport)
            async with session:
                exchange = await session.send(ask(base))
            assert exchange.body == body
            assert exchange.peer is not None
            assert exchange.peer.port == gate.port
            assert (exchange.peer.tls is not None) == base.startswith("https")
            assert b"proxy-password" not in recorder.everything
            assert base64.b64encode(b"me:proxy-password") not in recorder.everything


async def test_a_proxy_that_refuses_is_a_recorded_failure() -> None:
    async with raw_server(proxy) as gate:
        session, _ = make_session("https://plm.example/", transport=Transport(gate.url, "", "", "", "", True))
        async with session:
            exchange = await session.send(ask())
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.REFUSED
    assert "407" in exchange.failure.detail


async def test_a_private_address_is_not_asked_through_a_proxy_either() -> None:
    async with raw_server(proxy) as gate:
        session, _ = make_session(
            "http://plm.example/",
            transport=Transport(gate.url, "", "", "", "", True),
            scope=Scope(("169.254.169.254",), (), (), ()),
        )
        async with session:
            with pytest.raises(ScopeError):
                await session.send(ask("http://169.254.169.254/latest"))
    assert gate.connections == 0
