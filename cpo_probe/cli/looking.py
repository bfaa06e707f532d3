"""`plan` and `discover`: a look at the system that runs no probe."""

import asyncio
import dataclasses
import tempfile
import uuid
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.progress import Progress
from cpo_probe.cli.running import now
from cpo_probe.evidence import Bundle
from cpo_probe.model import Plan, Target
from cpo_probe.registry import Registry
from cpo_probe.run import make_plan, record, waves
from cpo_probe.target import Loaded, load


def discover(target: str, content: tuple[Path, ...], json: bool) -> int:
    """0 when an interface with a description was found, 3 when only pages answered."""
    house = open_house(content, None, "en")
    with tempfile.TemporaryDirectory() as folder:
        bundle = _look(load(target, roots=house.registry.roots), "quick", house, Path(folder) / "look")
        inventory = bundle.inventory
        if json:
            machine(inventory)
        _show_inventory(bundle, people())
        return 0 if any(i.description for i in inventory.interfaces) else 3


def plan(target: str, preset: str, content: tuple[Path, ...], catalogue: Path | None, json: bool) -> int:
    """What would be asked: probe by probe, with the number of units and the most requests they make."""
    house = open_house(content, catalogue, "en")
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(target, roots=house.registry.roots)
        bundle = _look(loaded, preset, house, Path(folder) / "look")
        full = _plan(loaded.target, preset, house)
        rows = _rows(full, bundle, house.registry)
        asked = len(bundle.ids())
        if json:
            machine({"plan": full, "discovery_requests": asked, "probes": rows, "inventory": bundle.inventory})
        console = people()
        _show_inventory(bundle, console)
        _show_rows(rows, asked, full, console)
    return 0


def _plan(target: Target, preset: str, house: House) -> Plan:
    return make_plan(target, house.registry, house.catalogue, preset=preset, run=uuid.uuid4().hex, created=now())


def _look(loaded: Loaded, preset: str, house: House, folder: Path) -> Bundle:
    """Discovery alone, recorded."""
    progress = Progress(people())
    look = dataclasses.replace(_plan(loaded.target, preset, house), probes=())
    with progress.showing():
        return asyncio.run(record(folder, look, house.registry, progress, secrets=loaded.secrets, observe=progress.observe))


def _rows(plan: Plan, bundle: Bundle, registry: Registry) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name in plan.probes:
        probe = registry.probes[name]
        units = sum(len(wave) for wave in waves(probe, plan, bundle.inventory))
        rows.append(
            {
                "probe": name,
                "why": probe.doc.splitlines()[0] if probe.doc else "",
                "effect": probe.effect,
                "units": units,
                "requests_at_most": units * probe.cost,
            }
        )
    return rows


def _show_rows(rows: list[dict[str, object]], asked: int, plan: Plan, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("probe", "effect", "units", "requests at most", "why"):
        table.add_column(name)
    for row in rows:
        table.add_row(*(str(row[k]) for k in ("probe", "effect", "units", "requests_at_most", "why")))
    console.print(table)
    limits = plan.target.limits
    most = sum(int(str(row["requests_at_most"])) for row in rows)
    console.print(
        f"This look asked {asked} times. The run would ask at most {min(most, limits.requests)} times more "
        f"(budget {limits.requests}), {limits.rate:g} a second, {limits.concurrency} at a time: "
        f"about {min(min(most, limits.requests) / limits.rate, limits.seconds):.0f} s.",
        markup=False,
    )


def _show_inventory(bundle: Bundle, console: Console) -> None:
    inventory = bundle.inventory
    table = Table(title="What was tried", title_justify="left", box=None, pad_edge=False)
    for name in ("url", "why", "answer"):
        table.add_column(name, overflow="fold")
    for row in inventory.tried:
        table.add_row(str(row.get("url", "")), str(row.get("why", "")), str(row.get("answer", "")))
    console.print(table)
    counts = Counter(o.interface for o in inventory.operations)
    reads = Counter(o.interface for o in inventory.operations if o.effect == "read")
    found = Table(title="Interfaces", title_justify="left", box=None, pad_edge=False)
    for name in ("id", "title", "version", "operations", "that read", "description", "found"):
        found.add_column(name, overflow="fold")
    for i in inventory.interfaces:
        access = {True: "anonymous", False: "with log-in", None: ""}[i.anonymous] if i.description else "none"
        found.add_row(i.id, i.title, i.version, str(counts[i.id]), str(reads[i.id]), access, i.found)
    console.print(found)
    if inventory.empty:
        console.print("No data: the system answers, but its lists are empty. Most KPIs cannot be measured; seed objects first.")
