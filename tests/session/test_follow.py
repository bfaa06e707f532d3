"""Are retries and redirects bounded, in scope, and each of them on record?"""

import itertools
from typing import Any

import pytest

from cpo_probe.model import Effect, FailureKind, Identity, Scope
from tests.session.support import Got, ask, http_server, make_session, raw_server, read_request, reply

SOON = ("Retry-After", "0")


async def test_503_until_the_third_try_is_three_exchanges() -> None:
    answers = iter([reply(503, b"", SOON), reply(503, b"", SOON), reply(200, b"at last")])
    async with http_server(lambda got: next(answers)) as server:
        session, recorder = make_session(server.url, retries=2)
        async with session:
            exchange = await session.send(ask())
    assert exchange.body == b"at last"
    assert recorder.roles == ["primary", "retry", "retry"]
    assert [e.follows for e in recorder.exchanges] == ["", "000001", "000002"]
    assert {e.purpose for e in recorder.exchanges} == {"test.purpose"}


async def test_a_storm_of_429_ends_with_the_last_of_them() -> None:
    async with http_server(lambda got: reply(429, b"", SOON)) as server:
        session, recorder = make_session(server.url, retries=3)
        async with session:
            exchange = await session.send(ask())
    assert exchange.status == 429
    assert recorder.roles == ["primary", "retry", "retry", "retry"]


async def test_503_without_a_time_to_come_back_is_not_repeated() -> None:
    async with http_server(lambda got: reply(503)) as server:
        session, recorder = make_session(server.url, retries=3)
        async with session:
            assert (await session.send(ask())).status == 503
    assert recorder.roles == ["primary"]


async def test_a_connection_that_breaks_before_the_answer_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cpo_probe.session.follow.BACKOFF", 0.001)
    count = itertools.count()

    async def talk(reader: Any, writer: Any) -> None:
        if await read_request(reader) and next(count):
            writer.write(reply(200, b"second"))
            await writer.drain()
            await reader.read()

    async with raw_server(talk) as server:
        session, recorder = make_session(server.url, retries=1)
        async with session:
            exchange = await session.send(ask())
    assert exchange.body == b"second"
    assert recorder.roles == ["primary", "retry"]
    assert recorder.exchanges[0].failure is not None
    assert recorder.exchanges[0].failure.kind is FailureKind.DISCONNECTED


@pytest.mark.parametrize(("method", "effect"), [("POST", Effect.WRITE), ("GET", Effect.JOB), ("XPROBE", Effect.READ)])
async def test_what_is_not_an_idempotent_read_is_never_repeated(method: str, effect: Effect) -> None:
    async with http_server(lambda got: reply(503, b"", SOON)) as server:
        session, recorder = make_session(server.url, retries=3)
        async with session:
            await session.send(ask(method=method, effect=effect))
    assert recorder.roles == ["primary"]


async def test_a_body_cut_off_is_an_answer_and_no_reason_to_ask_again() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await writer.drain()

    async with raw_server(talk) as server:
        session, recorder = make_session(server.url, retries=3)
        async with session:
            await session.send(ask())
    assert recorder.roles == ["primary"]


async def test_a_redirect_within_scope_is_followed_and_recorded() -> None:
    async with http_server(
        lambda got: reply(302, b"", ("Location", "../b?c=d#e")) if got.target == "/a/x" else reply(200, b"there")
    ) as server:
        session, recorder = make_session(server.url)
        async with session:
            exchange = await session.send(ask("/a/x"))
    assert exchange.body == b"there"
    assert (exchange.role, exchange.follows) == ("redirect", "000001")
    assert exchange.request.url == f"{server.url}b?c=d"
    assert recorder.roles == ["primary", "redirect"]


async def test_a_redirect_out_of_scope_is_recorded_and_not_followed() -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "https://evil.example/"))) as server:
        session, recorder = make_session(server.url)
        async with session:
            exchange = await session.send(ask())
    assert (exchange.status, recorder.roles) == (302, ["primary"])
    assert "evil.example" in exchange.note["redirect_refused"]


async def test_a_redirect_out_of_the_path_prefix_is_not_followed() -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "/admin"))) as server:
        session, _ = make_session(server.url, scope=Scope((), (), ("/api",), ()))
        async with session:
            assert (await session.send(ask("/api"))).status == 302
    assert [got.target for got in server.seen] == ["/api"]


async def test_a_redirect_loop_ends() -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "/"))) as server:
        session, recorder = make_session(server.url, redirects=3)
        async with session:
            exchange = await session.send(ask())
    assert recorder.roles == ["primary", "redirect", "redirect", "redirect"]
    assert exchange.status == 302
    assert "limits.redirects" in exchange.note["redirect_refused"]


async def test_a_location_that_is_no_url_is_not_followed() -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "http://[broken"))) as server:
        session, recorder = make_session(server.url)
        async with session:
            assert (await session.send(ask())).status == 302
    assert recorder.roles == ["primary"]


async def test_redirects_can_be_declined() -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "/b"))) as server:
        session, recorder = make_session(server.url)
        async with session:
            assert (await session.send(ask(redirects=False))).status == 302
    assert recorder.roles == ["primary"]


@pytest.mark.parametrize(("status", "method", "body"), [(303, "GET", b""), (302, "GET", b""), (307, "POST", b"x=1")])
async def test_a_redirected_post_keeps_method_and_body_only_where_the_status_says_so(
    status: int, method: str, body: bytes
) -> None:
    async with http_server(lambda got: reply(status, b"", ("Location", "/b")) if got.target == "/a" else reply()) as server:
        session, _ = make_session(server.url)
        async with session:
            await session.send(ask("/a", "POST", body=b"x=1", headers=(("Content-Type", "text/plain"),), effect=Effect.WRITE))
    last = server.seen[-1]
    assert (last.method, last.body, bool(last.header("content-type"))) == (method, body, bool(body))


async def test_anonymous_carries_no_cookie_from_answer_to_question() -> None:
    def answer(got: Got) -> bytes:
        if got.target == "/a":
            return reply(302, b"", ("Location", "/b"), ("Set-Cookie", "session=0123456789abcdef; Path=/"))
        return reply()

    async with http_server(answer) as server:
        session, _ = make_session(server.url)
        async with session:
            await session.send(ask("/a", identity=Identity.ANONYMOUS))
            await session.send(ask("/a", identity=Identity.ACCOUNT))
            await session.send(ask("/c", identity=Identity.ANONYMOUS))
    assert [got.header("cookie") for got in server.seen] == ["", "", "", "session=0123456789abcdef", ""]
