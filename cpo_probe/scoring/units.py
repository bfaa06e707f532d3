"""What is counted, and in which state is it?"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from cpo_probe.model import BETWEEN, Kpi, Outcome, Subject, UnitVerdict

WHOLE_TARGET = "target"
"""The unit of findings that belong to no interface."""

KEPT = 50
"""Fingerprints named per unit and state; the smallest, so that the order of the findings does not matter."""


class State(StrEnum):
    """Of a counted unit."""

    MET = "met"
    VIOLATED = "violated"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"


_STATE = {
    Outcome.PASS: State.MET,
    Outcome.FAIL: State.VIOLATED,
    Outcome.REVIEW: State.OPEN,
    Outcome.NOT_TESTED: State.OPEN,
    Outcome.ERROR: State.OPEN,
    Outcome.NOT_APPLICABLE: State.NOT_APPLICABLE,
}
_WEIGHT = (State.VIOLATED, State.OPEN, State.MET, State.NOT_APPLICABLE)


@dataclass(slots=True)
class Tally:
    """What was said about one unit. Its size does not grow with the number of findings."""

    counts: dict[State, int] = field(default_factory=dict)
    prints: dict[State, list[str]] = field(default_factory=dict)
    only_reviews: bool = True  # every open outcome is a question to a person

    def add(self, outcome: Outcome, count: int, fingerprint: str) -> None:
        state = _STATE[outcome]
        self.counts[state] = self.counts.get(state, 0) + count
        if state is State.OPEN and outcome is not Outcome.REVIEW:
            self.only_reviews = False
        kept = self.prints.setdefault(state, [])
        if fingerprint not in kept and (len(kept) < KEPT or fingerprint < kept[-1]):
            insort(kept, fingerprint)
            del kept[KEPT:]

    @property
    def state(self) -> State:
        """One failure violates; then what is open leaves it open; a pass is needed to meet it."""
        return next(state for state in _WEIGHT if state in self.counts)

    @property
    def judged(self) -> int:
        return self.counts.get(State.MET, 0) + self.counts.get(State.VIOLATED, 0)

    @property
    def failures(self) -> int:
        return self.counts.get(State.VIOLATED, 0)

    @property
    def question(self) -> bool:
        """Open, and a person's answer would close it."""
        return self.state is State.OPEN and self.only_reviews

    def verdict(self, unit: str) -> UnitVerdict:
        state = self.state
        return UnitVerdict(unit, state.value, tuple(self.prints[state]))


Tallies = dict[str, Tally]
"""Unit -> what was said about it."""


def unit_of(kpi: Kpi, subject: Subject) -> str:
    """The unit a finding counts for. What belongs to no operation counts for its interface, or for the target."""
    match kpi.unit:
        case "operation":
            parts: Iterable[str] = (subject.interface, subject.operation)
        case "interface":
            parts = (subject.interface,)
        case "artifact":
            member = subject.location.partition(BETWEEN)[0] if BETWEEN in subject.location else ""
            parts = (subject.interface, subject.operation, member)
        case "check":
            parts = (subject.check,)
        case "subject":
            parts = (subject.check, subject.interface, subject.operation, subject.location)
        case other:
            raise ValueError(f"KPI {kpi.id}: unit {other!r}")
    return " ".join(filter(None, parts)) or WHOLE_TARGET


def units_in(tallies: Tallies, state: State) -> int:
    return sum(tally.state is state for tally in tallies.values())


def verdicts(tallies: Tallies) -> tuple[UnitVerdict, ...]:
    return tuple(tallies[unit].verdict(unit) for unit in sorted(tallies))


def worst_of(tallies: Tallies) -> str:
    """The violated unit with the most failures; "" when none is violated."""
    failing = [(-tally.failures, unit) for unit, tally in tallies.items() if tally.failures]
    return min(failing)[1] if failing else ""
