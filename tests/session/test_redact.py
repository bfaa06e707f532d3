"""Does no secret reach the recorder, in whatever form it comes back, and does nothing else change?"""

import base64
import gzip
import html
import json
import random
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.model import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    Effect,
    Exchange,
    FailureKind,
    LoginAuth,
    OAuth2Auth,
    Redact,
    Response,
)
from cpo_probe.session.redact.forms import Finder, forms
from cpo_probe.session.redact.places import matches, pattern, pointer, scalars, text
from tests.session.support import Got, Recorder, ask, http_server, make_session, raw_server, read_request, reply

SECRET = 'pä$s/w+rd "q" & <ü> \\ 42'
SECRETS = {"env:USER": "plm-user-1", "env:WORD": SECRET}
JSON = ("Content-Type", "application/json")


def every_form(secret: str, user: str = "plm-user-1") -> dict[str, bytes]:
    """Written down independently of the code under test."""
    plain = secret.encode()
    return {
        "plain": plain,
        "latin-1": secret.encode("latin-1"),
        "quoted": quote(secret).encode(),
        "quoted fully": quote(secret, safe="").encode(),
        "quoted as form": quote_plus(secret).encode(),
        "quoted in lower case": "".join(
            c if c.isalnum() and c.isascii() else "".join(f"%{b:02x}" for b in c.encode()) for c in secret
        ).encode(),
        "json": json.dumps(secret)[1:-1].encode(),
        "json in utf-8": json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
        "json with slashes": json.dumps(secret)[1:-1].replace("/", "\\/").encode(),
        "html": html.escape(secret).encode(),
        "base64": base64.b64encode(plain),
        "base64 after a name": base64.b64encode(f"{user}:".encode() + plain),
        "base64 after two": base64.b64encode(b"ab" + plain + b"xyz"),
        "base64url": base64.urlsafe_b64encode(b"a" + plain),
    }


def traces(data: bytes) -> list[str]:
    """The forms of the secret that are in there; of base64 its inner part, which is the same at any end."""
    found = [name for name, form in every_form(SECRET).items() if form in data]
    return found + [f"base64 core {n}" for n in range(3) if base64.b64encode(bytes(n) + SECRET.encode())[4:-4] in data]


async def record(answer: bytes, secrets: dict[str, str] | None = None, **changes: Any) -> tuple[Exchange, Recorder]:
    changes.setdefault("auth", BasicAuth("env:USER", "env:WORD"))
    url = changes.pop("ask", "/")
    async with http_server(lambda got: answer) as server:
        session, recorder = make_session(server.url, secrets or SECRETS, **changes)
        async with session:
            exchange = await session.send(ask(url))
    return exchange, recorder


@pytest.mark.parametrize("form", every_form(SECRET))
@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_no_form_of_a_secret_survives_in_a_body(form: str, coding: str) -> None:
    body = b'{"before": 1, "echo": "' + every_form(SECRET)[form] + b'", "after": 2}'
    sent = gzip.compress(body) if coding else body
    fields = [JSON] + ([("Content-Encoding", "gzip")] if coding else [])
    exchange, recorder = await record(reply(200, sent, *fields))
    stored = recorder.wires[0].response_body
    assert traces(stored + exchange.body + recorder.everything) == []
    assert exchange.body.startswith(b'{"before": 1, "echo": "')
    assert exchange.body.endswith(b'", "after": 2}')
    assert b"[redacted:" in exchange.body
    assert stored == exchange.body
    assert exchange.response is not None
    assert exchange.response.wire_bytes == len(sent)
    assert exchange.header("content-encoding") is None


@pytest.mark.parametrize("form", [name for name, form in every_form(SECRET).items() if form.isascii()])
async def test_no_form_of_a_secret_survives_in_head_or_reason(form: str) -> None:
    value = every_form(SECRET)[form].decode()
    exchange, recorder = await record(reply(200, b"", ("X-Echo", f"<{value}>"), reason=f"OK {value}"))
    assert traces(recorder.everything) == []
    assert "[redacted:" in (exchange.header("x-echo") or "")


