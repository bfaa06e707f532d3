"""`list` and `explain`: what there is, and what it means."""

import json as json_
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path

from rich.table import Table
from rich.text import Text

from cpo_probe.catalogue import patterns_of
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.errors import UsageError
from cpo_probe.model import Ladder
from cpo_probe.model.pattern import matches
from cpo_probe.registry.standards import standard_schemas
from cpo_probe.registry.tables import fact_tables

Rows = list[dict[str, str]]
WIDE = 120


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows for machines, and which of their columns people see: always, and on a wide terminal. `hint`: what to do next."""

    rows: Callable[[House], Rows]
    shown: tuple[str, ...]
    wide: tuple[str, ...] = ()
    hint: str = ""


def list_(
    what: str, content: tuple[Path, ...], schemas: tuple[Path, ...], catalogue: Path | None, language: str, json: bool
) -> int:
    """One row per thing."""
    if what not in LISTS:
        near = get_close_matches(what, LISTS, n=1)
        raise UsageError(
            f"list expects one of {', '.join(LISTS)}; found {what!r}" + (f": did you mean {near[0]}?" if near else "")
        )
    listing = LISTS[what]
    rows = listing.rows(open_house(content, catalogue, language, schemas))
    if json:
        machine(rows)
        return 0
    console = people(stdout=True)
    columns = (*listing.shown, *(listing.wide if console.width >= WIDE else ()))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name == columns[0])
    for row in rows:
        table.add_row(*(Text(row[name]) for name in columns))
    console.print(table)
    if listing.hint:
        console.print()
        console.print(Text(listing.hint))
    return 0


def _probes(house: House) -> Rows:
    return [
        {"id": p.id, "interface": p.needs or "any", "effect": p.effect, "what": p.doc.splitlines()[0] if p.doc else ""}
        for _, p in sorted(house.registry.probes.items())
    ]


def _checks(house: House) -> Rows:
    used = users(house, house.registry.checks)
    return [
        {
            "id": c.id,
            "severity": c.severity,
            "use": ", ".join(used.get(c.id, [])) or "informative",
            "claim": house.texts.check(c.id).title,
        }
        for _, c in sorted(house.registry.checks.items())
    ]


def users(house: House, checks: Iterable[str]) -> dict[str, list[str]]:
    """Check -> the KPIs that count it."""
    patterns = [(kpi.id, patterns_of(kpi, house.catalogue)) for kpi in house.catalogue.kpis]
    return {check: [kpi for kpi, of in patterns if matches(check, of)] for check in checks}


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


def _ladders(house: House) -> Rows:
    """One row per level, from the lowest."""
    return [
        {
            "id": f"{ladder.id}/{level.id}",
            "title": house.texts.ladder(ladder.id).title,
            "interface": ladder.interface,
            "requirements": str(sum(r.level == level.id for r in ladder.requirements)),
            "clause": level.clause,
        }
        for ladder in house.catalogue.ladders
        for level in ladder.levels
    ]


def _presets(house: House) -> Rows:
    counts = Counter(preset for c in house.catalogue.criteria for preset in c.scopes)
    return [
        {
            "name": preset.name,
            "probes": " ".join(preset.probes),
            "criteria": str(counts[preset.name]),
            "limits": ", ".join(f"{name} {value:g}" for name, value in preset.limits.items()),
        }
        for preset in house.catalogue.presets
    ]


def _targets(house: House) -> Rows:
    rows: Rows = []
    for root in house.registry.roots:
        for path in sorted((root / "targets").glob("*.toml")):
            text = path.read_text("utf-8")
            comment = " ".join(line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), text.splitlines()))
            address = re.search(r'^base_url\s*=\s*"([^"]*)"', text, re.MULTILINE)
            first = comment.partition(". ")[0].rstrip(".")
            rows.append({"name": path.stem, "what": first, "address": address[1] if address else "yours", "file": str(path)})
    return rows


def _schemas(house: House) -> Rows:
    """Schemas of every file of a bundle and of content's own, then those of standards, from the index and from the user."""
    rows: Rows = []
    for name, digest in house.registry.files.items():
        if name.startswith("schemas/") and name.endswith(".json"):
            path = next(root / name for root in house.registry.roots if (root / name).is_file())
            title, _, describes = str(json_.loads(path.read_bytes()).get("title", "")).partition(": ")
            own = {"licence": "that of cpo-probe", "source": "ours", "state": "as indexed"}
            rows.append({"what": title, "describes": describes, "file": str(path), "sha256": digest, **own})
    for row in standard_schemas(house.registry.roots):
        rows.append(
            {
                "what": row.title,
                "describes": row.used,
                "file": str(row.file or f"install {row.package}"),
                "sha256": row.sha256,
                "licence": row.licence,
                "source": row.uri,
                "state": row.state,
            }
        )
    for table in fact_tables(house.registry.roots):
        named = {"what": table.title, "describes": table.used, "file": str(table.file), "sha256": table.sha256}
        rows.append({**named, "licence": table.licence, "source": table.source, "state": table.state})
    for given in house.registry.schemas.files:
        named = {"what": given.name, "describes": given.namespace, "file": given.name, "sha256": given.sha256}
        rows.append({**named, "licence": "yours to know", "source": given.origin, "state": "yours"})
    return rows


