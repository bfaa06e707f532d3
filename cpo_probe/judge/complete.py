"""Which planned cells (check × interface or operation) ended without a word, and why?

The inventory is the denominator. A probe's unit that is done and recorded nothing for a purpose states that the
operation gave no occasion for it; a unit that was refused, cut short, crashed or not answered states why.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cpo_probe.judge.fitness import PLACE, Trouble
from cpo_probe.judge.tally import Tally
from cpo_probe.judge.worker import DESCRIPTION
from cpo_probe.model import (
    Blocker,
    Interface,
    Inventory,
    Outcome,
    Plan,
    Result,
    Subject,
    Unit,
    UnitState,
    Where,
)
from cpo_probe.model.pattern import matches
from cpo_probe.registry import CheckDef, ProbeDef, Registry

DISCOVERY: PLACE = ("discovery", "", "")
_FED = ("exchange", "group", "artifact")  # judged where the probe that feeds them asks


@dataclass(frozen=True, slots=True)
class Cell:
    """One planned judgement and the probes that feed it."""

    check: CheckDef
    interface: str
    operation: str
    probes: tuple[str, ...]


def cells(registry: Registry, plan: Plan, inventory: Inventory) -> Iterator[Cell]:
    """Every cell the plan asks for, in a fixed order."""
    purposes = {purpose for probe in registry.probes.values() for purpose in probe.purposes}
    for id in sorted(registry.checks):
        check = registry.checks[id]
        feeders = _feeders(registry, check, purposes)
        if check.per == "run":
            yield Cell(check, "", "", tuple(p.id for p in feeders))
            continue
        for interface in inventory.interfaces:
            if check.needs not in ("", interface.kind):
                continue
            for operation in _operations(check, feeders, interface, plan, inventory):
                relevant = tuple(p.id for p in feeders if p.needs in ("", interface.kind))
                if relevant or DESCRIPTION in check.of or check.of == ("*",):
                    yield Cell(check, interface.id, operation, relevant)


def _feeders(registry: Registry, check: CheckDef, purposes: Iterable[str]) -> list[ProbeDef]:
    """Probes that record a purpose the check looks at; rules over all traffic have none of their own."""
    if check.of == ("*",):
        return []
    wanted = {purpose for purpose in purposes if matches(purpose, check.of)}
    return [probe for probe in registry.probes.values() if not wanted.isdisjoint(probe.purposes)]


def _operations(
    check: CheckDef, feeders: list[ProbeDef], interface: Interface, plan: Plan, inventory: Inventory
) -> tuple[str, ...]:
    per_operation = check.per == "operation" or (
        check.per in _FED and any(p.per_operation for p in feeders if p.needs in ("", interface.kind))
    )
    if not per_operation:
        return ("",)
    whole = DESCRIPTION in check.of
    return tuple(o.id for o in inventory.operations if o.interface == interface.id and (whole or plan.covers(o)))


def complete(
    tally: Tally,
    registry: Registry,
    plan: Plan,
    inventory: Inventory,
    units: Iterable[Unit],
    *,
    troubles: Mapping[PLACE, Trouble] | None = None,
    ended: bool = True,
) -> None:
    """Add an outcome for every cell that has none.

    `troubles`: units that asked and were not answered. `ended`: the record is sealed, no further units will come.
    """
    said = {(s.check, s.interface, s.operation) for s in tally.subjects()}
    said_somewhere = {(s.check, s.interface) for s in tally.subjects()}
    table = {(u.probe, u.interface, u.operation): u for u in units}
    descriptions = {i.id: i.description for i in inventory.interfaces}
    for cell in cells(registry, plan, inventory):
        key = (cell.check.id, cell.interface, cell.operation)
        spoken = key in said if cell.operation else (cell.check.id, cell.interface) in said_somewhere
        if not spoken:
            subject = Subject(cell.check.id, cell.interface, cell.operation, "")
            reason = _silence(cell, plan, table, troubles or {}, ended)
            cited = "" if reason.exchanges else descriptions.get(cell.interface, "")
            tally.add(subject, cell.check.severity, reason, cited)


def _silence(cell: Cell, plan: Plan, table: Mapping[PLACE, Unit], troubles: Mapping[PLACE, Trouble], ended: bool) -> Result:
    """The weightiest reason among the probes that should have fed the cell."""
    if not cell.probes:
        return _asked_in_vain(cell.check, troubles.get(DISCOVERY)) or _result(Outcome.NOT_TESTED, Blocker.PRECONDITION)
    selected = [name for name in cell.probes if name in plan.probes]
    if not selected:
        return _result(Outcome.NOT_TESTED, Blocker.NOT_SELECTED)
    units = [u for name in selected for u in _units(table, name, cell)]
    for unit in units:
        if unit.state is UnitState.CRASHED:
            return Result(Outcome.ERROR, "probe_crashed", {"probe": unit.probe}, None, None, Where(), "", ())
    for unit in units:
        if unit.blocker is not None:
            return _result(Outcome.NOT_TESTED, unit.blocker, probe=unit.probe)
    if not units:
        return _result(Outcome.NOT_TESTED, Blocker.PRECONDITION if ended else Blocker.INTERRUPTED)
    for unit in units:
        hindered = _hindered(cell.check, troubles.get((unit.probe, unit.interface, unit.operation)))
        if hindered is not None:
            return hindered
    return _result(Outcome.NOT_APPLICABLE, "no_occasion")


def _hindered(check: CheckDef, trouble: Trouble | None) -> Result | None:
    """What the check looks at was asked and not answered, or the probe gave up before it could ask."""
    return _asked_in_vain(check, trouble) or (trouble.last if trouble else None)


def _asked_in_vain(check: CheckDef, trouble: Trouble | None) -> Result | None:
    purposes = trouble.purposes.items() if trouble else ()
    return next((r for purpose, r in purposes if matches(purpose, check.of)), None)


def _units(table: Mapping[PLACE, Unit], probe: str, cell: Cell) -> list[Unit]:
    found = [
        table.get((probe, cell.interface, cell.operation)),
        table.get((probe, cell.interface, "")),
        table.get((probe, "", "")),
    ]
    return [u for u in found if u is not None]


def _result(outcome: Outcome, code: str, **params: str) -> Result:
    return Result(outcome, str(code), dict(params), None, None, Where(), "", ())
