"""OData: what is compared when related entities are shown inline, and what follows from a difference?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import Blocker, CsdlModel, Exchange, Result, failed, not_applicable, odata, passed, untestable

from .query_answer import COMPUTING, SHOWN, VALUE, malformed, no_window, not_computable, query, refusal
from .query_expansions import Expansions, children, entity_at, key_of
from .window import Row, Window, Windows, body, control, identity, items


@dataclass(frozen=True, slots=True)
class View:
    """What a check of an option looks at. `child`: the type of what is related; `key`: paths of its key."""

    model: CsdlModel
    window: Window
    later: Window | None
    navigation: str
    child: odata.csdl.EntityType
    key: tuple[str, ...]

    def ids(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        return [identity(row, self.key) for row in rows]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the answer with what is related, and the same row as it was shown before: None when it was not."""

    id: str
    row: Row
    found: list[Row] | None
    known: list[Row] | None


def view_of(exchange: Exchange, windows: Windows, expansions: Expansions) -> View | Result:
    name, navigation = str(exchange.note.get("set", "")), str(exchange.note.get("navigation", ""))
    window = expansions.window(name, navigation)
    if windows.model is None or window is None:
        return no_window(navigation)
    child = entity_at(windows.model, window.type, navigation)
    if child is None:
        return no_window(navigation)
    return View(windows.model, window, expansions.later(name, navigation), navigation, child, key_of(windows.model, child))


def pairs(view: View, listed: Iterable[Row]) -> Iterator[Pair]:
    known = {identity(row, view.window.key): children(row, view.navigation) for row in view.window.rows}
    for row in listed:
        id = identity(row, view.window.key)
        yield Pair(id, row, children(row, view.navigation), known.get(id))


def _settled(view: View, id: str) -> bool:
    """Whether what is related to that row was the same when it was read once more."""
    before, after = (
        [children(row, view.navigation) for row in window.rows if identity(row, view.window.key) == id] if window else []
        for window in (view.window, view.later)
    )
    return len(before) == len(after) == 1 and view.ids(before[0] or ()) == view.ids(after[0] or ())


def wrong(exchange: Exchange, view: View, pair: Pair, expected: Sequence[str], found: Sequence[str], code: str) -> Result:
    location = str(exchange.note.get("name", ""))
    if not _settled(view, pair.id):
        return untestable(Blocker.WINDOW, location=location, exchanges=view.window.exchanges)
    return failed(
        code,
        expected=list(expected[:SHOWN]),
        found=list(found[:SHOWN]),
        where=VALUE,
        location=location,
        exchanges=view.window.exchanges,
        query=query(exchange),
        parent=pair.id,
        expected_rows=list(expected[:SHOWN]),
        found_rows=list(found[:SHOWN]),
        missing=[id for id in expected if id not in found][:SHOWN],
        surplus=[id for id in found if id not in expected][:SHOWN],
    )


def option(
    exchange: Exchange, windows: Windows, expansions: Expansions, judge: Callable[[View, Exchange, Pair], Result | None]
) -> Result:
    """The first row that is wrong, else a pass; `judge` answers None for a row that is right, and may raise `COMPUTING`."""
    location = str(exchange.note.get("name", ""))
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    listed, view = items(exchange), view_of(exchange, windows, expansions)
    if isinstance(view, Result):
        return view
    if listed is None:
        return malformed(exchange, location)
    shown = [pair for pair in pairs(view, listed) if pair.known]
    if not shown:
        return not_applicable("too_few", location=location)
    try:
        for pair in shown:
            if pair.found is None and control(pair.row, "count", view.navigation) is None:
                return wrong(exchange, view, pair, view.ids(pair.known or ()), [], "not_expanded")
            said = judge(view, exchange, pair)
            if said is not None:
                return said
    except COMPUTING:
        return not_computable(location)
    return passed(location=location, query=query(exchange))


def complete(view: View, pair: Pair) -> bool:
    return control(pair.row, "nextLink", view.navigation) is None


def as_related(exchange: Exchange, view: View, answers: Iterable[Exchange]) -> Result:
    """Compared with the answers of the relation's own URL."""
    shown = {pair.id: pair for pair in pairs(view, view.window.rows)}
    for other in answers:
        pair = shown.get(str(other.note.get("row", "")))
        if pair is None or (other.note.get("set"), other.note.get("navigation")) != (view.window.set, view.navigation):
            continue
        there = related(other)
        if there is None:
            continue
        expected, found = view.ids(there), view.ids(pair.found or ())
        if sorted(expected) != sorted(found):
            return wrong(exchange, view, pair, expected, found, "other_than_related")
    return passed(location=view.navigation, query=query(exchange))


def related(exchange: Exchange) -> list[Row] | None:
    """What the URL of the relation gave, as a list; None when it gave nothing that can be compared."""
    if exchange.status == 204:
        return []
    value = body(exchange)
    if value is None or control(value, "nextLink") is not None:
        return None
    return items(exchange) if "value" in value else [value]
