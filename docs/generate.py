"""Which pages of the reference are written from the program itself, so that they cannot be out of date?

`python docs/generate.py` writes them; `tests/docs` compares.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from cpo_probe.cli.catalogued import users
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.main import app
from cpo_probe.model import Criterion, Kpi
from cpo_probe.registry import CheckDef
from cpo_probe.target import profile_page

FOLDER = Path(__file__).parent / "reference"

EXIT_CODES = """\
## Exit codes

| code | meaning |
|---|---|
| 0 | every selected criterion is fulfilled; nothing new and worse; the evidence is intact |
| 1 | a selected criterion is not fulfilled; with `--baseline` and in `diff`: something is new and worse |
| 2 | a mistake in the command, a profile, a catalogue or a content file, or a disk that cannot be written |
| 3 | something that was selected stayed open: not tested, broken off, or for a person to decide |
| 4 | evidence that cannot be used, or could not be written |

The weightiest counts: 4, 2, 1, 3, 0. `check FILE` ends with 1 when it finds something wrong, `selftest` when a defect was
missed or a false alarm raised.

## What goes where

Text for people goes to the terminal's error stream, except in commands that do nothing else but show something (`report`,
`diff`, `show`, `list`, `explain`, `check`). With `--json` the standard output holds one JSON document and nothing else.
Colours are off when the output is not a terminal, or with `NO_COLOR`.
"""


def cli_page() -> str:
    """Every command with its arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = ["# Command line\n", f"{group.help}\n", "| command | |\n|---|---|"]
    commands = dict(_commands(group))
    parts += [f"| [`{name}`](#{name.replace(' ', '-')}) | {_sentence(command.help)} |" for name, command in commands.items()]
    parts += ["", EXIT_CODES]
    for name, command in commands.items():
        usage = " ".join(["cpo-probe", name, *(_argument(p) for p in command.params if p.param_type_name == "argument")])
        parts += [f"## {name}\n", f"    {usage}\n", f"{_sentence(command.help)}\n", *_parameters(command.params)]
    return "\n".join(parts)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command, those of a group by the name of the group and their own."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def _argument(parameter: Any) -> str:
    name = parameter.name.upper()
    return name if parameter.required else f"[{name}]"


def _parameters(parameters: list[Any]) -> Iterator[str]:
    rows = [p for p in parameters if p.help and p.name != "help"]
    if rows:
        yield "| | meaning | default |\n|---|---|---|"
    for p in rows:
        name = p.name.upper() if p.param_type_name == "argument" else ", ".join(p.opts)
        default = "" if p.default in (None, False, "") or callable(p.default) else f"`{p.default}`"
        yield f"| `{name}` | {p.help} | {default} |"
    yield ""


def _sentence(text: str) -> str:
    return " ".join((text or "").split())


def checks_page(house: House) -> str:
    """Every check: what it claims, why, the clause, the remedy, and which KPIs count it."""
    used = users(house, house.registry.checks)
    checks = [check for _, check in sorted(house.registry.checks.items())]
    parts = [
        "# Checks\n",
        "A check states one claim and judges recorded exchanges by it. Severity says how much a failure matters to an "
        "integrator; whether it counts is decided by the KPIs that use it. `cpo-probe explain ID` says the same.\n",
        "| family | checks |\n|---|---|",
    ]
    families = {family: list(group) for family, group in groupby(checks, key=lambda c: c.id.split(".")[0])}
    parts += [f"| [{family}](#{family}) | {len(group)} |" for family, group in families.items()]
    for family, group in families.items():
        parts += ["", f"## {family}"]
        for check in group:
            parts += ["", *_check(house, check, used.get(check.id, []))]
    return "\n".join(parts) + "\n"


def _check(house: House, check: CheckDef, used: list[str]) -> Iterator[str]:
    words = house.texts.check(check.id)
    yield f"### `{check.id}`\n"
    yield f"**{words.title}.** {check.severity}, {_per(check)}.\n"
    if words.text:
        yield f"{words.text}\n"
    yield f"- Clause: {check.clause}"
    yield f"- Remedy: {words.remedy}"
    yield f"- Counts for: {', '.join(f'`{kpi}`' for kpi in used) or 'no KPI, for information'}"


def _per(check: CheckDef) -> str:
    kind = f" of {check.needs} interfaces" if check.needs else ""
    looks = "all traffic" if check.of == ("*",) else ", ".join(f"`{purpose}`" for purpose in check.of)
    return f"judged per {check.per}{kind} from {looks}"