async def test_a_secret_in_url_header_body_and_note_of_a_request_is_replaced() -> None:
    async with http_server(lambda got: reply()) as server:
        session, recorder = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"))
        async with session:
            await session.send(
                ask(
                    "/x",
                    "POST",
                    params=(("word", SECRET),),
                    headers=(("X-Word", quote(SECRET)), ("Content-Type", "application/json")),
                    body=json.dumps({"word": SECRET}).encode(),
                    effect=Effect.WRITE,
                    note={"argument": SECRET, "list": [{"deep": quote(SECRET)}], "n": 1},
                )
            )
    assert quote(SECRET, "/").encode() in server.seen[0].header("x-word").encode()
    assert traces(recorder.everything) == []
    exchange = recorder.exchanges[0]
    assert "%5Bredacted:" in exchange.request.url
    assert exchange.note["n"] == 1
    assert {span.part for span in exchange.redacted} >= {"request.url", "request.header", "request.body"}


async def test_every_echo_of_the_whole_request_is_clean() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(reply(200, head * 3, ("Content-Type", "message/http")))
        await writer.drain()
        await reader.read()

    async with raw_server(talk) as server:
        session, recorder = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"))
        async with session:
            exchange = await session.send(ask())
    assert b"Authorization: Basic " in exchange.body
    assert traces(recorder.everything) == []


async def test_a_failure_that_quotes_a_secret_is_clean() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + SECRET.encode() + b"\r\n\r\n")

    async with raw_server(talk) as server:
        session, recorder = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"))
        async with session:
            exchange = await session.send(ask())
    assert exchange.failure is not None
    assert traces(recorder.everything) == []


async def test_a_body_cut_off_in_the_middle_of_a_secret_is_clean() -> None:
    half = SECRET.encode()[:20]
    async with http_server(lambda got: reply(200, b"x" * 80 + SECRET.encode())) as server:
        session, recorder = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"), wire_bytes=100)
        async with session:
            exchange = await session.send(ask())
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TOO_LARGE
    assert half not in recorder.everything
    assert exchange.body.startswith(b"x" * 80 + b"[redacted:")


async def test_a_plain_secret_under_a_false_coding_is_not_kept() -> None:
    exchange, recorder = await record(reply(200, b"your password: " + SECRET.encode(), ("Content-Encoding", "gzip")))
    assert exchange.failure is not None
    assert traces(recorder.everything) == []


async def test_short_secrets_are_replaced_by_position_only() -> None:
    exchange, recorder = await record(
        reply(200, b"admin is a word"), {"env:USER": "admin", "env:WORD": "admin"}, auth=BasicAuth("env:USER", "env:WORD")
    )
    assert exchange.body == b"admin is a word"
    assert base64.b64encode(b"admin:admin") not in recorder.everything


async def test_the_same_secret_has_the_same_placeholder_in_a_session_and_another_one_in_the_next() -> None:
    first, _ = await record(reply(200, SECRET.encode() + b"|" + quote(SECRET, safe="").encode()))
    second, _ = await record(reply(200, SECRET.encode() + b"|" + quote(SECRET, safe="").encode()))
    one, other = first.body.split(b"|")
    assert one == other
    assert first.body != second.body
    span = next(span for span in first.redacted if span.part == "response.body")
    assert one.decode() == f"[redacted:{span.digest[:8]}]"
    assert span.length == len(SECRET)


async def test_cookies_keep_their_names_and_attributes() -> None:
    cookie = ("Set-Cookie", "JSESSIONID=0123456789ABCDEF; Path=/; HttpOnly")
    async with http_server(lambda got: reply(200, b'<a href="/x;jsessionid=0123456789ABCDEF">', cookie)) as server:
        session, recorder = make_session(server.url)
        async with session:
            first = await session.send(ask())
            second = await session.send(ask())
    assert b"0123456789ABCDEF" not in recorder.everything
    assert server.seen[1].header("cookie") == "JSESSIONID=0123456789ABCDEF"
    value = first.header("set-cookie") or ""
    assert value.startswith("JSESSIONID=[redacted:")
    assert value.endswith("; Path=/; HttpOnly")
    assert second.request.header("cookie") == value.split(";")[0]


