"""OData: does $filter keep the rows that it has to keep? Each operator and function is asked for once, where the data show it."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, Result, failed, not_applicable, odata, passed, probe

from .query_answer import (
    AGAIN,
    COMPUTING,
    STATUS,
    Difference,
    Later,
    malformed,
    no_window,
    not_computable,
    query,
    received,
    refusal,
    settle,
    whole,
)
from .query_choose import Proposal, Question, choose, narrow, resolved
from .query_expansions import Expansions
from .query_functions import functions
from .query_operators import equalities, operators
from .query_related import related
from .query_stated import claims_function, filterable, states_401
from .query_values import columns
from .window import JSON, ROWS, Row, Window, Windows, encoded, identity, items, read_pages

FILTER = "odata.query.filter"
PURPOSE = FILTER + ".{}"
FEATURES = (
    "eq-ne", "comparison", "logical", "in", "arithmetic", "null", "enum", "alias", "case", "string", "date", "math", "type",
    "conditional", "collection", "lambda", "count", "navigation", "null-navigation",
)  # fmt: skip
UNKNOWN = PURPOSE.format("unknown-property")
MOST = 100
"""Questions of one service: there are fewer operators and functions."""


@probe(
    id="odata.filter",
    needs="odata",
    purposes=(*map(PURPOSE.format, FEATURES), UNKNOWN, AGAIN),
    after=("odata.window", "odata.expand"),
    cost=MOST + 20,
)
async def filters(ctx: Context) -> None:
    """One $filter for each operator and function, with values that were seen; what was unexpected is looked at once more."""
    windows, expansions = ctx.fact(Windows), ctx.fact(Expansions)
    if windows.model is None or not windows.read:
        return
    model, unexpected = windows.model, dict[str, None]()
    for question in questions(model, windows, expansions, states_401(model, windows)):
        exchange = await _ask(ctx, question)
        if judge(model, exchange, question.window, Later(())).outcome.value not in ("pass", "not_applicable"):
            unexpected[question.window.set] = None
    await _unknown(ctx, windows.best()[0])
    for name in unexpected:
        await again(ctx, name, "odata.filter")


async def again(ctx: Context, name: str, asker: str) -> None:
    """The window once more; the note says for whom."""
    await read_pages(ctx, name, AGAIN, asker=asker)


async def _ask(ctx: Context, question: Question) -> Exchange:
    window = question.window
    top = None if window.complete else ROWS
    note = {
        "set": window.set,
        "name": question.name,
        "over": question.over,
        "expression": odata.to_note(question.expression),
        "filter": question.text,
        **({"top": top} if top else {}),
    }
    options = [("$filter", question.text), *question.options, *([("$top", str(top))] if top else [])]
    url = window.url + "?" + "&".join(f"{name}={encoded(text)}" for name, text in options)
    why = f"{question.name}: {question.text}"
    return await ctx.get(url, purpose=PURPOSE.format(question.feature), why=why, accept=JSON, group=window.set, note=note)


async def _unknown(ctx: Context, window: Window) -> None:
    word = "CpoProbe" + hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]
    url = f"{window.url}?$filter={word}%20eq%201"
    note = {"set": window.set, "name": "unknown property"}
    await ctx.get(url, purpose=UNKNOWN, why="a property that nobody has", accept=JSON, group=window.set, note=note)


def questions(model: CsdlModel, windows: Windows, expansions: Expansions, new: bool) -> Iterator[Question]:
    """Each operator and function once, of the window that shows it best."""
    asked: set[tuple[str, str]] = set()
    narrowing: dict[tuple[str, str], list[odata.Expression]] = {}
    for proposal, window, over in _proposals(model, windows, expansions):
        key = (proposal.feature, proposal.name)
        if key in asked or (proposal.new and not new):
            continue
        place = (window.set, over)
        if place not in narrowing:
            narrowing[place] = [] if window.complete else narrow(model, window, equalities(columns(model, window)))
        question = choose(model, window, proposal, over, narrowing[place])
        if question is not None:
            asked.add(key)
            yield question


def _proposals(model: CsdlModel, windows: Windows, expansions: Expansions) -> Iterator[tuple[Proposal, Window, str]]:
    usable = [window for window in windows.best() if filterable(model, window.set)]
    for window in usable:
        known = [column for column in columns(model, window) if filterable(model, window.set, column.path)]
        for proposal in (*operators(model, known), *functions(model, window, known), *related(model, window)):
            yield proposal, window, ""
    for expansion in expansions.all:
        if filterable(model, expansion.window.set, expansion.navigation):
            for proposal in related(model, expansion.window):
                yield proposal, expansion.window, expansion.navigation


def yardstick(exchange: Exchange, windows: Windows, expansions: Expansions) -> Window | None:
    """The rows that the question was made from."""
    name, over = str(exchange.note.get("set", "")), str(exchange.note.get("over", ""))
    return expansions.window(name, over) if over else windows.of(name)


def judge(model: CsdlModel, exchange: Exchange, window: Window | None, later: Later) -> Result:
    """Whether the rows are the right ones: sound in every row, complete as far as the window shows and the answer is whole."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name, claimed=claims_function(model, name))
    if refused is not None:
        return refused
    listed = items(exchange)
    if listed is None:
        return malformed(exchange, name)
    if window is None:
        return no_window(name)
    try:
        difference = _difference(model, exchange, window, listed)
    except COMPUTING:
        return not_computable(name)
    return passed(location=name, query=query(exchange)) if difference.none else settle(difference, window, later, exchange, name)


def _difference(model: CsdlModel, exchange: Exchange, window: Window, listed: Sequence[Row]) -> Difference:
    expression = resolved(odata.from_note(exchange.note.get("expression")), window.at)

    def kept(rows: Sequence[Any], loose: bool = False) -> set[str]:
        return {identity(row, window.key) for row in odata.keep(model, window.type, expression, rows, loose=loose)}

    strict = kept(window.rows)
    by_id = {identity(row, window.key): row for row in window.rows}
    found = received(window, listed)
    absent = [by_id[id] for id in by_id if id in strict and id not in found] if whole(exchange) else []
    missing = kept(absent, loose=True)
    surplus, told = [], []
    for id, row in zip(found, listed, strict=True):
        if id in strict:
            continue
        rejected = _rejected(model, window, expression, row)  # as the answer itself shows the row
        if rejected:
            told.append(id)
        if rejected or (rejected is None and id in by_id and not kept([by_id[id]], loose=True)):
            surplus.append(id)
    expected = tuple(id for id in by_id if id in strict)
    return Difference(expected, found, tuple(id for id in expected if id in missing), tuple(surplus), tuple(told))


def _rejected(model: CsdlModel, window: Window, expression: odata.Expression, row: Row) -> bool | None:
    """Whether the row does not satisfy the expression, whatever the collation; None when it does not show that."""
    try:
        return not any(odata.keep(model, window.type, expression, [row], loose=loose) for loose in (False, True))
    except (odata.Unknown, odata.Untyped, odata.Unsupported):
        return None


def unknown_property(exchange: Exchange, windows: Windows) -> Result:
    window = windows.of(str(exchange.note.get("set", "")))
    if windows.model is None or window is None:
        return no_window("")
    if windows.model.is_open(window.type):
        return not_applicable("open_type")
    if 400 <= exchange.status < 500 or exchange.status == 501:
        return passed(query=query(exchange))
    if exchange.status != 200:
        return refusal(exchange, "") or not_applicable("other_answer", status=exchange.status)
    count = len(items(exchange) or ())
    return failed(
        "unknown_property_accepted", expected="400", found=exchange.status, where=STATUS, query=query(exchange), rows=count
    )
