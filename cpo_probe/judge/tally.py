"""How are outcomes counted so that memory grows with subjects, never with exchanges, and order does not matter?"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cpo_probe.model import Finding, Outcome, PassCount, Result, Sample, Severity, Subject, Where

KEEP_EXCHANGES = 5
MAX_TEXT = 400
MAX_ITEMS = 20
_MODULUS = 1 << 128


def canonical(value: Any, depth: int = 0) -> Any:
    """A value of a finding as bounded JSON: floats become decimal strings, long texts and lists are cut visibly."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return quantised(value)
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + f"…(+{len(value) - MAX_TEXT})"
    if isinstance(value, bytes):
        return canonical(value.decode("utf-8", "replace"))
    if depth >= 6:
        return "…"
    if isinstance(value, dict):
        kept = {str(k): canonical(v, depth + 1) for k, v in list(value.items())[:MAX_ITEMS]}
        if len(value) > MAX_ITEMS:
            kept["…"] = f"+{len(value) - MAX_ITEMS}"
        return kept
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
        kept_items = [canonical(v, depth + 1) for v in items[:MAX_ITEMS]]
        return kept_items + ([f"…(+{len(items) - MAX_ITEMS})"] if len(items) > MAX_ITEMS else [])
    return canonical(str(value))


def quantised(value: float | int | Decimal | str) -> str:
    """Six decimal places, no exponent."""
    return format(Decimal(str(value)).quantize(Decimal("0.000001")), "f")


@dataclass(slots=True)
class _Row:
    result: Result
    severity: Severity
    exchanges: list[str]
    count: int


@dataclass(slots=True, eq=False)
class _Passes:
    count: int = 0
    digest: int = 0


@dataclass(slots=True)
class Tally:
    """Outcomes merged per subject and reason; samples in the order made."""

    rows: dict[tuple[Subject, Outcome, str], _Row] = field(default_factory=dict)
    passes: dict[Subject, _Passes] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)

    def add(self, subject: Subject, severity: Severity, result: Result, exchange: str = "") -> None:
        """Count one outcome; `exchange` is the one being judged."""
        cited: tuple[str, ...] = (exchange,) if exchange else ()
        if result.exchanges:
            cited = tuple(dict.fromkeys((*cited, *result.exchanges)))
        if result.outcome is Outcome.PASS:
            entry = self.passes.get(subject)
            if entry is None:
                entry = self.passes[subject] = _Passes()
            entry.count += 1
            for one in cited:
                entry.digest = (entry.digest + _hash(one)) % _MODULUS
            return
        key = (subject, result.outcome, result.code)
        row = self.rows.get(key)
        if row is None:
            self.rows[key] = _Row(result, severity, list(cited[:KEEP_EXCHANGES]), 1)
            return
        row.count += 1
        ordered = row.count > 2  # what was cited at first is in the order of the check
        if ordered and len(row.exchanges) == KEEP_EXCHANGES and len(cited) == 1 and cited[0] >= row.exchanges[-1]:
            return  # the first ones are kept
        if cited and row.exchanges and cited[0] < row.exchanges[0]:
            row.result = result
        row.exchanges = sorted(dict.fromkeys((*row.exchanges, *cited)))[:KEEP_EXCHANGES]

    def merge(self, other: "Tally") -> None:
        """Take over what another worker counted; but for the order of samples the outcome is the same in any order."""
        self.samples += other.samples
        for subject, passes in other.passes.items():
            entry = self.passes.setdefault(subject, _Passes())
            entry.count += passes.count
            entry.digest = (entry.digest + passes.digest) % _MODULUS
        for key, row in other.rows.items():
            mine = self.rows.get(key)
            if mine is None:
                self.rows[key] = row
                continue
            if row.exchanges and (not mine.exchanges or row.exchanges[0] < mine.exchanges[0]):
                mine.result = row.result
            mine.count += row.count
            mine.exchanges = sorted(dict.fromkeys((*mine.exchanges, *row.exchanges)))[:KEEP_EXCHANGES]

    def subjects(self) -> Iterator[Subject]:
        """Every subject on which anything was said."""
        yield from self.passes
        for subject, _, _ in self.rows:
            yield subject

    def findings(self) -> list[Finding]:
        """Everything but passes, in a fixed order."""
        return [
            Finding(
                subject.fingerprint,
                subject,
                outcome,
                row.severity,
                code,
                canonical(row.result.params),
                canonical(row.result.expected),
                canonical(row.result.found),
                _where(row.result.where),
                tuple(row.exchanges),
                row.count,
            )
            for (subject, outcome, code), row in sorted(self.rows.items(), key=lambda item: _order(*item[0]))
        ]

    def pass_counts(self) -> list[PassCount]:
        """Passes per subject, in a fixed order."""
        return [
            PassCount(subject.fingerprint, subject, entry.count, f"{entry.digest:032x}")
            for subject, entry in sorted(self.passes.items(), key=lambda item: _order(item[0]))
        ]


def _where(where: Where) -> Where:
    return replace(where, pointer=canonical(where.pointer), instance=canonical(where.instance))


def _order(subject: Subject, *rest: str) -> tuple[str, ...]:
    return (subject.check, subject.interface, subject.operation, subject.location, *rest)


@lru_cache(maxsize=1024)  # many checks pass the same exchange one after the other
def _hash(exchange: str) -> int:
    return int.from_bytes(hashlib.sha256(exchange.encode()).digest()[:16], "big")


def merged(tallies: Iterable[Tally]) -> Tally:
    """All tallies in one."""
    total = Tally()
    for tally in tallies:
        total.merge(tally)
    return total
