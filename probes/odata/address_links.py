"""OData: where do the links that an answer states lead? At most 12 requests per service.

Of at most two sets, one of them with a derived type where there is one, an entity with full control information; its entity-id,
its address for reading, and one link to a related entity are followed, and the entity-id is resolved by $entity.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Exchange,
    Result,
    failed,
    not_applicable,
    passed,
    probe,
)

from .address import Addressed, NavigationProperty, Place, place, places
from .address_claims import CORE, claim, says
from .address_same import (
    AGAIN,
    BODY,
    JSON,
    STATUS,
    Doubts,
    base_of,
    equal,
    key_of,
    refusal,
    same_place,
    the_entity,
)
from .metadata import Odata, unread
from .window import body, control, joined

FULL, ID, EDIT, NAVIGATION, RESOLVED = (
    f"odata.address.{name}" for name in ("full", "link-id", "link-edit", "link-navigation", "entity-id")
)
SETS = 2


@probe(
    id="odata.address.links",
    needs="odata",
    purposes=(FULL, ID, EDIT, NAVIGATION, RESOLVED, AGAIN),
    after="odata.address",
    cost=SETS * 6,
)
async def links(ctx: Context) -> None:
    """An entity with full control information, and where its links lead."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    doubts = Doubts()
    for one in _chosen(model, known, ctx.interface.url):
        await _follow(ctx, model, one, doubts)
    await doubts.settle(ctx)


def _chosen(model: CsdlModel, known: Addressed, root: str) -> list[Place]:
    """The first entity, and the first one of a derived type, of two sets."""
    found: dict[str, Place] = {}
    for shown in known.shown:
        derived = next((one for one in places(model, shown, root) if one.type is not one.declared), None)
        one = derived or place(model, shown, root)
        if one is not None:
            found[shown.set] = one
    ranked = sorted(found.values(), key=lambda one: one.type is one.declared)
    return ranked[:1] + [one for one in ranked[1:] if one.type is one.declared][: SETS - 1]


async def _follow(ctx: Context, model: CsdlModel, one: Place, doubts: Doubts) -> None:
    root = ctx.interface.url

    async def get(address: str, purpose: str, why: str, accept: str = JSON, **note: Any) -> Exchange:
        told = one.note(*_dependents(model, one), path=one.path, root=root, **note)
        answer = await ctx.get(address, purpose=purpose, why=why, accept=accept, note=told)
        doubts.hear(one.set, one.source, verdict(model, answer))
        return answer

    why = f"an entity of {one.set} with full control information"
    ids = {"conventional": says(claim(model, f"{CORE}.ConventionalIDs"))}
    full = await get(f"{root}/{one.path}", FULL, why, f"{JSON};odata.metadata=full", **ids)
    value = body(full)
    if value is None:
        return
    id = link_of(full, "id")
    there = same_place(root, id)
    if there:
        claimed = says(claim(model, f"{CORE}.DereferenceableIDs"))
        await get(there, ID, "where the entity-id leads", claimed=claimed)
    kind = "readLink" if control(value, "readLink") else "editLink"
    there = same_place(root, link_of(full, kind))
    if there:
        await get(there, EDIT, f"where the {kind} leads", kind=kind)
    for name in _navigations(model, one):
        there = same_place(root, link_of(full, "navigationLink", name))
        if there:
            await get(there, NAVIGATION, f"where the link to {name} leads", navigation=name)
            break
    if id:
        await get(f"{root}/$entity?$id={quote(id, safe='')}", RESOLVED, "the entity-id, resolved by the service")


def _dependents(model: CsdlModel, one: Place) -> Iterator[str]:
    """Properties that name related entities."""
    for nav in model.members(one.declared).values():
        if isinstance(nav, NavigationProperty) and not nav.type.collection:
            yield from (c.dependent for c in nav.constraints)


def _navigations(model: CsdlModel, one: Place) -> list[str]:
    """Navigation properties to one entity, those with a constraint that can be judged first."""
    members = model.members(one.declared).items()
    navs = {name: nav for name, nav in members if isinstance(nav, NavigationProperty) and not nav.type.collection}
    known = {n for n, nav in navs.items() if nav.constraints and all(one.row.get(c.dependent) for c in nav.constraints)}
    return sorted(navs, key=lambda name: name not in known)


def link_of(exchange: Exchange, name: str, of: str = "") -> str:
    """A link as absolute URL; "" without it, and for what is none."""
    link = control(body(exchange) or {}, name, of)
    return joined(base_of(exchange), link) if isinstance(link, str) and link else ""


def is_full(exchange: Exchange) -> bool:
    """Whether the answer says that it has full control information."""
    return "metadata=full" in (exchange.header("content-type") or "").replace(" ", "").lower()


def verdict(model: CsdlModel, exchange: Exchange) -> Result:
    """What the answer says of the link that was followed."""
    location, status = str(exchange.note.get("set", "")), exchange.status
    match exchange.purpose:
        case _ if exchange.purpose == FULL:
            return passed(location=location)
        case _ if exchange.purpose == RESOLVED:
            return refusal(exchange, location) or the_entity(model, exchange, location)
        case _ if exchange.purpose == NAVIGATION:
            return _related(model, exchange, f"{location}/{exchange.note.get('navigation', '')}")
    if exchange.purpose == ID and not exchange.note.get("claimed") and status in (400, 404, 405, 410, 501):
        return not_applicable("address_not_an_address", location=location)
    if exchange.note.get("kind") == "editLink" and status == 405:
        return not_applicable("not_supported", location=location, status=status)
    if status in (400, 404, 410):
        return failed("address_link_leads_nowhere", expected=200, found=status, where=STATUS, location=location)
    return refusal(exchange, location) or the_entity(model, exchange, location)


def _related(model: CsdlModel, exchange: Exchange, location: str) -> Result:
    type = model.entity(str(exchange.note.get("type", "")))
    nav = model.members(type).get(str(exchange.note.get("navigation", ""))) if type is not None else None
    target = model.entity(nav.type.name) if isinstance(nav, NavigationProperty) else None
    if exchange.status in (400, 404, 410):
        return failed("address_link_leads_nowhere", expected=200, found=exchange.status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None or target is None or not isinstance(nav, NavigationProperty):
        return refused or not_applicable("no_metadata", location=location)
    if exchange.status == 204:
        return passed(location=location)
    value = body(exchange)
    if value is None or (model.key(target) and key_of(model, target, value) is None):
        shown = sorted(value)[:5] if value is not None else exchange.media_type or "no media type"
        return failed("malformed", expected=f"an entity of the type {target.name}", found=shown, where=BODY, location=location)
    for constraint in nav.constraints:
        wanted, prop = exchange.note.get("seen", {}).get(constraint.dependent), model.property_at(target, constraint.principal)
        found = value.get(constraint.principal)
        if wanted is not None and prop is not None and found is not None and not equal(model, prop.type, wanted, found):
            expected = {constraint.principal: wanted}
            return failed("address_not_related", expected=expected, found=[found], where=BODY, location=location)
    return passed(location=location)
