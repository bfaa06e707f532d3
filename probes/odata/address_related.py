"""OData: do the paths from an entity to its related entities, and to references, lead there? At most 24 requests per service.

Of the sets that lists show two navigation properties to one entity and two to many: the related entities (20 at most), the entity
with them expanded as a yardstick, the references, and where the first reference leads.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Outcome,
    Result,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    untestable,
)

from .address import Addressed, EntityType, NavigationProperty, Property, Shown, places
from .address_claims import CORE, claim, says
from .address_same import BODY, JSON, STATUS, equal, key_of, refusal, same_place
from .window import Row, body, control, items

NAVIGATION, EXPANDED, REF, TARGET, AGAIN = (
    f"odata.address.{name}" for name in ("navigation", "expanded", "ref", "ref-target", "navigation-again")
)
EACH, ROWS = 2, 20
"""Navigation properties of a kind, and related entities asked for."""
TRIES = 2
"""Entities of which the first with related entities is taken."""


@probe(
    id="odata.address.related",
    needs="odata",
    purposes=(NAVIGATION, EXPANDED, REF, TARGET, AGAIN),
    after="odata.address",
    cost=2 * EACH * (TRIES + 4),
)
async def related(ctx: Context) -> None:
    """Related entities by navigation, by $expand and by reference."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        ctx.blocked(Blocker.NOT_COVERED, "no metadata of OData 4")
        return
    for many in (False, True):
        for shown, nav in _chosen(model, known.shown, many):
            await _navigation(ctx, model, shown, nav)


def _chosen(model: CsdlModel, shown: tuple[Shown, ...], many: bool) -> list[tuple[Shown, NavigationProperty]]:
    """Navigation properties of different sets first; with a referential constraint before those without."""
    queues = []
    for part in shown:
        navs = [m for m in model.members(part.type).values() if isinstance(m, NavigationProperty) and m.type.collection is many]
        queues.append([(part, nav) for nav in sorted(navs, key=lambda nav: not (nav.constraints or nav.partner))])
    turns = [queue[turn] for turn in range(EACH) for queue in queues if turn < len(queue)]
    return turns[:EACH]


async def _navigation(ctx: Context, model: CsdlModel, shown: Shown, nav: NavigationProperty) -> None:
    root, many = ctx.interface.url, nav.type.collection
    top = f"?$top={ROWS}" if many else ""
    if many and "$top" not in shown.url:
        return  # without $top nobody knows how much would come
    recorded: list[Exchange] = []
    found: list[Row] | None = None
    for one in list(places(model, shown, root))[:TRIES]:
        told = one.note(*(c.dependent for c in nav.constraints), *_principals(model, nav), navigation=nav.name, root=root)

        async def get(path: str, purpose: str, why: str, told: Row = told) -> Exchange:
            return await ctx.get(f"{root}/{path}", purpose=purpose, why=why, accept=JSON, note=told)

        answer = await get(f"{one.path}/{nav.name}{top}", NAVIGATION, f"{nav.name} of an entity of {one.set}")
        found = _rows(answer, nav)
        if answer.status not in (200, 204):
            return
        recorded.append(answer)
        if found:
            break
    if not recorded:
        return
    recorded = recorded[-1:]
    if not many or (found is not None and len(found) < ROWS and not _partial(recorded[0])):
        recorded.append(await get(f"{one.path}?$expand={nav.name}", EXPANDED, f"the same by $expand={nav.name}"))
    if found:
        reference = await get(f"{one.path}/{nav.name}/$ref{top}", REF, f"references to {nav.name}")
        recorded.append(reference)
        link = next(_links(reference, nav), "")
        address = same_place(root, urljoin(_base(reference), link)) if link else ""
        if address:
            why = "where the first reference leads"
            told = {**told, "claimed": says(claim(model, f"{CORE}.DereferenceableIDs"))}
            recorded.append(await ctx.get(address, purpose=TARGET, why=why, accept=JSON, note=told))
    verdicts = [_verdict(model, one, recorded) for one in recorded if one.purpose != EXPANDED]
    if any(verdict.outcome is Outcome.FAIL for verdict in verdicts):
        await get(f"{one.path}/{nav.name}{top}", AGAIN, "are the related entities still the same?")


def _principals(model: CsdlModel, nav: NavigationProperty) -> Iterator[str]:
    """Own properties that the related entities repeat, as the constraint of the partner says."""
    yield from (principal for _, principal in _mirrored(model, nav))


