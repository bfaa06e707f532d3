"""What may a target profile say? The pydantic models behind the TOML file, its JSON Schema and its reference page."""

import re
from typing import Annotated, Any, Literal

from lxml import etree
from pydantic import AfterValidator, BaseModel, Field

from cpo_probe.target.exports import Exports
from cpo_probe.target.secrets import is_reference
from cpo_probe.target.table import CONFIG

_SECRET_NAME = re.compile(
    r"pass(w(or)?d|phrase|code)?$|pwd|secret|token|api.?key|credential|^(authorization|cookie|proxy-authorization)$", re.I
)


def _reference(text: str) -> str:
    if not is_reference(text):
        raise ValueError('a secret is never written into a profile: expected "env:NAME" or "file:PATH"')
    return text


def _harmless(fields: dict[str, str]) -> dict[str, str]:
    for name, value in fields.items():
        if _SECRET_NAME.search(name) and not is_reference(value):
            raise ValueError(
                f'{name!r} looks like a secret, and a secret is never written into a profile: expected "env:NAME" or "file:PATH"'
            )
    return fields


def _no_secret_header(fields: dict[str, str]) -> dict[str, str]:
    for name, value in fields.items():
        if _SECRET_NAME.search(name) or is_reference(value):
            raise ValueError(
                f"{name!r} carries a secret and these headers are recorded as they are: use [auth] (kind api_key or bearer)"
            )
    return fields


def _parsed(text: str) -> etree._Element:
    try:
        return etree.fromstring(text)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"expected XML with one root element, found {text[:60]!r}: {error}") from None


def _xml(text: str) -> str:
    _parsed(text)
    return text


def _header(text: str) -> str:
    if text and "{session}" not in text:
        raise ValueError("expected {session} where the session id belongs, found none")
    return _xml(text) if text else text


def _place(text: str) -> str:
    try:
        if text:
            etree.Element("any").find(text)
    except (SyntaxError, KeyError, ValueError) as error:
        raise ValueError(f"expected a path of elements such as .//{{namespace}}name, found {text!r}: {error}") from None
    return text


_SECRET_TEXT = 'Reference to a secret: "env:NAME" or "file:PATH"; "|md5", "|sha256", "|base64" may follow.'


def _reference_or_none(text: str) -> str:
    return _reference(text) if text else text


Secret = Annotated[str, AfterValidator(_reference), Field(description=_SECRET_TEXT)]
OptionalSecret = Annotated[str, AfterValidator(_reference_or_none), Field(description=_SECRET_TEXT + " Empty: none.")]
Public = str
"""A text that stands for itself, or a reference: user names and client ids are no secrets."""
Fields = Annotated[dict[str, str], AfterValidator(_harmless)]
Method = Literal["GET", "POST", "PUT", "DELETE"]


class _Table(BaseModel):
    model_config = CONFIG


class NoAuthTable(_Table):
    """No log-in."""

    kind: Literal["none"]


class BasicTable(_Table):
    """User name and password with every request (RFC 7617)."""

    kind: Literal["basic"]
    username: Public
    """User name, or a reference."""
    password: Secret


class BearerTable(_Table):
    """A token that you have (RFC 6750)."""

    kind: Literal["bearer"]
    token: Secret
    scheme: str = "Bearer"
    """The word before the token where the product wants another one, "Token" for instance."""


class ApiKeyTable(_Table):
    """A key in a header or in the query."""

    kind: Literal["api_key"]
    name: str
    """Name of the header or query parameter."""
    value: Secret
    place: Literal["header", "query"] = "header"
    """Where the key is sent."""


class OAuth2Table(_Table):
    """A token fetched from an authorization server (RFC 6749)."""

    kind: Literal["oauth2"]
    grant: Literal["client_credentials", "password"] = "client_credentials"
    """How the token is asked for."""
    token_url: str = ""
    """Token endpoint; may be relative to base_url. Empty: found through `issuer`."""
    issuer: str = ""
    """Where RFC 8414 or OpenID Connect metadata is found."""
    client_id: Public
    """Client identifier, or a reference."""
    client_secret: OptionalSecret = ""
    client_auth: Literal["basic", "post"] = "basic"
    """Whether the client authenticates by header or in the form."""
    scope: str = ""
    """Scopes asked for, separated by spaces."""
    username: Public = ""
    """For the password grant: user name, or a reference."""
    password: OptionalSecret = ""
    extra: Fields = {}
    """Further form fields, `audience` for instance."""


class LoginTable(_Table):
    """A log-in by form or JSON that sets a cookie or hands out a token."""

    kind: Literal["login"]
    url: str
    """Where the log-in is sent; may be relative to base_url."""
    method: Literal["POST", "PUT", "GET"] = "POST"
    """Method of the log-in request."""
    format: Literal["form", "json"] = "form"
    """How the fields are sent."""
    fields: Fields
    """Field name = text or reference."""
    before: str = ""
    """URL asked first: its cookies and hidden form fields are sent along."""
    token_pointer: str = ""
    """JSON Pointer of a token in the answer; empty when the cookie is all."""
    token_header: str = "Authorization"
    """Header that carries this token afterwards."""
    success_status: tuple[int, ...] = (200, 201, 204, 302, 303)
    """Status codes of a log-in that worked."""
    success_cookie: str = ""
    """Cookie that proves the log-in, for systems that answer 200 to a wrong password."""


