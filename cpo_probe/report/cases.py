"""Every subject of every check as one case, for machine-readable lists."""

from collections.abc import Iterator
from pathlib import Path

from cpo_probe.catalogue.texts import Texts
from cpo_probe.model import Finding, Outcome, PassCount, Severity, Subject
from cpo_probe.report.collect import Collected, rows
from cpo_probe.report.data import Case, CheckView
from cpo_probe.report.findings import sentence
from cpo_probe.report.traffic import safe


class Cases:
    """Reads the judgement's files each time it is walked; a subject is there once, with its weightiest outcome."""

    def __init__(self, judgement: Path, texts: Texts, found: Collected, checks: dict[str, CheckView]) -> None:
        self.judgement = judgement
        self.texts = texts
        self.found = found
        self.checks = checks

    def __iter__(self) -> Iterator[Case]:
        said: set[str] = set()
        for row in rows(self.judgement / "findings.jsonl", Finding):
            if row.outcome is self.found.subjects.outcome[row.fingerprint] and row.fingerprint not in said:
                said.add(row.fingerprint)
                yield self._case(row.subject, row.outcome, row.severity, row.code, sentence(row, self.texts), row.exchanges)
        for count in rows(self.judgement / "passes.jsonl", PassCount):
            if self.found.subjects.outcome[count.fingerprint] is Outcome.PASS:
                yield self._case(count.subject, Outcome.PASS, self.checks[count.subject.check].severity, "ok", "", ())

    def _case(
        self, subject: Subject, outcome: Outcome, severity: Severity, code: str, said: str, exchanges: tuple[str, ...]
    ) -> Case:
        check = self.checks[subject.check]
        return Case(
            check=subject.check,
            title=check.title,
            interface=safe(subject.interface),
            operation=safe(subject.operation),
            location=safe(subject.location),
            outcome=outcome,
            severity=severity,
            code=safe(code, 80),
            sentence=said,
            exchanges=exchanges,
            remedy=check.remedy,
        )
