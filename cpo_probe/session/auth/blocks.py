"""How does a proof get into the header of a SOAP message that is already written?

At the level of bytes: what a probe wrote stays as it is, broken messages too, and it is known where each secret stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cpo_probe.protocols.wsdl.names import ENVELOPE11, ENVELOPE12
from cpo_probe.session.redact.hidden import Hidden


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of XML; `secret` names what stands there when it must not be recorded, "" otherwise."""

    text: str
    secret: str = ""


Block = Callable[[str], tuple[Piece, ...]]
"""Makes a header block, a new one for each message, for an envelope of that namespace."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A message with its header block."""

    body: bytes
    hidden: tuple[Hidden, ...]


_ENVELOPE = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?Envelope(\s[^<>]*[^<>/])>")
_NAMESPACE = rb"""\sxmlns%s\s*=\s*["']([^"']*)["']"""


def stamped(body: bytes, block: Block) -> Stamped:
    """The message with the block as the first of its header; a body that is no SOAP message (in UTF-8) comes back as it is."""
    start = _ENVELOPE.search(body)
    namespace = _namespace(start) if start else ""
    if start is None or namespace not in (ENVELOPE11, ENVELOPE12):
        return Stamped(body, ())
    prefix = start[1] + b":" if start[1] else b""
    header = re.compile(rb"\s*<" + re.escape(prefix) + rb"Header((?:\s[^<>]*[^<>/])?)\s*(/?)>").match(body, start.end())
    opening, closing = b"<" + prefix + b"Header>", b"</" + prefix + b"Header>"
    pieces = block(namespace)
    if header is None:
        return _joined(body[: start.end()] + opening, pieces, closing + body[start.end() :])
    if header[2]:
        begin = b"<" + prefix + b"Header" + header[1] + b">"
        return _joined(body[: start.end()] + begin, pieces, closing + body[header.end() :])
    return _joined(body[: header.end()], pieces, body[header.end() :])


def _namespace(start: re.Match[bytes]) -> str:
    declared = re.search(_NAMESPACE % (b":" + re.escape(start[1]) if start[1] else b""), start[2])
    return declared[1].decode("utf-8", "replace") if declared else ""


def _joined(before: bytes, pieces: tuple[Piece, ...], after: bytes) -> Stamped:
    middle, hidden = written(pieces, len(before))
    return Stamped(before + middle + after, hidden)


def written(pieces: tuple[Piece, ...], offset: int = 0) -> tuple[bytes, tuple[Hidden, ...]]:
    """The pieces in UTF-8, and where their secrets stand when they begin at `offset`."""
    out, hidden = bytearray(), []
    for piece in pieces:
        text = piece.text.encode()
        if piece.secret and text:
            begin = offset + len(out)
            hidden.append(Hidden(begin, begin + len(text), piece.secret, piece.text))
        out += text
    return bytes(out), tuple(hidden)
