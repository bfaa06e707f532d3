"""What does a comparison of two judgements say?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from cpo_probe.evidence import decode, encode
from cpo_probe.model import Finding, Fulfilment, PassCount, Scorecard, Severity, Subject, Verdict

DIFF_FORMAT = "cpo-probe-diff/1"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Side:
    """One judgement; the rows are read once."""

    scorecard: Scorecard
    findings: Iterable[Finding]
    passes: Iterable[PassCount]


class Direction(StrEnum):
    """Where a figure moved."""

    BETTER = "better"
    WORSE = "worse"
    OTHER = "other"  # no threshold says which way is better
    NEWLY_MEASURED = "newly_measured"
    NO_LONGER_MEASURED = "no_longer_measured"


@dataclass(frozen=True, slots=True)
class Change:
    """A failure that is there on one side. `was` and `now`: "fail", "ok" (passed or did not apply), "not_measured"."""

    fingerprint: str
    subject: Subject
    severity: Severity
    code: str
    was: str
    now: str
    exchanges: tuple[str, ...]  # of the side on which it failed


@dataclass(frozen=True, slots=True)
class Figure:
    """A KPI on one side; `value` is "" when nothing was measured."""

    value: str
    numerator: int
    denominator: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class KpiChange:
    """A KPI whose figure moved. `beyond`: the intervals of both sides have nothing in common."""

    kpi: str
    was: Figure
    now: Figure
    direction: Direction
    beyond: bool
    regression: bool


@dataclass(frozen=True, slots=True)
class CriterionChange:
    criterion: str
    was: Fulfilment
    now: Fulfilment


@dataclass(frozen=True, slots=True)
class RulerChange:
    """What another ruler made of the old record: a change of the ruler, never of the product."""

    was: str
    now: str
    kpis: tuple[KpiChange, ...]
    criteria: tuple[CriterionChange, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """`regression` is true only for what is new and worse; `lost` counts what was measured and is not any more."""

    format: str
    old_run: str
    new_run: str
    regression: bool
    worse: tuple[Change, ...]  # fails now where it was fine
    remarks: tuple[Change, ...]  # the same, of severity info: said, and no regression
    newly_measured: tuple[Change, ...]  # fails now where nothing was measured
    gone: tuple[Change, ...]  # failed, and is fine now
    no_longer_measured: tuple[Change, ...]  # failed, and was not measured now: not fixed
    unchanged: tuple[Change, ...]  # fails on both sides
    lost: int  # check × operation: passed, and was not measured now
    kpis: tuple[KpiChange, ...]
    criteria: tuple[CriterionChange, ...]
    ruler: RulerChange | None

    @property
    def exit_code(self) -> int:
        """1 new and worse, 3 something that was measured is not any more, else 0."""
        if self.regression:
            return 1
        return 3 if self.lost or self.no_longer_measured else 0


def to_json(diff: Diff) -> bytes:
    """Canonical JSON of the comparison."""
    return encode(diff)


def read_side(judgement: Path) -> Side:
    """A stored judgement (the folder `judgements/<ruler>/`), its rows read from disk one by one."""
    scorecard = decode((judgement / "scorecard.json").read_bytes(), Scorecard)
    return Side(scorecard, _rows(judgement / "findings.jsonl", Finding), _rows(judgement / "passes.jsonl", PassCount))


def _rows(path: Path, type: type[T]) -> Iterator[T]:
    with path.open("rb") as file:
        for line in file:
            yield decode(line, type)
