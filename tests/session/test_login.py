"""Does a log-in by form or message get in and stay in, with the CSRF token it needs, and out again?"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from cpo_probe.errors import ScopeError
from cpo_probe.model import (
    BasicAuth,
    Blocker,
    Csrf,
    Effect,
    Identity,
    LoginAuth,
    Logout,
)
from cpo_probe.session.auth.form import hidden_fields
from tests.session.support import (
    Got,
    ask,
    form,
    http_server,
    make_session,
    reply,
)

SECRETS = {"env:USER": "jörg", "env:WORD": "pä:ss/wörd+1", "env:KEY": "k3y-of-ten-signs"}
JSON = ("Content-Type", "application/json")


PAGE = b"""<html><form action="/search"><input type="hidden" name="q" value="nothing"></form>
<form method="post" action="/login"><INPUT TYPE="hidden" NAME="_csrf" VALUE="hidden-token-of-page"/>
<input name="user"><input type="password" name="word"><input type="hidden" name="user" value="nobody"></form></html>"""


def login_auth(url: str, **changes: Any) -> LoginAuth:
    values: dict[str, Any] = {
        "url": f"{url}login",
        "method": "POST",
        "format": "form",
        "fields": (("user", "env:USER"), ("word", "env:WORD")),
        "before": "",
        "token_pointer": "",
        "token_header": "Authorization",
        "success_status": (200, 204, 302),
        "success_cookie": "",
    }
    return LoginAuth(**(values | changes))


class LoginServer:
    """A cookie log-in that wants its page's token back; `valid` is the session of now."""

    def __init__(self, expired: Callable[[], bytes] = lambda: reply(401)) -> None:
        self.valid = ""
        self.logins: list[Got] = []
        self.loggedout: list[Got] = []
        self._expired = expired

    def __call__(self, got: Got) -> bytes:
        if got.target == "/page":
            return reply(200, PAGE, ("Set-Cookie", "pre=1; Path=/"))
        if got.target == "/login":
            self.logins.append(got)
            if form(got).get("word") != SECRETS["env:WORD"]:
                return reply(200, b"wrong password")
            self.valid = f"session-number-{len(self.logins):04d}"
            return reply(302, b"", ("Location", "/home"), ("Set-Cookie", f"SID={self.valid}; Path=/; HttpOnly"))
        if got.target == "/logout":
            self.loggedout.append(got)
            self.valid = ""
            return reply(204)
        return reply(200, b"in") if self.valid and f"SID={self.valid}" in got.header("cookie") else self._expired()


async def test_a_form_log_in_sends_hidden_fields_and_cookies_of_the_page_before() -> None:
    logins = LoginServer()
    async with http_server(logins) as server:
        auth = login_auth(server.url, before=f"{server.url}page", success_cookie="SID")
        session, recorder = make_session(server.url, SECRETS, auth=auth)
        async with session:
            exchange = await session.send(ask())
    assert exchange.body == b"in"
    assert form(logins.logins[0]) == {"_csrf": "hidden-token-of-page", "user": "jörg", "word": "pä:ss/wörd+1"}
    assert logins.logins[0].header("cookie") == "pre=1"
    assert recorder.roles == ["login", "login", "primary"]


def test_hidden_fields_are_those_of_the_form_with_the_password() -> None:
    assert hidden_fields(PAGE) == (("_csrf", "hidden-token-of-page"), ("user", "nobody"))
    assert hidden_fields(b"<form><input type=hidden name=a value=1></form>") == (("a", "1"),)
    assert hidden_fields(b"no form \xff at all <input type=hidden name=x>") == ()


async def test_a_wrong_password_is_tried_once_even_when_the_answer_is_200() -> None:
    logins = LoginServer()
    async with http_server(logins) as server:
        auth = login_auth(server.url, fields=(("user", "env:USER"), ("word", "env:KEY")), success_cookie="SID")
        session, _ = make_session(server.url, SECRETS, auth=auth)
        async with session:
            for _ in range(3):
                with pytest.raises(ScopeError, match="SID") as refusal:
                    await session.send(ask())
                assert refusal.value.reason == Blocker.DENIED
    assert len(logins.logins) == 1


