"""OData: does HTTP hold for entities and sets: HEAD, ETag, 304, unknown methods? At most 10 requests per service."""

import re

from cpo_probe.sdk import (
    Blocker,
    Context,
    Evidence,
    Exchange,
    Exchanges,
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

from .address import Addressed, place
from .address_same import BODY, JSON, STATUS
from .metadata import Odata, unread
from .window import body, control

GET, HEAD, UNCHANGED, TAGGED, METHOD = (f"odata.address.http-{name}" for name in ("get", "head", "unchanged", "etag", "method"))
INVENTED = "CPOPROBE"
ETAG = Where("response.header", "etag")
_CODED = re.compile(r"(?:[-;:](?:gzip|br|deflate|zstd))+$")
"""What servers in front add to the tag of a compressed answer."""


@probe(id="odata.address.http", needs="odata", purposes=(GET, HEAD, UNCHANGED, TAGGED, METHOD), after="odata.address", cost=10)
async def http(ctx: Context) -> None:
    """Of one entity and one set GET, HEAD and GET with the ETag just received; an invented method on the set."""
    known, root = ctx.fact(Addressed), ctx.interface.url
    if known.model is None or not known.shown:
        unread(ctx, ctx.fact(Odata), "no metadata of OData 4, or no list with data")
        return
    found = ((shown, one) for shown in known.shown if (one := place(known.model, shown, root)) is not None)
    shown, one = next(found, (known.shown[0], None))
    top = "?$top=2" if "$top" in shown.url else ""
    for what, path in (("entity", one.path if one else ""), ("set", f"{shown.set}{top}")):
        if not path:
            continue
        group, url = f"odata-http:{ctx.interface.id}:{what}", f"{root}/{path}"
        note = {"set": shown.set, "what": what}
        base = await ctx.get(url, purpose=GET, why="what the other requests refer to", accept=JSON, group=group, note=note)
        if base.status != 200:
            continue
        asked = await ctx.send("HEAD", url, purpose=HEAD, why="the same without content", accept=JSON, group=group, note=note)
        if asked.status in (404, 410):
            await ctx.get(url, purpose=GET, why="is it still there?", accept=JSON, group=group, note=note)
        tag = base.header("etag")
        if tag and tag.isascii() and not semantics.replaced(base, "etag"):
            sent = (("If-None-Match", tag),)
            why = "unchanged since the answer before"
            await ctx.get(url, purpose=UNCHANGED, why=why, accept=JSON, group=group, headers=sent, note=note)
        stated = control(body(base) or {}, "etag") if what == "entity" else None
        if isinstance(stated, str) and stated.isascii() and tag and _opaque(stated) != _opaque(tag):
            sent, why = (("If-None-Match", stated),), "unchanged by the ETag in the body"
            await ctx.get(url, purpose=TAGGED, why=why, accept=JSON, headers=sent, note=note)
    url = f"{root}/{shown.set}"
    await ctx.send(INVENTED, url, purpose=METHOD, why="a method that does not exist", accept=JSON, note={"set": shown.set})


def _opaque(tag: str) -> str:
    """What tags have in common that are the same but for strength and content coding; "" for what is no tag."""
    read = semantics.entity_tag(tag)
    return _CODED.sub("", read.opaque) if read is not None else ""


def _of(exchanges: Exchanges, purpose: str) -> Exchange | None:
    return next((e for e in exchanges if e.purpose == purpose), None)


def _location(exchange: Exchange) -> str:
    return f"{exchange.note.get('set', '')}/{exchange.note.get('what', '')}"


@check("odata.http.head", of=(GET, HEAD), per="group", needs="odata", clause="RFC 9110, 9.1; 9.3.2; 8.6", severity="minor")
def head(exchanges: Exchanges) -> Result:
    """HEAD on entities and sets answers as GET does, without content.

    Servers MUST support HEAD. It may leave out fields that are known only when the content is made, but what it states has to be
    true: same status, same media type, and with the same strong validator the same length.
    Remedy: let the framework derive HEAD from GET.
    """
    base, asked = _of(exchanges, GET), _of(exchanges, HEAD)
    if base is None or asked is None:
        return untestable(Blocker.NO_DATA)
    ids, location, status = [base.id, asked.id], _location(base), asked.status
    reads = [one for one in exchanges if one.purpose == GET]
    still_there = len(reads) > 1 and reads[-1].status == 200
    if status in (405, 501) or (status in (404, 410) and still_there):
        return failed("head_refused", expected=200, found=status, where=STATUS, location=location, exchanges=ids)
    if status in (404, 410, 429, 503):
        return untestable(Blocker.WINDOW, location=location, status=status)
    if status != base.status:
        return failed("other_status", expected=base.status, found=status, where=STATUS, location=location, exchanges=ids)
    if asked.media_type and asked.media_type != base.media_type:
        where, found = Where("response.header", "content-type"), asked.media_type
        return failed("other_type", expected=base.media_type, found=found, where=where, location=location, exchanges=ids)
    first, second = base.header("content-length"), asked.header("content-length")
    tag, coding = base.header("etag"), base.header("content-encoding")
    same = tag is not None and not tag.startswith("W/") and tag == asked.header("etag")
    if first and second and first != second and same and coding == asked.header("content-encoding"):
        where = Where("response.header", "content-length")
        return failed("other_length", expected=first, found=second, where=where, location=location, exchanges=ids)
    return passed(location=location, exchanges=ids)


@check("odata.http.method", of=METHOD, needs="odata", clause="RFC 9110, 9.1; 15.5.6; 15.6.2", severity="minor", accepts="denied")
def method(exchange: Exchange) -> Result:
    """An unknown method is refused, not taken for a read.

    The server SHOULD answer 501 or 405; 400 and 403 of a server in front are fine. 405 names the allowed methods in Allow.
    Remedy: route by method, and answer 405 with Allow.
    """
    status, location = exchange.status, str(exchange.note.get("set", ""))
    if status == 405 and exchange.header("allow") is None:
        where = Where("response.header", "allow")
        return failed("missing_allow", expected="Allow", where=where, location=location)
    if status in (400, 403, 405, 501):
        return passed(location=location)
    if status in (401, 429, 503):
        return not_applicable("other_answer", location=location, status=status)
    code = "accepted" if status < 300 else "server_error" if status >= 500 else "other_status"
    return failed(code, expected=[405, 501], found=status, where=STATUS, location=location)


@check("odata.http.etag", of=GET, needs="odata", clause="OData JSON 4.01, 4.5.10; OData 4.01 Part 1, 8.3.2", severity="minor")
def etag(exchange: Exchange, evidence: Evidence) -> Result:
    """The ETag in the body of an entity is good for conditional requests.

    Clients take the one in the body when they read lists. It is that of the field, whether weak or not, and whatever servers add
    to it when they compress; or If-None-Match with it is answered with 304.
    Remedy: write field and body from one value.
    """
    location, value = _location(exchange), body(exchange)
    if exchange.note.get("what") != "entity" or value is None:
        return not_applicable("no_usable_etag", location=location)
    if semantics.replaced(exchange, "etag"):
        return untestable(Blocker.REDACTED, location=location)
    stated, field = control(value, "etag"), exchange.header("etag")
    if not isinstance(stated, str) or field is None:
        return not_applicable("no_usable_etag", location=location)
    one, other = semantics.entity_tag(stated), semantics.entity_tag(field)
    if one is None:
        return failed("malformed", expected="an entity tag in quotes", found=stated, where=BODY, location=location)
    if other is None:
        return not_applicable("no_usable_etag", location=location)
    if _opaque(stated) == _opaque(field):
        return passed(location=location)
    tried = next(iter(evidence.select(purpose=TAGGED, interface=exchange.interface)), None)
    if tried is None or tried.status not in (200, 304) or (tried.status == 200 and tried.body != exchange.body):
        return untestable(Blocker.WINDOW, location=location)
    if tried.status == 304:
        return passed(location=location)
    return failed("address_other_etag", expected=stated, found=field, where=ETAG, location=location, exchanges=[tried.id])


@check(
    "odata.http.not-modified",
    of=(GET, UNCHANGED),
    per="group",
    needs="odata",
    clause="OData 4.01 Part 1, 8.3.2; 8.2.5; RFC 9110, 13.1.2",
    severity="major",
)
def not_modified(exchanges: Exchanges) -> Result:
    """A read with the ETag just received is answered with 304.

    Otherwise the ETag is an empty promise, and every synchronisation transfers everything.
    Remedy: compare If-None-Match with the ETag before sending content; make the ETag from the data, not from the time.
    """
    base, again = _of(exchanges, GET), _of(exchanges, UNCHANGED)
    if base is None:
        return untestable(Blocker.NO_DATA)
    location = _location(base)
    if base.header("etag") is None or again is None or semantics.entity_tag(base.header("etag") or "") is None:
        return not_applicable("no_usable_etag", location=location, exchanges=[base.id])
    ids = [base.id, again.id]
    if again.status == 304:
        return passed(location=location, exchanges=ids)
    if again.status in (404, 410, 429, 503):
        return untestable(Blocker.WINDOW, location=location, status=again.status)
    if again.status != 200:
        return failed("other_status", expected=304, found=again.status, where=STATUS, location=location, exchanges=ids)
    if again.body != base.body:
        return untestable(Blocker.WINDOW, location=location)
    if again.header("etag") not in (None, base.header("etag")):
        expected, found = base.header("etag"), again.header("etag")
        return failed("tag_moves", expected=expected, found=found, where=ETAG, location=location, exchanges=ids)
    return failed("not_304", expected=304, found=again.status, where=STATUS, location=location, exchanges=ids)
