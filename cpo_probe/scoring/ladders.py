"""How far up a conformance ladder did each interface get, and which requirement broke the next level?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cpo_probe.model import (
    NOT_SUPPORTED,
    Applies,
    Blocker,
    Demand,
    Effect,
    Ladder,
    LadderLevel,
    LadderResult,
    Obligation,
    Requirement,
    RequirementResult,
    Standing,
)
from cpo_probe.scoring.words import Said, Words

KEPT = 12
"""Findings named per requirement."""
NOT_COVERED = Blocker.NOT_COVERED.value
_BEYOND = {Effect.WRITE: Blocker.NEEDS_WRITE, Effect.JOB: Blocker.NEEDS_JOB, Effect.INTRUSIVE: Blocker.NEEDS_INTRUSIVE}
_FINE = (Standing.MET, Standing.NOT_APPLICABLE, Standing.UNTESTABLE)
_BROKEN = (Standing.VIOLATED, Standing.NOT_SUPPORTED)
_WEIGHT = {
    Demand.SUPPORT: (Standing.VIOLATED, Standing.NOT_SUPPORTED, Standing.NOT_TESTED, Standing.MET),
    Demand.SOMEWHERE: (Standing.VIOLATED, Standing.MET, Standing.NOT_SUPPORTED, Standing.NOT_TESTED),
    Demand.CONFORMITY: (Standing.VIOLATED, Standing.MET, Standing.NOT_TESTED),
}
"""Which standing of its checks becomes that of the requirement: the first that one of them has, else it does not apply."""

Figures = Mapping[str, Mapping[str, int]]
"""Metric -> interface -> whole number."""


def ladder_results(
    ladders: Sequence[Ladder], kinds: Iterable[tuple[str, str]], words: Words, figures: Figures
) -> tuple[LadderResult, ...]:
    """One result per ladder and interface of its kind; `kinds`: (interface id, kind)."""
    kinds = tuple(kinds)
    return tuple(
        _result(ladder, interface, {other.id: other for other in ladders}, words, figures)
        for ladder in ladders
        for interface, kind in kinds
        if kind == ladder.interface
    )


def _result(ladder: Ladder, interface: str, ladders: Mapping[str, Ladder], words: Words, figures: Figures) -> LadderResult:
    applies = Applies.YES
    if ladder.applies:
        told = figures.get(ladder.applies, {}).get(interface)
        applies = Applies.UNKNOWN if told is None else Applies.YES if told > 0 else Applies.NO
    claimed = figures.get(ladder.claim, {}).get(interface, 0) if ladder.claim else 0
    if applies is Applies.NO:
        return LadderResult(ladder.id, interface, applies, "", "", "", (), (), ())
    climb = _Climb(ladder, interface, ladders, words)
    names = ["", *(level.id for level in ladder.levels)]
    upto = names[1 : climb.reached + 1]
    return LadderResult(
        ladder=ladder.id,
        interface=interface,
        applies=applies,
        reached=names[climb.reached],
        possible=names[climb.possible],
        claimed=names[claimed] if 0 <= claimed < len(names) else "",
        untested=tuple(r.id for r, made in climb.musts() if r.level in upto and made.standing is Standing.UNTESTABLE),
        missing=climb.missing(),
        requirements=tuple(climb.results.values()),
    )


class _Climb:
    """One interface on one ladder. `reached`, `possible`: levels from 0, what is not tested counted as broken and as met."""

    def __init__(self, ladder: Ladder, interface: str, ladders: Mapping[str, Ladder], words: Words) -> None:
        self.ladder = ladder
        self.interface = interface
        self.ladders = ladders
        self.words = words
        self.results: dict[str, RequirementResult] = {}
        self.reached = self.possible = 0
        for height, level in enumerate(ladder.levels, 1):
            for requirement in ladder.requirements:
                if requirement.level == level.id:
                    self.results[requirement.id] = self._requirement(requirement)
            standings = [made.standing for r, made in self.musts() if r.level == level.id]
            shown = any(made.standing is Standing.MET and r.checks for r, made in self.musts() if r.level == level.id)
            if shown and self.reached == height - 1 and all(standing in _FINE for standing in standings):
                self.reached = height
            if self.possible == height - 1 and not any(standing in _BROKEN for standing in standings):
                self.possible = height

    def musts(self) -> list[tuple[Requirement, RequirementResult]]:
        """What a level consists of, as far as it was looked at."""
        found = ((r, self.results.get(r.id)) for r in self.ladder.requirements if r.obligation is Obligation.MUST)
        return [(r, made) for r, made in found if made is not None]

    def missing(self) -> tuple[str, ...]:
        if self.reached == len(self.ladder.levels):
            return ()
        level = self.ladder.levels[self.reached].id
        return tuple(r.id for r, made in self.musts() if r.level == level and made.standing not in _FINE)

    def _requirement(self, requirement: Requirement) -> RequirementResult:
        if requirement.conforms:
            return self._conforms(requirement)
        if requirement.reason:
            return RequirementResult(requirement.id, Standing.UNTESTABLE, NOT_COVERED, 0, 0, ())
        said = self.words.about(self.interface, requirement.checks)
        spoken = any(one.held or one.failed for one in said)
        if requirement.effect is not Effect.READ and not spoken:
            return RequirementResult(requirement.id, Standing.UNTESTABLE, _BEYOND[requirement.effect].value, 0, 0, ())
        return decide(requirement, said, self.ladder)

    def _conforms(self, requirement: Requirement) -> RequirementResult:
        """A level of this ladder or another one, as the same interface reached it."""
        id, _, level = requirement.conforms.rpartition("/")
        climb = self if id == self.ladder.id else _Climb(self.ladders[id], self.interface, self.ladders, self.words)
        height = _height(climb.ladder.levels, level)
        if climb.reached >= height:
            return RequirementResult(requirement.id, Standing.MET, "", 0, 0, ())
        below = [level.id for level in climb.ladder.levels[:height]]
        broken = [made for r, made in climb.musts() if r.level in below and made.standing in _BROKEN]
        prints = tuple(dict.fromkeys(fp for made in broken for fp in made.findings))[:KEPT]
        if not broken:
            return RequirementResult(requirement.id, Standing.NOT_TESTED, "lower_level", 0, 0, prints)
        standing = Standing.VIOLATED if any(made.standing is Standing.VIOLATED for made in broken) else Standing.NOT_SUPPORTED
        return RequirementResult(requirement.id, standing, "lower_level", 0, 0, prints)


def _height(levels: Sequence[LadderLevel], level: str) -> int:
    return 1 + [one.id for one in levels].index(level)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one check says about the feature. `prints` speak against it, or for leaving it open."""

    standing: Standing
    reason: str = ""
    prints: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, standing: Standing, codes: Mapping[str, str]) -> "_Verdict":
        return cls(standing, min(codes.values()), tuple(sorted(codes)))