class BrowserTable(_Table):
    """A session taken over from a browser."""

    kind: Literal["browser"]
    cookies: OptionalSecret = ""
    headers: dict[str, Secret] = {}
    """Header name = reference."""


class UsernameTokenTable(_Table):
    """User name and password in the header of every SOAP message (OASIS WS-Security, UsernameToken Profile 1.1). What is no SOAP
    message goes without, the request for the WSDL too."""

    kind: Literal["wsse"]
    username: Public
    """User name, or a reference."""
    password: Secret
    password_type: Literal["text", "digest"] = "text"
    """How the password is sent: as it is, or as SHA-1 of nonce, time and password."""
    nonce: bool = True
    """Whether a nonce and the time go with a password that is sent as text, too; with a digest they always do."""
    timestamp: Annotated[float, Field(ge=0, le=86400)] = 0.0
    """Seconds after which a message expires (wsu:Timestamp). 0: none is sent."""
    must_understand: bool = True
    """Whether the header carries mustUnderstand="1"."""
    http_basic: bool = False
    """Whether the same goes as HTTP Basic with every request, too."""


class SoapLoginTable(_Table):
    """A log-in by a SOAP message, answered with a session id or a cookie."""

    kind: Literal["soap_login"]
    url: str
    """Where the message is sent; may be relative to base_url."""
    version: Literal["1.1", "1.2"] = "1.1"
    """Version of SOAP."""
    action: str = ""
    """SOAPAction of the message."""
    message: Annotated[str, AfterValidator(_xml)]
    """What stands in its Body: XML, with {name} where the value of a field belongs."""
    fields: Fields
    """Field name = text or reference."""
    session: Annotated[str, AfterValidator(_place)] = ""
    """Where the session id stands in the answer: `.//{namespace}name` for instance. Empty: the cookie is all."""
    header: Annotated[str, AfterValidator(_header)] = ""
    """Header block of all later messages: XML, with {session} where the id belongs. Empty: the cookie is all."""
    success_cookie: str = ""
    """Cookie that proves the log-in."""
    expired: str = ""
    """Words in code or reason of a fault that say that the session has run out: then the account logs in again."""


AuthTable = Annotated[
    NoAuthTable
    | BasicTable
    | BearerTable
    | ApiKeyTable
    | OAuth2Table
    | LoginTable
    | BrowserTable
    | UsernameTokenTable
    | SoapLoginTable,
    Field(discriminator="kind"),
]


class CsrfTable(_Table):
    """A token fetched from a URL and sent in a header."""

    url: str
    """Where the token is fetched; may be relative to base_url."""
    request_headers: dict[str, str] = {}
    """Headers of the fetch, `x-csrf-token = "Fetch"` for instance."""
    source: Annotated[str, Field(pattern=r"^(header|cookie|json):.+$")]
    """Where the token stands in the answer: "header:NAME", "cookie:NAME" or "json:POINTER"."""
    header: str
    """Header that carries the token afterwards."""
    methods: tuple[str, ...] = ("POST", "PUT", "PATCH", "DELETE")
    """Methods that need the token."""


class LogoutTable(_Table):
    """How a session ends."""

    method: Method = "POST"
    """Method of the log-out request."""
    url: str
    """Where it is sent; may be relative to base_url."""
    body: str = ""
    """Its body; a SOAP message gets the header of the log-in like any other."""
    headers: Annotated[dict[str, str], AfterValidator(_no_secret_header)] = {}
    """Its headers, `Content-Type = "text/xml; charset=utf-8"` for instance."""


class FailureTable(_Table):
    """How the body of an answer with status 2xx tells that the call failed."""

    name: str
    """What it is called in findings."""
    element: Annotated[str, AfterValidator(_place)] = ""
    """Place in an XML answer: a path of elements from the root (of SOAP: the envelope), `.//{namespace}name` for instance."""
    pointer: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""
    """Place in a JSON answer: a JSON Pointer, * for any array position or member."""
    equals: tuple[str, ...] = ()
    """Texts that stand there when the call failed. Neither these nor `starts`: anything that is not empty."""
    starts: tuple[str, ...] = ()
    """What such a text begins with."""
    means: Literal["failed", "partly", "empty"] = "failed"
    """"failed"; "partly": some of what was asked for failed; "empty": nothing was found, which is no mistake."""


class ScopeTable(_Table):
    """Where requests may go; nothing else is ever asked."""

    hosts: tuple[str, ...] = ()
    """Hosts ("plm.example.com" or "plm.example.com:8443") besides those named in this profile."""
    addresses: tuple[str, ...] = ()
    """Networks in CIDR notation. Empty: what base_url resolves to, and public addresses of the hosts."""
    paths: tuple[str, ...] = ()
    """Path prefixes that may be asked. Empty: all."""
    exclude: tuple[str, ...] = ()
    """Path prefixes that are never asked."""


