"""Which KPI does a finding or a sample count for?

Findings are taken one by one and not kept: what grows is the number of units.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from cpo_probe.errors import EvidenceError
from cpo_probe.model import Finding, Kpi, KpiKind, Ladder, Outcome, PassCount, Sample, Subject
from cpo_probe.model.pattern import matches
from cpo_probe.scoring.numbers import PLACES
from cpo_probe.scoring.units import WHOLE_TARGET, Tallies, Tally, unit_of
from cpo_probe.scoring.words import Words

_LIMIT = 2**63 - 1


@dataclass(slots=True)
class Measured:
    """Samples of one metric: per subject the values, in millionths."""

    unit: str = ""
    values: dict[str, "array[int]"] = field(default_factory=dict)


@dataclass(slots=True)
class Collected:
    """`tallies`: KPI id -> one table of units, or one per rung of a ladder.

    `metrics`: by the name a KPI or a ladder uses, which is a sample's metric, or its measure and metric joined by a dot.
    """

    tallies: dict[str, list[Tallies]]
    metrics: dict[str, Measured]
    outcomes: dict[Outcome, int]
    words: Words


def collect(
    kpis: Iterable[Kpi],
    ladders: Iterable[Ladder],
    findings: Iterable[Finding],
    passes: Iterable[PassCount],
    samples: Iterable[Sample],
) -> Collected:
    """Count everything once; the order of the inputs does not matter."""
    kpis, ladders = tuple(kpis), tuple(ladders)
    metrics = [metric for kpi in kpis for metric in kpi.metric.split()]
    metrics += [metric for ladder in ladders for metric in (ladder.applies, ladder.claim) if metric]
    collected = Collected(
        {kpi.id: [{} for _ in (kpi.rungs or (None,))] for kpi in kpis},
        {metric: Measured() for metric in metrics},
        dict.fromkeys(Outcome, 0),
        Words(ladders),
    )
    routes = _Routes(kpis)
    for finding in findings:
        _count(collected, routes, finding.subject, finding.outcome, finding.count, finding.fingerprint)
        collected.words.add(finding.subject, finding.outcome, finding.code, finding.fingerprint)
    for row in passes:
        _count(collected, routes, row.subject, Outcome.PASS, row.count, row.fingerprint)
        collected.words.add(row.subject, Outcome.PASS, "", row.fingerprint)
    for sample in samples:
        for name in {sample.metric, f"{sample.measure}.{sample.metric}"} & collected.metrics.keys():
            _measure(collected.metrics[name], sample)
    return collected


class _Routes:
    """Check id -> the KPIs (and rungs) that count it; patterns are matched once per check."""

    def __init__(self, kpis: tuple[Kpi, ...]) -> None:
        self._patterns = [
            (kpi, rung, patterns)
            for kpi in kpis
            for rung, patterns in enumerate([r.checks for r in kpi.rungs] if kpi.kind is KpiKind.LADDER else [kpi.checks])
        ]
        self._known: dict[str, list[tuple[Kpi, int]]] = {}

    def of(self, check: str) -> list[tuple[Kpi, int]]:
        if check not in self._known:
            self._known[check] = [(kpi, rung) for kpi, rung, patterns in self._patterns if matches(check, patterns)]
        return self._known[check]


def _count(collected: Collected, routes: _Routes, subject: Subject, outcome: Outcome, count: int, fingerprint: str) -> None:
    collected.outcomes[outcome] += count
    for kpi, rung in routes.of(subject.check):
        tallies = collected.tallies[kpi.id][rung]
        tallies.setdefault(unit_of(kpi, subject), Tally()).add(outcome, count, fingerprint)


def _measure(measured: Measured, sample: Sample) -> None:
    try:
        scaled = Fraction(sample.value) * 10**PLACES
    except (ValueError, ZeroDivisionError) as error:
        raise EvidenceError(f"sample {sample.metric} of exchange {sample.exchange}: {sample.value!r} is no number") from error
    if scaled.denominator != 1 or abs(scaled) > _LIMIT:
        raise EvidenceError(f"sample {sample.metric} of exchange {sample.exchange}: {sample.value} is out of range")
    if measured.unit not in ("", sample.unit):
        raise EvidenceError(f"samples of {sample.metric} are in {measured.unit} and in {sample.unit}: a metric has one unit")
    measured.unit = sample.unit
    subject = " ".join(filter(None, (sample.interface, sample.operation))) or WHOLE_TARGET
    measured.values.setdefault(subject, array("q")).append(scaled.numerator)
