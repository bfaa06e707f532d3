"""OData V2: are several reads answered at once as they are alone, and is nothing sent to who has it? At most five requests.

A batch is sent by POST; this one holds nothing but GET, so that it only reads, which the plan states. It is sent only where the
service shows that it knows the place: one that does not may take the POST for anything else.
"""

from typing import Any
from urllib.parse import urlsplit

from cpo_probe.sdk import (
    Blocker,
    Context,
    Evidence,
    Exchange,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    semantics,
    untestable,
)

from .exchange_batch import KNOWS, MULTIPART
from .old_shared import BODY, JSON, STATUS, EntityType, identity, key_names, named, unwrapped
from .old_window import OldWindow, OldWindows, nothing_to_ask

GET, BATCH, ENTITY, FRESH = (f"odata.old.{name}" for name in ("batch-get", "batch", "tagged", "fresh"))
Read = odata.batch.Read
Part = odata.batch.Part


@probe(
    id="odata.old_batch", needs="odata", purposes=(GET, BATCH, ENTITY, FRESH), after="odata.old", posts="$batch", cost=5,
    serial=True,
)  # fmt: skip
async def old_batch(ctx: Context) -> None:
    """One entity alone, again with its entity tag, and within a batch of three reads."""
    known = ctx.fact(OldWindows)
    if known.model is None or not known.read:
        nothing_to_ask(ctx, known, "no rows of OData V2")
        return
    found = next((one for window in known.read if (one := _reads(ctx, known, window)) is not None), None)
    if found is None:
        ctx.blocked(Blocker.NO_ARGUMENTS, "no set has two entities whose key can be written")
        return
    window, reads = found
    note = {"set": window.set, "row": {name: window.rows[0][name] for name in key_names(known.model, window.type)}}

    async def alone(purpose: str, why: str, headers: tuple[tuple[str, str], ...] = ()) -> Exchange:
        url = f"{ctx.interface.url}/{reads[1].url}"
        return await ctx.get(url, purpose=purpose, why=why, accept=JSON, headers=headers, note=note)

    entity = await alone(ENTITY, "an entity, alone")
    tag = entity.header("etag")
    if entity.status == 200 and tag and semantics.entity_tag(tag) and not semantics.replaced(entity, "etag"):
        await alone(FRESH, "the same entity, if it has changed", (("If-None-Match", tag),))
    place = await ctx.get(f"{ctx.interface.url}/$batch", purpose=GET, why="does the service know batches?", accept="*/*")
    if place.status in KNOWS or ctx.interface.options.get("batch") is True:
        await _send(ctx, reads, note)


def _reads(ctx: Context, known: OldWindows, window: OldWindow) -> tuple[OldWindow, tuple[Read, ...]] | None:
    """The first rows of a set and two of its entities; the second one by an absolute address."""
    accept = (("Accept", JSON),)
    try:
        assert known.model is not None
        first, second = (
            f"{window.set}{odata.key_predicate(known.model, window.type, row)}".replace(":", "%3A") for row in window.rows[:2]
        )
        list_, absolute = Read("r1", f"{window.set}?$top=2", accept), f"{ctx.interface.url}/{second}"
        return window, (list_, Read("r2", first, accept), Read("r3", absolute, accept))
    except (odata.NoKey, ValueError):
        return None


async def _send(ctx: Context, reads: tuple[Read, ...], note: dict[str, Any]) -> None:
    boundary = "batch_36d5c8c6"
    body = odata.batch.write_multipart(reads, boundary, urlsplit(ctx.interface.url).netloc)
    fields = (("Content-Type", f"{MULTIPART};boundary={boundary}"), ("DataServiceVersion", "2.0"))
    told = {**note, "asked": ["list", "relative", "absolute"]}
    sent: dict[str, Any] = {"headers": fields, "body": body, "accept": MULTIPART, "note": told, "redirects": False}
    await ctx.send("POST", f"{ctx.interface.url}/$batch", purpose=BATCH, why="three reads at once", **sent)


# What the answers say


