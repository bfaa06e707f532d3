"""OData V2: is the service's Atom well formed, and does it hold the same entities as its JSON? Six requests on one set."""

from collections.abc import Mapping
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Exchange,
    Exchanges,
    Problems,
    Result,
    Where,
    check,
    checks_from,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .old_shared import ATOM, BODY, JSON, EntityType, Row, identity, named, refused, rows, typed
from .old_window import OldWindow, OldWindows, nothing_to_ask

FEED, ENTRY, BESIDE, FORMAT = (f"odata.old.{name}" for name in ("atom", "atom-entry", "atom-json", "format"))
TOP = 5


@probe(id="odata.old_atom", needs="odata", purposes=(FEED, ENTRY, BESIDE, FORMAT), after="odata.old", cost=7)
async def atom(ctx: Context) -> None:
    """The first entities of one set and one entity in Atom, and in JSON beside them; $format."""
    known = ctx.fact(OldWindows)
    if known.model is None or not known.read:
        nothing_to_ask(ctx, known, "no rows of OData V2")
        return
    window = known.read[0]
    feed, note = f"{window.url}?$top={TOP}", {"set": window.set}

    async def get(url: str, purpose: str, why: str, accept: str, **more: Any) -> Exchange:
        return await ctx.get(url, purpose=purpose, why=why, accept=accept, group=window.set, note={**note, **more})

    answer = await get(feed, FEED, "the first entities in Atom", f"{ATOM}, application/xml;q=0.5")
    beside = await get(feed, BESIDE, "the same in JSON", JSON, turn=1)
    if answer.status == 200 and _differences(known.model, window, answer, beside):
        await get(feed, BESIDE, "the same in JSON once more", JSON, turn=2)
    try:
        place = window.url + odata.key_predicate(known.model, window.type, window.rows[0])
    except odata.NoKey:
        place = ""
    if place:
        await get(place, ENTRY, "one entity in Atom", f"{ATOM}, application/xml;q=0.5")
    await get(f"{window.url}?$format=json&$top=1", FORMAT, "JSON by $format", "*/*", format="json")
    await get(f"{window.url}?$format=atom&$top=1", FORMAT, "Atom by $format", "*/*", format="atom")


def _read(exchange: Exchange) -> odata.atom.Feed | odata.atom.Entry | Result:
    """The document, or what is said without one."""
    status, location = exchange.status, named(exchange)
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=200, found=status, where=BODY, location=location)
    if status != 200:
        return not_applicable("not_supported", status=status, location=location)
    if "xml" not in exchange.media_type:
        return not_applicable("other_format", media_type=exchange.media_type, location=location)
    read = odata.atom.read(exchange.body)
    if isinstance(read, odata.atom.Unreadable):
        where = Where("response.body", line=read.line)
        return failed("malformed", expected="atom:feed or atom:entry", found=read.reason, where=where, location=location)
    return read


def _judge(exchange: Exchange, known: OldWindows) -> Problems | Result:
    read, window = _read(exchange), known.of(named(exchange))
    if isinstance(read, Result):
        return read if read.outcome.value != "fail" else not_applicable("not_atom")
    if window is None or known.model is None:
        return untestable(Blocker.NO_DATA)
    found = odata.judge_atom(known.model, window.type, read)
    return found.worded("atom_rule", lambda problem: problem.location or "the document")


checks_from(odata.ATOM_RULES, prefix="odata2", of=(FEED, ENTRY), judge=_judge, needs="odata")


@check("odata2.atom", of=(FEED, ENTRY), needs="odata", clause="RFC 4287, 2; [MS-ODATA] 2.2.6.2", severity="major")
def well_formed(exchange: Exchange) -> Result:
    """Entities that are answered in XML are an Atom document.

    Well-formed, a feed for a list and an entry for one entity. A service without Atom refuses, or answers in JSON.
    Remedy: let a library write the document; an ampersand or an angle bracket in a text has to be escaped.
    """
    read, location = _read(exchange), named(exchange)
    if isinstance(read, Result):
        return read
    many = exchange.purpose == FEED
    if many is isinstance(read, odata.atom.Feed):
        return passed(location=location)
    expected, found = ("atom:feed", "atom:entry") if many else ("atom:entry", "atom:feed")
    return failed("malformed", expected=expected, found=found, where=BODY, location=location)