def catalogue_page(house: House) -> str:
    """Every criterion with its KPIs, category by category."""
    catalogue = house.catalogue
    parts = [
        f"# Catalogue {catalogue.id}\n",
        f"Owner: {catalogue.owner}. These are laboratory criteria that relate to the seven categories of the Code of PLM "
        "Openness; they are not its official text. A level is *confirmed* where a public source states it, otherwise a "
        "*proposal*. A criterion is measured by KPIs, attested by documents, or not measurable from outside, with the reason.\n",
        "| category | criteria | measured | documentary | not measurable |\n|---|---|---|---|---|",
    ]
    for category in catalogue.categories:
        criteria = [c for c in catalogue.criteria if c.category == category.id]
        counts = [sum(c.assessment == kind for c in criteria) for kind in ("measured", "documentary", "not_measurable")]
        parts.append(
            f"| [{category.title}](#{category.id.lower()}-{category.title.lower()}) | {len(criteria)} | "
            + " | ".join(map(str, counts))
            + " |"
        )
    for category in catalogue.categories:
        parts += ["", f"## {category.id} {category.title}\n", f"{category.aim}"]
        for criterion in catalogue.criteria:
            if criterion.category == category.id:
                parts += ["", *_criterion(criterion, [k for k in catalogue.kpis if k.criterion == criterion.id])]
    return "\n".join(parts) + "\n"


def _criterion(criterion: Criterion, kpis: list[Kpi]) -> Iterator[str]:
    assessed = str(criterion.assessment).replace("_", " ")
    yield f"### {criterion.id} {criterion.title}\n"
    presets = ", ".join(criterion.scopes)
    yield f"*{criterion.level} ({criterion.level_source}), {assessed}; presets: {presets}.* {criterion.text}\n"
    if criterion.reason:
        yield f"Why {assessed}: {criterion.reason}\n"
    if criterion.sources:
        yield f"Sources: {'; '.join(criterion.sources)}.\n"
    if kpis:
        yield "| KPI | threshold | counts | by the checks |\n|---|---|---|---|"
    for kpi in kpis:
        checks = [*kpi.checks, *(f"{rung.name}: {' '.join(rung.checks)}" for rung in kpi.rungs), *kpi.ladders] or [kpi.metric]
        floor = f"; only with `{kpi.floor}`" if kpi.floor else ""
        listed = ", ".join(f"`{check}`" for check in checks)
        yield f"| `{kpi.id}` {kpi.title} | {kpi.threshold or 'report only'}{floor} | {kpi.denominator} | {listed} |"


def ladders_page(house: House) -> str:
    """Every conformance ladder: levels, requirements, and what decides them."""
    parts = [
        "# Conformance ladders\n",
        "Levels of conformance that standards define, requirement by requirement, in our own words; the clause leads to the",
        "standard's. A level is reached when every MUST of it and of the levels below is met, does not apply, or cannot be asked",
        'for without changing data or starting work ("over safe operations"). A KPI names the ladder it is made of.',
    ]
    for ladder in house.catalogue.ladders:
        parts += [
            "",
            f"## `{ladder.id}` {ladder.title}\n",
            f"{ladder.source}. About interfaces of the kind `{ladder.interface}`.",
        ]
        for level in ladder.levels:
            parts += ["", f"### {level.title} ({level.clause})\n", "| item | | requirement | decided by |\n|---|---|---|---|"]
            for r in ladder.requirements:
                if r.level == level.id:
                    by = ", ".join(f"`{check}`" for check in r.checks) or (f"`{r.conforms}`" if r.conforms else r.reason)
                    how = "" if r.demand == "support" else f" ({r.demand})"
                    parts.append(f"| {r.clause} | {r.obligation} | {r.text} | {by or f'untestable: would {r.effect}'}{how} |")
    return "\n".join(parts) + "\n"


def pages() -> dict[str, Callable[[], str]]:
    """File name -> what writes it."""
    house = open_house((), None, "en")
    return {
        "catalogue.md": lambda: catalogue_page(house),
        "ladders.md": lambda: ladders_page(house),
        "checks.md": lambda: checks_page(house),
        "cli.md": cli_page,
        "profile.md": profile_page,
    }


if __name__ == "__main__":
    for name, page in pages().items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
