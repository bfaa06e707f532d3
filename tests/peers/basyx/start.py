"""BaSyx: Asset Administration Shells over REST, real data, paging, and nothing that describes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.processes import Peer, free_port, python, running

NEEDS = ("basyx",)
BASE = "api/v3.0/"


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """Reading needs no log-in."""
    port = free_port()
    command = (*python("basyx"), str(port))
    with running(command, port, folder / "basyx.log") as url:
        yield Peer(url, f"{url}{BASE}")