async def test_tokens_of_a_log_in_are_learned_and_never_written() -> None:
    tokens = {"access_token": "access-token-1", "refresh_token": "refresh-tok-1", "id_token": "short", "session_id": "S1"}

    def answer(got: Got) -> bytes:
        if got.target == "/token":
            return reply(200, json.dumps({**tokens, "expires_in": 60, "token_type": "Bearer"}, indent=1).encode(), JSON)
        return reply(200, b"your token is access-token-1")

    auth = OAuth2Auth("client_credentials", "", "", "env:USER", "env:WORD", "post", "", "", "", ())
    async with http_server(answer) as server:
        session, recorder = make_session(server.url, SECRETS, auth=replace(auth, token_url=f"{server.url}token"))
        async with session:
            exchange = await session.send(ask())
    assert server.seen[1].header("authorization") == "Bearer access-token-1"
    assert traces(recorder.everything) == []
    for token in ("access-token-1", "refresh-tok-1"):
        assert token.encode() not in recorder.everything
    body = recorder.exchanges[0].json
    assert (body["expires_in"], body["token_type"]) == (60, "Bearer")
    assert all(body[name].startswith("[redacted:") for name in tokens)
    assert b"plm-user-1" not in recorder.everything
    assert exchange.body.startswith(b"your token is [redacted:")


async def test_short_passwords_of_a_log_in_are_replaced_in_its_request() -> None:
    for format in ("form", "json"):
        fields = (("user", "env:USER"), ("word", "env:WORD"), ("lang", "de"))
        async with http_server(lambda got: reply()) as server:
            auth = LoginAuth(f"{server.url}login", "POST", format, fields, "", "", "", (200,), "")
            session, recorder = make_session(server.url, {"env:USER": "joe", "env:WORD": "s3cr3t"}, auth=auth)
            async with session:
                await session.send(ask())
        assert b"s3cr3t" in server.seen[0].body
        assert b"s3cr3t" not in recorder.everything
        assert b"joe" not in recorder.wires[0].request_body
        assert b"de" in recorder.wires[0].request_body


async def test_declared_pointers_headers_and_parameters_are_replaced() -> None:
    body = json.dumps({"users": [{"mail": "a@x.de", "name": "A"}, {"mail": "b@x.de", "name": "B"}], "mail": "kept"}).encode()
    redact = Redact(("/users/*/mail",), ("X-License",), ("sig",))
    location = ("Location", "/next?sig=abc&x=1")
    exchange, recorder = await record(reply(200, body, JSON, ("X-License", "L-1"), location), redact=redact, ask="/x?sig=abc&x=1")
    assert [user["name"] for user in exchange.json["users"]] == ["A", "B"]
    assert all(user["mail"].startswith("[redacted:") for user in exchange.json["users"])
    assert exchange.json["mail"] == "kept"
    assert (exchange.header("x-license") or "").startswith("[redacted:")
    assert (exchange.header("location") or "").startswith("/next?sig=%5Bredacted:")
    assert "sig=%5Bredacted:" in exchange.request.url
    assert "x=1" in exchange.request.url
    names = {(span.part, span.name) for span in exchange.redacted}
    assert {("response.body", "/users/0/mail"), ("response.header", "X-License"), ("request.url", "sig")} <= names
    assert b"sig=abc" not in recorder.everything


async def test_an_api_key_in_the_query_is_replaced_in_links_even_when_it_is_short() -> None:
    link = ("Link", '</x?page=2&key=k1>; rel="next"')
    exchange, recorder = await record(reply(200, b"", link), {"env:K": "k1"}, auth=ApiKeyAuth("key", "env:K", "query"))
    assert b"key=k1" not in recorder.everything
    assert (exchange.header("link") or "").startswith("</x?page=2&key=%5Bredacted:")


async def test_a_description_that_only_speaks_of_tokens_is_left_alone() -> None:
    body = json.dumps({"properties": {"access_token": {"type": "string"}, "x": {"access_token": "string"}}}).encode()
    exchange, _ = await record(reply(200, body, JSON))
    assert exchange.body == body
    exchange, _ = await record(reply(200, b'{"access_token": "eyJhbGciOiJIUzI1NiJ9.abc"}', JSON))
    assert exchange.body.startswith(b'{"access_token": "[redacted:')


async def test_a_big_body_is_searched_too() -> None:
    body = b'{"pad": "' + b"x" * 600_000 + b'", "word": ' + json.dumps(SECRET).encode() + b"}"
    exchange, recorder = await record(reply(200, body, JSON))
    assert traces(exchange.body + recorder.wires[0].response_body) == []
    assert exchange.body.startswith(b'{"pad": "xxx')


