"""OData: is what $expand shows inline what is related, and do its options do what they say?"""

from collections.abc import Callable

from cpo_probe.sdk import Evidence, Exchange, Result, check, failed, not_applicable, odata, passed

from .query_answer import SHOWN, VALUE, malformed, no_window, query, refusal
from .query_expand_judge import Pair, View, as_related, complete, option, view_of, wrong
from .query_expansions import EXPAND, OPTION, RELATED, Expansions, children
from .window import Row, Windows, control, identity, items

CLAUSE = "OData 4.01 Part 1, 11.2.5.2.1; OData 4.01 Part 2, 5.1.3"


@check("odata.expand", of=EXPAND, needs="odata", clause="OData 4.01 Part 1, 11.2.5.2; OData JSON 4.01, 8.3", severity="major")
def expanded(exchange: Exchange, windows: Windows, expansions: Expansions, evidence: Evidence) -> Result:
    """$expand shows inline what is related.

    Each row has the relation as a list, an entity, or null; and what is shown of a row or two are the entities that the URL of
    the relation gives.
    Remedy: read what is related in the same query, and write an empty list or null where there is nothing.
    """
    name = str(exchange.note.get("navigation", ""))
    refused = refusal(exchange, name)
    if refused is not None:
        return refused
    listed, window = items(exchange), windows.of(str(exchange.note.get("set", "")))
    if listed is None:
        return malformed(exchange, name)
    if windows.model is None or window is None:
        return no_window(name)
    member = windows.model.members(window.type).get(name)
    kind: type | tuple[type, ...] = list
    if isinstance(member, odata.csdl.NavigationProperty) and not member.type.collection:
        kind = (dict, type(None))
    for row in listed:
        if name not in row or not isinstance(row[name], kind):
            missing = [identity(row, window.key)]
            found = sorted(n for n in row if "@" not in n)[:SHOWN]
            return failed(
                "not_expanded", expected=name, found=found, where=VALUE, location=name, query=query(exchange), missing=missing
            )
    view = view_of(exchange, windows, expansions)
    return (
        passed(location=name, query=query(exchange))
        if isinstance(view, Result)
        else as_related(exchange, view, evidence.select(purpose=RELATED, interface=exchange.interface, group=exchange.group))
    )


