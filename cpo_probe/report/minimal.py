"""What is the smallest request that still shows the same?

Fields that only say who we are are left out, and what was redacted, or must not stand in a report, is a variable.
Whether a smaller query or body would show the same is not known without asking again, so those stay as they were.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cpo_probe.model import ApiKeyAuth, Auth, BasicAuth, BearerAuth, Exchange, OAuth2Auth
from cpo_probe.report.mask import conceal, printable, secret_name

OURS = frozenset(
    {"traceparent", "tracestate", "user-agent", "host", "connection", "content-length", "transfer-encoding", "keep-alive"}
)
"""Fields that every client sets itself or that only say who we are."""
CODED = frozenset({"content-encoding", "vary", "content-length"})
"""A finding about one of these response fields needs the Accept-Encoding that was sent."""
STATELESS = (BasicAuth, BearerAuth, ApiKeyAuth, OAuth2Auth)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})
MAX_TEXT = 2000  # characters of a body written out
MAX_BINARY = 400  # bytes of a body written out


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, literally or the name of an environment variable."""

    text: str
    variable: bool


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Minimal:
    """`body`: text with its variables, bytes, or None where it has to come from a file (too long, or not for print)."""

    method: str
    url: Pieces
    headers: tuple[tuple[str, Pieces], ...]
    body: Pieces | bytes | None

    def variables(self) -> list[str]:
        """Names in the order of use, each once."""
        body = self.body if isinstance(self.body, tuple) else ()
        pieces = [*self.url, *(p for _, value in self.headers for p in value), *body]
        return list(dict.fromkeys(p.text for p in pieces if p.variable))

    def has(self, name: str) -> bool:
        return any(header.lower() == name for header, _ in self.headers)


def minimal(exchange: Exchange, auth: Auth, about: Sequence[str] = ()) -> Minimal:
    """The request to repeat; `about` names the response fields that the findings are about."""
    request, holes = exchange.request, _Holes()
    drop = OURS | (frozenset() if CODED & {name.lower() for name in about} else {"accept-encoding"})
    if not request.body:
        drop |= {"content-type"}
    if isinstance(auth, STATELESS) and request.method in SAFE:
        drop |= {"cookie"}  # handed out by an earlier answer; the credentials are in the request itself
    kept = [(name, value) for name, value in request.headers if name.lower() not in drop]
    return Minimal(
        request.method,
        _url(request.url, holes),
        tuple((name, _header(name, value, auth, holes)) for name, value in kept),
        _body(request.body, holes),
    )


_HOLE = re.compile(r"\[redacted:(\w{1,64})\]|%5Bredacted%3A(\w{1,64})%5D|‹(\w{1,20}) •••›", re.I)


@dataclass(slots=True)
class _Holes:
    """Names of variables: the same replaced secret has the same name everywhere."""

    names: dict[str, str] = field(default_factory=dict)  # key -> variable

    def variable(self, hint: str, key: str = "") -> Piece:
        word = "".join(c if c.isascii() and c.isalnum() else "_" for c in hint.upper()).strip("_")
        name = word if word[:1].isalpha() else "SECRET"
        key = key or f"name {name}"
        if key not in self.names:
            taken = set(self.names.values())
            self.names[key] = next(n for n in (name, *(f"{name}_{i}" for i in range(2, 999))) if n not in taken)
        return Piece(self.names[key], True)

    def split(self, text: str, hint: str = "") -> Pieces:
        """The text with variables in place of what was redacted or is concealed."""
        concealed = conceal(text)
        pieces: list[Piece] = []
        end = 0
        for hole in _HOLE.finditer(concealed):
            pieces.append(Piece(concealed[end : hole.start()], False))
            kind, digest = hole[3] or "secret", hole[1] or hole[2] or f"hole {len(self.names)}"
            pieces.append(self.variable(hint or kind, digest))
            end = hole.end()
        return joined((*pieces, Piece(concealed[end:], False)))


def joined(pieces: Pieces) -> Pieces:
    """Neighbouring literal pieces as one, empty ones left out; nothing at all is one empty piece."""
    done: list[Piece] = []
    for piece in pieces:
        if done and not piece.variable and not done[-1].variable:
            done[-1] = Piece(done[-1].text + piece.text, False)
        elif piece.text:
            done.append(piece)
    return tuple(done) or (Piece("", False),)


def _header(name: str, value: str, auth: Auth, holes: _Holes) -> Pieces:
    lower = name.lower()
    if lower == "authorization":
        scheme = value.split(" ", 1)[0] if " " in value else ""
        if not scheme:
            scheme = auth.scheme if isinstance(auth, BearerAuth) else "Basic" if isinstance(auth, BasicAuth) else "Bearer"
        return Piece(scheme + " ", False), holes.variable(
            "basic" if scheme.lower() == "basic" else "token", _digest(value) or "authorization"
        )
    if lower in SECRET or secret_name(name):
        return (holes.variable(name, _digest(value)),)
    return holes.split(printable(value), name)


def _digest(value: str) -> str:
    """What names the secret that was replaced in the value; "" when it was not."""
    hole = _HOLE.search(value)
    return (hole[1] or hole[2] or "") if hole else ""


def _url(url: str, holes: _Holes) -> Pieces:
    """The URL without user name and fragment; values of secret parameters are variables."""
    parts = urlsplit(url)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="", query="").geturl()
    pieces = list(holes.split(printable(plain)))
    for i, pair in enumerate(parts.query.split("&") if parts.query else ()):
        name, equals, value = pair.partition("=")
        pieces.append(Piece("&" if i else "?", False))
        if equals and (secret_name(name) or _HOLE.fullmatch(value)):
            pieces += [Piece(f"{printable(name)}=", False), holes.variable(name, _digest(value))]
        else:
            pieces += holes.split(printable(pair), name if equals else "")
    return joined(tuple(pieces))


def _body(body: bytes, holes: _Holes) -> Pieces | bytes | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body if len(body) <= MAX_BINARY else None
    if printable(text) == text:
        return holes.split(text) if len(text) <= MAX_TEXT else None
    return body if len(body) <= MAX_BINARY and conceal(text) == text else None
