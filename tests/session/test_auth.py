"""Does every kind of credentials reach the server, and nobody else?"""

import asyncio
import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from cpo_probe.errors import ScopeError, UsageError
from cpo_probe.model import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    Blocker,
    BrowserAuth,
    Identity,
    OAuth2Auth,
    Scope,
    Transport,
)
from tests.session.support import (
    FakeClock,
    Got,
    ask,
    form,
    http_server,
    make_session,
    reply,
    server_side,
)

SECRETS = {"env:USER": "jörg", "env:WORD": "pä:ss/wörd+1", "env:KEY": "k3y-of-ten-signs"}
JSON = ("Content-Type", "application/json")


async def test_basic_sends_the_account_in_utf_8() -> None:
    async with http_server(lambda got: reply()) as server:
        session, recorder = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"))
        async with session:
            await session.send(ask())
            await session.send(ask(identity=Identity.ANONYMOUS, headers=(("Authorization", "Basic abc"),)))
    first, second = (got.header("authorization") for got in server.seen)
    assert base64.b64decode(first.removeprefix("Basic ")).decode() == "jörg:pä:ss/wörd+1"
    assert second == ""
    assert (recorder.exchanges[0].request.header("authorization") or "").startswith("Basic [redacted:")


@pytest.mark.parametrize("scheme", ["Bearer", "Token"])
async def test_bearer_sends_the_token_after_the_stated_word(scheme: str) -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, SECRETS, auth=BearerAuth("env:KEY", scheme))
        async with session:
            await session.send(ask())
    assert server.seen[0].header("authorization") == f"{scheme} k3y-of-ten-signs"


@pytest.mark.parametrize("place", ["header", "query"])
async def test_an_api_key_goes_where_the_profile_says_and_only_for_the_account(place: str) -> None:
    async with http_server(lambda got: reply(302, b"", ("Location", "/b")) if got.target[:2] == "/a" else reply()) as server:
        session, _ = make_session(server.url, SECRETS, auth=ApiKeyAuth("X-Key", "env:KEY", place))
        async with session:
            exchange = await session.send(ask("/a?x=1"))
            await session.send(ask("/c", identity=Identity.ANONYMOUS))
    sent = [got.header("x-key") if place == "header" else got.target for got in server.seen]
    keys = ["k3y-of-ten-signs", "k3y-of-ten-signs", ""]
    assert sent == (keys if place == "header" else ["/a?x=1&X-Key=k3y-of-ten-signs", "/b?X-Key=k3y-of-ten-signs", "/c"])
    if place == "query":
        assert "X-Key=%5Bredacted:" in exchange.request.url


async def test_nobody_uses_the_form_of_the_real_credentials_but_not_them() -> None:
    for auth, word in [(BearerAuth("env:KEY", "Token"), "Token "), (BasicAuth("env:USER", "env:WORD"), "Basic ")]:
        async with http_server(lambda got: reply(401)) as server:
            session, _ = make_session(server.url, SECRETS, auth=auth)
            async with session:
                await session.send(ask(identity=Identity.NOBODY))
        sent = server.seen[0].header("authorization")
        assert sent.startswith(word)
        assert "k3y" not in sent


async def test_a_missing_secret_is_reported_before_the_first_request() -> None:
    class Unset:
        def resolve(self, reference: str) -> str:
            raise UsageError(f"{reference} is not set")

        def values(self) -> tuple[str, ...]:
            return ()

    session, recorder = make_session("http://127.0.0.1:1/", auth=BearerAuth("env:NONE", "Bearer"))
    session._secrets = Unset()
    with pytest.raises(UsageError, match="env:NONE"):
        async with session:
            pass
    assert recorder.exchanges == []


def oauth(server_url: str = "", **changes: Any) -> OAuth2Auth:
    values: dict[str, Any] = {
        "grant": "client_credentials",
        "token_url": f"{server_url}token" if server_url else "",
        "issuer": "",
        "client_id": "client",
        "client_secret": "env:WORD",
        "client_auth": "basic",
        "scope": "read",
        "username": "",
        "password": "",
        "extra": (("audience", "plm"),),
    }
    return OAuth2Auth(**(values | changes))


class TokenServer:
    """Issues t-1, t-2, ...; the API accepts those of `good`."""

    def __init__(self, **answer: Any) -> None:
        self.issued = 0
        self.good: set[str] = set()
        self.answer = answer
        self.asked: list[Got] = []

    def __call__(self, got: Got) -> bytes:
        if got.target == "/token":
            self.asked.append(got)
            self.issued += 1
            token = f"token-number-{self.issued}"
            self.good = {token}
            answer = {"access_token": token, "token_type": "bearer", **self.answer}
            return reply(200, json.dumps(answer).encode(), JSON)
        good = got.header("authorization").removeprefix("Bearer ") in self.good
        return reply(200 if good else 401, b"", ("WWW-Authenticate", "Bearer"))


