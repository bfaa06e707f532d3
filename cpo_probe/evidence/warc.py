"""How does an exchange stand in a WARC file (ISO 28500, WARC/1.1), and how is it read back?

One gzip member per record. An exchange is a `request` record, then a `response` record if a response head arrived, then a
`metadata` record (application/warc-fields) if it failed. They follow one another in the segment and name each other by
`WARC-Concurrent-To`. A body that ended early is marked `WARC-Truncated` (5.13): disconnect, time, length or unspecified.

A body too big for a segment lies raw in `payloads/<sha256>`, named by the extension field `Payload-File`. Its response is a
`revisit` record of a profile of our own that holds the head alone: readers that do not know the profile show the head and, as
6.7.1 asks, do not take the record for the whole answer. Its request is a request record with the head alone.
"""

import hashlib
import string
import zlib
from dataclasses import dataclass
from urllib.parse import quote

from cpo_probe.evidence.rows import PAYLOADS, Message
from cpo_probe.model import Exchange, FailureKind, Headers, Wire

PROFILE = "urn:cpo-probe:warc-profile:payload-file:1"
_URI = string.ascii_letters + string.digits + string.punctuation
_TRUNCATED = {
    FailureKind.TOO_LARGE: "length",
    FailureKind.BOMB: "length",
    FailureKind.READ_TIMEOUT: "time",
    FailureKind.DEADLINE: "time",
    FailureKind.DISCONNECTED: "disconnect",
    FailureKind.PROTOCOL: "unspecified",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """The bytes of one exchange as they go into a segment, and where its messages lie in them."""

    data: bytes
    sha256: str
    request: Message
    response: Message | None


def segment_name(number: int) -> str:
    """The file of a segment below `traffic/`."""
    return f"{number:05d}.warc.gz"


def warcinfo(run: str, engine: str, date: str, segment: int) -> bytes:
    """The first record of a segment (6.2)."""
    block = _fields(
        software=f"cpo-probe/{engine}",
        format="WARC File Format 1.1",
        isPartOf=run,
        description="HTTP/1.1 messages as parsed: transfer coding removed, content coding kept, secrets replaced",
    )
    name = segment_name(segment)
    return _member("warcinfo", _uuid(run, name, "info"), date, block, ["WARC-Filename: " + name], "application/warc-fields")


def pack_exchange(exchange: Exchange, wire: Wire, run: str, payloads: tuple[str, str]) -> Stored:
    """The records of an exchange; `payloads` are the sha256 of the request's and the response's body if kept outside, else ""."""
    date = exchange.at.replace("+00:00", "Z")
    ids = {kind: _uuid(run, exchange.id, kind) for kind in ("request", "response", "metadata")}
    common = ["WARC-Target-URI: " + uri(exchange.request.url)]
    if exchange.peer:
        common.append("WARC-IP-Address: " + _line(exchange.peer.address))
    other = "response" if wire.response_head else "metadata"
    request_fields = [*common, "WARC-Concurrent-To: " + ids[other]] if exchange.failure or wire.response_head else common
    data, request = _message(
        "request", ids["request"], date, request_fields, head_of(wire.request_head), wire.request_body, payloads[0]
    )
    response = None
    if wire.response_head:
        fields = [*common, "WARC-Concurrent-To: " + ids["request"]]
        cut = exchange.response.truncated if exchange.response else exchange.failure.kind if exchange.failure else None
        if cut in _TRUNCATED:
            fields.append("WARC-Truncated: " + _TRUNCATED[cut])
        more, response = _message(
            "response",
            ids["response"],
            date,
            fields,
            head_of(wire.response_head),
            wire.response_body,
            payloads[1],
            wire.stored_bytes,
        )
        data += more
    if exchange.failure:
        block = _fields(failure=exchange.failure.kind.value, detail=exchange.failure.detail)
        fields = [*common, "WARC-Concurrent-To: " + ids["request"]]
        data += _member("metadata", ids["metadata"], date, block, fields, "application/warc-fields")
    return Stored(data, hashlib.sha256(data).hexdigest(), request, response)


def unpack_message(data: bytes, message: Message) -> tuple[bytes, bytes]:
    """Head and body of the message whose gzip member `data` is; the body is empty when it lies in `payloads/`.

    Raises `ValueError` when the member is not what the row says.
    """
    block = _halves(data)[1]
    body = 0 if message.payload else message.body
    if len(block) != message.head + body:
        raise ValueError(f"the record holds {len(block)} bytes, the row says {message.head + body}")
    return block[: message.head], block[message.head :]


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: its named fields (names in lower case) and its block."""

    fields: dict[str, str]
    block: bytes


def record(data: bytes) -> Record:
    """The record in one gzip member. Raises `ValueError` when there is none."""
    head, block = _halves(data)
    pairs = (line.partition(": ") for line in head.decode("utf-8", "replace").split("\r\n")[1:])
    return Record({name.lower(): value for name, _, value in pairs}, block)


def _halves(data: bytes) -> tuple[bytes, bytes]:
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        text = engine.decompress(data)
    except zlib.error as error:
        raise ValueError(f"not a gzip member: {error}") from None
    if not engine.eof or engine.unused_data:
        raise ValueError("not exactly one gzip member")
    head, found, rest = text.partition(b"\r\n\r\n")
    if not found or not head.startswith(b"WARC/1.1\r\n") or not rest.endswith(b"\r\n\r\n"):
        raise ValueError("not a WARC/1.1 record")
    return head, rest[:-4]


def head_of(head: bytes) -> bytes:
    """The head with the empty line that ends it."""
    return head if head.endswith(b"\r\n\r\n") else head.removesuffix(b"\r\n") + b"\r\n\r\n"


def parse_head(head: bytes) -> tuple[str, Headers]:
    """Start line and fields of a stored head, read as ISO-8859-1: every byte is one character, none is lost (RFC 9110, 5.5)."""
    start, *lines = head.decode("iso-8859-1").removesuffix("\r\n\r\n").split("\r\n")
    return start, tuple([(name, value.strip(" \t")) for name, _, value in [line.partition(":") for line in lines]])


def _message(
    kind: str, uid: str, date: str, fields: list[str], head: bytes, body: bytes, payload: str, size: int = 0
) -> tuple[bytes, Message]:
    content_type = "application/http;msgtype=" + kind
    if payload:
        fields = [*fields, f"Payload-File: {PAYLOADS}/{payload}"]
        if kind == "response":
            kind = "revisit"
            fields += [f"WARC-Payload-Digest: sha256:{payload}", "WARC-Profile: " + PROFILE]
    block = head if payload else head + body
    if not payload and kind == "response":
        fields = [*fields, "WARC-Payload-Digest: sha256:" + hashlib.sha256(body).hexdigest()]
    data = _member(kind, uid, date, block, fields, content_type)
    return data, Message(len(data), len(head), size or len(body), payload)


def _member(kind: str, uid: str, date: str, block: bytes, fields: list[str], content_type: str) -> bytes:
    lines = [
        "WARC/1.1",
        "WARC-Type: " + kind,
        "WARC-Record-ID: " + uid,
        "WARC-Date: " + date,
        *fields,
        "WARC-Block-Digest: sha256:" + hashlib.sha256(block).hexdigest(),
        "Content-Type: " + content_type,
        f"Content-Length: {len(block)}",
    ]
    # A small window for a small message: making a large one takes five times as long as all the rest.
    window, memory = (12, 5) if len(block) < 2**12 else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    engine = zlib.compressobj(1, zlib.DEFLATED, window | 16, memory)  # its header holds no time: equal input is equal output
    head = "\r\n".join(lines).encode("utf-8", "backslashreplace") + b"\r\n\r\n"
    return engine.compress(head) + engine.compress(block) + engine.compress(b"\r\n\r\n") + engine.flush()


def _fields(**pairs: str) -> bytes:
    return "".join(f"{name}: {_line(value)}\r\n" for name, value in pairs.items()).encode("utf-8", "backslashreplace")


def uri(url: str) -> str:
    """The URL fit for a named field: what no URI may hold (RFC 3986, 2) is percent-encoded."""
    return url if url.isascii() and url.isprintable() and " " not in url else quote(url, _URI, errors="backslashreplace")


def _line(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text).strip()


def _uuid(run: str, name: str, kind: str) -> str:
    """A record id of its own (5.2) that follows from what the record is: version 8 of RFC 9562 out of a hash."""
    h = hashlib.sha256(f"{run}\n{name}\n{kind}".encode("utf-8", "backslashreplace")).hexdigest()
    return f"<urn:uuid:{h[:8]}-{h[8:12]}-8{h[13:16]}-a{h[17:20]}-{h[20:32]}>"
