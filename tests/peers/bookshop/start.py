"""CAP: the bookshop sample on SQLite in memory, OData V4 described by the OpenAPI document that its own compiler makes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HOME, Peer, free_port, node, running

NEEDS = ("node", "bookshop")


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in; the service of the administrator wants Basic and is not described."""
    port = free_port()
    database = {"kind": "sqlite", "driver": "sql.js", "credentials": {"url": ":memory:"}}  # the one that needs no compiler
    env = {"PORT": str(port), "CDS_CONFIG": json.dumps({"requires": {"db": database}}), "NO_COLOR": "1"}
    command = node("@sap/cds/bin/serve.js")
    with running(command, port, folder / "bookshop.log", folder=HOME / "bookshop", env=env, path="/openapi.json") as url:
        yield Peer(url, url)
