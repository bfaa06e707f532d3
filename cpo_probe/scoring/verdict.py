"""Is the figure good enough, all doubts considered?"""

from dataclasses import dataclass
from fractions import Fraction

from cpo_probe.catalogue import Threshold
from cpo_probe.model import DecisionRule, Kpi, Verdict


@dataclass(frozen=True, slots=True)
class Span:
    """Everything the figure may truly be."""

    low: Fraction
    high: Fraction

    def union(self, other: "Span | None") -> "Span":
        return self if other is None else Span(min(self.low, other.low), max(self.high, other.high))


def decide(kpi: Kpi, span: Span) -> Verdict:
    """Met when every value of the span is good enough, not met when none is, else inconclusive."""
    if kpi.rule is DecisionRule.REPORT_ONLY:
        return Verdict.REPORTED
    threshold = Threshold.parse(kpi.threshold)
    if threshold.holds(span.low) and threshold.holds(span.high):
        return Verdict.MET
    if threshold.holds(span.low) or threshold.holds(span.high) or _straddles(threshold, span):
        return Verdict.INCONCLUSIVE
    return Verdict.NOT_MET


def _straddles(threshold: Threshold, span: Span) -> bool:
    """Only "=" can hold inside a span and at neither end."""
    return threshold.comparison == "=" and span.low < threshold.limit < span.high


def nothing_judged(open_units: int, not_applicable: int) -> Verdict:
    """An empty or all-skipped set never passes; it leaves the account only where absence was proven."""
    return Verdict.NOT_APPLICABLE if not_applicable and not open_units else Verdict.OPEN
