"""Prism: a server that follows any OpenAPI document. It does not show the document, so this is served beside it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.peers.processes import Peer, free_port, node, running

NEEDS = ("node",)


@contextmanager
def start(folder: Path, *, document: Path, dynamic: bool = False, seed: int = 1, token: bool = True) -> Iterator[Peer]:
    """Answers with the examples of `document`, or with values made up from its schemas.

    `token`: send some Bearer token; prism asks for what the document declares and takes any.
    """
    port = free_port()
    made_up = ("--dynamic", "--seed", str(seed)) if dynamic else ()
    options = ("--host", "127.0.0.1", "--port", str(port), "--multiprocess", "false", *made_up)
    command = (*node("@stoplight/prism-cli/dist/index.js"), "mock", *options, str(document))
    with beside(document) as described, running(command, port, folder / "prism.log", env={"NO_COLOR": "1"}) as url:
        profile = folder / f"prism-{document.stem}.toml"
        (folder / "token").write_text("a-token-that-prism-takes", encoding="utf-8")
        profile.write_text(_PROFILE.format(url=url, described=described) + (_AUTH if token else ""), encoding="utf-8")
        yield Peer(url, str(profile))


_PROFILE = """\
name = "prism"
base_url = "{url}"

[[interfaces]]
kind = "openapi"
url = "{url}"
description = "{described}"
"""

_AUTH = """
[auth]
kind = "bearer"
token = "file:token"
"""


@contextmanager
def beside(document: Path) -> Iterator[str]:
    """The URL under which a server of its own shows the document."""
    handler = partial(_Handler, directory=str(document.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{document.name}"
        finally:
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def guess_type(self, path: Any) -> str:
        return "application/yaml" if str(path).endswith(".yaml") else super().guess_type(path)

    def log_message(self, format: str, *args: object) -> None: ...
