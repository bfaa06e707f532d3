"""Which conformance ladders does a catalogue hold, and does one of them contradict itself?

A ladder is a TOML file in the folder `ladders/` of a catalogue: what it is about, `[[level]]`s from the lowest, and
`[[requirement]]`s, each decided by checks, by a level of some ladder it includes (`conforms`), or by nothing for a `reason`.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cpo_probe.catalogue.rows import Cell, Row, nearest, read
from cpo_probe.errors import UsageError
from cpo_probe.model import Demand, Effect, Ladder, LadderLevel, Obligation, Requirement

_TOP = ("id", "title", "source", "interface", "applies", "claim", "unseen", "refusals")
_LEVEL = ("id", "title", "clause")
_REQUIREMENT = ("id", "level", "clause", "obligation", "text", "checks", "demand", "effect", "conforms", "reason", "conditional")

Rows = Mapping[str, Row]
"""Requirement id -> its row; "" -> the file's own values."""


def read_ladders(folder: Path) -> dict[str, tuple[Ladder, dict[str, Row]]]:
    """Ladders of a catalogue's folder by id, with the rows they were made of.

    Raises `UsageError` with file and line for a typo, a duplicate id or a contradiction within one ladder.
    """
    found: dict[str, tuple[Ladder, dict[str, Row]]] = {}
    for path in sorted((folder / "ladders").glob("*.toml")):
        ladder, rows = _ladder(path)
        if ladder.id in found:
            raise UsageError(f"{rows[''].at('id')}: ladder {ladder.id!r} is there twice: rename or remove one")
        found[ladder.id] = ladder, rows
    return found


def _ladder(path: Path) -> tuple[Ladder, dict[str, Row]]:
    data = read(path)
    top = Row("ladder", f"{path}:1", {name: cell for name, cell in data.items() if isinstance(cell, Cell)})
    top.refuse_unknown(_TOP)
    for name in data.keys() - top.cells.keys() - {"level", "requirement"}:
        raise UsageError(f"{data[name][0].place}: a ladder has no [[{name}]]: it has [[level]] and [[requirement]]")
    levels, requirements = _rows(data, "level", _LEVEL, path), _rows(data, "requirement", _REQUIREMENT, path)
    ladder = Ladder(
        id=top.text("id"),
        title=top.text("title"),
        source=top.text("source"),
        interface=top.text("interface"),
        applies=top.text("applies", ""),
        claim=top.text("claim", ""),
        unseen=top.texts("unseen", ()),
        levels=tuple(LadderLevel(row.text("id"), row.text("title"), row.text("clause")) for row in levels),
        requirements=tuple(map(_requirement, requirements)),
        refusals=top.texts("refusals", ()),
    )
    rows = {"": top} | _by_id(requirements)
    _by_id(levels)
    for id, key, sentence in _complaints(ladder):
        raise UsageError(f"{rows[id].at(key)}: ladder {ladder.id!r}{f', {id}' if id else ''}: {sentence}")
    return ladder, rows


def _rows(data: Mapping[str, Any], name: str, known: tuple[str, ...], path: Path) -> list[Row]:
    rows = data.get(name, [])
    if not rows or isinstance(rows, Cell):
        raise UsageError(f"{path}: expected at least one [[{name}]], found none: a ladder has levels and requirements")
    for row in rows:
        row.refuse_unknown(known)
    return list(rows)


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        id = row.text("id")
        if id in found:
            raise UsageError(f"{row.at('id')}: {row.table} {id!r} is there twice, first in {found[id].place}: rename one")
        found[id] = row
    return found


def _requirement(row: Row) -> Requirement:
    return Requirement(
        id=row.text("id"),
        level=row.text("level"),
        clause=row.text("clause"),
        obligation=row.choice("obligation", Obligation),
        text=row.text("text"),
        checks=row.texts("checks", ()),
        demand=row.choice("demand", Demand) if "demand" in row.cells else Demand.SUPPORT,
        effect=row.choice("effect", Effect) if "effect" in row.cells else Effect.READ,
        conforms=row.text("conforms", ""),
        reason=row.text("reason", ""),
        conditional=row.value("conditional", False, bool, "true or false"),
    )


def _complaints(ladder: Ladder) -> Iterator[tuple[str, str, str]]:
    """(requirement id or "", key, sentence)."""
    order = [level.id for level in ladder.levels]
    for r in ladder.requirements:
        if r.level not in order:
            yield r.id, "level", f"level {r.level!r} is not there{nearest(r.level, order)}"
        said = [name for name in ("checks", "conforms", "reason") if getattr(r, name)]
        if len(said) > 1:
            yield r.id, said[1], f"{' and '.join(said)} exclude each other: keep the one that decides it"
        if not said and r.effect is Effect.READ:
            yield r.id, "checks", "nothing decides it: name checks, or the reason why none does"
        if r.demand is not Demand.SUPPORT and not r.checks:
            yield r.id, "demand", "a demand is made of checks: name them"
    for level in order:
        if not any(r.level == level and r.obligation is Obligation.MUST and r.checks for r in ladder.requirements):
            yield "", "levels", f"no check decides a MUST of level {level!r}: it would be reached by doing nothing"


def check_ladders(ladders: Mapping[str, tuple[Ladder, Rows]]) -> None:
    """Every level that a requirement conforms to exists and lies below; raises `UsageError`."""
    levels = {f"{ladder.id}/{level.id}" for ladder, _ in ladders.values() for level in ladder.levels}
    edges: dict[str, list[str]] = {}
    for ladder, rows in ladders.values():
        for below, level in zip(ladder.levels, ladder.levels[1:], strict=False):
            edges.setdefault(f"{ladder.id}/{level.id}", []).append(f"{ladder.id}/{below.id}")
        for r in ladder.requirements:
            if r.conforms and r.conforms not in levels:
                raise UsageError(f"{rows[r.id].at('conforms')}: level {r.conforms!r} is not there{nearest(r.conforms, levels)}")
            if r.conforms:
                edges.setdefault(f"{ladder.id}/{r.level}", []).append(r.conforms)
    for start in edges:
        _refuse_circle(start, edges, ())


def _refuse_circle(level: str, edges: Mapping[str, list[str]], way: tuple[str, ...]) -> None:
    if level in way:
        raise UsageError(f"levels include each other: {' -> '.join((*way, level))}: take one `conforms` away")
    for below in edges.get(level, ()):
        _refuse_circle(below, edges, (*way, level))
