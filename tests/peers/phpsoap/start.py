"""SoapServer of PHP: rpc/literal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HERE, Peer, free_port, running, with_port

NEEDS = ("php",)


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in; the user says that names tell which operations read."""
    port = free_port()
    env = {"WSDL": str(with_port(HERE / "phpsoap" / "items.wsdl", folder, port))}
    command = ("php", "-S", f"127.0.0.1:{port}", str(HERE / "phpsoap" / "serve.php"))
    with running(command, port, folder / "phpsoap.log", env=env, path="/items?wsdl") as url:
        yield Peer(url, f"{url}items?wsdl", read_names=True)
