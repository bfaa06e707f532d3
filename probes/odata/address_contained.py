"""OData: do contained entities live where the metadata says, below the entity that contains them? At most 11 requests.

Of at most two sets a navigation property that contains its target: the contained entities of the first entity that has some, and
the first of them by its key. Beside that a navigation property that only a derived type has, by a path through the type.
"""

from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .address import Addressed, EntityType, NavigationProperty, Place, Shown, ambiguous, places
from .address_claims import part_by_key
from .address_relations import expanded_rows, rows_of
from .address_same import BODY, JSON, STATUS, has_id, key_of, refusal
from .metadata import Odata, unread
from .window import Row, body, control

CONTAINED, MEMBER, OWN, SHOWN = (
    f"odata.address.{name}" for name in ("contained", "contained-member", "own-navigation", "own-expanded")
)
SETS, TRIES, ROWS = 2, 2, 5


@probe(
    id="odata.address.contained", needs="odata", purposes=(CONTAINED, MEMBER, OWN, SHOWN), after="odata.address",
    cost=SETS * (TRIES + 2) + 3,
)  # fmt: skip
async def contained_entities(ctx: Context) -> None:
    """Contained entities below their owner, and related entities behind a type in the path."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    for shown, nav in list(_containing(model, known.shown))[:SETS]:
        await _below(ctx, model, shown, nav)
    found = next(_own(model, known.shown, ctx.interface.url), None)
    if found is not None:
        await _behind(ctx, model, *found)


def _containing(model: CsdlModel, shown: tuple[Shown, ...]) -> Iterator[tuple[Shown, NavigationProperty]]:
    for part in shown:
        navs = (m for m in model.members(part.type).values() if isinstance(m, NavigationProperty) and m.contains)
        nav = next(navs, None)
        if nav is not None:
            yield part, nav


async def _below(ctx: Context, model: CsdlModel, shown: Shown, nav: NavigationProperty) -> None:
    root, target = ctx.interface.url, model.entity(nav.type.name)
    for one in sorted(places(model, shown, root), key=ambiguous)[:TRIES]:
        told = one.note(navigation=nav.name)
        path = f"{root}/{one.path}/{nav.name}"
        why = f"{nav.name}, which an entity of {one.set} contains"
        url = path + (f"?$top={ROWS}" if nav.type.collection else "")
        listed = await ctx.get(url, purpose=CONTAINED, why=why, accept=JSON, note=told)
        rows = rows_of(listed, nav) if listed.status == 200 else None
        if not rows and listed.status in (200, 204):
            continue
        if not rows or target is None or not nav.type.collection or not part_by_key(model, one.set, nav.name):
            return
        try:
            key = odata.key_predicate(model, target, rows[0])
        except odata.NoKey:
            return
        member = {name: rows[0][name] for name in _key_names(model, target) if name in rows[0]}
        note = {**told, "member": member, "below": key}
        answer = await ctx.get(path + key, purpose=MEMBER, why=f"the first of {nav.name} by its key", accept=JSON, note=note)
        if answer.status in (404, 410):
            await ctx.get(url, purpose=CONTAINED, why=f"is it still among {nav.name}?", accept=JSON, note={**told, "again": True})
        return


def _key_names(model: CsdlModel, type: EntityType) -> list[str]:
    return [name for name, _ in model.key(type)]


def _own(model: CsdlModel, shown: tuple[Shown, ...], root: str) -> Iterator[tuple[Place, NavigationProperty]]:
    """Entities that state a derived type, and a navigation property that the declared type of their set does not have."""
    for part in shown:
        general = model.members(part.type)
        for one in places(model, part, root):
            if one.type.qualified == one.declared.qualified or ambiguous(one):
                continue
            for name, nav in model.members(one.type).items():
                if isinstance(nav, NavigationProperty) and name not in general and not nav.contains:
                    yield one, nav


async def _behind(ctx: Context, model: CsdlModel, one: Place, nav: NavigationProperty) -> None:
    """Through the path, by $expand, and through the path again where both differ."""
    name, target = one.type.qualified, model.entity(nav.type.name)
    base, top = f"{ctx.interface.url}/{one.path}/{name}", "?$top=20" if nav.type.collection else ""

    async def get(url: str, purpose: str, why: str, **more: Any) -> Exchange:
        note = one.note(navigation=nav.name, cast=name, **more)
        return await ctx.get(url, purpose=purpose, why=why, accept=JSON, note=note)

    first = await get(f"{base}/{nav.name}{top}", OWN, f"{nav.name}, which only {one.type.name} has")
    shown = await get(f"{base}?$expand={nav.name}", SHOWN, "the same by $expand")
    if target is not None and _differs(model, first, shown, nav, target):
        await get(f"{base}/{nav.name}{top}", OWN, f"does {nav.name} still lead there?", again=True)


# What the answers say


def _keys(model: CsdlModel, rows: list[Row], target: EntityType) -> list[Any]:
    return sorted(map(str, (key_of(model, target, row) for row in rows)))


def _differs(model: CsdlModel, path: Exchange, expanded: Exchange, nav: NavigationProperty, target: EntityType) -> bool:
    """Whether both show other entities, as far as both show all of them; a missing path counts where there are some."""
    shown = expanded_rows(expanded, nav) if expanded.status == 200 else None
    if shown is None or (nav.type.collection and (len(shown) >= 20 or control(body(path) or {}, "nextLink") is not None)):
        return False
    if path.status in (404, 410):
        return bool(shown)
    rows = rows_of(path, nav) if path.status in (200, 204) else None
    return rows is not None and _keys(model, rows, target) != _keys(model, shown, target)


def _navigated(model: CsdlModel, exchange: Exchange) -> NavigationProperty | None:
    type = model.entity(str(exchange.note.get("cast") or exchange.note.get("type", "")))
    found = model.members(type).get(str(exchange.note.get("navigation", ""))) if type is not None else None
    return found if isinstance(found, NavigationProperty) else None


def _location(exchange: Exchange) -> str:
    return f"{exchange.note.get('set', '')}/{exchange.note.get('navigation', '')}"


@check(
    "odata.address.contained",
    of=(CONTAINED, MEMBER),
    needs="odata",
    clause="OData 4.01 Part 2, 4.3.1; OData CSDL XML 4.01, 8.4",
    severity="major",
)
def contained(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """Contained entities are found below the entity that contains them, each by its key.

    No set lists them: <entity>/<navigation property> does, and <entity>/<navigation property>(<key>) is one of them, the one that
    the list shows with this key.
    Remedy: resolve the path below the entity as that of a set, with the keys of the contained type.
    """
    model, location = known.model, _location(exchange)
    nav = _navigated(model, exchange) if model is not None else None
    target = model.entity(nav.type.name) if model is not None and nav is not None else None
    if model is None or nav is None or target is None:
        return not_applicable("no_metadata")
    status = exchange.status
    if exchange.purpose == MEMBER and status in (404, 410):
        if not _still_listed(model, target, nav, exchange, evidence):
            return untestable(Blocker.WINDOW, location=location)
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    if exchange.purpose == MEMBER:
        value, wanted = body(exchange), exchange.note.get("member", {})
        if value is None:
            found = exchange.media_type or "no media type"
            return failed("malformed", expected="JSON object", found=found, where=BODY, location=location)
        if key_of(model, target, value) == key_of(model, target, wanted):
            return passed(location=location)
        got = {name: value.get(name) for name in wanted}
        return failed("other_entity", expected=wanted, found=got, where=BODY, location=location)
    rows = rows_of(exchange, nav)
    if rows is None:
        found, wish = exchange.media_type or "no media type", "JSON object with value" if nav.type.collection else "JSON object"
        return failed("malformed", expected=wish, found=found, where=BODY, location=location)
    names = _key_names(model, target)
    bare = next((row for row in rows if names and key_of(model, target, row) is None and not has_id(row)), None)
    if bare is not None:
        return failed("malformed", expected=names, found=sorted(bare)[:5], where=BODY, location=location)
    return passed(location=location) if rows else not_applicable("too_few", location=location)


def _still_listed(model: CsdlModel, target: EntityType, nav: NavigationProperty, exchange: Exchange, evidence: Evidence) -> bool:
    """Whether the list, read once more, still shows the entity that was asked for by its key."""
    wanted = key_of(model, target, exchange.note.get("member", {}))
    listed = evidence.select(purpose=CONTAINED, interface=exchange.interface)
    again = [one for one in listed if one.note.get("again") and one.note.get("seen") == exchange.note.get("seen")]
    return any(key_of(model, target, row) == wanted for one in again for row in rows_of(one, nav) or ())


@check(
    "odata.address.own-navigation",
    of=OWN,
    needs="odata",
    clause="OData 4.01 Part 2, 4.11; OData 4.01 Part 1, 11.2.7",
    severity="minor",
)
def own_navigation(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """What only a derived type leads to is found behind the name of that type in the path.

    <entity>/<type>/<navigation property> answers with the entities that $expand shows there.
    Remedy: resolve what follows a type in the path against that type.
    """
    model, location = known.model, _location(exchange)
    nav = _navigated(model, exchange) if model is not None else None
    target = model.entity(nav.type.name) if model is not None and nav is not None else None
    if model is None or nav is None or target is None:
        return not_applicable("no_metadata")
    shown = next(iter(evidence.select(purpose=SHOWN, interface=exchange.interface)), None)
    if shown is None or not _differs(model, exchange, shown, nav, target):
        refused = refusal(exchange, location)
        if refused is not None:
            return refused
        if exchange.status == 200 and rows_of(exchange, nav) is None:
            found = exchange.media_type or "no media type"
            return failed("malformed", expected="related entities", found=found, where=BODY, location=location)
        both = shown is not None and expanded_rows(shown, nav) is not None
        return passed(location=location) if both else not_applicable("address_nothing_to_compare", location=location)
    asked = list(evidence.select(purpose=OWN, interface=exchange.interface))
    if len(asked) < 2 or not all(_differs(model, one, shown, nav, target) for one in asked):
        return untestable(Blocker.WINDOW, location=location)
    rows = rows_of(exchange, nav) if exchange.status in (200, 204) else None
    got: Any = exchange.status if rows is None else _keys(model, rows, target)[:10]
    expected = _keys(model, expanded_rows(shown, nav) or [], target)[:10]
    return failed(
        "address_differs_from_expand", expected=expected, found=got, where=BODY, location=location, exchanges=[shown.id]
    )
