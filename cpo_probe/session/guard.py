"""May this request leave at all: where to, with which effect, as whom?"""

import ipaddress
import posixpath
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

import httpx

from cpo_probe.errors import ScopeError
from cpo_probe.model import (
    Blocker,
    Csrf,
    Effect,
    Identity,
    LoginAuth,
    Logout,
    OAuth2Auth,
    Operation,
    Permissions,
    Plan,
    SoapLoginAuth,
)
from cpo_probe.session.ask import Ask

_CHANGING = frozenset(  # methods of the IANA registry that do not read; a token that is not registered changes nothing
    [
        *("ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "LABEL", "LINK", "LOCK"),
        *("MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PATCH"),
        *("POST", "PRI", "PROPPATCH", "PUT", "REBIND", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE"),
        *("UPDATEREDIRECTREF", "VERSION-CONTROL"),
    ]
)
_ORDER = (Effect.READ, Effect.JOB, Effect.WRITE, Effect.INTRUSIVE)
_NEEDS = {Effect.JOB: Blocker.NEEDS_JOB, Effect.WRITE: Blocker.NEEDS_WRITE, Effect.INTRUSIVE: Blocker.NEEDS_INTRUSIVE}
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})  # a cloud's host service on an address that looks public
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Guard:
    """Refuses with `ScopeError`; the sentence says what would have to be allowed, and where."""

    def __init__(self, plan: Plan) -> None:
        target, scope = plan.target, plan.target.scope
        base = httpx.URL(target.base_url)
        self.base_host = base.raw_host.decode("ascii")
        self._permissions: Permissions = plan.permissions
        self._paths, self._exclude = scope.paths, scope.exclude
        self._networks = [ipaddress.ip_network(text, strict=False) for text in scope.addresses]
        self._home = frozenset([_address(base.host)]) if is_literal(base.host) else None
        self._hosts = {_origin(base)} | {place for host in scope.hosts for place in _places(host)}
        if base.port is None:  # http redirects to https, and the other way round, on the default ports
            self._hosts |= {(base.host, 80), (base.host, 443)}
        named = _named(target.auth, target.csrf, target.logout)
        self._named = {_origin(url) for url in named}
        self._named_urls = {str(url).partition("?")[0] for url in named}
        self._nobody_spent = False
        self._reading_posts = {(post.probe, post.path) for post in plan.reading_posts}
        self._secure = base.scheme == "https"

    def ask(self, ask: Ask, url: httpx.URL) -> None:
        """Everything that can be said before a connection: effect, identity, place."""
        self.effect(ask.method, ask.effect, ask.operation, reads=self._reads_by_post(ask, url))
        if ask.identity is Identity.NOBODY:
            self._nobody()
        self.place(url)

    def _reads_by_post(self, ask: Ask, url: httpx.URL) -> bool:
        """Whether the plan states that this probe sends only reads to this place, and to no other, by POST."""
        if ask.method != "POST" or ask.interface is None:
            return False
        home = httpx.URL(ask.interface.url)
        if _origin(home) != _origin(url) or url.query:
            return False
        below = {path for probe, path in self._reading_posts if probe == ask.probe}
        return any(url.path == f"{home.path.rstrip('/')}/{path}" for path in below)

    def effect(self, method: str, effect: Effect, operation: Operation | None, *, reads: bool = False) -> None:
        """A request does what its probe says, what its operation does, or what its method means: the worst of them.

        `reads`: the plan states of this very request that it reads whatever its method means.
        """
        own = operation is not None and operation.method == method
        if own and operation is not None and _ORDER.index(operation.effect) > _ORDER.index(effect):
            effect = operation.effect
        # A POST reads only where contract or profile says so, which discovery has put into the operation, or where the standard
        # of the interface does, which the plan states with the probe.
        if effect is Effect.READ and method.upper() in _CHANGING and not (own and method == "POST") and not reads:
            effect = Effect.WRITE
        allowed = {
            Effect.READ: True,
            Effect.JOB: self._permissions.job,
            Effect.WRITE: self._permissions.write,
            Effect.INTRUSIVE: self._permissions.intrusive,
        }
        if not allowed[effect]:
            raise ScopeError(_NEEDS[effect], f"{method} here means {effect.value}, which this plan does not permit")

    def _nobody(self) -> None:
        if not self._permissions.foreign_credentials:
            raise ScopeError(Blocker.NOT_SELECTED, "an invented account is tried only when the plan permits foreign_credentials")
        if self._nobody_spent:
            raise ScopeError(Blocker.NOT_SELECTED, "an invented account is tried once in a run, and it has been")
        self._nobody_spent = True

    def place(self, url: httpx.URL, *, session: bool = False) -> None:
        """Host, port and path. With `session`, hosts that the profile names for log-in, token and log-out are open too, but
        no credentials go in the open to a URL that the profile does not name itself (RFC 6749, 3.2).
        """
        if url.userinfo:
            raise ScopeError(Blocker.OUT_OF_SCOPE, "a URL with a user name in it is not asked: put the account into [auth]")
        origin = _origin(url)
        if origin not in self._hosts and not (session and origin in self._named):
            raise ScopeError(
                Blocker.OUT_OF_SCOPE,
                f"{origin[0]}:{origin[1]} is not in scope: add it to scope.hosts if it belongs to the target",
            )
        named = origin in self._named or str(url).partition("?")[0] in self._named_urls
        if session and self._secure and url.scheme == "http" and not named:
            raise ScopeError(
                Blocker.OUT_OF_SCOPE,
                f"{url.host} would get credentials in the open, while the target is behind TLS: name the URL in the profile if "
                "that is meant",
            )
        if session and named:
            return
        if not self._paths and not self._exclude:
            return
        path = _plain(url.path)
        if self._paths and not any(_below(path, prefix) for prefix in self._paths):
            raise ScopeError(Blocker.OUT_OF_SCOPE, f"the path {path} is not below scope.paths ({', '.join(self._paths)})")
        if any(_below(path, prefix) for prefix in self._exclude):
            raise ScopeError(Blocker.OUT_OF_SCOPE, f"the path {path} is excluded by scope.exclude")

    @property
    def home_known(self) -> bool:
        return self._home is not None

    def home(self, addresses: Iterable[str]) -> None:
        """What the base URL resolves to, once: later answers of the name server may not add private addresses."""
        if self._home is None:
            self._home = frozenset(_address(text) for text in addresses)

    def admit(self, host: str, addresses: Sequence[str]) -> list[str]:
        """Those resolved addresses that may be connected to. Raises `ScopeError` when none is."""
        allowed = [text for text in addresses if self._allowed(_address(text))]
        if not allowed:
            raise ScopeError(
                Blocker.OUT_OF_SCOPE,
                f"{host} resolves to {', '.join(addresses) or 'nothing'}, which is private, link-local or outside of "
                "scope.addresses: add the network there if it belongs to the target",
            )
        return allowed

    def _allowed(self, address: Address) -> bool:
        if self._networks:
            return any(address in network for network in self._networks if network.version == address.version)
        return address in (self._home or ()) or _public(address)


