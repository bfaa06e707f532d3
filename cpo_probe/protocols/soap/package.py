"""How does an envelope travel together with what is too big for it? multipart/related (RFC 2387), XOP and MTOM."""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Part:
    """One part, its transfer encoding undone. `id`: Content-ID without its brackets.

    `type`: the parameter of its Content-Type, which at the root of a package of XOP names the media type of the envelope.
    """

    id: str
    media_type: str
    content: bytes
    type: str = ""


def parts(body: bytes, content_type: str) -> tuple[Part, ...]:
    """The parts of a multipart body, the root part first (`start`, or the first one); () when it is none."""
    head = Message()
    head["Content-Type"] = content_type
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/related" or not boundary:
        return ()
    line = re.compile(rb"(?:\r?\n|\A)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(?:--)?[ \t]*(?=\r?\n|\Z)")
    found = [_part(piece) for piece in line.split(body)[1:] if piece.strip()]  # what stands before the first line is no part
    start = str(head.get_param("start") or "").strip("<>")
    root = next((part for part in found if start and part.id == start), None)
    return tuple(found if root is None else (root, *(part for part in found if part is not root)))


_HEAD = re.compile(rb"\r?\n((?:[^\r\n]+\r?\n)*)\r?\n")


def _part(piece: bytes) -> Part:
    """A line end, the fields each with theirs, an empty line, and the content; without an empty line it is all content."""
    found = _HEAD.match(piece)
    fields = BytesHeaderParser().parsebytes(found[1] if found else b"")
    content = piece[found.end() :] if found else piece
    stated = str(fields.get_param("type") or "")
    content = _decoded(content, str(fields.get("Content-Transfer-Encoding", "")).strip().lower())
    return Part(str(fields.get("Content-ID", "")).strip().strip("<>"), fields.get_content_type(), content, stated)


def _decoded(content: bytes, encoding: str) -> bytes:
    """RFC 2045, 6: 7bit, 8bit and binary are the bytes themselves."""
    if encoding == "base64":
        try:
            return base64.b64decode(b"".join(content.split()), validate=True)
        except binascii.Error:  # it says so, and is not
            return content
    return quopri.decodestring(content) if encoding == "quoted-printable" else content


def root_of(body: bytes, content_type: str) -> tuple[bytes, str]:
    """The envelope and its media type, in lower case without parameters, whether it travels alone or in a package."""
    found = parts(body, content_type)
    if found:
        return found[0].content, found[0].media_type
    return body, content_type.partition(";")[0].strip().lower()


_INCLUDE = re.compile(rb"""<(?:[\w.-]+:)?Include\b[^>]*?\bhref\s*=\s*["']cid:([^"']*)["']""")


def unresolved(envelope: bytes, found: tuple[Part, ...]) -> list[str]:
    """What the envelope includes by xop:Include and no part has (XOP, 4.1: the Content-ID, percent-encoded, behind "cid:")."""
    wanted = [unquote(href.decode("utf-8", "replace")) for href in _INCLUDE.findall(envelope)]
    return [name for name in wanted if name not in {part.id for part in found}]