async def test_without_secrets_nothing_is_touched() -> None:
    body = random.Random(3).randbytes(5000)
    exchange, recorder = await record(reply(200, body, ("ETag", '"x"')), {}, auth=BearerAuth("not-a-reference", "Bearer"))
    assert exchange.body == recorder.wires[0].response_body == body
    assert {(span.part, span.name) for span in exchange.redacted} == {("request.header", "Authorization")}
    assert isinstance(exchange.response, Response)
    assert exchange.response.header("etag") == '"x"'


@given(st.text(min_size=8, max_size=30).filter(lambda text: "\x00" not in text), st.binary(max_size=7), st.binary(max_size=7))
@settings(max_examples=200, deadline=None)
def test_base64_gives_every_secret_away_at_any_alignment(secret: str, before: bytes, after: bytes) -> None:
    try:
        data = secret.encode()
    except UnicodeEncodeError:
        return
    coded = base64.b64encode(before + data + after)
    assert any(form in coded for form in forms(secret))


ENCODERS = (
    lambda sign: sign.encode(),
    lambda sign: quote(sign, safe="").encode(),
    lambda sign: quote(sign, safe="").lower().encode() if not sign.isalnum() else sign.encode(),
    lambda sign: json.dumps(sign)[1:-1].encode(),
    lambda sign: html.escape(sign).encode(),
    lambda sign: f"&#{ord(sign)};".encode() if not sign.isalnum() else sign.encode(),
)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=8, max_size=20), st.randoms())
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_escapes_is_found_and_replaced(secret: str, choice: random.Random) -> None:
    mixed = b"".join(choice.choice(ENCODERS)(sign) for sign in secret)
    finder = Finder(secret)
    assert finder.hit(b"<" + mixed + b">")
    assert finder.replace(b"<" + mixed + b">", b"#") == b"<#>"


def test_short_texts_have_no_forms() -> None:
    assert forms("1234567") == frozenset()


def test_values_are_found_where_their_pointers_say() -> None:
    body = b' { "a" : [1, {"b/c": "x\\"y"}, [], {}, null], "a~": {"": true}, "\\u0061b": "z" } '
    found = {pointer(item.path): body[item.start : item.end] for item in scalars(body)}
    assert found == {
        "/a/0": b"1",
        "/a/1/b~1c": b'"x\\"y"',
        "/a/4": b"null",
        "/a~0/": b"true",
        "/ab": b'"z"',
    }
    assert text(b'"x\\"\\u00e4\\n"') == 'x"ä\n'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
@settings(max_examples=50, deadline=None)
def test_every_scalar_of_every_json_text_is_found_in_its_place(value: Any) -> None:
    def walk(item: Any, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], Any]]:
        if isinstance(item, dict):
            return [found for key, inner in item.items() for found in walk(inner, (*path, key))]
        if isinstance(item, list):
            return [found for key, inner in enumerate(item) for found in walk(inner, (*path, str(key)))]
        return [(path, item)]

    for ascii_only in (True, False):
        try:
            body = json.dumps(value, ensure_ascii=ascii_only).encode()
        except UnicodeEncodeError:
            return
        if b"\\ud" in body:  # lone surrogates and pairs have no UTF-8 of their own
            continue
        found = [(item.path, json.loads(body[item.start : item.end])) for item in scalars(body)]
        assert found == walk(value, ())


def test_a_string_cut_off_at_the_end_is_found_too() -> None:
    body = b'{"access_token": "abc\\'
    assert [(item.path, body[item.start : item.end]) for item in scalars(body)] == [(("access_token",), b'"abc\\')]


@pytest.mark.parametrize("body", [b"", b"}}]],,::", b'"', b"[" * 100_000, b'{"a"' * 1000, b"\xff\xfe{", b"a b c"])
def test_what_is_no_json_does_no_harm(body: bytes) -> None:
    assert all(0 <= item.start < item.end <= len(body) for item in scalars(body))


@pytest.mark.parametrize(
    ("path", "wanted", "fits"),
    [
        ("/a/0/b", "/a/*/b", True),
        ("/a/0/b/c", "/a/*/b", True),
        ("/a/0", "/a/*/b", False),
        ("/a~1b", "/a~1b", True),
        ("/x", "#/x", True),
    ],
)
def test_pointers_match_places_and_what_lies_below(path: str, wanted: str, fits: bool) -> None:
    assert matches(pattern(path), pattern(wanted)) is fits
