"""`selftest`: is every seeded defect of the reference server detected, and is the clean server left in peace?"""

import asyncio
import dataclasses
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cpo_probe.cli import running
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.reference import PASSWORD, USER, exports_profile, reference_schemas, reference_server
from cpo_probe.errors import UsageError
from cpo_probe.kernel import VARIABLE
from cpo_probe.model import (
    Auth,
    BasicAuth,
    Declared,
    FailureSign,
    Finding,
    Limits,
    Outcome,
    Permissions,
    Plan,
    Target,
    Unit,
    UsernameTokenAuth,
)
from cpo_probe.model.pattern import matches
from cpo_probe.registry import PACKAGE
from cpo_probe.run import READ_ONLY, make_plan, record
from cpo_probe.target import load_target


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the probe said of one copy of the server: `missed` checks did not fail, `alarms` failed without reason."""

    defect: str
    title: str
    expected: tuple[str, ...]
    missed: tuple[str, ...]
    alarms: tuple[str, ...]
    exchanges: int
    seconds: float
    skipped: str = ""  # why it was not tried

    @property
    def good(self) -> bool:
        return not self.missed and not self.alarms


def selftest(only: tuple[str, ...], content: tuple[Path, ...], json: bool) -> int:
    """The detection matrix: 0 when every defect is detected and nothing else is alarmed."""
    house = open_house(content, None, "en", reference_schemas())
    chosen = defects(only)
    console = people()
    begun = time.monotonic()
    with reference_server() as url:
        clean, *verdicts = (_said(verdict, console) for verdict in matrix(house, url, chosen, whole=not only))
    if json:
        machine({"clean": clean, "defects": verdicts})
    _summary(clean, verdicts, time.monotonic() - begun, console)
    return 0 if clean.good and all(v.good for v in verdicts) else 1


def defects(only: tuple[str, ...]) -> list[Any]:
    """The seeded defects whose name matches, all without a pattern."""
    known = import_module(f"{PACKAGE}.fixtures.defects").DEFECTS
    chosen = [d for d in known if not only or matches(d.name, tuple(only))]
    if not chosen:
        raise UsageError(f"--only {' '.join(only)} matches no defect; there are {len(known)}, for instance {known[0].name}")
    return chosen


def matrix(house: House, url: str, chosen: list[Any], *, whole: bool = True) -> Iterator[Verdict]:
    """The clean server with every probe, or only those of the chosen defects; then each defect with the probes concerned."""
    concerned = ("*",) if whole else tuple(dict.fromkeys(probe for defect in chosen for probe in defect.probes))
    with tempfile.TemporaryDirectory() as folder:
        yield clean_verdict(house, url, Path(folder) / "clean", concerned)
        for defect in chosen:
            if lacks := lacking(house, defect):
                yield Verdict(defect.name, defect.title, tuple(defect.expects), (), (), 0, 0.0, lacks)
                continue
            yield defective_verdict(house, url, defect, Path(folder) / defect.name)
            shutil.rmtree(Path(folder) / defect.name)


def lacking(house: House, defect: Any) -> str:
    """What would be needed to see the defect and is not there, "" for nothing."""
    if defect.needs == "kernel" and house.kernel is None:
        return f"needs a geometry kernel: install cpo-probe[cad], or name a Python that has one by {VARIABLE}"
    return ""


def clean_verdict(house: House, url: str, folder: Path, probes: tuple[str, ...]) -> Verdict:
    """What is said of the server without a defect: everything is an alarm."""
    permissions = dataclasses.replace(READ_ONLY, foreign_credentials=True, assume_read_names=True, job=True)
    plan = _with_exports(_plan(house, url, probes, (), permissions), house)
    findings, exchanges, seconds = _measure(house, plan, folder)
    alarms = tuple(_alarm(finding) for finding in findings if not _is_true(finding))
    return Verdict("", "clean server", (), (), alarms, exchanges, seconds)


def _is_true(finding: Finding) -> bool:
    """Whether the clean server is known to be so."""
    subject = finding.subject
    known = import_module(f"{PACKAGE}.fixtures.defects").TRUE
    return any(subject.check == check and word in f"{subject.operation} {subject.location}" for check, word in known)


def defective_verdict(house: House, url: str, defect: Any, folder: Path) -> Verdict:
    """What is said of the copy with one defect, asked by the probes concerned."""
    permissions = dataclasses.replace(READ_ONLY, **dict.fromkeys(defect.permissions, True))
    place = url if defect.at_root else f"{url.rstrip('/')}/~{defect.name}/"
    plan = _plan(house, place, defect.probes, defect.operations, permissions)
    if defect.kind == "export":
        plan = _only_exports(_with_exports(plan, house), defect.name)
    elif defect.interface:
        plan = dataclasses.replace(plan, target=_only(plan.target, defect.kind, place + defect.interface))
    signs = tuple(FailureSign(*sign) for sign in defect.signs)
    plan = dataclasses.replace(plan, target=dataclasses.replace(plan.target, auth=_LOG_INS[defect.log_in], failures=signs))
    if defect.at_root:
        field = import_module(f"{PACKAGE}.fixtures.plm.mount").FIELD
        plan = dataclasses.replace(plan, target=dataclasses.replace(plan.target, headers=((field, defect.name),)))
    findings, exchanges, seconds = _measure(house, plan, folder)
    failed = {f.subject.check for f in findings}
    allowed = (*defect.expects, *defect.collateral)
    alarms = sorted(_alarm(f) for f in findings if not matches(f.subject.check, tuple(allowed)))
    missed = tuple(c for c in defect.expects if c not in failed)
    return Verdict(defect.name, defect.title, tuple(defect.expects), missed, tuple(alarms), exchanges, seconds)


_LOG_INS: dict[str, Auth] = {
    "basic": BasicAuth(USER, f"env:{PASSWORD}"),
    "wsse": UsernameTokenAuth(
        USER, f"env:{PASSWORD}", digest=True, nonce=True, lifetime=300.0, must_understand=True, basic=False
    ),
}
_DESCRIBED = {"odata": "$metadata", "wsdl": "?wsdl"}


def _only(target: Target, kind: str, root: str) -> Target:
    """One service of the copy and nothing else: discovery takes it as declared and looks no further."""
    return dataclasses.replace(target, base_url=root, declared=(Declared(kind, root, root + _DESCRIBED[kind], (), {}),))


def _with_exports(plan: Plan, house: House) -> Plan:
    """The plan of a profile that also says which files the server hands out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "exports.toml"
        path.write_text(f'base_url = "{plan.target.base_url}"\n{exports_profile()}', encoding="utf-8")
        described = load_target(str(path), roots=house.registry.roots)
    return dataclasses.replace(plan, target=dataclasses.replace(plan.target, exports=described.exports, csrf=described.csrf))


