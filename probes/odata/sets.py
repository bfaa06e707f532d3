"""OData: can the entity sets be read, and what they list by its key? At most six sets, three requests for each."""

import re
from typing import Any
from urllib.parse import quote, unquote

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

from .address_claims import by_key, readable
from .metadata import METADATA, Odata, ask, unread

READ, ENTITY, AGAIN = (f"odata.sets.{name}" for name in ("read", "entity", "again"))
MOST = 6
TOP = 3
STATUS = Where("response.status")
_INTEGERS = frozenset({"Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64"})
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")


@probe(needs="odata", purposes=(METADATA, READ, ENTITY, AGAIN), after="odata.service", cost=MOST * 3 + 1)
async def sets(ctx: Context) -> None:
    """Of each set the first entities, and one of them by its key."""
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
    if not key or not all(key.values()):
        return
    seen = {part: items[0][part] for part in key}
    predicate = ",".join(f"{part}={text}" for part, text in key.items()) if len(key) > 1 else next(iter(key.values()))
    if not by_key(model, name) or not _conventional(items[0], f"{name}({predicate})"):
        return
    entity = await get(f"{url}({quote(predicate, safe=_SAFE)})", ENTITY, "the first of them by its key", key=seen)
    if entity.status in (404, 410):
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
