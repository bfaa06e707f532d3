"""SOAP::Lite of Perl: rpc/encoded, described by nothing, or by a WSDL that was written for it by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import HERE, Peer, free_port, running, with_port

NEEDS = ("perl-soap",)


@contextmanager
def start(folder: Path, *, described: bool = False) -> Iterator[Peer]:
    """Reading needs no log-in; the user says that names tell which operations read."""
    port = free_port()
    wsdl = (str(with_port(HERE / "perlsoap" / "items.wsdl", folder, port)),) if described else ()
    command = ("perl", str(HERE / "perlsoap" / "serve.pl"), str(port), *wsdl)
    with running(command, port, folder / "perlsoap.log") as url:
        yield Peer(url, f"{url}items.wsdl" if described else url, read_names=True)