@pytest.mark.parametrize("redirecting", [False, True])
async def test_a_session_that_ran_out_is_renewed_and_the_question_repeated(redirecting: bool) -> None:
    logins = LoginServer((lambda: reply(302, b"", ("Location", "/login"))) if redirecting else (lambda: reply(401)))
    async with http_server(logins) as server:
        session, recorder = make_session(server.url, SECRETS, auth=login_auth(server.url))
        async with session:
            await session.send(ask())
            logins.valid = ""
            exchange = await session.send(ask())
    assert exchange.body == b"in"
    assert recorder.roles == ["login", "primary", "primary", "login", "challenge"]


async def test_a_json_log_in_hands_out_a_token_for_a_header() -> None:
    def answer(got: Got) -> bytes:
        if got.target == "/login":
            assert json.loads(got.body) == {"user": "jörg", "word": "pä:ss/wörd+1"}
            return reply(200, b'{"data": {"ticket": "ticket-of-many-signs"}}', JSON)
        return reply(200, got.header("x-ticket").encode())

    async with http_server(answer) as server:
        auth = login_auth(server.url, format="json", token_pointer="/data/ticket", token_header="X-Ticket")
        session, recorder = make_session(server.url, SECRETS, auth=auth)
        async with session:
            await session.send(ask())
    assert server.seen[1].header("x-ticket") == "ticket-of-many-signs"
    assert b"ticket-of-many-signs" not in recorder.everything


async def test_a_log_in_that_goes_through_redirects_is_followed_to_its_cookie() -> None:
    def answer(got: Got) -> bytes:
        if got.target == "/login":
            return reply(302, b"", ("Location", "/step"))
        if got.target == "/step":
            return reply(200, b"", ("Set-Cookie", "SID=step-by-step-session; Path=/"))
        return reply(200, got.header("cookie").encode())

    async with http_server(answer) as server:
        session, recorder = make_session(server.url, SECRETS, auth=login_auth(server.url, success_cookie="SID"))
        async with session:
            await session.send(ask())
    assert server.seen[-1].header("cookie") == "SID=step-by-step-session"
    assert recorder.roles == ["login", "login", "primary"]


def csrf(url: str, source: str, fetch: tuple[tuple[str, str], ...] = ()) -> Csrf:
    return Csrf(f"{url}csrf", fetch, source, "X-CSRF-Token", ("POST", "DELETE"))


@pytest.mark.parametrize("source", ["header:x-csrf-token", "cookie:XSRF", "json:/token"])
async def test_a_csrf_token_is_fetched_once_and_sent_with_changing_methods(source: str) -> None:
    token = "csrf-token-of-the-session"

    def answer(got: Got) -> bytes:
        if got.target == "/csrf":
            asked = got.header("x-csrf-token") == "Fetch" and got.header("authorization")
            body = json.dumps({"token": token}).encode()
            return reply(200, body, JSON, ("X-CSRF-Token", token), ("Set-Cookie", f"XSRF={token}")) if asked else reply(400)
        return reply(200 if got.method == "GET" or got.header("x-csrf-token") == token else 403)

    async with http_server(answer) as server:
        session, recorder = make_session(
            server.url,
            SECRETS,
            auth=BasicAuth("env:USER", "env:WORD"),
            csrf=csrf(server.url, source, (("X-CSRF-Token", "Fetch"),)),
        )
        async with session:
            await session.send(ask())
            answers = [await session.send(ask(method="POST", effect=Effect.WRITE)) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert recorder.roles == ["primary", "csrf", "primary", "primary"]
    assert token.encode() not in recorder.everything
    assert recorder.exchanges[1].request.header("x-csrf-token") == "Fetch"


async def test_a_csrf_token_that_ran_out_is_fetched_again_once() -> None:
    tokens = iter(["first-csrf-token", "second-csrf-token"])
    good = ["second-csrf-token"]

    def answer(got: Got) -> bytes:
        if got.target == "/csrf":
            return reply(200, b"", ("X-CSRF-Token", next(tokens)))
        return reply(200 if got.header("x-csrf-token") in good else 403)

    async with http_server(answer) as server:
        session, recorder = make_session(server.url, csrf=csrf(server.url, "header:X-CSRF-Token"))
        async with session:
            exchange = await session.send(ask(method="POST", effect=Effect.WRITE))
    assert exchange.status == 200
    assert recorder.roles == ["csrf", "primary", "csrf", "challenge"]


async def test_no_csrf_token_blocks_the_request_that_needs_it() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, csrf=csrf(server.url, "json:/token"))
        async with session:
            with pytest.raises(ScopeError) as refusal:
                await session.send(ask(method="POST", effect=Effect.WRITE))
            assert (await session.send(ask())).status == 200
    assert refusal.value.reason == Blocker.NO_CREDENTIAL


