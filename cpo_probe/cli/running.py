"""`run`: record, seal, judge, score, report, compare."""

import asyncio
import dataclasses
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.offline import difference
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.progress import Progress
from cpo_probe.cli.reporting import show_diff, show_scorecard, write_reports
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle
from cpo_probe.model import Permissions, Plan, Target
from cpo_probe.run import make_plan, record, resume
from cpo_probe.target import load


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of `run`."""

    target: str
    preset: str
    out: Path | None
    resume: Path | None
    baseline: Path | None
    probes: tuple[str, ...]
    operations: tuple[str, ...]
    limits: dict[str, Any]
    job: bool
    write: bool
    intrusive: bool
    assume_read_names: bool
    foreign_credentials: bool
    seed: int
    operator: str
    catalogue: Path | None
    content: tuple[Path, ...]
    schemas: tuple[Path, ...]
    language: str
    json: bool


def run(options: Options) -> int:
    """The exit code: 1 not fulfilled (or new and worse), 3 open items, 0."""
    if bool(options.target) == bool(options.resume):
        raise UsageError("run expects a TARGET (URL, profile or TOML file) or --resume BUNDLE, and not both")
    house = open_house(options.content, options.catalogue, options.language, options.schemas)
    if house.kernel is not None:
        house.kernel.ready()
    console = people()
    progress = Progress(console)
    with progress.showing():
        if options.resume:
            bundle = asyncio.run(resume(options.resume, house.registry, progress, observe=progress.observe))
        else:
            loaded = load(options.target, roots=house.registry.roots)
            plan = _plan(loaded.target, options, house)
            folder = options.out or _folder(plan)
            bundle = asyncio.run(record(folder, plan, house.registry, progress, secrets=loaded.secrets, observe=progress.observe))
        progress.phase("judge")
        judgement = house.judge(bundle)
        progress.phase("report")
        written = write_reports(house, bundle, judgement, None)
    if options.json:
        machine(judgement.scorecard)
    if silent := unreachable(bundle):
        console.print(Text(silent, style="bold red"))
        for id in bundle.ids()[-1:]:
            console.print(f"Attempt   cpo-probe show {bundle.path} {id}", markup=False)
    else:
        show_scorecard(house, bundle, judgement, console)
    console.print(f"Evidence  {bundle.path}", markup=False)
    for path in written:
        console.print(f"Report    {path}", markup=False)
    if options.baseline:
        found = difference(house, Bundle.open(options.baseline), bundle)
        show_diff(found, console)
        return found.exit_code
    return judgement.scorecard.exit_code


def unreachable(bundle: Bundle) -> str:
    """What to say when nothing answered at all, "" otherwise: what was not reached was not measured."""
    keys = list(islice(bundle.keys(), 50))
    if any(not key.failed for key in keys):
        return ""
    last = bundle.exchange(keys[-1].id) if keys else None
    why = f"{last.failure.kind}: {last.failure.detail}" if last and last.failure else "nothing was asked"
    return (
        f"{bundle.plan.target.base_url} did not answer ({why}). Nothing was measured. Check the address, the port, the proxy and "
        "the certificate settings of the profile."
    )


def _plan(target: Target, options: Options, house: House) -> Plan:
    return make_plan(
        _limited(target, options.limits),
        house.registry,
        house.catalogue,
        preset=options.preset,
        run=uuid.uuid4().hex,
        created=now(),
        permissions=Permissions(
            options.job, options.write, options.intrusive, options.assume_read_names, options.foreign_credentials
        ),
        probes=options.probes,
        operations=options.operations,
        seed=options.seed,
        operator=options.operator,
    )


def _limited(target: Target, limits: dict[str, Any]) -> Target:
    given = {name: value for name, value in limits.items() if value is not None}
    for name, value in given.items():
        if value <= 0:
            raise UsageError(f"--{name} expects a number above 0, found {value}")
    return dataclasses.replace(target, limits=dataclasses.replace(target.limits, **given))


def _folder(plan: Plan) -> Path:
    stamp = plan.created[:19].replace(":", "").replace("-", "")
    return Path("runs") / f"{plan.target.name}-{stamp}-{plan.run[:6]}"


def now() -> str:
    """UTC, RFC 3339, seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
