"""Does the reproducer ask exactly what was asked, with nothing of ours in it?"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from cpo_probe.model import ApiKeyAuth, Auth, BasicAuth, BearerAuth, Exchange, NoAuth, Request
from cpo_probe.report import Reproducer, reproducer
from tests.evidence import made

SECRETS = {
    "TOKEN": "t0k'en $HOME",
    "BASIC": "dTpw",
    "API_KEY": "k&y=1",
    "COOKIE": "sid=1",
    "MAIL": "a.b@c.example",
    "SECRET": "s",
}
OWN = {"accept-encoding", "user-agent", "host", "content-length", "connection"}
"""Fields that curl and http.client send by themselves."""


@pytest.fixture(scope="module")
def heard() -> Iterator[tuple[str, list[Any]]]:
    """A server on loopback, and (method, target, header fields, body) of every request it got."""
    requests: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fields = sorted((k.lower(), v) for k, v in self.headers.items() if k.lower() not in OWN)
            requests.append((self.command, self.path, fields, body))
            self.send_response_only(418, "I'm a teapot")
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()
    thread.join()


def exchange(url: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Exchange:
    ours = (("Host", "x"), ("User-Agent", "cpo-probe/1"), ("traceparent", "00-1-2-01"), ("Accept-Encoding", "gzip"))
    recorded, _ = made.exchange("000001")
    return replace(recorded, request=Request(method, url, (*ours, *headers), body))


def curl(found: Reproducer, folder: Path) -> None:
    if shutil.which("curl") is None:
        assert not os.environ.get("CI"), "curl has to be installed where the whole suite runs"
        pytest.skip("curl is not installed")
    done = subprocess.run(["sh", "-c", found.curl], env=environment(), cwd=folder, capture_output=True, text=True, check=True)
    assert "418" in done.stdout


def python(found: Reproducer, folder: Path) -> None:
    (folder / "script.py").write_text(found.script, encoding="utf-8")
    command = [sys.executable, "-I", "script.py"]
    done = subprocess.run(command, env=environment(), cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("418 I'm a teapot")


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "NO_PROXY": "*", **SECRETS}


CASES: dict[str, tuple[str, str, tuple[tuple[str, str], ...], bytes, Auth]] = {
    "a plain reading": ("GET", "/items?page=2&$filter=a%20eq%20'b'", (("Accept", "application/json"),), b"", NoAuth()),
    "no Accept at all": ("GET", "/items", (), b"", NoAuth()),
    "an invented method": ("BREW", "/items/{id}/[1]", (("Accept", "*/*"),), b"", NoAuth()),
    "a head request": ("HEAD", "/items", (("Accept", "*/*"), ("If-None-Match", 'W/"a$b`c\\"')), b"", NoAuth()),
    "dot segments": ("GET", "/a/../b/./c", (("Accept", "*/*"),), b"", NoAuth()),
    "a bearer token": ("GET", "/", (("Authorization", "Bearer [redacted:0a1b2c3d]"),), b"", BearerAuth("env:T", "Bearer")),
    "a token without scheme": ("GET", "/", (("Authorization", "[redacted:0a1b2c3d]"),), b"", BearerAuth("env:T", "Token")),
    "basic": ("GET", "/", (("Authorization", "Basic [redacted:0a1b2c3d]"),), b"", BasicAuth("env:U", "env:P")),
    "a key in the query": ("GET", "/x?api_key=%5Bredacted%3A0a1b2c3d%5D&b=1", (), b"", ApiKeyAuth("api_key", "env:K", "query")),
    "a cookie": ("GET", "/", (("Cookie", "sid=[redacted:0a1b2c3d]; t=1"),), b"", NoAuth()),
    "a form": ("POST", "/f", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=@b&c='%20\"$(x)`", NoAuth()),
    "a body with a secret": ("POST", "/f", (("Content-Type", "text/plain"),), b"x [redacted:0a1b2c3d] y", NoAuth()),
    "JSON with a person in it": (
        "PUT",
        "/f",
        (("Content-Type", "application/json"),),
        b'{"m": "a.b@c.example", "u": "\xc3\xbc"}',
        NoAuth(),
    ),
    "bytes": ("POST", "/f", (("Content-Type", "application/octet-stream"),), bytes(range(256)), NoAuth()),
    "lines ended by CR LF": ("POST", "/f", (("Content-Type", "text/plain"),), b"a\r\nb\r\n", NoAuth()),
    "a body without a type": ("POST", "/f", (), b"x", NoAuth()),
    "a long body": ("POST", "/f", (("Content-Type", "text/plain"),), b"0123456789" * 1000, NoAuth()),
}


def filled(text: str) -> str:
    """What was sent before it was redacted."""
    for mark in ("[redacted:0a1b2c3d]", "%5Bredacted%3A0a1b2c3d%5D"):
        text = text.replace(mark, "{}")
    return text


@pytest.mark.parametrize("way", [curl, python], ids=["curl", "python"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_sent_again_is_what_was_sent(case: Any, way: Any, heard: tuple[str, list[Any]], tmp_path: Path) -> None:
    method, target, headers, body, auth = case
    base, requests = heard
    found = reproducer(exchange(base + target, *headers, method=method, body=body), auth)
    if found.body_file:
        (tmp_path / found.body_file).write_bytes(body)
    way(found, tmp_path)
    got_method, got_target, got_fields, got_body = requests[-1]
    secret = SECRETS[next(iter(found.variables), "SECRET")]
    assert got_method == method
    assert got_target == filled(target).format(secret) if "redacted" in target else target
    wanted = sorted((name.lower(), value) for name, value in headers)
    assert [name for name, _ in got_fields] == [name for name, _ in wanted]
    for (name, got), (_, sent) in zip(got_fields, wanted, strict=True):
        if "redacted" not in sent:
            assert got == sent
        else:
            assert secret in got, name
    assert got_body == filled(body.decode("latin-1")).replace("{}", secret).encode("latin-1")


def test_no_secret_and_nothing_of_ours_is_in_the_text() -> None:
    found = reproducer(
        exchange("https://u:p@plm.example/a?token=abc", ("Authorization", "Bearer abcdef"), ("X-Api-Key", "geheim")), NoAuth()
    )
    for text in (found.curl, found.script):
        assert not {w for w in ("u:p", "abc", "geheim", "traceparent", "cpo-probe", "gzip") if w in text}
    assert found.variables == {"TOKEN": "", "TOKEN_2": "", "X_API_KEY": ""}
    assert '"$TOKEN"' in found.curl and 'os.environ["TOKEN"]' in found.script


def test_the_same_secret_has_the_same_name_everywhere() -> None:
    url = "https://plm.example/a?session_key=%5Bredacted%3Aaaaaaaaa%5D&other=%5Bredacted%3Abbbbbbbb%5D"
    found = reproducer(exchange(url, ("X-Again", "[redacted:aaaaaaaa]")), NoAuth())
    assert found.variables == {"SESSION_KEY": "", "OTHER": ""}
    assert found.curl.count('"$SESSION_KEY"') == 2


def test_the_coding_that_was_asked_for_stays_where_the_finding_is_about_it() -> None:
    assert "Accept-Encoding" not in reproducer(exchange("https://plm.example/"), NoAuth()).curl
    assert "Accept-Encoding: gzip" in reproducer(exchange("https://plm.example/"), NoAuth(), ["Vary"]).curl


def test_a_cookie_is_left_out_where_the_credentials_are_in_the_request_itself() -> None:
    asked = exchange(
        "https://plm.example/", ("Authorization", "Bearer [redacted:aaaaaaaa]"), ("Cookie", "sid=[redacted:bbbbbbbb]")
    )
    assert "Cookie" not in reproducer(asked, BearerAuth("env:T", "Bearer")).curl
    assert "Cookie" in reproducer(asked, NoAuth()).curl


def test_the_script_is_short() -> None:
    found = reproducer(exchange("https://plm.example/", ("Accept", "*/*")), NoAuth())
    assert len([line for line in found.script.splitlines() if line]) <= 11
