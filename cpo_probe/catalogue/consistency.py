"""Does a catalogue contradict itself?"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from cpo_probe.catalogue.rows import Row, nearest
from cpo_probe.catalogue.threshold import Threshold
from cpo_probe.errors import UsageError
from cpo_probe.model import Assessment, Catalogue, Criterion, DecisionRule, Kpi, KpiKind

UNITS = ("operation", "interface", "artifact", "subject", "check")
ROLES = ("vendor", "customer", "service_provider")
LEVEL_SOURCES = ("confirmed", "proposal")

Complaint = tuple[str, str, str]
"""(id, key, sentence)."""


def check_consistency(catalogue: Catalogue, rows: Mapping[str, Row]) -> None:
    """Raises `UsageError` for the first contradiction, with its line."""
    for id, key, sentence in _complaints(catalogue):
        raise UsageError(f"{rows[id].at(key)}: {rows[id].table} {id!r}: {sentence}")


def _complaints(catalogue: Catalogue) -> Iterator[Complaint]:
    kpis = {kpi.id: kpi for kpi in catalogue.kpis}
    criteria = {criterion.id: criterion for criterion in catalogue.criteria}
    for kpi in catalogue.kpis:
        if kpi.criterion not in criteria:
            yield kpi.id, "criterion", f"criterion {kpi.criterion!r} does not exist{nearest(kpi.criterion, criteria)}"
        elif criteria[kpi.criterion].assessment is not Assessment.MEASURED and kpi.rule is not DecisionRule.REPORT_ONLY:
            yield kpi.id, "rule", f"{kpi.criterion} is not measured, so its KPIs decide nothing: make this one report_only"
        for key, sentence in _ladders(kpi, catalogue) if kpi.ladders else _shape(kpi):
            yield kpi.id, key, sentence
        for key, sentence in _rule(kpi):
            yield kpi.id, key, sentence
        for sentence in _floor(kpi, kpis):
            yield kpi.id, "floor", sentence
    for criterion in catalogue.criteria:
        yield from _criterion(criterion, catalogue)


def _criterion(criterion: Criterion, catalogue: Catalogue) -> Iterator[Complaint]:
    categories = [category.id for category in catalogue.categories]
    if criterion.category not in categories:
        yield criterion.id, "category", f"category {criterion.category!r} does not exist{nearest(criterion.category, categories)}"
    presets = [preset.name for preset in catalogue.presets]
    for key, values, known in (
        ("scopes", criterion.scopes, presets),
        ("roles", criterion.roles, ROLES),
        ("level_source", (criterion.level_source,), LEVEL_SOURCES),
    ):
        for value in values:
            if value not in known:
                yield criterion.id, key, f"{value!r} is not known{nearest(value, known)}"
    has_kpi = any(kpi.criterion == criterion.id for kpi in catalogue.kpis)
    if criterion.assessment is Assessment.MEASURED and not has_kpi:
        yield (
            criterion.id,
            "assessment",
            "measured, but no KPI names it: add one, or say documentary or not_measurable with a reason",
        )
    if criterion.assessment is not Assessment.MEASURED and not criterion.reason:
        yield criterion.id, "reason", f"{criterion.assessment} needs the reason why it is not measured: write it"


def _shape(kpi: Kpi) -> Iterator[tuple[str, str]]:
    """What each kind of formula needs."""
    by_checks = kpi.kind in (KpiKind.RATIO, KpiKind.COUNT)
    if by_checks and not kpi.checks:
        yield "checks", f"a {kpi.kind} counts checks: list them"
    if (by_checks or kpi.kind is KpiKind.LADDER or (kpi.kind is KpiKind.QUANTILE and kpi.unit)) and kpi.unit not in UNITS:
        yield "unit", f"unit {kpi.unit!r} is not known{nearest(kpi.unit, UNITS)}"
    if kpi.kind is KpiKind.LADDER and not kpi.rungs:
        yield "rungs", "a ladder needs rungs: list them from the lowest"
    if kpi.kind is KpiKind.QUANTILE and not (kpi.metric and _is_share(kpi.quantile)):
        yield "quantile", 'a quantile needs a metric and quantile = "0.95" (above 0, at most 1)'
    if kpi.kind is KpiKind.OVERLAP and len(kpi.metric.split()) != 2:
        yield "metric", "an overlap compares the subjects of two metrics: name both, with a space between"


def _ladders(kpi: Kpi, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """A figure made of conformance ladders counts interfaces: the level of one ladder, or who reaches the level claimed."""
    known = [ladder.id for ladder in catalogue.ladders]
    for id in kpi.ladders:
        if id not in known:
            yield "ladders", f"ladder {id!r} is not there{nearest(id, known)}"
    if kpi.kind not in (KpiKind.LADDER, KpiKind.RATIO) or (kpi.kind is KpiKind.LADDER and len(kpi.ladders) > 1):
        yield "ladders", "only a ratio is made of several ladders, and a ladder of one"
    if kpi.checks or kpi.rungs:
        yield "ladders", "a KPI made of ladders has neither checks nor rungs: the ladder names them"
    if kpi.unit != "interface":
        yield "unit", f"a ladder is climbed by an interface: expected unit 'interface', found {kpi.unit!r}"


def _rule(kpi: Kpi) -> Iterator[tuple[str, str]]:
    """What a decision rule needs."""
    if kpi.rule is DecisionRule.LOWER_BOUND_95 and (kpi.kind is not KpiKind.RATIO or kpi.ladders):
        yield "rule", "lower_bound_95 is a bound of a proportion: use it with a ratio"
    if kpi.rule is DecisionRule.REPORT_ONLY:
        if kpi.threshold:
            yield "threshold", "report_only decides nothing: remove the threshold, or choose another rule"
        return
    try:
        Threshold.parse(kpi.threshold)
    except ValueError as error:
        yield "threshold", f"{error}, found {kpi.threshold!r}"


def _is_share(text: str) -> bool:
    try:
        return 0 < Fraction(text) <= 1
    except (ValueError, ZeroDivisionError):
        return False


def _floor(kpi: Kpi, kpis: Mapping[str, Kpi]) -> Iterator[str]:
    seen = [kpi.id]
    floor = kpi.floor
    while floor:
        if floor not in kpis:
            yield f"floor {floor!r} is no KPI{nearest(floor, kpis)}"
            return
        if floor in seen:
            yield f"floor leads back to itself: {' -> '.join([*seen, floor])}"
            return
        if kpis[floor].rule is DecisionRule.REPORT_ONLY:
            yield f"floor {floor!r} is report_only and can never be met: give it a threshold"
            return
        seen.append(floor)
        floor = kpis[floor].floor
