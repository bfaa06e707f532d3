"""Servers written by others: started once for all tests, and the ruler that judges them."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.cli.loading import House, open_house
from tests.others import others
from tests.peers.measure import Measured, measure
from tests.peers.processes import HOME, Peer

collect_ignore = [] if os.environ.get("CPO_PROBE_LONG") else ["test_freecad.py"]  # `make long` installs a CAD system for it
GetPeer = Callable[..., Peer]
CAD_WRITER = Path(__file__).parent / "cad" / "write.py"
Run = Callable[..., Measured]


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GetPeer]:
    """`peer(name, **options)`: the running server of `tests/peers/<name>/start.py`, started when first asked for.

    What it NEEDS and `install.py` could not install skips the test with the reason; in CI it fails it.
    """
    known: dict[str, Peer] = {}
    with ExitStack() as servers:

        def get(name: str, **options: Any) -> Peer:
            key = repr((name, sorted(options.items())))
            if key not in known:
                module = import_module(f"tests.peers.{name}.start")
                for part in module.NEEDS:
                    _there(part)
                known[key] = servers.enter_context(module.start(tmp_path_factory.mktemp(name), **options))
            return known[key]

        yield get


@pytest.fixture(scope="session")
def installed() -> Callable[[str], None]:
    """`installed(part)` skips the test with the reason, or fails it in CI, when that part is not there."""
    return _there


@pytest.fixture(scope="session")
def house() -> House:
    """The content of this checkout, and its catalogue."""
    return open_house((), None, "en")


@pytest.fixture(scope="session")
def run(peer: GetPeer, house: House, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`run(name, **options)`: what a whole run finds on that peer; measured once."""
    known: dict[str, Measured] = {}

    def get(name: str, **options: Any) -> Measured:
        key = repr((name, sorted(options.items())))
        if key not in known:
            server = peer(name, **options)
            folder = tmp_path_factory.mktemp(name) / "bundle"
            known[key] = measure(house, server.target, folder, read_names=server.read_names)
        return known[key]

    return get


@pytest.fixture(scope="session")
def data() -> Callable[[str], Path]:
    """`data(path)`: a file or folder of the test data of others; without CPO_PROBE_TEST_DATA a skip, in CI a failure."""
    return others


@pytest.fixture(scope="session")
def written(installed: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with STEP files by OpenCASCADE and gmsh."""
    installed("cad")
    folder = tmp_path_factory.mktemp("step")
    environment = {**os.environ, "TZ": "UTC"}
    command = [str(HOME / "cad" / "bin" / "python"), str(CAD_WRITER), str(folder)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, timeout=600)
    return folder


def _there(part: str) -> None:
    try:
        missing = json.loads((HOME / "missing.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        _lacking("servers written by others are not installed; run: python tests/peers/install.py")
    if part in missing:
        _lacking(f"{part} is not installed: {missing[part]}")


def _lacking(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing may be left out: {reason}")
    pytest.skip(reason)
