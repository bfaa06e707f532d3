"""soap of Node.js: document/literal, and faults that are none of the version of their envelope."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HERE, NODE, Peer, free_port, node, running, with_port

NEEDS = ("node",)


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in; the user says that names tell which operations read."""
    port = free_port()
    wsdl = with_port(HERE / "nodesoap" / "items.wsdl", folder, port)
    env = {"PORT": str(port), "WSDL": str(wsdl), "NODE_PATH": str(NODE)}
    command = node(str(HERE / "nodesoap" / "serve.js"))
    with running(command, port, folder / "nodesoap.log", env=env, path="/items?wsdl") as url:
        yield Peer(url, f"{url}items?wsdl", read_names=True)