def _only_exports(plan: Plan, name: str) -> Plan:
    """Nothing else of the copy may be asked, so that discovery looks no further; files of the plan's operations alone."""
    target = plan.target
    scope = dataclasses.replace(target.scope, paths=(f"/~{name}/exports",))
    return dataclasses.replace(plan, target=dataclasses.replace(target, scope=scope))


def _measure(house: House, plan: Plan, folder: Path) -> tuple[list[Finding], int, float]:
    """Failures and errors on one copy."""
    begun = time.monotonic()
    with asyncio.run(record(folder, plan, house.registry, _Silent())) as bundle:
        judgement = house.judge(bundle, workers=1)
        findings = [f for f in judgement.findings() if f.outcome in (Outcome.FAIL, Outcome.ERROR)]
        return findings, len(bundle.ids()), time.monotonic() - begun


def _alarm(finding: Finding) -> str:
    return f"{finding.subject.check} [{finding.subject.operation}] {finding.code}"


def _plan(house: House, url: str, probes: tuple[str, ...], operations: tuple[str, ...], permissions: Permissions) -> Plan:
    target = dataclasses.replace(
        load_target(url, roots=house.registry.roots),
        name="selftest",
        auth=_LOG_INS["basic"],
        limits=Limits(rate=2000.0, requests=20_000, brake=False),  # seeded server errors must not slow the matrix down
    )
    plan = make_plan(
        target,
        house.registry,
        house.catalogue,
        preset="nightly",
        run=uuid.uuid4().hex,
        created=running.now(),
        permissions=permissions,
        operations=operations,
        operator="selftest",
    )
    names = {p for p in plan.probes if matches(p, tuple(probes))}
    while more := {earlier for name in names for earlier in house.registry.probes[name].after} - names:
        names |= more
    return dataclasses.replace(plan, probes=tuple(p for p in plan.probes if p in names))


class _Silent:
    """A watcher that says nothing."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


def _said(verdict: Verdict, console: Console) -> Verdict:
    name = verdict.defect or "clean server"
    if verdict.skipped:
        console.print(f"  skipped   {name}  ({verdict.skipped})", markup=False)
        return verdict
    if verdict.good:
        what = f"detected  {name}  ({', '.join(verdict.expected)})" if verdict.defect else f"in peace  {name}"
        console.print(f"  {what}", markup=False)
    for check in verdict.missed:
        console.print(f"  MISSED    {name}  {check}", markup=False, style="red")
    for alarm in verdict.alarms:
        console.print(f"  ALARM     {name}  {alarm}", markup=False, style="red")
    return verdict


def _summary(clean: Verdict, verdicts: list[Verdict], seconds: float, console: Console) -> None:
    table = Table(title="Detection matrix", title_justify="left", box=None, pad_edge=False, show_header=False)
    tried = [v for v in verdicts if not v.skipped]
    table.add_row("defects detected", f"{sum(not v.missed for v in tried)} / {len(tried)}")
    if len(tried) < len(verdicts):
        table.add_row("not tried", str(len(verdicts) - len(tried)))
    table.add_row("false alarms, clean server", str(len(clean.alarms)))
    table.add_row("false alarms, beside defects", str(sum(len(v.alarms) for v in verdicts)))
    table.add_row("exchanges", str(clean.exchanges + sum(v.exchanges for v in verdicts)))
    table.add_row("seconds", f"{seconds:.0f}")
    console.print(table)
