"""What was asked, what came back, how long did it take?"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cpo_probe.model.document import Document, parse_json
from cpo_probe.model.outcome import Effect, FailureKind, Identity
from cpo_probe.model.recent import Recent

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order received; names as received."""


SHARED_BYTES = 2 * 2**20
_shared: Recent[bytes, Document] = Recent(SHARED_BYTES)  # a run asks the same question several times, one after the other


def header(headers: Headers, name: str) -> str | None:
    """The field's value, several lines joined by ", " (RFC 9110, 5.3); None when absent."""
    wanted = name.lower()
    values = [v for k, v in headers if k.lower() == wanted]
    return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as sent, secrets already replaced."""

    method: str
    url: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True)
class Response:
    """A final response (1xx left out), content coding removed from `body`, secrets already replaced."""

    status: int
    reason: str
    http_version: str
    headers: Headers
    body: bytes
    wire_bytes: int  # body length as received, content coding still on
    truncated: FailureKind | None  # why `body` is only a beginning
    stored: str = ""  # sha256 of the whole body in payloads/, where it is too big for memory and `body` its beginning

    def header(self, name: str) -> str | None:
        return self._joined.get(name.lower())

    @cached_property
    def _joined(self) -> dict[str, str]:
        """Fields by name in lower case, put together once: each of dozens of checks asks for some."""
        found: dict[str, str] = {}
        for name, value in self.headers:
            low = name.lower()
            found[low] = f"{found[low]}, {value}" if low in found else value
        return found

    @cached_property
    def media_type(self) -> str:
        """Type/subtype of Content-Type in lower case without parameters; "" when absent."""
        return (self.header("content-type") or "").split(";", 1)[0].strip().lower()

    @cached_property
    def document(self) -> Document:
        """The body read as JSON, once, within depth bounds. Equal bodies in a row share one: nobody may change its value.

        One that is kept as a file is not read: its problem is "stored".
        """
        if self.stored:
            return Document(None, "stored", -1, ())
        return _shared.get(self.body) or _shared.add(self.body, parse_json(self.body), len(self.body))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an exchange has no complete response. `detail` is for people and never enters a canonical finding."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds per phase; None where the phase did not happen (a reused connection has no DNS, connect, TLS)."""

    dns: float | None
    connect: float | None
    tls: float | None
    send: float | None
    first_byte: float | None  # from request sent to first byte of the answer
    body: float | None
    total: float


@dataclass(frozen=True, slots=True)
class Tls:
    """The secured connection; certificates as DER in base64, leaf first."""

    version: str
    cipher: str
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of the connection as really used."""

    address: str
    port: int
    tls: Tls | None


@dataclass(frozen=True, slots=True)
class Span:
    """A place where a secret was replaced.

    `part`: request.header, request.url, request.body, response.header or response.body.
    """

    part: str
    name: str  # header name, JSON Pointer or parameter
    length: int  # of the original, characters
    digest: str  # keyed hash of the original; the key is deleted at seal


@dataclass(frozen=True)
class Exchange:
    """One request and its response or failure. `id` counts from 1 in the bundle, zero-padded: "000001"."""

    id: str
    at: str  # UTC, RFC 3339 with microseconds, when the request was sent
    probe: str  # "discovery", "session" (log-in, token, log-out) or a probe's id
    unit: str  # unit of resuming: probe × interface or probe × operation
    attempt: int  # 1 unless the unit was resumed
    purpose: str  # what the judge selects by: "rest.read", "rest.negative.unknown-id"
    why: str  # one sentence for people: the reason this request was made
    group: str  # explicit key of exchanges judged together; "" for none
    interface: str  # Interface.id or ""
    operation: str  # Operation.id or ""
    effect: Effect
    identity: Identity
    follows: str  # id of the exchange this one retries, redirects or authenticates; "" for none
    role: str  # "primary", "retry", "redirect", "challenge", "token", "login", "csrf", "logout"
    request: Request
    response: Response | None
    failure: Failure | None
    timing: Timing
    peer: Peer | None
    redacted: tuple[Span, ...]
    note: dict[str, Any] = field(default_factory=dict)  # JSON the probe leaves for its checks: what was altered, what is expected

    @property
    def status(self) -> int:
        """The status code, 0 when there is no response."""
        return self.response.status if self.response else 0

    @property
    def complete(self) -> bool:
        """Whether a whole response arrived."""
        return self.response is not None and self.failure is None

    def header(self, name: str) -> str | None:
        """A response header's value."""
        return self.response.header(name) if self.response else None

    @property
    def body(self) -> bytes:
        return self.response.body if self.response else b""

    @property
    def media_type(self) -> str:
        return self.response.media_type if self.response else ""

    @property
    def json(self) -> Any:
        """The body as JSON; raises `ValueError` when it is none (look at `response.document` to learn why)."""
        if self.response is None:
            raise ValueError("no response")
        document = self.response.document
        if document.problem:
            raise ValueError(document.problem)
        return document.value


@dataclass(frozen=True, slots=True)
class Wire:
    """The bytes of one exchange as they are stored: HTTP/1.1 messages as parsed, transfer coding removed,
    content coding kept, secrets replaced. `response_head` is empty when no response head arrived.
    """

    request_head: bytes
    request_body: bytes
    response_head: bytes
    response_body: bytes
    stored: str = ""  # sha256 of the response's body in payloads/, where it is too big for memory and not here
    stored_bytes: int = 0
