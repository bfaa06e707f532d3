"""OData: of a set too large to be read, is a part that can be read as a whole answered as a whole? At most 22 requests.

Of the first set of which the window holds only some rows, a *slice*: all rows that one condition keeps, read to the last page. It
is a yardstick where it holds every row of the window that it has to, and none that it must not. What is asked of the slice can
then be judged for what is missing, too: sorted, in two pieces, counted, and filtered once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Interface,
    Outcome,
    Result,
    check,
    fact,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .metadata import Odata
from .query_answer import COMPUTING, VALUE, Later, malformed, query, received, refusal
from .query_choose import Candidate, choose, ids, narrow, propose
from .query_filter import judge
from .query_operators import equalities, simple
from .query_order_judge import judge_count, judge_order
from .query_stated import filterable, sortable
from .query_values import DAY, MOMENT, NUMBERS, columns, of
from .window import JSON, REFUSED, Window, Windows, body, control, encoded, identity, items, next_link, windows_of

SLICE, SORTED, CUT, COUNTED, KEPT, AGAIN = (
    f"odata.query.{name}" for name in ("slice-rows", "slice-sorted", "slice-cut", "slice-counted", "slice-kept", "slice-again")
)
TRIED, PAGES, LEAST = 2, 4, 4
"""Conditions that are tried, pages of each, and rows that a slice has to have."""
Expression = odata.Expression


@dataclass(frozen=True, slots=True)
class Slice:
    """`rows`: a complete window of what the condition keeps; None without one that the set bears out. `filter`: its text."""

    rows: Window | None
    filter: str
    later: Later


@probe(
    needs="odata", id="odata.slice", purposes=(SLICE, SORTED, CUT, COUNTED, KEPT, AGAIN), after="odata.window",
    cost=(TRIED + 1) * PAGES + 10,
)  # fmt: skip
async def slices(ctx: Context) -> None:
    """A part of a large set that can be read as a whole; then this part sorted, cut, counted and filtered."""
    windows = ctx.fact(Windows)
    model = windows.model
    window = next((one for one in windows.best() if not one.complete), None)
    if model is None or window is None or not filterable(model, window.set):
        return  # sets that are read as a whole need no slices
    known = [column for column in columns(model, window) if filterable(model, window.set, column.path)]
    for expression in narrow(model, window, equalities(known))[:TRIED]:
        text = odata.write(model, expression)
        pages = await _read(ctx, window, SLICE, expression, text)
        found = sliced(model, ctx.interface.url, window, pages)
        if found is not None:
            answers = [await _ask(ctx, found, *question) for question in _questions(model, found, text)]
            known_slice = Slice(found, text, Later(()))
            if any(
                _verdict(model, one, known_slice, answers).outcome is not Outcome.PASS for one in answers if one.status == 200
            ):
                await _read(ctx, window, AGAIN, expression, text)
            return
    ctx.blocked(Blocker.NO_ARGUMENTS, "no condition keeps a few rows that can be read as a whole")


async def _read(ctx: Context, window: Window, purpose: str, expression: Expression, text: str) -> list[Exchange]:
    """All pages of what the condition keeps; the last one has a link where there are more than may be read."""
    note = {"set": window.set, "filter": text, "expression": odata.to_note(expression)}
    url, pages = f"{window.url}?$filter={encoded(text)}", list[Exchange]()
    while url and len(pages) < PAGES and url not in {page.request.url for page in pages}:
        why = f"what {text} keeps"
        pages.append(
            await ctx.get(url, purpose=purpose, why=why, accept=JSON, group=window.set, note={**note, "page": len(pages) + 1})
        )
        url = next_link(ctx.interface, pages[-1])
    return pages


def sliced(model: CsdlModel, root: str, window: Window, pages: Sequence[Exchange]) -> Window | None:
    """The slice that the pages hold, where it is whole and the window bears it out."""
    if not pages or pages[0].status in REFUSED:
        return None
    found = next(iter(windows_of(model, root, pages)), None)
    if found is None or not found.complete or len(found.rows) < LEAST:
        return None
    try:
        expression = odata.from_note(pages[0].note.get("expression"))
        sure = ids(model, window, expression) & ids(model, window, expression, loose=True)
        here = {identity(row, found.key) for row in found.rows}
        kept = ids(model, found, expression) | ids(model, found, expression, loose=True)
    except COMPUTING:
        return None
    return found if sure <= here and here <= kept else None


@fact
def slice_of(api: Odata, windows: Windows, interface: Interface, evidence: Evidence) -> Slice:
    """The slice that the questions were made from, and what it held when it was read once more."""
    window = next((one for one in windows.best() if not one.complete), None)
    if api.model is None or api.old or window is None:
        return Slice(None, "", Later(()))
    asked: dict[str, list[Exchange]] = {}
    for page in evidence.select(purpose=SLICE, interface=interface.id):
        asked.setdefault(str(page.note.get("filter", "")), []).append(page)
    again = windows_of(api.model, interface.url, list(evidence.select(purpose=AGAIN, interface=interface.id)))
    for text, pages in asked.items():
        found = sliced(api.model, interface.url, window, pages)
        if found is not None:
            return Slice(found, text, Later(tuple(again)))
    return Slice(None, "", Later(()))


Question = tuple[str, str, list[tuple[str, str]], dict[str, Any]]
"""Purpose, name, options, and what the note says besides."""


def _questions(model: CsdlModel, found: Window, text: str) -> Iterator[Question]:
    known = [c for c in columns(model, found) if len(c.known) > 1]
    asked = ("$filter", text)
    for column in of([c for c in known if sortable(model, found.set, c.path)], *NUMBERS, DAY, MOMENT)[:1]:
        for name, down in (("ascending", False), ("descending", True)):
            path = odata.expression.Path(column.path)
            order = odata.write_order(model, [odata.OrderItem(path, down)])
            yield SORTED, name, [asked, ("$orderby", order)], {"order": [[odata.to_note(path), down]]}
    if all("/" not in path and sortable(model, found.set, path) for path in found.key):
        by_key, half = ("$orderby", ",".join(found.key)), len(found.rows) // 2
        yield CUT, "first", [asked, by_key, ("$top", str(half))], {"top": half}
        yield CUT, "rest", [asked, by_key, ("$skip", str(half))], {"skip": half}
    yield COUNTED, "$count=true", [asked, ("$count", "true"), ("$top", "1")], {"top": 1}
    yield COUNTED, "/$count", [asked], {}
    more = simple(model, [c for c in known if filterable(model, found.set, c.path)])
    question = choose(model, found, propose("", "", map(Candidate, more)), "")
    if question is not None:
        both = f"({text}) and ({question.text})"
        yield KEPT, "two conditions", [("$filter", both)], {"expression": odata.to_note(question.expression)}


async def _ask(
    ctx: Context, found: Window, purpose: str, name: str, options: list[tuple[str, str]], note: dict[str, Any]
) -> Exchange:
    path = "/$count" if name == "/$count" else ""
    url = found.url + path + "?" + "&".join(f"{option}={encoded(value)}" for option, value in options)
    accept = "text/plain, */*;q=0.5" if path else JSON
    told = {"set": found.set, "name": name, **note}
    why = f"a part of {found.set}, {name}"
    return await ctx.get(url, purpose=purpose, why=why, accept=accept, group=found.set, note=told)


def _verdict(model: CsdlModel, exchange: Exchange, known: Slice, others: Sequence[Exchange]) -> Result:
    name = str(exchange.note.get("name", ""))
    if known.rows is None:
        return not_applicable("no_window", location=name)
    match exchange.purpose:
        case _ if exchange.purpose == SORTED:
            return judge_order(model, exchange, known.rows, known.later)
        case _ if exchange.purpose == COUNTED:
            return judge_count(model, exchange, known.rows, known.later, ())
        case _ if exchange.purpose == KEPT:
            return judge(model, exchange, known.rows, known.later)
    return _pieces(exchange, known.rows, known.later, others)


def _pieces(exchange: Exchange, window: Window, later: Later, others: Sequence[Exchange]) -> Result:
    """Both pieces together are the slice, each row once."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    if refused is not None:
        return refused
    if items(exchange) is None:
        return malformed(exchange, name)
    pieces = {str(one.note.get("name")): one for one in others if one.purpose == CUT}
    rows = [items(pieces[part]) if part in pieces else None for part in ("first", "rest")]
    if rows[0] is None or rows[1] is None or any(_goes_on(one) for one in pieces.values()):
        return not_applicable("no_data", location=name)
    found = received(window, [*rows[0], *rows[1]])
    expected = received(window, window.rows)
    if sorted(found) == sorted(expected):
        return passed(location=name, query=query(exchange))
    missing = [id for id in expected if id not in found]
    surplus = [id for n, id in enumerate(found) if id in found[:n] or id not in expected]
    if len(later.unchanged(window, expected)) < len(expected) or any(len(w.rows) != len(expected) for w in later.windows):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    shown, got = list(expected[:10]), list(found[:10])
    said: dict[str, Any] = {"missing": missing[:10], "surplus": surplus[:10], "expected_rows": shown, "found_rows": got}
    said |= {"expected_count": len(expected), "found_count": len(found)}
    ids_ = [one.id for one in pieces.values()]
    return failed(
        "wrong_rows", expected=shown, found=got, where=VALUE, location=name, exchanges=ids_,
        query=query(exchange), **said,
    )  # fmt: skip


def _goes_on(exchange: Exchange) -> bool:
    """Whether the answer goes on with another page."""
    return control(body(exchange) or {}, "nextLink") is not None


@check(
    "odata.slice",
    of=(SORTED, CUT, COUNTED, KEPT),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6; 11.2.6.1 to 11.2.6.5",
    severity="major",
)
def slice_answered(exchange: Exchange, known: Slice, api: Odata, evidence: Evidence) -> Result:
    """Of a set of many rows, what one condition keeps is sorted, cut, counted and filtered further without losing a row.

    The rows that the condition keeps are read to the last page; with $orderby, in two pieces by $top and $skip, as a number, and
    with a second condition the answers have to be made of these rows. Where rows come and go meanwhile, nothing is said.
    Remedy: let the database filter first, then sort, then cut, and count what the filter keeps.
    """
    if api.model is None:
        return not_applicable("no_metadata")
    others = list(evidence.select(purpose=CUT, interface=exchange.interface)) if exchange.purpose == CUT else ()
    return _verdict(api.model, exchange, known, others)
