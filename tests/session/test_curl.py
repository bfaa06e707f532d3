"""The same request through the system's curl: same guard, same record, another implementation."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import trustme

from cpo_probe.errors import ScopeError
from cpo_probe.model import BasicAuth, Blocker, Exchange, FailureKind, Scope, Stack, Transport
from tests.session.support import (
    Got,
    Names,
    ask,
    http_server,
    make_session,
    raw_server,
    read_request,
    reply,
    sending,
    server_side,
)


@pytest.fixture(autouse=True)
def curl_is_there() -> None:
    if shutil.which("curl") is None:
        assert not os.environ.get("CI"), "curl has to be installed where the whole suite runs"
        pytest.skip("curl is not installed")


CURL = Stack.CURL


async def through_curl(url: str, path: str = "/", **changes: Any) -> Exchange:
    options = {name: changes.pop(name) for name in ("method", "headers", "body", "accept", "params") if name in changes}
    session, _ = make_session(url, **{"exchange_seconds": 20.0, "read_seconds": 20.0, "connect_seconds": 20.0, **changes})
    async with session:
        return await session.send(ask(path, stack=CURL, **options))


async def test_an_answer_through_curl_is_recorded_like_any_other_and_says_who_brought_it() -> None:
    async with http_server(
        lambda got: reply(200, b'{"a": 1}', ("Content-Type", "application/json"), ("X-Two", "a"), ("X-Two", "b"))
    ) as server:
        exchange = await through_curl(server.url, "/items", params=(("q", "a b"),), accept="application/json")
    assert exchange.status == 200 and exchange.complete and exchange.json == {"a": 1}
    assert exchange.header("x-two") == "a, b" and exchange.response and exchange.response.reason == "OK"
    assert exchange.note["stack"].startswith("curl ") and exchange.peer and exchange.peer.port == server.port
    assert exchange.timing.first_byte is not None and exchange.timing.connect is not None


async def test_curl_sends_what_the_session_would_and_names_itself_first() -> None:
    async with http_server(lambda got: reply()) as server:
        await through_curl(server.url, "/a/../b;v=1?x=%20", headers=(("X-Empty", ""), ("X-At", "@/etc/passwd")))
    got = server.seen[0]
    name, _, rest = got.header("user-agent").partition(" ")
    assert name.startswith("curl/") and rest.startswith("cpo-probe/0.1.0 (+plm@example.com; run run-1)")
    assert got.target == "/b;v=1?x=%20"
    assert got.header("traceparent").startswith("00-") and got.header("x-at") == "@/etc/passwd"
    assert ("X-Empty", "") in got.headers and [k.lower() for k, _ in got.headers].count("host") == 1


async def test_a_body_arrives_byte_by_byte_even_when_it_looks_like_a_setting() -> None:
    body = '@x\r\n"q" = \\ \tü\n# no comment'.encode()
    async with http_server(lambda got: reply()) as server:
        exchange = await through_curl(
            server.url, method="POST", body=body, headers=(("Content-Type", "text/xml"), ("SOAPAction", '"x"'))
        )
    got = server.seen[0]
    assert got.method == "POST" and got.body == body and exchange.request.body == body
    assert got.header("content-type") == "text/xml" and got.header("soapaction") == '"x"'


@pytest.mark.parametrize("body", [b"\0", b"x" * 70_000])
async def test_what_curl_cannot_carry_is_refused_and_not_sent(body: bytes) -> None:
    async with http_server(lambda got: reply()) as server:
        with pytest.raises(ScopeError) as refused:
            await through_curl(server.url, method="POST", body=body)
    assert refused.value.reason == Blocker.NOT_COVERED and server.seen == []


async def test_without_a_body_curl_states_no_type() -> None:
    async with http_server(lambda got: reply()) as server:
        await through_curl(server.url, method="POST")
    assert server.seen[0].header("content-type") == "" and server.seen[0].header("content-length") == "0"


async def test_secrets_are_neither_in_the_arguments_nor_in_the_environment_nor_in_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper = tmp_path / "curl"
    real = shutil.which("curl")
    wrapper.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/seen\n/usr/bin/env >> {tmp_path}/seen\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("CURL_HOME", str(tmp_path))
    (tmp_path / ".curlrc").write_text("user-agent = hijacked\n")
    async with http_server(lambda got: reply(200, got.header("authorization").encode())) as server:
        session, recorder = make_session(
            server.url, {"env:P": "s3cret-passw0rd"}, auth=BasicAuth("alice", "env:P"), exchange_seconds=20.0
        )
        async with session:
            await session.send(ask("/", stack=CURL))
    assert server.seen[0].header("authorization").startswith("Basic ") and "hijacked" not in server.seen[0].header("user-agent")
    assert b"s3cret-passw0rd" not in recorder.everything and b"czNjcmV0" not in recorder.everything
    seen = (tmp_path / "seen").read_text()
    assert "-K -" in seen and "s3cret" not in seen and "uthorization" not in seen and "http_proxy" not in seen


async def test_curl_goes_to_the_address_that_the_guard_admitted_and_asks_no_name_server() -> None:
    async with http_server(lambda got: reply()) as server:
        names = Names({"plm.example": ("127.0.0.1",)})
        exchange = await through_curl(f"http://plm.example:{server.port}/", network=names)
    assert exchange.status == 200 and exchange.peer and exchange.peer.address == "127.0.0.1"
    assert server.seen[0].header("host") == f"plm.example:{server.port}" and names.connected == []


async def test_a_name_that_leads_to_a_forbidden_address_is_not_asked_through_curl_either() -> None:
    async with http_server(lambda got: reply()) as server:
        names = Names({"plm.example": ("127.0.0.1",), "other.example": ("127.0.0.2",)})
        scope = Scope((f"other.example:{server.port}",), (), (), ())
        with pytest.raises(ScopeError) as refused:
            await through_curl(
                f"http://plm.example:{server.port}/", f"http://other.example:{server.port}/", network=names, scope=scope
            )
    assert refused.value.reason == Blocker.OUT_OF_SCOPE and server.seen == []


async def test_an_unknown_name_is_a_failure_of_the_name_server() -> None:
    exchange = await through_curl("http://nobody.example/", network=Names({}))
    assert exchange.failure and exchange.failure.kind is FailureKind.DNS


async def test_curl_follows_no_redirect_by_itself_but_the_session_does_through_it() -> None:
    def answer(got: Got) -> bytes:
        return reply(302, b"", ("Location", "/there")) if got.target == "/" else reply(200, b"here")

    async with http_server(answer) as server:
        exchange = await through_curl(server.url)
    assert exchange.body == b"here" and exchange.role == "redirect" and exchange.note["stack"]
    assert all(got.header("user-agent").startswith("curl/") for got in server.seen)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", FailureKind.DISCONNECTED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", FailureKind.DISCONNECTED),
        (b"nonsense\r\n\r\n", FailureKind.PROTOCOL),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", FailureKind.CODING),
    ],
)
async def test_troubles_have_the_same_names_as_with_our_own_client(data: bytes, kind: FailureKind) -> None:
    async with sending(data) as server:
        exchange = await through_curl(server.url)
    assert exchange.failure is not None and exchange.failure.kind is kind


async def test_what_came_before_the_trouble_is_kept() -> None:
    async with sending(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") as server:
        exchange = await through_curl(server.url)
    assert exchange.status == 200 and exchange.body == b"abc" and not exchange.complete


async def test_nobody_listens() -> None:
    async with raw_server(lambda reader, writer: asyncio.sleep(0)) as server:
        url = server.url
    exchange = await through_curl(url)
    assert exchange.failure is not None and exchange.failure.kind is FailureKind.REFUSED


async def test_an_answer_without_end_is_cut_off_at_the_limit() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with raw_server(talk) as server:
        exchange = await through_curl(server.url, wire_bytes=100_000)
    assert exchange.failure is not None and exchange.failure.kind is FailureKind.TOO_LARGE and len(exchange.body) == 100_000


async def test_a_silent_server_is_left_when_the_time_is_over_and_no_process_stays() -> None:
    async with sending(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", close=False) as server:
        exchange = await through_curl(server.url, exchange_seconds=2.0)
    assert exchange.failure is not None and exchange.failure.kind is FailureKind.DEADLINE and exchange.body == b"abc"
    assert not children()


async def test_a_cancelled_request_kills_its_process() -> None:
    asked = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        asked.set()
        await asyncio.Event().wait()

    async with raw_server(talk) as server:
        task = asyncio.create_task(through_curl(server.url, exchange_seconds=30.0))
        await asyncio.wait({task, asyncio.create_task(asked.wait())}, return_when=asyncio.FIRST_COMPLETED)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not children()


def children() -> list[str]:
    """Names of the processes of this one that are curl."""
    own = str(os.getpid())
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if name == "curl" and rest.split()[1] == own:
            found.append(name)
    return found


async def test_answers_before_the_answer_and_fields_behind_it_are_left_out() -> None:
    chunks = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n"
    async with sending(chunks + b"2\r\nab\r\n0\r\nX-Behind: 1\r\n\r\n") as server:
        exchange = await through_curl(server.url)
    assert exchange.status == 200 and exchange.body == b"ab" and exchange.header("x") == "1"
    assert exchange.header("link") is None and exchange.header("x-behind") is None


async def test_a_body_that_speaks_like_curl_is_kept_whole() -> None:
    body = b"a\ncpo-probe-curl 1.2.3.4 5 6 7 8 9 10 11"
    async with http_server(lambda got: reply(200, body)) as server:
        exchange = await through_curl(server.url)
    assert exchange.body == body and exchange.peer and exchange.peer.address == "127.0.0.1"


async def test_who_is_trusted_is_what_the_profile_says(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    trusting = Transport("", "", str(tmp_path / "ca.pem"), "", "", True)
    async with http_server(lambda got: reply(200, json.dumps({}).encode()), server_side(authority)) as server:
        assert (await through_curl(server.url, transport=trusting)).status == 200
        assert (await through_curl(server.url, transport=Transport("", "", "", "", "", False))).status == 200
        refused = await through_curl(server.url)
    assert refused.failure is not None and refused.failure.kind is FailureKind.TLS


async def test_without_curl_nothing_is_sent_and_no_budget_is_spent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url)
        async with session:
            before = session.budget.requests_left
            with pytest.raises(ScopeError) as refused:
                await session.send(ask("/", stack=CURL))
            assert session.budget.requests_left == before
    assert refused.value.reason == Blocker.PRECONDITION and "install" in refused.value.detail and server.seen == []


async def test_a_key_by_reference_is_not_written_to_a_file_for_curl() -> None:
    identity = trustme.CA().issue_cert("client")
    key, pem = identity.private_key_pem.bytes().decode(), identity.cert_chain_pems[0]
    own = {"env:KEY": key}
    with pem.tempfile() as path, pytest.raises(ScopeError) as refused:
        await through_curl("https://localhost:1/", secrets=own, transport=Transport("", "", "", path, "env:KEY", True))
    assert refused.value.reason == Blocker.NO_CREDENTIAL


async def test_budget_and_stop_hold_for_curl_too() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, requests=1, exchange_seconds=20.0)
        async with session:
            await session.send(ask("/", stack=CURL))
            with pytest.raises(ScopeError):
                await session.send(ask("/", stack=CURL))
    assert len(server.seen) == 1
