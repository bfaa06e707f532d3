"""How does somebody see the same without this program?

A curl line and a short Python script per exchange. Secrets are environment variables; header fields that only
identify our own request are left out, so that what remains is what the finding needs.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cpo_probe.model import Auth, BasicAuth, BearerAuth, Exchange, header
from cpo_probe.report.mask import secret_name

OURS = frozenset(
    {"traceparent", "tracestate", "user-agent", "host", "connection", "content-length", "transfer-encoding", "keep-alive"}
)
"""Fields that every client sets itself or that only say who we are."""
CODING = frozenset({"accept-encoding"})
CODED = frozenset({"content-encoding", "vary", "content-length"})
"""A finding about one of these response fields needs the Accept-Encoding that was sent."""
SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, literally or the name of an environment variable."""

    text: str
    variable: bool


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reproducer:
    """`variables`: name -> how its value is made ("" is plain), in the order of use. `curl`, `script`: text to copy.

    `body_secret`: a part of the body was redacted and has to be put back by hand.
    """

    variables: dict[str, str]
    body_secret: bool
    curl: str
    script: str


@dataclass(frozen=True, slots=True)
class Minimal:
    """The request as small as it still shows the finding."""

    method: str
    url: Pieces
    headers: tuple[tuple[str, Pieces], ...]
    body: bytes


def reproducer(exchange: Exchange, auth: Auth, about: Sequence[str] = ()) -> Reproducer:
    """Both ways to ask again; `about` names the response fields that the findings are about."""
    request = minimal(exchange, auth, about)
    pieces = [*request.url, *(p for _, value in request.headers for p in value)]
    variables = {p.text: _meaning(p.text) for p in pieces if p.variable}
    body_secret = any(s.part == "request.body" for s in exchange.redacted)
    return Reproducer(variables, body_secret, curl(request), script(request))


def minimal(exchange: Exchange, auth: Auth, about: Sequence[str] = ()) -> Minimal:
    """The request without our own fields; what was redacted is a variable."""
    request = exchange.request
    redacted = {s.name.lower() for s in exchange.redacted if s.part == "request.header"}
    drop = OURS | (frozenset() if CODED & {name.lower() for name in about} else CODING)
    headers = tuple(
        (name, _header(name, value, auth, name.lower() in redacted))
        for name, value in request.headers
        if name.lower() not in drop
    )
    if not request.body:
        headers = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    return Minimal(request.method, _url(request.url, exchange), headers, request.body)


def _header(name: str, value: str, auth: Auth, redacted: bool) -> Pieces:
    lower = name.lower()
    if lower == "authorization":
        scheme = value.split(" ", 1)[0] if " " in value else ""
        if isinstance(auth, BearerAuth):
            scheme = auth.scheme
        elif not scheme:
            scheme = "Basic" if isinstance(auth, BasicAuth) else "Bearer"
        return (Piece(scheme + " ", False), Piece("BASIC" if scheme.lower() == "basic" else "TOKEN", True))
    if redacted or lower in SECRET or secret_name(name):
        return (Piece(_variable(name), True),)
    return (Piece(value, False),)


def _variable(name: str) -> str:
    word = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.upper()).strip("_")
    return word if word[:1].isalpha() else "SECRET"


def _meaning(variable: str) -> str:
    """What the user has to put into the variable, in shell or words that need no translation."""
    return "printf %s 'USER:PASSWORD' | base64 -w0" if variable == "BASIC" else ""


def _url(url: str, exchange: Exchange) -> Pieces:
    """The URL without user name and fragment; secret query values are variables."""
    parts = urlsplit(url)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    redacted = {s.name for s in exchange.redacted if s.part == "request.url"}
    if not plain.query:
        return (Piece(plain.geturl(), False),)
    return _joined((Piece(plain._replace(query="").geturl() + "?", False), *_query(plain, redacted)))


