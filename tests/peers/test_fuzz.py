"""Readers under a coverage-guided fuzzer: a fixed number of inputs for each target. `make fuzz INPUTS=...` tries more."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS
from tests.peers.processes import HOME

pytestmark = pytest.mark.peer

ROOT = Path(__file__).resolve().parents[2]
INPUTS = 400
_DONE = re.compile(r"#(\d+)\s+DONE\s+cov: (\d+)")


def test_no_reader_breaks_a_promise_whatever_bytes_it_is_given(installed: Callable[[str], None], tmp_path: Path) -> None:
    installed("fuzz")
    (library,) = (HOME / "fuzz" / "lib").glob("python*/site-packages")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{library}", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.fuzz.run", "all", str(tmp_path), str(INPUTS)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith(("#", "INFO", '"')))
    assert done.returncode == 0, said
    tried = [(int(inputs), int(branches)) for inputs, branches in _DONE.findall(done.stderr)]
    assert len(tried) == len(TARGETS), said
    assert all(inputs == INPUTS and branches > 50 for inputs, branches in tried), tried
