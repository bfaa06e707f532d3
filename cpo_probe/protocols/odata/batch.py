"""How are several reads asked at once, and what came back for each? OData Protocol 4.01, 11.7; OData JSON 4.01, 19.

What is written here can only read: a request of a batch has no other method than GET.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Headers, header, parse_json

MULTIPART, JSON = "multipart/mixed", "application/json"
MOST_PARTS = 1000

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]+)"|([^";\s]+))', re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/\d\.\d ([1-5]\d\d)(?: [^\r\n]*)?")


class Malformed(ValueError):
    """The answer is no batch response. `expected` and `found` say in what."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found[:200]


@dataclass(frozen=True, slots=True)
class Read:
    """One GET of a batch. `url`: absolute, an absolute path, or relative to the service root; percent-encoded.

    Raises `ValueError` for what would not stay on its line: nothing may become a request of its own.
    """

    id: str
    url: str
    headers: Headers = ()

    def __post_init__(self) -> None:
        texts = (self.id, *(text for pair in self.headers for text in pair))
        if re.search(r"[^!-~]", self.url) or any(re.search(r"[^ -~]", text) for text in texts):
            raise ValueError(f"{self.url!r} cannot be asked for in a batch: percent-encode it")


@dataclass(frozen=True, slots=True)
class Part:
    """The response to one request. `id`: "" when none is stated. `value`: the body as JSON, None when it is none."""

    id: str
    status: int
    headers: Headers
    value: Any

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


def write_multipart(reads: Iterable[Read], boundary: str, host: str) -> bytes:
    """The body of a multipart batch request (11.7.7.1). `host`: what a URL that is an absolute path belongs to."""
    parts = []
    for one in reads:
        fields = "".join(f"{name}: {value}\r\n" for name, value in (("Host", host), *one.headers))
        head = (
            f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {one.id}\r\n\r\n"
        )
        parts.append(f"{head}GET {one.url} HTTP/1.1\r\n{fields}\r\n\r\n")
    return ("".join(parts) + f"--{boundary}--\r\n").encode()


def write_json(reads: Iterable[Read]) -> bytes:
    """The body of a JSON batch request (JSON 19.1)."""
    requests = [{"id": one.id, "method": "GET", "url": one.url, "headers": dict(one.headers)} for one in reads]
    return json.dumps({"requests": requests}, ensure_ascii=False).encode()


def read_multipart(body: bytes, content_type: str) -> tuple[Part, ...]:
    """The responses in a multipart answer (11.7.7.5), in their order. Raises `Malformed`.

    Lines may end without CR. Preamble and epilogue are passed over (RFC 2046, 5.1.1).
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Malformed("a boundary in Content-Type", content_type or "no Content-Type")
    mark = re.escape((found.group(1) or found.group(2)).encode("latin-1", "replace"))
    pieces = re.split(rb"(?:^|\r?\n)--" + mark + rb"(--)?[ \t]*(?=\r?\n|$)", body, maxsplit=2 * MOST_PARTS)
    if len(pieces) < 3:
        raise Malformed("parts between boundaries", f"{len(body)} bytes without the boundary")
    if b"--" not in pieces[1::2]:
        raise Malformed("the boundary that closes the message", "none")
    last = pieces.index(b"--", 1)
    return tuple(_part(re.sub(rb"^\r?\n", b"", piece, count=1)) for piece in pieces[2:last:2])


def _part(piece: bytes) -> Part:
    """A body part: its own header fields, then a response (11.7.7.5, application/http)."""
    fields, content = _split(piece)
    media = (header(fields, "content-type") or "").partition(";")[0].strip().lower()
    if media != "application/http":
        raise Malformed("a part of type application/http", media or "no Content-Type")
    line, _, rest = content.partition(b"\n")
    status = _STATUS.fullmatch(line.rstrip(b"\r"))
    if status is None:
        raise Malformed("a status line", line.decode("latin-1"))
    headers, body = _split(rest)
    stated = header(headers, "content-length")
    if stated is not None and stated.isdecimal():
        if len(body) < int(stated):
            raise Malformed(f"{stated} bytes, as Content-Length says", f"{len(body)} bytes")
        body, after = body[: int(stated)], body[int(stated) :]
        if after.strip():
            raise Malformed(f"{stated} bytes, as Content-Length says", f"{len(after)} bytes more")
    document = parse_json(body)
    return Part(header(fields, "content-id") or "", int(status.group(1)), headers, None if document.problem else document.value)


def _split(text: bytes) -> tuple[Headers, bytes]:
    """Header fields, and what follows the empty line."""
    if text.startswith((b"\r\n", b"\n")):
        return (), text.partition(b"\n")[2]
    match = re.search(rb"\r?\n\r?\n", text)
    head, body = (text[: match.start()], text[match.end() :]) if match else (text, b"")
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines() if ":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs), body


def read_json(value: Any) -> tuple[Part, ...]:
    """The responses in a JSON answer (JSON 19.5), in their order. Raises `Malformed`."""
    listed = value.get("responses") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise Malformed("an object with a list of responses", type(value if listed is None else listed).__name__)
    return tuple(_response(one) for one in listed[:MOST_PARTS])


def _response(one: Any) -> Part:
    if not isinstance(one, dict):
        raise Malformed("a response object", type(one).__name__)
    id, status, headers = one.get("id"), one.get("status"), one.get("headers", {})
    if not isinstance(id, str):
        raise Malformed("the id of a response, a text", repr(id))
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise Malformed("the status of a response, a number", repr(status))
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise Malformed("headers of a response, an object of texts", repr(headers))
    return Part(id, status, tuple(headers.items()), one.get("body"))
