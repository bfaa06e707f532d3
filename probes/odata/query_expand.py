"""OData: which requests show related entities inline? $expand of two relations, checked by reading them, and each option once."""

from collections.abc import Iterator, Sequence
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, Result, odata, probe

from .query_choose import Candidate, choose, propose
from .query_expand_checks import JUDGES
from .query_expand_judge import View, as_related, view_of
from .query_expansions import AGAIN, EXPAND, OPTION, OPTIONS, RELATED, Expansion, Expansions, child_window, entity_at, made
from .query_operators import simple
from .query_stated import expandable
from .query_values import INTEGERS, NUMBERS, TEXT, columns, of
from .window import JSON, REFUSED, Row, Window, Windows, encoded, identity, traits

TOP = 30
"""Rows of which the related entities are shown."""
TRIED, READ, SETS = 2, 2, 2
COST = SETS * 2 * (TRIED + READ) + len(OPTIONS) + 1 + SETS * 2


@probe(
    id="odata.expand",
    needs="odata",
    purposes=(EXPAND, RELATED, AGAIN, *(OPTION.format(kind) for kind in OPTIONS)),
    after="odata.window",
    cost=COST,
)
async def expand(ctx: Context) -> None:
    """Of two sets a relation to many and one to one; what is inside is read by its own URL, too. Each option of $expand once."""
    windows = ctx.fact(Windows)
    model, shown = windows.model, list[tuple[Expansion, Exchange]]()
    if model is None:
        return
    for window in _chosen(model, windows):
        for collection in (True, False):
            shown += await _plain(ctx, model, window, collection)
    known, unexpected = Expansions(tuple(expansion for expansion, _ in shown), ()), set[tuple[str, str]]()
    for expansion, first in shown:
        view = view_of(first, windows, known)
        related = await _related(ctx, model, expansion)
        if isinstance(view, View) and not _fine(as_related(first, view, related)):
            unexpected.add(_place(first))
    for kind, answer in await _options(ctx, model, known.all):
        if not _fine(JUDGES[kind](answer, windows, known)):
            unexpected.add(_place(answer))
    for expansion, first in shown:  # what was unexpected is looked at once more
        if _place(first) in unexpected:
            note = {**first.note, "expand": True}
            await ctx.get(first.request.url, purpose=AGAIN, why="once more", accept=JSON, group=expansion.window.set, note=note)


def _fine(said: Result) -> bool:
    return said.outcome.value in ("pass", "not_applicable")


def _place(exchange: Exchange) -> tuple[str, str]:
    return str(exchange.note["set"]), str(exchange.note["navigation"])


def _chosen(model: CsdlModel, windows: Windows) -> list[Window]:
    """The most useful window, and one that shows what it does not: a recursive relation, or one that may be missing."""
    best = windows.best()
    own = traits(model, best[0].type) if best else frozenset()
    rest = sorted(best[1:], key=lambda w: -len(_RELATIONS & traits(model, w.type) - own))
    return [*best[:1], *rest[: SETS - 1]]


_RELATIONS = frozenset({"recursive", "none or one", "many", "one"})


async def _plain(ctx: Context, model: CsdlModel, window: Window, collection: bool) -> list[tuple[Expansion, Exchange]]:
    """The first relation of that kind that has data; at most two are tried."""
    second: list[tuple[Expansion, Exchange]] = []
    for name in _navigations(model, window, collection)[:TRIED]:
        note = {"set": window.set, "navigation": name, "name": name, "top": TOP}
        url = f"{window.url}?$expand={encoded(name)}&$top={TOP}"
        exchange = await ctx.get(url, purpose=EXPAND, why=f"with {name} inline", accept=JSON, group=window.set, note=note)
        found = [(expansion, exchange) for expansion in made(model, ctx.interface.url, [exchange])]
        if exchange.status in REFUSED:
            return []
        if any(row[name] for expansion, _ in found for row in expansion.window.rows):
            return found
        second = second or found
    return second


