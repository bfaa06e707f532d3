"""CAP: SAP's bill of material, keys of seven parts, as OData V4 or, through an adapter, as V2."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HOME, IN_MEMORY, Peer, declared, free_port, node, running

NEEDS = ("node", "bom")


@contextmanager
def start(folder: Path, *, version: str = "v4") -> Iterator[Peer]:
    """Reading needs no log-in; the one service is at /odata/<version>/bom."""
    port = free_port()
    env = {"PORT": str(port), "CDS_CONFIG": json.dumps(IN_MEMORY), "NO_COLOR": "1", "V2": "1" if version == "v2" else ""}
    command, place = node("@sap/cds/bin/serve.js"), f"/odata/{version}/bom/"
    with running(command, port, folder / "bom.log", folder=HOME / "bom", env=env, path="/odata/v4/bom/MaterialBOM") as url:
        yield Peer(url, declared(folder, url, "odata", place))
