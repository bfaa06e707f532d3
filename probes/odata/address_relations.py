"""OData: are related entities, and references to them, those that the constraints and $expand name?"""

from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    CsdlModel,
    Evidence,
    Exchange,
    Outcome,
    Result,
    check,
    failed,
    not_applicable,
    passed,
    untestable,
)

from .address import Addressed, EntityType, NavigationProperty, Property
from .address_same import BODY, STATUS, equal, has_id, key_of, refusal
from .window import Row, body, control, items

NAVIGATION, EXPANDED, REF, TARGET, AGAIN = (
    f"odata.address.{name}" for name in ("navigation", "expanded", "ref", "ref-target", "navigation-again")
)
EACH, ROWS = 2, 20
"""Navigation properties of a kind, and related entities asked for."""


def mirrored(model: CsdlModel, nav: NavigationProperty) -> list[tuple[str, str]]:
    """Property of the related entities and property of this one, which are equal."""
    target = model.entity(nav.type.name)
    partner = model.members(target).get(nav.partner) if target is not None and nav.partner else None
    return [(c.dependent, c.principal) for c in partner.constraints] if isinstance(partner, NavigationProperty) else []


def rows_of(answer: Exchange, nav: NavigationProperty) -> list[Row] | None:
    """The related entities; None when the answer is no collection, or no entity."""
    if nav.type.collection:
        return items(answer)
    value = body(answer)
    return [] if answer.status == 204 else None if value is None else [value]


def links_of(reference: Exchange, nav: NavigationProperty) -> Iterator[str]:
    """The entity-ids of references."""
    for row in rows_of(reference, nav) or ():
        link = control(row, "id")
        if isinstance(link, str) and link:
            yield link


def partial(exchange: Exchange) -> bool:
    return control(body(exchange) or {}, "nextLink") is not None


def _navigated(model: CsdlModel, exchange: Exchange) -> NavigationProperty | None:
    type = model.entity(str(exchange.note.get("type", "")))
    found = model.members(type).get(str(exchange.note.get("navigation", ""))) if type is not None else None
    return found if isinstance(found, NavigationProperty) else None


def verdict(model: CsdlModel, exchange: Exchange, recorded: list[Exchange]) -> Result:
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
    rows = rows_of(exchange, nav)
    if rows is None:
        media = exchange.media_type or "no media type"
        wish = "JSON object with value" if nav.type.collection else "JSON object"
        return failed("malformed", expected=wish, found=media, where=BODY, location=location)
    keys = [key_of(model, target, row) for row in rows]
    if None in keys:
        row, names = rows[keys.index(None)], [name for name, _ in model.key(target)]
        if not names or has_id(row):
            return not_applicable("address_nothing_to_compare", location=location)
        return failed("malformed", expected=names, found=sorted(row)[:5], where=BODY, location=location)
    judged = False
    for far, near in _equalities(model, nav):
        wanted, prop = exchange.note.get("seen", {}).get(near), model.property_at(target, far)
        wrong = [row[far] for row in rows if prop and far in row and not _alike(model, prop, wanted, row[far])]
        if wrong and wanted is not None:
            return failed("address_not_related", expected={far: wanted}, found=wrong[:5], where=BODY, location=location)
        judged = judged or bool(rows)
    shown = expanded_rows(expanded, nav) if expanded is not None else None
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
        return mirrored(model, nav)
    return [(c.principal, c.dependent) for c in nav.constraints]


def expanded_rows(exchange: Exchange, nav: NavigationProperty) -> list[Row] | None:
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
    rows = rows_of(exchange, nav)
    if rows is None:
        media = exchange.media_type or "no media type"
        return failed("malformed", expected="entity references", found=media, where=BODY, location=location)
    if len(list(links_of(exchange, nav))) != len(rows):
        names = sorted({name for row in rows for name in row})
        return failed("malformed", expected="@odata.id", found=names[:5], where=BODY, location=location)
    others = rows_of(listed, nav) if listed is not None else None
    if others is None or partial(exchange) or (listed is not None and partial(listed)):
        return passed(location=location)
    if len(rows) != len(others):
        ids = [listed.id] if listed is not None else []
        return failed("address_other_number", expected=len(others), found=len(rows), where=BODY, location=location, exchanges=ids)
    return passed(location=location)


def _led(
    model: CsdlModel, exchange: Exchange, nav: NavigationProperty, target: EntityType, listed: Exchange | None, location: str
) -> Result:
    """Where a reference leads, for services whose entity-ids are addresses."""
    if exchange.status in (404, 410) and exchange.note.get("claimed"):
        return failed("address_claimed_but_refused", expected=200, found=exchange.status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    value, rows = body(exchange), rows_of(listed, nav) if listed is not None else None
    if value is None or rows is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object", found=found, where=BODY, location=location)
    keys, found_key = [key_of(model, target, row) for row in rows], key_of(model, target, value)
    if found_key in keys:
        return passed(location=location)
    if len(rows) == ROWS or (listed is not None and partial(listed)):
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
    result = verdict(model, exchange, [*recorded, *about(EXPANDED)])
    if result.outcome is not Outcome.FAIL or result.code in ("server_error", "malformed"):
        return result
    target = model.entity(nav.type.name)
    first = [rows_of(one, nav) for one in recorded]
    later = [rows_of(one, nav) for one in about(AGAIN)]
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
