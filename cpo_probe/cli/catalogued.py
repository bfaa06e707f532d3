"""`list` and `explain`: what there is, and what it means."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from rich.table import Table

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.errors import UsageError

Rows = list[dict[str, str]]


def list_(what: str, content: tuple[Path, ...], catalogue: Path | None, language: str, json: bool) -> int:
    """One row per thing."""
    if what not in LISTS:
        raise UsageError(f"list expects one of {', '.join(LISTS)}; found {what!r}")
    rows = LISTS[what](open_house(content, catalogue, language))
    if json:
        machine(rows)
        return 0
    table = Table(box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    people(stdout=True).print(table)
    return 0


def _probes(house: House) -> Rows:
    return [
        {"id": p.id, "interface": p.needs or "any", "effect": p.effect, "what": p.doc.splitlines()[0] if p.doc else ""}
        for _, p in sorted(house.registry.probes.items())
    ]


def _checks(house: House) -> Rows:
    used = _used(house)
    return [
        {
            "id": c.id,
            "severity": c.severity,
            "use": ", ".join(used.get(c.id, [])) or "informative",
            "claim": house.texts.check(c.id).title,
        }
        for _, c in sorted(house.registry.checks.items())
    ]


def _used(house: House) -> dict[str, list[str]]:
    used: dict[str, list[str]] = {}
    for kpi in house.catalogue.kpis:
        patterns = [*kpi.checks, *(c for rung in kpi.rungs for c in rung.checks)]
        for id in sorted({c.id for pattern in patterns for c in house.registry.checks_for(pattern)}):
            used.setdefault(id, []).append(kpi.id)
    return used


def _kpis(house: House) -> Rows:
    return [
        {
            "id": k.id,
            "criterion": k.criterion,
            "kind": k.kind,
            "threshold": k.threshold or "report only",
            "title": house.texts.kpi(k.id).title,
        }
        for k in house.catalogue.kpis
    ]


def _criteria(house: House) -> Rows:
    return [
        {
            "id": c.id,
            "level": f"{c.level} ({c.level_source})",
            "assessment": c.assessment,
            "title": house.texts.criterion(c.id).title,
        }
        for c in house.catalogue.criteria
    ]


def _targets(house: House) -> Rows:
    rows: Rows = []
    for root in house.registry.roots:
        for path in sorted((root / "targets").glob("*.toml")):
            first = next((line.lstrip("# ") for line in path.read_text("utf-8").splitlines() if line.startswith("#")), "")
            rows.append({"name": path.stem, "what": first, "file": str(path)})
    return rows


def _schemas(house: House) -> Rows:
    return [{"file": name, "sha256": digest} for name, digest in house.registry.files.items() if name.startswith("schemas/")]


LISTS: dict[str, Callable[[House], Rows]] = {
    "probes": _probes,
    "checks": _checks,
    "kpis": _kpis,
    "criteria": _criteria,
    "targets": _targets,
    "schemas": _schemas,
}


def explain(id: str, content: tuple[Path, ...], catalogue: Path | None, language: str) -> int:
    """Everything that is known about one id."""
    house = open_house(content, catalogue, language)
    console = people(stdout=True)
    explained = _explain(id, house)
    if explained is None:
        known = [*house.registry.checks, *house.registry.probes, *(k.id for k in house.catalogue.kpis)]
        known += [c.id for c in house.catalogue.criteria]
        near = get_close_matches(id, known, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; see cpo-probe list checks"
        raise UsageError(f"explain expects the id of a check, KPI, criterion or probe; found {id!r}{hint}")
    for name, text in explained:
        if text:
            console.print(f"{name}:", style="bold")
            console.print(f"  {text}", markup=False)
    return 0


def _explain(id: str, house: House) -> list[tuple[str, str]] | None:
    registry, catalogue, texts = house.registry, house.catalogue, house.texts
    if check := registry.checks.get(id):
        words = texts.check(id)
        return [
            ("Check", f"{id} ({check.severity})"),
            ("Claim", words.title),
            ("Why", words.text),
            ("Clause", check.clause),
            ("Remedy", words.remedy),
            ("Looks at", f"{', '.join(check.of)}, per {check.per}"),
            ("Used by", ", ".join(_used(house).get(id, [])) or "no KPI: informative"),
        ]
    if probe := registry.probes.get(id):
        return [
            ("Probe", id),
            ("Asks", probe.doc),
            ("Interface", probe.needs or "any"),
            ("Effect", probe.effect),
            ("Records", ", ".join(probe.purposes)),
            ("Requests", f"at most {probe.cost} per {'operation' if probe.per_operation else 'interface'}"),
        ]
    for kpi in catalogue.kpis:
        if kpi.id == id:
            return [
                ("KPI", f"{id} of {kpi.criterion}"),
                ("Title", texts.kpi(id).title),
                ("Formula", f"{kpi.kind}, unit {kpi.unit}: {kpi.denominator}"),
                ("Threshold", f"{kpi.threshold or 'report only'} (a proposal of {catalogue.owner}, {catalogue.id})"),
                ("Decision rule", kpi.rule),
                ("Checks", ", ".join((*kpi.checks, *(f"{r.name}: {' '.join(r.checks)}" for r in kpi.rungs)))),
                ("Only together with", kpi.floor),
            ]
    for criterion in catalogue.criteria:
        if criterion.id == id:
            said = texts.criterion(id)
            return [
                (
                    "Criterion",
                    f"{id}, {criterion.level} ({criterion.level_source}), a laboratory criterion related to a CPO category",
                ),
                ("Title", said.title),
                ("Meaning", said.text),
                ("Assessment", criterion.assessment),
                ("Reason", said.reason),
                ("KPIs", ", ".join(k.id for k in catalogue.kpis if k.criterion == id)),
                ("In presets", ", ".join(criterion.scopes)),
            ]
    return None
