"""REST: can a client ask "has it changed?", and do HEAD and 304 keep their word? At most four requests per operation."""

from datetime import datetime

from cpo_probe.sdk import (
    Blocker,
    Context,
    Exchange,
    Exchanges,
    OpenApi,
    Operation,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    request_members,
    semantics,
    untestable,
)

from .asking import ask, best, denied, may_read

GET, ETAG, DATE, HEAD = (f"rest.conditional.{name}" for name in ("get", "if-none-match", "if-modified-since", "head"))


@probe(needs="openapi", purposes=(GET, ETAG, DATE, HEAD), after="rest.read", cost=4)
async def conditional(ctx: Context, operation: Operation) -> None:
    """Read once, then ask whether it changed, by every validator that the answer gave, and ask for the head only."""
    if not may_read(ctx, operation) or operation.method != "GET":
        return
    arguments = best(ctx, operation)
    if arguments is None:
        return
    group = f"conditional:{ctx.interface.id}:{operation.id}"
    base = await ask(ctx, operation, arguments, purpose=GET, why="what the conditional requests refer to", group=group)
    if denied(ctx, base) or not 200 <= base.status < 300:
        return
    etag, changed = base.header("etag"), base.header("last-modified")
    for purpose, name, value in ((ETAG, "If-None-Match", etag), (DATE, "If-Modified-Since", changed)):
        if value and value.isascii():
            why = f"unchanged since the answer before, by {name}"
            await ask(ctx, operation, arguments, purpose=purpose, why=why, group=group, headers=((name, value),))
    await ask(ctx, operation, arguments, purpose=HEAD, why="the same as GET without content", group=group, method="HEAD")


def _of(exchanges: Exchanges, purpose: str) -> Exchange | None:
    return next((e for e in exchanges if e.purpose == purpose), None)


def _same_content(one: Exchange, other: Exchange) -> bool:
    return one.body == other.body


@check("rest.conditional.validator", of=GET, needs="openapi", clause="RFC 9110, 8.8", severity="minor")
def validator(exchange: Exchange) -> Result:
    """Answers carry an ETag or Last-Modified.

    Without a validator a client cannot ask "has it changed?" and fetches everything again, and cannot make sure that
    it overwrites only what it has read. The standard says SHOULD. Answers that no one may store are not judged, nor are
    204 and 202, which hold no representation.
    Remedy: send an ETag made from the version of the object.
    """
    if not 200 <= exchange.status < 300:
        return not_applicable("not_read", status=exchange.status)
    if exchange.status not in (200, 203):
        return not_applicable("no_representation", status=exchange.status)
    directives = dict(semantics.cache_control(exchange.header("cache-control") or "") or ())
    if "no-store" in directives:
        return not_applicable("no_store")
    if exchange.header("etag") is None and exchange.header("last-modified") is None:
        return failed("no_validator", expected="ETag or Last-Modified", where=Where("response.header", "etag"))
    return passed()


@check(
    "rest.conditional.not-modified",
    of="rest.conditional.*",
    per="group",
    needs="openapi",
    clause="RFC 9110, 13.1.2",
    severity="major",
)
def not_modified(exchanges: Exchanges) -> Result:
    """A read with the ETag just received is answered with 304.

    The server MUST answer If-None-Match with 304 if the tag still fits. Otherwise the ETag is an empty promise, and
    every synchronisation transfers everything.
    Remedy: compare If-None-Match with the ETag before sending content; make the ETag from the data, not from the time.
    """
    base, again = _of(exchanges, GET), _of(exchanges, ETAG)
    if base is None or not 200 <= base.status < 300:
        return untestable(Blocker.NO_DATA)
    tag = semantics.entity_tag(base.header("etag") or "")
    if base.header("etag") is None or tag is None:
        return not_applicable("no_usable_etag", exchanges=[base.id])
    if semantics.replaced(base, "etag"):
        return untestable(Blocker.REDACTED)
    if again is None:
        return untestable(Blocker.NO_DATA)
    ids = [base.id, again.id]
    if again.status == 304:
        return passed(exchanges=ids)
    if not 200 <= again.status < 300:
        return _other(again, ids)
    now = semantics.entity_tag(again.header("etag") or "")
    if now is not None and now.opaque != tag.opaque:
        if _same_content(base, again):
            found = again.header("etag")
            return failed(
                "tag_moves", expected=base.header("etag"), found=found, where=Where("response.header", "etag"), exchanges=ids
            )
        return untestable(Blocker.WINDOW)
    if now is None and not _same_content(base, again):
        return untestable(Blocker.WINDOW)
    return failed("not_304", expected=304, found=again.status, where=Where("response.status"), exchanges=ids)


@check(
    "rest.conditional.last-modified",
    of="rest.conditional.*",
    per="group",
    needs="openapi",
    clause="RFC 9110, 13.1.3",
    severity="minor",
)
def last_modified(exchanges: Exchanges) -> Result:
    """A read with the Last-Modified just received is answered with 304.

    The server SHOULD answer If-Modified-Since with 304 if nothing changed since. Clients without ETag support rely on it.
    Remedy: compare If-Modified-Since with the time of the last change.
    """
    base, again = _of(exchanges, GET), _of(exchanges, DATE)
    if base is None or not 200 <= base.status < 300:
        return untestable(Blocker.NO_DATA)
    changed = _date(base)
    if changed is None:
        return not_applicable("no_usable_date", exchanges=[base.id])
    if again is None:
        return untestable(Blocker.NO_DATA)
    ids = [base.id, again.id]
    if again.status == 304:
        return passed(exchanges=ids)
    if not 200 <= again.status < 300:
        return _other(again, ids)
    now = _date(again)
    if now is not None and now > changed:
        if _same_content(base, again):
            found = again.header("last-modified")
            where = Where("response.header", "last-modified")
            return failed("date_moves", expected=base.header("last-modified"), found=found, where=where, exchanges=ids)
        return untestable(Blocker.WINDOW)
    if now is None and not _same_content(base, again):
        return untestable(Blocker.WINDOW)
    return failed("not_304", expected=304, found=again.status, where=Where("response.status"), exchanges=ids)


