"""Categories, criteria and KPIs with the way from each figure to its evidence."""

from collections.abc import Callable, Mapping

from cpo_probe.catalogue import Texts, patterns_of
from cpo_probe.model import (
    Catalogue,
    CategoryResult,
    Criterion,
    CriterionResult,
    Finding,
    Fulfilment,
    Kpi,
    KpiResult,
    Level,
    Scorecard,
)
from cpo_probe.model.pattern import matches
from cpo_probe.report.data import CategoryView, CriterionView, KpiView, LevelBar, Link, RungView, Unmeasured
from cpo_probe.report.ladders import anchors_of
from cpo_probe.report.traffic import safe

MAX_UNITS = 24
MAX_BREAKS = 6
STATES = {"violated": "fail", "met": "pass", "open": "open", "not_applicable": "not_applicable"}

Anchor = Callable[[str, str], str]
"""(fingerprint, check) -> anchor of the finding, of its check, or ""."""


def criteria_of(catalogue: Catalogue, check: str) -> tuple[str, ...]:
    """Criteria whose KPIs use the check."""
    found = {k.criterion for k in catalogue.kpis if matches(check, patterns_of(k, catalogue))}
    return tuple(sorted(found))


class Scores:
    """Turns results into views; `failing` maps check -> its failing findings, `anchor` says where one is shown."""

    def __init__(
        self,
        card: Scorecard,
        catalogue: Catalogue,
        texts: Texts,
        failing: Mapping[str, list[Finding]],
        check_of: Mapping[str, str],
        anchor: Anchor,
    ) -> None:
        self.card = card
        self.catalogue = catalogue
        self.texts = texts
        self.failing = failing
        self.check_of = check_of
        self.anchor = anchor
        self.results = {r.kpi: r for r in card.kpis}

    def categories(self) -> tuple[CategoryView, ...]:
        criteria = {r.criterion: r for r in self.card.criteria}
        bars = {r.category: r for r in self.card.categories}
        views = []
        for category in self.catalogue.categories:
            text = self.texts.category(category.id)
            mine = [
                self.criterion(c, criteria[c.id])
                for c in self.catalogue.criteria
                if c.category == category.id and c.id in criteria
            ]
            views.append(CategoryView(category.id, text.title, text.aim, _levels(bars.get(category.id)), tuple(mine)))
        return tuple(views)

    def criterion(self, criterion: Criterion, result: CriterionResult) -> CriterionView:
        text = self.texts.criterion(criterion.id)
        kpis = {k.id: k for k in self.catalogue.kpis}
        return CriterionView(
            id=criterion.id,
            title=text.title,
            text=text.text,
            level=criterion.level,
            level_source=criterion.level_source,
            roles=criterion.roles,
            assessment=criterion.assessment,
            selected=result.selected,
            fulfilment=result.fulfilment,
            reason=text.reason,
            code=result.reason,
            attestation=safe(result.attestation),
            official_ref=criterion.official_ref,
            kpis=tuple(self.kpi(kpis[name], self.results[name]) for name in result.kpis if name in kpis and name in self.results),
        )

    def kpi(self, kpi: Kpi, result: KpiResult) -> KpiView:
        text = self.texts.kpi(kpi.id)
        violated = [u for u in result.units if u.state == "violated"]
        opened = [u for u in result.units if u.state == "open"]
        return KpiView(
            id=kpi.id,
            criterion=kpi.criterion,
            title=text.title,
            kind=kpi.kind,
            verdict=result.verdict,
            value=result.value,
            numerator=result.numerator,
            denominator=result.denominator,
            denominator_text=text.denominator or kpi.denominator,
            unit=kpi.unit,
            n=result.n,
            open=result.open,
            not_applicable=result.not_applicable,
            threshold=result.threshold,
            rule=result.rule,
            open_range=result.open_range,
            confidence=result.confidence,
            coverage=result.coverage,
            worst=safe(result.worst, 160),
            floor=kpi.floor,
            metric=kpi.metric,
            quantile=kpi.quantile,
            metric_unit=str(result.detail.get("unit", "")),
            checks=tuple(dict.fromkeys(patterns_of(kpi))),
            violated=tuple(self.link(u.unit, u.findings) for u in violated[:MAX_UNITS]),
            violated_left_out=max(0, len(violated) - MAX_UNITS),
            open_units=tuple(safe(u.unit, 160) for u in opened[:MAX_UNITS]),
            open_left_out=max(0, len(opened) - MAX_UNITS),
            rungs=self.rungs(kpi, result),
            rung=self.rung(kpi, result),
            ladders=tuple(anchor for (ladder, _), anchor in anchors_of(self.card).items() if ladder in kpi.ladders),
        )

    def rung(self, kpi: Kpi, result: KpiResult) -> str:
        """The rung's name; that of a conformance level is its title."""
        levels = {
            level.id: level.title for ladder in self.catalogue.ladders if ladder.id in kpi.ladders for level in ladder.levels
        }
        return levels.get(result.rung, result.rung)

    def link(self, unit: str, findings: tuple[str, ...]) -> Link:
        """A violated unit and the first of its findings that is shown."""
        anchors = [self.anchor(f, self.check_of[f]) for f in findings if f in self.check_of]
        best = next((a for a in anchors if a.startswith("f-")), anchors[0] if anchors else "")
        return Link(safe(unit, 160), "fail", best)

    def rungs(self, kpi: Kpi, result: KpiResult) -> tuple[RungView, ...]:
        names = [rung.name for rung in kpi.rungs]
        reached = names.index(result.rung) if result.rung in names else -1
        views = []
        for i, rung in enumerate(kpi.rungs):
            broken = self.breaks(rung.checks) if i == reached + 1 else ()
            state = "held" if i <= reached else "above" if i > reached + 1 else "broken" if broken else "open"
            views.append(RungView(rung.name, state, rung.checks, broken))
        return tuple(views)

    def breaks(self, patterns: tuple[str, ...]) -> tuple[Link, ...]:
        found = []
        for check, findings in self.failing.items():
            if matches(check, patterns):
                for f in findings[:MAX_BREAKS]:
                    where = f.subject.operation or f.subject.interface or f.subject.location
                    found.append(Link(safe(where, 160), "fail", self.anchor(f.fingerprint, check)))
        return tuple(found[:MAX_BREAKS])

    def unmeasured(self) -> tuple[Unmeasured, ...]:
        """Criteria that are selected or not, and that no measurement decided, by reason."""
        levels = {c.id: c.level for c in self.catalogue.criteria}
        groups: dict[str, list[tuple[str, str, Level]]] = {}
        for result in self.card.criteria:
            undecided = not result.selected or result.fulfilment is Fulfilment.UNDETERMINED
            if undecided and result.criterion in levels:
                row = (result.criterion, self.texts.criterion(result.criterion).title, levels[result.criterion])
                groups.setdefault(result.reason, []).append(row)
        return tuple(Unmeasured(code, self.texts.reason(code), tuple(found)) for code, found in groups.items())


def _levels(result: CategoryResult | None) -> tuple[LevelBar, ...]:
    if result is None:
        return ()
    bars = []
    for level in Level:
        counts = result.counts.get(level.value, {})
        met, not_met, opened = counts.get("met", 0), counts.get("not_met", 0), counts.get("open", 0)
        bars.append(LevelBar(level, met, not_met, opened, counts.get("applicable", met + not_met + opened)))
    return tuple(bars)