class LimitsTable(_Table):
    """Budgets and pace of one run."""

    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Requests at the same time."""
    rate: Annotated[float, Field(gt=0, le=1000)] = 10.0
    """Requests per second."""
    requests: Annotated[int, Field(ge=1)] = 2000
    """Requests of the whole run."""
    seconds: Annotated[float, Field(gt=0)] = 900.0
    """Seconds of the whole run."""
    wire_bytes: Annotated[int, Field(ge=1024)] = 64 * 2**20
    """Bytes of one answer on the wire."""
    decoded_bytes: Annotated[int, Field(ge=1024)] = 256 * 2**20
    """Bytes of one answer after decompression."""
    connect_seconds: Annotated[float, Field(gt=0)] = 10.0
    """Seconds for a connection."""
    read_seconds: Annotated[float, Field(gt=0)] = 30.0
    """Seconds between two pieces of an answer."""
    exchange_seconds: Annotated[float, Field(gt=0)] = 120.0
    """Seconds for one whole answer."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """Repetitions after trouble on the network or a 503."""
    redirects: Annotated[int, Field(ge=0, le=20)] = 5
    """Redirects followed in a row."""
    quota_reserve: Annotated[int, Field(ge=0)] = 50
    """Requests left over from a quota that the system states."""
    brake: bool = True
    """Slow down or stop when the system suffers."""


class TransportTable(_Table):
    """Proxy and TLS."""

    proxy: str = ""
    """URL of a proxy; the environment is not looked at."""
    proxy_auth: OptionalSecret = ""
    ca: str = ""
    """PEM file of a private certificate authority."""
    client_cert: str = ""
    """PEM file of a client certificate."""
    client_key: OptionalSecret = ""
    verify: bool = True
    """false accepts any certificate; the fact is recorded and the TLS checks fail."""


class InterfaceTable(_Table):
    """An interface that cannot be discovered."""

    kind: str
    """"openapi", "odata", "wsdl", "oslc" or what a content folder of yours adds."""
    url: str = ""
    """Service root; may be relative to base_url. Empty: base_url, or what the description says."""
    description: str = ""
    """URL of the description document; may be relative to base_url."""
    read_operations: tuple[str, ...] = ()
    """POST operations that only read, by id or name."""
    options: dict[str, Any] = {}
    """Free settings for the probes of this kind."""


class DiscoveryTable(_Table):
    """How interfaces are looked for."""

    guess: Literal["auto", "always", "never"] = "auto"
    """Whether usual places are tried; "auto": when no interface is declared."""
    places: tuple[str, ...] = ()
    """Further URLs to ask first; may be relative to base_url."""


class RedactTable(_Table):
    """What else must not be written into the evidence."""

    pointers: tuple[str, ...] = ()
    """JSON Pointers into answers, * for any array position or member."""
    headers: tuple[str, ...] = ()
    """Header names."""
    parameters: tuple[str, ...] = ()
    """Names of query and form parameters."""


class Profile(_Table):
    """A target profile: one TOML file."""

    extends: str = ""
    """Name of the profile this one builds on: tables are merged, everything else is replaced."""
    name: str = ""
    """Name of this system in reports. Default: the host."""
    base_url: str = ""
    """Where the system is, with https://."""
    product: str = ""
    """Product under test."""
    vendor: str = ""
    """Its maker."""
    version: str = ""
    """Its version, as you know it."""
    params: dict[str, str] = {}
    """Names that stand as ${name} in other texts of the profile."""
    headers: Annotated[dict[str, str], AfterValidator(_no_secret_header)] = {}
    """Headers sent with every request; never secrets."""
    volatile: tuple[str, ...] = ()
    """JSON Pointers (with *) of values that change from answer to answer, masked in comparisons."""
    auth: AuthTable = NoAuthTable(kind="none")
    """How the account logs in."""
    csrf: CsrfTable | None = None
    """A token that writing requests need."""
    logout: LogoutTable | None = None
    """How a session ends."""
    scope: ScopeTable = ScopeTable()
    """Where requests may go."""
    limits: LimitsTable = LimitsTable()
    """Budgets and pace."""
    transport: TransportTable = TransportTable()
    """Proxy and TLS."""
    discovery: DiscoveryTable = DiscoveryTable()
    """How interfaces are looked for."""
    interfaces: tuple[InterfaceTable, ...] = ()
    """Interfaces that cannot be discovered, one [[interfaces]] table each."""
    exports: Exports = ()
    """Files that the system hands out, one [[exports]] table each."""
    redact: RedactTable = RedactTable()
    """What else is secret."""
    failures: tuple[FailureTable, ...] = ()
    """What tells in answers with status 2xx that a call failed, one [[failures]] table each."""
    vocabulary: dict[str, Any] = {}
    """Mapping of the vendor's words to neutral ones, and quirks: passed on to probes as it is."""


def profile_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a profile, for editors that validate TOML."""
    schema = Profile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "cpo-probe target profile"}
