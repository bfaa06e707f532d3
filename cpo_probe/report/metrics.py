"""How are measured quantities spread over the operations?"""

from array import array
from collections.abc import Collection
from pathlib import Path

from cpo_probe.model import Sample
from cpo_probe.report.collect import Place, rows
from cpo_probe.report.data import Distribution, MetricView
from cpo_probe.report.traffic import safe

MAX_ROWS = 30
MAX_POINTS = 90

Values = dict[tuple[str, str], dict[Place, "array[float]"]]
"""(name, unit) -> place -> values in the order of the rows."""


def read(judgement: Path) -> Values:
    """All samples of a judgement, eight bytes each."""
    found: Values = {}
    for row in rows(judgement / "samples.jsonl", Sample):
        name = row.metric if row.metric == row.measure else f"{row.measure}.{row.metric}"  # as a KPI names it
        places = found.setdefault((name, row.unit), {})
        places.setdefault((row.interface, row.operation), array("d")).append(float(row.value))
    return found


def metrics(found: Values, main: Collection[str]) -> tuple[MetricView, ...]:
    """One view per metric, those of KPIs (`main`) first; in it the largest median first."""
    views = []
    for (metric, unit), places in sorted(found.items()):
        several = len({interface for interface, _ in places}) > 1
        drawn = []
        for (interface, operation), values in places.items():
            label = f"{interface} {operation}" if several and operation else operation or interface
            drawn.append(distribution(safe(label, 120), sorted(values)))
        drawn.sort(key=lambda d: (-d.median, d.label))
        views.append(MetricView(metric, metric in main, unit, tuple(drawn[:MAX_ROWS]), max(0, len(drawn) - MAX_ROWS)))
    return tuple(sorted(views, key=lambda view: not view.main))


def distribution(label: str, ordered: list[float]) -> Distribution:
    """Quantiles and points of at least one value, in ascending order."""
    q1, median, q3, p95 = (nearest_rank(ordered, percent) for percent in (25, 50, 75, 95))
    return Distribution(label, len(ordered), ordered[0], q1, median, q3, p95, ordered[-1], spread(ordered))


def nearest_rank(ordered: list[float], percent: int) -> float:
    """The smallest value that at least `percent` of the values do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def spread(ordered: list[float]) -> tuple[float, ...]:
    """At most `MAX_POINTS` of the ordered values, both ends included, evenly by rank."""
    if len(ordered) <= MAX_POINTS:
        return tuple(ordered)
    return tuple(ordered[i * (len(ordered) - 1) // (MAX_POINTS - 1)] for i in range(MAX_POINTS))