def is_literal(host: str) -> bool:
    """Whether a URL's host is an address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and address not in _METADATA


def _address(text: str) -> Address:
    """The address meant: an IPv4 address dressed as IPv6 (mapped, 6to4, NAT64) is the IPv4 address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _origin(url: httpx.URL) -> tuple[str, int]:
    return url.host.lower().rstrip("."), url.port or (443 if url.scheme == "https" else 80)


def _places(host: str) -> list[tuple[str, int]]:
    """ "host" stands for its default ports, "host:port" for that one."""
    url = httpx.URL(f"any://{host}")
    name = url.host.rstrip(".")
    return [(name, url.port)] if url.port else [(name, 80), (name, 443)]


def _plain(path: str) -> str:
    """The path as a server may come to read it: decoded, without parameters, dots and doubled slashes."""
    path = re.sub(r";[^/]*", "", unquote(unquote(path)).replace("\\", "/"))
    return posixpath.normpath("/" + path.lstrip("/"))


def _below(path: str, prefix: str) -> bool:
    """Whole segments: /api does not hold /apis."""
    prefix = "/" + prefix.strip("/")
    return prefix == "/" or path == prefix or path.startswith(prefix + "/")


def _named(auth: object, csrf: Csrf | None, logout: Logout | None) -> list[httpx.URL]:
    """URLs that the profile itself names for sessions."""
    urls = [csrf.url] if csrf else []
    urls += [logout.url] if logout else []
    match auth:
        case OAuth2Auth():
            urls += [auth.token_url, auth.issuer]
        case LoginAuth():
            urls += [auth.url, auth.before]
        case SoapLoginAuth():
            urls += [auth.url]
    return [httpx.URL(url) for url in urls if "://" in url]
