"""OData: do the links that an answer states lead to what they are about? At most 12 requests per service.

Of at most two sets, one of them with a derived type where there is one, an entity with full control information; its entity-id,
its address for reading, and one link to a related entity are followed, and the entity-id is resolved by $entity.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

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
    passed,
    probe,
    untestable,
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
    settled,
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
        doubts.hear(one.set, one.source, _verdict(model, answer))
        return answer

    why = f"an entity of {one.set} with full control information"
    ids = {"conventional": says(claim(model, f"{CORE}.ConventionalIDs"))}
    full = await get(f"{root}/{one.path}", FULL, why, f"{JSON};odata.metadata=full", **ids)
    value = body(full)
    if value is None:
        return
    id = _link(full, "id")
    there = same_place(root, id)
    if there:
        claimed = says(claim(model, f"{CORE}.DereferenceableIDs"))
        await get(there, ID, "where the entity-id leads", claimed=claimed)
    kind = "readLink" if control(value, "readLink") else "editLink"
    there = same_place(root, _link(full, kind))
    if there:
        await get(there, EDIT, f"where the {kind} leads", kind=kind)
    for name in _navigations(model, one):
        there = same_place(root, _link(full, "navigationLink", name))
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


def _link(exchange: Exchange, name: str, of: str = "") -> str:
    """A link as absolute URL; "" without it, and for what is none."""
    link = control(body(exchange) or {}, name, of)
    return joined(base_of(exchange), link) if isinstance(link, str) and link else ""


def _has_id(value: dict[str, Any]) -> bool:
    """Also one that is null: the entity is transient, and has no address (OData JSON 4.01, 4.5.8)."""
    return not {"@odata.id", "@id"}.isdisjoint(value)


def _is_full(exchange: Exchange) -> bool:
    """Whether the answer says that it has full control information."""
    return "metadata=full" in (exchange.header("content-type") or "").replace(" ", "").lower()


# What the answers say


def _verdict(model: CsdlModel, exchange: Exchange) -> Result:
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


def _stated(exchange: Exchange, *names: str) -> Result | None:
    """What to say before a link is followed: the answer has none, or has to have one."""
    location = str(exchange.note.get("set", ""))
    value = body(exchange)
    if value is None:
        return not_applicable("other_answer", location=location, status=exchange.status)
    if any(control(value, name) is not None for name in names):
        return None
    if not _is_full(exchange):
        return not_applicable("address_not_full", location=location)
    return failed("missing", expected=" or ".join(names), where=BODY, location=location)


def _judged(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    if known.model is None:
        return not_applicable("no_metadata")
    return settled(known.model, _verdict(known.model, exchange), exchange, evidence)


def _outside(exchange: Exchange, link: str) -> Result:
    """A link that is stated: followed by a request of its own, or not ours to follow."""
    location = str(exchange.note.get("set", ""))
    if not link:
        return failed("malformed", expected="a URL", found="something else", where=BODY, location=location)
    if same_place(str(exchange.note.get("root", "")), link):
        return passed(location=location)
    return untestable(Blocker.OUT_OF_SCOPE, location=location)


@check("odata.links.id", of=(FULL, ID), needs="odata", clause="OData JSON 4.01, 4.5.8; OData 4.01 Part 1, 4.1", severity="major")
def link_id(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """An entity with full control information states its entity-id, and the entity-id leads to that entity.

    A service that states ConventionalIDs uses the canonical URL. An entity-id is no address where nothing is found under it,
    unless the service states DereferenceableIDs.
    Remedy: use the canonical URL of the entity as its entity-id, in lists, answers and references alike.
    """
    if exchange.purpose == ID:
        return _judged(exchange, evidence, known)
    result = _stated(exchange, "id")
    if result is not None:
        return result
    id, location = _link(exchange, "id"), str(exchange.note.get("set", ""))
    if not id:
        return _outside(exchange, id)
    wanted = f"{exchange.note.get('root', '')}/{exchange.note.get('path', '')}"
    if exchange.note.get("conventional") and _path(id) != _path(wanted):
        return failed("address_other_id", expected=wanted, found=id, where=BODY, location=location)
    return _outside(exchange, id)


def _path(url: str) -> str:
    """For comparing: decoded, in one case, without the host."""
    return unquote(urlsplit(url).path).casefold()


@check(
    "odata.links.edit",
    of=(FULL, EDIT),
    needs="odata",
    clause="OData JSON 4.01, 4.5.9; OData 4.01 Part 1, 4.2",
    severity="major",
)
def link_edit(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """The stated address of an entity leads to that entity.

    readLink where there is one, otherwise editLink, which is the address for reading then. With full control information one
    of them is stated, unless the entity-id is that address.
    Remedy: write the links from the same place that the addresses are resolved by.
    """
    if exchange.purpose == EDIT:
        return _judged(exchange, evidence, known)
    result = _stated(exchange, "readLink", "editLink")
    if result is not None and result.code == "missing" and _has_id(body(exchange) or {}):
        return not_applicable("address_id_is_link", location=result.location)
    return result or _outside(exchange, _link(exchange, "readLink") or _link(exchange, "editLink"))


@check(
    "odata.links.navigation",
    of=(FULL, NAVIGATION),
    needs="odata",
    clause="OData JSON 4.01, 4.5.11; OData 4.01 Part 1, 11.2.7",
    severity="major",
)
def link_navigation(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A stated link to a related entity leads to it.

    Judged by the referential constraint of the metadata where there is one, otherwise by the type. With full control information
    each navigation property has a link.
    Remedy: write the links from the same place that the addresses are resolved by.
    """
    model = known.model
    if model is None:
        return not_applicable("no_metadata")
    if exchange.purpose == NAVIGATION:
        return _judged(exchange, evidence, known)
    location, value = str(exchange.note.get("set", "")), body(exchange)
    type = model.entity(str(exchange.note.get("type", "")))
    if value is None or type is None:
        return not_applicable("other_answer", location=location, status=exchange.status)
    navs = [name for name, nav in model.members(type).items() if isinstance(nav, NavigationProperty)]
    stated = [name for name in navs if control(value, "navigationLink", name) is not None]
    if not navs or (not stated and not _is_full(exchange)):
        return not_applicable("address_not_full", location=location)
    if not stated:
        return failed("missing", expected=f"{navs[0]}@navigationLink", where=BODY, location=location)
    return _outside(exchange, _link(exchange, "navigationLink", stated[0]))


@check(
    "odata.entity-id",
    of=RESOLVED,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.9; OData 4.01 Part 2, 4.3.4",
    severity="minor",
)
def entity_id(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """$entity resolves an entity-id to its entity.

    <root>/$entity?$id=<entity-id> answers with the entity that stated it.
    Remedy: look the entity up by its entity-id, absolute or relative to the service root.
    """
    return _judged(exchange, evidence, known)
