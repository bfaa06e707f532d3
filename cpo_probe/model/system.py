"""What is under test, which ways in does it have, and what can each of them do?"""

from dataclasses import dataclass, field
from typing import Any

from cpo_probe.model.export import Export
from cpo_probe.model.outcome import Effect

SecretRef = str
"""Where a secret is found: "env:NAME" or "file:PATH". Never the secret itself."""


@dataclass(frozen=True, slots=True)
class NoAuth:
    kind: str = field(default="none", init=False)


@dataclass(frozen=True, slots=True)
class BasicAuth:
    """RFC 7617."""

    username: SecretRef
    password: SecretRef


@dataclass(frozen=True, slots=True)
class BearerAuth:
    """RFC 6750; `scheme` is "Bearer" or what the vendor wrote instead ("Token", "ApiKey")."""

    token: SecretRef
    scheme: str


@dataclass(frozen=True, slots=True)
class ApiKeyAuth:
    """`place` is "header" or "query"."""

    name: str
    value: SecretRef
    place: str


@dataclass(frozen=True, slots=True)
class OAuth2Auth:
    """RFC 6749. `grant` is "client_credentials" or "password".

    With `issuer` the token URL comes from RFC 8414 or OpenID Connect discovery.
    """

    grant: str
    token_url: str
    issuer: str
    client_id: SecretRef
    client_secret: SecretRef
    client_auth: str  # "basic" or "post"
    scope: str
    username: SecretRef
    password: SecretRef
    extra: tuple[tuple[str, str], ...]  # further form fields, audience for instance


@dataclass(frozen=True, slots=True)
class LoginAuth:
    """A log-in by form or JSON that sets a cookie or hands out a token."""

    url: str
    method: str
    format: str  # "form" or "json"
    fields: tuple[tuple[str, str], ...]  # values may be secret references
    before: str  # URL to GET first (its cookies and hidden form fields are sent along), "" for none
    token_pointer: str  # JSON Pointer of a token in the answer, "" when the cookie is all
    token_header: str  # header that carries the token afterwards
    success_status: tuple[int, ...]
    success_cookie: str  # name of the cookie that proves success, "" for any answer with success_status


@dataclass(frozen=True, slots=True)
class BrowserAuth:
    """A session taken over from a browser: Netscape cookie file and/or header lines, each by reference."""

    cookies: SecretRef
    headers: tuple[tuple[str, SecretRef], ...]


@dataclass(frozen=True, slots=True)
class UsernameTokenAuth:
    """OASIS WS-Security UsernameToken Profile 1.1: a header block in every SOAP message. `lifetime`: seconds of wsu:Timestamp,
    0 sends none. `basic`: name and password go as HTTP Basic, too.
    """

    username: SecretRef
    password: SecretRef
    digest: bool
    nonce: bool
    lifetime: float
    must_understand: bool
    basic: bool


@dataclass(frozen=True, slots=True)
class SoapLoginAuth:
    """A log-in by a SOAP message whose answer hands out a session id or sets a cookie."""

    url: str
    version: str  # of SOAP: "1.1" or "1.2"
    action: str
    message: str  # what stands in the Body; {name} is the value of a field
    fields: tuple[tuple[str, str], ...]  # values may be secret references
    session: str  # ElementPath of the session id in the answer, "" when the cookie is all
    header: str  # header block of later messages, {session} in it; "" when the cookie is all
    success_cookie: str
    expired: str  # what a fault says when the session has run out, "" unknown


Auth = NoAuth | BasicAuth | BearerAuth | ApiKeyAuth | OAuth2Auth | LoginAuth | BrowserAuth | UsernameTokenAuth | SoapLoginAuth


@dataclass(frozen=True, slots=True)
class Csrf:
    """A token fetched from a URL and sent in a header."""

    url: str
    request_headers: tuple[tuple[str, str], ...]  # ("x-csrf-token", "Fetch") for SAP
    source: str  # "header:NAME", "cookie:NAME" or "json:POINTER"
    header: str  # header to send
    methods: tuple[str, ...]  # which methods need it


