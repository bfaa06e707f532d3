"""simple-odata-server: OData V4 with many genuine faults, over a few parts and documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HERE, NODE, Peer, free_port, node, running

NEEDS = ("node",)


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in; the service root is the root of the host."""
    port = free_port()
    env = {"PORT": str(port), "NODE_PATH": str(NODE)}
    command = node(str(HERE / "simple" / "serve.js"))
    with running(command, port, folder / "simple.log", env=env, path="/parts") as url:
        yield Peer(url, url)
