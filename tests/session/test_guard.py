"""Does nothing leave that may not leave?"""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, Effect, Identity, Interface, OAuth2Auth, Operation, Permissions, ReadingPost, Scope
from cpo_probe.session import Session
from cpo_probe.session.guard import Guard
from tests.session.support import (
    ALLOW,
    LIMITS,
    Names,
    Recorder,
    Secrets,
    ask,
    http_server,
    make_plan,
    make_session,
    make_target,
    reply,
)

NOTHING = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=False)


def guard(scope: Scope | None = None, base: str = "https://plm.example.com/app/", permissions: Permissions = ALLOW) -> Guard:
    return Guard(make_plan(make_target(base, scope=scope or Scope((), (), (), ())), permissions))


def operation(method: str, effect: Effect) -> Operation:
    return Operation(f"{method} /x", "i", "", method, "/x", (), effect, (), "", False, None)


@pytest.mark.parametrize(
    "url",
    [
        "https://plm.example.com/",
        "https://plm.example.com:443/app/items",
        "http://plm.example.com/",
        "https://PLM.example.com./",
        "https://files.example.com:8443/x",
        "https://docs.example.com/x",
    ],
)
def test_the_target_and_the_named_hosts_are_in_scope(url: str) -> None:
    guard(Scope(("files.example.com:8443", "docs.example.com"), (), (), ())).place(httpx.URL(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://plm.example.com.evil.example/",
        "https://sub.plm.example.com/",
        "https://plm.example.com:8443/",
        "https://user:word@plm.example.com/",
        "https://docs.example.com:8443/",
        "https://docs.example.com@evil.example/",
    ],
)
def test_another_host_or_port_is_out_of_scope(url: str) -> None:
    with pytest.raises(ScopeError) as refusal:
        guard(Scope(("docs.example.com",), (), (), ())).place(httpx.URL(url))
    assert refusal.value.reason == Blocker.OUT_OF_SCOPE


def test_a_base_url_with_a_port_opens_that_port_alone() -> None:
    own = guard(base="http://127.0.0.1:8000/")
    own.place(httpx.URL("http://127.0.0.1:8000/x"))
    for port in (80, 443, 8001):
        with pytest.raises(ScopeError):
            own.place(httpx.URL(f"http://127.0.0.1:{port}/x"))


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/app", True),
        ("/app/items", True),
        ("/apps", False),
        ("/", False),
        ("/app/admin", False),
        ("/app/admin/users", False),
        ("/app/administration", True),
        ("/app/%61dmin/users", False),
        ("/app/../other", False),
        ("/app/%2e%2e/other", False),
        ("/app/..%2fother", False),
        ("/app/..%5cother", False),
        ("/app/%252e%252e/other", False),
        ("/app/admin;x=1/users", False),
        ("/app//admin/users", False),
        ("/app/x/../admin", False),
    ],
)
def test_path_prefixes_are_whole_segments(path: str, fits: bool) -> None:
    own = guard(Scope((), (), ("/app/",), ("/app/admin",)))
    if fits:
        own.place(httpx.URL(f"https://plm.example.com{path}"))
    else:
        with pytest.raises(ScopeError):
            own.place(httpx.URL(f"https://plm.example.com{path}"))


def test_a_prefix_may_begin_with_a_dot() -> None:
    own = guard(Scope((), (), ("/.well-known",), ()))
    own.place(httpx.URL("https://plm.example.com/.well-known/api-catalog"))
    with pytest.raises(ScopeError):
        own.place(httpx.URL("https://plm.example.com/well-known"))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "QUERY", "XPROBE"])
def test_reading_methods_and_invented_ones_read(method: str) -> None:
    guard(permissions=NOTHING).effect(method, Effect.READ, None)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "MKCOL", "LOCK", "delete"])
def test_changing_methods_write_whatever_the_probe_says(method: str) -> None:
    with pytest.raises(ScopeError) as refusal:
        guard(permissions=NOTHING).effect(method, Effect.READ, None)
    assert refusal.value.reason == Blocker.NEEDS_WRITE


def test_a_post_reads_where_the_operation_says_so() -> None:
    own = guard(permissions=NOTHING)
    own.effect("POST", Effect.READ, operation("POST", Effect.READ))
    with pytest.raises(ScopeError):
        own.effect("PUT", Effect.READ, operation("PUT", Effect.READ))
    with pytest.raises(ScopeError):
        own.effect("POST", Effect.READ, operation("GET", Effect.READ))


