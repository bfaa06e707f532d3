"""What does a person at a terminal have to know, in one or two screens?

Everything goes through rich's `Text`, never through its markup, so recorded text cannot change how the rest looks.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cpo_probe.model import DecisionRule, Fulfilment, Outcome, Standing, Verdict
from cpo_probe.report.data import CheckGroup, CriterionView, KpiView, LevelBar, ReportData
from cpo_probe.report.ladder_views import LadderView, RequirementView
from cpo_probe.report.words import Words

FAILURES = 8
REASONS = 8
PLACES = 3
MISSING = 6
RUNGS = {"held": ("✓", "good"), "broken": ("✕", "bad"), "open": ("○", "open"), "above": ("–", "quiet")}
STANDINGS = {Standing.VIOLATED: ("✕", "bad"), Standing.NOT_SUPPORTED: ("∅", "open")}
STYLE = {"good": "green", "bad": "bold red", "open": "yellow", "quiet": "dim", "error": "magenta"}
VERDICTS = {
    Verdict.MET: ("✓", "good"),
    Verdict.NOT_MET: ("✕", "bad"),
    Verdict.REPORTED: ("·", "quiet"),
    Verdict.NOT_APPLICABLE: ("–", "quiet"),
}
FULFILMENTS = {
    Fulfilment.FULFILLED: ("✓", "good"),
    Fulfilment.NOT_FULFILLED: ("✕", "bad"),
    Fulfilment.PARTLY: ("◐", "bad"),
    Fulfilment.NOT_APPLICABLE: ("–", "quiet"),
}
OUTCOMES = (
    (Outcome.FAIL, "bad"),
    (Outcome.NOT_TESTED, "open"),
    (Outcome.ERROR, "error"),
    (Outcome.REVIEW, "open"),
    (Outcome.PASS, "good"),
    (Outcome.NOT_APPLICABLE, "quiet"),
)


def terminal(data: ReportData, console: Console, language: str = "en") -> None:
    """Print the scorecard, the KPIs of the selected criteria, the most severe failures, and what was not tested."""
    words = Words(language)
    card = data.card
    console.print(
        _text(
            words(
                "terminal.title",
                product=f"{card.product or card.target} {card.product_version}".strip(),
                url=data.plan.target.base_url,
            ),
            "bold",
        )
    )
    console.print(
        _text(
            f"{card.catalogue} · {card.preset} · {words('fact.run')} {card.run} · {words('fact.ruler')} {card.ruler[:12]}", "dim"
        )
    )
    console.print(
        _text(
            words("notice.title") + " " + words("notice.text", catalogue=card.catalogue, owner=data.owner or words("unknown")),
            "dim",
        )
    )
    if data.empty:
        console.print(_text(words("notice.empty_title") + " " + words("notice.empty_text"), STYLE["open"]))
    console.print()
    console.print(_totals(data, words))
    console.print()
    console.print(_categories(data, words))
    _kpis(data, console, words)
    _ladders(data, console, words)
    _failures(data, console, words)
    _gaps(data, console, words)
    for group in data.errors:
        console.print(
            Text.assemble(
                (f"! {words('outcome.error')} ", STYLE["error"]),
                f"{group.check.title} ({words.count('not_tested.subjects', group.subjects)})",
            )
        )
    console.print()
    console.print(_text(words(f"terminal.exit.{card.exit_code}"), "bold"))


def _text(text: str, style: str = "") -> Text:
    return Text(text, style=style)


def _totals(data: ReportData, words: Words) -> Text:
    """All outcomes side by side; what was not tested stands as plainly as what failed."""
    parts: list[tuple[str, str] | str] = []
    for outcome, style in OUTCOMES:
        n = data.outcomes[outcome]
        parts += [(f"{words.number(n)} {words(f'outcome.{outcome}')}", STYLE[style] if n else "dim"), "   "]
    return Text.assemble(*parts[:-1])


def _categories(data: ReportData, words: Words) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words("terminal.category"))
    for level in ("shall", "should", "may"):
        table.add_column(words(f"level.{level}"))
    for category in data.categories:
        cells = [_level(bar, words) for bar in category.levels] or [_text("–", "dim")] * 3
        table.add_row(_text(category.title), *cells)
    return table


def _level(bar: LevelBar, words: Words) -> Text:
    if not bar.applicable:
        return _text("–", "dim")
    style = STYLE["bad"] if bar.not_met else STYLE["open"] if bar.open else STYLE["good"]
    parts: list[tuple[str, str] | str] = [(words("of", a=bar.met, b=bar.applicable), style)]
    if bar.open:
        parts.append((f", {words('overview.cell_open', open=bar.open)}", STYLE["open"]))
    return Text.assemble(*parts)


def _selected(data: ReportData) -> Iterable[CriterionView]:
    """Selected criteria that a KPI decides, shall first."""
    order = {"shall": 0, "should": 1, "may": 2}
    criteria = [c for category in data.categories for c in category.criteria if c.selected and c.kpis]
    return sorted(criteria, key=lambda c: order[c.level])


def _kpis(data: ReportData, console: Console, words: Words) -> None:
    console.print()
    console.print(_text(words("terminal.kpis"), "bold"))
    for criterion in _selected(data):
        glyph, style = FULFILMENTS.get(criterion.fulfilment, ("○", "open"))
        said = words(f"fulfilment.{criterion.fulfilment}")
        if criterion.code == "report_only":
            glyph, style, said = "·", "quiet", words("verdict.reported")
        console.print(
            Text.assemble(
                (f"{glyph} {criterion.id} ", STYLE[style]),
                criterion.title,
                (f"  {words(f'level.{criterion.level}')}, {said}", "dim"),
            )
        )
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=5)
        grid.add_column(min_width=18, no_wrap=True)
        grid.add_column(ratio=1)
        for kpi in criterion.kpis:
            glyph, style = VERDICTS.get(kpi.verdict, ("○", "open"))
            title = Text.assemble(kpi.title, (f"  {_facts(kpi, words)}", "dim"))
            grid.add_row(_text(f"    {glyph}", STYLE[style]), _text(figure(kpi, words), "bold"), title)
        console.print(grid)


def _ladders(data: ReportData, console: Console, words: Words) -> None:
    """Per ladder its levels, what is claimed, and what the next level lacks."""
    for ladder in data.ladders:
        console.print()
        console.print(Text.assemble((ladder.title, "bold"), (f"  {ladder.interface}", "dim")))
        rungs = [(f"{RUNGS[level.state][0]} {level.title}   ", STYLE[RUNGS[level.state][1]]) for level in reversed(ladder.levels)]
        console.print(Text.assemble("    ", *rungs, (_climbed(ladder, words), "dim")))
        level = next((level for level in reversed(ladder.levels) if level.state in ("broken", "open")), None)
        if level is not None and level.first:
            console.print(_text("    " + words("ladders.missing", level=level.title) + ":"))
            for requirement in level.first[:MISSING]:
                _requirement(requirement, console, words)
            if len(level.first) > MISSING:
                console.print(_text("      " + words("and_more", n=words.number(len(level.first) - MISSING)), "dim"))


def _climbed(ladder: LadderView, words: Words) -> str:
    """Level reached, and the claim."""
    reached = ladder.reached or words("ladders.none")
    if ladder.reached and ladder.untested:
        reached = f"{reached} {words('ladders.safe')}"
    claim = words("ladders.unclaimed")
    if ladder.claimed:
        claim = f"{words('ladders.claimed', level=ladder.claimed)}: {words(f'ladders.kept.{ladder.kept}')}"
    return f"{reached}, {claim}"


def _requirement(requirement: RequirementView, console: Console, words: Words) -> None:
    glyph, style = STANDINGS.get(requirement.standing, ("○", "open"))
    console.print(
        Text.assemble(
            (f"    {glyph} ", STYLE[style]),
            requirement.text,
            (f"  {words(f'standing.{requirement.standing}')}, {requirement.clause}", "dim"),
        )
    )
    for proof in requirement.proofs[:1]:
        console.print(_text(f"        {proof.sentence}"))


def _facts(kpi: KpiView, words: Words) -> str:
    """Verdict, threshold, sample size and intervals."""
    facts = [words(f"verdict.{kpi.verdict}"), words.limit(kpi.threshold), f"n\u00a0=\u00a0{words.number(kpi.n)}"]
    if kpi.open:
        facts.append(words("overview.cell_open", open=words.number(kpi.open)))
    facts.append(words.span(kpi.open_range))
    if kpi.confidence and kpi.rule is DecisionRule.LOWER_BOUND_95:
        facts.append(f"95 %: {words.number(kpi.confidence.low)}")
    return ", ".join(filter(None, facts))


def figure(kpi: KpiView, words: Words) -> str:
    """The KPI as numerator and denominator; a quantile as a quantity, a ladder as its rung."""
    if kpi.rungs:
        return f"{kpi.numerator} / {kpi.denominator}"
    if kpi.quantile:
        return words.quantity(kpi.value, kpi.metric_unit) if kpi.value else "–"
    return f"{words.number(kpi.numerator)} / {words.number(kpi.denominator)} {words.either(f'unit.{kpi.unit}', kpi.unit)}"


def _failures(data: ReportData, console: Console, words: Words) -> None:
    console.print()
    if not data.failures:
        console.print(_text(words("terminal.nothing_failed"), "bold"))
        return
    console.print(_text(words("terminal.failures"), "bold"))
    for group in data.failures[:FAILURES]:
        _failure(group, data.bundle, console, words)
    if len(data.failures) > FAILURES:
        console.print(_text(words("terminal.more", n=words.number(len(data.failures) - FAILURES)), "dim"))


def _failure(group: CheckGroup, bundle: str, console: Console, words: Words) -> None:
    check = group.check
    head = Text.assemble(
        ("✕ ", STYLE["bad"]),
        check.title,
        (f"  {words(f'severity.{check.severity}')}, {words.count('failed.subjects', group.subjects)}  {check.id}", "dim"),
    )
    console.print(head)
    for finding in group.full[:PLACES]:
        place = finding.operation or finding.interface or finding.location
        console.print(_text(f"    {place}: {finding.sentence}"))
    if check.remedy:
        console.print(_text(f"    {words('failed.remedy')}: {check.remedy}"))
    ids = [f.exchanges[0] for f in group.full if f.exchanges]
    if ids:
        console.print(_text("    " + words("terminal.see", bundle=bundle, id=ids[0]), "dim"))


def _gaps(data: ReportData, console: Console, words: Words) -> None:
    console.print()
    if not data.not_tested:
        console.print(_text(words("overview.not_tested_none"), "bold"))
        return
    console.print(_text(words("terminal.not_tested"), "bold"))
    for group in data.not_tested[:REASONS]:
        title = words.either(f"blocked.{group.code}", group.sentence)
        said = f"{title.removesuffix('.')}. {words.either(f'blocker.{group.code}', '')}".rstrip()
        console.print(Text.assemble((f"○ {words.count('not_tested.subjects', group.subjects)}: ", STYLE["open"]), said))