def decide(requirement: Requirement, said: Sequence[Said], ladder: Ladder) -> RequirementResult:
    """What its checks say of a requirement; where none of them showed anything it is open, unless it is conditional."""
    refusals = frozenset((NOT_SUPPORTED, *ladder.refusals))
    verdicts = [_of_check(one, requirement.demand, refusals) for one in said]
    verdicts = verdicts or [_Verdict(Standing.NOT_TESTED, "precondition")]
    order = _WEIGHT[requirement.demand]
    standing = next((s for s in order if any(v.standing is s for v in verdicts)), Standing.NOT_APPLICABLE)
    mine = [v for v in verdicts if v.standing is standing]
    prints = () if standing is Standing.MET else tuple(dict.fromkeys(fp for v in mine for fp in v.prints))[:KEPT]
    reason = min(v.reason for v in mine)
    if standing is Standing.NOT_APPLICABLE and not _absent(requirement, mine, ladder):
        standing = Standing.NOT_TESTED
    refused = sum(code in refusals for one in said for code in one.absent.values())
    return RequirementResult(requirement.id, standing, reason, sum(one.held for one in said), refused, prints)


def _absent(requirement: Requirement, verdicts: Sequence[_Verdict], ladder: Ladder) -> bool:
    """Whether what the requirement speaks of is not there, rather than only not seen."""
    allowed = requirement.conditional or requirement.demand is Demand.CONFORMITY
    return allowed and not all(v.reason in ladder.unseen for v in verdicts)


def _of_check(said: Said, demand: Demand, refusals: frozenset[str]) -> _Verdict:
    """One failure violates; then a refusal counts, unless refusing is right or one place is enough; then a pass."""
    refused = {fp: code for fp, code in said.absent.items() if code in refusals}
    if said.failed:
        return _Verdict.of(Standing.VIOLATED, said.failed)
    if said.held and (demand is not Demand.SUPPORT or not refused):
        return _Verdict(Standing.MET)
    if refused:
        return _Verdict(Standing.MET) if demand is Demand.CONFORMITY else _Verdict.of(Standing.NOT_SUPPORTED, refused)
    return _Verdict.of(Standing.NOT_TESTED, said.open) if said.open else _Verdict.of(Standing.NOT_APPLICABLE, said.absent)
