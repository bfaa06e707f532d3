"""Which criteria and KPIs does this catalogue hold?

A catalogue is a TOML file `<id>.toml` or a folder `<id>/` of such files. `extends = "<id>"` lays it over another:
a row with a known id replaces the fields it states, a row with a new id is added, `remove` takes rows away. Conformance
ladders lie in the folder's `ladders/`; one with a known id replaces the other as a whole.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import msgspec

from cpo_probe.catalogue.consistency import check_consistency
from cpo_probe.catalogue.ladders import Rows, check_ladders, read_ladders
from cpo_probe.catalogue.rows import Cell, Row, nearest, read
from cpo_probe.errors import UsageError
from cpo_probe.model import (
    Assessment,
    Catalogue,
    Category,
    Criterion,
    DecisionRule,
    Kpi,
    KpiKind,
    Ladder,
    Level,
    Limits,
    Preset,
    Rung,
)

_KEYS = {"category": "id", "criterion": "id", "kpi": "id", "preset": "name"}
_TOP = ("id", "owner", "extends", "remove")


def available(roots: Iterable[Path]) -> dict[str, Path]:
    """Catalogue id -> file or folder; on equal ids the first root wins."""
    found: dict[str, Path] = {}
    for root in roots:
        for path in sorted((root / "catalogue").glob("*")):
            if (path.suffix == ".toml" and path.is_file()) or (path.is_dir() and any(path.glob("*.toml"))):
                found.setdefault(path.stem if path.is_file() else path.name, path)
    return found


def load(roots: Sequence[Path], path: Path | None = None, id: str | None = None) -> Catalogue:
    """The catalogue at `path` (a user's own file or folder), or the one named `id`, or the newest of the first root.

    Raises `UsageError` with file and line for a typo, a duplicate id, a dangling reference or a contradiction.
    """
    known = available(roots)
    if path is None:
        path = _named(id, known) if id else _newest(roots)
    tables, top, ladders = _assemble(path, known, ())
    check_ladders(ladders)
    catalogue = Catalogue(
        id=_scalar(top, "id", path),
        owner=_scalar(top, "owner", path),
        digest="",
        categories=tuple(map(_category, tables["category"])),
        criteria=tuple(map(_criterion, tables["criterion"])),
        kpis=tuple(map(_kpi, tables["kpi"])),
        presets=tuple(map(_preset, tables["preset"])),
        ladders=tuple(ladder for ladder, _ in ladders.values()),
    )
    check_consistency(catalogue, {row.cells[_KEYS[name]].value: row for name in tables for row in tables[name]})
    meaning = msgspec.json.encode(catalogue, order="deterministic")
    return replace(catalogue, digest=hashlib.sha256(meaning).hexdigest())


def _newest(roots: Sequence[Path]) -> Path:
    """By natural order of the ids: cpo-2026.10 is newer than cpo-2026.9."""
    for root in roots:
        found = available([root])
        if found:
            return found[max(found, key=lambda name: [(int(n or 0), w) for n, w in re.findall(r"(\d+)|(\D+)", name)])]
    raise UsageError(f"no catalogue found below {', '.join(str(r / 'catalogue') for r in roots)}: name one with a path")


def _named(id: str, known: dict[str, Path]) -> Path:
    if id not in known:
        raise UsageError(f"catalogue {id!r} is not known{nearest(id, known)}; a file is given by its path")
    return known[id]


Tables = dict[str, list[Row]]
Ladders = dict[str, tuple[Ladder, Rows]]


def _assemble(path: Path, known: dict[str, Path], seen: tuple[Path, ...]) -> tuple[Tables, dict[str, Cell], Ladders]:
    """Rows of every file of the catalogue and its ladders, laid over those of the catalogue it extends."""
    if path in seen:
        raise UsageError(f"{path}: extends itself by way of {' and '.join(map(str, seen))}: take one `extends` away")
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: expected a catalogue file, or a folder with *.toml: found none")
    tables: Tables = {name: [] for name in _KEYS}
    top: dict[str, Cell] = {}
    for file in files:
        _collect(file, read(file), tables, top)
    for name in tables:
        _refuse_duplicates(tables[name], _KEYS[name])
    ladders: Ladders = dict(read_ladders(path)) if path.is_dir() else {}
    if "extends" not in top:
        if "remove" in top:
            raise UsageError(f"{top['remove'].place}: remove needs `extends`: leave the rows out instead")
        return tables, top, ladders
    extended = top["extends"]
    if not isinstance(extended.value, str) or extended.value not in known:
        raise UsageError(
            f"{extended.place}: extends {extended.value!r}, which is no catalogue{nearest(str(extended.value), known)}"
        )
    base, base_top, base_ladders = _assemble(known[extended.value], known, (*seen, path))
    own = {key: cell for key, cell in top.items() if key not in ("extends", "remove")}
    gone = _removed(base, base_ladders, top.get("remove"))
    kept = {id: ladder for id, ladder in base_ladders.items() if id not in gone}
    return _overlay(base, tables, gone), {**base_top, **own}, {**kept, **ladders}


def _collect(file: Path, data: dict[str, Any], tables: Tables, top: dict[str, Cell]) -> None:
    for name, value in data.items():
        if name in tables and isinstance(value, list):
            tables[name].extend(value)
        elif name in _TOP and isinstance(value, Cell):
            if name in top:
                raise UsageError(f"{value.place}: {name} is stated a second time, first in {top[name].place}: keep one")
            top[name] = value
        else:
            place = value.place if isinstance(value, Cell) else value[0].place
            raise UsageError(f"{place}: a catalogue has no {name!r}{nearest(name, (*_TOP, *(f'[[{n}]]' for n in tables)))}")


def _refuse_duplicates(rows: list[Row], key: str) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        id = row.text(key)
        if id in seen:
            raise UsageError(f"{row.at(key)}: {row.table} {id!r} is there twice, first in {seen[id].place}: rename or remove one")
        seen[id] = row


def _overlay(base: Tables, own: Tables, gone: set[str]) -> Tables:
    merged: Tables = {}
    for name, key in _KEYS.items():
        rows = {row.text(key): row for row in base[name] if row.text(key) not in gone}
        for row in own[name]:
            id = row.text(key)
            rows[id] = row.over(rows[id]) if id in rows else row
        merged[name] = list(rows.values())
    return merged


def _removed(base: Tables, ladders: Ladders, remove: Cell | None) -> set[str]:
    if remove is None:
        return set()
    known = {row.text(key) for name, key in _KEYS.items() for row in base[name]} | ladders.keys()
    if not isinstance(remove.value, list):
        raise UsageError(f"{remove.place}: remove: expected a list of ids, found {remove.value!r}")
    for id in remove.value:
        if id not in known:
            raise UsageError(
                f"{remove.place}: remove names {id!r}, which the extended catalogue does not have{nearest(str(id), known)}"
            )
    return set(remove.value)


def _scalar(top: dict[str, Cell], key: str, path: Path) -> str:
    if key not in top or not isinstance(top[key].value, str) or not top[key].value:
        place = top[key].place if key in top else str(path)
        raise UsageError(f'{place}: expected {key} = "..." at the top of the catalogue: state it')
    value: str = top[key].value
    return value


def _typed(make: Callable[[Row], Any], type: type[Any]) -> Callable[[Row], Any]:
    known = [field.name for field in fields(type)]

    def parse(row: Row) -> Any:
        row.refuse_unknown(known)
        return make(row)

    return parse


_category = _typed(lambda row: Category(row.text("id"), row.text("title"), row.text("aim")), Category)


def _make_criterion(row: Row) -> Criterion:
    return Criterion(
        id=row.text("id"),
        category=row.text("category"),
        level=row.choice("level", Level),
        level_source=row.text("level_source", "proposal"),
        roles=row.texts("roles", ("vendor",)),
        title=row.text("title"),
        text=row.text("text"),
        assessment=row.choice("assessment", Assessment),
        reason=row.text("reason", ""),
        scopes=row.texts("scopes"),
        official_ref=row.text("official_ref", ""),
        sources=row.texts("sources", ()),
    )


def _make_kpi(row: Row) -> Kpi:
    return Kpi(
        id=row.text("id"),
        criterion=row.text("criterion"),
        title=row.text("title"),
        kind=row.choice("kind", KpiKind),
        checks=row.texts("checks", ()),
        unit=row.text("unit", ""),
        metric=row.text("metric", ""),
        quantile=row.text("quantile", ""),
        rungs=tuple(Rung(rung.text("name"), rung.texts("checks")) for rung in row.tables("rungs")),
        threshold=row.text("threshold", ""),
        rule=row.choice("rule", DecisionRule),
        denominator=row.text("denominator"),
        floor=row.text("floor", ""),
        needs=row.texts("needs", ()),
        ladders=row.texts("ladders", ()),
    )


def _make_preset(row: Row) -> Preset:
    limits = row.value("limits", {}, dict, "a table of limits")
    known = [field.name for field in fields(Limits)]
    for name in limits:
        if name not in known:
            raise UsageError(f"{row.at('limits')}: preset {row.text('name')!r} has no limit {name!r}{nearest(name, known)}")
    return Preset(row.text("name"), row.texts("criteria"), row.texts("probes"), dict(limits))


_criterion = _typed(_make_criterion, Criterion)
_kpi = _typed(_make_kpi, Kpi)
_preset = _typed(_make_preset, Preset)
