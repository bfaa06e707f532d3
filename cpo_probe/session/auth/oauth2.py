"""How does a client get an OAuth 2 token, and a new one when it runs out?"""

import base64
from collections.abc import Generator
from urllib.parse import quote_plus, urlencode, urlsplit

from cpo_probe.errors import ScopeError
from cpo_probe.model import Blocker, OAuth2Auth
from cpo_probe.session.auth.flow import Answer, Call, Credentials, Flow
from cpo_probe.session.recorder import SecretSource

_SKEW = 30.0  # seconds before its end at which a token counts as run out, at most a tenth of its life
_SECRET_FIELDS = frozenset({"client_secret", "password", "refresh_token", "client_id", "username"})


class OAuth2:
    """RFC 6749: client credentials (4.4), password (4.3), refresh (6); metadata by RFC 8414 or OpenID Connect."""

    def __init__(self, auth: OAuth2Auth, secrets: SecretSource) -> None:
        self._auth = auth
        self._id = secrets.resolve(auth.client_id)
        self._secret = secrets.resolve(auth.client_secret) if auth.client_secret else ""
        self._user = secrets.resolve(auth.username) if auth.username else ""
        self._password = secrets.resolve(auth.password) if auth.password else ""
        self._extra = [(name, secrets.resolve(value)) for name, value in auth.extra]
        self._token_url = auth.token_url
        self._token = ""
        self._scheme = "Bearer"
        self._refresh = ""
        self._end: float | None = None

    def ready(self, now: float) -> bool:
        return bool(self._token) and (self._end is None or now < self._end)

    def obtain(self, now: float) -> Flow:
        if not self._token_url:
            self._token_url = yield from self._discover()
        if self._refresh:
            refresh, self._refresh = self._refresh, ""
            answer = yield self._call([("grant_type", "refresh_token"), ("refresh_token", refresh)], "the token ran out")
            if self._accept(answer, now):
                self._refresh = self._refresh or refresh  # RFC 6749, 6: the old one stays unless a new one is issued
                return
        answer = yield self._call(self._grant(), "an access token is needed")
        if not self._accept(answer, now):
            raise _refused(answer, "the token endpoint")

    def credentials(self) -> Credentials:
        return Credentials(headers=(("Authorization", f"{self._scheme} {self._token}"),))

    def rejected(self, answer: Answer) -> bool:
        return answer.status == 401

    def forget(self) -> None:
        self._token = ""

    def _grant(self) -> list[tuple[str, str]]:
        fields = [("grant_type", self._auth.grant)]
        if self._auth.grant == "password":
            fields += [("username", self._user), ("password", self._password)]
        return fields

    def _call(self, fields: list[tuple[str, str]], why: str) -> Call:
        headers = [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
        if self._auth.scope:
            fields.append(("scope", self._auth.scope))
        fields += self._extra
        if self._auth.client_auth == "basic":  # RFC 6749, 2.3.1: form-encoded before Basic
            account = f"{quote_plus(self._id)}:{quote_plus(self._secret)}"
            headers.append(("Authorization", "Basic " + base64.b64encode(account.encode()).decode()))
        else:
            fields += [("client_id", self._id)] + ([("client_secret", self._secret)] if self._secret else [])
        return Call(
            "token",
            "POST",
            self._token_url,
            why,
            tuple(headers),
            urlencode(fields).encode(),
            fields=_SECRET_FIELDS,
            pointers=("/access_token", "/refresh_token", "/id_token"),
            secrets=lambda answer: tuple(answer.at(f"/{name}") for name in ("access_token", "refresh_token", "id_token")),
        )

    def _accept(self, answer: Answer, now: float) -> bool:
        token = answer.at("/access_token")
        if answer.status != 200 or not token:
            return False
        self._token = token
        stated = answer.at("/token_type")
        self._scheme = stated if stated and stated.lower() != "bearer" else "Bearer"
        self._refresh = answer.at("/refresh_token") or self._refresh
        life = answer.at("/expires_in")
        self._end = now + float(life) - min(_SKEW, float(life) / 10) if life.replace(".", "", 1).isdigit() else None
        return True

    def _discover(self) -> Generator[Call, Answer, str]:
        answer: Answer | None = None
        for url in _metadata(self._auth.issuer):
            answer = yield Call("token", "GET", url, "the token endpoint is found through the issuer's metadata")
            endpoint = answer.at("/token_endpoint")
            if answer.status == 200 and endpoint:
                stated = answer.at("/issuer")
                if stated.rstrip("/") != self._auth.issuer.rstrip("/"):  # RFC 8414, 3.3: must be identical
                    raise ScopeError(
                        Blocker.NO_CREDENTIAL,
                        f"the metadata at {url} speaks for the issuer {stated!r}, auth.issuer is {self._auth.issuer!r}",
                    )
                return endpoint
        assert answer is not None
        raise _refused(answer, f"the issuer {self._auth.issuer} (no metadata with a token_endpoint)")


def _metadata(issuer: str) -> tuple[str, ...]:
    """RFC 8414, 3.1 puts the well-known part before the issuer's path, OpenID Connect Discovery, 4, behind it."""
    parts = urlsplit(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    urls = (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}{path}/.well-known/openid-configuration",
        f"{origin}/.well-known/openid-configuration{path}",
    )
    return tuple(dict.fromkeys(urls))


def _refused(answer: Answer, who: str) -> ScopeError:
    if answer.failure:
        return ScopeError(Blocker.NO_CREDENTIAL, f"{who} did not answer: {answer.failure.detail}")
    error = answer.at("/error")
    return ScopeError(Blocker.DENIED, f"{who} answered {answer.status}{f' ({error})' if error else ''} instead of a token")
