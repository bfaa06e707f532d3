"""Do SOAP messages carry the account's proof in their header, a new one each, and does nothing of it reach the record?"""

import base64
import hashlib
import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree

from cpo_probe.errors import ScopeError
from cpo_probe.model import BasicAuth, Blocker, Effect, Freshness, Identity, Logout, SoapLoginAuth, UsernameTokenAuth
from cpo_probe.session.auth.blocks import Piece, stamped
from cpo_probe.session.auth.soap_login import filled, session_element
from cpo_probe.session.auth.username_token import WSSE, WSU, UsernameToken
from tests.session.support import Got, Recorder, ask, http_server, make_session, reply

PASSWORD = 'pä$s/w+rd "q" & <ü> 42'
SECRETS = {"env:USER": "jörg", "env:WORD": PASSWORD, "env:SHORT": "tiger"}
SPACES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
XML = ("Content-Type", "text/xml; charset=utf-8")
MESSAGE = (
    f'<?xml version="1.0"?>\n<s:Envelope xmlns:s="{SPACES["1.1"]}"><s:Body><q xmlns="urn:q"/></s:Body></s:Envelope>'.encode()
)


def token(**changes: Any) -> UsernameTokenAuth:
    made = UsernameTokenAuth("env:USER", "env:WORD", digest=True, nonce=True, lifetime=0, must_understand=True, basic=False)
    return replace(made, **changes)


def post(body: bytes = MESSAGE, **changes: Any) -> Any:
    return ask("/ws", "POST", body=body, headers=(XML,), effect=Effect.WRITE, **changes)


def security(body: bytes) -> etree._Element:
    """The header block of a message, which must be the only one."""
    root = etree.fromstring(body)
    (block,) = root.findall("{*}Header/{*}Security")
    assert [etree.QName(child).localname for child in root] == ["Header", "Body"]
    return block


def parts(body: bytes) -> tuple[str, str, str]:
    """Password, nonce and time of the token, as they were sent."""
    found = security(body).find(f"{{{WSSE}}}UsernameToken")
    assert found is not None
    assert found.findtext(f"{{{WSSE}}}Username") == "jörg"
    names = (f"{{{WSSE}}}Password", f"{{{WSSE}}}Nonce", f"{{{WSU}}}Created")
    password, nonce, created = (found.findtext(name) or "" for name in names)
    return password, nonce, created


async def talk(answer: Any = None, auth: Any = None, asks: tuple[Any, ...] = (), **changes: Any) -> tuple[list[Got], Recorder]:
    async with http_server(answer or (lambda got: reply(200, b"<ok/>", XML))) as server:
        session, recorder = make_session(server.url, SECRETS, auth=auth or token(), **changes)
        async with session:
            for one in asks or (post(),):
                await session.send(one)
    return server.seen, recorder


async def test_a_digest_is_that_of_nonce_time_and_password_and_new_with_each_message() -> None:
    seen, _ = await talk(asks=(post(), post()))
    proofs = [parts(got.body) for got in seen]
    for password, nonce, created in proofs:
        whole = base64.b64decode(nonce) + created.encode() + PASSWORD.encode()
        assert password == base64.b64encode(hashlib.sha1(whole, usedforsecurity=False).digest()).decode()
        assert len(base64.b64decode(nonce)) == 16
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)
    assert proofs[0][1] != proofs[1][1]
    assert [got.header("content-length") for got in seen] == [str(len(got.body)) for got in seen]


@pytest.mark.parametrize("nonce", [True, False])
async def test_a_password_as_text_is_the_password(nonce: bool) -> None:
    seen, _ = await talk(auth=token(digest=False, nonce=nonce))
    password, number, created = parts(seen[0].body)
    assert password == PASSWORD
    assert (bool(number), bool(created)) == (nonce, nonce)


