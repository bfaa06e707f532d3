"""Which target does a checked profile describe?"""

from urllib.parse import urljoin, urlsplit

from cpo_probe.model import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    Csrf,
    Declared,
    Discovery,
    FailureSign,
    Limits,
    LoginAuth,
    Logout,
    NoAuth,
    OAuth2Auth,
    Redact,
    Scope,
    SoapLoginAuth,
    Target,
    Transport,
    UsernameTokenAuth,
)
from cpo_probe.target.exports import export
from cpo_probe.target.profile import (
    ApiKeyTable,
    AuthTable,
    BasicTable,
    BearerTable,
    BrowserTable,
    FailureTable,
    InterfaceTable,
    LoginTable,
    NoAuthTable,
    OAuth2Table,
    Profile,
    SoapLoginTable,
    UsernameTokenTable,
)


def build(profile: Profile) -> Target:
    """Relative URLs are joined to base_url (which is a valid http URL here)."""
    base = profile.base_url.rstrip("/") + "/"
    auth = _auth(profile.auth, base)
    csrf = profile.csrf and Csrf(
        urljoin(base, profile.csrf.url),
        tuple(profile.csrf.request_headers.items()),
        profile.csrf.source,
        profile.csrf.header,
        profile.csrf.methods,
    )
    logout = profile.logout and Logout(
        profile.logout.method,
        urljoin(base, profile.logout.url),
        profile.logout.body,
        tuple(profile.logout.headers.items()),
    )
    declared = tuple(_declared(item, base) for item in profile.interfaces)
    exports = tuple(export(table, base) for table in profile.exports)
    places = tuple(urljoin(base, place) for place in profile.discovery.places)
    named = [base, *_urls(auth), *places]
    named += [item.url for item in declared] + [item.description for item in declared]
    named += [item.url for item in exports]
    named += [csrf.url] if csrf else []
    named += [logout.url] if logout else []
    return Target(
        name=profile.name or host(base),
        base_url=base,
        product=profile.product,
        vendor=profile.vendor,
        version=profile.version,
        scope=_scope(profile, named),
        auth=auth,
        csrf=csrf or None,
        logout=logout or None,
        limits=Limits(**profile.limits.model_dump()),
        transport=_transport(profile),
        headers=tuple(profile.headers.items()),
        declared=declared,
        redact=Redact(profile.redact.pointers, profile.redact.headers, profile.redact.parameters),
        volatile=profile.volatile,
        vocabulary=dict(profile.vocabulary),
        discovery=Discovery(profile.discovery.guess, places),
        failures=tuple(map(_sign, profile.failures)),
        exports=exports,
    )


def host(url: str) -> str:
    """host, or host:port where the port is written, in lower case."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _scope(profile: Profile, named: list[str]) -> Scope:
    """Every host that the profile names on purpose is in scope: of base_url first, then of log-in and declared interfaces."""
    hosts = [host(url) for url in named if url] + [item.lower() for item in profile.scope.hosts]
    return Scope(tuple(dict.fromkeys(hosts)), profile.scope.addresses, profile.scope.paths, profile.scope.exclude)


def _declared(item: InterfaceTable, base: str) -> Declared:
    description = urljoin(base, item.description) if item.description else ""
    return Declared(item.kind, urljoin(base, item.url) if item.url else "", description, item.read_operations, dict(item.options))


def _sign(table: FailureTable) -> FailureSign:
    return FailureSign(table.name, table.element, table.pointer, table.equals, table.starts, table.means)


def _transport(profile: Profile) -> Transport:
    table = profile.transport
    return Transport(
        table.proxy,
        table.proxy_auth,
        table.ca,
        table.client_cert,
        table.client_key,
        table.verify,
    )


def _auth(table: AuthTable, base: str) -> Auth:
    def url(text: str) -> str:
        return urljoin(base, text) if text else ""

    match table:
        case NoAuthTable():
            return NoAuth()
        case BasicTable():
            return BasicAuth(table.username, table.password)
        case BearerTable():
            return BearerAuth(table.token, table.scheme)
        case ApiKeyTable():
            return ApiKeyAuth(table.name, table.value, table.place)
        case OAuth2Table():
            return OAuth2Auth(
                grant=table.grant,
                token_url=url(table.token_url),
                issuer=url(table.issuer),
                client_id=table.client_id,
                client_secret=table.client_secret,
                client_auth=table.client_auth,
                scope=table.scope,
                username=table.username,
                password=table.password,
                extra=tuple(table.extra.items()),
            )
        case LoginTable():
            return LoginAuth(
                url=url(table.url),
                method=table.method,
                format=table.format,
                fields=tuple(table.fields.items()),
                before=url(table.before),
                token_pointer=table.token_pointer,
                token_header=table.token_header,
                success_status=table.success_status,
                success_cookie=table.success_cookie,
            )
        case BrowserTable():
            return BrowserAuth(table.cookies, tuple(table.headers.items()))
        case UsernameTokenTable():
            return UsernameTokenAuth(
                username=table.username,
                password=table.password,
                digest=table.password_type == "digest",
                nonce=table.nonce or table.password_type == "digest",
                lifetime=table.timestamp,
                must_understand=table.must_understand,
                basic=table.http_basic,
            )
        case SoapLoginTable():
            return SoapLoginAuth(
                url=url(table.url),
                version=table.version,
                action=table.action,
                message=table.message,
                fields=tuple(table.fields.items()),
                session=table.session,
                header=table.header,
                success_cookie=table.success_cookie,
                expired=table.expired,
            )


def _urls(auth: Auth) -> list[str]:
    match auth:
        case OAuth2Auth():
            return [auth.token_url, auth.issuer]
        case LoginAuth():
            return [auth.url, auth.before]
        case SoapLoginAuth():
            return [auth.url]
    return []
