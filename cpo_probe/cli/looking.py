"""`plan` and `discover`: a look at the system that runs no probe."""

import asyncio
import dataclasses
import tempfile
import uuid
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.log_in import log_in
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.progress import Progress
from cpo_probe.cli.running import now, unreachable
from cpo_probe.evidence import Bundle
from cpo_probe.model import Interface, Operation, Plan, Target
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
    """What would be asked: probe by probe, with the number of units and the most requests they make; 3 when nothing answers."""
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
        if not unreachable(bundle):
            _show_rows(rows, asked, full, console)
        return 3 if unreachable(bundle) else 0


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
                "reading_posts": list(probe.posts),
                "units": units,
                "requests_at_most": units * probe.cost,
            }
        )
    return rows


_COLUMNS = ("units", "requests_at_most", "why")


def _effect(row: dict[str, object]) -> str:
    """What the probe does, and where it reads by POST: "read (POST $batch)"."""
    posts = row["reading_posts"]
    return f"{row['effect']} (POST {', '.join(posts)})" if isinstance(posts, list) and posts else str(row["effect"])


def _show_rows(rows: list[dict[str, object]], asked: int, plan: Plan, console: Console) -> None:
    table = _table(
        f"What preset {plan.preset} would ask", ("probe", "effect", "units", "requests at most", "why"), numbers=(2, 3)
    )
    for row in rows:
        if row["units"]:  # the system has no interface of that kind otherwise
            table.add_row(*(Text(text) for text in (str(row["probe"]), _effect(row), *(str(row[k]) for k in _COLUMNS))))
    console.print(table)
    console.print()
    console.print(Text(log_in(plan.target)))
    limits = plan.target.limits
    most = sum(int(str(row["requests_at_most"])) for row in rows)
    console.print(
        Text(
            f"This look asked {asked} times, for descriptions and for whether there are data; no probe ran. The run would ask at "
            f"most {min(most, limits.requests)} times more (budget {limits.requests}), {limits.rate:g} a second, "
            f"{limits.concurrency} at a time: about {min(min(most, limits.requests) / limits.rate, limits.seconds):.0f} s."
        )
    )


def _show_inventory(bundle: Bundle, console: Console) -> None:
    inventory, base = bundle.inventory, bundle.plan.target.base_url
    if silent := unreachable(bundle):
        console.print(Text(silent, style="bold red"))
    table = _table(f"What was tried below {base}", ("address", "answer", "why"))
    for row in inventory.tried:
        table.add_row(*(Text(t) for t in (_below(str(row["url"]), base), str(row["answer"]), str(row["why"]))))
    console.print(table)
    console.print()
    if not inventory.interfaces:
        console.print(Text("No interface was found.", style="bold"))
    for interface in inventory.interfaces:
        _show_interface(interface, [o for o in inventory.operations if o.interface == interface.id], console)
    if inventory.empty:
        console.print("No data: the system answers, but its lists are empty. Most KPIs cannot be measured; seed objects first.")
    console.print()


def _show_interface(interface: Interface, operations: list[Operation], console: Console) -> None:
    """Three lines: what it is, what can be asked, and why we believe that it is there."""
    console.print(Text(" ".join(filter(None, (interface.id, interface.title, interface.version))), style="bold"))
    reading = sum(o.effect == "read" for o in operations)
    described = {True: "described, for strangers too", False: "described, after log-in only", None: "described"}
    said = described[interface.anonymous] if interface.description else "without a description"
    console.print(Text(f"  {said}; {len(operations)} operations, {reading} of them only read; asked at {interface.url}"))
    console.print(Text(f"  {interface.found}", style="dim"))


def _below(url: str, base: str) -> str:
    return "/" + url.removeprefix(base) if url.startswith(base) else url


def _table(title: str, columns: tuple[str, ...], numbers: tuple[int, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for n, name in enumerate(columns):
        table.add_column(name, overflow="fold", justify="right" if n in numbers else "left")
    return table
