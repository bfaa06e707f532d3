"""`demo` and `selftest`: the method proves itself on the reference PLM server."""

import asyncio
import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cpo_probe.cli import running
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.errors import UsageError
from cpo_probe.judge import judge
from cpo_probe.model import BasicAuth, Finding, Limits, Outcome, Plan, Unit
from cpo_probe.registry import PACKAGE
from cpo_probe.run import make_plan, record
from cpo_probe.target import load_target

DEMO_LIMITS = {"rate": 500.0, "concurrency": 4, "requests": 20_000, "seconds": 600.0}


_SERVE = """\
from importlib import import_module
from cpo_probe.registry import load
load()
import_module("{package}.fixtures.plm.serve").main([])
"""


@contextmanager
def reference_server() -> Iterator[str]:
    """The base URL of the reference server in a process of its own; its log-in is put into the environment."""
    accounts = import_module(f"{PACKAGE}.fixtures.plm.auth.accounts")
    os.environ["CPO_PROBE_REFERENCE_USER"], os.environ["CPO_PROBE_REFERENCE_PASSWORD"] = accounts.USERNAME, accounts.PASSWORD
    command = [sys.executable, "-c", _SERVE.format(package=PACKAGE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().strip() if server.stdout else ""
            if not url:
                raise RuntimeError("the reference server did not start; its message stands above")
            yield url
        finally:
            server.terminate()


def demo(out: Path, language: str) -> int:
    """The main job against the reference server; 0 whatever the scorecard says, since nothing is being certified."""
    if out.exists():
        if not (out / "record").is_dir():
            raise UsageError(f"--out {out} exists and holds no earlier demo: name another folder")
        shutil.rmtree(out)
    open_house((), None, language)
    with reference_server() as url, tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "reference-plm.toml"
        profile.write_text(_PROFILE.format(url=url), encoding="utf-8")
        code = running.run(
            running.Options(
                target=str(profile),
                preset="nightly",
                out=out,
                resume=None,
                baseline=None,
                probes=(),
                operations=(),
                limits=DEMO_LIMITS,
                job=False,
                write=False,
                intrusive=False,
                assume_read_names=False,
                foreign_credentials=True,
                seed=1,
                operator="demo",
                catalogue=None,
                content=(),
                language=language,
                json=False,
            )
        )
    people().print(f"(a run would end with exit code {code}; the demo ends with 0)", markup=False)
    return 0


_PROFILE = """\
name = "reference-plm"
base_url = "{url}"
product = "Reference PLM server"
vendor = "cpo-probe"

[auth]
kind = "basic"
username = "env:CPO_PROBE_REFERENCE_USER"
password = "env:CPO_PROBE_REFERENCE_PASSWORD"
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the probe said of one defect: `missed` checks did not fail, `alarms` failed without reason."""

    defect: str
    title: str
    expected: tuple[str, ...]
    missed: tuple[str, ...]
    alarms: tuple[str, ...]
    exchanges: int
    seconds: float

    @property
    def good(self) -> bool:
        return not self.missed and not self.alarms


def selftest(only: tuple[str, ...], content: tuple[Path, ...], json: bool) -> int:
    """The detection matrix: 0 when every defect is detected and nothing else is alarmed."""
    house = open_house(content, None, "en")
    defects = import_module(f"{PACKAGE}.fixtures.defects").DEFECTS
    chosen = [d for d in defects if not only or any(fnmatchcase(d.name, p) for p in only)]
    if not chosen:
        raise UsageError(f"--only {' '.join(only)} matches no defect; there are {len(defects)}, for instance {defects[0].name}")
    console = people()
    verdicts: list[Verdict] = []
    begun = time.monotonic()
    with reference_server() as url, tempfile.TemporaryDirectory() as folder:
        clean = _clean(house, url, Path(folder) / "clean")
        console.print(f"clean server: {len(clean.alarms)} false alarms, {clean.exchanges} exchanges", markup=False)
        for defect in chosen:
            verdict = _defective(house, url, defect, Path(folder) / defect.name)
            verdicts.append(verdict)
            _line(verdict, console)
    if json:
        machine({"clean": clean, "defects": verdicts})
    _summary(clean, verdicts, time.monotonic() - begun, console)
    return 0 if clean.good and all(v.good for v in verdicts) else 1


def _clean(house: House, url: str, folder: Path) -> Verdict:
    findings, exchanges, seconds = _measure(house, url, folder, ("*",), ())
    alarms = [f"{f.subject.check} [{f.subject.operation}] {f.code}" for f in findings]
    return Verdict("", "clean server", (), (), tuple(alarms), exchanges, seconds)


def _defective(house: House, url: str, defect: Any, folder: Path) -> Verdict:
    findings, exchanges, seconds = _measure(house, f"{url.rstrip('/')}/~{defect.name}/", folder, defect.probes, defect.operations)
    shutil.rmtree(folder)
    failed = {f.subject.check for f in findings}
    allowed = (*defect.expects, *defect.collateral)
    alarms = sorted(
        f"{f.subject.check} [{f.subject.operation}] {f.code}"
        for f in findings
        if not any(fnmatchcase(f.subject.check, p) for p in allowed)
    )
    missed = tuple(c for c in defect.expects if c not in failed)
    return Verdict(defect.name, defect.title, tuple(defect.expects), missed, tuple(alarms), exchanges, seconds)


def _measure(
    house: House, url: str, folder: Path, probes: tuple[str, ...], operations: tuple[str, ...]
) -> tuple[list[Finding], int, float]:
    """Failures and errors on the server below `url`; what speaks of the test's depth or of loopback is left out."""
    begun = time.monotonic()
    plan = _plan(house, url, probes, operations)
    bundle = asyncio.run(record(folder, plan, house.registry, _Silent()))
    judgement = judge(bundle, house.registry, house.catalogue, workers=1)
    findings = [f for f in judgement.findings() if f.outcome in (Outcome.FAIL, Outcome.ERROR) and not depth(f)]
    return findings, len(bundle.ids()), time.monotonic() - begun


def depth(finding: Finding) -> bool:
    """Coverage levels say how deep the test reached: narrowed to a few probes it reaches less deep."""
    return finding.subject.check.split(".")[1] == "coverage"


def _plan(house: House, url: str, probes: tuple[str, ...], operations: tuple[str, ...]) -> Plan:
    target = dataclasses.replace(
        load_target(url, roots=house.registry.roots),
        name="selftest",
        auth=BasicAuth("env:CPO_PROBE_REFERENCE_USER", "env:CPO_PROBE_REFERENCE_PASSWORD"),
        limits=Limits(rate=2000.0, requests=20_000, brake=False),
    )
    plan = make_plan(
        target,
        house.registry,
        house.catalogue,
        preset="nightly",
        run=uuid.uuid4().hex,
        created=running.now(),
        operations=operations,
        operator="selftest",
    )
    names = {p for p in plan.probes if any(fnmatchcase(p, pattern) for pattern in probes)}
    while more := {earlier for name in names for earlier in house.registry.probes[name].after} - names:
        names |= more
    chosen = tuple(p for p in plan.probes if p in names)
    return dataclasses.replace(plan, probes=chosen, permissions=dataclasses.replace(plan.permissions, foreign_credentials=True))


class _Silent:
    """A watcher that says nothing."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


def _line(verdict: Verdict, console: Console) -> None:
    if verdict.good:
        console.print(f"  detected  {verdict.defect}  ({', '.join(verdict.expected)})", markup=False)
        return
    for check in verdict.missed:
        console.print(f"  MISSED    {verdict.defect}  {check}", markup=False, style="red")
    for alarm in verdict.alarms:
        console.print(f"  ALARM     {verdict.defect}  {alarm}", markup=False, style="red")


def _summary(clean: Verdict, verdicts: list[Verdict], seconds: float, console: Console) -> None:
    detected = sum(not v.missed for v in verdicts)
    alarms = sum(len(v.alarms) for v in verdicts) + len(clean.alarms)
    table = Table(title="Detection matrix", title_justify="left", box=None, pad_edge=False)
    for name in ("", "value"):
        table.add_column(name)
    table.add_row("defects detected", f"{detected} / {len(verdicts)}")
    table.add_row("false alarms, clean server", str(len(clean.alarms)))
    table.add_row("false alarms, beside defects", str(alarms - len(clean.alarms)))
    table.add_row("exchanges", str(clean.exchanges + sum(v.exchanges for v in verdicts)))
    table.add_row("seconds", f"{seconds:.0f}")
    console.print(table)
    for alarm in clean.alarms:
        console.print(f"  clean server: {alarm}", markup=False, style="red")