async def test_oauth2_fetches_one_token_for_all_and_its_request_is_an_exchange() -> None:
    tokens = TokenServer(expires_in=3600)
    async with http_server(tokens) as server:
        session, recorder = make_session(server.url, SECRETS, auth=oauth(server.url))
        async with session:
            answers = await asyncio.gather(*(session.send(ask(f"/{n}")) for n in range(4)))
            await session.send(ask("/open", identity=Identity.ANONYMOUS))
    assert [answer.status for answer in answers] == [200] * 4
    assert tokens.issued == 1
    token = recorder.exchanges[0]
    assert (token.role, token.probe, token.purpose, token.identity) == ("token", "session", "session.token", Identity.ACCOUNT)
    assert form(tokens.asked[0]) == {"grant_type": "client_credentials", "scope": "read", "audience": "plm"}
    account = base64.b64decode(tokens.asked[0].header("authorization").removeprefix("Basic ")).decode()
    assert account == "client:p%C3%A4%3Ass%2Fw%C3%B6rd%2B1"


async def test_oauth2_password_grant_with_the_client_in_the_form() -> None:
    tokens = TokenServer()
    auth = oauth(grant="password", client_auth="post", username="env:USER", password="env:WORD", scope="", extra=())
    async with http_server(tokens) as server:
        session, _ = make_session(server.url, SECRETS, auth=replace(auth, token_url=f"{server.url}token"))
        async with session:
            assert (await session.send(ask())).status == 200
    assert form(tokens.asked[0]) == {
        "grant_type": "password",
        "username": "jörg",
        "password": "pä:ss/wörd+1",
        "client_id": "client",
        "client_secret": "pä:ss/wörd+1",
    }


async def test_a_token_that_ran_out_is_refreshed_before_it_is_used() -> None:
    clock = FakeClock()
    tokens = TokenServer(expires_in=100, refresh_token="refresh-number-1")
    async with http_server(tokens) as server:
        session, recorder = make_session(server.url, SECRETS, auth=oauth(server.url), clock=clock)
        async with session:
            await session.send(ask())
            clock.time += 95
            assert (await session.send(ask())).status == 200
    assert [form(got)["grant_type"] for got in tokens.asked] == ["client_credentials", "refresh_token"]
    assert recorder.roles == ["token", "primary", "token", "primary"]


async def test_a_401_after_a_good_answer_fetches_a_new_token_and_asks_again() -> None:
    tokens = TokenServer()
    async with http_server(tokens) as server:
        session, recorder = make_session(server.url, SECRETS, auth=oauth(server.url))
        async with session:
            await session.send(ask())
            tokens.good.clear()
            exchange = await session.send(ask())
    assert exchange.status == 200
    assert recorder.roles == ["token", "primary", "primary", "token", "challenge"]
    assert [e.follows for e in recorder.exchanges] == ["", "", "", "000003", "000003"]


async def test_a_401_to_a_fresh_token_is_the_answer() -> None:
    tokens = TokenServer()

    def forbidding(got: Got) -> bytes:
        return tokens(got) if got.target == "/token" else reply(401)

    async with http_server(forbidding) as server:
        session, _ = make_session(server.url, SECRETS, auth=oauth(server.url))
        async with session:
            answers = [await session.send(ask(f"/{n}")) for n in range(5)]
    assert [answer.status for answer in answers] == [401] * 5
    assert tokens.issued == 1


async def test_an_operation_that_always_answers_401_costs_one_token_and_spoils_no_other() -> None:
    tokens = TokenServer()

    def picky(got: Got) -> bytes:
        return reply(401) if got.target == "/never" else tokens(got)

    async with http_server(picky) as server:
        session, recorder = make_session(server.url, SECRETS, auth=oauth(server.url))
        async with session:
            assert (await session.send(ask("/good"))).status == 200
            assert [(await session.send(ask("/never"))).status for _ in range(3)] == [401] * 3
            assert (await session.send(ask("/good"))).status == 200
    assert tokens.issued == 2
    assert recorder.roles == ["token", "primary", "primary", "token", "challenge", "primary", "primary", "primary"]


async def test_a_denied_token_is_asked_for_once_and_blocks_the_account_but_not_the_anonymous() -> None:
    async with http_server(
        lambda got: reply(400, b'{"error": "invalid_client"}', JSON) if got.target == "/token" else reply()
    ) as server:
        session, recorder = make_session(server.url, SECRETS, auth=oauth(server.url))
        async with session:
            for _ in range(3):
                with pytest.raises(ScopeError, match="invalid_client") as refusal:
                    await session.send(ask())
                assert refusal.value.reason == Blocker.DENIED
            assert (await session.send(ask(identity=Identity.ANONYMOUS))).status == 200
    assert recorder.roles == ["token", "primary"]


