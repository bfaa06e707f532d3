"""Which authenticator does the profile ask for?"""

import hashlib

from cpo_probe.model import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    Csrf,
    Freshness,
    LoginAuth,
    NoAuth,
    OAuth2Auth,
    Plan,
    SoapLoginAuth,
    UsernameTokenAuth,
)
from cpo_probe.session.auth.browser import cookies_of
from cpo_probe.session.auth.fixed import Fixed, api_key, basic, bearer
from cpo_probe.session.auth.flow import Authenticator, Credentials
from cpo_probe.session.auth.login import Login
from cpo_probe.session.auth.oauth2 import OAuth2
from cpo_probe.session.auth.soap_login import SoapLogin, session_element
from cpo_probe.session.auth.username_token import UsernameToken
from cpo_probe.session.cookies import Cookies
from cpo_probe.session.recorder import SecretSource
from cpo_probe.session.redact.hidden import SensitiveNames


def authenticator(auth: Auth, secrets: SecretSource, cookies: Cookies) -> Authenticator:
    """Resolves every secret now, so that a missing one is reported (`UsageError`) before the first request."""
    match auth:
        case NoAuth():
            return Fixed(Credentials())
        case BasicAuth():
            return Fixed(basic(secrets.resolve(auth.username), secrets.resolve(auth.password)))
        case BearerAuth():
            return Fixed(bearer(secrets.resolve(auth.token), auth.scheme))
        case ApiKeyAuth():
            return Fixed(api_key(auth.name, secrets.resolve(auth.value), auth.place))
        case OAuth2Auth():
            return OAuth2(auth, secrets)
        case LoginAuth():
            return Login(auth, secrets, cookies)
        case BrowserAuth():
            if auth.cookies:
                cookies.add(cookies_of(secrets.resolve(auth.cookies)))
            return Fixed(Credentials(headers=tuple((name, secrets.resolve(value)) for name, value in auth.headers)))
        case UsernameTokenAuth():
            return Fixed(_token(auth, secrets.resolve(auth.username), secrets.resolve(auth.password)))
        case SoapLoginAuth():
            return SoapLogin(auth, secrets, cookies)


def _token(auth: UsernameTokenAuth, username: str, password: str) -> Credentials:
    made = UsernameToken(
        username,
        password,
        digest=auth.digest,
        nonce=auth.nonce,
        lifetime=auth.lifetime,
        must_understand=auth.must_understand,
    )
    stale = {Freshness.USED: made.used, Freshness.EXPIRED: made.expired}
    return Credentials(basic(username, password).headers if auth.basic else (), block=made, stale=stale)


def invented(plan: Plan) -> Authenticator:
    """Credentials of nobody, in the form of the real ones: no real account can be locked by them."""
    word = "cpo-probe-nobody-" + hashlib.sha256(plan.run.encode()).hexdigest()[:12]
    match plan.target.auth:
        case BearerAuth():
            return Fixed(bearer(word, plan.target.auth.scheme))
        case OAuth2Auth():
            return Fixed(bearer(word))
        case ApiKeyAuth():
            return Fixed(api_key(plan.target.auth.name, word, plan.target.auth.place))
        case UsernameTokenAuth():
            return Fixed(_token(plan.target.auth, word, word))
    return Fixed(basic(word, word))


def sensitive_names(auth: Auth, csrf: Csrf | None) -> SensitiveNames:
    """What this authentication hides."""
    headers: set[str] = set()
    params: set[str] = set()
    elements: set[str] = set()
    match auth:
        case ApiKeyAuth():
            (params if auth.place == "query" else headers).add(auth.name)
        case LoginAuth() if auth.token_pointer:
            headers.add(auth.token_header)
        case BrowserAuth():
            headers |= {name for name, _ in auth.headers}
        case SoapLoginAuth() if session_element(auth.session):
            elements.add(session_element(auth.session))
    if csrf is not None:
        headers.add(csrf.header)
        if csrf.source.startswith("header:"):
            headers.add(csrf.source.partition(":")[2])
    return SensitiveNames(frozenset(name.lower() for name in headers), frozenset(params), frozenset(elements))