def test_what_stands_in_the_block_is_what_the_profile_and_the_basic_security_profile_want() -> None:
    moment = datetime(2026, 3, 1, 8, 0, 0, 123999, UTC)
    made = UsernameToken("a&b", "<>", digest=False, lifetime=90, now=lambda: moment)
    block = security(stamped(MESSAGE, made).body)
    assert block.get(f"{{{SPACES['1.1']}}}mustUnderstand") == "1"
    times = [(etree.QName(node).localname, node.text) for node in block.iterfind(f"{{{WSU}}}Timestamp/*")]
    assert times == [("Created", "2026-03-01T08:00:00.123Z"), ("Expires", "2026-03-01T08:01:30.123Z")]
    (user,) = block.findall(f"{{{WSSE}}}UsernameToken")
    assert [etree.QName(node).localname for node in user] == ["Username", "Password", "Nonce", "Created"]
    assert [user[0].text, user[1].text] == ["a&b", "<>"]
    assert str(user[1].get("Type")).endswith("oasis-200401-wss-username-token-profile-1.0#PasswordText")
    assert str(user[2].get("EncodingType")).endswith("oasis-200401-wss-soap-message-security-1.0#Base64Binary")
    plain = security(stamped(MESSAGE, UsernameToken("a", "b", digest=False, must_understand=False)).body)
    assert not any("mustUnderstand" in str(name) for name in plain.attrib)


async def test_the_same_message_sent_elsewhere_gets_a_proof_of_its_own() -> None:
    def answer(got: Got) -> bytes:
        return reply(307, b"", ("Location", "/there")) if got.target == "/ws" else reply(200, b"<ok/>", XML)

    seen, recorder = await talk(answer)
    assert recorder.roles == ["primary", "redirect"]
    assert parts(seen[0].body)[1] != parts(seen[1].body)[1]


async def test_strangers_and_what_is_no_soap_message_carry_none() -> None:
    asks = (
        post(identity=Identity.ANONYMOUS),
        post(b'<Envelope xmlns="http://www.opengis.net/gml"><a/></Envelope>'),
        post(b'{"Envelope": 1}'),
        ask("/ws?wsdl"),
    )
    seen, _ = await talk(asks=asks)
    assert [got.body for got in seen] == [one.body for one in asks]
    assert not any(got.header("authorization") for got in seen)


async def test_nobody_has_a_token_of_nobody_in_the_form_of_the_real_one() -> None:
    seen, _ = await talk(asks=(post(identity=Identity.NOBODY),))
    assert b"PasswordDigest" in seen[0].body
    assert "jörg".encode() not in seen[0].body


async def test_the_same_account_goes_as_http_basic_where_the_profile_says_so() -> None:
    seen, _ = await talk(auth=token(basic=True), asks=(ask("/ws?wsdl"), post()))
    assert base64.b64decode(seen[0].header("authorization").removeprefix("Basic ")).decode() == f"jörg:{PASSWORD}"
    assert parts(seen[1].body)


def echoing(got: Got) -> bytes:
    """Sends back all it got: as it was, escaped as text, and its parts in a header."""
    text = html.escape(got.body.decode())
    body = got.body.split(b"?>", 1)[-1] + f"<debug>{text}</debug>".encode()
    return reply(200, b"<all>" + body + b"</all>", XML)


@pytest.mark.parametrize("digest", [True, False])
@pytest.mark.parametrize("word", ["env:WORD", "env:SHORT"])
async def test_no_part_of_the_proof_is_recorded_even_when_the_server_sends_it_back(digest: bool, word: str) -> None:
    seen, recorder = await talk(echoing, token(digest=digest, password=word, lifetime=60))
    password, nonce, _ = parts(seen[0].body)
    kept = recorder.everything
    assert nonce.encode() not in kept
    if digest or word == "env:WORD":
        for form in (password, html.escape(password)):
            assert form.encode() not in kept
    request = recorder.exchanges[0].request.body
    assert request == recorder.wires[0].request_body
    hidden = security(request)
    for name in (f"{{{WSSE}}}Password", f"{{{WSSE}}}Nonce", f"{{{WSU}}}Created"):
        assert (hidden.findtext(f"{{{WSSE}}}UsernameToken/{name}") or "").startswith("[redacted:")
    assert hidden.findtext(f"{{{WSSE}}}UsernameToken/{{{WSSE}}}Username") == "jörg"
    assert hidden.find(f"{{{WSU}}}Timestamp/{{{WSU}}}Expires") is not None
    assert re.search(rb"<wsse:Password [^>]*>(?!\[redacted)", recorder.exchanges[0].body) is None
    assert {span.name for span in recorder.exchanges[0].redacted} >= {"Password", "Nonce", "Created"}


