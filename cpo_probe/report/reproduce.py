"""How does somebody see the same without this program?

A curl command and a short Python script per exchange, with nothing of ours in them; secrets are environment variables.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cpo_probe.model import Auth, Exchange
from cpo_probe.report.minimal import Minimal, Piece, Pieces, joined, minimal

BODY_FILE = "request-body"
"""File a body is read from when it is too long to be written out, or not for print."""
_MADE = {"BASIC": "printf %s 'USER:PASSWORD' | base64 | tr -d '\\n'"}


@dataclass(frozen=True, slots=True)
class Reproducer:
    """`variables`: name -> shell command that makes its value ("" plain), in the order of use. `curl`, `script`: text to copy.

    `body_file`: the body has to lie in a file of that name; "" when it is part of the text.
    """

    variables: dict[str, str]
    body_file: str
    curl: str
    script: str


def reproducer(exchange: Exchange, auth: Auth, about: Sequence[str] = ()) -> Reproducer:
    """Both ways to ask again; `about` names the response fields that the findings are about."""
    request = minimal(exchange, auth, about)
    variables = {name: _MADE.get(name, "") for name in request.variables()}
    return Reproducer(variables, BODY_FILE if request.body is None else "", curl(request), script(request))


def curl(request: Minimal) -> str:
    """One command for a POSIX shell. `-g`: brackets in the URL are data; `--path-as-is`: so are dot segments."""
    first, words = "curl -sSig --path-as-is", []
    body = _curl_body(request.body)
    if request.method == "HEAD":
        first = "curl -sSIg --path-as-is"
    elif request.method != ("POST" if body else "GET"):
        first += " -X " + shlex.quote(request.method)
    if isinstance(request.body, bytes):
        first = "printf '" + "".join(f"\\{byte:03o}" for byte in request.body) + "' | " + first
    words = [first, _shell(request.url), *("-H " + _shell(_line(name, value)) for name, value in request.headers)]
    if not request.has("accept"):
        words.append("-H 'Accept:'")  # curl would add one
    if body and not request.has("content-type"):
        words.append("-H 'Content-Type:'")
    return " \\\n  ".join([*words, *body])


def _curl_body(body: Pieces | bytes | None) -> list[str]:
    if body is None:
        return [f"--data-binary @{BODY_FILE}"]
    if isinstance(body, bytes):
        return ["--data-binary @-"]
    return ["--data-raw " + _shell(body)] if any(p.text for p in body) else []


def _line(name: str, value: Pieces) -> Pieces:
    """A header line as curl wants it: `Name;` sends an empty field."""
    if not any(p.text for p in value):
        return (Piece(name + ";", False),)
    return joined((Piece(name + ": ", False), *value))


def _shell(pieces: Pieces) -> str:
    return "".join(f'"${piece.text}"' if piece.variable else shlex.quote(piece.text) for piece in pieces if piece.text)


def script(request: Minimal) -> str:
    """Python 3 with nothing but the standard library; it follows no redirect and adds no credentials."""
    start = urlsplit(request.url[0].text)
    connection = "HTTPSConnection" if start.scheme == "https" else "HTTPConnection"
    rest = request.url[0].text.removeprefix(f"{start.scheme}://{start.netloc}") or "/"
    target = joined((Piece(rest, False), *request.url[1:]))
    headers = "".join(f"\n    {name!r}: {_python(value)}," for name, value in _merged(request.headers))
    return "\n".join(
        [
            "import http.client" + ("\nimport os" if request.variables() else ""),
            "",
            f"connection = http.client.{connection}({start.netloc!r}, timeout=60)",
            f"headers = {{{headers}\n}}" if headers else "headers = {}",
            f"body = {_python_body(request.body)}",
            f"connection.request({request.method!r}, {_python(target)}, body, headers)",
            "answer = connection.getresponse()",
            "print(answer.status, answer.reason)",
            "print(answer.headers)",
            'print(answer.read().decode("utf-8", "replace")[:2000])',
        ]
    )


def _python_body(body: Pieces | bytes | None) -> str:
    if body is None:
        return f'open("{BODY_FILE}", "rb").read()'
    if isinstance(body, bytes):
        return repr(body)
    return f"({_python(body)}).encode()" if any(p.text for p in body) else "None"


def _merged(headers: tuple[tuple[str, Pieces], ...]) -> list[tuple[str, Pieces]]:
    """Several lines of one field as one (RFC 9110, 5.3), for a dictionary."""
    merged: dict[str, tuple[str, Pieces]] = {}
    for name, value in headers:
        known = merged.get(name.lower())
        merged[name.lower()] = (known[0], joined((*known[1], Piece(", ", False), *value))) if known else (name, value)
    return list(merged.values())


def _python(pieces: Pieces) -> str:
    return " + ".join(f'os.environ["{p.text}"]' if p.variable else repr(p.text) for p in pieces)