def _formats(house: House) -> Rows:
    """File formats that content describes, with the edition that is current."""
    return [
        {
            "id": one.id,
            "what": one.title,
            "standard": one.standard or f"none, of {one.steward} alone",
            "edition": next((edition.name for edition in one.editions if edition.current), ""),
            "endings": " ".join(one.suffixes),
        }
        for one in house.registry.formats.known
    ]


LISTS: dict[str, Listing] = {
    "probes": Listing(_probes, ("id", "what"), ("interface", "effect"), "More about one: cpo-probe explain ID"),
    "checks": Listing(_checks, ("id", "severity", "claim"), ("use",), "Clause and remedy: cpo-probe explain ID"),
    "kpis": Listing(_kpis, ("id", "threshold", "title"), ("kind",), "Formula and checks: cpo-probe explain ID"),
    "criteria": Listing(_criteria, ("id", "level", "title"), ("assessment",), "Meaning and KPIs: cpo-probe explain ID"),
    "ladders": Listing(_ladders, ("id", "requirements", "title"), ("clause",), "Every requirement: cpo-probe explain LADDER"),
    "presets": Listing(_presets, ("name", "probes", "limits"), ("criteria",), "Use one: cpo-probe run TARGET --preset NAME"),
    "targets": Listing(
        _targets,
        ("name", "address", "what"),
        ("file",),
        'With an address: cpo-probe run NAME. Otherwise write a profile with extends = "NAME" and base_url: cpo-probe init.',
    ),
    "schemas": Listing(
        _schemas,
        ("what", "describes", "state"),
        ("licence", "file"),
        "The schemas are files: cpo-probe list schemas --json names their paths.",
    ),
    "formats": Listing(
        _formats,
        ("id", "what", "standard"),
        ("edition", "endings"),
        "A description is a file of schemas/formats in a folder of content: docs/exports.md.",
    ),
}


def explain(id: str, content: tuple[Path, ...], catalogue: Path | None, language: str) -> int:
    """Everything that is known about one id."""
    house = open_house(content, catalogue, language)
    console = people(stdout=True)
    facts = explained(id, house)
    if not facts:
        known = [*house.registry.checks, *house.registry.probes, *(k.id for k in house.catalogue.kpis)]
        known += [*(c.id for c in house.catalogue.criteria), *(ladder.id for ladder in house.catalogue.ladders)]
        near = get_close_matches(id, known, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; see cpo-probe list checks"
        raise UsageError(f"explain expects the id of a check, KPI, criterion, ladder or probe; found {id!r}{hint}")
    for name, text in facts:
        if text:
            console.print(f"{name}:", style="bold")
            console.print(f"  {text}", markup=False)
    return 0


def explained(id: str, house: House) -> list[tuple[str, str]]:
    """What is known about an id, heading by heading; [] when nothing has it."""
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
            ("Used by", ", ".join(users(house, [id])[id]) or "no KPI: informative"),
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
                ("Conformance ladders", ", ".join(kpi.ladders)),
                ("Only of interfaces", ", ".join(kpi.needs)),
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
    return next((_ladder(ladder, house) for ladder in catalogue.ladders if ladder.id == id.partition("/")[0]), [])


def _ladder(ladder: Ladder, house: House) -> list[tuple[str, str]]:
    """Every requirement, level by level."""
    facts = [
        ("Conformance ladder", f"{ladder.id}, of {ladder.interface} interfaces ({ladder.source})"),
        ("Title", house.texts.ladder(ladder.id).title),
    ]
    for level in ladder.levels:
        lines = []
        for r in ladder.requirements:
            if r.level == level.id:
                said = house.texts.requirement(ladder.id, r.id)
                by = ", ".join(r.checks) or r.conforms or (said.reason if r.reason else f"untestable: would {r.effect}")
                lines.append(f"{r.obligation} {said.text} [{r.clause}] {by}")
        facts.append((f"{level.title} ({level.clause})", "\n  ".join(lines)))
    return facts
