"""Bundle and judgement in, report out: everything a reader needs, nothing without bound."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from cpo_probe.catalogue.texts import Texts
from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode
from cpo_probe.model import FORMAT, Catalogue, Evidence, Exchange, Inventory, Outcome, Scorecard, Severity, Unit, Where
from cpo_probe.registry import Registry
from cpo_probe.report import metrics
from cpo_probe.report.cases import Cases
from cpo_probe.report.collect import by_check, collect, fairly
from cpo_probe.report.data import Bounds, CheckView, ExchangeView, LeftOut, ReportData
from cpo_probe.report.findings import Selection, Writer, anchors, select, sentence
from cpo_probe.report.ladders import Ladders
from cpo_probe.report.scores import Scores, criteria_of
from cpo_probe.report.surroundings import MAX_FILES, files, interfaces, operations, reasons, tried, units
from cpo_probe.report.traffic import exchange_view

FEW = 24
"""Errors and reviews shown in full."""


class Record(Evidence, Protocol):
    """What a report needs of a bundle."""

    @property
    def path(self) -> Path: ...
    def units(self) -> tuple[Unit, ...]: ...
    def ids(
        self, *, purpose: str = "*", interface: str | None = None, operation: str | None = None, group: str | None = None
    ) -> Sequence[str]: ...


def build(
    bundle: Record, judgement: Path, registry: Registry, catalogue: Catalogue, texts: Texts, *, bounds: Bounds | None = None
) -> ReportData:
    """The report of one judgement folder, sentences and titles in the language of `texts`.

    Raises `EvidenceError` when the folder holds no scorecard.
    """
    path = judgement / "scorecard.json"
    if not path.exists():
        raise EvidenceError(f"expected scorecard.json in {judgement}, found none: run `cpo-probe judge {bundle.path}` first")
    card = decode(path.read_bytes(), Scorecard)
    return _Builder(bundle, judgement, registry, catalogue, texts, bounds or Bounds(), card).data()


class _Builder:
    def __init__(
        self,
        bundle: Record,
        judgement: Path,
        registry: Registry,
        catalogue: Catalogue,
        texts: Texts,
        bounds: Bounds,
        card: Scorecard,
    ) -> None:
        self.card = card
        self.bundle = bundle
        self.judgement = judgement
        self.registry = registry
        self.catalogue = catalogue
        self.texts = texts
        self.bounds = bounds
        self.inventory = _inventory(bundle)
        descriptions = {i.id: i.description for i in self.inventory.interfaces if i.description}
        named = {fingerprint for ladder in card.ladders for r in ladder.requirements for fingerprint in r.findings}
        self.found = collect(judgement, descriptions, named)
        self.last: Exchange | None = None

    def data(self) -> ReportData:
        card, found, bounds, plan = self.card, self.found, self.bounds, self.bundle.plan
        chosen = {
            outcome: select(found, outcome, bounds.full if outcome is Outcome.FAIL else FEW, bounds)
            for outcome in (Outcome.FAIL, Outcome.ERROR, Outcome.REVIEW)
        }
        names = anchors(chosen.values())
        checks = {view.id: view for view in self.checks()}
        exchanges = self.exchanges(chosen, names, [v.exemplar for v in checks.values() if v.exemplar])
        writer = Writer(self.texts, plan.target.auth, names, frozenset(e.id for e in exchanges), self.load)
        groups = {o: tuple(writer.group(checks[check], s) for check in s.full) for o, s in chosen.items()}
        first = {fingerprint: anchor for (fingerprint, _), anchor in reversed(names.items())}

        def anchor(fingerprint: str, check: str) -> str:
            return first.get(fingerprint) or (f"check-{check}" if check in checks else "")

        told = {metric for ladder in self.catalogue.ladders for metric in (ladder.applies, ladder.claim)}
        samples = {key: values for key, values in metrics.read(self.judgement).items() if key[0] not in told}
        failing = {check: fairly(codes) for check, codes in found.kept.get(Outcome.FAIL, {}).items()}
        scores = Scores(card, self.catalogue, self.texts, failing, found.subjects.check, anchor)
        rows = operations(self.inventory, found, anchor, bounds)
        artifacts = self.bundle.artifacts()
        return ReportData(
            bundle=self.bundle.path.name,
            card=card,
            plan=plan,
            owner=self.catalogue.owner,
            catalogue=self.catalogue.id,
            categories=scores.categories(),
            ladders=Ladders(self.catalogue, self.texts, found.named, anchor, lambda f: sentence(f, self.texts)).views(card),
            outcomes=found.subjects.totals(),
            by_severity=found.failed,
            failures=groups[Outcome.FAIL],
            errors=groups[Outcome.ERROR],
            reviews=groups[Outcome.REVIEW],
            not_tested=reasons(found, Outcome.NOT_TESTED, self.say, bounds),
            not_applicable=reasons(found, Outcome.NOT_APPLICABLE, self.say, bounds),
            unmeasured=scores.unmeasured(),
            units=units(self.bundle.units(), bounds),
            checks=tuple(checks.values()),
            tried=tried(self.inventory, self.load),
            empty=self.inventory.empty,
            interfaces=interfaces(self.inventory),
            operations=tuple(rows[: bounds.operations]),
            files=files(artifacts),
            files_left_out=max(0, len(artifacts) - MAX_FILES),
            metrics=metrics.metrics(samples, {m for k in self.catalogue.kpis for m in k.metric.split()}),
            exchanges=exchanges,
            left_out=LeftOut(
                failures=sum(g.left_out for g in groups[Outcome.FAIL]),
                brief=sum(len(g.listed) for g in groups[Outcome.FAIL]),
                exchanges=max(0, len(self.bundle.ids()) - len(exchanges)),
                operations=max(0, len(rows) - bounds.operations),
            ),
            cases=Cases(self.judgement, self.texts, found, checks),
        )

    def say(self, code: str, params: dict[str, Any]) -> str:
        return self.texts.reason(code, params=params)

    def load(self, id: str) -> Exchange | None:
        """The exchange, or None where the record does not hold it."""
        if self.last is None or self.last.id != id:
            try:
                self.last = self.bundle.exchange(id)
            except EvidenceError:
                return None
        return self.last

    def checks(self) -> list[CheckView]:
        """Every check of the registry, and those that only old evidence knows."""
        subjects = self.found.subjects
        passed: dict[str, tuple[str, str]] = {}
        for fingerprint, outcome in subjects.outcome.items():
            if outcome is Outcome.PASS:
                passed.setdefault(subjects.check[fingerprint], subjects.place[fingerprint])
        views = []
        for id, counts in by_check(subjects, self.registry.checks).items():
            known, text = self.registry.checks.get(id), self.texts.check(id)
            source = known if known is not None and text.title == id else text  # no text of its own: the docstring's
            views.append(
                CheckView(
                    id=id,
                    title=source.title,
                    text=source.text,
                    remedy=source.remedy[:1].upper() + source.remedy[1:],
                    clause=known.clause if known else "",
                    severity=known.severity if known else Severity.INFO,
                    counts=counts,
                    criteria=criteria_of(self.catalogue, id),
                    exemplar=self.exemplar(id, *passed[id]) if id in passed else "",
                )
            )
        return views

    def exemplar(self, check: str, interface: str, operation: str) -> str:
        """One of the exchanges that the check looked at where it passed; "" when the record cannot say."""
        known = self.registry.checks.get(check)
        for pattern in known.of if known else ():
            ids = self.bundle.ids(purpose=pattern, interface=interface or None, operation=operation or None)
            if ids:
                return ids[0]
        return next((i.description for i in self.inventory.interfaces if i.id == interface), "")

    def exchanges(
        self, chosen: dict[Outcome, Selection], names: dict[tuple[str, str], str], exemplars: list[str]
    ) -> tuple[ExchangeView, ...]:
        """First what the findings in full lean on, then what else they cite, then exemplars, until a bound is reached."""
        full = [f for s in chosen.values() for findings in s.full.values() for f in findings]
        wheres: dict[str, list[Where]] = {}
        cited: dict[str, list[tuple[str, str]]] = {}
        for f in full:
            for id in f.exchanges:
                cited.setdefault(id, []).append((names[(f.fingerprint, f.code)], f.subject.check))
            if f.exchanges:
                wheres.setdefault(f.exchanges[0], []).append(f.where)
        described = [i.description for i in self.inventory.interfaces if i.description]
        views: list[ExchangeView] = []
        room = self.bounds.exchange_bytes
        for id in dict.fromkeys([*wheres, *cited, *described, *exemplars]):
            exchange = self.load(id) if len(views) < self.bounds.exchanges and room > 0 else None
            if exchange is not None:
                marks = wheres.get(id, [])[:8]
                lines = 40 if marks else 24
                views.append(exchange_view(exchange, self.bundle.plan.target.auth, marks, tuple(cited.get(id, ())[:12]), lines))
                room -= weight(views[-1])
        return tuple(sorted(views, key=lambda v: v.id))


def _inventory(bundle: Record) -> Inventory:
    """The inventory; an empty one where the run ended before there was any."""
    try:
        return bundle.inventory
    except EvidenceError:
        return Inventory(FORMAT, (), (), (), False, "")


def weight(view: ExchangeView) -> int:
    """Characters of recorded text."""
    headers = sum(len(h.name) + len(h.value) for h in (*view.request_headers, *view.response_headers))
    bodies = sum(len(line.text) for body in (view.request_body, view.response_body) for line in body.lines)
    again = len(view.reproducer.curl) + len(view.reproducer.script) if view.reproducer else 0
    return headers + bodies + again
