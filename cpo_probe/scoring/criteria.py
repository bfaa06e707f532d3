"""Is the criterion fulfilled, and what does that mean for the category and the exit code?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from cpo_probe.model import (
    Assessment,
    Attestation,
    Catalogue,
    CategoryResult,
    Criterion,
    CriterionResult,
    DecisionRule,
    Fulfilment,
    KpiResult,
    Level,
    Verdict,
)


class Reason(StrEnum):
    """Why a criterion came out as it did; sentences stand in the catalogue's texts."""

    NOT_SELECTED = "not_selected"
    ATTESTED = "attested"
    ATTESTATION_EXPIRED = "attestation_expired"
    DOCUMENTARY = "documentary"
    NOT_MEASURABLE = "not_measurable"
    REPORT_ONLY = "report_only"
    KPIS_MET = "kpis_met"
    KPI_NOT_MET = "kpi_not_met"
    KPIS_NOT_APPLICABLE = "kpis_not_applicable"
    OPEN = "open"
    INCONCLUSIVE = "inconclusive"


GATING = (Level.SHALL, Level.SHOULD)
"""Levels that decide the exit code; what is optional is only reported."""

_WORST_FIRST = (
    Fulfilment.NOT_FULFILLED,
    Fulfilment.PARTLY,
    Fulfilment.UNDETERMINED,
    Fulfilment.NOT_APPLICABLE,
    Fulfilment.FULFILLED,
)


def criterion_result(
    criterion: Criterion, kpis: Sequence[KpiResult], selected: bool, attestations: Iterable[Attestation], as_of: str
) -> CriterionResult:
    """A measured criterion is decided by its KPIs, any other by a person's answer that has not expired at `as_of`.

    A person's answer never overrides a measurement; it closes a measured criterion only where all that is open are
    questions to a person.
    """
    ids = tuple(kpi.kpi for kpi in kpis)
    if not selected:
        return CriterionResult(criterion.id, False, Fulfilment.UNDETERMINED, ids, Reason.NOT_SELECTED.value, "")
    answer, expired = _answer(criterion.id, attestations, as_of)
    if criterion.assessment is Assessment.MEASURED:
        fulfilment, reason = _measured(criterion.level, kpis)
        if fulfilment is not Fulfilment.UNDETERMINED or not answer or not _only_questions(kpis):
            return CriterionResult(criterion.id, True, fulfilment, ids, reason.value, "")
    if answer:
        return CriterionResult(criterion.id, True, answer.answer, ids, Reason.ATTESTED.value, _name(answer))
    missing = Reason.ATTESTATION_EXPIRED if expired else Reason(criterion.assessment.value)
    return CriterionResult(criterion.id, True, Fulfilment.UNDETERMINED, ids, missing.value, "")


def _measured(level: Level, kpis: Sequence[KpiResult]) -> tuple[Fulfilment, Reason]:
    """A `shall` is not fulfilled by parts: what fails cannot be compensated."""
    verdicts = [kpi.verdict for kpi in kpis if kpi.rule is not DecisionRule.REPORT_ONLY]
    if not verdicts:
        return Fulfilment.UNDETERMINED, Reason.REPORT_ONLY
    if Verdict.NOT_MET in verdicts:
        partly = level is not Level.SHALL and Verdict.MET in verdicts
        return (Fulfilment.PARTLY if partly else Fulfilment.NOT_FULFILLED), Reason.KPI_NOT_MET
    if Verdict.OPEN in verdicts:
        return Fulfilment.UNDETERMINED, Reason.OPEN
    if Verdict.INCONCLUSIVE in verdicts:
        return Fulfilment.UNDETERMINED, Reason.INCONCLUSIVE
    if Verdict.MET in verdicts:
        return Fulfilment.FULFILLED, Reason.KPIS_MET
    return Fulfilment.NOT_APPLICABLE, Reason.KPIS_NOT_APPLICABLE


def _only_questions(kpis: Sequence[KpiResult]) -> bool:
    """Whether every undecided KPI waits for nothing but a person."""
    undecided = [k for k in kpis if k.verdict in (Verdict.OPEN, Verdict.INCONCLUSIVE) and k.rule is not DecisionRule.REPORT_ONLY]
    return all(k.open and k.detail.get("review") == k.open and "floor" not in k.detail for k in undecided)


def _answer(criterion: str, attestations: Iterable[Attestation], as_of: str) -> tuple[Attestation | None, bool]:
    """The latest answer that is valid on the day, the worse one of two on the same day; and whether one has expired."""
    mine = [a for a in attestations if a.criterion == criterion]
    valid = [a for a in mine if _valid(a, as_of)]
    best = max(valid, key=lambda a: (a.date, -_WORST_FIRST.index(a.answer), a.person, a.statement), default=None)
    return best, len(mine) > len(valid)


def _valid(attestation: Attestation, as_of: str) -> bool:
    """An answer without a readable expiry is no answer: it would never be asked again."""
    try:
        return date.fromisoformat(attestation.expires[:10]) >= date.fromisoformat(as_of[:10])
    except ValueError:
        return False


def _name(attestation: Attestation) -> str:
    return f"{attestation.person}, {attestation.date}"


COUNTS = ("met", "not_met", "open", "applicable", "not_applicable", "reported")
"""applicable = met + not_met + open; `reported`: every KPI of the criterion is only reported."""

_COUNT = {
    Fulfilment.FULFILLED: "met",
    Fulfilment.PARTLY: "not_met",
    Fulfilment.NOT_FULFILLED: "not_met",
    Fulfilment.UNDETERMINED: "open",
    Fulfilment.NOT_APPLICABLE: "not_applicable",
}


def category_results(catalogue: Catalogue, results: Mapping[str, CriterionResult]) -> tuple[CategoryResult, ...]:
    """Per category and level, the selected criteria by what became of them."""
    found = []
    for category in catalogue.categories:
        counts = {level.value: dict.fromkeys(COUNTS, 0) for level in Level}
        for criterion in catalogue.criteria:
            result = results[criterion.id]
            if criterion.category == category.id and result.selected:
                key = "reported" if result.reason == Reason.REPORT_ONLY else _COUNT[result.fulfilment]
                row = counts[criterion.level.value]
                row[key] += 1
                row["applicable"] += key in ("met", "not_met", "open")
        found.append(CategoryResult(category.id, counts))
    return tuple(found)


def exit_code(catalogue: Catalogue, results: Mapping[str, CriterionResult]) -> int:
    """1 a selected shall or should is not fulfilled, 3 one is open or nothing is fulfilled at all, else 0."""
    gating = [
        results[c.id]
        for c in catalogue.criteria
        if c.level in GATING and results[c.id].selected and results[c.id].reason != Reason.REPORT_ONLY
    ]
    fulfilments = {result.fulfilment for result in gating}
    if fulfilments & {Fulfilment.NOT_FULFILLED, Fulfilment.PARTLY}:
        return 1
    if Fulfilment.UNDETERMINED in fulfilments or Fulfilment.FULFILLED not in fulfilments:
        return 3
    return 0
