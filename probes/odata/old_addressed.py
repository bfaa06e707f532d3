"""OData V2: what was at the addresses of an entity, its links, its properties and the functions?"""

from typing import Any

from cpo_probe.sdk import Blocker, Evidence, Exchange, Result, Where, check, failed, not_applicable, odata, passed, untestable

from .old_address import ENTITY, FUNCTION, LISTED, PROPERTY, URI, VALUE
from .old_shared import BODY, NOTHING, STATUS, about, entity, identities, identity, inner, named, refused, rows, typed, unwrapped
from .old_window import OldWindows

ABSENT = (404, 410)


def _wanted(exchange: Exchange, known: OldWindows) -> tuple[Any, ...] | None:
    """The key of the entity that was asked for."""
    window = known.of(named(exchange))
    return identity(known.model, window.type, exchange.note.get("row", {})) if window and known.model else None


@check("odata2.key", of=ENTITY, needs="odata", clause="[MS-ODATA] 2.2.7.2.2, 2.2.3.4 (keyPredicate)", severity="major")
def key(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """An entity of a list can be read by its key.

    The answer is that entity, as an object with the same key, not as a list.
    Remedy: answer <set>(<key>) for every entity that the set lists; take the literals of all types as they are written in URLs.
    """
    wanted, window, location = _wanted(exchange, known), known.of(named(exchange)), named(exchange)
    if window is None or known.model is None or wanted is None:
        return untestable(Blocker.NO_DATA)
    if exchange.status in ABSENT:
        later = [e for e in evidence.select(purpose=LISTED, interface=exchange.interface) if named(e) == location]
        if not any(wanted in identities(known.model, window.type, rows(e) or []) for e in later):
            return untestable(Blocker.WINDOW, location=location)
        ids = [e.id for e in later]
        return failed("listed_but_unknown", expected=200, found=exchange.status, where=STATUS, location=location, exchanges=ids)
    return _same_entity(exchange, known, wanted)


def _same_entity(exchange: Exchange, known: OldWindows, wanted: tuple[Any, ...]) -> Result:
    said, location = refused(exchange), named(exchange)
    window = known.of(location)
    if said is not None or window is None or known.model is None:
        return said or untestable(Blocker.NO_DATA)
    value = entity(exchange)
    if value is None:
        found = "a list" if rows(exchange) is not None else exchange.media_type
        return failed("malformed", expected="one entity in d", found=found, where=BODY, location=location)
    if identity(known.model, window.type, value) == wanted:
        return passed(location=location)
    names = list(exchange.note.get("row", {}))
    found_keys = {name: value.get(name) for name in names}
    return failed("other_entity", expected=exchange.note["row"], found=found_keys, where=BODY, location=location)


@check("odata2.metadata-uri", of=URI, needs="odata", clause="[MS-ODATA] 2.2.6.3.3 (__metadata, uri)", severity="major")
def metadata_uri(exchange: Exchange, known: OldWindows) -> Result:
    """The uri in __metadata leads to the entity that states it.

    Scheme and host were taken from the address of the service: behind a proxy a service knows itself under another name.
    Remedy: write the canonical address of the entity.
    """
    wanted, location = _wanted(exchange, known), named(exchange)
    if wanted is None:
        return untestable(Blocker.NO_DATA)
    if exchange.status in ABSENT:
        return failed("listed_but_unknown", expected=200, found=exchange.status, where=STATUS, location=location)
    return _same_entity(exchange, known, wanted)


@check("odata2.etag", of=ENTITY, needs="odata", clause="[MS-ODATA] 2.2.6.3.3 (etag)", severity="minor")
def etag(exchange: Exchange) -> Result:
    """The etag in __metadata is the ETag of the entity.

    A client that read it in a list sends it with If-Match when it changes the entity.
    Remedy: write both from one place.
    """
    value, location = entity(exchange), named(exchange)
    if value is None:
        return not_applicable("other_answer", status=exchange.status)
    stated, field = about(value, "etag"), exchange.header("etag")
    if not stated or field is None:
        return not_applicable("no_etag", location=location)
    if stated.strip() == field.strip():
        return passed(location=location)
    if exchange.header("content-encoding"):
        return not_applicable("etag_of_coding", location=location)
    where = Where("response.body", pointer="/d/__metadata/etag")
    return failed("other_etag", expected=field, found=stated, where=where, location=location)


@check("odata2.property", of=PROPERTY, needs="odata", clause="[MS-ODATA] 2.2.7.2.4, 2.2.6.3.8", severity="minor")
def property(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """A property can be read by its address.

    As an object with one member, named as the property, and the value that the entity shows.
    Remedy: answer <entity>/<property>, or refuse it with 4xx or 501.
    """
    name, location = named(exchange, "name"), f"{named(exchange)}/{named(exchange, 'name')}"
    said = refused(exchange)
    if said is not None or known.model is None:
        return said or untestable(Blocker.NO_DATA)
    value = unwrapped(inner(exchange))
    if not isinstance(value, dict) or name not in value:
        found = sorted(value)[:5] if isinstance(value, dict) else exchange.media_type
        return failed("malformed", expected=f"d with {name}", found=found, where=BODY, location=location)
    try:
        same = typed(known.model, named(exchange, "type"), value[name]) == _seen(exchange, known)
    except odata.Untyped:
        same = False
    return _unchanged(exchange, same, value[name], location, evidence)


def _seen(exchange: Exchange, known: OldWindows) -> Any:
    assert known.model is not None
    return typed(known.model, named(exchange, "type"), exchange.note.get("value"))


def _unchanged(exchange: Exchange, same: bool, found: Any, location: str, evidence: Evidence) -> Result:
    """Another value is wrong when the entity still shows the first one afterwards."""
    if same:
        return passed(location=location)
    name, seen = named(exchange, "name"), exchange.note.get("value")
    later = [e for e in evidence.select(purpose=ENTITY, interface=exchange.interface) if e.note.get("turn") == 2]
    mine = [e for e in later if e.note.get("row") == exchange.note.get("row")]
    if not mine or (entity(mine[-1]) or {}).get(name) != seen:
        return untestable(Blocker.WINDOW, location=location)
    ids = [e.id for e in mine]
    return failed("value_differs", expected=seen, found=found, where=BODY, location=location, exchanges=ids)


@check("odata2.value", of=VALUE, needs="odata", clause="[MS-ODATA] 2.2.7.2.5, 2.2.6.4.1 ($value)", severity="minor")
def value(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Result:
    """$value answers with the bare value of a property.

    As text, without quotes and without an object around it.
    Remedy: answer <entity>/<property>/$value with the value alone, or refuse it with 4xx or 501.
    """
    location = f"{named(exchange)}/{named(exchange, 'name')}"
    if exchange.status != 200:
        said = refused(exchange)
        return said if said is not None else not_applicable("not_supported", status=exchange.status)
    type, text = named(exchange, "type"), exchange.body.decode("utf-8", "replace").removeprefix("\ufeff")
    if known.model is None or type == "Edm.Binary" or any(span.part == "response.body" for span in exchange.redacted):
        return untestable(Blocker.NOT_COVERED, location=location)
    try:
        found, seen = odata.typed_text(type, text), _seen(exchange, known)
        same = found == seen or (isinstance(seen, odata.times.Moment) and _near(found, seen))
    except odata.Untyped:
        same = False
    return _unchanged(exchange, same, text[:80], location, evidence)


def _near(found: Any, seen: odata.times.Moment) -> bool:
    """Ticks are milliseconds, and their offset is read in two ways."""
    if not isinstance(found, odata.times.Moment):
        return False
    readings = (seen.picoseconds, seen.picoseconds - seen.offset * odata.times.MINUTE)
    return any(abs(found.picoseconds - one) < 10**9 for one in readings)


@check(
    "odata2.function-import",
    of=FUNCTION,
    needs="odata",
    clause="[MS-ODATA] 2.2.7.5 Invoke Request",
    severity="minor",
)
def function_import(exchange: Exchange, known: OldWindows) -> Result:
    """A function import that is called by GET answers with what the metadata state that it returns.

    Called with values that properties of the same names have. One entity may be missing, and what was asked for with arguments.
    Remedy: answer the function by GET, or correct m:HttpMethod and ReturnType in the metadata.
    """
    name, model = named(exchange, "name"), known.model
    functions = {f.name: f for c in model.container_chain(model.container) for f in c.function_imports} if model else {}
    function = functions.get(name)
    if model is None or function is None or function.returns is None:
        return not_applicable("returns_nothing", location=name)
    status, returns, one = exchange.status, function.returns, not function.returns.collection
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=200, found=status, where=STATUS, location=name)
    missing = status in ABSENT and not function.parameters and not (one and model.structured(returns.name))
    if status == 405 or missing:
        return failed("other_status", expected=200, found=status, where=STATUS, location=name)
    if status != 200 or "json" not in exchange.media_type:
        return not_applicable("other_answer", status=status, location=name)
    found = unwrapped(inner(exchange))
    if found is None and one:
        return passed(location=name)
    if returns.collection:
        right = isinstance(found.get("results"), list) if isinstance(found, dict) else isinstance(found, list)
    else:
        right = isinstance(found, dict) and not isinstance(found.get("results"), list)
        if right and model.structured(returns.name) is None:
            right = len([member for member in found if member != "__metadata"]) == 1
    if right:
        return passed(location=name)
    shown = "nothing" if found is NOTHING else sorted(found)[:5] if isinstance(found, dict) else type_name(found)
    return failed("malformed", expected=str(returns), found=shown, where=Where("response.body", pointer="/d"), location=name)


def type_name(value: object) -> str:
    return type(value).__name__