@check("odata.expand.filter", of=OPTION.format("filter"), needs="odata", clause=CLAUSE, severity="major")
def filtered(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$filter inside of $expand keeps the related entities that satisfy it, and all rows.

    Remedy: apply the condition to what is related, not to the rows.
    """

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        expression = odata.from_note(exchange.note.get("expression"))
        kept = [
            view.ids(odata.keep(view.model, view.child, expression, pair.known or (), loose=loose)) for loose in (False, True)
        ]
        found = view.ids(pair.found or ())
        missing = [id for id in kept[0] if id in kept[1] and id not in found] if complete(view, pair) else []
        surplus = [id for id in found if id not in kept[0] and id not in kept[1] and id in view.ids(pair.known or ())]
        return wrong(exchange, view, pair, kept[0], found, "wrong_related") if missing or surplus else None

    return option(exchange, windows, expansions, judge)


@check("odata.expand.orderby", of=OPTION.format("orderby"), needs="odata", clause=CLAUSE, severity="minor")
def sorted_inside(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$orderby inside of $expand sorts what is related, and leaves nothing out.

    Remedy: hand the order to the query that reads what is related.
    """

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        order, found, known = _order(exchange), pair.found or [], pair.known or []
        first = odata.first_out_of_order(view.model, view.child, order, found)
        expected = view.ids(odata.sort_rows(view.model, view.child, order, known))
        if first is not None:
            return wrong(exchange, view, pair, expected, view.ids(found), "not_in_order")
        if complete(view, pair) and sorted(view.ids(found)) != sorted(expected):
            return wrong(exchange, view, pair, expected, view.ids(found), "wrong_related")
        return None

    return option(exchange, windows, expansions, judge)


def _order(exchange: Exchange) -> list[odata.OrderItem]:
    path, descending = exchange.note["order"]
    return [odata.OrderItem(odata.expression.Path(str(path)), bool(descending))]


@check("odata.expand.paging", of=OPTION.format("paging"), needs="odata", clause=CLAUSE, severity="minor")
def paged(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$top and $skip inside of $expand count what is related to each row.

    Asked with $orderby by a number that is different within each row, $top=1 and $skip=1.
    Remedy: number what is related row by row, not over the whole answer.
    """

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        skip, top = (exchange.note.get(f"nested_{name}") for name in ("skip", "top"))
        whole = odata.sort_rows(view.model, view.child, _order(exchange), pair.known or [])
        expected = view.ids(whole[skip or 0 :][: top if top is not None else None])
        found = view.ids(pair.found or ())
        if not complete(view, pair):
            return None if found == expected[: len(found)] else wrong(exchange, view, pair, expected, found, "wrong_related")
        return None if found == expected else wrong(exchange, view, pair, expected, found, "wrong_related")

    return option(exchange, windows, expansions, judge)


@check("odata.expand.count", of=OPTION.format("count"), needs="odata", clause=CLAUSE, severity="minor")
def counted(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$count=true inside of $expand states how many are related to each row.

    The count stands beside the relation, as `<relation>@odata.count`, or `@count`.
    Remedy: count what is related to each row, before $top and $skip.
    """

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        count, known = control(pair.row, "count", view.navigation), len(pair.known or ())
        if count is None or int(count) != known:
            return wrong(exchange, view, pair, [str(known)], [str(count)], "wrong_count")
        return None

    return option(exchange, windows, expansions, judge)


@check("odata.expand.select", of=OPTION.format("select"), needs="odata", clause=CLAUSE, severity="minor")
def selected(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$select inside of $expand shows the property of what is related.

    The values are those that were shown without it. A service may show more than was asked for, even everything: then it is
    not to be seen whether it knows the option.
    Remedy: apply the list to what is related.
    """
    dropped: list[bool] = []

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        name = str(exchange.note.get("property", ""))
        known = dict(zip(view.ids(pair.known or ()), pair.known or (), strict=True))
        for child in pair.found or ():
            if name not in child:
                return wrong(exchange, view, pair, [name], sorted(n for n in child if "@" not in n), "property_missing")
            before = known.get(identity(child, view.key))
            if before is not None and before.get(name) != child[name]:
                return wrong(exchange, view, pair, [str(before.get(name))], [str(child[name])], "other_value")
            if before is not None:
                dropped.append(_properties(child) < _properties(before))
        return None

    said = option(exchange, windows, expansions, judge)
    if said.outcome.value == "pass" and dropped and not any(dropped):
        return not_applicable("shown_anyway", location="$select")  # Part 1, 11.2.5: it may include properties not selected
    return said


def _properties(row: Row) -> set[str]:
    return {name for name in row if "@" not in name}


@check(
    "odata.expand.levels", of=OPTION.format("levels"), needs="odata", clause="OData 4.01 Part 1, 11.2.5.2.1.1", severity="minor"
)
def levels(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$levels=2 follows a recursive relation for another step.

    What is related shows its own related entities by the same name; where these rows were shown before, the same ones.
    Remedy: apply the expand item again to what it found, as often as the number says, less one.
    """
    deeper: list[bool] = []

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        shown = {identity(row, view.window.key): children(row, view.navigation) for row in view.window.rows}
        if complete(view, pair) and sorted(view.ids(pair.found or ())) != sorted(view.ids(pair.known or ())):
            return wrong(exchange, view, pair, view.ids(pair.known or ()), view.ids(pair.found or ()), "wrong_related")
        for child in pair.found or ():
            below = children(child, view.navigation)
            deeper.append(below is not None)
            expected = shown.get(identity(child, view.key))
            if below is None and expected:
                return wrong(exchange, view, pair, view.ids(expected), [], "not_expanded")
            if below is not None and expected is not None and sorted(view.ids(below)) != sorted(view.ids(expected)):
                return wrong(exchange, view, pair, view.ids(expected), view.ids(below), "wrong_related")
        return None

    said = option(exchange, windows, expansions, judge)
    if said.outcome.value == "pass" and deeper and not any(deeper):
        where = VALUE
        return failed(
            "option_ignored", expected="$levels=2", found="one level", where=where, location="$levels", query=query(exchange)
        )
    return said


@check(
    "odata.expand.ref",
    of=OPTION.format("ref"),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.5.2; OData JSON 4.01, 14",
    severity="minor",
)
def references(exchange: Exchange, windows: Windows, expansions: Expansions) -> Result:
    """$expand with /$ref shows references to what is related.

    As many as there are related entities, each with its id.
    Remedy: write {"@odata.id": ...} for each of them.
    """

    def judge(view: View, exchange: Exchange, pair: Pair) -> Result | None:
        found = pair.found or []
        named = [str(control(child, "id")) for child in found if isinstance(control(child, "id"), str)]
        expected = view.ids(pair.known or ())
        if len(named) != len(found):
            return wrong(exchange, view, pair, ["@odata.id"], [str(sorted(child)[:SHOWN]) for child in found], "no_reference")
        if complete(view, pair) and len(found) != len(expected):
            return wrong(exchange, view, pair, expected, named, "wrong_related")
        return None

    return option(exchange, windows, expansions, judge)


JUDGES: dict[str, Callable[[Exchange, Windows, Expansions], Result]] = {
    "filter": filtered, "orderby": sorted_inside, "paging": paged, "count": counted, "select": selected, "levels": levels,
    "ref": references,
}  # fmt: skip
"""By the last part of the purpose."""
