"""How is a geometry kernel asked that may crash, hang, or take what memory it likes?

One process for each file, one at a time. It gets a file and a place for its answer; what it prints is thrown away.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from cpo_probe.errors import EvidenceError, UsageError
from cpo_probe.evidence import decode, encode
from cpo_probe.model.measurement import Ending, Measurement

VARIABLE = "CPO_PROBE_CAD_PYTHON"
SCRIPT = Path(__file__).with_name("occ.py")
MEMORY = 4096
"""Megabytes of address space; the kernel needs about 15 times the file, and half a gigabyte for itself."""
CPU = 600
"""Seconds of a processor."""
WALL = 1200
"""Seconds until it is given up; more than CPU, so that a busy machine changes nothing."""
MOST_BYTES = 200 * 2**20
"""Of a file: a larger one is not given to the kernel."""
MOST_ANSWER = 256 * 2**20


class Kernel:
    """An interpreter whose environment holds OpenCASCADE (OCP)."""

    def __init__(self, python: str) -> None:
        self.python = python

    @cached_property
    def id(self) -> str:
        """Package, version, and digest of what asks it: the same id gives the same measurements."""
        asks = "install cpo-probe[cad], or name the Python of an environment that holds cadquery-ocp-novtk"
        try:
            said = subprocess.run(
                [self.python, "-I", str(SCRIPT)], capture_output=True, text=True, check=True, timeout=60, stdin=subprocess.DEVNULL
            ).stdout.strip()
        except (OSError, subprocess.SubprocessError) as error:
            why = f"it ended with {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else str(error)
            raise UsageError(f"{VARIABLE}={self.python} does not run as a Python interpreter ({why}): {asks}") from None
        if not said:
            raise UsageError(f"{VARIABLE}={self.python} has no OpenCASCADE: {asks}")
        name, _, version = said.partition(" ")
        return f"{name}-{version}-{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:8]}"

    def ready(self) -> None:
        """Raises `UsageError` when there is no kernel after all: better before a run than behind it."""
        assert self.id

    def measure(self, path: Path, *, memory: int = MEMORY, cpu: int = CPU, wall: float = WALL) -> bytes:
        """A `Measurement` as canonical JSON; every ending is one."""
        if path.stat().st_size > MOST_BYTES:
            return _written(Measurement(Ending.SIZE))
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            command = [self.python, "-I", str(SCRIPT), str(path.resolve()), str(out), str(memory), str(cpu)]
            nowhere = subprocess.DEVNULL
            process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd=folder, env=_environment())
            try:
                ended = process.wait(wall)
            except BaseException as error:
                process.kill()
                process.wait()
                if isinstance(error, subprocess.TimeoutExpired):
                    return _written(Measurement(Ending.TIME))
                raise
            return _written(_answer(ended, out))


def _environment() -> dict[str, str]:
    """What libraries need to load: secrets are nothing for a process that reads strangers' files in native code."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}


_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


def _answer(ended: int, out: Path) -> Measurement:
    if ended == -_XCPU:
        return Measurement(Ending.TIME)
    try:
        if ended == 0 and out.stat().st_size <= MOST_ANSWER:
            return parse(out.read_bytes())
    except (OSError, EvidenceError):
        pass
    return Measurement(Ending.CRASHED)


_XCPU = 24
"""SIGXCPU, which does not exist everywhere by name."""


def parse(data: bytes) -> Measurement:
    """Raises `EvidenceError` for anything else."""
    return decode(data, Measurement)


def _written(found: Measurement) -> bytes:
    return msgspec.json.format(encode(found), indent=1) + b"\n"


def find(environment: Mapping[str, str]) -> Kernel | None:
    """The kernel that `VARIABLE` names, else the one of our own environment, else none."""
    named = environment.get(VARIABLE, "")
    if named:
        return Kernel(named)
    return Kernel(sys.executable) if importlib.util.find_spec("OCP") is not None else None
