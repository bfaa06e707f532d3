"""What a command shows and leaves behind at its end."""

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cpo_probe.cli.loading import House
from cpo_probe.evidence import Bundle
from cpo_probe.history import Change, Diff, KpiChange
from cpo_probe.judge import Judgement
from cpo_probe.report import build, html, junit, terminal


def write_reports(house: House, bundle: Bundle, judgement: Judgement, out: Path | None) -> list[Path]:
    """report.html (report.de.html), junit.xml and scorecard.json; the path to open comes first."""
    folder = out or (bundle.path if bundle.path.is_dir() else Path()) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    data = build(bundle, judgement.path, house.registry, house.catalogue, house.texts)
    suffix = "" if house.language == "en" else f".{house.language}"
    page = folder / f"report{suffix}.html"
    page.write_text(html(data, house.language), encoding="utf-8")
    (folder / "junit.xml").write_text(junit(data), encoding="utf-8")
    (folder / "scorecard.json").write_bytes((judgement.path / "scorecard.json").read_bytes())
    return [page, folder / "junit.xml", folder / "scorecard.json"]


def show_scorecard(house: House, bundle: Bundle, judgement: Judgement, console: Console) -> None:
    """The scorecard for people; commands in it name the bundle as it is found from here."""
    data = build(bundle, judgement.path, house.registry, house.catalogue, house.texts)
    terminal(replace(data, bundle=str(bundle.path)), console, house.language)


def show_diff(diff: Diff, console: Console) -> None:
    """What is new and worse first."""
    if diff.ruler is not None:
        console.print(
            f"Another ruler than at the time of the old judgement ({diff.ruler.was} -> {diff.ruler.now}): by it "
            f"{len(diff.ruler.kpis)} KPIs of the old record read differently. That is no change of the product.",
            markup=False,
        )
    _changes("New and worse", diff.worse, console, "red")
    _kpis("KPIs worse beyond their interval", [k for k in diff.kpis if k.regression], console)
    _changes("Newly measured, failing", diff.newly_measured, console, "yellow")
    _changes("No longer measured (not fixed)", diff.no_longer_measured, console, "yellow")
    _changes("Gone", diff.gone, console, "green")
    _changes("Remarks", diff.remarks, console, "")
    _kpis("Other KPIs that moved", [k for k in diff.kpis if not k.regression], console)
    console.print(
        f"{len(diff.unchanged)} failures as before, {diff.lost} subjects passed before and were not measured now.", markup=False
    )
    console.print("Regression." if diff.regression else "No regression.", style="bold red" if diff.regression else "bold")


def _changes(title: str, changes: tuple[Change, ...], console: Console, style: str) -> None:
    if not changes:
        return
    table = Table(title=f"{title} ({len(changes)})", title_justify="left", title_style=style or "bold", box=None, pad_edge=False)
    for name in ("check", "subject", "reason", "severity", "exchange"):
        table.add_column(name, overflow="fold")
    for change in changes:
        subject = " ".join(filter(None, (change.subject.operation or change.subject.interface, change.subject.location)))
        table.add_row(change.subject.check, subject, change.code, change.severity, ", ".join(change.exchanges[:1]))
    console.print(table)


def _kpis(title: str, changes: list[KpiChange], console: Console) -> None:
    if not changes:
        return
    table = Table(title=f"{title} ({len(changes)})", title_justify="left", box=None, pad_edge=False)
    for name in ("kpi", "was", "now", "direction"):
        table.add_column(name)
    for change in changes:
        was, now = (f"{f.value or 'not measured'} ({f.numerator}/{f.denominator})" for f in (change.was, change.now))
        table.add_row(change.kpi, was, now, change.direction)
    console.print(table)