@check("odata2.batch", of=BATCH, needs="odata", clause="[MS-ODATA] 2.2.7.6", severity="major")
def batch(exchange: Exchange, known: OldWindows, evidence: Evidence) -> Results:
    """A batch of reads is answered with a response to each of them, as it is alone.

    multipart/mixed with one part of application/http for each GET, in their order; an entity is the one that was asked for, by a
    relative or an absolute address. A service may leave batches out, and refuses them then.
    Remedy: answer each part by the code that answers single requests.
    """
    name, status = named(exchange), exchange.status
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=202, found=status, where=STATUS, location=name)
    if status not in (200, 202):
        return not_applicable("not_supported", status=status, location=name)
    if exchange.media_type != MULTIPART:
        found = exchange.media_type or "no media type"
        return failed("malformed", expected=MULTIPART, found=found, where=Where("response.header", "content-type"), location=name)
    try:
        parts = odata.batch.read_multipart(exchange.body, exchange.header("content-type") or "")
    except odata.batch.Malformed as error:
        if any(span.part == "response.body" for span in exchange.redacted):
            return untestable(Blocker.REDACTED, location=name)
        return failed("malformed", expected=error.expected, found=error.found, where=BODY, location=name)
    asked = list(exchange.note.get("asked", []))
    if len(parts) != len(asked):
        return failed("batch_parts_missing", expected=len(asked), found=len(parts), where=BODY, location=name)
    window = known.of(name)
    alone = next(iter(evidence.select(purpose=ENTITY, interface=exchange.interface)), None)
    if window is None or known.model is None:
        return untestable(Blocker.NO_DATA)
    answered = alone is not None and alone.status == 200
    taken = any(part.status == 200 for form, part in zip(asked, parts, strict=True) if form != "list")
    return [_one(form, part, known, window, alone=answered, taken=taken) for form, part in zip(asked, parts, strict=True)]


def _one(form: str, part: Part, known: OldWindows, window: OldWindow, *, alone: bool, taken: bool) -> Result:
    """`taken`: an entity is found by one form of its address; the protocol does not say that the other one is taken, too."""
    location = f"{window.set}/{form}"
    if part.status != 200:
        if not alone or part.status in (429, 503):
            return not_applicable("other_answer", status=part.status, location=location)
        if form != "list" and taken and part.status < 500:
            return not_applicable("not_supported", status=part.status, location=location)
        return failed("batch_part_refused", expected=200, found=part.status, where=BODY, location=location)
    value = unwrapped(part.value.get("d")) if isinstance(part.value, dict) else None
    if form == "list":
        listed = value.get("results") if isinstance(value, dict) else value
        if isinstance(listed, list):
            return passed(location=location)
        return failed("malformed", expected="d with a list", found=type(value).__name__, where=BODY, location=location)
    if not isinstance(value, dict):
        return failed("malformed", expected="d with an entity", found=type(value).__name__, where=BODY, location=location)
    return _same(value, known, window, 0 if form == "relative" else 1, location)


def _same(value: dict[str, Any], known: OldWindows, window: OldWindow, row: int, location: str) -> Result:
    """The entity that was asked for, by its key."""
    model, type = known.model, window.type
    assert model is not None
    wanted = window.rows[row]
    if identity(model, type, value) == identity(model, type, wanted):
        return passed(location=location)
    expected, found = (_key(one, type, known) for one in (wanted, value))
    return failed("batch_part_differs", expected=expected, found=found, where=BODY, location=location)


def _key(row: dict[str, Any], type: EntityType, known: OldWindows) -> dict[str, Any]:
    assert known.model is not None
    return {name: row.get(name) for name in key_names(known.model, type)}


@check(
    "odata2.not-modified",
    of=FRESH,
    needs="odata",
    clause="[MS-ODATA] 2.2.5.4; RFC 9110, 13.1.2",
    severity="minor",
)
def not_modified(exchange: Exchange, evidence: Evidence) -> Result:
    """An entity that has not changed is not sent again: If-None-Match with its ETag is answered with 304.

    Otherwise the ETag is an empty promise, and every synchronisation transfers everything.
    Remedy: compare If-None-Match with the ETag before sending content; make the ETag from the data, not from the time.
    """
    location = named(exchange)
    if exchange.status == 304:
        return passed(location=location)
    if exchange.status != 200:
        return not_applicable("other_answer", location=location, status=exchange.status)
    first = next(iter(evidence.select(purpose=ENTITY, interface=exchange.interface)), None)
    if first is None or first.body != exchange.body or first.header("etag") != exchange.header("etag"):
        return untestable(Blocker.WINDOW, location=location)
    return failed("other_status", expected=304, found=200, where=STATUS, location=location)