def _date(exchange: Exchange) -> datetime | None:
    return semantics.imf_fixdate(exchange.header("last-modified") or "")


def _other(exchange: Exchange, ids: list[str]) -> Result:
    """Neither content nor 304: the thing is gone or the server pauses, or the condition itself broke the request."""
    if exchange.status in (404, 410, 429, 503):
        return untestable(Blocker.WINDOW, status=exchange.status)
    return failed("other_status", expected=304, found=exchange.status, where=Where("response.status"), exchanges=ids)


@check(
    "rest.conditional.etag-in-304",
    of="rest.conditional.*",
    per="group",
    needs="openapi",
    clause="RFC 9110, 15.4.5",
    severity="minor",
)
def etag_in_304(exchanges: Exchanges) -> Result:
    """304 repeats the ETag that 200 would have carried.

    A cache has to know which of its stored answers is confirmed.
    Remedy: send ETag, Cache-Control, Expires and Vary with 304 as with 200.
    """
    base, again = _of(exchanges, GET), _of(exchanges, ETAG)
    if base is None or again is None or again.status != 304:
        return not_applicable("no_304", exchanges=[base.id] if base else [])
    ids = [base.id, again.id]
    if again.header("etag") is None:
        return failed("missing", expected=base.header("etag"), where=Where("response.header", "etag"), exchanges=ids)
    return passed(exchanges=ids)


_VERSIONS = frozenset(
    {"version", "revision", "lockversion", "rowversion", "etag", "changetoken", "changecounter", "rev", "modified"}
)


@check(
    "rest.conditional.locking",
    of="discovery.description",
    per="operation",
    needs="openapi",
    clause="RFC 9110, 13.1.1; RFC 6585, 3; RFC 4918, 11.3",
    severity="minor",
)
def locking(exchange: Exchange, operation: Operation, api: OpenApi) -> Result:
    """Operations that change a thing say how a lost update is prevented.

    By an If-Match header field, by 409, 412, 423 (locked) or 428 among their answers, or by a version in what is sent.
    Otherwise two integrators overwrite each other and none of them learns of it. Read from the contract; nothing is written.
    Remedy: require If-Match with the ETag of the read, answer 412 or 428 otherwise, and document it.
    """
    if operation.method not in ("PUT", "PATCH"):
        return not_applicable("changes_nothing")
    try:
        contract = api.contract(operation.id)
    except KeyError:
        return not_applicable("not_described")
    named = any(p.place == "header" and p.name.lower() in ("if-match", "if-unmodified-since") for p in operation.parameters)
    if named or {"409", "412", "423", "428"} & set(contract.statuses):
        return passed()
    for members in request_members(contract):
        if any(name.lower().lstrip("_").replace("_", "") in _VERSIONS for name in members):
            return passed()
    where = Where("description", pointer=operation.pointer)
    return failed("no_locking", expected="If-Match, 409, 412, 423, 428 or a version", found=list(contract.statuses), where=where)


@check("http.head", of="rest.conditional.*", per="group", needs="openapi", clause="RFC 9110, 9.1; 9.3.2; 8.6", severity="minor")
def head(exchanges: Exchanges) -> Result:
    """HEAD answers as GET does, without content.

    Servers MUST support HEAD. It may leave out fields that are known only when the content is made, but what it states
    has to be true: same status, same media type, and with the same validator the same length.
    Remedy: let the framework derive HEAD from GET.
    """
    base, asked = _of(exchanges, GET), _of(exchanges, HEAD)
    if base is None or asked is None:
        return untestable(Blocker.NO_DATA)
    ids = [base.id, asked.id]
    where = Where("response.status")
    if asked.status in (405, 501):
        return failed("head_refused", expected=base.status, found=asked.status, where=where, exchanges=ids)
    if asked.status in (404, 410, 429, 503):
        return untestable(Blocker.WINDOW, status=asked.status)
    if asked.status != base.status:
        return failed("other_status", expected=base.status, found=asked.status, where=where, exchanges=ids)
    if asked.media_type and asked.media_type != base.media_type:
        found = asked.media_type
        return failed(
            "other_type", expected=base.media_type, found=found, where=Where("response.header", "content-type"), exchanges=ids
        )
    first, second = base.header("content-length"), asked.header("content-length")
    same_coding = base.header("content-encoding") == asked.header("content-encoding")
    if first and second and first != second and same_coding and _same_version(base, asked):
        return failed(
            "other_length", expected=first, found=second, where=Where("response.header", "content-length"), exchanges=ids
        )
    return passed(exchanges=ids)


def _same_version(one: Exchange, other: Exchange) -> bool:
    tag = one.header("etag")
    return tag is not None and not tag.startswith("W/") and tag == other.header("etag")