def _mirrored(model: CsdlModel, nav: NavigationProperty) -> list[tuple[str, str]]:
    """Property of the related entities and property of this one, which are equal."""
    target = model.entity(nav.type.name)
    partner = model.members(target).get(nav.partner) if target is not None and nav.partner else None
    return [(c.dependent, c.principal) for c in partner.constraints] if isinstance(partner, NavigationProperty) else []


def _rows(answer: Exchange, nav: NavigationProperty) -> list[Row] | None:
    """The related entities; None when the answer is no collection, or no entity."""
    if nav.type.collection:
        return items(answer)
    value = body(answer)
    return [] if answer.status == 204 else None if value is None else [value]


def _base(exchange: Exchange) -> str:
    """Relative links are relative to the context URL, or to the request (OData JSON 4.01, 4.3)."""
    context = control(body(exchange) or {}, "context")
    return urljoin(exchange.request.url, context) if isinstance(context, str) else exchange.request.url


def _links(reference: Exchange, nav: NavigationProperty) -> Iterator[str]:
    """The entity-ids of references."""
    for row in _rows(reference, nav) or ():
        link = control(row, "id")
        if isinstance(link, str) and link:
            yield link


# What the answers say


def _navigated(model: CsdlModel, exchange: Exchange) -> NavigationProperty | None:
    type = model.entity(str(exchange.note.get("type", "")))
    found = model.members(type).get(str(exchange.note.get("navigation", ""))) if type is not None else None
    return found if isinstance(found, NavigationProperty) else None


def _verdict(model: CsdlModel, exchange: Exchange, recorded: list[Exchange]) -> Result:
    """What `exchange` says, given the others about the same entity and property."""
    nav = _navigated(model, exchange)
    target = model.entity(nav.type.name) if nav is not None else None
    if nav is None or target is None:
        return not_applicable("no_metadata")
    location = f"{exchange.note.get('set', '')}/{nav.name}"
    listed = next((one for one in recorded if one.purpose == NAVIGATION), None)
    match exchange.purpose:
        case _ if exchange.purpose == NAVIGATION:
            expanded = next((one for one in recorded if one.purpose == EXPANDED), None)
            return _related(model, exchange, nav, target, expanded, location)
        case _ if exchange.purpose == REF:
            return _referred(exchange, nav, listed, location)
    return _led(model, exchange, nav, target, listed, location)


def _related(
    model: CsdlModel, exchange: Exchange, nav: NavigationProperty, target: EntityType, expanded: Exchange | None, location: str
) -> Result:
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    rows = _rows(exchange, nav)
    if rows is None:
        media = exchange.media_type or "no media type"
        wish = "JSON object with value" if nav.type.collection else "JSON object"
        return failed("malformed", expected=wish, found=media, where=BODY, location=location)
    keys = [key_of(model, target, row) for row in rows]
    if None in keys:
        row, names = rows[keys.index(None)], [name for name, _ in model.key(target)]
        if not names or control(row, "id") is not None:
            return not_applicable("address_nothing_to_compare", location=location)
        return failed("malformed", expected=names, found=sorted(row)[:5], where=BODY, location=location)
    judged = False
    for far, near in _equalities(model, nav):
        wanted, prop = exchange.note.get("seen", {}).get(near), model.property_at(target, far)
        wrong = [row[far] for row in rows if prop and far in row and not _alike(model, prop, wanted, row[far])]
        if wrong and wanted is not None:
            return failed("address_not_related", expected={far: wanted}, found=wrong[:5], where=BODY, location=location)
        judged = judged or bool(rows)
    shown = _expanded(expanded, nav) if expanded is not None else None
    if shown is None:
        return passed(location=location) if judged else not_applicable("address_nothing_to_compare", location=location)
    others = [key_of(model, target, row) for row in shown]
    whole = not nav.type.collection or (len(rows) < ROWS and control(body(exchange) or {}, "nextLink") is None)
    more, less = [key for key in keys if key not in others], [key for key in others if key not in keys] if whole else []
    if more or less:
        ids = [expanded.id] if expanded is not None else []
        one, other = ([_text(key) for key in keys[:10]] for keys in (others, keys))
        return failed("address_differs_from_expand", expected=one, found=other, where=BODY, location=location, exchanges=ids)
    return passed(location=location)


def _alike(model: CsdlModel, prop: Property, one: Any, other: Any) -> bool:
    """Equal, or texts that a database takes for equal."""
    texts = isinstance(one, str) and isinstance(other, str) and one.rstrip().casefold() == other.rstrip().casefold()
    return texts or equal(model, prop.type, one, other)


def _text(key: tuple[Any, ...] | None) -> str:
    return ",".join(str(getattr(part, "text", part)) for part in key or ())