async def test_a_token_endpoint_that_cannot_be_reached_is_no_denial() -> None:
    async with http_server(lambda got: reply()) as server:
        auth = oauth(token_url="http://127.0.0.1:1/token")
        session, recorder = make_session(server.url, SECRETS, auth=auth)
        async with session:
            with pytest.raises(ScopeError) as refusal:
                await session.send(ask())
    assert refusal.value.reason == Blocker.NO_CREDENTIAL
    assert recorder.exchanges[0].failure is not None


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("", "/.well-known/oauth-authorization-server"),
        ("realms/plm", "/.well-known/oauth-authorization-server/realms/plm"),
        ("realms/plm", "/realms/plm/.well-known/openid-configuration"),
    ],
)
async def test_the_token_endpoint_is_found_through_the_issuer(issuer: str, place: str) -> None:
    tokens = TokenServer()
    url = ""

    def answer(got: Got) -> bytes:
        if got.target == place:
            return reply(200, json.dumps({"issuer": f"{url}{issuer}", "token_endpoint": f"{url}token"}).encode(), JSON)
        return reply(404) if ".well-known" in got.target else tokens(got)

    async with http_server(answer) as server:
        url = server.url
        session, recorder = make_session(url, SECRETS, auth=oauth(issuer=f"{url}{issuer}"))
        async with session:
            assert (await session.send(ask())).status == 200
    assert set(recorder.roles[:-1]) == {"token"}


async def test_metadata_of_another_issuer_is_not_believed() -> None:
    body = b'{"issuer": "https://evil.example", "token_endpoint": "https://evil.example/token"}'
    async with http_server(lambda got: reply(200, body, JSON)) as server:
        session, _ = make_session(server.url, SECRETS, auth=oauth(issuer=server.url))
        async with session:
            with pytest.raises(ScopeError, match=r"evil\.example") as refusal:
                await session.send(ask())
    assert refusal.value.reason == Blocker.NO_CREDENTIAL


async def test_a_token_endpoint_out_of_scope_gets_no_secret() -> None:
    async with http_server(
        lambda got: reply(200, json.dumps({"issuer": url, "token_endpoint": "https://evil.example/token"}).encode(), JSON)
    ) as server:
        url = server.url
        session, recorder = make_session(server.url, SECRETS, auth=oauth(issuer=server.url))
        async with session:
            with pytest.raises(ScopeError) as refusal:
                await session.send(ask())
    assert refusal.value.reason == Blocker.OUT_OF_SCOPE
    assert len(recorder.exchanges) == 1


async def test_a_browser_session_is_taken_over() -> None:
    lines = [
        "# Netscape HTTP Cookie File",
        "",
        "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tSID\tsession-from-browser",
        "other.example\tFALSE\t/\tFALSE\t0\tSID\tsession-of-another",
    ]
    secrets = {"file:cookies": "\n".join(lines), "env:HEADER": "header-from-browser"}
    async with http_server(lambda got: reply(200, got.header("cookie").encode())) as server:
        auth = BrowserAuth("file:cookies", (("X-Auth", "env:HEADER"),))
        session, recorder = make_session(server.url, secrets, auth=auth)
        async with session:
            await session.send(ask())
            await session.send(ask(identity=Identity.ANONYMOUS))
    assert [got.header("cookie") for got in server.seen] == ["SID=session-from-browser", ""]
    assert [got.header("x-auth") for got in server.seen] == ["header-from-browser", ""]
    assert b"from-browser" not in recorder.everything


async def test_a_cookie_file_in_another_format_is_named_with_its_line() -> None:
    session, _ = make_session("http://127.0.0.1:1/", {"file:c": "# x\n[{}]"}, auth=BrowserAuth("file:c", ()))
    with pytest.raises(UsageError, match="line 2"):
        async with session:
            pass


async def test_credentials_do_not_leave_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with http_server(lambda got: reply()) as plain:
        away = f"http://localhost:{plain.port}/"
        async with http_server(lambda got: reply(302, b"", ("Location", away)), server_side(authority)) as server:
            session, _ = make_session(
                server.url,
                SECRETS,
                auth=BearerAuth("env:KEY", "Bearer"),
                scope=Scope((f"localhost:{plain.port}",), (), (), ()),
                transport=Transport("", "", str(tmp_path / "ca.pem"), "", "", True),
            )
            async with session:
                exchange = await session.send(ask())
    assert exchange.status == 200
    assert server.seen[0].header("authorization") == "Bearer k3y-of-ten-signs"
    assert plain.seen[0].header("authorization") == ""
