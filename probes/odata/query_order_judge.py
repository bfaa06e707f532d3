"""OData: are rows in the order that was asked for, are they the ones of that part, and is their number right?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cpo_probe.sdk import Blocker, CsdlModel, Exchange, Result, Where, failed, not_applicable, odata, passed, untestable

from .query_answer import (
    COMPUTING,
    SHOWN,
    VALUE,
    Difference,
    Later,
    malformed,
    not_computable,
    query,
    received,
    refusal,
    settle,
    whole,
)
from .window import Row, Window, body, control, identity, items


def judge_order(model: CsdlModel, exchange: Exchange, window: Window, later: Later) -> Result:
    """Sorted in every pair of neighbours that have values; nothing lost; nothing of the window stands before what was cut off."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    listed = items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    try:
        order = [odata.OrderItem(odata.from_note(e), bool(down)) for e, down in exchange.note["order"]]
        shown = _with_values(model, window, order, listed)
        if len(shown) < 2:
            return not_applicable("too_few", location=name)
        first = odata.first_out_of_order(model, window.type, order, shown)
        if first is not None:
            return _unsorted(model, exchange, window, order, shown, first)
        known = odata.sort_rows(model, window.type, order, _with_values(model, window, order, window.rows))
        return _left_out(model, exchange, window, later, order, known, listed) or passed(location=name, query=query(exchange))
    except COMPUTING:
        return not_computable(name)


def _with_values(model: CsdlModel, window: Window, order: Sequence[odata.OrderItem], rows: Sequence[Row]) -> list[Row]:
    """Rows that have a value in each item: where null stands is left to the database."""
    tests = [odata.expression.Operation("ne", item.expression, odata.expression.Constant(None, "Edm.String")) for item in order]
    kept: Sequence[Any] = rows
    for test in tests:
        kept = odata.keep(model, window.type, test, kept)
    return list(kept)


