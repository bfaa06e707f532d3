"""Secrets, OPTIONS, HEAD, transport, discovery: what each check must say."""

import base64
import datetime as dt
from dataclasses import replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cpo_probe.model import ApiKeyAuth, BasicAuth, Exchange, FailureKind, Identity, Inventory, OAuth2Auth, Peer, Tls, Transport
from tests.probes.make import Case, Record, exchange, fails, interface, inventory, na, passes, plan, untested

ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaKObG"
BCRYPT = "$2b$12$" + "a" * 53
NO_VERIFY = plan(transport=Transport("", "", "", "", "", False))


def certificate(name: str = "plm.example", *, until: dt.datetime = dt.datetime(2026, 1, 1)) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(dt.datetime(2024, 1, 1)).not_valid_after(until)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    from cryptography.hazmat.primitives.serialization import Encoding

    return base64.b64encode(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


GOOD = certificate()


def seen(
    status: int = 200,
    headers: Any = (),
    body: Any = b"",
    *,
    version: str = "TLSv1.3",
    chain: tuple[str, ...] = (GOOD,),
    **more: Any,
) -> Exchange:
    """An exchange of discovery over TLS."""
    options = {"purpose": "discovery.base", "probe": "discovery", "operation": "", "url": "https://plm.example/", **more}
    if "peer" not in options:
        options["peer"] = Peer("192.0.2.1", 443, Tls(version, "", chain))
    return exchange(status, headers, body, **options)


STRANGER = seen(403, identity=Identity.ANONYMOUS)
SENT_AWAY = seen(302, [("Location", "/login/?next=/")], identity=Identity.ANONYMOUS, id="000077")
LOG_IN_PAGE = seen(200, identity=Identity.ANONYMOUS, url="https://plm.example/login/?next=/", follows="000077")
PLAIN = Peer("192.0.2.1", 80, None)
LOCAL = Peer("127.0.0.1", 443, Tls("TLSv1.3", "", ()))


def over(*exchanges: Exchange, **more: Any) -> dict[str, Any]:
    return {"exchanges": exchanges, "evidence": Record((*exchanges, SENT_AWAY)), **more}


def undescribed(*tried: Exchange) -> dict[str, Any]:
    """A system that shows no description, and what discovery asked it."""
    return {"inventory": inventory(interfaces=(interface(kind="web", description=""),)), "evidence": Record(tried)}


def catalogue(status: int = 200, headers: Any = (), body: Any = b"") -> dict[str, Any]:
    return {"evidence": Record([seen(status, headers, body, purpose="discovery.api-catalog")])}


def stopped(why: str) -> Inventory:
    """Nothing was found, and one place was not asked for that reason."""
    row = {"url": "https://plm.example/openapi.json", "why": "usual place", "answer": "not asked", "exchange": "", "refused": why}
    return replace(inventory(interfaces=(interface(kind="web", description=""),)), tried=(row,))


CASES: dict[str, list[Case]] = {
    "http.sensitive-data": [
        passes(exchange=exchange(200, body={"users": [{"name": "ada", "password": "******", "passwordPolicy": "long"}]})),
        passes(exchange=exchange(200, body={"texts": {"password": "Password", "forgotPassword": "Forgot your password?"}})),
        passes(exchange=exchange(200, body={"resetPassword": "https://plm.example/reset"})),
        fails("password_hash", exchange=exchange(200, body={"users": [{"passwordHash": BCRYPT}]})),
        fails("password_hash", exchange=exchange(200, body={"note": ARGON2})),
        fails("password_hash", exchange=exchange(200, body=[{"password": "5f4dcc3b5aa765d61d8327deb882cf99"}])),
        fails("password", exchange=exchange(200, body={"user": {"password": "geheim123"}})),
        fails("private_key", exchange=exchange(200, [("Content-Type", "text/plain")], b"-----BEGIN RSA PRIVATE KEY-----\nMII")),
        fails(
            "token",
            exchange=exchange(200, body={"note": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuv"}),
        ),
        fails(
            "token",
            exchange=exchange(
                200, body={"t": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ[redacted:15c4a631]IiwiaWF0.dGhpcyBpcyBubyByZWFs"}
            ),
        ),
        fails("password", exchange=exchange(200, body={"password": "[redacted:15c4a631]"})),
        na("log_in", exchange=exchange(200, body={"password": "geheim123"}, role="login", probe="session")),
        na("description", exchange=exchange(200, body={"password": "geheim123"}, purpose="discovery.description")),
        na("no_content", exchange=exchange(204)),
        fails(
            "password_hash",
            "broken",
            exchange=exchange(200, [("Content-Type", "application/json")], f'{{"a": "{BCRYPT}"'.encode()),
        ),
        passes("broken", exchange=exchange(200, [("Content-Type", "application/json")], b'\xff{"password')),
    ],
    "http.options": [
        passes(exchange=exchange(204, [("Allow", "GET, HEAD, OPTIONS")], method="OPTIONS", note={"documented": "GET"})),
        passes(exchange=exchange(200, [("Allow", "")], method="OPTIONS")),
        fails("missing_allow", exchange=exchange(200, method="OPTIONS")),
        fails(
            "documented_not_allowed", exchange=exchange(200, [("Allow", "POST")], method="OPTIONS", note={"documented": "GET"})
        ),
        fails("server_error", exchange=exchange(500, method="OPTIONS")),
        na("not_supported", exchange=exchange(405, method="OPTIONS")),
        passes(
            "broken", exchange=exchange(200, [("Allow", "G T;")], method="OPTIONS", note={"documented": "GET"})
        ),  # http.allow says it
    ],
    "transport.https": [
        passes(**over(seen())),
        passes(**over(seen(), seen(301, [("Location", "https://plm.example/")], url="http://plm.example/", peer=PLAIN))),
        fails("plain_http", **over(seen(url="http://plm.example/", peer=PLAIN))),
        na("loopback", **over(seen(url="http://127.0.0.1:8000/", peer=LOCAL))),
        na("loopback", **over(seen(url="http://localhost/"))),
        na("loopback", **over(seen(url="http://plm.example/", peer=LOCAL))),
        fails("plain_http", "broken", **over(seen(301, [("Location", "/elsewhere")], url="http://plm.example/", peer=PLAIN))),
    ],
    "transport.tls-version": [
        passes(**over(seen(), seen(version="TLSv1.2"))),
        fails("old_version", **over(seen(), seen(version="TLSv1.1"))),
        na("no_tls", **over(seen(url="http://plm.example/", peer=PLAIN))),
        na("no_tls", **over(seen(peer=LOCAL))),
        fails("old_version", "broken", **over(seen(version=""))),
    ],
    "transport.certificate": [
        passes(**over(seen())),
        fails("expired", **over(seen(chain=(certificate(until=dt.datetime(2025, 1, 1)),)))),
        fails("other_name", **over(seen(chain=(certificate("other.example"),)))),
        fails("self_signed", **over(seen(), plan=NO_VERIFY)),
        na("no_tls", **over(seen(url="http://plm.example/", peer=PLAIN))),
        na("no_chain_recorded", **over(seen(chain=()))),
        untested("out_of_scope", "na", **over(seen(chain=()), plan=NO_VERIFY)),
        na("no_chain_recorded", "broken", **over(seen(chain=("AAAA",)))),
    ],
    "transport.hsts": [
        passes(**over(seen(headers=[("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]))),
        fails("missing", **over(seen())),
        fails("switched_off", **over(seen(headers=[("Strict-Transport-Security", "max-age=0")]))),
        na("no_tls", **over(seen(url="http://plm.example/", peer=PLAIN))),
        fails("malformed", "broken", **over(seen(headers=[("Strict-Transport-Security", "forever")]))),
    ],
    "transport.open-authentication": [
        passes(**over(seen(401, [("WWW-Authenticate", "Basic realm=plm")]))),
        passes(**over(STRANGER, seen(), plan=plan(auth=BasicAuth("env:U", "env:P")))),
        na("no_authentication", **over(seen(), plan=plan(auth=BasicAuth("env:U", "env:P")))),  # open ground proves nothing
        passes(**over(seen(body={"token_endpoint": "https://plm.example/t"}, purpose="discovery.well-known"))),
        passes(
            **over(
                seen(
                    body={"openapi": "3.1.0", "components": {"securitySchemes": {"a": {"type": "openIdConnect"}}}},
                    purpose="discovery.description",
                )
            )
        ),
        fails("no_open_mechanism", **over(STRANGER, seen(), plan=plan(auth=ApiKeyAuth("X-Key", "env:K", "header")))),
        fails("no_open_mechanism", **over(SENT_AWAY, seen(), plan=plan(auth=ApiKeyAuth("X-Key", "env:K", "header")))),
        fails("no_open_mechanism", **over(LOG_IN_PAGE, seen(), plan=plan(auth=ApiKeyAuth("X-Key", "env:K", "header")))),
        na("no_authentication", **over(LOG_IN_PAGE, seen(302), plan=plan(auth=ApiKeyAuth("X-Key", "env:K", "header")))),
        fails("no_open_mechanism", **over(seen(401, [("WWW-Authenticate", "FormBased")], identity=Identity.ANONYMOUS))),
        fails(
            "no_open_mechanism",
            **over(STRANGER, seen(), plan=plan(auth=OAuth2Auth("password", "", "", "", "", "", "", "", "", ()))),
        ),
        fails(
            "no_open_mechanism",
            **over(
                seen(
                    body={"swagger": "2.0", "securityDefinitions": {"a": {"type": "oauth2", "flow": "password"}}},
                    purpose="discovery.description",
                )
            ),
        ),
        na("no_authentication", **over(seen())),
        na(
            "no_authentication",
            "broken",
            **over(seen(401, [("WWW-Authenticate", '="')]), seen(body=b"\xff", purpose="discovery.description")),
        ),
    ],
    "discovery.description-found": [
        passes(inventory=inventory()),
        fails("no_description", inventory=inventory(interfaces=(interface(kind="web", description=""),))),
        untested("unanswered", **undescribed(seen(0, purpose="discovery.description", failure=FailureKind.DEADLINE))),
        untested("unanswered", **undescribed(seen(503, [("Retry-After", "9")], purpose="discovery.place"))),
        fails("no_description", **undescribed(seen(503, purpose="discovery.place"))),
        *(untested(why, inventory=stopped(why)) for why in ("interrupted", "budget", "denied", "no_credential")),
        fails("no_description", inventory=stopped("out_of_scope")),
        fails("no_description", "broken", inventory=inventory(interfaces=(interface(description=""),))),
    ],
    "discovery.data-present": [
        passes(evidence=Record([seen(purpose="discovery.data", body=[1])])),
        fails("empty", inventory=inventory(empty=True), evidence=Record([seen(purpose="discovery.data", body=[])])),
        na("no_list_known", evidence=Record()),
        untested("interrupted", inventory=stopped("interrupted"), evidence=Record()),
        untested("unanswered", evidence=Record([seen(0, purpose="discovery.data", failure=FailureKind.READ_TIMEOUT)])),
        na("no_list_known", "broken", evidence=Record([seen(500, purpose="discovery.data")])),
    ],
    "discovery.api-catalog": [
        passes(**catalogue(body={"linkset": [{"anchor": "https://plm.example/", "item": [{"href": "/api"}]}]})),
        fails("no_linkset", **catalogue(body={"apis": []})),
        na("not_published", **catalogue(404)),
        untested("unanswered", **catalogue(429)),
        untested("budget", inventory=stopped("budget"), evidence=Record()),
        na("not_published", **catalogue(200, [("Content-Type", "text/html")], b"<html>")),
        fails("not_json", "broken", **catalogue(200, [("Content-Type", "application/linkset+json")], b"{")),
    ],
}
