"""How does a row become an exchange again?"""

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.rows import PAYLOADS, RECORD, TRAFFIC, Message, Row
from cpo_probe.evidence.source import Source
from cpo_probe.evidence.warc import parse_head, segment_name, unpack_message
from cpo_probe.model import Exchange, Headers, Peer, Request, Response, Wire, header
from cpo_probe.protocols.http import coding

BEGINNING = 64 * 2**10
"""Bytes that are shown of a body too big for memory."""


class Reader:
    """Reads messages from segments and payloads. `limit`: bytes of a body after its content coding is removed."""

    def __init__(self, source: Source, limit: int) -> None:
        self._source = source
        self._limit = limit
        self._certificate = lru_cache(maxsize=64)(self._read_certificate)

    def wire(self, row: Row) -> Wire:
        """The stored messages; of a body too big for memory the beginning.

        Raises `EvidenceError` when the bytes are gone or are not those that were recorded.
        """
        place = f"{RECORD}/{TRAFFIC}/{segment_name(row.segment)}"
        try:
            data = self._source.part(place, row.offset, row.length)
            if hashlib.sha256(data).hexdigest() != row.sha256:
                raise ValueError("the stored bytes were changed or cut off")
            head, body = self._message(data[: row.request.length], row.request)
            if row.response is None:
                return Wire(head, body, b"", b"")
            return Wire(head, body, *self._answered(data, row, row.response))
        except (OSError, ValueError) as error:
            raise EvidenceError(
                f"exchange {row.id}, {place} at byte {row.offset}: {error}: get the bundle again from where it came"
            ) from None

    def _answered(self, data: bytes, row: Row, message: Message) -> tuple[bytes, bytes, str, int]:
        stored = row.answer.stored if row.answer else ""
        head, body = self._message(data[row.request.length :][: message.length], message, whole=not stored)
        return head, body, *((message.payload, message.body) if stored else ("", 0))

    def exchange(self, row: Row) -> Exchange:
        """The exchange as it was recorded, content coding removed within the limit."""
        wire = self.wire(row)
        return Exchange(
            id=row.id,
            at=row.at,
            probe=row.probe,
            unit=row.unit,
            attempt=row.attempt,
            purpose=row.purpose,
            why=row.why,
            group=row.group,
            interface=row.interface,
            operation=row.operation,
            effect=row.effect,
            identity=row.identity,
            follows=row.follows,
            role=row.role,
            request=Request(row.method, row.url, _headers(wire.request_head), wire.request_body),
            response=self._response(row, wire),
            failure=row.failure,
            timing=row.timing,
            peer=self._peer(row.peer),
            redacted=row.redacted,
            note=row.note,
        )

    def payload(self, digest: str) -> bytes:
        """A whole file of `payloads/`. Raises `EvidenceError` when it is missing or was changed."""
        try:
            return self._payload(digest)
        except (OSError, ValueError) as error:
            raise EvidenceError(f"{PAYLOADS}/{digest}: {error}: get the bundle again from where it came") from None

    def file(self, digest: str) -> Path:
        """The same as a regular file, hashed without being held in memory."""
        try:
            path = self._source.file(f"{RECORD}/{PAYLOADS}/{digest}")
            with path.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                    raise ValueError(f"{PAYLOADS}/{digest} was changed")
        except (OSError, ValueError) as error:
            raise EvidenceError(f"{PAYLOADS}/{digest}: {error}: get the bundle again from where it came") from None
        return path

    def _response(self, row: Row, wire: Wire) -> Response | None:
        a = row.answer
        if a is None:
            return None
        headers = _headers(wire.response_head)
        body = wire.response_body
        if a.stored:
            body = self._source.part(f"{RECORD}/{PAYLOADS}/{a.stored}", 0, BEGINNING)
        elif encoding := header(headers, "content-encoding"):
            body = coding.decode(body, encoding, self._limit).body
        return Response(a.status, a.reason, a.http_version, headers, body, a.wire_bytes, a.truncated, a.stored)

    def _message(self, data: bytes, message: Message, whole: bool = True) -> tuple[bytes, bytes]:
        head, body = unpack_message(data, message)
        if message.payload:
            if whole is False:
                return head, self._source.part(f"{RECORD}/{PAYLOADS}/{message.payload}", 0, BEGINNING)
            body = self._payload(message.payload)
            if len(body) != message.body:
                raise ValueError(f"{PAYLOADS}/{message.payload} holds {len(body)} bytes, the row says {message.body}")
        return head, body

    def _payload(self, digest: str) -> bytes:
        name = f"{RECORD}/{PAYLOADS}/{digest}"
        data = self._source.part(name, 0, self._source.size(name))
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"{PAYLOADS}/{digest} was changed")
        return data

    def _peer(self, peer: Peer | None) -> Peer | None:
        if peer is None or peer.tls is None:
            return peer
        chain = tuple(self._certificate(digest) for digest in peer.tls.chain)
        return Peer(peer.address, peer.port, type(peer.tls)(peer.tls.version, peer.tls.cipher, chain))

    def _read_certificate(self, digest: str) -> str:
        return base64.b64encode(self.payload(digest)).decode()


def _headers(head: bytes) -> Headers:
    return parse_head(head)[1] if head else ()
