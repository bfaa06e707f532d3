"""OData V2: which rows does an answer leave out, and is it the next part of an order? Used while asking and while judging."""

from typing import Any

from cpo_probe.sdk import CsdlModel, Exchange

from .old_conditions import Says, says
from .old_shared import Row, following, identities, identity, rows
from .old_window import ROWS, OldWindow


def wrong(model: CsdlModel, exchange: Exchange) -> list[Row]:
    """Rows of the answer that do not satisfy the condition in its note, by their own values."""
    return [row for row in rows(exchange) or () if says(model, exchange.note["condition"], row) in (Says.NO, Says.NULL)]


def left_out(model: CsdlModel, window: OldWindow, exchange: Exchange) -> list[Row]:
    """Rows of the window that satisfy the condition and are not in the answer; [] when the answer is not whole."""
    listed = rows(exchange)
    if listed is None or following(exchange) or len(listed) >= ROWS:
        return []
    keys = set(identities(model, window.type, listed))
    wanted = [row for row in window.rows if says(model, exchange.note["condition"], row) is Says.YES]
    return [row for row in wanted if (key := identity(model, window.type, row)) is not None and key not in keys]


def still(model: CsdlModel, window: OldWindow, condition: dict[str, Any], gone: list[Row], again: list[Exchange]) -> list[Row]:
    """Those of the rows that were listed once more and satisfied the condition then, too."""
    later = {
        key: row for e in again for row in rows(e) or () if (key := identity(model, window.type, row)) is not None
    }  # fmt: skip
    found = []
    for row in gone:
        key = identity(model, window.type, row)
        if key in later and says(model, condition, later[key]) is Says.YES:
            found.append(row)
    return found


def next_in_order(model: CsdlModel, window: OldWindow, first: Exchange, then: Exchange) -> bool:
    """Whether `then` begins with the third entity of `first`."""
    one, other = (identities(model, window.type, rows(e) or []) for e in (first, then))
    return one[2 : 2 + len(other)] == other[: len(one[2:])] and bool(other)
