"""OData V2: do $orderby, $top, $skip, $select, $expand, $count and $inlinecount do what they say?"""

from collections.abc import Sequence
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Evidence,
    Exchange,
    Exchanges,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    untestable,
)

from .old_conditions import value_at
from .old_query import AGAIN, COUNT, EXPAND, INLINE, ORDER, SELECT, SKIP, TOP
from .old_results import next_in_order
from .old_shared import BODY, count, following, identities, inner, key_names, named, plain_count, refused, rows
from .old_window import OldWindows, primitives, windows_of

URI = "OData 2.0 URI Conventions, "
RESULTS = Where("response.body", pointer="/d/results")


def _malformed(exchange: Exchange) -> Result:
    return failed("malformed", expected="d.results", found=exchange.media_type, where=BODY, location=named(exchange))


@check("odata2.orderby", of=ORDER, needs="odata", clause=f"[MS-ODATA] 2.2.3.6.1.6 ($orderby); {URI}4.2", severity="major")
def orderby(exchange: Exchange, known: OldWindows) -> Result:
    """$orderby sorts, up and down.

    Judged on a number or a date over the first rows; rows without a value are passed over. Dates with an offset are read as
    UTC or as local time, whichever is in order.
    Remedy: hand $orderby to the query of the database, or refuse it with 4xx or 501.
    """
    said = refused(exchange)
    if said is not None:
        return said
    listed, model = rows(exchange), known.model
    if model is None or listed is None:
        return _malformed(exchange)
    path, type, location = str(exchange.note["path_of"]), str(exchange.note["type"]), named(exchange)
    try:
        shown = [value_at(model, row, path, type)[0] for row in listed]
    except odata.Untyped:
        return not_applicable("too_few", location=location)
    there = [value for value in shown if value is not None]
    readings = [there]
    if any(isinstance(value, odata.times.Moment) for value in there):
        readings = [[v.picoseconds for v in there], [v.picoseconds - v.offset * odata.times.MINUTE for v in there]]
    if len(set(there)) < 2:
        return not_applicable("too_few", location=location)
    down = exchange.note["direction"] == "desc"
    if any(reading == sorted(reading, reverse=down) for reading in readings):
        return passed(location=location)
    found = [row.get(path) for row in listed[:10]]
    return failed("not_sorted", expected=f"{path} {exchange.note['direction']}", found=found, where=RESULTS, location=location)


@check("odata2.top", of=TOP, needs="odata", clause=f"[MS-ODATA] 2.2.3.6.1.8 ($top); {URI}4.3", severity="major")
def top(exchange: Exchange) -> Result:
    """$top limits how many entities are returned.

    Fewer may come when the service makes pages; never more.
    Remedy: hand $top to the query of the database, or refuse it with 4xx or 501.
    """
    said = refused(exchange)
    if said is not None:
        return said
    listed, most = rows(exchange), int(exchange.note["top"])
    if listed is None:
        return _malformed(exchange)
    if len(listed) <= most:
        return passed(location=named(exchange))
    return failed("larger_than_asked", expected=most, found=len(listed), where=RESULTS, location=named(exchange))


@check("odata2.skip", of=SKIP, per="group", needs="odata", clause=f"[MS-ODATA] 2.2.3.6.1.7 ($skip); {URI}4.4", severity="major")
def skip(exchanges: Exchanges, known: OldWindows) -> Result:
    """$skip leaves out that many entities from the beginning of the order.

    In the order of the key, the first five were read, and then three after $skip=2: they are the third to the fifth of those.
    When they were not, the first five were read once more.
    Remedy: hand $skip to the query of the database, or refuse it with 4xx or 501.
    """
    held = list(exchanges)
    ids = [e.id for e in held]
    turns = {str(e.note.get("role")): e for e in held}
    first, then = turns.get("first"), turns.get("then")
    if first is None or then is None:
        return untestable(Blocker.NO_DATA, exchanges=ids)
    window, model, location = known.of(named(then)), known.model, named(then)
    said = refused(first) if first.status != 200 and first.status < 500 else refused(then)
    if said is not None or window is None or model is None:
        return said or untestable(Blocker.NO_DATA, exchanges=ids)
    if rows(then) is None:
        return _malformed(then)
    if next_in_order(model, window, first, then):
        return passed(location=location, exchanges=ids)
    again = turns.get("again")
    one, other = (identities(model, window.type, rows(e) or []) for e in (first, then))
    if again is None or identities(model, window.type, rows(again) or []) != one or len(one) < 3:
        return untestable(Blocker.WINDOW, exchanges=ids)
    return failed(
        "other_part_of_order", expected=_keys(one[2:]), found=_keys(other), where=RESULTS, location=location, exchanges=ids
    )


def _keys(keys: Sequence[tuple[Any, ...]]) -> list[str]:
    return [", ".join(str(getattr(part, "text", part)) for part in key) for key in keys]


