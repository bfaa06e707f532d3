"""Which findings are shown in full, which in one line, and what does each one say?"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cpo_probe.catalogue.texts import Texts
from cpo_probe.model import Auth, Exchange, Finding, Outcome
from cpo_probe.report.collect import SEVERITY, Collected, fairly, share
from cpo_probe.report.comparison import PARAMETERS, comparison
from cpo_probe.report.data import Bounds, Brief, CheckGroup, CheckView, FindingView, HeaderLine
from cpo_probe.report.excerpt import Excerpt
from cpo_probe.report.mask import hidden
from cpo_probe.report.reproduce import reproducer
from cpo_probe.report.traffic import body_excerpt, header_lines, hides, in_body, safe, safe_where

MAX_VALUE = 320
EXCERPT_LINES = 22


@dataclass(slots=True)
class Selection:
    """Findings of one outcome that are shown. `full`, `listed`: check -> findings; `subjects`: check -> how many in all."""

    full: dict[str, list[Finding]] = field(default_factory=dict)
    listed: dict[str, list[Finding]] = field(default_factory=dict)
    subjects: dict[str, int] = field(default_factory=dict)


def select(collected: Collected, outcome: Outcome, full: int, bounds: Bounds) -> Selection:
    """All of them when there are few; otherwise each check and each reason code gets its share."""
    kept = {check: fairly(codes) for check, codes in collected.kept.get(outcome, {}).items()}
    order = sorted(kept, key=lambda check: (min(SEVERITY[f.severity] for f in kept[check]), check))
    quota = share({check: len(kept[check]) for check in order}, full)
    lines = share({check: min(bounds.listed, len(kept[check]) - quota[check]) for check in order}, bounds.lines)
    chosen = Selection()
    counts: dict[str, int] = {}
    for fingerprint, said in collected.subjects.outcome.items():
        if said is outcome:
            check = collected.subjects.check[fingerprint]
            counts[check] = counts.get(check, 0) + 1
    for check in order:
        chosen.full[check] = kept[check][: quota[check]]
        chosen.listed[check] = kept[check][quota[check] : quota[check] + lines[check]]
        chosen.subjects[check] = counts.get(check, 0)
    return chosen


def anchors(selections: Iterable[Selection]) -> dict[tuple[str, str], str]:
    """(fingerprint, code) -> anchor of every finding that is shown; the first of a fingerprint is `f-<fingerprint>`."""
    seen: dict[str, int] = {}
    found: dict[tuple[str, str], str] = {}
    for selection in selections:
        for table in (selection.full, selection.listed):
            for finding in (f for findings in table.values() for f in findings):
                n = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
                found[(finding.fingerprint, finding.code)] = f"f-{finding.fingerprint}" + (f"-{n}" if n > 1 else "")
    return found


def value_text(value: Any, secret: bool) -> str:
    """An expected or found value for print; "" for none."""
    if value is None:
        return ""
    if secret:
        return hidden("secret")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return safe(text, MAX_VALUE)


def sentence(finding: Finding, texts: Texts) -> str:
    """What the finding says, in the reader's language."""
    found = hidden("secret") if hides(finding.where) and finding.found is not None else finding.found
    return safe(texts.reason(finding.code, finding.expected, found, finding.params), 600)


@dataclass(slots=True)
class Writer:
    """Makes views of findings; `load` fetches an exchange or None, `shown` holds the ids that the report will hold."""

    texts: Texts
    auth: Auth
    anchors: Mapping[tuple[str, str], str]
    shown: frozenset[str]
    load: Callable[[str], Exchange | None]

    def group(self, check: CheckView, selection: Selection) -> CheckGroup:
        full, listed = selection.full[check.id], selection.listed[check.id]
        rest = max(0, selection.subjects[check.id] - len({f.fingerprint for f in (*full, *listed)}))
        return CheckGroup(
            check, selection.subjects[check.id], tuple(self.view(f) for f in full), tuple(self.brief(f) for f in listed), rest
        )

    def brief(self, finding: Finding) -> Brief:
        return Brief(
            anchor=self.anchors[(finding.fingerprint, finding.code)],
            operation=safe(finding.subject.operation or finding.subject.interface, 160),
            location=safe(finding.subject.location, 160),
            sentence=safe(sentence(finding, self.texts), 200),
            exchange=finding.exchanges[0] if finding.exchanges else "",
        )

    def view(self, finding: Finding) -> FindingView:
        subject, where = finding.subject, finding.where
        exchange = self.load(finding.exchanges[0]) if finding.exchanges else None
        secret = hides(where)
        rows = comparison(finding.params)
        params = {name: value for name, value in finding.params.items() if rows is None or name not in PARAMETERS}
        return FindingView(
            anchor=self.anchors[(finding.fingerprint, finding.code)],
            fingerprint=finding.fingerprint,
            outcome=finding.outcome,
            severity=finding.severity,
            check=subject.check,
            interface=safe(subject.interface, 160),
            operation=safe(subject.operation, 200),
            location=safe(subject.location, 200),
            sentence=sentence(finding, self.texts),
            expected=value_text(finding.expected, False),
            found=value_text(finding.found, secret),
            where=safe_where(where),
            params=tuple((safe(k, 40), value_text(v, False)) for k, v in list(params.items())[:12]),
            count=finding.count,
            exchanges=finding.exchanges,
            shown=frozenset(finding.exchanges) & self.shown,
            request_line=safe(f"{exchange.request.method} {exchange.request.url}", 400) if exchange else "",
            status_line=_status(exchange),
            excerpt=_place(exchange, finding),
            header=_header(exchange, finding),
            rows=rows,
            reproducer=reproducer(exchange, self.auth, [where.name]) if exchange else None,
        )


def _status(exchange: Exchange | None) -> str:
    if exchange is None:
        return ""
    if exchange.response is None:
        return exchange.failure.kind.value if exchange.failure else ""
    return safe(f"{exchange.status} {exchange.response.reason}".strip(), 80)


def _place(exchange: Exchange | None, finding: Finding) -> Excerpt | None:
    """The lines that are wrong, where the fault lies in the body."""
    if exchange is None or exchange.response is None or not in_body(finding.where):
        return None
    return body_excerpt(exchange, [finding.where], EXCERPT_LINES)


def _header(exchange: Exchange | None, finding: Finding) -> HeaderLine | None:
    """The header field that is wrong or missing."""
    if exchange is None or exchange.response is None or finding.where.part != "response.header" or not finding.where.name:
        return None
    lines = header_lines(exchange.response.headers, [finding.where.name])
    return next((line for line in lines if line.mark), None)