class Broken(Exception):
    pass


@pytest.mark.parametrize("end", ["normal", "exception", "stopped", "budget"])
async def test_the_account_is_logged_out_whatever_happened(end: str) -> None:
    logins = LoginServer()
    async with http_server(logins) as server:
        session, recorder = make_session(
            server.url, SECRETS, auth=login_auth(server.url), logout=Logout("POST", f"{server.url}logout"), requests=2
        )
        try:
            async with session:
                await session.send(ask())
                if end == "exception":
                    raise Broken
                if end == "stopped":
                    session.stop(Blocker.INTERRUPTED)
                if end == "budget":
                    assert session.budget.requests_left == 0
        except Broken:
            pass
    assert [got.header("cookie") for got in logins.loggedout] == ["SID=session-number-0001"]
    assert recorder.roles == ["login", "primary", "logout"]


async def test_the_account_is_logged_out_when_the_run_is_cancelled_twice() -> None:
    logins, hanging = LoginServer(), asyncio.Event()

    def answer(got: Got) -> Any:
        if got.target == "/hang":
            hanging.set()
            return asyncio.sleep(9, b"")
        if got.target == "/logout":
            running.cancel()  # the second Ctrl-C, in the middle of the log-out
            return asyncio.sleep(0.02, logins(got))
        return logins(got)

    async with http_server(answer) as server:
        session, recorder = make_session(
            server.url, SECRETS, auth=login_auth(server.url), logout=Logout("POST", f"{server.url}logout"), read_seconds=9
        )

        async def run() -> None:
            async with session:
                await session.send(ask())
                await session.send(ask("/hang"))

        running = asyncio.create_task(run())
        await hanging.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert recorder.roles == ["login", "primary", "logout"]
    assert recorder.exchanges[-1].status == 204


async def test_nobody_is_logged_out_who_was_never_in() -> None:
    async with http_server(lambda got: reply()) as server:
        session, recorder = make_session(server.url, logout=Logout("POST", f"{server.url}logout"))
        async with session:
            await session.send(ask(identity=Identity.ANONYMOUS))
    assert recorder.roles == ["primary"]


async def test_a_log_out_that_needs_a_csrf_token_fetches_one() -> None:
    async with http_server(lambda got: reply(200, b"", ("X-CSRF-Token", "token-for-log-out"))) as server:
        session, recorder = make_session(
            server.url, csrf=csrf(server.url, "header:X-CSRF-Token"), logout=Logout("POST", f"{server.url}logout")
        )
        async with session:
            await session.send(ask())
    assert recorder.roles == ["primary", "csrf", "logout"]
    assert server.seen[-1].header("x-csrf-token") == "token-for-log-out"