@check(
    "odata2.select", of=SELECT, needs="odata", clause=f"[MS-ODATA] 2.2.3.6.1.11 ($select), 2.2.6.3.3; {URI}4.8", severity="minor"
)
def select(exchange: Exchange, known: OldWindows) -> Result:
    """$select returns the properties asked for.

    A service may return more, even everything: then it is not to be seen whether it knows the option.
    Remedy: return what was selected, or refuse $select with 4xx or 501.
    """
    said = refused(exchange)
    if said is not None:
        return said
    listed, window, model = rows(exchange), known.of(named(exchange)), known.model
    if listed is None or window is None or model is None:
        return _malformed(exchange)
    name, location = str(exchange.note["name"]), named(exchange)
    if not listed:
        return not_applicable("too_few", location=location)
    if any(name not in row for row in listed):
        return failed("property_absent", expected=name, found=sorted(listed[0]), where=RESULTS, location=location)
    others = {path.partition("/")[0] for path, _ in primitives(model, window.type)} - {name, *key_names(model, window.type)}
    if all(others <= row.keys() for row in listed):
        return not_applicable("shown_anyway", location=location)  # 2.2.3.6.1.11: it may return properties beyond the selected
    return passed(location=location)


@check(
    "odata2.expand", of=EXPAND, needs="odata", clause=f"[MS-ODATA] 2.2.3.6.1.3 ($expand), 2.2.6.3.9.1; {URI}4.6", severity="major"
)
def expand(exchange: Exchange) -> Result:
    """$expand shows the related entities inside the entity, where otherwise a link stands.

    Several in `results`, one as an object or null.
    Remedy: write the related entities inline, or refuse $expand with 4xx or 501.
    """
    said = refused(exchange)
    if said is not None:
        return said
    listed, name, location = rows(exchange), str(exchange.note["name"]), named(exchange)
    if listed is None:
        return _malformed(exchange)
    if not listed:
        return not_applicable("too_few", location=location)
    for position, row in enumerate(listed):
        value = row.get(name, row)
        if value is row or (isinstance(value, dict) and "__deferred" in value):
            found = "nothing" if value is row else "__deferred"
            where = Where("response.body", pointer=f"/d/results/{position}/{name}")
            return failed("option_ignored", expected=f"$expand={name}", found=found, where=where, location=location)
    return passed(location=location)


@check("odata2.count", of=COUNT, needs="odata", clause="[MS-ODATA] 2.2.7.2.10 RetrieveCount Request", severity="major")
def count_alone(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """<set>/$count answers with the number of entities, as text.

    Where all rows of a set were read, before and after, the number is theirs.
    Remedy: answer with the digits and nothing else, or refuse /$count with 4xx or 501.
    """
    status, location = exchange.status, named(exchange)
    if status != 200:
        said = refused(exchange)
        return said if said is not None else not_applicable("not_supported", status=status)
    number, window = plain_count(exchange), known.of(named(exchange))
    if number is None:
        found = exchange.body[:60].decode("utf-8", "replace")
        return failed("malformed", expected="digits", found=found, where=BODY, location=location)
    if window is None or not window.complete or exchange.note.get("filter") or number == len(window.rows):
        return passed(location=location)
    pages = list(evidence.select(purpose=AGAIN, interface=exchange.interface))
    later = windows_of(known.model, "", [e for e in pages if named(e) == location]) if known.model else ()
    if not later or not later[0].complete or len(later[0].rows) != len(window.rows):
        return untestable(Blocker.WINDOW, location=location)
    ids = [*window.exchanges, *later[0].exchanges]
    return failed("counts_differ", expected=len(window.rows), found=number, where=BODY, location=location, exchanges=ids)


@check(
    "odata2.inlinecount",
    of=(INLINE, COUNT),
    per="group",
    needs="odata",
    clause=f"[MS-ODATA] 2.2.3.6.1.10 ($inlinecount), 2.2.6.3.2.1; {URI}4.9",
    severity="major",
)
def inlinecount(exchanges: Exchanges) -> Results:
    """$inlinecount=allpages states how many entities satisfy the request, in __count, whatever $top leaves out.

    Compared with /$count of the same request, with and without a filter; a second time where they disagreed.
    Remedy: count what $filter keeps, before $top and $skip, or refuse $inlinecount with 4xx or 501.
    """
    held = list(exchanges)
    found: list[Result] = []
    for filter in sorted({str(e.note.get("filter", "")) for e in held if e.purpose == INLINE}):
        same = [e for e in held if e.note.get("filter", "") == filter]
        found.append(_inline([e for e in same if e.purpose == INLINE], [e for e in same if e.purpose == COUNT]))
    return found or [untestable(Blocker.NO_DATA)]


def _inline(inline: list[Exchange], plain: list[Exchange]) -> Result:
    last = inline[-1]
    ids, location = [e.id for e in (*inline, *plain)], named(last)
    said = refused(last)
    if said is not None:
        return said
    value = inner(last)
    if not isinstance(value, dict) or "__count" not in value:
        where = Where("response.body", pointer="/d/__count")
        return failed(
            "option_ignored", expected="$inlinecount=allpages", found="no __count", where=where, location=location, exchanges=ids
        )
    number, other = count(last), plain_count(plain[-1]) if plain else None
    where = Where("response.body", pointer="/d/__count")
    if number is None:
        return failed("malformed", expected="digits", found=value["__count"], where=where, location=location, exchanges=ids)
    if other is None:
        listed = len(rows(last) or ())
        if following(last) or number >= listed:
            return passed(location=location, exchanges=ids)
        return failed("counts_differ", expected=listed, found=number, where=where, location=location, exchanges=ids)
    if number == other:
        return passed(location=location, exchanges=ids)
    if len(inline) < 2 or any(count(i) == plain_count(p) for i in inline for p in plain):
        return untestable(Blocker.WINDOW, location=location, exchanges=ids)
    return failed("counts_differ", expected=other, found=number, where=where, location=location, exchanges=ids)