async def test_a_message_that_is_cut_off_is_still_signed_and_still_clean() -> None:
    seen, recorder = await talk(asks=(post(MESSAGE[:-30]),))
    assert b"</wsse:Security>" in seen[0].body
    nonce = re.search(rb"<wsse:Nonce[^>]*>([^<]+)<", seen[0].body)
    assert nonce is not None
    assert nonce[1] not in recorder.everything


BLOCK = (Piece("<h>"), Piece("ü-secret", "key"), Piece("</h>"))


@pytest.mark.parametrize("version", SPACES)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<e:Envelope xmlns:e="{}"><e:Body/>', "{start}<e:Header><h>ü-secret</h></e:Header><e:Body/>"),
        ('<e:Envelope xmlns:e="{}">\n <e:Header><a/></e:Header>', "{start}\n <e:Header><h>ü-secret</h><a/></e:Header>"),
        ("<e:Envelope a='>' xmlns:e='{}'><e:Header/>", ""),
        ("<e:Envelope xmlns:e='{}'><e:Header/>", "{start}<e:Header><h>ü-secret</h></e:Header>"),
        ("<e:Envelope xmlns:e='{}'><e:Header  b='c' /><e:Body/>", "{start}<e:Header  b='c' ><h>ü-secret</h></e:Header><e:Body/>"),
        ('<Envelope xmlns="{}"><Header>', "{start}<Header><h>ü-secret</h>"),
        ('<!DOCTYPE Envelope><Envelope xmlns:f="x" xmlns="{}"><Body>', "{start}<Header><h>ü-secret</h></Header><Body>"),
        ('<Envelope xmlns:e="{}"><Body>', ""),
        ('<e:Envelope xmlns:e="{}"/>', ""),
        ('<e:Envelope xmlns:e="{}', ""),
    ],
)
def test_the_block_comes_first_in_the_header_whatever_the_message_looks_like(version: str, before: str, after: str) -> None:
    body = before.format(SPACES[version]).encode()
    made = stamped(body, lambda namespace: BLOCK)
    if not after:
        assert (made.body, made.hidden) == (body, ())
        return
    start = re.search(r"^.*?Envelope [^>]*>|^<!.*?><[^>]*>", before.format(SPACES[version]))
    assert start is not None
    first = start[0] if not before.startswith("<!") else before.format(SPACES[version]).partition("<Body>")[0]
    assert made.body.decode() == after.format(start=first)
    (hidden,) = made.hidden
    assert made.body[hidden.start : hidden.end].decode() == "ü-secret" == hidden.text


LOGIN = '<logIn xmlns="urn:s"><user>{user}</user><word>{word}</word><keep>{other}</keep></logIn>'


def login(url: str, **changes: Any) -> SoapLoginAuth:
    made = SoapLoginAuth(
        url=f"{url}session",
        version="1.1",
        action="urn:logIn",
        message=LOGIN,
        fields=(("user", "env:USER"), ("word", "env:WORD")),
        session=".//{urn:s}sessionID",
        header='<t:sessionID xmlns:t="urn:s">{session}</t:sessionID>',
        success_cookie="",
        expired="Not authorized",
    )
    return replace(made, **changes)


def envelope(body: str, header: str = "") -> bytes:
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{SPACES["1.1"]}">{head}<s:Body>{body}</s:Body></s:Envelope>'.encode()


FAULT = envelope("<s:Fault><faultcode>s:Server</faultcode><faultstring>Not authorized.</faultstring></s:Fault>")


