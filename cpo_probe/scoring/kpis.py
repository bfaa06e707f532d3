"""What is the figure of a KPI? One function per kind of formula."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from cpo_probe.model import DecisionRule, Interval, Kpi, KpiKind, KpiResult, UnitVerdict, Verdict
from cpo_probe.scoring.binomial import lower_bound, quantile_ranks, upper_bound
from cpo_probe.scoring.collect import Collected, Measured
from cpo_probe.scoring.numbers import STEP, interval, written
from cpo_probe.scoring.units import State, Tallies, Tally, units_in, verdicts, worst_of
from cpo_probe.scoring.verdict import Span, decide, nothing_judged


def kpi_result(kpi: Kpi, collected: Collected) -> KpiResult:
    """The figure and its verdict, floors not yet considered."""
    match kpi.kind:
        case KpiKind.RATIO:
            return _ratio(kpi, collected.tallies[kpi.id][0])
        case KpiKind.COUNT:
            return _count(kpi, collected.tallies[kpi.id][0])
        case KpiKind.LADDER:
            return _ladder(kpi, collected.tallies[kpi.id])
        case KpiKind.QUANTILE:
            return _quantile(kpi, collected.metrics[kpi.metric])
        case KpiKind.OVERLAP:
            first, second = kpi.metric.split()
            return _overlap(kpi, set(collected.metrics[first].values), set(collected.metrics[second].values))


def _ratio(kpi: Kpi, tallies: Tallies) -> KpiResult:
    """Units without violation / units judged."""
    met, violated, open_ = (units_in(tallies, s) for s in (State.MET, State.VIOLATED, State.OPEN))
    judged, known = met + violated, met + violated + open_
    open_span = Span(Fraction(met, known), Fraction(met + open_, known)) if known else None
    bound = None
    if kpi.rule is DecisionRule.LOWER_BOUND_95 and judged:
        bound = Span(lower_bound(met, judged), upper_bound(met, judged))
    value = Fraction(met, judged) if judged else None
    return _counted(kpi, tallies, value=value, numerator=met, open_span=open_span, bound=bound)


def _count(kpi: Kpi, tallies: Tallies) -> KpiResult:
    """Violated units; the denominator says how many were judged."""
    violated, open_ = units_in(tallies, State.VIOLATED), units_in(tallies, State.OPEN)
    judged = violated + units_in(tallies, State.MET)
    span = Span(Fraction(violated), Fraction(violated + open_)) if judged + open_ else None
    value = Fraction(violated) if judged else None
    return _counted(kpi, tallies, value=value, numerator=violated, open_span=span, bound=None)


def _counted(
    kpi: Kpi, tallies: Tallies, *, value: Fraction | None, numerator: int, open_span: Span | None, bound: Span | None
) -> KpiResult:
    open_, skipped = units_in(tallies, State.OPEN), units_in(tallies, State.NOT_APPLICABLE)
    judged = len(tallies) - open_ - skipped
    verdict = nothing_judged(open_, skipped)
    if value is not None and open_span is not None:
        verdict = decide(kpi, open_span.union(bound))
    questions = sum(tally.question for tally in tallies.values())
    return KpiResult(
        kpi=kpi.id,
        verdict=verdict,
        value="" if value is None else written(value),
        numerator=numerator,
        denominator=judged,
        n=sum(tally.judged for tally in tallies.values()),
        open=open_,
        not_applicable=skipped,
        threshold=kpi.threshold,
        rule=kpi.rule,
        open_range=_interval(open_span),
        confidence=_interval(bound),
        coverage=_coverage(judged, open_),
        worst=worst_of(tallies),
        units=verdicts(tallies),
        rung="",
        detail={"review": questions} if questions else {},
    )


def _interval(span: Span | None) -> Interval | None:
    return None if span is None else interval(span.low, span.high)


def _coverage(judged: int, open_: int) -> str:
    """Judged / (judged + open); "" when there was nothing to judge."""
    return written(Fraction(judged, judged + open_)) if judged + open_ else ""


def _ladder(kpi: Kpi, rungs: Sequence[Tallies]) -> KpiResult:
    """The highest rung that every unit reached. A rung without a word about a unit is open."""
    climbs = {unit: _Climb([rung.get(unit) for rung in rungs]) for unit in sorted({u for rung in rungs for u in rung})}
    judged = {unit: climb for unit, climb in climbs.items() if climb.state is not State.NOT_APPLICABLE}
    measured = any(climb.judged for climb in judged.values())
    low = min((climb.low for climb in judged.values()), default=0)
    high = min((climb.high for climb in judged.values()), default=0)
    span = Span(Fraction(low), Fraction(high)) if judged else None
    open_ = sum(climb.state is State.OPEN for climb in judged.values())
    skipped = len(climbs) - len(judged)
    worst = min(judged, key=lambda unit: (judged[unit].low, unit)) if measured and low < len(rungs) else ""
    detail: dict[str, Any] = {}
    if measured and low < len(rungs):
        detail = {"next": kpi.rungs[low].name, "next_checks": list(kpi.rungs[low].checks)}
    questions = sum(climb.question for climb in judged.values())
    return KpiResult(
        kpi=kpi.id,
        verdict=decide(kpi, span) if measured and span else nothing_judged(open_, skipped),
        value=written(Fraction(low)) if measured else "",
        numerator=low,
        denominator=len(rungs),
        n=sum(climb.judged for climb in judged.values()),
        open=open_,
        not_applicable=skipped,
        threshold=kpi.threshold,
        rule=kpi.rule,
        open_range=_interval(span),
        confidence=None,
        coverage=_coverage(len(judged) - open_, open_),
        worst=worst,
        units=tuple(UnitVerdict(unit, climb.state.value, climb.prints) for unit, climb in climbs.items()),
        rung=kpi.rungs[low - 1].name if measured and low else "",
        detail=detail | ({"review": questions} if questions else {}),
    )


class _Climb:
    """How high one unit got: `low` with everything open counted as failed, `high` as passed."""

    def __init__(self, rungs: Sequence[Tally | None]) -> None:
        states = [State.OPEN if tally is None else tally.state for tally in rungs]
        holds = (State.MET, State.NOT_APPLICABLE)
        self.low = next((i for i, state in enumerate(states) if state not in holds), len(states))
        self.high = next((i for i, state in enumerate(states) if state is State.VIOLATED), len(states))
        self.judged = sum(tally.judged for tally in rungs if tally)
        stop = rungs[self.low] if self.low < len(rungs) else None
        self.question = stop is not None and stop.question
        if not self.judged and State.OPEN not in states:
            self.state = State.NOT_APPLICABLE
        else:
            self.state = State.MET if self.low == len(states) else states[self.low]
        self.prints = stop.verdict("").findings if stop else ()


def _quantile(kpi: Kpi, measured: Measured) -> KpiResult:
    """The quantile of the samples, or with the unit "operation" that of the typical operation.

    Requests to one operation are correlated, so there each operation has its own quantile, the figure is the median
    of them and `worst` the highest. The confidence interval is that of order statistics, two-sided 95 %.
    """
    q = Fraction(kpi.quantile)
    pooled = sorted(value for values in measured.values.values() for value in values)
    per_unit = {unit: quantile(sorted(values), q) for unit, values in measured.values.items()}
    ordered = sorted(per_unit.values()) if kpi.unit else [Fraction(value) for value in pooled]
    wanted = Fraction(1, 2) if kpi.unit else q
    value, bound, detail = None, None, {}
    if pooled:
        value = _millionths(quantile(ordered, wanted))
        low, high, enough = quantile_ranks(len(ordered), wanted)
        bound = Span(_millionths(ordered[low - 1]), _millionths(ordered[high - 1]))
        detail = {"unit": measured.unit, "confidence": "0.95" if enough else "", **robust(pooled)}
    worst = min(per_unit, key=lambda unit: (-per_unit[unit], unit)) if per_unit else ""
    if worst:
        detail["worst"] = written(_millionths(per_unit[worst]))
    return KpiResult(
        kpi=kpi.id,
        verdict=decide(kpi, Span(value, value).union(bound)) if value is not None else Verdict.OPEN,
        value="" if value is None else written(value),
        numerator=len(per_unit),
        denominator=len(per_unit),
        n=len(pooled),
        open=0,
        not_applicable=0,
        threshold=kpi.threshold,
        rule=kpi.rule,
        open_range=None,
        confidence=_interval(bound),
        coverage="",
        worst=worst,
        units=(),
        rung="",
        detail=detail,
    )


def robust(ordered: Sequence[int]) -> dict[str, str]:
    """Minimum, median, 95th percentile, maximum and median absolute deviation of an ordered sample in millionths."""
    median = quantile(ordered, Fraction(1, 2))
    deviations = sorted(abs(value - median) for value in ordered)
    figures = {
        "min": Fraction(ordered[0]),
        "median": median,
        "p95": quantile(ordered, Fraction(95, 100)),
        "max": Fraction(ordered[-1]),
        "mad": quantile(deviations, Fraction(1, 2)),
    }
    return {"n": str(len(ordered)), **{name: written(_millionths(figure)) for name, figure in figures.items()}}


def quantile(ordered: Sequence[int] | Sequence[Fraction], q: Fraction) -> Fraction:
    """Linear between the neighbours of rank (n - 1) q (Hyndman and Fan 1996, definition 7), exactly."""
    position = (len(ordered) - 1) * q
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    return low + (position - below) * (high - low)


def _millionths(value: Fraction) -> Fraction:
    return value * STEP


def _overlap(kpi: Kpi, first: set[str], second: set[str]) -> KpiResult:
    """|A ∩ B| / |A ∪ B|; without one of the two sets nothing was compared."""
    both, either = first & second, first | second
    compared = bool(first and second)
    span = Span(Fraction(len(both), len(either)), Fraction(len(both), len(either))) if compared else None
    units = tuple(UnitVerdict(u, (State.MET if u in both else State.VIOLATED).value, ()) for u in sorted(either))
    return KpiResult(
        kpi=kpi.id,
        verdict=decide(kpi, span) if span else Verdict.OPEN,
        value=written(span.low) if span else "",
        numerator=len(both),
        denominator=len(either),
        n=len(either) if compared else 0,
        open=0,
        not_applicable=0,
        threshold=kpi.threshold,
        rule=kpi.rule,
        open_range=_interval(span),
        confidence=None,
        coverage=_coverage(len(either), 0),
        worst=min(either - both, default=""),
        units=units,
        rung="",
        detail={"only_first": len(first - second), "only_second": len(second - first)},
    )