def reading_post(url: str, method: str = "POST", by: str = "odd.batch", **changes: Any) -> Effect | Blocker:
    """What the guard makes of it where the plan states that odd.batch reads by POST at $batch."""
    root = "https://plm.example.com/app/odd"
    plan = make_plan(make_target("https://plm.example.com/app/"), NOTHING)
    own = Guard(replace(plan, reading_posts=(ReadingPost("odd.batch", "$batch"),)))
    place = Interface("odd:/odd", "odd", root, "", "", "", (), None, "", {})
    try:
        own.ask(replace(ask(url, method, interface=place, **changes), probe=by), httpx.URL(url))
    except ScopeError as refusal:
        return Blocker(refusal.reason)
    return Effect.READ


def test_a_post_reads_where_the_plan_states_it_of_the_probe() -> None:
    assert reading_post("https://plm.example.com/app/odd/$batch") is Effect.READ


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("https://plm.example.com/app/odd/Items", {}),
        ("https://plm.example.com/app/odd/$batch/Items", {}),
        ("https://plm.example.com/app/$batch", {}),
        ("https://plm.example.com/app/odd/$batch?x-http-method=DELETE", {}),
        ("https://plm.example.com/app/odd/$batch", {"by": "odd.other"}),
        ("https://plm.example.com/app/odd/$batch", {"method": "PUT"}),
        ("https://plm.example.com/app/odd/$batch", {"effect": Effect.WRITE}),
        ("https://plm.example.com/app/odd/$batch", {"operation": operation("POST", Effect.WRITE)}),
    ],
)
def test_a_post_writes_anywhere_else_or_from_any_other_probe(url: str, changes: dict[str, Any]) -> None:
    assert reading_post(url, **changes) is Blocker.NEEDS_WRITE


async def test_a_post_that_the_plan_states_is_sent_and_recorded_as_reading() -> None:
    async with http_server(lambda got: reply()) as server:
        root = f"http://127.0.0.1:{server.port}/odd"
        place = Interface("odd:/odd", "odd", root, "", "", "", (), None, "", {})
        plan = make_plan(make_target(f"http://127.0.0.1:{server.port}/", limits=LIMITS), NOTHING)
        recorder = Recorder()
        async with Session(replace(plan, reading_posts=(ReadingPost("test", "$batch"),)), recorder, Secrets()) as session:
            await session.send(ask("$batch", "POST", interface=place, body=b"x"))
    (sent,) = recorder.exchanges
    assert (sent.request.method, sent.request.body, sent.effect) == ("POST", b"x", Effect.READ)


@pytest.mark.parametrize(
    ("effect", "blocker"),
    [(Effect.JOB, Blocker.NEEDS_JOB), (Effect.WRITE, Blocker.NEEDS_WRITE), (Effect.INTRUSIVE, Blocker.NEEDS_INTRUSIVE)],
)
def test_the_worse_of_probe_and_operation_counts(effect: Effect, blocker: Blocker) -> None:
    for asked, does in [(effect, Effect.READ), (Effect.READ, effect)]:
        with pytest.raises(ScopeError) as refusal:
            guard(permissions=NOTHING).effect("GET", asked, operation("GET", does))
        assert refusal.value.reason == blocker
        guard(permissions=ALLOW).effect("GET", asked, operation("GET", does))


def test_an_invented_method_on_a_writing_operation_reads() -> None:
    guard(permissions=NOTHING).effect("XPROBE", Effect.READ, operation("DELETE", Effect.WRITE))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1"),
        *(
            "168.63.129.16",
            "::1",
            "fe80::1%eth0",
            "fd00:ec2::254",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "ff02::1",
        ),
    ],
)
def test_private_and_metadata_addresses_are_refused_in_every_dress(address: str) -> None:
    with pytest.raises(ScopeError) as refusal:
        guard().admit("docs.example.com", [address])
    assert refusal.value.reason == Blocker.OUT_OF_SCOPE
    assert address in refusal.value.detail


def test_public_addresses_are_admitted_and_forbidden_ones_left_out() -> None:
    assert guard().admit("x", ["93.184.215.14", "10.0.0.1", "2606:2800:220:1::1"]) == ["93.184.215.14", "2606:2800:220:1::1"]


def test_a_private_target_is_its_own_address_and_no_other() -> None:
    own = guard()
    own.home(["10.0.0.5"])
    own.home(["10.0.0.6"])  # a name server that changes its mind
    assert own.admit("plm.example.com", ["10.0.0.5"]) == ["10.0.0.5"]
    with pytest.raises(ScopeError):
        own.admit("plm.example.com", ["10.0.0.6"])


def test_stated_addresses_replace_everything_else() -> None:
    own = guard(Scope((), ("10.0.0.0/8",), (), ()))
    assert own.admit("x", ["10.9.9.9"]) == ["10.9.9.9"]
    with pytest.raises(ScopeError):
        own.admit("x", ["93.184.215.14"])


