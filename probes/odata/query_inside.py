"""OData: can a part of what is shown be chosen? $filter inside of $select, and $expand behind a type cast."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Interface,
    fact,
    odata,
    probe,
)

from .metadata import Odata
from .query_choose import Operation, Path
from .query_operators import simple
from .query_stated import expandable, states_401
from .query_values import item_columns
from .window import JSON, Row, Window, Windows, encoded, windows_of

PART, CAST = "odata.query.select-filter", "odata.query.expand-cast"
SEEN, AGAIN = "odata.query.inside", "odata.query.inside-again"
TOP, TRIED, SETS = 40, 12, 2
WAYS = (False, True)


@dataclass(frozen=True, slots=True)
class Inside:
    """The first rows of sets that have such parts; `again`: the same, read once more at the end."""

    seen: tuple[Window, ...]
    again: tuple[Window, ...]

    def of(self, name: str) -> Window | None:
        return next((window for window in self.seen if window.set == name), None)


@fact
def rows_seen(api: Odata, interface: Interface, evidence: Evidence) -> Inside:
    """What was read for these two questions."""
    if api.model is None or api.old:
        return Inside((), ())
    first, again = (evidence.select(purpose=purpose, interface=interface.id) for purpose in (SEEN, AGAIN))
    return Inside(tuple(windows_of(api.model, interface.url, first)), tuple(windows_of(api.model, interface.url, again)))


@dataclass(frozen=True, slots=True)
class Part:
    """A collection of complex values, and a condition that some of its members satisfy."""

    property: str
    condition: Operation


@probe(id="odata.inside", needs="odata", purposes=(SEEN, PART, CAST, AGAIN), after="odata.window", cost=2 * SETS + 4)
async def inside(ctx: Context) -> None:
    """Where 4.01 is stated the members of a collection that satisfy a condition; what only a derived type relates to, inline."""
    windows = ctx.fact(Windows)
    model, done = windows.model, set[str]()
    if model is None:
        return
    rows: dict[str, Exchange] = {}
    for wanted in (PART, CAST) if states_401(model, windows) else (CAST,):
        for name in _sets(model, wanted)[:SETS]:
            if name not in rows:
                rows[name] = await _rows(ctx, name, SEEN)
            for window in windows_of(model, ctx.interface.url, [rows[name]]):
                if wanted not in done and await _ask(ctx, model, window, wanted):
                    done.add(wanted)
                    if wanted == PART:
                        await _rows(ctx, name, AGAIN)


async def _rows(ctx: Context, name: str, purpose: str) -> Exchange:
    url, why = f"{ctx.interface.url}/{name}?$top={TOP}", f"the first {TOP} rows of {name}"
    return await ctx.get(url, purpose=purpose, why=why, accept=JSON, group=name, note={"set": name, "top": TOP})


def _sets(model: CsdlModel, wanted: str) -> list[str]:
    """Sets whose type has a collection of complex values, or a derived type with relations of its own."""
    found = []
    for name, one in sorted(model.sets.items()):
        type = model.entity(one.type)
        if type is not None and (list(_collections(model, type)) if wanted == PART else list(_own(model, type))):
            found.append(name)
    return found


def _collections(model: CsdlModel, type: odata.csdl.EntityType) -> Iterator[tuple[str, odata.csdl.ComplexType]]:
    for name, member in model.members(type).items():
        inner = model.structured(member.type.name)
        if isinstance(member, odata.csdl.Property) and member.type.collection and isinstance(inner, odata.csdl.ComplexType):
            yield name, inner


def _own(model: CsdlModel, type: odata.csdl.EntityType) -> Iterator[tuple[str, str]]:
    """Derived types and the relations that only they have."""
    for derived in model.derived(type.qualified):
        yield from ((derived.qualified, navigation.name) for navigation in derived.navigation)


async def _ask(ctx: Context, model: CsdlModel, window: Window, wanted: str) -> bool:
    """Whether the rows of the window gave occasion for the question."""
    if wanted == PART:
        part = next(_parts(model, window), None)
        if part is not None:
            chosen = ",".join([*window.key, f"{part.property}($filter={odata.write(model, part.condition)})"])
            note = {"property": part.property, "condition": odata.to_note(part.condition), "name": "$filter"}
            await _get(ctx, window, PART, "$select", chosen, note)
        return part is not None
    for type, navigation in _own(model, window.type):
        shown = any(is_a(model, window, row, type) for row in window.rows)
        if shown and expandable(model, window.set, f"{type}/{navigation}"):
            note = {"type": type, "navigation": navigation, "name": "cast"}
            await _get(ctx, window, CAST, "$expand", f"{type}/{navigation}", note)
            return True
    return False


async def _get(ctx: Context, window: Window, purpose: str, option: str, text: str, note: dict[str, Any]) -> Exchange:
    url = f"{window.url}?{option}={encoded(text)}&$top={TOP}"
    said = {"set": window.set, **note}
    return await ctx.get(url, purpose=purpose, why=f"{option}={text}", accept=JSON, group=window.set, note=said)


def _parts(model: CsdlModel, window: Window) -> Iterator[Part]:
    """Conditions that some members satisfy and others do not, whatever the collation."""
    for name, type in _collections(model, window.type):
        listed = [item for row in window.rows for item in members(row, name)] if name not in window.hidden else []
        for condition in simple(model, item_columns(model, type, listed, "x"), TRIED) if listed else ():
            if isinstance(condition.left, Path):
                inner = Operation(condition.operator, Path(condition.left.text.removeprefix("x/")), condition.right)
                strict, loose = (len(odata.keep(model, type, inner, listed, loose=way)) for way in WAYS)
                if 0 < strict == loose < len(listed):
                    yield Part(name, inner)


def is_a(model: CsdlModel, window: Window, row: Row, type: str) -> bool:
    return odata.casting.is_of(model, row, window.type.qualified, type)


def members(row: Row, name: str) -> list[Row]:
    """Members of a collection that are objects."""
    value = row.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
