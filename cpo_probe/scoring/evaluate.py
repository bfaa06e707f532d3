"""Findings, samples and attestations in, scorecard out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cpo_probe.model import (
    SCORECARD_FORMAT,
    Attestation,
    Catalogue,
    Finding,
    Inventory,
    Kpi,
    KpiResult,
    LadderResult,
    PassCount,
    Plan,
    Sample,
    Scorecard,
    Verdict,
)
from cpo_probe.scoring.collect import Collected, collect
from cpo_probe.scoring.criteria import category_results, criterion_result, exit_code
from cpo_probe.scoring.kpis import kpi_result
from cpo_probe.scoring.ladders import ladder_results
from cpo_probe.scoring.numbers import PLACES
from cpo_probe.scoring.rungs import ladder_kpi


def evaluate(
    catalogue: Catalogue,
    *,
    findings: Iterable[Finding],
    passes: Iterable[PassCount],
    samples: Iterable[Sample],
    inventory: Inventory,
    plan: Plan,
    attestations: Iterable[Attestation],
    exchanges: int,
    record: str,
    ruler: str,
    as_of: str,
) -> Scorecard:
    """Pure: the same arguments, in whatever order the rows come, give the same scorecard.

    Rows are taken one by one, so `findings`, `passes` and `samples` may be read from disk. `as_of` is the end of the
    recording (RFC 3339); attestations are valid or expired on that day.
    """
    collected = collect(catalogue.kpis, catalogue.ladders, findings, passes, samples)
    ladders = _ladders(catalogue, collected, inventory)
    figures = {kpi.id: _figure(kpi, catalogue, collected, ladders, inventory) for kpi in catalogue.kpis}
    kpis = _with_floors(catalogue.kpis, figures)
    chosen = _selected(catalogue, plan)
    answers = tuple(attestations)
    criteria = {
        criterion.id: criterion_result(
            criterion,
            [kpis[kpi.id] for kpi in catalogue.kpis if kpi.criterion == criterion.id],
            criterion.id in chosen,
            answers,
            as_of,
        )
        for criterion in catalogue.criteria
    }
    return Scorecard(
        format=SCORECARD_FORMAT,
        run=plan.run,
        target=plan.target.name,
        product=plan.target.product,
        product_version=plan.target.version,
        record=record,
        ruler=ruler,
        catalogue=catalogue.id,
        catalogue_digest=catalogue.digest,
        preset=plan.preset,
        as_of=as_of,
        categories=category_results(catalogue, criteria),
        criteria=tuple(criteria.values()),
        kpis=tuple(kpis.values()),
        totals=_totals(collected, inventory, exchanges),
        exit_code=exit_code(catalogue, criteria),
        ladders=ladders,
    )


def _ladders(catalogue: Catalogue, collected: Collected, inventory: Inventory) -> tuple[LadderResult, ...]:
    figures = {
        metric: {interface: max(values) // 10**PLACES for interface, values in measured.values.items()}
        for metric, measured in collected.metrics.items()
    }
    kinds = [(interface.id, interface.kind) for interface in inventory.interfaces]
    return ladder_results(catalogue.ladders, kinds, collected.words, figures)


def _figure(
    kpi: Kpi, catalogue: Catalogue, collected: Collected, ladders: Iterable[LadderResult], inventory: Inventory
) -> KpiResult:
    """The figure; not applicable where the inventory holds interfaces, but none of the kind that the KPI is about."""
    kinds = {interface.kind for interface in inventory.interfaces}
    if kpi.ladders:
        result = ladder_kpi(kpi, catalogue.ladders, [made for made in ladders if made.ladder in kpi.ladders])
    else:
        result = kpi_result(kpi, collected)
    if kpi.needs and kinds and not kinds & set(kpi.needs) and not result.n and not result.units:
        return replace(result, verdict=Verdict.NOT_APPLICABLE)
    return result


def _selected(catalogue: Catalogue, plan: Plan) -> frozenset[str]:
    """What the plan chose; under another catalogue than the plan's, what that one asks of the same preset."""
    if plan.catalogue == catalogue.id:
        return frozenset(plan.criteria)
    return frozenset(criterion.id for criterion in catalogue.criteria if plan.preset in criterion.scopes)


def _with_floors(kpis: Iterable[Kpi], results: Mapping[str, KpiResult]) -> dict[str, KpiResult]:
    """A KPI says "this and its floor": what its floor does not carry is not met."""
    table = {kpi.id: kpi for kpi in kpis}
    done: dict[str, KpiResult] = {}

    def settle(id: str) -> KpiResult:
        if id not in done:
            result, floor = results[id], table[id].floor
            verdict = _capped(result.verdict, settle(floor).verdict) if floor else result.verdict
            if verdict is not result.verdict:
                result = replace(result, verdict=verdict, detail={**result.detail, "floor": floor})
            done[id] = result
        return done[id]

    return {id: settle(id) for id in table}


def _capped(own: Verdict, floor: Verdict) -> Verdict:
    """Both have to hold; a floor that does not apply carries nothing, since an empty set never passes."""
    if own in (Verdict.NOT_APPLICABLE, Verdict.REPORTED, Verdict.NOT_MET) or floor is Verdict.MET:
        return own
    if floor is Verdict.NOT_MET:
        return floor
    if own is Verdict.MET:
        return Verdict.OPEN if floor is Verdict.NOT_APPLICABLE else floor
    return own


def _totals(collected: Collected, inventory: Inventory, exchanges: int) -> dict[str, int]:
    outcomes = {outcome.value: count for outcome, count in collected.outcomes.items()}
    return {
        "exchanges": exchanges,
        "interfaces": len(inventory.interfaces),
        "operations": len(inventory.operations),
        **outcomes,
    }
