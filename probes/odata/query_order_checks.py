"""OData: what is said about the order, the parts and the number of rows."""

from collections.abc import Sequence

from cpo_probe.sdk import Evidence, Exchange, Result, check, not_applicable

from .query_answer import Later, no_window
from .query_order import COUNT, COUNT_FILTERED, COUNT_PATH, ORDER, PART, SKIP, STABLE, TOP
from .query_order_judge import judge_count, judge_order, judge_slice, judge_stable
from .window import Windows


def _name(exchange: Exchange) -> str:
    return str(exchange.note.get("name", ""))


def _same_set(exchange: Exchange, evidence: Evidence, *purposes: str) -> Sequence[Exchange]:
    """Other answers about the same set."""
    of = {"interface": exchange.interface, "group": exchange.group}
    found = (one for purpose in purposes for one in evidence.select(purpose=purpose, **of))
    return [one for one in found if one.id != exchange.id]


@check("odata.orderby", of=ORDER, needs="odata", clause="OData 4.01 Part 1, 11.2.6.2; OData 4.01 Part 2, 5.1.5", severity="major")
def orderby(exchange: Exchange, windows: Windows, later: Later) -> Result:
    """$orderby sorts the rows, and sorts them before they are cut.

    By a number up and down, by dates, by text, by a property of a complex property, by two properties, by an expression; and
    the first three of an order are the first ones of all rows that are known. Where rows without a value stand, and how text
    of other signs than letters and digits is ordered, is left to the database.
    Remedy: hand $orderby to the query of the database, together with $top and $skip.
    """
    window = windows.of(str(exchange.note.get("set", "")))
    if windows.model is None or window is None:
        return no_window(_name(exchange))
    return judge_order(windows.model, exchange, window, later)


@check("odata.orderby.stable", of=STABLE, needs="odata", clause="OData 4.01 Part 1, 11.2.6.3; 11.2.6.4", severity="major")
def stable(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """The order of rows with equal values stays the same, so that $skip leaves no row out and gives none twice.

    The rows of an order by a property with equal values, once in one piece and once in two by $skip and $top.
    Remedy: add the key as the last item of every order.
    """
    window = windows.of(str(exchange.note.get("set", "")))
    if window is None:
        return no_window(_name(exchange))
    return judge_stable(exchange, _same_set(exchange, evidence, PART), window, later)


@check("odata.top", of=TOP, needs="odata", clause="OData 4.01 Part 1, 11.2.6.3", severity="major")
def top(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """$top gives as many rows as asked for, the first ones.

    $top=3 and $top=0. Without $orderby the order has to be the same in all requests with $top.
    Remedy: hand $top to the query of the database, with an order by the key where none is asked for.
    """
    return _slice(exchange, windows, later, evidence)


@check("odata.skip", of=SKIP, needs="odata", clause="OData 4.01 Part 1, 11.2.6.4", severity="major")
def skip(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """$skip leaves out as many rows as asked for, before $top counts.

    $skip=2 with $top=3, in both orders, and behind the last row.
    Remedy: hand $skip to the query of the database, with an order by the key where none is asked for.
    """
    return _slice(exchange, windows, later, evidence)


def _slice(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    window = windows.of(str(exchange.note.get("set", "")))
    if window is None:
        return no_window(_name(exchange))
    ordered = bool(evidence.exchange(window.exchanges[0]).note.get("top"))
    return judge_slice(exchange, window, later, ordered=ordered)


@check("odata.count", of=COUNT, needs="odata", clause="OData 4.01 Part 1, 11.2.6.5; OData JSON 4.01, 4.5.4", severity="minor")
def count(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """$count=true states how many rows there are, whatever $top leaves of them.

    Compared with the rows of the window where that is all of them; else it is at least as many. Only a number that is wrong
    while the rows stay the same is a finding: the standard warns that counts may be late, or inexact.
    Remedy: count in the database, before $top, $skip and paging.
    """
    return _count(exchange, windows, later, evidence)


@check(
    "odata.count.path",
    of=COUNT_PATH,
    needs="odata",
    clause="OData 4.01 Part 2, 4.8; OData 4.01 Part 1, 11.2.10",
    severity="major",
)
def count_path(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """<set>/$count is the number of rows, as text.

    Remedy: answer the number as text/plain, and nothing else.
    """
    return _count(exchange, windows, later, evidence)


@check(
    "odata.count.filtered",
    of=COUNT_FILTERED,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6.5; 11.2.10; 13.2.3",
    severity="major",
)
def count_filtered(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """With $filter, $count=true and /$count give the number of rows that satisfy it.

    Remedy: count with the same condition that the rows are read with.
    """
    return _count(exchange, windows, later, evidence)


def _count(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    window = windows.of(str(exchange.note.get("set", "")))
    if windows.model is None or window is None:
        return no_window(_name(exchange))
    others = _same_set(exchange, evidence, COUNT, COUNT_PATH, COUNT_FILTERED)
    if exchange.status == 204:
        return not_applicable("no_content", location=_name(exchange))
    return judge_count(windows.model, exchange, window, later, others)