def _equalities(model: CsdlModel, nav: NavigationProperty) -> list[tuple[str, str]]:
    """Property of the related entities and property of this one that a referential constraint makes equal."""
    if nav.type.collection:
        return _mirrored(model, nav)
    return [(c.principal, c.dependent) for c in nav.constraints]


def _expanded(exchange: Exchange, nav: NavigationProperty) -> list[Row] | None:
    """The related entities within the entity; None when they are not there, or not all of them."""
    value = body(exchange)
    if value is None or nav.name not in value or control(value, "nextLink", nav.name) is not None:
        return None
    found = value[nav.name]
    rows = found if nav.type.collection else [] if found is None else [found]
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None


def _referred(exchange: Exchange, nav: NavigationProperty, listed: Exchange | None, location: str) -> Result:
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    rows = _rows(exchange, nav)
    if rows is None:
        media = exchange.media_type or "no media type"
        return failed("malformed", expected="entity references", found=media, where=BODY, location=location)
    if len(list(_links(exchange, nav))) != len(rows):
        names = sorted({name for row in rows for name in row})
        return failed("malformed", expected="@odata.id", found=names[:5], where=BODY, location=location)
    others = _rows(listed, nav) if listed is not None else None
    if others is None or _partial(exchange) or (listed is not None and _partial(listed)):
        return passed(location=location)
    if len(rows) != len(others):
        ids = [listed.id] if listed is not None else []
        return failed("address_other_number", expected=len(others), found=len(rows), where=BODY, location=location, exchanges=ids)
    return passed(location=location)


def _partial(exchange: Exchange) -> bool:
    return control(body(exchange) or {}, "nextLink") is not None


def _led(
    model: CsdlModel, exchange: Exchange, nav: NavigationProperty, target: EntityType, listed: Exchange | None, location: str
) -> Result:
    """Where a reference leads, for services whose entity-ids are addresses."""
    if exchange.status in (404, 410) and exchange.note.get("claimed"):
        return failed("address_claimed_but_refused", expected=200, found=exchange.status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    value, rows = body(exchange), _rows(listed, nav) if listed is not None else None
    if value is None or rows is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object", found=found, where=BODY, location=location)
    keys, found_key = [key_of(model, target, row) for row in rows], key_of(model, target, value)
    if found_key in keys:
        return passed(location=location)
    if len(rows) == ROWS or (listed is not None and _partial(listed)):
        return not_applicable("address_nothing_to_compare", location=location)
    expected = [_text(key) for key in keys[:5]]
    return failed("other_entity", expected=expected, found=_text(found_key), where=BODY, location=location)


def _judged(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A failure stands when the related entities, asked for once more, are the same."""
    model, nav = known.model, _navigated(known.model, exchange) if known.model else None
    if model is None or nav is None:
        return not_applicable("no_metadata")

    def about(purpose: str) -> list[Exchange]:
        found = evidence.select(purpose=purpose, interface=exchange.interface)
        return [one for one in found if all(one.note.get(n) == exchange.note.get(n) for n in ("set", "navigation", "seen"))]

    recorded = about(NAVIGATION)
    result = _verdict(model, exchange, [*recorded, *about(EXPANDED)])
    if result.outcome is not Outcome.FAIL or result.code in ("server_error", "malformed"):
        return result
    target = model.entity(nav.type.name)
    first = [_rows(one, nav) for one in recorded]
    later = [_rows(one, nav) for one in about(AGAIN)]
    if target is None or not later or not first or later[-1] is None or first[0] is None:
        return untestable(Blocker.WINDOW, location=result.location)
    same = [key_of(model, target, row) for row in first[0]] == [key_of(model, target, row) for row in later[-1]]
    return result if same else untestable(Blocker.WINDOW, location=result.location)


@check(
    "odata.address.navigation",
    of=NAVIGATION,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.7; OData 4.01 Part 2, 4.3",
    severity="major",
)
def navigation(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """<entity>/<navigation property> answers with the related entities.

    They keep the referential constraints of the metadata, and are those that $expand shows within the entity.
    No related entity is answered with 204, an empty collection with an empty list.
    Remedy: resolve navigation paths and $expand by the same query.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.ref",
    of=(REF, TARGET),
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.8; OData 4.01 Part 2, 4.4; OData JSON 4.01, 14",
    severity="major",
)
def ref(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """/$ref answers with references to the related entities.

    One for each of them, with their entity-id; where that is an address it leads to one of them.
    Remedy: make references from the canonical URLs of the related entities.
    """
    return _judged(exchange, evidence, known)