@check("odata2.atom.same", of=(FEED, BESIDE), per="group", needs="odata", clause="[MS-ODATA] 2.2.6", severity="major")
def same(exchanges: Exchanges, known: OldWindows) -> Result:
    """Atom and JSON show the same values of an entity.

    Compared by key, to the millisecond of dates. Where they differed, JSON was asked for once more.
    Remedy: write both formats from the same object.
    """
    held = list(exchanges)
    ids, location = [e.id for e in held], named(held[0])
    feed = next((e for e in held if e.purpose == FEED), None)
    beside = [e for e in held if e.purpose == BESIDE]
    window, model = known.of(location), known.model
    if feed is None or not beside or window is None or model is None:
        return untestable(Blocker.NO_DATA, exchanges=ids)
    read, said = _read(feed), refused(beside[0])
    if not isinstance(read, odata.atom.Feed) or said is not None:
        return not_applicable("one_format", exchanges=ids, location=location)
    if any(span.part == "response.body" for e in held for span in e.redacted):
        return untestable(Blocker.REDACTED, exchanges=ids)
    if not _pairs(model, window, read, beside[0]):
        return not_applicable("too_few", exchanges=ids, location=location)
    found = _differences(model, window, feed, beside[0])
    if not found:
        return passed(location=location, exchanges=ids)
    if len(beside) < 2 or _differences(model, window, feed, beside[1]) != found:
        return untestable(Blocker.WINDOW, exchanges=ids)
    name, in_json, in_atom = found[0]
    return failed("other_in_atom", expected=in_json, found=in_atom, where=BODY, location=f"{location}/{name}", exchanges=ids)


def _pairs(
    model: CsdlModel, window: OldWindow, feed: odata.atom.Feed, beside: Exchange
) -> list[tuple[Mapping[str, odata.atom.Property], Row]]:
    """Entities of both answers with the same key."""
    by_key = {key: row for row in rows(beside) or () if (key := identity(model, window.type, row)) is not None}
    found = []
    for entry in feed.entries:
        key = _key(model, window.type, entry.properties)
        if key in by_key:
            found.append((entry.properties, by_key[key]))
    return found


def _key(model: CsdlModel, type: EntityType, properties: Mapping[str, odata.atom.Property]) -> tuple[Any, ...]:
    found = []
    for name, property in model.key(type):
        if property is None or name not in properties:
            return ()
        try:
            found.append(odata.typed_text(property.type.name, properties[name].text))
        except odata.Untyped:
            return ()
    return tuple(found)


def _differences(model: CsdlModel, window: OldWindow, feed: Exchange, beside: Exchange) -> list[tuple[str, Any, str]]:
    """Name, value in JSON and text in Atom of the properties that differ; [] also when one of the answers cannot be read."""
    read = _read(feed)
    if not isinstance(read, odata.atom.Feed):
        return []
    found = []
    for properties, row in _pairs(model, window, read, beside):
        for name, member in model.members(window.type).items():
            plain = isinstance(member, odata.csdl.Property) and not member.type.collection
            if not plain or name not in properties or name not in row or model.structured(member.type.name):
                continue
            if _differ(model, member.type.name, row[name], properties[name]):
                found.append((name, row[name], "null" if properties[name].null else properties[name].text[:80]))
    return found


def _differ(model: CsdlModel, type: str, in_json: Any, in_atom: odata.atom.Property) -> bool:
    """Whether both are values and not the same; values of the wrong form are found by other checks."""
    if in_json is None or in_atom.null:
        return (in_json is None) is not in_atom.null
    try:
        one, other = typed(model, type, in_json), odata.typed_text(type, in_atom.text)
    except odata.Untyped:
        return False
    if isinstance(one, odata.times.Moment) and isinstance(other, odata.times.Moment):
        readings = (one.picoseconds, one.picoseconds - one.offset * odata.times.MINUTE)
        return all(abs(other.picoseconds - reading) >= 10**9 for reading in readings)
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > 1e-6 * max(abs(one), abs(other))
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n").replace("\r", "\n") != other.replace("\r\n", "\n").replace("\r", "\n")
    return bool(one != other)


@check(
    "odata2.format",
    of=FORMAT,
    needs="odata",
    clause="[MS-ODATA] 2.2.3.6.1.5 ($format); OData 2.0 URI Conventions, 4.7",
    severity="minor",
)
def format(exchange: Exchange) -> Result:
    """$format decides in which format the service answers.

    json and atom; it goes before the Accept field. A format that the service does not have is refused.
    Remedy: read $format before Accept, or refuse the option with 4xx or 501.
    """
    wanted, status, location = named(exchange, "format"), exchange.status, named(exchange, "format")
    if status != 200:
        said = refused(exchange)
        return said if said is not None else not_applicable("not_supported", status=status)
    right = "json" in exchange.media_type if wanted == "json" else "xml" in exchange.media_type
    if right:
        return passed(location=location)
    where = Where("response.header", "content-type")
    return failed("option_ignored", expected=f"$format={wanted}", found=exchange.media_type, where=where, location=location)
