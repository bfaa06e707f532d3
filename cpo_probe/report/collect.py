"""What do the rows of a judgement add up to, and which of them have to be shown?

The rows are read one by one; memory grows with subjects, never with exchanges or rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from cpo_probe.evidence.codec import decode
from cpo_probe.model import Finding, Outcome, PassCount, Severity

T = TypeVar("T")
Place = tuple[str, str]
"""(interface, operation)."""

RANK = {
    o: i
    for i, o in enumerate((Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.NOT_TESTED, Outcome.REVIEW, Outcome.ERROR, Outcome.FAIL))
}
"""A subject with several outcomes counts once, as the weightiest."""
SEVERITY = {s: i for i, s in enumerate((Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.INFO))}
KEPT_CODES = 24
KEPT_PER_CODE = 80


def rows(path: Path, type: type[T]) -> Iterator[T]:
    """The rows of a JSON Lines file; none when there is no file."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                yield decode(line, type)


@dataclass(slots=True)
class Subjects:
    """Every subject once, with its weightiest outcome."""

    outcome: dict[str, Outcome] = field(default_factory=dict)
    check: dict[str, str] = field(default_factory=dict)
    place: dict[str, Place] = field(default_factory=dict)

    def add(self, fingerprint: str, check: str, place: Place, outcome: Outcome) -> None:
        known = self.outcome.get(fingerprint)
        if known is None or RANK[outcome] > RANK[known]:
            self.outcome[fingerprint] = outcome
        if known is None:
            self.check[fingerprint] = check
            self.place[fingerprint] = place

    def totals(self) -> dict[Outcome, int]:
        """Outcome -> subjects, zeros included."""
        found = dict.fromkeys(Outcome, 0)
        for outcome in self.outcome.values():
            found[outcome] += 1
        return found


@dataclass(slots=True)
class Reason:
    """A reason code of one outcome: how many subjects of which checks, and where."""

    params: dict[str, Any]
    subjects: int = 0
    checks: dict[str, list[str]] = field(default_factory=dict)  # check -> operations, in order of appearance


@dataclass(slots=True)
class Collected:
    """What one reading of findings.jsonl and passes.jsonl yields."""

    subjects: Subjects = field(default_factory=Subjects)
    kept: dict[Outcome, dict[str, dict[str, list[Finding]]]] = field(default_factory=dict)  # outcome -> check -> code -> findings
    reasons: dict[tuple[Outcome, str], Reason] = field(default_factory=dict)
    failed: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    failing: dict[Place, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))  # (check, fingerprint)
    named: dict[str, list[Finding]] = field(default_factory=dict)  # fingerprint -> findings of those asked for by name

    def finding(self, row: Finding) -> None:
        subject = row.subject
        if row.fingerprint in self.named:
            self.named[row.fingerprint].append(row)
        place = (subject.interface, subject.operation)
        new_failure = row.outcome is Outcome.FAIL and self.subjects.outcome.get(row.fingerprint) is not Outcome.FAIL
        self.subjects.add(row.fingerprint, subject.check, place, row.outcome)
        if row.outcome in (Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE):
            reason = self.reasons.setdefault((row.outcome, row.code), Reason(row.params))
            reason.subjects += 1
            reason.checks.setdefault(subject.check, []).append(subject.operation or subject.interface)
            return
        if new_failure:
            self.failed[row.severity] += 1
            self.failing[place].append((subject.check, row.fingerprint))
        codes = self.kept.setdefault(row.outcome, {}).setdefault(subject.check, {})
        code = row.code if row.code in codes or len(codes) < KEPT_CODES else "…"
        if len(found := codes.setdefault(code, [])) < KEPT_PER_CODE:
            found.append(row)


def collect(judgement: Path, descriptions: Mapping[str, str], named: Collection[str] = ()) -> Collected:
    """Read the findings and passes of a judgement folder.

    `descriptions`: interface -> exchange that holds its description; what is wrong in it and cites nothing is seen there.
    `named`: fingerprints whose findings are kept whatever they say.
    """
    found = Collected(named={fingerprint: [] for fingerprint in named})
    for row in rows(judgement / "findings.jsonl", Finding):
        seen = descriptions.get(row.subject.interface, "")
        if seen and not row.exchanges and row.where.part == "description":
            row = replace(row, exchanges=(seen,))
        found.finding(row)
    for count in rows(judgement / "passes.jsonl", PassCount):
        subject = count.subject
        found.subjects.add(count.fingerprint, subject.check, (subject.interface, subject.operation), Outcome.PASS)
    return found


def fairly(codes: dict[str, list[Finding]]) -> list[Finding]:
    """A check's findings so that every prefix holds as many different ones as it can: each code once, then each again."""
    order: list[Finding] = []
    depth = max((len(found) for found in codes.values()), default=0)
    for i in range(depth):
        order += [found[i] for found in codes.values() if i < len(found)]
    return order


def share(groups: dict[str, int], total: int) -> dict[str, int]:
    """How many each group may show when all together may show `total`: the same for each, small ones give the rest away."""
    given: dict[str, int] = {}
    left = total
    for i, (name, wanted) in enumerate(sorted(groups.items(), key=lambda item: (item[1], item[0]))):
        given[name] = min(wanted, max(1, left // (len(groups) - i))) if left > 0 else 0
        left -= given[name]
    return given


def by_check(subjects: Subjects, known: Collection[str]) -> dict[str, dict[Outcome, int]]:
    """check -> outcome -> subjects; checks of the registry that said nothing are there with nothing."""
    table: dict[str, dict[Outcome, int]] = {name: {} for name in sorted(known)}
    for fingerprint, outcome in subjects.outcome.items():
        counts = table.setdefault(subjects.check[fingerprint], {})
        counts[outcome] = counts.get(outcome, 0) + 1
    return table


def by_place(subjects: Subjects) -> dict[Place, dict[Outcome, int]]:
    """(interface, operation) -> outcome -> subjects."""
    table: dict[Place, dict[Outcome, int]] = {}
    for fingerprint, outcome in subjects.outcome.items():
        counts = table.setdefault(subjects.place[fingerprint], {})
        counts[outcome] = counts.get(outcome, 0) + 1
    return table
