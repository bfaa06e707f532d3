"""OData: does $filter keep the rows that it has to keep? Each operator and function is asked for once, where the data show it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

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
from .query_values import Column, columns
from .window import JSON, PAGES, ROWS, SETS, Row, Window, Windows, encoded, identity, items, read_pages

FILTER = "odata.query.filter"
PURPOSE = FILTER + ".{}"
OPERATORS = ("eq-ne", "comparison", "logical", "in", "arithmetic", "null", "enum", "alias", "case")
FUNCTIONS = ("string", "date", "math", "type", "conditional", "collection")
RELATIONS = ("lambda", "count", "navigation", "null-navigation")
UNKNOWN = PURPOSE.format("unknown-property")
MOST = 50
"""Questions of one part: there are fewer operators, and fewer functions."""
Part = Callable[[CsdlModel, Window, Sequence[Column]], Iterator[Proposal]]


@probe(
    id="odata.filter",
    needs="odata",
    purposes=(*map(PURPOSE.format, OPERATORS), UNKNOWN, AGAIN),
    after="odata.window",
    cost=MOST + 1 + SETS * PAGES,
)
async def filters(ctx: Context) -> None:
    """One $filter for each operator, with values that were seen; what was unexpected is looked at once more."""
    windows = ctx.fact(Windows)
    await _all(ctx, windows, "odata.filter", lambda model, window, known: operators(model, known))
    if windows.model is not None and windows.read:
        await _unknown(ctx, windows.best()[0])


@probe(
    id="odata.filter-functions",
    needs="odata",
    purposes=(*map(PURPOSE.format, FUNCTIONS), AGAIN),
    after="odata.window",
    cost=MOST + SETS * PAGES,
)
async def filter_functions(ctx: Context) -> None:
    """The same for each canonical function."""
    await _all(ctx, ctx.fact(Windows), "odata.filter-functions", functions)


@probe(
    id="odata.filter-relations",
    needs="odata",
    purposes=(*map(PURPOSE.format, RELATIONS), AGAIN),
    after=("odata.window", "odata.expand"),
    cost=MOST // 2 + SETS * PAGES,
)
async def filter_relations(ctx: Context) -> None:
    """The same for lambda operators, and for paths along relations as $expand shows them."""
    windows, expansions = ctx.fact(Windows), ctx.fact(Expansions)
    shown = [(expansion.window, expansion.navigation) for expansion in expansions.all]
    await _all(ctx, windows, "odata.filter-relations", lambda model, window, known: related(model, window), shown)


async def _all(ctx: Context, windows: Windows, asker: str, part: Part, shown: Sequence[tuple[Window, str]] = ()) -> None:
    """Everything of one part. `shown`: windows with what is related, and the name of the relation."""
    model, unexpected = windows.model, dict[str, None]()
    if model is None:
        return
    for question in questions(model, windows, part, shown):
        exchange = await _ask(ctx, question)
        if judge(model, exchange, question.window, Later(())).outcome.value not in ("pass", "not_applicable"):
            unexpected[question.window.set] = None
    for name in unexpected:
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


def questions(model: CsdlModel, windows: Windows, part: Part, shown: Sequence[tuple[Window, str]]) -> Iterator[Question]:
    """Each operator or function of the part once, of the window that shows it best."""
    asked: set[tuple[str, str]] = set()
    new = states_401(model, windows)
    for window, over in (*((window, "") for window in windows.best()), *shown):
        if not filterable(model, window.set) or not filterable(model, window.set, over):
            continue
        known = [column for column in columns(model, window) if filterable(model, window.set, column.path)]
        narrowing = [] if window.complete else narrow(model, window, equalities(known))
        for proposal in part(model, window, known):
            key = (proposal.feature, proposal.name)
            if key in asked or (proposal.new and not new):
                continue
            question = choose(model, window, proposal, over, narrowing)
            if question is not None:
                asked.add(key)
                yield question


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

    ways = [odata.evaluate.evaluator(model, window.type, expression, loose=loose) for loose in (False, True)]
    by_id = {identity(row, window.key): row for row in window.rows}
    strict = {id for id, row in by_id.items() if ways[0](row, {}) is True}
    found = received(window, listed)
    absent = [by_id[id] for id in by_id if id in strict and id not in found] if whole(exchange) else []
    missing = {identity(row, window.key) for row in absent if ways[1](row, {}) is True}
    surplus, told = [], []
    for id, row in zip(found, listed, strict=True):
        if id in strict:
            continue
        rejected = _rejected(ways, row)  # as the answer itself shows the row
        if rejected:
            told.append(id)
        if rejected or (rejected is None and id in by_id and ways[1](by_id[id], {}) is not True):
            surplus.append(id)
    expected = tuple(id for id in by_id if id in strict)
    return Difference(expected, found, tuple(id for id in expected if id in missing), tuple(surplus), tuple(told))


def _rejected(ways: Sequence[odata.evaluate.Evaluator], row: Row) -> bool | None:
    """Whether the row does not satisfy the expression, whatever the collation; None when it does not show that."""
    try:
        return not any(value(row, {}) is True for value in ways)
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
