"""What do all benchmarks need: the reference server, a plan without brakes, a record, memory, and how figures are printed?

Clocks differ between machines and moments, so every figure is a ratio against something else of the same run; contestants
take turns, and the best round of each is compared, since everything else on the machine only ever makes a round slower.
"""

import asyncio
import dataclasses
import json
import os
import platform
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cpo_probe.cli.loading import House, open_house  # noqa: E402
from cpo_probe.cli.reference import PASSWORD, USER, reference_server  # noqa: E402
from cpo_probe.cli.running import now  # noqa: E402
from cpo_probe.evidence import Bundle  # noqa: E402
from cpo_probe.model import BasicAuth, Limits, Permissions, Plan, Unit  # noqa: E402
from cpo_probe.run import make_plan, record  # noqa: E402
from cpo_probe.target import load_target  # noqa: E402

ACCOUNT = BasicAuth(USER, f"env:{PASSWORD}")

__all__ = ["ROOT", "House", "Silent", "account", "apart", "heading", "house", "live", "plan_for", "reference_server", "seconds"]


class Silent:
    """A watcher that says nothing."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


def house() -> House:
    """Content and catalogue of this checkout."""
    return open_house((), None, "en")


def account() -> tuple[str, str]:
    """Log-in of the running reference server."""
    return USER, os.environ[PASSWORD]


def plan_for(house: House, url: str, *, preset: str = "nightly", concurrency: int = 4, auth: bool = True) -> Plan:
    """Everything the preset asks, as fast as the server answers: no rate, no brake."""
    target = load_target(url, roots=house.registry.roots)
    limits = Limits(concurrency=concurrency, rate=1e9, requests=100_000, brake=False)
    target = dataclasses.replace(target, name="bench", limits=limits)
    if auth:
        target = dataclasses.replace(target, auth=ACCOUNT)
    permissions = Permissions(job=False, write=False, intrusive=False, assume_read_names=False, foreign_credentials=auth)
    return make_plan(
        target, house.registry, house.catalogue, preset=preset, run=uuid.uuid4().hex, created=now(), permissions=permissions
    )


def live(folder: Path, plan: Plan, house: House) -> tuple[Bundle, float]:
    """A recorded run, and the seconds it took: discovery, probes, seal."""
    begin = time.perf_counter()
    bundle = asyncio.run(record(folder, plan, house.registry, Silent()))
    return bundle, time.perf_counter() - begin


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def heading(what: str) -> None:
    """What is compared, by which command, on what kind of machine."""
    print(what)
    command = " ".join(["python", "-m", f"benchmarks.{Path(sys.argv[0]).stem}", *sys.argv[1:]])
    print(f"  {command}   ({os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()})")


def peak() -> float:
    """Peak resident size of this process in MB.

    Not of `getrusage`, which on Linux counts what started the process as well.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def apart(module: str, *arguments: str) -> dict[str, float]:
    """Run `python -m module arguments` in a process of its own; the last line of its output is a JSON object of figures."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures
