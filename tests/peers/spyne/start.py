"""spyne: document/literal wrapped, as SOAP 1.1 or SOAP 1.2, each with a WSDL of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import Peer, declared, free_port, python, running

NEEDS = ("spyne",)


@contextmanager
def start(folder: Path, *, version: str) -> Iterator[Peer]:
    """`version`: "soap11" or "soap12". Reading needs no log-in; the user says that names tell which operations read."""
    port = free_port()
    with running((*python("spyne"), str(port)), port, folder / "spyne.log", path=f"/{version}?wsdl") as url:
        yield Peer(url, declared(folder, url, "wsdl", f"/{version}"), read_names=True)
