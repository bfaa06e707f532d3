"""How will the account log in, and out again? One sentence for the plan; references to secrets, never secrets."""

from cpo_probe.model import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    LoginAuth,
    NoAuth,
    OAuth2Auth,
    SoapLoginAuth,
    Target,
    UsernameTokenAuth,
)


def log_in(target: Target) -> str:
    """What goes with the account's requests, and how its session ends."""
    match target.auth:
        case NoAuth():
            return "Log-in: none."
        case BasicAuth():
            said = "HTTP Basic with every request"
        case BearerAuth():
            said = f"a token with every request (Authorization: {target.auth.scheme})"
        case ApiKeyAuth():
            said = f"a key with every request ({target.auth.place} {target.auth.name})"
        case OAuth2Auth():
            said = f"an OAuth 2 token by the grant {target.auth.grant}"
        case LoginAuth():
            said = f"{target.auth.method} {target.auth.url}, then {'a token' if target.auth.token_pointer else 'its cookie'}"
        case BrowserAuth():
            said = "a session taken over from a browser"
        case UsernameTokenAuth():
            said = _token(target.auth)
        case SoapLoginAuth():
            shown = "a session id in the header of every SOAP message" if target.auth.header else "its cookie"
            said = f"a SOAP message to {target.auth.url}, then {shown}"
    out = f" Log-out: {target.logout.method} {target.logout.url}." if target.logout else ""
    return f"Log-in: {said}.{out}"


def _token(auth: UsernameTokenAuth) -> str:
    kind = "digest" if auth.digest else "text"
    nonce = " with a new nonce" if auth.nonce else ""
    ends = f", expiring after {auth.lifetime:g} s" if auth.lifetime else ""
    others = "HTTP Basic with every request, too" if auth.basic else "other requests go without"
    return f"a WS-Security UsernameToken ({kind}{nonce}{ends}) in the header of every SOAP message; {others}"
