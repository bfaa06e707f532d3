"""Are certificates checked, recorded, and is a client's own certificate presented?"""

import base64
import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509

from cpo_probe.errors import UsageError
from cpo_probe.model import Exchange, FailureKind, Transport
from tests.session.support import ask, http_server, make_session, raw_server, reply, server_side


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def pem(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def trusting(ca: str = "", verify: bool = True, cert: str = "", key: str = "") -> Transport:
    return Transport("", "", ca, cert, key, verify)


async def fetch(tls: ssl.SSLContext, transport: Transport, secrets: dict[str, str] | None = None) -> Exchange:
    async with http_server(lambda got: reply(200, b"secured"), tls) as server:
        session, _ = make_session(server.url, secrets, transport=transport)
        async with session:
            return await session.send(ask())


async def test_a_private_authority_is_trusted_and_the_connection_described(authority: trustme.CA, pem: str) -> None:
    exchange = await fetch(server_side(authority), trusting(pem))
    assert exchange.body == b"secured"
    assert exchange.timing.tls is not None
    assert exchange.peer is not None
    assert exchange.peer.tls is not None
    assert exchange.peer.tls.version == "TLSv1.3"
    leaf = x509.load_der_x509_certificate(base64.b64decode(exchange.peer.tls.chain[0]))
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
    assert names == ["localhost"]


async def test_the_chain_holds_every_certificate_the_server_sent(pem: str, tmp_path: Path) -> None:
    root = trustme.CA()
    root.cert_pem.write_to_path(tmp_path / "root.pem")
    middle = root.create_child_ca()
    exchange = await fetch(server_side(middle), trusting(str(tmp_path / "root.pem")))
    assert exchange.peer is not None
    assert exchange.peer.tls is not None
    subjects = [x509.load_der_x509_certificate(base64.b64decode(der)) for der in exchange.peer.tls.chain]
    assert len(subjects) >= 2
    assert subjects[0].issuer == subjects[1].subject


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "other.example"}, "ostname mismatch"),
        ({"not_after": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "expired"),
    ],
    ids=["name", "expiry"],
)
async def test_a_certificate_for_another_name_or_time_is_a_tls_failure(
    authority: trustme.CA, pem: str, options: dict[str, Any], words: str
) -> None:
    if "not_after" in options:
        options["not_before"] = datetime.datetime(2019, 1, 1, tzinfo=datetime.UTC)
    exchange = await fetch(server_side(authority, **options), trusting(pem))
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS
    assert words in exchange.failure.detail
    assert exchange.peer is not None


async def test_an_unknown_authority_is_a_tls_failure(authority: trustme.CA) -> None:
    exchange = await fetch(server_side(authority), trusting())
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS


async def test_without_verification_everything_is_accepted_and_still_described(authority: trustme.CA) -> None:
    exchange = await fetch(server_side(authority, name="other.example"), trusting(verify=False))
    assert exchange.status == 200
    assert exchange.peer is not None
    assert exchange.peer.tls is not None
    assert exchange.peer.tls.chain


async def test_a_client_certificate_is_presented_when_the_server_wants_one(
    authority: trustme.CA, pem: str, tmp_path: Path
) -> None:
    mine = authority.issue_cert("client@example.com")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    context = server_side(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    key = mine.private_key_pem.bytes().decode()
    granted = await fetch(context, trusting(pem, cert=str(tmp_path / "client.pem"), key="env:KEY"), {"env:KEY": key})
    refused = await fetch(context, trusting(pem))
    assert granted.status == 200
    assert refused.failure is not None
    assert refused.failure.kind in (FailureKind.TLS, FailureKind.DISCONNECTED)


async def test_a_port_that_does_not_speak_tls_is_a_tls_failure() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await reader.read(5)
        writer.write(reply(400))
        await reader.read()

    async with raw_server(talk) as server:
        session, _ = make_session(server.url.replace("http:", "https:"))
        async with session:
            exchange = await session.send(ask())
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.TLS


async def test_a_handshake_that_is_never_answered_is_a_connect_timeout() -> None:
    async def talk(reader: Any, writer: Any) -> None:
        await reader.read()

    async with raw_server(talk) as server:
        session, _ = make_session(server.url.replace("http:", "https:"), connect_seconds=0.1)
        async with session:
            exchange = await session.send(ask())
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.CONNECT_TIMEOUT


@pytest.mark.parametrize("field", ["ca", "cert"])
async def test_a_certificate_file_that_is_none_is_named_before_anything_is_asked(field: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.pem").write_text("no certificate")
    transport = trusting(**{field: str(tmp_path / "wrong.pem")})  # type: ignore[arg-type]
    session, recorder = make_session("https://localhost/", transport=transport)
    with pytest.raises(UsageError, match=r"wrong\.pem"):
        async with session:
            pass
    assert recorder.exchanges == []
