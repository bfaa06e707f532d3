"""Which KPIs moved, and by more than their own doubt?"""

from fractions import Fraction

from cpo_probe.catalogue import Threshold
from cpo_probe.history.diff import Direction, Figure, KpiChange
from cpo_probe.model import Interval, KpiResult, Scorecard


def kpi_changes(old: Scorecard, new: Scorecard, worse: frozenset[str]) -> tuple[KpiChange, ...]:
    """KPIs of both scorecards whose figure or verdict moved.

    `worse`: fingerprints of failures that are new and worse. A figure made of checks is a regression only where one of
    them moved it: an operation that was not measured before pulls the figure down without anything having become worse.
    """
    before = {result.kpi: result for result in old.kpis}
    found = []
    for result in new.kpis:
        known = before.get(result.kpi)
        if known is not None and (known.value, known.verdict) != (result.value, result.verdict):
            found.append(_change(known, result, worse))
    return tuple(found)


def _change(old: KpiResult, new: KpiResult, worse: frozenset[str]) -> KpiChange:
    direction = _direction(old, new)
    beyond = _beyond(old, new)
    broken = {fingerprint for unit in new.units if unit.state == "violated" for fingerprint in unit.findings}
    caused = not broken or not broken.isdisjoint(worse)
    return KpiChange(new.kpi, _figure(old), _figure(new), direction, beyond, direction is Direction.WORSE and beyond and caused)


def _figure(result: KpiResult) -> Figure:
    return Figure(result.value, result.numerator, result.denominator, result.verdict)


def _direction(old: KpiResult, new: KpiResult) -> Direction:
    if not old.value:
        return Direction.NEWLY_MEASURED if new.value else Direction.OTHER
    if not new.value:
        return Direction.NO_LONGER_MEASURED
    if not new.threshold or old.value == new.value:
        return Direction.OTHER
    threshold, was, now = Threshold.parse(new.threshold), Fraction(old.value), Fraction(new.value)
    match threshold.comparison:
        case ">=":
            better = now > was
        case "<=":
            better = now < was
        case _:
            better = abs(now - threshold.limit) < abs(was - threshold.limit)
    return Direction.BETTER if better else Direction.WORSE


def _beyond(old: KpiResult, new: KpiResult) -> bool:
    """Whether nothing that the old figure may truly be is something that the new one may be."""
    was, now = _span(old), _span(new)
    return was is not None and now is not None and (was[1] < now[0] or now[1] < was[0])


def _span(result: KpiResult) -> tuple[Fraction, Fraction] | None:
    """The union of both intervals."""
    intervals = [i for i in (result.open_range, result.confidence) if isinstance(i, Interval)]
    if not result.value or not intervals:
        return None
    return min(Fraction(i.low) for i in intervals), max(Fraction(i.high) for i in intervals)
