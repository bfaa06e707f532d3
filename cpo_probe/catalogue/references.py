"""Does every check and metric that a catalogue refers to exist, and which checks does it not use?"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from cpo_probe.catalogue.rows import nearest
from cpo_probe.errors import UsageError
from cpo_probe.model import Catalogue, Kpi, KpiKind


def validate(catalogue: Catalogue, check_ids: Iterable[str], metrics: Iterable[str] | None = None) -> None:
    """Raises `UsageError` for a check pattern that matches no check, and for a metric that nothing measures.

    `metrics` left out: metrics are not looked at.
    """
    ids, measured = sorted(check_ids), None if metrics is None else set(metrics)
    for kpi in catalogue.kpis:
        where = f"catalogue {catalogue.id}, KPI {kpi.id}"
        for pattern in patterns_of(kpi):
            if not any(fnmatchcase(id, pattern) for id in ids):
                raise UsageError(f"{where}: no check matches {pattern!r}{nearest(pattern, ids)}")
        if measured is not None and kpi.kind in (KpiKind.QUANTILE, KpiKind.OVERLAP):
            for metric in kpi.metric.split():
                if metric not in measured:
                    raise UsageError(f"{where}: nothing measures {metric!r}{nearest(metric, measured)}")


def patterns_of(kpi: Kpi) -> tuple[str, ...]:
    """Every check pattern of a KPI, those of its rungs included."""
    return kpi.checks + tuple(pattern for rung in kpi.rungs for pattern in rung.checks)


def informative(catalogue: Catalogue, check_ids: Iterable[str]) -> tuple[str, ...]:
    """Checks that no KPI uses: they are judged and reported, and decide nothing."""
    patterns = tuple(pattern for kpi in catalogue.kpis for pattern in patterns_of(kpi))
    return tuple(id for id in sorted(check_ids) if not any(fnmatchcase(id, pattern) for pattern in patterns))
