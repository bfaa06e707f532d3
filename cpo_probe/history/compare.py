"""Which failures are new, which are gone, and which cannot be compared?

A failure is recognised by its fingerprint. It is worse only where the other run measured the same check on the same
operation and found nothing; what was not measured there is newly measured now, and what is not measured now is not
fixed. Both sides have to be judged by the same ruler, so that what differs is the product.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from cpo_probe.history.diff import DIFF_FORMAT, Change, CriterionChange, Diff, RulerChange, Side
from cpo_probe.history.figures import kpi_changes
from cpo_probe.model import Blocker, Finding, Outcome, Plan, Scorecard, Severity, Subject
from cpo_probe.model.pattern import matches
from cpo_probe.registry import CheckDef, ProbeDef, Registry

NO_OCCASION = "no_occasion"
"""Code of "not applicable" where a probe recorded nothing for the check: an older probe may only not have asked."""

FAIL, FINE, UNMEASURED = "fail", "ok", "not_measured"

Place = tuple[str, str, str]
"""(check, interface, operation)."""


def compare(old: Side, new: Side, *, newer_checks: Collection[str] = frozenset(), stored: Scorecard | None = None) -> Diff:
    """Old and new judged by today's ruler; `stored` is the old scorecard as it was given out at its time.

    Failures of `newer_checks` (see below) are newly measured whatever the old side says.
    """
    before, after = _View.of(old), _View.of(new)
    newer = frozenset(newer_checks)
    changes = {fp: _now_failing(after.failing[fp], before, newer) for fp in sorted(after.failing)}
    past = [_was_failing(before.failing[fp], after) for fp in sorted(before.failing) if fp not in after.failing]
    worse = tuple(c for c in changes.values() if c.was == FINE and c.severity is not Severity.INFO)
    kpis = kpi_changes(old.scorecard, new.scorecard, frozenset(c.fingerprint for c in worse))
    return Diff(
        format=DIFF_FORMAT,
        old_run=old.scorecard.run,
        new_run=new.scorecard.run,
        regression=bool(worse) or any(change.regression for change in kpis),
        worse=worse,
        remarks=tuple(c for c in changes.values() if c.was == FINE and c.severity is Severity.INFO),
        newly_measured=tuple(c for c in changes.values() if c.was == UNMEASURED),
        gone=tuple(c for c in past if c.now == FINE),
        no_longer_measured=tuple(c for c in past if c.now == UNMEASURED),
        unchanged=tuple(c for c in changes.values() if c.was == FAIL),
        lost=len(before.passed - after.judged - after.silent),
        kpis=kpis,
        criteria=_criteria(old.scorecard, new.scorecard),
        ruler=_ruler(stored, old.scorecard),
    )


def newer_checks(registry: Registry, old: Plan, new: Plan) -> frozenset[str]:
    """Checks for which only probes asked that the old plan did not have."""
    added = set(new.probes) - set(old.probes)
    found = set()
    for check in registry.checks.values():
        feeding = {probe.id for probe in registry.probes.values() if _feeds(probe, check)} & set(new.probes)
        if feeding and feeding <= added:
            found.add(check.id)
    return frozenset(found)


def _feeds(probe: ProbeDef, check: CheckDef) -> bool:
    return check.of != ("*",) and any(matches(purpose, check.of) for purpose in probe.purposes)


@dataclass(slots=True)
class _View:
    """What one side says: its failures by fingerprint, and which places were judged or left open."""

    failing: dict[str, Finding] = field(default_factory=dict)
    passed: set[Place] = field(default_factory=set)
    judged: set[Place] = field(default_factory=set)
    open: set[Place] = field(default_factory=set)
    silent: set[Place] = field(default_factory=set)  # not meant to be judged: no occasion, or not selected

    @classmethod
    def of(cls, side: Side) -> "_View":
        view = cls()
        for finding in side.findings:
            view._add(finding)
        view.passed.update(_place(row.subject) for row in side.passes)
        view.judged |= view.passed
        return view

    def _add(self, finding: Finding) -> None:
        place = _place(finding.subject)
        match finding.outcome:
            case Outcome.FAIL:
                known = self.failing.get(finding.fingerprint)
                if known is None or finding.code < known.code:
                    self.failing[finding.fingerprint] = finding
                self.judged.add(place)
            case Outcome.NOT_APPLICABLE if finding.code != NO_OCCASION:
                self.judged.add(place)
            case Outcome.NOT_APPLICABLE:
                self.silent.add(place)
            case Outcome.NOT_TESTED if finding.code == Blocker.NOT_SELECTED:
                self.open.add(place)
                self.silent.add(place)
            case _:
                self.open.add(place)


def _place(subject: Subject) -> Place:
    return subject.check, subject.interface, subject.operation


def _now_failing(finding: Finding, before: _View, newer: frozenset[str]) -> Change:
    place = _place(finding.subject)
    if finding.fingerprint in before.failing:
        was = FAIL
    elif place in before.judged and finding.subject.check not in newer:
        was = FINE
    else:
        was = UNMEASURED
    return _change(finding, was, FAIL)


def _was_failing(finding: Finding, after: _View) -> Change:
    """Fine only where the place was judged without anything left open: the failing part may not have been reached."""
    place = _place(finding.subject)
    return _change(finding, FAIL, FINE if place in after.judged and place not in after.open else UNMEASURED)


def _change(finding: Finding, was: str, now: str) -> Change:
    return Change(finding.fingerprint, finding.subject, finding.severity, finding.code, was, now, finding.exchanges)


def _criteria(old: Scorecard, new: Scorecard) -> tuple[CriterionChange, ...]:
    """Criteria that both plans selected and that came out differently."""
    before = {result.criterion: result for result in old.criteria if result.selected}
    return tuple(
        CriterionChange(result.criterion, before[result.criterion].fulfilment, result.fulfilment)
        for result in new.criteria
        if result.selected and result.criterion in before and before[result.criterion].fulfilment is not result.fulfilment
    )


def _ruler(stored: Scorecard | None, today: Scorecard) -> RulerChange | None:
    if stored is None or stored.ruler == today.ruler:
        return None
    return RulerChange(stored.ruler, today.ruler, kpi_changes(stored, today, frozenset()), _criteria(stored, today))
