"""OData: do the streams of entities lie where their control information says, and are they what it says? At most 6 requests.

Of one media entity the stream that it states, and of one entity with a property that is a stream that property; each again with
its entity tag.
"""

from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import (
    Blocker,
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
    untestable,
)

from .address import Addressed, Place, Property, Shown, place, streams
from .address_same import AGAIN, BODY, STATUS, Doubts, same_place, settled
from .address_types import STREAM, media_verdict, stream_verdict
from .metadata import Odata, unread
from .window import control, joined

LINK, NAMED, FRESH = (f"odata.address.{name}" for name in ("media-link", "named-stream", "media-fresh"))
ETAG = Where("response.header", "etag")
_PLAIN = (("Accept-Encoding", "identity"),)  # a server may mark the entity tag of what it compresses


@probe(id="odata.address.streams", needs="odata", purposes=(LINK, NAMED, FRESH, AGAIN), after="odata.address", cost=6)
async def stream_links(ctx: Context) -> None:
    """Streams of media entities and of stream properties by the links that are stated, or by their paths."""
    known = ctx.fact(Addressed)
    model = known.model
    if model is None:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4")
        return
    doubts = Doubts()
    media = next((part for part in known.shown if streams(model, part.type)), None)
    one = place(model, media, ctx.interface.url) if media else None
    if one is not None:
        await _ask(ctx, one, LINK, "", doubts)
    found = next(_named(model, known.shown, ctx.interface.url), None)
    if found is not None:
        await _ask(ctx, found[0], NAMED, found[1], doubts)
    await doubts.settle(ctx)


def _named(model: CsdlModel, shown: tuple[Shown, ...], root: str) -> Iterator[tuple[Place, str]]:
    """Entities with a property that is a stream."""
    for part in shown:
        for name, prop in model.members(part.type).items():
            one = place(model, part, root) if isinstance(prop, Property) and prop.type.name == "Edm.Stream" else None
            if one is not None and not prop.type.collection:
                yield one, name


async def _ask(ctx: Context, one: Place, purpose: str, name: str, doubts: Doubts) -> None:
    """The stream where the entity says that it lies, by default at the path of the standard; nothing outside of the service."""
    root = ctx.interface.url
    link, stated = _link(one, name), isinstance(control(one.row, "mediaContentType", name), str)
    path = f"{root}/{one.path}/{name or '$value'}"
    target = joined(f"{root}/", link) if isinstance(link, str) else path
    url = same_place(root, target)
    told = one.note(
        *_controls(one, name), path=name or "$value", media=control(one.row, "mediaContentType", name) or "",
        tag=control(one.row, "mediaEtag", name) or "", promised=stated or isinstance(link, str),
    )  # fmt: skip
    if not url:
        return  # whatever lies elsewhere is not ours to ask
    answer = await ctx.get(url, purpose=purpose, why="a stream where its entity says", accept="*/*", headers=_PLAIN, note=told)
    doubts.hear(one.set, one.source, _judged(answer))
    doubts.hear(one.set, one.source, media_verdict(answer))
    doubts.hear(one.set, one.source, _tagged(answer))
    tag = answer.header("etag")
    if answer.status == 200 and tag and semantics.entity_tag(tag) and not semantics.replaced(answer, "etag"):
        fresh = (*_PLAIN, ("If-None-Match", tag))
        await ctx.get(url, purpose=FRESH, why="the same stream, if it has changed", accept="*/*", headers=fresh, note=told)


def _link(one: Place, name: str) -> Any:
    """The read link; where only the edit link is stated it is the same (OData JSON 4.01, 4.5.12)."""
    read = control(one.row, "mediaReadLink", name)
    return read if read is not None else control(one.row, "mediaEditLink", name)


def _controls(one: Place, name: str) -> tuple[str, ...]:
    """The members of the row that speak of the stream."""
    wanted = ("mediaReadLink", "mediaEditLink", "mediaContentType", "mediaEtag")
    return tuple(
        key for key in one.row if key.partition("@")[0] == name and key.rpartition("@")[2].removeprefix("odata.") in wanted
    )


def _judged(exchange: Exchange) -> Result:
    return stream_verdict(exchange)


def _location(exchange: Exchange) -> str:
    return f"{exchange.note.get('set', '')}/{exchange.note.get('path', '')}"