@dataclass(frozen=True, slots=True)
class Logout:
    """How a session ends. A body that is a SOAP message gets the session's header block like any other."""

    method: str
    url: str
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where requests may go. Empty `addresses` allows those the base URL resolves to plus any public address of `hosts`."""

    hosts: tuple[str, ...]  # host or host:port, lower case
    addresses: tuple[str, ...]  # CIDR
    paths: tuple[str, ...]  # prefixes; empty for all
    exclude: tuple[str, ...]  # path prefixes never asked


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets and pace of one run. Bytes, seconds, requests per second."""

    concurrency: int = 4
    rate: float = 10.0
    requests: int = 2000
    seconds: float = 900.0
    wire_bytes: int = 64 * 2**20
    decoded_bytes: int = 256 * 2**20
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    exchange_seconds: float = 120.0
    retries: int = 2
    redirects: int = 5
    quota_reserve: int = 50  # stop when a stated quota has this many left
    brake: bool = True


@dataclass(frozen=True, slots=True)
class Transport:
    """Proxy and TLS. `proxy` URL may hold a secret reference for the credentials."""

    proxy: str
    proxy_auth: SecretRef  # "user:password" by reference
    ca: str  # PEM file of a private authority, "" for the system's
    client_cert: str
    client_key: SecretRef
    verify: bool  # False records the fact and fails the TLS checks


@dataclass(frozen=True, slots=True)
class Declared:
    """An interface that cannot be discovered, named by the profile."""

    kind: str
    url: str
    description: str  # URL of the description, "" when there is none
    read_operations: tuple[str, ...]  # POST operations that only read
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Discovery:
    """How interfaces are looked for. `guess`: "auto" (usual places are tried when nothing is declared), "always", "never"."""

    guess: str = "auto"
    places: tuple[str, ...] = ()  # URLs asked first


@dataclass(frozen=True, slots=True)
class Redact:
    """What else is secret: JSON Pointers into answers (with *), header names, query and form parameters."""

    pointers: tuple[str, ...]
    headers: tuple[str, ...]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FailureSign:
    """How the body of an answer with status 2xx tells that the call failed. `means`: "failed", "partly" (some of what was asked
    for), "empty" (a fault or an error that says only that nothing was found).
    """

    name: str
    element: str  # ElementPath with {namespace}name, from the envelope; "" not for XML
    pointer: str  # JSON Pointer with *, "" not for JSON
    equals: tuple[str, ...]  # any of these texts; with `starts` empty, too: anything that is not empty
    starts: tuple[str, ...]
    means: str


@dataclass(frozen=True, slots=True)
class Target:
    """The system under test. Holds references to secrets, never secrets: safe to write."""

    name: str
    base_url: str  # ends with "/"
    product: str
    vendor: str
    version: str  # as the profile states it; "" unknown
    scope: Scope
    auth: Auth
    csrf: Csrf | None
    logout: Logout | None
    limits: Limits
    transport: Transport
    headers: tuple[tuple[str, str], ...]  # sent with every request
    declared: tuple[Declared, ...]
    redact: Redact
    volatile: tuple[str, ...]  # JSON Pointers (with *) masked when answers are compared
    vocabulary: dict[str, Any]  # neutral mapping and vendor quirks, passed through to probes
    discovery: Discovery = Discovery()
    failures: tuple[FailureSign, ...] = ()
    exports: tuple[Export, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of an operation. `schema` is JSON Schema as published, references resolved one level; {} unknown."""

    name: str
    place: str  # "path", "query", "header", "cookie"
    required: bool
    schema: dict[str, Any]
    examples: tuple[Any, ...]
    style: str  # OpenAPI style; "" for the place's default
    explode: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing an interface can do. `id` is stable over runs: "GET /items/{id}"."""

    id: str
    interface: str
    name: str  # operationId, function or SOAP operation name; "" if none
    method: str
    template: str  # path template below Interface.url, starts with "/"
    parameters: tuple[Parameter, ...]
    effect: Effect
    produces: tuple[str, ...]  # media types of success answers
    pointer: str  # place in the description
    deprecated: bool
    secured: bool | None  # False: the contract says that no credentials are needed; None: it says nothing


@dataclass(frozen=True, slots=True)
class Interface:
    """One way in. `id` is "<kind>:<path below the base URL>" ("openapi:/api/v1"), stable over hosts and runs."""

    id: str
    kind: str  # open: "openapi", "odata", "wsdl", "oslc", "web", ...
    url: str  # service root, no trailing slash
    title: str
    version: str
    description: str  # id of the exchange that holds the description, "" when there is none
    documents: tuple[str, ...]  # exchanges of further documents it refers to
    anonymous: bool | None  # the description can be read without log-in; None not asked
    found: str  # why we believe that it is there: reason and exchange id
    options: dict[str, Any]  # from the profile