class Sessions:
    """A service whose sessions are ids in a header, or cookies. `valid` is the session of now."""

    def __init__(self, *, cookie: bool = False, number: str = "session-no-{}-&amp;x", right: str = PASSWORD) -> None:
        self.valid = ""
        self.messages: list[etree._Element] = []
        self._cookie, self._number, self._right = cookie, number, right

    def __call__(self, got: Got) -> bytes:
        root = etree.fromstring(got.body)
        said = root.find("{*}Body/*")
        assert said is not None
        kind = etree.QName(said).localname
        if kind == "logIn":
            self.messages.append(root)
            if said.findtext("{urn:s}word") != self._right:
                return reply(200, FAULT, XML)
            self.valid = self._number.format(len(self.messages))
            if self._cookie:
                return reply(200, envelope("<done/>"), XML, ("Set-Cookie", f"SID={self.valid}; Path=/"))
            return reply(200, envelope("<r/>", f'<x:sessionID xmlns:x="urn:s">{self.valid}</x:sessionID>'), XML)
        shown = root.findtext("{*}Header/{urn:s}sessionID") or got.header("cookie").removeprefix("SID=")
        if not self.valid or html.escape(shown) not in (self.valid, html.escape(self.valid)):
            return reply(200, FAULT, XML)
        if kind == "logOut":
            self.messages.append(root)
            self.valid = ""
        return reply(200, envelope("<in/>", f'<x:sessionID xmlns:x="urn:s">{self.valid}</x:sessionID>'), XML)


def logout(url: str) -> Logout:
    return Logout("POST", f"{url}session", envelope('<logOut xmlns="urn:s"/>').decode(), (XML, ("SOAPAction", '""')))


@pytest.mark.parametrize("number", ["session-no-{}-&amp;x", "n{}"])
async def test_a_session_id_goes_in_the_header_of_all_messages_and_the_log_out_ends_it(number: str) -> None:
    sessions = Sessions(number=number)
    async with http_server(sessions) as server:
        session, recorder = make_session(server.url, SECRETS, auth=login(server.url), logout=logout(server.url))
        async with session:
            answers = [await session.send(post()) for _ in range(2)]
            valid = sessions.valid
    assert [b"<in/>" in answer.body for answer in answers] == [True, True]
    assert recorder.roles == ["login", "primary", "primary", "logout"]
    assert sessions.valid == ""
    assert server.seen[0].header("soapaction") == '"urn:logIn"'
    asked = sessions.messages[0].find("{*}Body/*")
    assert asked is not None
    assert [(child.text or "") for child in asked] == ["jörg", PASSWORD, "{other}"]
    shown = [re.search(rb"sessionID[^>]*>([^<]*)<", e.request.body) for e in recorder.exchanges[1:]]
    assert all(one is not None and one[1].startswith(b"[redacted:") for one in shown)
    for secret in (PASSWORD, html.escape(PASSWORD, quote=False), f">{valid}<", f">{html.unescape(valid)}<"):
        assert secret.encode() not in recorder.everything


async def test_a_session_in_a_cookie_needs_no_header() -> None:
    sessions = Sessions(cookie=True, number="session-number-0{}")
    async with http_server(sessions) as server:
        auth = login(server.url, session="", header="", success_cookie="SID")
        session, recorder = make_session(server.url, SECRETS, auth=auth, logout=logout(server.url))
        async with session:
            answer = await session.send(post())
    assert b"<in/>" in answer.body
    assert b"Header" not in server.seen[1].body
    assert sessions.valid == ""
    assert b"session-number-01" not in recorder.everything


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fields": (("user", "env:USER"), ("word", "env:SHORT"))}, "Not authorized"),
        ({"session": ".//{urn:s}other"}, "without a session id"),
        ({"success_cookie": "SID"}, "without the cookie SID"),
    ],
)
async def test_a_log_in_that_is_refused_is_tried_once(changes: dict[str, Any], said: str) -> None:
    sessions = Sessions()
    async with http_server(sessions) as server:
        session, _ = make_session(server.url, SECRETS, auth=login(server.url, **changes))
        async with session:
            for _ in range(3):
                with pytest.raises(ScopeError, match=said) as refusal:
                    await session.send(post())
                assert refusal.value.reason == Blocker.DENIED
    assert len(sessions.messages) == 1


