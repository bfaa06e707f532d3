"""soap of Node.js: document/literal, and faults that are none of the version of their envelope."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HERE, NODE, Peer, free_port, logging_in, node, running, with_port

NEEDS = ("node",)
USER, PASSWORD = "integrator", "digest-of-a-peer-4711"
AUTH = f"""[auth]
kind = "wsse"
username = "{USER}"
password = "file:password.txt"
password_type = "digest"
timestamp = 300
"""


@contextmanager
def start(folder: Path, *, secured: bool = False) -> Iterator[Peer]:
    """Reading needs no log-in, or when `secured` a UsernameToken with a digest; the user says that names tell which operations
    read.
    """
    port = free_port()
    wsdl = with_port(HERE / "nodesoap" / "items.wsdl", folder, port)
    env = {"PORT": str(port), "WSDL": str(wsdl), "NODE_PATH": str(NODE)}
    env |= {"PEER_USER": USER, "PEER_PASSWORD": PASSWORD}
    command = node(str(HERE / "nodesoap" / ("serve_secured.js" if secured else "serve.js")))
    with running(command, port, folder / "nodesoap.log", env=env, path="/items?wsdl") as url:
        plain = f"{url}items?wsdl"
        yield Peer(url, logging_in(folder, f"{url}items", AUTH, PASSWORD) if secured else plain, read_names=True)
