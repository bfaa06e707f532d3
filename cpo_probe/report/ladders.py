"""How far up each conformance ladder did an interface get, and what shows the rung that broke?"""

from collections.abc import Callable, Mapping

from cpo_probe.catalogue.texts import Texts
from cpo_probe.model import (
    Applies,
    Catalogue,
    Finding,
    Ladder,
    LadderLevel,
    LadderResult,
    Obligation,
    Outcome,
    Requirement,
    RequirementResult,
    Scorecard,
    Standing,
)
from cpo_probe.report.comparison import comparison
from cpo_probe.report.ladder_views import LadderView, LevelView, Proof, RequirementView
from cpo_probe.report.traffic import safe

MAX_LINKS = 8
BROKEN = (Standing.VIOLATED, Standing.NOT_SUPPORTED)
ORDER = (
    Standing.VIOLATED,
    Standing.NOT_SUPPORTED,
    Standing.NOT_TESTED,
    Standing.UNTESTABLE,
    Standing.MET,
    Standing.NOT_APPLICABLE,
)

Anchor = Callable[[str, str], str]
"""(fingerprint, check) -> anchor of the finding, of its check, or ""."""
Say = Callable[[Finding], str]


def anchors_of(card: Scorecard) -> dict[tuple[str, str], str]:
    """(ladder, interface) -> anchor, of those that a report shows."""
    return {(r.ladder, r.interface): f"l-{r.ladder}-{n}" for n, r in enumerate(card.ladders) if r.applies is not Applies.NO}


class Ladders:
    """Turns results into views; `findings`: fingerprint -> findings that are not passes."""

    def __init__(
        self, catalogue: Catalogue, texts: Texts, findings: Mapping[str, list[Finding]], anchor: Anchor, say: Say
    ) -> None:
        self.ladders = {ladder.id: ladder for ladder in catalogue.ladders}
        self.texts = texts
        self.findings = findings
        self.anchor = anchor
        self.say = say

    def views(self, card: Scorecard) -> tuple[LadderView, ...]:
        """Of all interfaces that a ladder is about, or may be about."""
        places = anchors_of(card)
        found = [r for r in card.ladders if (r.ladder, r.interface) in places and r.ladder in self.ladders]
        found.sort(key=lambda r: (r.interface, r.ladder))
        return tuple(self.view(self.ladders[r.ladder], r, places[r.ladder, r.interface]) for r in found)

    def view(self, ladder: Ladder, result: LadderResult, anchor: str) -> LadderView:
        names = ["", *(level.id for level in ladder.levels)]
        titles = {"": "", **{level.id: level.title for level in ladder.levels}}
        reached, possible, claimed = (names.index(name) for name in (result.reached, result.possible, result.claimed))
        standing = {r.requirement: r for r in result.requirements}
        levels = [
            self.level(ladder, level, _state(height, reached, result), standing, result.interface)
            for height, level in enumerate(ladder.levels, 1)
        ]
        return LadderView(
            anchor=anchor,
            id=ladder.id,
            title=self.texts.ladder(ladder.id).title,
            source=ladder.source,
            interface=safe(result.interface, 160),
            applies=result.applies,
            reached=titles[result.reached],
            possible=titles[result.possible],
            claimed=titles[result.claimed],
            kept="" if not claimed else "yes" if reached >= claimed else "open" if possible >= claimed else "no",
            next=titles[names[reached + 1]] if reached + 1 < len(names) else "",
            untested=sum(standing[id].reason != "not_covered" for id in result.untested),
            uncovered=sum(standing[id].reason == "not_covered" for id in result.untested),
            levels=tuple(reversed(levels)),
        )

    def level(
        self, ladder: Ladder, level: LadderLevel, state: str, standing: Mapping[str, RequirementResult], interface: str
    ) -> LevelView:
        mine = [(r, standing[r.id]) for r in ladder.requirements if r.level == level.id and r.id in standing]
        musts = [made.standing for r, made in mine if r.obligation is Obligation.MUST]
        missing = (*BROKEN, Standing.NOT_TESTED)
        first = [(r, made) for r, made in mine if r.obligation is Obligation.MUST and made.standing in missing]
        first.sort(key=lambda pair: ORDER.index(pair[1].standing))
        rest = [pair for pair in mine if pair not in first]
        return LevelView(
            id=level.id,
            title=level.title,
            clause=level.clause,
            state=state,
            counts=tuple((s, musts.count(s)) for s in ORDER if s in musts),
            first=tuple(self.requirement(ladder, r, made, interface) for r, made in first),
            rest=tuple(self.requirement(ladder, r, made, interface) for r, made in rest),
        )

    def requirement(self, ladder: Ladder, requirement: Requirement, made: RequirementResult, interface: str) -> RequirementView:
        text = self.texts.requirement(ladder.id, requirement.id)
        return RequirementView(
            key=f"{ladder.id}-{requirement.id}-{interface}",
            clause=requirement.clause,
            obligation=requirement.obligation,
            text=text.text,
            standing=made.standing,
            reason=made.reason,
            said=text.reason,
            held=made.held,
            refused=made.refused,
            checks=requirement.checks,
            proofs=self.proofs(made) if made.standing in (*BROKEN, Standing.NOT_TESTED) else (),
        )

    def proofs(self, made: RequirementResult) -> tuple[Proof, ...]:
        """Findings that speak against it, those with rows first: they are seen without opening anything."""
        wanted = {Standing.VIOLATED: (Outcome.FAIL,), Standing.NOT_SUPPORTED: (Outcome.NOT_APPLICABLE,)}
        outcomes = wanted.get(made.standing)
        found = [f for id in made.findings for f in self.findings.get(id, ()) if outcomes is None or f.outcome in outcomes]
        proofs = [
            Proof(
                check=f.subject.check,
                sentence=self.say(f),
                anchor=self.anchor(f.fingerprint, f.subject.check),
                exchange=f.exchanges[0] if f.exchanges else "",
                rows=comparison(f.params) if f.outcome is Outcome.FAIL else None,
            )
            for f in found
        ]
        return tuple(sorted(proofs, key=lambda proof: proof.rows is None)[:MAX_LINKS])


def _state(height: int, reached: int, result: LadderResult) -> str:
    if height <= reached:
        return "held"
    if height > reached + 1:
        return "above"
    broken = any(r.requirement in result.missing and r.standing in BROKEN for r in result.requirements)
    return "broken" if broken else "open"
