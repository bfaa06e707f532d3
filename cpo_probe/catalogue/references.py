"""Does every check and metric that a catalogue refers to exist, and which checks does it not use?"""

from collections.abc import Iterable

from cpo_probe.catalogue.rows import nearest
from cpo_probe.errors import UsageError
from cpo_probe.model import Catalogue, Kpi, KpiKind
from cpo_probe.model.pattern import matches, means_any


def validate(catalogue: Catalogue, check_ids: Iterable[str], measure_ids: Iterable[str] | None = None) -> None:
    """Raises `UsageError` for a check pattern that matches no check, and for a metric that no measure makes.

    A metric is named by its measure, or by measure and metric joined by a dot: "http.latency.total".
    `measure_ids` left out: metrics are not looked at.
    """
    ids, measures = sorted(check_ids), None if measure_ids is None else sorted(measure_ids)
    known = frozenset(ids)
    for kpi in catalogue.kpis:
        where = f"catalogue {catalogue.id}, KPI {kpi.id}"
        for pattern in patterns_of(kpi):
            if not means_any(pattern, known):
                raise UsageError(f"{where}: no check matches {pattern!r}{nearest(pattern, ids)}")
        if measures is not None and kpi.kind in (KpiKind.QUANTILE, KpiKind.OVERLAP):
            for metric in kpi.metric.split():
                if not any(metric == id or metric.startswith(id + ".") for id in measures):
                    raise UsageError(f"{where}: nothing measures {metric!r}{nearest(metric, measures)}")
    validate_ladders(catalogue, ids, measures)


def validate_ladders(catalogue: Catalogue, check_ids: Iterable[str], measure_ids: Iterable[str] | None = None) -> None:
    """The same of ladders: every check of a requirement exists, and something measures whether it applies and what is claimed."""
    ids, measures = sorted(check_ids), None if measure_ids is None else sorted(measure_ids)
    known = frozenset(ids)
    for ladder in catalogue.ladders:
        where = f"catalogue {catalogue.id}, ladder {ladder.id}"
        for requirement in ladder.requirements:
            for pattern in requirement.checks:
                if not means_any(pattern, known):
                    raise UsageError(f"{where}, {requirement.id}: no check matches {pattern!r}{nearest(pattern, ids)}")
        for metric in filter(None, (ladder.applies, ladder.claim)):
            if measures is not None and not any(metric == id or metric.startswith(id + ".") for id in measures):
                raise UsageError(f"{where}: nothing measures {metric!r}{nearest(metric, measures)}")


def patterns_of(kpi: Kpi, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """Every check pattern of a KPI, those of its rungs and, looked up in `catalogue`, of its conformance ladders included."""
    ladders = [ladder for ladder in catalogue.ladders if ladder.id in kpi.ladders] if catalogue else []
    rungs = tuple(pattern for rung in kpi.rungs for pattern in rung.checks)
    return kpi.checks + rungs + tuple(pattern for ladder in ladders for r in ladder.requirements for pattern in r.checks)


def informative(catalogue: Catalogue, check_ids: Iterable[str]) -> tuple[str, ...]:
    """Checks that no KPI uses: they are judged and reported, and decide nothing."""
    patterns = tuple(pattern for kpi in catalogue.kpis for pattern in patterns_of(kpi, catalogue))
    return tuple(id for id in sorted(check_ids) if not matches(id, patterns))
