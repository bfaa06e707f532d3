"""What figure do conformance ladders give a KPI: the level reached, or the share of interfaces that reach what they claim?"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from cpo_probe.model import (
    Applies,
    Kpi,
    KpiKind,
    KpiResult,
    Ladder,
    LadderResult,
    Standing,
    UnitVerdict,
)
from cpo_probe.scoring.numbers import interval, written
from cpo_probe.scoring.units import State
from cpo_probe.scoring.verdict import Span, decide, nothing_judged


def ladder_kpi(kpi: Kpi, ladders: Iterable[Ladder], results: Sequence[LadderResult]) -> KpiResult:
    """The figure of a KPI that names ladders; the unit is the interface."""
    heights = {ladder.id: ["", *(level.id for level in ladder.levels)] for ladder in ladders}
    if kpi.kind is KpiKind.RATIO:
        return _claims(kpi, heights, results)
    return _level(kpi, heights[kpi.ladders[0]], results)


def _level(kpi: Kpi, names: Sequence[str], results: Sequence[LadderResult]) -> KpiResult:
    """The highest level that every interface reached; what is not tested is open."""
    about = [made for made in results if made.applies is not Applies.NO]
    judged = [made for made in about if made.applies is Applies.YES]
    low = min((names.index(made.reached) for made in judged), default=0)
    high = min((names.index(made.possible) for made in judged), default=len(names) - 1)
    span = Span(Fraction(low), Fraction(high)) if judged else None
    if len(judged) < len(about):  # who cannot be asked may not even reach the first
        span = Span(Fraction(0), Fraction(high))
    top = len(names) - 1
    worst = min(judged, key=lambda made: (names.index(made.reached), made.interface), default=None)
    detail: dict[str, Any] = {}
    if worst is not None and low < top:
        detail = {"next": names[low + 1], "missing": list(worst.missing)}
    units = tuple(UnitVerdict(m.interface, _climbed(m, names[-1]).value, _prints(m)) for m in results)
    return _result(
        kpi,
        units,
        span if judged else None,
        value=Fraction(low) if judged else None,
        numerator=low,
        denominator=top,
        worst=worst.interface if worst is not None and low < top else "",
        rung=names[low] if judged else "",
        detail=detail,
    )


def _climbed(made: LadderResult, level: str) -> State:
    match made:
        case LadderResult(applies=Applies.NO):
            return State.NOT_APPLICABLE
        case LadderResult(applies=Applies.UNKNOWN):
            return State.OPEN
        case LadderResult(reached=reached) if reached == level:
            return State.MET
        case LadderResult(missing=missing, requirements=requirements):
            standings = {r.standing for r in requirements if r.requirement in missing}
            return State.VIOLATED if standings & {Standing.VIOLATED, Standing.NOT_SUPPORTED} else State.OPEN


def _claims(kpi: Kpi, heights: dict[str, list[str]], results: Sequence[LadderResult]) -> KpiResult:
    """Interfaces that reach, on every ladder that is about them, the level they claim: the lowest where they claim none."""
    weight = (State.VIOLATED, State.OPEN, State.MET)
    states: dict[str, list[tuple[State, LadderResult]]] = {}
    for made in results:
        states.setdefault(made.interface, []).append((_kept(made, heights[made.ladder]), made))
    units = []
    for interface, found in sorted(states.items()):
        state = next((s for s in weight if any(s is one for one, _ in found)), State.NOT_APPLICABLE)
        prints = tuple(dict.fromkeys(fp for one, made in found if one is state for fp in _prints(made)))
        units.append(UnitVerdict(interface, state.value, prints if state is not State.MET else ()))
    met, violated, open_ = (sum(u.state == s.value for u in units) for s in (State.MET, State.VIOLATED, State.OPEN))
    known = met + violated + open_
    span = Span(Fraction(met, known), Fraction(met + open_, known)) if known else None
    return _result(
        kpi,
        tuple(units),
        span if met + violated else None,
        value=Fraction(met, met + violated) if met + violated else None,
        numerator=met,
        denominator=met + violated,
        worst=next((u.unit for u in units if u.state == State.VIOLATED.value), ""),
        rung="",
        detail={},
    )


def _kept(made: LadderResult, names: Sequence[str]) -> State:
    if made.applies is Applies.NO:
        return State.NOT_APPLICABLE
    promised = max(1, names.index(made.claimed))
    if made.applies is Applies.YES and names.index(made.reached) >= promised:
        return State.MET
    return State.VIOLATED if made.applies is Applies.YES and names.index(made.possible) < promised else State.OPEN


def _prints(made: LadderResult) -> tuple[str, ...]:
    """Findings that keep it from the next level."""
    return tuple(dict.fromkeys(fp for r in made.requirements if r.requirement in made.missing for fp in r.findings))[:50]


def _result(
    kpi: Kpi,
    units: tuple[UnitVerdict, ...],
    span: Span | None,
    *,
    value: Fraction | None,
    numerator: int,
    denominator: int,
    worst: str,
    rung: str,
    detail: dict[str, Any],
) -> KpiResult:
    open_, skipped = (sum(u.state == s.value for u in units) for s in (State.OPEN, State.NOT_APPLICABLE))
    judged = len(units) - open_ - skipped
    return KpiResult(
        kpi=kpi.id,
        verdict=decide(kpi, span) if span is not None else nothing_judged(open_, skipped),
        value="" if value is None else written(value),
        numerator=numerator,
        denominator=denominator,
        n=judged,
        open=open_,
        not_applicable=skipped,
        threshold=kpi.threshold,
        rule=kpi.rule,
        open_range=None if span is None else interval(span.low, span.high),
        confidence=None,
        coverage=written(Fraction(judged, judged + open_)) if judged + open_ else "",
        worst=worst,
        units=units,
        rung=rung,
        detail=detail,
    )
