"""OData V2: what is at the other end of links, and does $expand show the same?"""

from cpo_probe.sdk import Blocker, Evidence, Exchange, Result, Where, check, failed, not_applicable, passed, untestable

from .old_address import DEFERRED, EXPANDED, LINKS, inline_keys, related_keys
from .old_shared import BODY, STATUS, about, entity, inner, named, refused, rows
from .old_window import OldWindows

ABSENT = (404, 410)


@check("odata2.deferred", of=DEFERRED, needs="odata", clause="[MS-ODATA] 2.2.6.3.9 (__deferred)", severity="major")
def deferred(exchange: Exchange, known: OldWindows) -> Result:
    """A __deferred link leads to the related entities.

    To a list for several, to one entity for one, of the type that the metadata state; where nobody is related a link to one may
    end with 204 or 404.
    Remedy: answer the address that the link names.
    """
    location, many = f"{named(exchange)}/{named(exchange, 'name')}", bool(exchange.note.get("many"))
    if not many and exchange.status in (204, *ABSENT):
        return not_applicable("nothing_related", location=location)
    if exchange.status in ABSENT:
        return failed("link_broken", expected=200, found=exchange.status, where=STATUS, location=location)
    said, model = refused(exchange), known.model
    if said is not None or model is None:
        return said or untestable(Blocker.NO_DATA)
    value = inner(exchange)
    if not many and value is None:
        return not_applicable("nothing_related", location=location)
    found = rows(exchange) if many else [one] if (one := entity(exchange)) is not None else None
    if found is None:
        expected = "d.results" if many else "one entity in d"
        return failed("malformed", expected=expected, found=exchange.media_type, where=BODY, location=location)
    window = known.of(named(exchange))
    member = model.members(window.type).get(named(exchange, "name")) if window else None
    wanted = member.type.name if member else ""
    types = {about(row, "type") for row in found} - {""}
    strange = sorted(t for t in types if model.structured(t) and wanted and not model.derives(t, wanted))
    if strange:
        return failed("other_entity_type", expected=wanted, found=strange, where=BODY, location=location)
    return passed(location=location)


@check("odata2.expand.same", of=EXPANDED, needs="odata", clause="[MS-ODATA] 2.2.3.6.1.3 ($expand), 2.2.6.3.9.1", severity="major")
def expanded(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$expand shows the entities that the link of the navigation property leads to, all of them.

    Compared by key, where both came whole. Where they differed, the link was followed once more.
    Remedy: fill $expand from the same relation as the link, and end a part of it with __next.
    """
    said, model = refused(exchange), known.model
    if said is not None or model is None:
        return said or untestable(Blocker.NO_DATA)
    name, location = named(exchange, "name"), f"{named(exchange)}/{named(exchange, 'name')}"
    recorded = evidence.select(purpose=DEFERRED, interface=exchange.interface, group=exchange.group)
    same = [e for e in recorded if named(e, "name") == name]
    linked = [related_keys(model, e) for e in same if e.note.get("row") == exchange.note.get("row")]
    inline, ids = inline_keys(model, exchange), [e.id for e in same]
    if inline is None:
        value = (entity(exchange) or {}).get(name)
        shown = "__deferred" if isinstance(value, dict) and "__deferred" in value else None
        if shown or entity(exchange) is None:
            return not_applicable("nothing_expanded", location=location)
        return not_applicable("in_parts", location=location)
    if not linked or linked[0] is None:
        return not_applicable("in_parts", location=location)
    if linked[0] == inline:
        return passed(location=location, exchanges=ids)
    if len(linked) < 2 or linked[1] != linked[0]:
        return untestable(Blocker.WINDOW, location=location, exchanges=ids)
    where = Where("response.body", pointer=f"/d/{name}")
    return failed(
        "other_related", expected=len(linked[0]), found=len(inline), where=where, location=location, exchanges=ids,
        missing=len(linked[0] - inline),
    )  # fmt: skip


@check("odata2.links", of=LINKS, needs="odata", clause="[MS-ODATA] 2.2.7.2.9, 2.2.6.3.10 ($links)", severity="minor")
def links(exchange: Exchange) -> Result:
    """$links answers with the addresses of the related entities.

    Each in an object with `uri`, several in a list.
    Remedy: answer with links instead of entities, or refuse $links with 4xx or 501.
    """
    location, many = f"{named(exchange)}/{named(exchange, 'name')}", bool(exchange.note.get("many"))
    said = refused(exchange)
    if said is not None:
        return said
    value = inner(exchange)
    if value is None and not many:
        return not_applicable("nothing_related", location=location)
    listed = rows(exchange) if many else [value] if isinstance(value, dict) else None
    if listed is not None and all(isinstance(one.get("uri"), str) for one in listed):
        return passed(location=location)
    found = sorted(listed[0])[:5] if listed else exchange.media_type
    return failed("malformed", expected="objects with uri", found=found, where=BODY, location=location)
