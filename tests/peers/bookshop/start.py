"""CAP: the bookshop sample in memory, OData V4 described by the OpenAPI document that its own compiler makes; or its V2 alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HOME, IN_MEMORY, Peer, declared, free_port, node, running

NEEDS = ("node", "bookshop")


@contextmanager
def start(folder: Path, *, v2: bool = False) -> Iterator[Peer]:
    """Reading needs no log-in; the service of the administrator wants Basic and is not described.

    `v2`: only the service that an adapter offers at /odata/v2/catalog is declared.
    """
    port = free_port()
    env = {"PORT": str(port), "CDS_CONFIG": json.dumps(IN_MEMORY), "NO_COLOR": "1", "V2": "1" if v2 else ""}
    command = node("@sap/cds/bin/serve.js")
    with running(command, port, folder / "bookshop.log", folder=HOME / "bookshop", env=env, path="/openapi.json") as url:
        yield Peer(url, declared(folder, url, "odata", "/odata/v2/catalog/") if v2 else url)
