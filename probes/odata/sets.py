"""OData: can the entity sets be read, and is the answer to a query the right one? At most six sets, five requests for each."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .address_claims import by_key, readable
from .metadata import METADATA, Odata, ask, unread

READ, ORDER, FILTER, ENTITY, AGAIN = (f"odata.sets.{name}" for name in ("read", "order", "filter", "entity", "again"))
MOST = 6
TOP = 3
WINDOW = 20  # items of which the order is looked at
STATUS = Where("response.status")
_INTEGERS = frozenset({"Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64"})
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")


@probe(needs="odata", purposes=(METADATA, READ, ORDER, FILTER, ENTITY, AGAIN), after="odata.service", cost=MOST * 5 + 1)
async def sets(ctx: Context) -> None:
    """Of each set the first entities; in another order; by a filter on a value that was seen; one by its key."""
    known = ctx.fact(Odata)
    known = known if known.model else await ask(ctx)
    if known.model is None or known.old:
        unread(ctx, known)
        return
    for name in [name for name in sorted(known.model.sets) if readable(known.model, name)][:MOST]:
        await _set(ctx, known.model, name)


async def _set(ctx: Context, model: CsdlModel, name: str) -> None:
    url = f"{ctx.interface.url}/{name}"

    async def get(address: str, purpose: str, why: str, **note: Any) -> Exchange:
        return await ctx.get(address, purpose=purpose, why=why, accept="application/json", group=name, note={"set": name, **note})

    first = await get(f"{url}?$top={TOP}", READ, f"the first {TOP} of {name}")
    items = _items(first)
    type = model.entity(model.sets[name].type)
    if not items or type is None:
        return
    key = {part: _literal(model, one.type.name, items[0].get(part)) if one else "" for part, one in model.key(type)}
    types = {n: model.underlying(p.type.name) for n, p in model.members(type).items() if not p.type.collection}
    number = next((n for n in (*key, *types) if types.get(n) in _INTEGERS), "")
    if number:
        await get(f"{url}?$orderby={number}%20desc&$top={WINDOW}", ORDER, f"by {number}, largest first", property=number)
    if not key or not all(key.values()):
        return
    name_of, literal = next(iter(key.items()))
    seen = {part: items[0][part] for part in key}
    sought = f"{url}?$filter={name_of}%20eq%20{quote(literal, safe=_SAFE)}&$top={TOP}"
    filtered = await get(sought, FILTER, f"{name_of} = {literal}", property=name_of, value=items[0][name_of])
    predicate = ",".join(f"{part}={text}" for part, text in key.items()) if len(key) > 1 else literal
    found = True
    if by_key(model, name) and _conventional(items[0], f"{name}({predicate})"):
        entity = await get(f"{url}({quote(predicate, safe=_SAFE)})", ENTITY, "the first of them by its key", key=seen)
        found = entity.status not in (404, 410)
    if not found or _items(filtered) == []:
        await get(f"{url}?$top={TOP}", AGAIN, "is what was not found still listed?")


_SAFE = "'=,-"


def _conventional(row: dict[str, Any], path: str) -> bool:
    """Whether the list states no other address: services need not know keys in URLs (Part 1, 11.2.2; OData JSON 4.01, 4.5.9)."""
    names = (f"@{prefix}{name}" for name in ("readLink", "editLink", "id") for prefix in ("odata.", ""))
    link = next((row[name] for name in names if isinstance(row.get(name), str)), path)
    return unquote(link).endswith(path)


def _literal(model: CsdlModel, type: str, value: Any) -> str:
    """The value as it stands in URLs; "" for what needs more care than this probe takes."""
    kind = model.underlying(type)
    if kind in _INTEGERS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if kind in ("Edm.String", "Edm.Guid") and isinstance(value, str) and _PLAIN.fullmatch(value):
        return value if kind == "Edm.Guid" else f"'{value}'"
    return ""


def _items(exchange: Exchange) -> list[dict[str, Any]] | None:
    """The entities of a collection; None when the answer is none."""
    value = _object(exchange)
    listed = value.get("value") if value is not None else None
    return [i for i in listed if isinstance(i, dict)] if isinstance(listed, list) else None


def _object(exchange: Exchange) -> dict[str, Any] | None:
    if exchange.status != 200 or exchange.response is None or exchange.response.document.problem:
        return None
    value = exchange.response.document.value
    return value if isinstance(value, dict) else None


def _name(exchange: Exchange) -> str:
    return str(exchange.note.get("set", ""))


def _same(one: Any, other: Any) -> bool:
    """Equal; texts as databases compare them, without case, accents and spaces at the end."""
    if isinstance(one, str) and isinstance(other, str):
        return odata.functions.fold(one) == odata.functions.fold(other)
    return bool(one == other)


def _still_there(evidence: Evidence, exchange: Exchange, key: dict[str, Any]) -> bool:
    """Whether the entity was listed once more after it had not been found."""
    later = [e for e in evidence.select(purpose=AGAIN, interface=exchange.interface) if _name(e) == _name(exchange)]
    return any(all(_same(item.get(k), v) for k, v in key.items()) for e in later for item in _items(e) or ())


@check(
    "odata.sets.reachable",
    of=READ,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.7; OData CSDL XML 4.01, 13.2",
    severity="major",
)
def reachable(exchange: Exchange) -> Result:
    """An entity set of the metadata can be read.

    GET of its URL gives a JSON object with `value`, the list of entities. Sets that may not be read, or only with a filter,
    refuse otherwise than by 404 and are not judged.
    Remedy: leave out of the metadata what the service does not have, and answer the rest.
    """
    status, location = exchange.status, _name(exchange)
    if status == 200:
        if _items(exchange) is not None:
            return passed(location=location)
        where, found = Where("response.body", pointer="/value"), exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object with value", found=found, where=where, location=location)
    if status in (404, 410) or (status >= 500 and status not in (501, 503)):
        return failed("other_status", expected=200, found=status, where=STATUS, location=location)
    return not_applicable("other_answer", status=status)


@check("odata.sets.top", of=READ, needs="odata", clause="OData 4.01 Part 1, 11.2.6.3", severity="major")
def top(exchange: Exchange) -> Result:
    """$top limits how many entities are returned.

    Fewer may come when there are no more, or the service makes pages; never more.
    Remedy: hand $top to the query of the database, or answer 501.
    """
    items = _items(exchange)
    if items is None:
        return not_applicable("other_answer", status=exchange.status)
    if len(items) < TOP:
        return not_applicable("too_few")
    if len(items) == TOP:
        return passed(location=_name(exchange))
    where = Where("response.body", pointer="/value")
    return failed("larger_than_asked", expected=TOP, found=len(items), where=where, location=_name(exchange))


@check("odata.sets.order", of=ORDER, needs="odata", clause="OData 4.01 Part 1, 11.2.6.2", severity="major")
def order(exchange: Exchange) -> Result:
    """$orderby sorts.

    Judged on a whole number, largest first, over the entities of one answer; who has no value is passed over.
    Remedy: hand $orderby to the query of the database, or answer 501.
    """
    items, property = _items(exchange), str(exchange.note.get("property", ""))
    if items is None:
        return not_applicable("other_answer", status=exchange.status)
    numbers = list(_numbers(item.get(property) for item in items))
    if len(set(numbers)) < 2:
        return not_applicable("too_few")
    if numbers == sorted(numbers, reverse=True):
        return passed(location=_name(exchange))
    where = Where("response.body", pointer="/value")
    return failed("not_sorted", expected=f"{property}, largest first", found=numbers[:10], where=where, location=_name(exchange))


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            yield value
        elif isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):  # Edm.Int64 with IEEE754Compatible=true
            yield int(value)


@check(
    "odata.sets.filter",
    of=FILTER,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.6.1; OData 4.01 Part 2, 5.1.1.1.1",
    severity="major",
)
def by_filter(exchange: Exchange, evidence: Evidence) -> Results:
    """$filter with `eq` gives the entities that have the value, and no others.

    Asked with a part of the key of an entity that was listed before. Where it is not found, it was looked for once more in the
    list, so that one that was deleted meanwhile is no finding. Case and spaces at the end are left to the database.
    Remedy: hand $filter to the query of the database, or answer 501.
    """
    items, property, value = _items(exchange), str(exchange.note.get("property", "")), exchange.note.get("value")
    if items is None:
        return not_applicable("other_answer", status=exchange.status)
    where, location = Where("response.body", pointer="/value"), _name(exchange)
    wrong = [item[property] for item in items if property in item and not _same(item[property], value)]
    if wrong:
        return failed("not_filtered", expected=f"{property} eq {value}", found=wrong[:5], where=where, location=location)
    if items:
        return passed(location=location)
    if not _still_there(evidence, exchange, {property: value}):
        return untestable(Blocker.WINDOW)
    return failed("not_found_again", expected=f"{property} eq {value}", found=0, where=where, location=location)


@check(
    "odata.sets.by-key", of=ENTITY, needs="odata", clause="OData 4.01 Part 1, 11.2.2; OData 4.01 Part 2, 4.3", severity="major"
)
def listed_by_key(exchange: Exchange, evidence: Evidence) -> Result:
    """An entity of a list can be read by its key.

    The answer is that one entity, as an object with the same key, not as a list. Entities for which the list states another
    address are not judged.
    Remedy: answer <set>(<key>) for every entity that the set lists.
    """
    key: dict[str, Any] = exchange.note.get("key", {})
    status, location = exchange.status, _name(exchange)
    if status in (404, 410):
        if not _still_there(evidence, exchange, key):
            return untestable(Blocker.WINDOW)
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=200, found=status, where=STATUS, location=location)
    if status != 200:
        return not_applicable("other_answer", status=status)
    value, where = _object(exchange), Where("response.body")
    if value is None:
        return failed("malformed", expected="JSON object", found=exchange.media_type, where=where, location=location)
    other = {k: value.get(k) for k, v in key.items() if not _same(value.get(k), v)}
    return (
        failed("other_entity", expected=key, found=other, where=where, location=location) if other else passed(location=location)
    )