def _opaque(tag: str) -> str:
    """An entity tag without the mark of weak ones (RFC 9110, 8.8.3.2: weak comparison)."""
    return tag.strip().removeprefix("W/")


def _tagged(exchange: Exchange) -> Result:
    """The entity tag in the body of the entity, and that of the stream."""
    location, stated, field = _location(exchange), str(exchange.note.get("tag", "")), exchange.header("etag")
    if exchange.status != 200 or not stated or field is None or exchange.header("content-encoding"):
        return not_applicable("no_usable_etag", location=location)
    if semantics.replaced(exchange, "etag"):
        return untestable(Blocker.REDACTED, location=location)
    if semantics.entity_tag(stated) is None:
        return failed("malformed", expected="an entity tag in quotes", found=stated, where=BODY, location=location)
    if semantics.entity_tag(field) is None:
        return not_applicable("no_usable_etag", location=location)
    if _opaque(stated) == _opaque(field):
        return passed(location=location)
    return failed("address_other_etag", expected=stated, found=field, where=ETAG, location=location)


def _settled(result: Result, exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    return settled(known.model, result, exchange, evidence) if known.model else not_applicable("no_metadata")


@check(
    "odata.stream.link",
    of=LINK,
    needs="odata",
    clause="OData JSON 4.01, 4.5.12; 10; OData 4.01 Part 1, 11.2.3",
    severity="major",
)
def stream_link(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """The media read link of an entity leads to its stream.

    Asked is the link, absolute or relative, without one the edit link, or <entity>/$value where neither is stated. 204 is right
    as long as there is no stream.
    Remedy: make the link from the address that the stream is served at.
    """
    return _settled(stream_verdict(exchange), exchange, evidence, known)


@check(
    "odata.stream.property",
    of=NAMED,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.4.1; OData JSON 4.01, 9",
    severity="major",
)
def stream_property(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A property that is a stream answers with its bytes, not with JSON about it.

    At the link that the entity states, or at <entity>/<property>. 204 is right as long as there is no stream.
    Remedy: send the stream itself with its own Content-Type.
    """
    return _settled(stream_verdict(exchange), exchange, evidence, known)


@check(
    "odata.media-type",
    of=(LINK, NAMED, STREAM),
    needs="odata",
    clause="OData 4.01 Part 1, 8.1.1; OData JSON 4.01, 4.5.12",
    severity="info",
)
def media_type(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """A stream is sent with its media type, the one that the entity states for it.

    The standard says SHOULD of both, and calls the type in the entity a hint: nothing is broken by another one, but programs that
    choose by it what to do with a file choose wrongly.
    Remedy: write mediaContentType and Content-Type from one value.
    """
    return _settled(media_verdict(exchange), exchange, evidence, known)


@check(
    "odata.stream.etag",
    of=(LINK, NAMED),
    needs="odata",
    clause="OData JSON 4.01, 4.5.12; RFC 9110, 8.8.3",
    severity="minor",
)
def stream_etag(exchange: Exchange, evidence: Evidence, known: Addressed) -> Result:
    """The entity tag that an entity states for its stream is the one that the stream has.

    Clients ask by it whether they have to fetch a file anew. Compared as If-None-Match compares: weak or not makes no difference.
    Remedy: write mediaEtag and the field ETag of the stream from one value.
    """
    return _settled(_tagged(exchange), exchange, evidence, known)


@check(
    "odata.stream.not-modified",
    of=FRESH,
    needs="odata",
    clause="OData 4.01 Part 1, 8.2.5; RFC 9110, 13.1.2",
    severity="minor",
)
def stream_not_modified(exchange: Exchange, evidence: Evidence) -> Result:
    """Who has the stream is not sent it once more: If-None-Match with its entity tag is answered with 304.

    Remedy: compare If-None-Match with the entity tag before the stream is sent.
    """
    location = _location(exchange)
    if exchange.status == 304:
        return passed(location=location)
    if exchange.status != 200:
        return not_applicable("other_answer", location=location, status=exchange.status)
    first = next(
        (one for purpose in (LINK, NAMED) for one in evidence.select(purpose=purpose, interface=exchange.interface)
         if one.request.url == exchange.request.url), None,
    )  # fmt: skip
    if first is None or first.header("etag") != exchange.header("etag") or first.body != exchange.body:
        return untestable(Blocker.WINDOW, location=location)
    return failed("other_status", expected=304, found=200, where=STATUS, location=location)
