"""OData: does the cross join of two sets pair their entities? At most five requests, and none unless the metadata promises it.

Asked of the first two sets with rows: the pair of one entity of each, with both inline, and by links; where an entity of one
names one of the other by a referential constraint, that pair by the constraint.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .address import NavigationProperty
from .address_claims import CAPABILITIES, claim, says
from .address_same import BODY, JSON, STATUS, key_of
from .query_answer import NOT_SUPPORTED
from .query_stated import filterable
from .window import Row, Window, Windows, body, control, encoded, items

JOIN, ONE = "odata.address.crossjoin", "odata.address.crossjoin-one"
FRAGMENT = "Collection(Edm.ComplexType)"
TOP = 5


@probe(id="odata.crossjoin", needs="odata", purposes=(JOIN, ONE), after="odata.window", cost=5)
async def crossjoin(ctx: Context) -> None:
    """One pair of entities of two sets, where the metadata states CrossJoinSupported."""
    windows = ctx.fact(Windows)
    model = windows.model
    if model is None or says(claim(model, f"{CAPABILITIES}.CrossJoinSupported")) is not True:
        return
    pair = _pair(model, windows.best())
    if pair is None:
        ctx.blocked(Blocker.NO_ARGUMENTS, "no two sets have rows with keys that can be written")
        return
    one, other = pair
    place = f"{ctx.interface.url}/$crossjoin({one.set},{other.set})"
    rows = {one.set: one.rows[0], other.set: _partner(model, one, other) or other.rows[0]}
    both = " and ".join(_is(model, window, rows[window.set]) for window in pair)
    note = {"sets": [one.set, other.set], "seen": {name: _key(model, w, rows[name]) for w in pair for name in [w.set]}}
    expand = f"&$expand={one.set},{other.set}"

    async def get(condition: str, form: str, more: str = "") -> Exchange:
        url = f"{place}?$filter={encoded(condition)}{more}&$top={TOP}"
        why = f"the pair of an entity of {one.set} and one of {other.set}"
        return await ctx.get(url, purpose=JOIN, why=why, accept=JSON, note={**note, "form": form})

    asked = [await get(both, "expanded", expand), await get(both, "links")]
    constraint = _constraint(model, one, other)
    if constraint and asked[0].status == 200 and _partner(model, one, other) is not None:
        near, far = constraint
        named = f"{one.set}/{near} eq {other.set}/{far} and {_is(model, one, rows[one.set])}"
        asked.append(await get(named, "constraint", expand))
    if any(answer.status == 200 and len(items(answer) or ()) != 1 for answer in asked):
        for window in pair:
            url = f"{window.url}{odata.key_predicate(model, window.type, rows[window.set])}"
            await ctx.get(url, purpose=ONE, why="is it still there?", accept=JSON, note={"set": window.set})


def _pair(model: CsdlModel, windows: tuple[Window, ...]) -> tuple[Window, Window] | None:
    """Two sets, the first with a reference to the second where there are such; small ones, since the server may pair all rows."""
    usable = [
        window for window in windows
        if _is(model, window, window.rows[0]) and all(filterable(model, window.set, path) for path in window.key)
    ]  # fmt: skip
    pairs = list(permutations(sorted(usable, key=lambda window: not window.complete), 2))
    return next((pair for pair in pairs if _partner(model, *pair) is not None), pairs[0] if pairs else None)


def _constraint(model: CsdlModel, one: Window, other: Window) -> tuple[str, str] | None:
    """Property of one and key property of the other that a navigation property makes equal."""
    bound = {b.path for b in model.sets[one.set].bindings if b.target.rpartition("/")[2] == other.set}
    for nav in model.members(one.type).values():
        if not isinstance(nav, NavigationProperty) or nav.type.collection or len(nav.constraints) != 1:
            continue
        if nav.name in bound:
            (found,) = nav.constraints
            if len(other.key) == 1 and found.principal == other.key[0]:
                return found.dependent, found.principal
    return None


def _partner(model: CsdlModel, one: Window, other: Window) -> Row | None:
    """The entity that the first row of one names, where the window of the other shows it."""
    found = _constraint(model, one, other)
    value = one.rows[0].get(found[0]) if found else None
    return next((row for row in other.rows if found and value is not None and row.get(found[1]) == value), None)


def _is(model: CsdlModel, window: Window, row: Row) -> str:
    """The condition that keeps this row alone; "" where its key cannot be written."""
    parts = []
    for path, (_, part) in zip(window.key, model.key(window.type), strict=False):
        if part is None or "/" in path or row.get(path) is None:
            return ""
        try:
            parts.append(f"{window.set}/{path} eq {odata.literal(model, part.type.name, row[path])}")
        except odata.Untyped:
            return ""
    return " and ".join(parts)


def _key(model: CsdlModel, window: Window, row: Row) -> Row:
    return {name: row.get(name) for name in window.key}


@check(
    "odata.crossjoin",
    of=JOIN,
    needs="odata",
    clause="OData 4.01 Part 2, 4.15; OData 4.01 Part 1, 10.20",
    severity="minor",
)
def joined(exchange: Exchange, evidence: Evidence, windows: Windows) -> Result:
    """The cross join of two sets pairs their entities.

    $crossjoin(A,B) with a condition that only one entity of each keeps is answered with this one pair, as an object with a
    member, or a link, for each set. Asked where the metadata states CrossJoinSupported.
    Remedy: answer with every pair that keeps the condition and no other, or do not state that cross joins are supported.
    """
    location, status, model = str(exchange.note.get("form", "")), exchange.status, windows.model
    if model is None:
        return not_applicable("no_metadata")
    if status in NOT_SUPPORTED and location != "links":
        return not_applicable("not_supported", status=status, location=location)  # $expand is not what the annotation promises
    if status in NOT_SUPPORTED:
        return failed("refused_although_claimed", expected=200, found=status, where=STATUS, location=location)
    if status != 200:
        if status >= 500 and status != 503:
            return failed("server_error", expected=200, found=status, where=STATUS, location=location)
        return not_applicable("other_answer", location=location, status=status)
    rows, said = items(exchange), body(exchange)
    if rows is None or said is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object with value", found=found, where=BODY, location=location)
    context = control(said, "context")
    if isinstance(context, str) and context.rpartition("#")[2] != FRAGMENT:
        where = Where("response.body", pointer="/@odata.context")
        found = f"#{context.rpartition('#')[2]}"
        return failed("address_wrong_context", expected=f"#{FRAGMENT}", found=found, where=where, location=location)
    for row in rows:
        for name, key in exchange.note.get("seen", {}).items():
            if (shown := _shown(row, name)) is not None and not _same(model, windows, name, shown, key):
                got = {part: shown.get(part) for part in key}
                return failed("other_entity", expected=key, found=got, where=BODY, location=location)
    if len(rows) == 1:
        return passed(location=location)
    if not rows and control(said, "nextLink") is not None:
        return not_applicable("more_pages", location=location)  # a page may be empty (Part 1, 11.2.6.7)
    still = {str(one.note.get("set")) for one in evidence.select(purpose=ONE, interface=exchange.interface) if one.status == 200}
    if not rows and still != set(exchange.note.get("sets", ())):
        return untestable(Blocker.WINDOW, location=location)
    return failed("joined_other_number", expected=1, found=len(rows), where=BODY, location=location)


def _shown(row: Mapping[str, Any], name: str) -> Row | None:
    value = row.get(name)
    return value if isinstance(value, dict) else None


def _same(model: CsdlModel, windows: Windows, name: str, shown: Row, key: Row) -> bool:
    window = windows.of(name)
    if window is None or key_of(model, window.type, shown) is None:
        return True  # nothing can be said of it
    return key_of(model, window.type, shown) == key_of(model, window.type, key)
