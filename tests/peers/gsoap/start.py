"""gSOAP: a server in C, whose files travel beside the envelope (MTOM); its WSDL is the one that gSOAP makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HOME, Peer, free_port, running, with_port

NEEDS = ("gsoap-server",)
DATA = b"%PDF-1.7\r\n\0--boundary\r\n\x80\xff end\r\n"
"""The file, as serve.c has it."""


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in; the user says that names tell which operations read."""
    port = free_port()
    env = {"WSDL": str(with_port(HOME / "gsoap" / "Files.wsdl", folder, port))}
    with running((str(HOME / "gsoap" / "server"), str(port)), port, folder / "gsoap.log", env=env, path="/?wsdl") as url:
        yield Peer(url, f"{url}?wsdl", read_names=True)
