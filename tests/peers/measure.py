"""What does the tool find on a peer: one whole run, recorded and judged, read-only and fast."""

import asyncio
import dataclasses
import uuid
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.cli.loading import House
from cpo_probe.cli.running import now
from cpo_probe.evidence import Bundle
from cpo_probe.judge import Judgement, judge
from cpo_probe.model import Finding, Limits, Outcome, Permissions, Unit
from cpo_probe.run import make_plan, record
from cpo_probe.target import load_target

AT = "at "
FAST = Limits(rate=1000.0, concurrency=4, requests=20_000, seconds=600.0, brake=False)


@dataclass(frozen=True, slots=True)
class Measured:
    """The evidence of a run and what the checks say of it."""

    bundle: Bundle
    judgement: Judgement
    findings: tuple[Finding, ...]

    @property
    def failing(self) -> set[tuple[str, str, str]]:
        """(check, place, code) of everything that failed."""
        return {key(f) for f in self.findings if f.outcome is Outcome.FAIL}

    @property
    def broken(self) -> list[str]:
        """Findings that say that the tool itself failed."""
        return [
            f"{f.subject.check} {f.subject.operation} {f.code} {f.params}" for f in self.findings if f.outcome is Outcome.ERROR
        ]

    @property
    def passing(self) -> set[str]:
        """Checks with at least one pass."""
        return {p.subject.check for p in self.judgement.passes()}


def measure(house: House, target: str, folder: Path, *, read_names: bool = False) -> Measured:
    """Record, seal and judge `target` (URL or profile) with the preset "nightly"; credentials of nobody are tried once.

    `read_names`: operations whose names say so are taken for reading.
    """
    allowed = Permissions(job=False, write=False, intrusive=False, assume_read_names=read_names, foreign_credentials=True)
    known = load_target(target, roots=house.registry.roots)
    plan = make_plan(
        dataclasses.replace(known, limits=FAST),
        house.registry,
        house.catalogue,
        preset="nightly",
        run=uuid.uuid4().hex,
        created=now(),
        operator="tests",
        permissions=allowed,
    )
    bundle = asyncio.run(record(folder, plan, house.registry, _Silent()))
    judgement = judge(bundle, house.registry, house.catalogue, workers=1)
    return Measured(bundle, judgement, tuple(judgement.findings()))


def key(finding: Finding) -> tuple[str, str, str]:
    """(check, place, code). The place is the operation; for OData, which has none, "at" and the location; else ""."""
    subject = finding.subject
    inside = f"{AT}{subject.location}" if subject.check.startswith("odata") and subject.location else ""
    return subject.check, subject.operation or inside, finding.code


class _Silent:
    """A watcher that says nothing."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...
