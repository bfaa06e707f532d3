"""OData: what can be asked of entities of a special type: derived from another, or with a stream? At most 7 requests per service.

One set in which a list shows a derived type: the set and one entity restricted to that type, one of its own properties, and the
same entity taken for another type. One media entity: its stream.
"""

from typing import Any

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Outcome,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    semantics,
)

from .address import Addressed, EntityType, Place, Property, Shown, place, places, streams
from .address_same import AGAIN, BODY, JSON, STATUS, Doubts, equal, key_of, refusal, settled, the_entity
from .metadata import Odata, unread
from .window import Row, body, control, items

CAST, STREAM = "odata.address.cast", "odata.address.stream"
ROWS = 20
TYPE = Where("response.header", "content-type")


@probe(id="odata.address.types", needs="odata", purposes=(CAST, STREAM, AGAIN), after="odata.address", cost=8)
async def types(ctx: Context) -> None:
    """Derived types as segments of the path; the stream of a media entity."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    doubts = Doubts()
    for shown in known.shown:
        found = (one for one in places(model, shown, ctx.interface.url) if one.type.qualified != one.declared.qualified)
        one = next(found, None)
        if one is not None:
            await _casts(ctx, model, known, shown, one, doubts)
            break
    media = next((part for part in known.shown if streams(model, part.type)), None)
    entity = place(model, media, ctx.interface.url) if media else None
    if entity is not None:
        told = entity.note(path="$value", media=control(entity.row, "mediaContentType") or "")
        url = f"{ctx.interface.url}/{entity.path}/$value"
        answer = await ctx.get(url, purpose=STREAM, why="the stream of a media entity", accept="*/*", note=told)
        doubts.hear(entity.set, entity.source, stream_verdict(answer))
        doubts.hear(entity.set, entity.source, media_verdict(answer))
    await doubts.settle(ctx)


async def _casts(ctx: Context, model: CsdlModel, known: Addressed, shown: Shown, one: Place, doubts: Doubts) -> None:
    own, name = one.type, one.type.qualified

    async def get(path: str, form: str, why: str, *names: str, **note: Any) -> Exchange:
        told = one.note(*names, form=form, cast=name, property=names[0] if names else "", **note)
        answer = await ctx.get(f"{ctx.interface.url}/{path}", purpose=CAST, why=why, accept=JSON, note=told)
        doubts.hear(one.set, one.source, _cast(model, answer, known))
        return answer

    top = f"?$top={ROWS}" if "$top" in shown.url else ""
    listed = await get(f"{one.set}/{name}{top}", "list", f"the entities of {one.set} of the type {own.name}")
    works = listed.status == 200
    await get(f"{one.path}/{name}", "entity", f"an entity as {own.name}, which it is", works=works)
    key = one.path.removeprefix(one.set)
    await get(f"{one.set}/{name}{key}", "member", f"an entity among those of the type {own.name}", works=works)
    extra = next(_own_properties(model, one, shown.hidden), "")
    if extra:
        why = f"{extra}, which only {own.name} has"
        await get(f"{one.path}/{name}/{extra}", "property", why, extra, works=works)
    other = next((t for t in model.derived(one.declared.qualified) if _unrelated(model, t, own)), None)
    if other is not None:
        name = other.qualified
        await get(f"{one.path}/{name}", "other", f"an entity as {other.name}, which it is not", works=works)


def _own_properties(model: CsdlModel, one: Place, hidden: frozenset[str]) -> Any:
    """Primitive properties with a value that only the derived type has."""
    general = model.members(one.declared)
    for name, prop in model.members(one.type).items():
        primitive = isinstance(prop, Property) and not prop.type.collection and model.structured(prop.type.name) is None
        if primitive and name not in general and name not in hidden and one.row.get(name) is not None:
            yield name


def _unrelated(model: CsdlModel, other: odata.csdl.StructuredType, own: EntityType) -> bool:
    one, two = other.qualified, own.qualified
    return not other.abstract and not model.derives(one, two) and not model.derives(two, one)


# What the answers say


def _cast(model: CsdlModel, exchange: Exchange, known: Addressed) -> Result:
    form, status = exchange.note.get("form"), exchange.status
    location = f"{exchange.note.get('set', '')}/{form}"
    if form == "other":
        return _taken_for_another(exchange, location)
    if status in (404, 410) and exchange.note.get("works"):
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    match form:
        case "list":
            return _restricted(model, exchange, known, location)
        case "property":
            return _own_value(model, exchange, location)
    return the_entity(model, exchange, location)


def _taken_for_another(exchange: Exchange, location: str) -> Result:
    """404, if casts are known to the service at all."""
    status = exchange.status
    if status == 200:
        return failed("accepted", expected=404, found=status, where=STATUS, location=location)
    if status in (404, 410) and exchange.note.get("works"):
        return passed(location=location)
    return refusal(exchange, location) or failed("other_status", expected=404, found=status, where=STATUS, location=location)


def _own_value(model: CsdlModel, exchange: Exchange, location: str) -> Result:
    type, name, value = _type(model, exchange), str(exchange.note.get("property", "")), body(exchange)
    prop = model.members(type).get(name) if type is not None else None
    if value is None or "value" not in value or not isinstance(prop, Property):
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object with value", found=found, where=BODY, location=location)
    expected = exchange.note.get("seen", {}).get(name)
    if equal(model, prop.type, expected, value["value"]):
        return passed(location=location)
    where = Where("response.body", pointer="/value")
    return failed("address_other_value", expected=expected, found=value["value"], where=where, location=location)


def _type(model: CsdlModel, exchange: Exchange) -> EntityType | None:
    return model.entity(str(exchange.note.get("cast", "")))


def _restricted(model: CsdlModel, exchange: Exchange, known: Addressed, location: str) -> Result:
    """Only entities of the type; all of them where list and answer are whole."""
    rows, cast, shown = items(exchange), _type(model, exchange), known.of(str(exchange.note.get("set", "")))
    if rows is None or cast is None or shown is None:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected="JSON object with value", found=found, where=BODY, location=location)
    seen = {key_of(model, shown.type, row): _stated(model, row, shown.type) for row in shown.rows}
    for row in rows:
        key = key_of(model, shown.type, row)
        found = _stated(model, row, cast) if control(row, "type") is not None else seen.get(key, cast.qualified)
        if not model.derives(found, cast.qualified):
            return failed("address_other_type_of_entity", expected=cast.qualified, found=found, where=BODY, location=location)
    if shown.complete and len(rows) < ROWS and control(body(exchange) or {}, "nextLink") is None:
        keys = {key_of(model, shown.type, row) for row in rows}
        missing = next(iter(_missing(model, shown, cast, keys)), None)
        if missing is not None:
            row = {name: missing.get(name) for name, _ in model.key(shown.type)}
            return failed("address_left_out", expected=row, found=len(rows), where=BODY, location=location)
    return passed(location=location) if rows else not_applicable("too_few", location=location)


def _missing(model: CsdlModel, shown: Shown, cast: EntityType, keys: set[Any]) -> list[Row]:
    """Rows of the list that are of the type and not among the keys."""
    of_type = [row for row in shown.rows if model.derives(_stated(model, row, shown.type), cast.qualified)]
    return [row for row in of_type if key_of(model, shown.type, row) not in keys]


def _stated(model: CsdlModel, row: Row, otherwise: EntityType) -> str:
    """The type that a row states."""
    stated = control(row, "type")
    return model.qualified(stated.rpartition("#")[2]) if isinstance(stated, str) else otherwise.qualified


def stream_verdict(exchange: Exchange) -> Result:
    """Bytes with their media type, not the entity once more. A stream may be empty, or not be there yet (204)."""
    location, status = f"{exchange.note.get('set', '')}/{exchange.note.get('path', '$value')}", exchange.status
    stated = str(exchange.note.get("media", "")).split(";")[0].strip().lower()
    if status in (404, 410) and (stated or exchange.note.get("promised")):
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None or status == 204:
        return refused or passed(location=location)
    hinted = bool(stated) and stated == exchange.media_type  # a file may be an answer of OData that somebody kept
    value = body(exchange) if exchange.media_type and semantics.is_json(exchange.media_type) and not hinted else None
    if value is not None and control(value, "context") is not None:
        return failed(
            "address_entity_as_stream", expected=stated or "the stream", found=exchange.media_type, where=BODY, location=location
        )
    return passed(location=location)


def media_verdict(exchange: Exchange) -> Result:
    """The media type of a stream: it should be there, and be the one that the entity hints at."""
    location = f"{exchange.note.get('set', '')}/{exchange.note.get('path', '$value')}"
    stated = str(exchange.note.get("media", "")).split(";")[0].strip().lower()
    if exchange.status != 200:
        return not_applicable("other_answer", location=location, status=exchange.status)
    if not exchange.body:
        return not_applicable("no_data", location=location)
    if not exchange.media_type:
        return failed("missing", expected="Content-Type", where=TYPE, location=location)
    if stated and stated != exchange.media_type:
        return failed("address_other_media_type", expected=stated, found=exchange.media_type, where=TYPE, location=location)
    return passed(location=location)


@check(
    "odata.address.cast",
    of=CAST,
    needs="odata",
    clause="OData 4.01 Part 2, 4.11; OData 4.01 Part 1, 13.1.2",
    severity="minor",
)
def cast(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """The name of a derived type in the path restricts to that type.

    A set is restricted to the entities of the type, an entity of the type is that entity with its own properties, and one that
    is of another type is answered with 404.
    Remedy: let a type in the path filter collections, and answer 404 for a single entity that is none.
    """
    if known.model is None:
        return not_applicable("no_metadata")
    result = _cast(known.model, exchange, known)
    if result.outcome is not Outcome.FAIL or result.code == "address_other_type_of_entity":
        return result  # the type of an entity does not change
    seen = result.expected if result.code == "address_left_out" else None
    return settled(known.model, result, exchange, evidence, seen)


@check(
    "odata.address.stream",
    of=STREAM,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.3; OData 4.01 Part 2, 4.14; OData JSON 4.01, 4.5.12",
    severity="major",
)
def stream(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """/$value of a media entity answers with its stream.

    The stream itself, not the entity in JSON once more. 204 is right as long as there is none.
    Remedy: send the file, or redirect to where it lies.
    """
    if known.model is None:
        return not_applicable("no_metadata")
    return settled(known.model, stream_verdict(exchange), exchange, evidence)