def _unsorted(
    model: CsdlModel, exchange: Exchange, window: Window, order: Sequence[odata.OrderItem], shown: list[Row], first: int
) -> Result:
    """The two neighbours in the wrong order are in one answer: nothing that changed meanwhile excuses them."""
    expected = received(window, odata.sort_rows(model, window.type, order, shown))
    found = received(window, shown)
    begin = max(first - SHOWN // 2, 0)
    return failed(
        "not_in_order",
        expected=list(expected[:SHOWN]),
        found=list(found[begin : begin + SHOWN]),
        where=Where("response.body", pointer=f"/value/{first}"),
        location=str(exchange.note.get("name", "")),
        query=query(exchange),
        expected_rows=list(expected[:SHOWN]),
        found_rows=list(found[begin : begin + SHOWN]),
        missing=[],
        surplus=[],
    )


def _left_out(
    model: CsdlModel,
    exchange: Exchange,
    window: Window,
    later: Later,
    order: Sequence[odata.OrderItem],
    known: Sequence[Any],
    listed: Sequence[Row],
) -> Result | None:
    """Rows of the window that have to be in the answer: all of them, or those that come before the last one that is there."""
    name, found = str(exchange.note.get("name", "")), received(window, listed)
    before = list(known)
    if not whole(exchange):
        shown = _with_values(model, window, order, listed)
        before = [row for row in known if row is not None and _comes_before(model, window, order, row, shown[-1])]
    expected = received(window, before)
    missing = tuple(id for id in expected if id and id not in found)
    if not missing or control(body(exchange) or {}, "nextLink") is not None:
        return None
    return settle(Difference(expected, found, missing, ()), window, later, exchange, name, "wrong_rows")


def _comes_before(model: CsdlModel, window: Window, order: Sequence[odata.OrderItem], row: Any, last: Row) -> bool:
    """Whether the row has to stand before the other one, not beside it."""
    return odata.first_out_of_order(model, window.type, order, [last, row]) is not None


def judge_slice(exchange: Exchange, window: Window, later: Later, *, ordered: bool = True) -> Result:
    """$top and $skip: no more than asked for, and the rows of that part of the window, whose order has to stay the same.

    `ordered`: the window was read with $top, so that its order holds.
    """
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    listed = items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    top, skip = exchange.note.get("top"), int(exchange.note.get("skip", 0))
    found = received(window, listed)
    if isinstance(top, int) and len(listed) > top:
        return failed("larger_than_asked", expected=top, found=len(listed), where=VALUE, location=name, query=query(exchange))
    all = received(window, window.rows)
    expected = all[skip : skip + top if isinstance(top, int) else None]
    if skip >= len(all) and not window.complete:
        return not_applicable("too_few", location=name)
    more = control(body(exchange) or {}, "nextLink") is not None
    if not ordered:
        return passed(location=name, query=query(exchange))
    if found == expected or (more and found == expected[: len(found)]):
        return passed(location=name, query=query(exchange))
    difference = Difference(
        expected, found, tuple(id for id in expected if id not in found), tuple(id for id in found if id not in expected)
    )
    if not later.in_place(window, skip + top if isinstance(top, int) else len(all)):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    moved = expected if difference.none else ()  # the same rows in another order
    difference = replace(difference, told=(*difference.missing, *difference.surplus, *moved), missing=difference.missing or moved)
    return settle(difference, window, later, exchange, name, "other_part")


def judge_stable(exchange: Exchange, parts: Sequence[Exchange], window: Window, later: Later) -> Result:
    """The two halves of an order are the whole, row by row."""
    name = str(exchange.note.get("property", ""))
    refused = refusal(exchange, name)
    if refused is not None:
        return refused
    by_part = {str(part.note.get("part")): items(part) for part in parts if part.note.get("set") == window.set}
    one, first, second = by_part.get("whole"), by_part.get("first"), items(exchange)
    if one is None or first is None or second is None:
        return not_applicable("no_data", location=name)
    if any(control(body(e) or {}, "nextLink") is not None for e in (*parts, exchange)):
        return not_applicable("in_pages", location=name)
    expected, found = received(window, one), received(window, [*first, *second])
    if expected == found:
        return passed(location=name, query=query(exchange))
    missing = tuple(id for id in expected if id not in found)
    surplus = tuple(id for i, id in enumerate(found) if id in found[:i] or id not in expected)
    moved = tuple(a for a, b in zip(expected, found, strict=False) if a != b)
    if not later.in_place(window, len(window.rows)):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    told = (*missing, *moved, *surplus)
    return settle(Difference(expected, found, missing or moved, surplus, told), window, later, exchange, name, "not_stable")


def judge_count(model: CsdlModel, exchange: Exchange, window: Window, later: Later, others: Sequence[Exchange]) -> Result:
    """The number of rows that the window shows. `others`: other counts of the same set."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    if refused is not None:
        return refused
    if name == "$count=false":
        return _uncounted(exchange, name)
    count = counted(exchange)
    if count is None:
        return _no_count(exchange, name)
    listed = items(exchange)
    if listed is not None and whole(exchange) and not exchange.note.get("skip"):
        return _own_rows(exchange, window, later, count, listed, name)
    try:
        least, most = _bounds(model, exchange, window, others)
    except COMPUTING:
        return not_computable(name)
    if least <= count and (most is None or count <= most):
        return passed(location=name, query=query(exchange))
    if _changed(window, later):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    expected = least if most == least else f"at least {least}"
    return failed("wrong_count", expected=expected, found=count, where=_place(exchange), location=name, query=query(exchange))


def _changed(window: Window, later: Later) -> bool:
    """Whether other rows may have been there in between."""
    ids = received(window, window.rows)
    return len(later.unchanged(window, ids)) < len(ids) or any(
        len(w.rows) != len(ids) for w in later.windows if w.set == window.set
    )


def _own_rows(exchange: Exchange, window: Window, later: Later, count: int, listed: Sequence[Row], name: str) -> Result:
    """The answer has all rows that it counts. The number may be taken before the rows are, and others come in between."""
    if count == len(listed):
        return passed(location=name, query=query(exchange))
    if _changed(window, later) or not set(received(window, listed)) <= set(received(window, window.rows)):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    shown = list(received(window, listed)[:SHOWN])
    return failed(
        "wrong_count",
        expected=len(listed),
        found=count,
        where=_place(exchange),
        location=name,
        query=query(exchange),
        found_rows=shown,
    )


def _place(exchange: Exchange) -> Where:
    return Where("response.body", pointer="" if exchange.note.get("name") == "/$count" else "/@odata.count")


def _uncounted(exchange: Exchange, name: str) -> Result:
    """A count although none was wanted does no harm: the service should leave it out."""
    return not_applicable("count_unasked", location=name) if counted(exchange) is not None else passed(location=name)


def counted(exchange: Exchange) -> int | None:
    """The count of an answer; None when there is none."""
    if exchange.note.get("name") == "/$count":
        text = exchange.body.decode("utf-8-sig", "replace").strip()
        return int(text) if text.isdecimal() and len(text) < 19 else None
    value = body(exchange)
    found = control(value, "count") if value is not None else None
    if isinstance(found, bool) or not (isinstance(found, int) or (isinstance(found, str) and found.isdecimal())):
        return None
    return int(found)


def _no_count(exchange: Exchange, name: str) -> Result:
    if exchange.note.get("name") == "/$count":
        found = f"{exchange.media_type or 'no media type'}: {exchange.body[:40].decode('utf-8', 'replace')}"
        return failed(
            "no_number", expected="a number as text", found=found, where=_place(exchange), location=name, query=query(exchange)
        )
    stated = sorted(name for name in (body(exchange) or {}) if "@" in name)
    return failed("no_count", expected="@odata.count", found=stated, where=_place(exchange), location=name, query=query(exchange))


def _bounds(model: CsdlModel, exchange: Exchange, window: Window, others: Sequence[Exchange]) -> tuple[int, int | None]:
    """The least and the greatest number that may be right."""
    note = exchange.note.get("expression")
    total = len(window.rows) if window.complete else None
    if note is None:
        return len(window.rows), total
    expression = odata.from_note(note)
    kept = [
        {identity(r, window.key) for r in odata.keep(model, window.type, expression, window.rows, loose=way)}
        for way in (False, True)
    ]
    least = len(kept[0] & kept[1])
    if window.complete:
        return least, len(kept[0] | kept[1])
    same = [items(other) for other in others if other.note.get("expression") == note and other.id != exchange.id and whole(other)]
    rows = next((len(listed) for listed in same if listed is not None), None)
    if rows is not None:  # a row may have come or gone between the two
        return max(least, rows - 1), rows + 1
    totals = [n for other in others if not other.note.get("expression") and (n := counted(other)) is not None]
    rejected = len(window.rows) - len(kept[0] | kept[1])
    return least, totals[0] - rejected // 2 if totals else None  # half of them: rows may have come meanwhile
