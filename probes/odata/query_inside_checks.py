"""OData: do $filter inside of $select and $expand behind a type cast show what they have to?"""

from collections.abc import Sequence

from cpo_probe.sdk import Blocker, CsdlModel, Exchange, Result, check, failed, not_applicable, odata, passed, untestable

from .metadata import Odata
from .query_answer import COMPUTING, SHOWN, VALUE, Later, malformed, no_window, not_computable, plain, query, refusal
from .query_inside import CAST, PART, WAYS, Inside, is_a, members
from .window import Row, Window, identity, items


def _part(model: CsdlModel, exchange: Exchange, window: Window | None, later: Later) -> Result:
    """Whether each row shows the members that satisfy the condition, and no others."""
    name, property = str(exchange.note.get("name", "")), str(exchange.note.get("property", ""))
    refused, listed = refusal(exchange, name), items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    type = model.structured(model.members(window.type)[property].type.name) if window is not None else None
    if window is None or type is None:
        return no_window(name)
    known = {identity(row, window.key): members(row, property) for row in window.rows}
    condition, told = odata.from_note(exchange.note.get("condition")), False
    for row in listed:
        id, found = identity(row, window.key), [plain(item) for item in members(row, property)]
        if not known.get(id):
            continue
        try:
            ways = [[plain(item) for item in odata.keep(model, type, condition, known[id], loose=way)] for way in WAYS]
        except COMPUTING:
            return not_computable(name)
        told = told or len(ways[0]) < len(known[id])
        if property not in row or found not in ways:
            return _other(exchange, window, later, id, ways[0], found)
    return passed(location=name, query=query(exchange)) if told else not_applicable("too_few", location=name)


def _other(exchange: Exchange, window: Window, later: Later, id: str, wanted: Sequence[Row], found: Sequence[Row]) -> Result:
    """A failure when the row was the same when it was read once more."""
    name = str(exchange.note.get("name", ""))
    if id not in later.unchanged(window, [id]):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    return failed(
        "wrong_members",
        expected=len(wanted),
        found=len(found),
        where=VALUE,
        location=name,
        exchanges=window.exchanges[:3],
        query=query(exchange),
        row=id,
        expected_rows=list(wanted[:SHOWN]),
        found_rows=list(found[:SHOWN]),
        expected_count=len(wanted),
        found_count=len(found),
    )


@check(
    "odata.select.filter",
    of=PART,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.5.1; 13.2.3; OData 4.01 Part 2, 5.1.4",
    severity="minor",
)
def filtered(exchange: Exchange, api: Odata, seen: Inside) -> Result:
    """$filter inside of $select shows the members of a collection that satisfy it, and no others.

    Asked of a collection of complex values, and only where the service states 4.01.
    Remedy: apply the condition to the members before they are written, or answer 501.
    """
    if api.model is None:
        return no_window("$filter")
    return _part(api.model, exchange, seen.of(str(exchange.note.get("set", ""))), Later(seen.again))


@check(
    "odata.expand.cast",
    of=CAST,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.5.2; 13.1.3; OData 4.01 Part 2, 5.1.3",
    severity="minor",
)
def behind_cast(exchange: Exchange, api: Odata, seen: Inside) -> Result:
    """$expand behind the name of a derived type shows what only entities of that type relate to.

    Entities of the type show the relation as a list, an entity, or null; all other entities are there as well.
    Remedy: resolve the type cast in the path of $expand, or answer 501.
    """
    name, navigation, type = (str(exchange.note.get(part, "")) for part in ("name", "navigation", "type"))
    model, window = api.model, seen.of(str(exchange.note.get("set", "")))
    refused, listed = refusal(exchange, name), items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    if model is None or window is None:
        return no_window(name)
    mine = [row for row in listed if is_a(model, window, row, type)]
    if not mine:
        return not_applicable("too_few", location=name)
    wrong = next((row for row in mine if not isinstance(row.get(navigation, 0), list | dict | None)), None)
    if wrong is None:
        return passed(location=name, query=query(exchange))
    found = sorted(part for part in wrong if "@" not in part)[:SHOWN]
    return failed(
        "cast_not_inline", expected=navigation, found=found, where=VALUE, location=name, query=query(exchange), type=type,
        row=identity(wrong, window.key),
    )  # fmt: skip
