"""What of a recorded exchange does a reader have to see, and where in it is the fault?"""

from collections.abc import Sequence
from dataclasses import replace

from cpo_probe.model import Auth, Exchange, Headers, Where
from cpo_probe.report.data import ExchangeView, HeaderLine
from cpo_probe.report.excerpt import Excerpt, excerpt
from cpo_probe.report.mask import SECRET_HEADERS, hidden, mask, mask_header, printable, secret_name
from cpo_probe.report.reproduce import reproducer
from cpo_probe.report.yaml_place import yaml_line

MAX_FIELDS = 32
MAX_VALUE = 300
MAX_URL = 800
PHASES = ("dns", "connect", "tls", "send", "first_byte", "body")


def cut(text: str, limit: int) -> str:
    """The beginning of a text, visibly cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def safe(text: str, limit: int = MAX_VALUE) -> str:
    """Recorded text for print: masked, visible, bounded."""
    return cut(mask(text[: 4 * limit]), limit)


def safe_where(where: Where) -> Where:
    """The place with its recorded names masked."""
    return replace(where, name=safe(where.name), pointer=safe(where.pointer), instance=safe(where.instance))


def charset(exchange: Exchange) -> str:
    """The charset parameter of Content-Type, UTF-8 without one."""
    for parameter in (exchange.header("content-type") or "").split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def in_body(where: Where) -> bool:
    return where.part in {"response.body", "description"}


def body_excerpt(exchange: Exchange, wheres: Sequence[Where], limit: int) -> Excerpt:
    """The response body around the places; around the first one where they are lines or offsets."""
    places = [w for w in wheres if in_body(w) and (w.pointer or w.line > 0 or w.offset >= 0)]
    body = exchange.body
    line = next((w.line for w in places if w.line > 0), 0)
    offset = next((w.offset for w in places if w.offset >= 0), -1)
    pointers = [w.pointer for w in places if w.pointer.startswith("/")]
    if pointers and not line and offset < 0 and body.lstrip()[:1] not in (b"{", b"[") and "xml" not in exchange.media_type:
        line = yaml_line(body, pointers[0])
    return excerpt(body, charset=charset(exchange), pointers=pointers, line=line, offset=offset, limit=limit)


def header_lines(headers: Headers, marked: Sequence[str], redacted: frozenset[str] = frozenset()) -> tuple[HeaderLine, ...]:
    """Header fields in the order received; those named in `marked` are marked, or added as absent."""
    wanted = {name.lower(): name for name in marked if name}
    shown = [
        HeaderLine(
            safe(name, 80),
            _field(name, value, name.lower() in redacted),
            "mark" if name.lower() in wanted else "",
        )
        for name, value in headers[:MAX_FIELDS]
    ]
    there = {name.lower() for name, _ in headers}
    shown += [HeaderLine(safe(name, 80), "", "absent") for lower, name in wanted.items() if lower not in there]
    if len(headers) > MAX_FIELDS:
        shown.append(HeaderLine("…", f"+{len(headers) - MAX_FIELDS}", ""))
    return tuple(shown)


def _field(name: str, value: str, redacted: bool) -> str:
    """A field's value; one whose secret was replaced before storing keeps the form that its name demands."""
    if redacted and name.lower() not in SECRET_HEADERS:
        return hidden("secret")
    return cut(mask_header(name, value[: 4 * MAX_VALUE]), MAX_VALUE)


def exchange_view(
    exchange: Exchange, auth: Auth, wheres: Sequence[Where], findings: tuple[tuple[str, str], ...], lines: int
) -> ExchangeView:
    """The exchange with every place of `wheres` marked."""
    response, timing, peer = exchange.response, exchange.timing, exchange.peer
    marked = [w.name for w in wheres if w.part == "response.header"]
    redacted = frozenset(s.name.lower() for s in exchange.redacted if s.part == "request.header")
    return ExchangeView(
        id=exchange.id,
        at=exchange.at,
        purpose=exchange.purpose,
        why=safe(exchange.why),
        role=exchange.role,
        follows=exchange.follows,
        identity=exchange.identity.value,
        method=safe(exchange.request.method, 40),
        url=safe(exchange.request.url, MAX_URL),
        operation=safe(exchange.operation),
        request_headers=header_lines(exchange.request.headers, [w.name for w in wheres if w.part == "request"], redacted),
        request_body=excerpt(exchange.request.body, limit=lines // 2),
        status=exchange.status,
        reason=safe(response.reason, 80) if response else "",
        http_version=response.http_version if response else "",
        status_mark=any(w.part == "response.status" for w in wheres),
        response_headers=header_lines(response.headers, marked) if response else (),
        response_body=body_excerpt(exchange, wheres, lines),
        media_type=safe(exchange.media_type, 120),
        truncated=response.truncated.value if response and response.truncated else "",
        failure=exchange.failure.kind.value if exchange.failure else "",
        failure_detail=safe(exchange.failure.detail) if exchange.failure else "",
        phases=tuple((name, seconds) for name in PHASES if (seconds := getattr(timing, name)) is not None),
        total=timing.total,
        peer=f"{peer.address}:{peer.port}" if peer else "",
        tls=printable(f"{peer.tls.version} {peer.tls.cipher}") if peer and peer.tls else "",
        redacted=tuple(sorted({safe(f"{s.part} {s.name}", 120) for s in exchange.redacted})),
        findings=findings,
        reproducer=None if wheres else reproducer(exchange, auth),
    )


def hides(where: Where) -> bool:
    """Whether the value at that place is a secret by its name."""
    last = where.pointer.rpartition("/")[2]
    return secret_name(where.name) or secret_name(last)