async def test_a_session_that_ran_out_is_renewed_where_the_profile_says_how_it_shows() -> None:
    for expired, worked in (("Not authorized", True), ("", False)):
        sessions = Sessions()
        async with http_server(sessions) as server:
            session, recorder = make_session(server.url, SECRETS, auth=login(server.url, expired=expired))
            async with session:
                await session.send(post())
                sessions.valid = ""
                answer = await session.send(post())
        assert (b"<in/>" in answer.body) is worked
        assert ("challenge" in recorder.roles) is worked


async def test_soap_1_2_has_its_own_media_type_and_no_header_field_for_the_action() -> None:
    sessions = Sessions()
    async with http_server(sessions) as server:
        session, _ = make_session(server.url, SECRETS, auth=login(server.url, version="1.2"))
        async with session:
            await session.send(post())
    first = server.seen[0]
    assert first.header("content-type") == 'application/soap+xml; charset=utf-8; action="urn:logIn"'
    assert (first.header("soapaction"), SPACES["1.2"].encode() in first.body) == ("", True)


def test_only_known_names_in_braces_are_filled_in() -> None:
    pieces = filled("<a b='{x}'>{y}{z}</a>", {"x": 'q"', "y": "<"}, {"y"})
    assert "".join(piece.text for piece in pieces) == "<a b='q&quot;'>&lt;{z}</a>"
    assert [piece.secret for piece in pieces if piece.secret] == ["y"]


@pytest.mark.parametrize(
    ("path", "name"), [(".//{urn:s}sessionID", "sessionID"), ("{*}Header/{*}a/{*}id[1]", "id"), (".//*", ""), ("", "")]
)
def test_the_name_of_the_element_with_the_session_is_that_at_the_end_of_its_path(path: str, name: str) -> None:
    assert session_element(path) == name


def test_a_message_expires_after_the_seconds_of_the_profile() -> None:
    moment = datetime.now(UTC)
    made = UsernameToken("a", "b", digest=True, lifetime=30, now=lambda: moment)
    block = security(stamped(MESSAGE, made).body)
    ends = datetime.fromisoformat(block.findtext(f"{{{WSU}}}Timestamp/{{{WSU}}}Expires") or "")
    assert timedelta(seconds=29) < ends - moment <= timedelta(seconds=30)


async def test_a_token_that_is_wrong_on_purpose_is_used_or_expired() -> None:
    asks = (post(), post(token=Freshness.USED), post(token=Freshness.EXPIRED), post())
    seen, recorder = await talk(asks=asks)
    proofs = [parts(got.body) for got in seen]
    assert proofs[0] == proofs[1]
    assert len({proof[1] for proof in proofs}) == 3
    for password, nonce, created in proofs:
        whole = base64.b64decode(nonce) + created.encode() + PASSWORD.encode()
        assert password == base64.b64encode(hashlib.sha1(whole, usedforsecurity=False).digest()).decode()
        assert nonce.encode() not in recorder.everything
    old = [datetime.now(UTC) - datetime.fromisoformat(created) > timedelta(hours=23) for _, _, created in proofs]
    assert old == [False, False, True, False]
    ends = security(seen[2].body).findtext(f"{{{WSU}}}Timestamp/{{{WSU}}}Expires")
    assert datetime.fromisoformat(ends or "") < datetime.now(UTC) - timedelta(hours=23)


async def test_an_account_without_tokens_has_none_that_is_used() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, SECRETS, auth=BasicAuth("env:USER", "env:WORD"))
        async with session:
            with pytest.raises(ScopeError, match="WS-Security"):
                await session.send(post(token=Freshness.USED))
    assert server.seen == []
