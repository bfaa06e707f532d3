"""HTTP: is the way to the system protected, and can one log in by an open standard?

Connections to this very machine (loopback) prove nothing about a product's transport and are not judged.
Judged on discovery's exchanges, which reach every host of the system.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Set
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cpo_probe.sdk import (
    BasicAuth,
    BearerAuth,
    Blocker,
    BrowserAuth,
    Evidence,
    Exchange,
    Exchanges,
    Identity,
    NoAuth,
    OAuth2Auth,
    Plan,
    Problem,
    Result,
    Results,
    Where,
    certificate,
    challenge,
    check,
    failed,
    not_applicable,
    passed,
    read_openapi,
    untestable,
)

OF = "discovery.*"
TLS = Where("tls")


def _remote(exchanges: Exchanges, plan: Plan) -> list[Exchange]:
    """Answers that came over a network."""
    return [e for e in exchanges if e.response is not None and not _loopback(e, plan)]


def _loopback(exchange: Exchange, plan: Plan) -> bool:
    host = urlsplit(exchange.request.url).hostname or ""
    if host == "localhost" or host.endswith(".localhost") or _is_loopback(host):
        return True
    return not plan.target.transport.proxy and exchange.peer is not None and _is_loopback(exchange.peer.address)


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _secure(exchange: Exchange) -> bool:
    return exchange.request.url.startswith("https:")


@check(
    "transport.https", of=OF, per="run", clause="RFC 9325, 3.2; OWASP API Security 2023, API8", severity="major", accepts="denied"
)
def https(exchanges: Exchanges, plan: Plan) -> Result:
    """The system is reached over TLS.

    Over plain HTTP everybody on the way reads product data and credentials. A redirect to https is fine. Loopback is
    not judged.
    Remedy: serve the interface by https only, and redirect http to it.
    """
    remote = _remote(exchanges, plan)
    if not remote:
        return not_applicable("loopback")
    plain = [
        e for e in remote if not _secure(e) and not (300 <= e.status < 400 and (e.header("location") or "").startswith("https:"))
    ]
    if plain:
        return failed("plain_http", expected="https", found="http", where=Where("request"), exchanges=[e.id for e in plain[:5]])
    secured = [e.id for e in remote if _secure(e)]
    return passed(exchanges=secured[:1]) if secured else not_applicable("only_redirects")


def _encrypted(exchanges: Exchanges, plan: Plan) -> list[Exchange]:
    return [e for e in _remote(exchanges, plan) if e.peer is not None and e.peer.tls is not None]


@check("transport.tls-version", of=OF, per="run", clause="RFC 9325, 3.1.1; RFC 8996", severity="major", accepts="denied")
def tls_version(exchanges: Exchanges, plan: Plan) -> Result:
    """The connection uses TLS 1.2 or 1.3.

    Older versions are broken and forbidden.
    Remedy: switch TLS 1.0 and 1.1 off and 1.3 on.
    """
    encrypted = _encrypted(exchanges, plan)
    if not encrypted:
        return not_applicable("no_tls")
    for exchange in encrypted:
        version = exchange.peer.tls.version if exchange.peer and exchange.peer.tls else ""
        if version not in ("TLSv1.2", "TLSv1.3"):
            return failed("old_version", expected="TLSv1.2 or TLSv1.3", found=version, where=TLS, exchanges=[exchange.id])
    return passed(exchanges=[encrypted[0].id])


@check(
    "transport.certificate",
    of=OF,
    per="run",
    clause="RFC 9525, 6; RFC 9325, 4; RFC 5280, 4.1.2.5",
    severity="major",
    accepts="denied",
)
def server_certificate(exchanges: Exchanges, plan: Plan) -> Results:
    """The certificate was valid, made out for the host, and strong enough, at the time of the test.

    With verification switched off in the profile, trust in its issuer is not proven, and an otherwise good certificate
    stays untested.
    Remedy: install a certificate of an authority that customers trust, for the names they use, and renew it by a job.
    """
    seen: dict[tuple[str, str], Exchange] = {}
    for exchange in _encrypted(exchanges, plan):
        chain = exchange.peer.tls.chain if exchange.peer and exchange.peer.tls else ()
        seen.setdefault((urlsplit(exchange.request.url).hostname or "", chain[0] if chain else ""), exchange)
    if not seen:
        return not_applicable("no_tls")
    found: list[Result] = []
    judged: list[str] = []
    for (host, der), exchange in seen.items():
        read = certificate.leaf((der,)) if der else None
        if read is None:
            continue
        judged.append(exchange.id)
        for code, expected, was in certificate.flaws(read, host, datetime.fromisoformat(exchange.at)):
            found.append(failed(code, expected=expected, found=was, where=TLS, exchanges=[exchange.id]))
        if read.self_signed and not plan.target.transport.verify:
            found.append(
                failed("self_signed", expected="issued by an authority", found="self-signed", where=TLS, exchanges=[exchange.id])
            )
    if found:
        return found
    if not plan.target.transport.verify:
        return untestable(Blocker.OUT_OF_SCOPE, why="verification is off")
    return passed(exchanges=judged[:5]) if judged else not_applicable("no_chain_recorded")


@check("transport.hsts", of=OF, per="run", clause="RFC 6797, 6.1; 7.1", severity="info", accepts="denied")
def hsts(exchanges: Exchanges, plan: Plan) -> Result:
    """Answers over TLS say that the host is to be reached by TLS only.

    For information: it protects browsers; programs are configured with https.
    Remedy: send `Strict-Transport-Security: max-age=31536000`.
    """
    encrypted = [e for e in _encrypted(exchanges, plan) if _secure(e)]
    if not encrypted:
        return not_applicable("no_tls")
    where = Where("response.header", "strict-transport-security")
    for exchange in encrypted:
        text = exchange.header("strict-transport-security")
        if text is not None:
            match = re.search(r"(?:^|;)\s*max-age\s*=\s*\"?(\d+)\"?\s*(?:;|$)", text, re.I)
            if match is None:
                return failed("malformed", expected="max-age=seconds", found=text, where=where, exchanges=[exchange.id])
            if int(match[1]) == 0:
                return failed("switched_off", expected="max-age > 0", found=text, where=where, exchanges=[exchange.id])
            return passed(exchanges=[exchange.id])
    return failed("missing", expected="Strict-Transport-Security", where=where, exchanges=[encrypted[0].id])


@check(
    "transport.open-authentication", of=(OF, "session.*", "rest.errors.unauthenticated"), per="run",
    clause="RFC 9110, 11; RFC 6749; RFC 9700, 2.4; OpenID Connect Core", severity="major", accepts="denied",
)  # fmt: skip
def open_authentication(exchanges: Exchanges, plan: Plan, evidence: Evidence) -> Result:
    """One can authenticate by an open standard.

    Offered in a challenge, in OAuth or OpenID metadata or in the description's security schemes, or used in this run:
    Basic, Bearer, Digest, Negotiate, mutual TLS, OAuth 2 (the password grant does not count), OpenID Connect. Log-in
    forms, own key headers and cookies need code written for this one product.
    Remedy: accept OAuth 2 client credentials or OpenID Connect tokens at the interface.
    """
    opened: dict[str, str] = {}
    closed: dict[str, str] = {}
    strangers = (_first(e, evidence) for e in exchanges if e.identity is Identity.ANONYMOUS)
    protected = {e.request.url for e in strangers if e.status in (401, 403) or 300 <= e.status < 400}
    for exchange in exchanges:
        for name, is_open in _ways(exchange, plan, protected):
            (opened if is_open else closed).setdefault(name, exchange.id)
    if opened:
        return passed(exchanges=sorted(set(opened.values()))[:5], mechanisms=sorted(opened))
    if not closed:
        return not_applicable("no_authentication")
    return failed("no_open_mechanism", expected="open standard", found=sorted(closed), exchanges=sorted(set(closed.values()))[:5])


def _first(exchange: Exchange, evidence: Evidence) -> Exchange:
    """The request that began a chain: a stranger who is sent to the log-in page is refused there."""
    while exchange.follows:
        exchange = evidence.exchange(exchange.follows)
    return exchange


def _ways(exchange: Exchange, plan: Plan, protected: Set[str]) -> Iterator[tuple[str, bool]]:
    """(mechanism, whether it is an open standard) that one exchange shows.

    The profile's own way counts where it opened what is closed to strangers; on open ground any credentials seem to work.
    """
    for one in challenge.challenges(exchange.header("www-authenticate") or "") or ():
        yield one.scheme, one.scheme.lower() in challenge.OPEN_SCHEMES
    if 200 <= exchange.status < 300:
        if exchange.identity is Identity.ACCOUNT and exchange.request.url in protected:
            yield from _used(plan)
        if exchange.purpose == "discovery.well-known":
            yield from _metadata(exchange)
        if exchange.purpose == "discovery.description":
            raw = read_openapi(exchange.body, exchange.media_type)
            yield from () if isinstance(raw, Problem) else _schemes(raw.value)


def _used(plan: Plan) -> Iterator[tuple[str, bool]]:
    match plan.target.auth:
        case NoAuth() | BrowserAuth():
            return
        case BasicAuth():
            yield "Basic", True
        case BearerAuth(scheme=scheme):
            yield scheme, scheme.lower() in challenge.OPEN_SCHEMES
        case OAuth2Auth(grant=grant):
            yield f"OAuth 2 {grant}", grant != "password"
        case other:
            yield f"own way ({other.kind if isinstance(other, NoAuth) else type(other).__name__})", False


def _metadata(exchange: Exchange) -> Iterator[tuple[str, bool]]:
    document = exchange.response.document if exchange.response else None
    if document is not None and isinstance(document.value, dict) and isinstance(document.value.get("token_endpoint"), str):
        yield "OAuth 2 / OpenID Connect metadata", True


def _schemes(value: Any) -> Iterator[tuple[str, bool]]:
    """Security schemes of an OpenAPI or Swagger document."""
    if not isinstance(value, dict):
        return
    components = value.get("components")
    listed = components.get("securitySchemes") if isinstance(components, dict) else value.get("securityDefinitions")
    for scheme in listed.values() if isinstance(listed, dict) else ():
        if isinstance(scheme, dict):
            yield from _scheme(scheme)


def _scheme(scheme: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    match scheme.get("type"):
        case "http":
            name = str(scheme.get("scheme", ""))
            yield f"http {name}", name.lower() in challenge.OPEN_SCHEMES
        case "basic" | "mutualTLS" | "openIdConnect" as kind:
            yield str(kind), True
        case "oauth2":
            flows = scheme.get("flows")
            names: Iterable[Any] = flows if isinstance(flows, dict) else [scheme.get("flow")]
            for name in names:
                yield f"OAuth 2 {name}", name != "password"
        case "apiKey":
            yield f"key in {scheme.get('in')} {scheme.get('name')}", False