def _query(plain: SplitResult, redacted: set[str]) -> Pieces:
    pieces: list[Piece] = []
    for i, pair in enumerate(plain.query.split("&")):
        name, equals, _ = pair.partition("=")
        joint = "&" if i else ""
        if equals and (name in redacted or secret_name(name)):
            pieces += [Piece(f"{joint}{name}=", False), Piece(_variable(name), True)]
        else:
            pieces.append(Piece(joint + pair, False))
    return tuple(pieces)


def _joined(pieces: Pieces) -> Pieces:
    """Neighbouring literal pieces as one."""
    done: list[Piece] = []
    for piece in pieces:
        if done and not piece.variable and not done[-1].variable:
            done[-1] = Piece(done[-1].text + piece.text, False)
        else:
            done.append(piece)
    return tuple(done)


def curl(request: Minimal) -> str:
    """One command for a POSIX shell. `-g`: brackets in the URL are data; `--path-as-is`: so are dot segments."""
    words = ["curl -sSig --path-as-is"]
    if request.method == "HEAD":
        words = ["curl -sSIg --path-as-is"]
    elif request.method != ("POST" if request.body else "GET"):
        words.append("-X " + shlex.quote(request.method))
    words.append(_shell(request.url))
    words += ["-H " + _shell(_line(name, value)) for name, value in request.headers]
    if header(tuple((n, "") for n, _ in request.headers), "accept") is None:
        words.append("-H 'Accept:'")
    if request.body:
        if header(tuple((n, "") for n, _ in request.headers), "content-type") is None:
            words.append("-H 'Content-Type:'")
        text = _text(request.body)
        if text is None:
            octal = "".join(f"\\{byte:03o}" for byte in request.body)
            return f"printf '{octal}' | " + " \\\n  ".join([*words, "--data-binary @-"])
        words.append("--data-raw " + shlex.quote(text))
    return " \\\n  ".join(words)


def _line(name: str, value: Pieces) -> Pieces:
    """A header line as curl wants it: `Name;` sends an empty field."""
    if not any(p.text for p in value):
        return (Piece(name + ";", False),)
    return _joined((Piece(name + ": ", False), *value))


def _shell(pieces: Pieces) -> str:
    return "".join(f'"${piece.text}"' if piece.variable else shlex.quote(piece.text) for piece in pieces if piece.text)


def _text(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def script(request: Minimal) -> str:
    """Python 3 with nothing but the standard library; it follows no redirect and adds no credentials."""
    literal = "".join(piece.text for piece in request.url if not piece.variable)
    parts = urlsplit(literal)
    connection = "HTTPSConnection" if parts.scheme == "https" else "HTTPConnection"
    origin = f"{parts.scheme}://{parts.netloc}"
    path = (Piece(request.url[0].text.removeprefix(origin) or "/", False), *request.url[1:])
    secrets = any(p.variable for p in (*path, *(p for _, value in request.headers for p in value)))
    headers = "".join(f"\n    {name!r}: {_python(value)}," for name, value in _merged(request.headers))
    return "\n".join(
        [
            "import http.client" + ("\nimport os" if secrets else ""),
            "",
            f"connection = http.client.{connection}({parts.netloc!r}, timeout=60)",
            f"headers = {{{headers}\n}}" if headers else "headers = {}",
            f"body = {request.body!r}" if request.body else "body = None",
            f"connection.request({request.method!r}, {_python(path)}, body, headers)",
            "answer = connection.getresponse()",
            "print(answer.status, answer.reason)",
            "print(answer.headers)",
            'print(answer.read().decode("utf-8", "replace")[:2000])',
        ]
    )


def _merged(headers: tuple[tuple[str, Pieces], ...]) -> list[tuple[str, Pieces]]:
    """Several lines of one field as one (RFC 9110, 5.3), for a dictionary."""
    merged: dict[str, tuple[str, Pieces]] = {}
    for name, value in headers:
        known = merged.get(name.lower())
        merged[name.lower()] = (known[0], _joined((*known[1], Piece(", ", False), *value))) if known else (name, value)
    return list(merged.values())


def _python(pieces: Pieces) -> str:
    words = [f'os.environ["{p.text}"]' if p.variable else repr(p.text) for p in pieces if p.text or len(pieces) == 1]
    return " + ".join(words)
