"""OData: do the links that an answer states lead to what they are about?"""

from urllib.parse import unquote, urlsplit

from cpo_probe.sdk import Blocker, Evidence, Exchange, Result, check, failed, not_applicable, passed, untestable

from .address import Addressed, NavigationProperty
from .address_links import EDIT, FULL, ID, NAVIGATION, RESOLVED, is_full, link_of, verdict
from .address_same import BODY, has_id, same_place, settled
from .window import body, control


def _stated(exchange: Exchange, *names: str) -> Result | None:
    """What to say before a link is followed: the answer has none, or has to have one."""
    location = str(exchange.note.get("set", ""))
    value = body(exchange)
    if value is None:
        return not_applicable("other_answer", location=location, status=exchange.status)
    if any(control(value, name) is not None for name in names):
        return None
    if not is_full(exchange):
        return not_applicable("address_not_full", location=location)
    return failed("missing", expected=" or ".join(names), where=BODY, location=location)


def _judged(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    if known.model is None:
        return not_applicable("no_metadata")
    return settled(known.model, verdict(known.model, exchange), exchange, evidence)


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
    id, location = link_of(exchange, "id"), str(exchange.note.get("set", ""))
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
    if result is not None and result.code == "missing" and has_id(body(exchange) or {}):
        return not_applicable("address_id_is_link", location=result.location)
    return result or _outside(exchange, link_of(exchange, "readLink") or link_of(exchange, "editLink"))


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
    if not navs or (not stated and not is_full(exchange)):
        return not_applicable("address_not_full", location=location)
    if not stated:
        return failed("missing", expected=f"{navs[0]}@navigationLink", where=BODY, location=location)
    return _outside(exchange, link_of(exchange, "navigationLink", stated[0]))


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
