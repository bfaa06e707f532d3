"""From a faulty server to a judged bundle: the whole way, as `cpo-probe run` goes it."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.cli.loading import House, open_house
from cpo_probe.evidence import Bundle, verify
from cpo_probe.judge import Judgement, judge
from cpo_probe.model import Exchange, Finding, Limits, Outcome, Unit
from cpo_probe.run import make_plan, record
from cpo_probe.session import Session
from cpo_probe.target import load_target
from tests.faults.little import Little, serving

LIMITS = Limits(
    rate=10_000,
    concurrency=4,
    requests=2000,
    seconds=60,
    connect_seconds=1.0,
    read_seconds=0.5,
    exchange_seconds=1.5,
    wire_bytes=64_000,
    decoded_bytes=96_000,
    retries=0,
    brake=False,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was recorded and what was said of it."""

    bundle: Bundle
    judgement: Judgement
    house: House

    @property
    def findings(self) -> list[Finding]:
        return self.judgement.findings()

    def failures(self) -> set[tuple[str, str, str]]:
        """(check, operation, reason) of everything that failed."""
        return {(f.subject.check, f.subject.operation, f.code) for f in self.findings if f.outcome is Outcome.FAIL}

    def said(self, operation: str, outcome: Outcome) -> dict[str, str]:
        """Check -> reason code, of that outcome on that operation."""
        return {f.subject.check: f.code for f in self.findings if f.outcome is outcome and f.subject.operation == operation}

    def passes(self, operation: str) -> set[str]:
        """Checks of answers (not of the description) that passed on the operation."""
        checks = self.house.registry.checks
        return {
            p.subject.check
            for p in self.judgement.passes()
            if p.subject.operation == operation and any(not of.startswith("discovery.") for of in checks[p.subject.check].of)
        }

    def found(self, check: str, operation: str = "") -> Finding:
        """The first finding of that check on that operation."""
        return next(f for f in self.findings if f.subject.check == check and f.subject.operation == operation)

    def cited(self, check: str, operation: str = "") -> tuple[str, ...]:
        return self.found(check, operation).exchanges

    def sentence(self, check: str, operation: str = "") -> str:
        """What people read about it."""
        found = self.found(check, operation)
        return self.house.texts.reason(found.code, found.expected, found.found, found.params)

    def exchanges(self, **selection: Any) -> list[Exchange]:
        return list(self.bundle.select(**selection))


class Silent:
    """A watcher that says nothing."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


@pytest.fixture(scope="session")
def house() -> House:
    return open_house((), None, "en")


Running = Callable[..., Awaitable[Judged]]


@pytest.fixture
def run(house: House, tmp_path: Path) -> Running:
    """Record and judge a URL. Checks for every run alike: it ends, it is sealed, and the evidence verifies."""

    async def running(
        url: str,
        *,
        probes: tuple[str, ...] = ("rest.read",),
        preset: str = "nightly",
        transport: dict[str, Any] | None = None,
        house: House = house,
        observe: Callable[[Session], None] = lambda session: None,
        **limits: Any,
    ) -> Judged:
        target = load_target(url, roots=house.registry.roots)
        target = dataclasses.replace(
            target,
            limits=dataclasses.replace(LIMITS, **limits),
            transport=dataclasses.replace(target.transport, **(transport or {})),
        )
        plan = make_plan(
            target, house.registry, house.catalogue, preset=preset, run="run-1", created="2025-06-03T10:00:00Z", probes=probes
        )
        folder = tmp_path / "bundle"
        bundle = await record(folder, plan, house.registry, Silent(), observe=observe)
        assert bundle.sealed
        assert verify(folder) == ()
        return Judged(bundle, judge(bundle, house.registry, house.catalogue, workers=1), house)

    return running


@pytest.fixture
async def little() -> AsyncIterator[Little]:
    """The system without a fault; put one in before asking."""
    system = Little()
    async with serving(system):
        yield system