async def test_a_name_that_resolves_to_a_forbidden_address_is_never_connected_to() -> None:
    network = Names({"plm.example": ("127.0.0.1",), "docs.example": ("169.254.169.254",)})
    async with http_server(lambda got: reply()) as server:
        base = f"http://plm.example:{server.port}/"
        scope = Scope(("docs.example",), (), (), ())
        session, recorder = make_session(base, network=network, scope=scope)
        async with session:
            assert (await session.send(ask())).status == 200
            with pytest.raises(ScopeError):
                await session.send(ask("http://docs.example/latest/meta-data/"))
    assert network.connected == ["127.0.0.1"]
    assert len(recorder.exchanges) == 1


async def test_a_redirect_to_a_name_with_a_forbidden_address_is_recorded_and_not_followed() -> None:
    network = Names({"plm.example": ("127.0.0.1",), "docs.example": ("10.0.0.1",)})
    async with http_server(lambda got: reply(302, b"", ("Location", "http://docs.example/"))) as server:
        session, recorder = make_session(
            f"http://plm.example:{server.port}/", network=network, scope=Scope(("docs.example",), (), (), ())
        )
        async with session:
            exchange = await session.send(ask())
    assert exchange.status == 302
    assert (network.connected, recorder.roles) == (["127.0.0.1"], ["primary"])


async def test_a_target_on_loopback_opens_no_other_private_address() -> None:
    async with http_server(lambda got: reply()) as server:
        session, _ = make_session(server.url, scope=Scope(("10.0.0.1:80",), (), (), ()))
        async with session:
            assert (await session.send(ask())).status == 200
            with pytest.raises(ScopeError):
                await session.send(ask("http://10.0.0.1/"))


@pytest.mark.parametrize("url", ["ftp://plm.example/", "http://", "http://[::1", "file:///etc/passwd", "http://a b/"])
async def test_what_is_no_http_url_is_refused(url: str) -> None:
    session, recorder = make_session("http://127.0.0.1:1/")
    async with session:
        with pytest.raises(ScopeError) as refusal:
            await session.send(ask(url))
    assert refusal.value.reason == Blocker.OUT_OF_SCOPE
    assert recorder.exchanges == []


async def test_nobody_asks_once_and_only_when_permitted() -> None:
    async with http_server(lambda got: reply(401)) as server:
        session, _ = make_session(server.url)
        async with session:
            exchange = await session.send(ask(identity=Identity.NOBODY))
            with pytest.raises(ScopeError):
                await session.send(ask(identity=Identity.NOBODY))
        shy, _ = make_session(server.url, permissions=NOTHING)
        async with shy:
            with pytest.raises(ScopeError):
                await shy.send(ask(identity=Identity.NOBODY))
    assert exchange.status == 401
    assert [got.header("authorization")[:6] for got in server.seen] == ["Basic "]


async def test_a_probe_cannot_choose_the_host_header() -> None:
    session, _ = make_session("http://127.0.0.1:1/")
    async with session:
        with pytest.raises(ValueError, match="Host"):
            await session.send(ask(headers=(("Host", "internal"),)))


def test_a_token_endpoint_found_on_the_way_gets_no_secret_in_the_open() -> None:
    auth = OAuth2Auth("client_credentials", "", "https://plm.example.com/", "id", "", "basic", "", "", "", ())
    made = Guard(make_plan(make_target("https://plm.example.com/app/", auth=auth), ALLOW))
    made.place(httpx.URL("https://plm.example.com/token"), session=True)
    with pytest.raises(ScopeError, match="in the open"):
        made.place(httpx.URL("http://plm.example.com/token"), session=True)


def test_a_log_in_in_the_open_that_the_profile_names_is_the_users_choice() -> None:
    auth = OAuth2Auth("client_credentials", "http://plm.example.com/token", "", "id", "", "basic", "", "", "", ())
    made = Guard(make_plan(make_target("https://plm.example.com/app/", auth=auth), ALLOW))
    made.place(httpx.URL("http://plm.example.com/token"), session=True)


async def test_a_probe_may_look_whether_a_place_is_in_scope_before_it_asks() -> None:
    scope = Scope(("files.example.com:8443",), (), (), ("/app/private",))
    session, _ = make_session("https://plm.example.com/app/", scope=scope)
    assert session.in_scope("https://plm.example.com/app/items.xsd")
    assert session.in_scope("https://files.example.com:8443/x")
    for url in ("https://plm.example.com/app/private", "https://evil.example/", "file:///etc/passwd", "http://[", "items.xsd"):
        assert not session.in_scope(url)
