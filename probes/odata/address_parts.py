"""OData: can the parts of an entity be read by themselves? At most 21 requests per service.

Of at most three sets an entity: properties of primitive types that were not asked for yet, each as JSON and as raw value; a
property without a value; a collection; a complex property and a property inside of it.
"""

from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Evidence,
    Exchange,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    semantics,
)

from .address import Addressed, Place, Property, place, places
from .address_same import AGAIN, BODY, JSON, STATUS, Doubts, TypeRef, equal, refusal, settled
from .metadata import Odata, unread
from .window import body, control

PROPERTY, VALUE, NULL, COMPLEX = (f"odata.address.{name}" for name in ("property", "value", "null-property", "complex"))
SETS, TYPES = 3, 2
"""Sets that are looked at, and types of properties taken from each."""
TYPE = Where("response.header", "content-type")


@probe(
    id="odata.address.parts",
    needs="odata",
    purposes=(PROPERTY, VALUE, NULL, COMPLEX, AGAIN),
    after="odata.address",
    cost=2 * SETS * TYPES + SETS + 1 + 2 + SETS,
)
async def parts(ctx: Context) -> None:
    """Properties, raw values, missing values and complex values of entities that lists show."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    doubts, asked = Doubts(), set[str]()

    async def get(one: Place, path: str, purpose: str, why: str, accept: str = JSON, **note: Any) -> Exchange:
        told = one.note(path.split("/")[0], path=path, **note)
        answer = await ctx.get(f"{ctx.interface.url}/{one.path}/{path}", purpose=purpose, why=why, accept=accept, note=told)
        doubts.hear(one.set, one.source, _VERDICTS[purpose](model, answer))
        return answer

    for shown in known.shown[:SETS]:
        first = place(model, shown, ctx.interface.url)
        if first is None:
            continue
        works = False
        for name, prop in _primitives(model, first, shown.hidden, asked)[:TYPES]:
            asked.add(_kind(model, prop))
            answer = await get(first, name, PROPERTY, f"{name} by itself", context="property")
            works = works or answer.status == 200
            if _kind(model, prop) != "Edm.Binary":  # its format cannot be known (Part 1, 11.2.4.2)
                await get(first, f"{name}/$value", VALUE, f"the raw value of {name}", accept="text/plain")
        empty = next(_empty(model, places(model, shown, ctx.interface.url)), None)
        if empty is not None:
            await get(empty[0], empty[1], NULL, f"{empty[1]}, which has no value", works=works)
        for kind, purpose in (("collection", PROPERTY), ("complex", COMPLEX)):
            name = next(_structured(model, first, kind, shown.hidden), "") if kind not in asked else ""
            if name:
                asked.add(kind)
                await get(first, name, purpose, f"{name} by itself", context="property")
                inner = _inside(model, first, name) if kind == "complex" else ""
                if inner:
                    await get(first, f"{name}/{inner}", purpose, f"{inner} of {name}", context="property")
    await doubts.settle(ctx)


def _primitives(model: CsdlModel, one: Place, hidden: frozenset[str], asked: set[str]) -> list[tuple[str, Property]]:
    """Properties with a value, of types that were not asked for yet; one of each type, keys last."""
    found: dict[str, tuple[str, Property]] = {}
    members = model.members(one.declared)
    for name in sorted(members, key=lambda n: (n in one.key, list(members).index(n))):
        prop = members[name]
        if not isinstance(prop, Property) or prop.type.collection or name in hidden or one.row.get(name) in (None, ""):
            continue
        kind = _kind(model, prop)
        if kind not in asked and kind not in ("", "Edm.Stream", "Edm.Untyped") and not kind.startswith("Edm.Geo"):
            found.setdefault(kind, (name, prop))
    return list(found.values())


def _kind(model: CsdlModel, prop: Property) -> str:
    """The primitive type, "enum", or "" for what is neither."""
    kind = model.underlying(prop.type.name)
    return "enum" if model.enum(kind) else kind if kind.startswith("Edm.") else ""


def _empty(model: CsdlModel, found: Iterator[Place]) -> Iterator[tuple[Place, str]]:
    """Entities with a primitive property that has no value."""
    for one in found:
        for name, prop in model.members(one.declared).items():
            single = isinstance(prop, Property) and not prop.type.collection and prop.type.name != "Edm.Stream"
            withheld = any(other.startswith(f"{name}@") and other.endswith("Permissions") for other in one.row)
            if single and not withheld and name in one.row and one.row[name] is None:
                yield one, name


def _structured(model: CsdlModel, one: Place, kind: str, hidden: frozenset[str]) -> Iterator[str]:
    """Collections, or complex properties, that have a value."""
    for name, prop in model.members(one.declared).items():
        if isinstance(prop, Property) and name not in hidden and one.row.get(name):
            complex = model.structured(prop.type.name) is not None
            if prop.type.collection if kind == "collection" else complex and not prop.type.collection:
                yield name


def _inside(model: CsdlModel, one: Place, name: str) -> str:
    """A primitive property with a value inside of a complex one."""
    value, prop = one.row[name], model.members(one.declared)[name]
    type = model.structured(prop.type.name)
    inner = model.members(type) if type and isinstance(value, dict) else {}
    return next((n for n, p in inner.items() if isinstance(p, Property) and not p.type.collection and value.get(n)), "")


# What the answers say


def _wanted(model: CsdlModel, exchange: Exchange) -> tuple[TypeRef, Any] | None:
    """Type and value of the property that the path names, as the list shows it."""
    type = model.structured(str(exchange.note.get("type", "")))
    value: Any = exchange.note.get("seen", {})
    stated: TypeRef | None = None
    for step in str(exchange.note.get("path", "")).removesuffix("/$value").split("/"):
        prop = model.members(type).get(step) if type is not None else None
        if prop is None or not isinstance(value, dict) or step not in value:
            return None
        stated, value, type = prop.type, value[step], model.structured(prop.type.name)
    return (stated, value) if stated is not None else None


def _location(exchange: Exchange) -> str:
    return f"{exchange.note.get('set', '')}/{exchange.note.get('path', '')}"


def _property(model: CsdlModel, exchange: Exchange) -> Result:
    """A property as JSON: its value in `value`, or a complex value as the object itself."""
    location, wanted = _location(exchange), _wanted(model, exchange)
    refused = refusal(exchange, location)
    if refused is not None or wanted is None:
        return refused or not_applicable("no_metadata", location=location)
    type, expected = wanted
    if exchange.status == 204:
        return failed("other_status", expected=200, found=204, where=STATUS, location=location)
    value = body(exchange)
    complex = model.structured(type.name) is not None and not type.collection
    if value is None or (not complex and "value" not in value):
        shown = sorted(value)[:5] if value is not None else exchange.media_type or "no media type"
        wish = "JSON object" if complex else "JSON object with value"
        return failed("malformed", expected=wish, found=shown, where=BODY, location=location)
    found: Any = value if complex else value["value"]
    if control(value, "nextLink") is not None and isinstance(found, list) and isinstance(expected, list):
        expected = expected[: len(found)]
    if equal(model, type, expected, found) and (not complex or _shares(expected, found)):
        return passed(location=location)
    where = Where("response.body", pointer="" if complex else "/value")
    return failed("address_other_value", expected=expected, found=found, where=where, location=location)


def _shares(expected: Any, found: dict[str, Any]) -> bool:
    """Whether a complex value shows at least one of the members that it should."""
    return not isinstance(expected, dict) or any(name in found for name in expected if "@" not in name)


def _value(model: CsdlModel, exchange: Exchange) -> Result:
    """A raw value: text without quotes or anything around it."""
    location, wanted = _location(exchange), _wanted(model, exchange)
    refused = refusal(exchange, location)
    if refused is not None or wanted is None:
        return refused or not_applicable("no_metadata", location=location)
    type, expected = wanted
    if exchange.status == 204:
        return failed("other_status", expected=200, found=204, where=STATUS, location=location)
    if exchange.media_type not in ("", "text/plain"):
        return failed("address_other_media_type", expected="text/plain", found=exchange.media_type, where=TYPE, location=location)
    text = _text(exchange)
    if text is not None and _same_text(model, type, expected, text):
        return passed(location=location)
    found = exchange.body[:100].decode("utf-8", "replace")
    return failed("address_other_value", expected=expected, found=found, where=BODY, location=location)


def _text(exchange: Exchange) -> str | None:
    """The body in the charset that it states; None when it cannot be read."""
    stated = semantics.media_type(exchange.header("content-type") or "")
    name = stated.parameter("charset") if stated else None
    try:
        return exchange.body.decode(name or "utf-8").removeprefix("\ufeff")
    except (LookupError, UnicodeDecodeError):
        return None


def _same_text(model: CsdlModel, type: TypeRef, expected: Any, text: str) -> bool:
    match model.underlying(type.name):
        case "Edm.String":
            return text.rstrip() == str(expected).rstrip()
        case "Edm.Boolean":
            return text.strip().lower() == ("true" if expected else "false")  # in any case (ABNF, booleanValue)
    return equal(model, type, expected, text.strip())


def _null(model: CsdlModel, exchange: Exchange) -> Result:
    """204 without content. A refusal says nothing unless properties can be read."""
    location, status = _location(exchange), exchange.status
    if status in (404, 410) and exchange.note.get("works"):
        return failed("other_status", expected=204, found=status, where=STATUS, location=location)
    refused = refusal(exchange, location)
    if refused is not None:
        return refused
    if status == 200:
        return failed("address_null_as_content", expected=204, found=200, where=STATUS, location=location)
    if exchange.body:
        return failed("content", expected=0, found=len(exchange.body), where=BODY, location=location)
    return passed(location=location)


_VERDICTS = {PROPERTY: _property, VALUE: _value, NULL: _null, COMPLEX: _property}


def _judged(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    if known.model is None:
        return not_applicable("no_metadata")
    return settled(known.model, _VERDICTS[exchange.purpose](known.model, exchange), exchange, evidence)


@check(
    "odata.address.property",
    of=PROPERTY,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.4; OData 4.01 Part 2, 4.6; OData JSON 4.01, 11",
    severity="major",
)
def property(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A property of an entity can be read by itself, and has the value that the list shows.

    The answer to <entity>/<property> is a JSON object with the value in `value`; collections are a list there.
    Remedy: answer property URLs from the same data as the entity.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.value",
    of=VALUE,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.4.2; OData 4.01 Part 2, 4.7",
    severity="major",
)
def value(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """/$value answers with the raw value of a property as text.

    text/plain, without quotes and without JSON around it, written as in JSON or in URLs.
    Remedy: write the value alone, with Content-Type text/plain.
    """
    return _judged(exchange, evidence, known)


@check("odata.address.null-property", of=NULL, needs="odata", clause="OData 4.01 Part 1, 11.2.4; 9.1.4", severity="minor")
def null_property(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A property without a value is answered with 204.

    200 with null in it is what other values look like, 404 means that the property is not there.
    Remedy: answer 204 without content where the value of a single-valued property is null.
    """
    return _judged(exchange, evidence, known)


@check(
    "odata.address.complex",
    of=COMPLEX,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.4; OData 4.01 Part 2, 4.6; OData JSON 4.01, 11",
    severity="major",
)
def complex(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A complex property, and what is inside of it, can be read by itself.

    The answer to <entity>/<complex property> is the object itself, without `value`; the path goes on with its properties.
    Remedy: resolve each segment of the path against the type that the one before it has.
    """
    return _judged(exchange, evidence, known)