def _navigations(model: CsdlModel, window: Window, collection: bool) -> list[str]:
    """Recursive relations first among those to many, those that may be missing among the others."""
    found = [
        member
        for member in model.members(window.type).values()
        if isinstance(member, odata.csdl.NavigationProperty) and member.type.collection == collection
        if model.entity(member.type.name) and expandable(model, window.set, member.name)
    ]
    own = window.type.qualified
    return [m.name for m in sorted(found, key=lambda m: m.type.name != own if collection else not m.nullable)]


async def _related(ctx: Context, model: CsdlModel, expansion: Expansion) -> list[Exchange]:
    """The related entities of a row or two by their own URL."""
    window, name = expansion.window, expansion.navigation
    rows = [row for row in window.rows if row[name]] or list(window.rows)
    made = []
    for row in rows[: READ if isinstance(rows[0][name], list) else 1]:
        try:
            key = odata.key_predicate(model, window.type, row)
        except odata.NoKey:
            continue
        note = {"set": window.set, "navigation": name, "row": identity(row, window.key)}
        url = f"{window.url}{key}/{odata.encode(name)}"
        made.append(await ctx.get(url, purpose=RELATED, why=f"{name} of one of them", accept=JSON, group=window.set, note=note))
    return made


async def _options(ctx: Context, model: CsdlModel, shown: Sequence[Expansion]) -> list[tuple[str, Exchange]]:
    """Each option once, on the first relation that can show it."""
    asked: set[str] = set()
    made = []
    for expansion in shown:
        for kind, name, text, note in _asked(model, expansion):
            if name in asked:
                continue
            asked.add(name)
            window = expansion.window
            url = f"{window.url}?$expand={encoded(text, nested=True)}&$top={TOP}"
            said = {"set": window.set, "navigation": expansion.navigation, "name": name, "top": TOP, **note}
            answer = await ctx.get(url, purpose=OPTION.format(kind), why=text, accept=JSON, group=window.set, note=said)
            made.append((kind, answer))
    return made


def _asked(model: CsdlModel, expansion: Expansion) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Purpose, name, value of $expand, note."""
    name, window = expansion.navigation, expansion.window
    children = child_window(model, expansion)
    if children is None or not children.rows:
        return
    known = columns(model, children)
    shown = next((c.path for c in of(known, TEXT, *NUMBERS, "Edm.Boolean") if "/" not in c.path), "")
    if shown and len(known) > 1 + len(children.key):  # else there may be nothing to be left out
        yield "select", "$select", f"{name}($select={shown})", {"property": shown}
    if not isinstance(window.rows[0][name], list):
        return
    question = choose(model, children, propose("", "", [Candidate(part) for part in simple(model, known)]), "")
    if question is not None:
        yield "filter", "$filter", f"{name}($filter={question.text})", {"expression": odata.to_note(question.expression)}
    ordered = [c for c in of(known, *NUMBERS) if len(c.known) > 1 and not c.nulls and "/" not in c.path]
    if ordered:
        path = ordered[0].path
        yield "orderby", "$orderby", f"{name}($orderby={path} desc)", {"order": [path, True]}
    unique = next((c.path for c in of(known, *INTEGERS) if _unique(window, name, c.path)), "")
    if unique:
        for option in ("top", "skip"):
            yield (
                "paging",
                f"${option}",
                f"{name}($orderby={unique};${option}=1)",
                {"order": [unique, False], f"nested_{option}": 1},
            )
    yield "count", "$count", f"{name}($count=true)", {}
    yield "ref", "$ref", f"{name}/$ref", {}
    if entity_at(model, window.type, name) is not None and _recursive(model, window, name):
        yield "levels", "$levels", f"{name}($levels=2)", {}


def _unique(window: Window, name: str, path: str) -> bool:
    """Whether the value tells the related entities of each row apart, and some row has several."""
    lists: list[list[Row]] = [row[name] for row in window.rows]
    values = [[child.get(path) for child in children] for children in lists]
    return "/" not in path and any(len(v) > 1 for v in values) and all(len(set(v)) == len(v) and None not in v for v in values)


def _recursive(model: CsdlModel, window: Window, name: str) -> bool:
    """Whether what is related has the same relation again."""
    there = entity_at(model, window.type, name)
    return there is not None and name in model.members(there) and model.derives(there.qualified, window.type.qualified)
