"""OData V2: does the service refuse what is wrong, and how does it say so? Six requests on one set."""

import hashlib
from typing import Any

from cpo_probe.sdk import (
    Context,
    CsdlModel,
    Exchange,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
)

from .old_shared import BODY, JSON, STATUS, inner, named
from .old_window import OldWindow, OldWindows, nothing_to_ask

FILTER, UNKNOWN, OPTION, KEY, RESOURCE, COUNTING = (
    f"odata.old.errors.{name}"
    for name in ("filter", "unknown-property", "unknown-option", "missing-key", "unknown-resource", "inlinecount")
)
ERRORS = (FILTER, UNKNOWN, OPTION, KEY, RESOURCE, COUNTING)


@probe(id="odata.old_errors", needs="odata", purposes=ERRORS, after="odata.old", cost=len(ERRORS))
async def errors(ctx: Context) -> None:
    """Requests that are wrong on purpose: filter, property, option, key, resource, $inlinecount."""
    known = ctx.fact(OldWindows)
    if known.model is None or not known.read:
        nothing_to_ask(ctx, known, "no rows of OData V2")
        return
    window = known.read[0]
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]

    async def wrong(url: str, purpose: str, why: str, **note: Any) -> None:
        await ctx.get(url, purpose=purpose, why=why, accept=JSON, note={"set": window.set, **note})

    await wrong(f"{window.url}?$filter=((", FILTER, "a filter that is no expression")
    await wrong(f"{window.url}?$filter=CpoProbe{word}%20eq%201", UNKNOWN, "a property that does not exist")
    await wrong(f"{window.url}?$cpoprobe=1", OPTION, "an invented system query option")
    await wrong(f"{window.url}?$inlinecount=cpoprobe&$top=1", COUNTING, "a word that $inlinecount does not have")
    await wrong(f"{ctx.interface.url}/CpoProbe{word}", RESOURCE, "a resource that does not exist")
    for one in known.read:
        key = _nobody(known.model, one, ctx.plan.seed)
        if key:
            await wrong(f"{one.url}{odata.key_predicate(known.model, one.type, key)}", KEY, "a key that nobody has", row=key)
            return


def _nobody(model: CsdlModel, window: OldWindow, seed: int) -> dict[str, Any]:
    """The key of a row with the last part that can be invented replaced by a value that nobody has; {} when there is none."""
    key = {name: window.rows[0].get(name) for name, _ in model.key(window.type)}
    for name, property in reversed(model.key(window.type)):
        value = _invented(property.type.name, property.facets.max_length, seed) if property else None
        if value is not None:
            return key | {name: value}
    return {}


def _invented(type: str, longest: int | None, seed: int) -> Any:
    word = hashlib.sha256(f"key {seed}".encode()).hexdigest()
    match type:
        case "Edm.Guid":
            return f"{word[:8]}-{word[8:12]}-4{word[13:16]}-a{word[17:20]}-{word[20:32]}"
        case "Edm.Int32":
            return 2147483629
        case "Edm.Int64":
            return "9007199254740881"
        case "Edm.String" if longest is None or longest >= 8:
            return word[: min(longest or 16, 16)]
    return None


def _refusal(exchange: Exchange, right: tuple[int, ...], location: str = "") -> Result:
    """4xx and 501 refuse; `right`: the statuses that fit best, shown as expected."""
    status = exchange.status
    if status >= 500 and status not in (501, 503):
        return failed("server_error", expected=list(right), found=status, where=STATUS, location=location)
    if status in right:
        return passed(location=location)
    if 200 <= status < 300:
        return failed("accepted", expected=list(right), found=status, where=STATUS, location=location)
    return not_applicable("other_answer", status=status)


@check("odata2.errors.filter", of=FILTER, needs="odata", clause="[MS-ODATA] 2.2.3.6.1.4, 3.2.5.1", severity="major")
def wrong_filter(exchange: Exchange) -> Result:
    """A $filter that is no expression is refused.

    Who answers with all entities makes a typing mistake of a client a wrong result.
    Remedy: answer 400 with an error body.
    """
    return _refusal(exchange, (400, 501))


@check("odata2.errors.unknown-property", of=UNKNOWN, needs="odata", clause="[MS-ODATA] 2.2.3.6.1.4 ($filter)", severity="major")
def unknown_property(exchange: Exchange) -> Result:
    """A $filter on a property that does not exist is refused.

    The property is no part of the type, and the type is not open.
    Remedy: answer 400 with an error body.
    """
    return _refusal(exchange, (400, 404, 501))


@check("odata2.errors.unknown-option", of=OPTION, needs="odata", clause="[MS-ODATA] 2.2.3.6.1", severity="major")
def unknown_option(exchange: Exchange) -> Result:
    """A system query option that the service does not have is refused.

    Names with $ are the protocol's own; an option that is not supported must be rejected, or it is lost in silence.
    Remedy: answer 400 or 501 for options with $ that the service does not know.
    """
    return _refusal(exchange, (400, 404, 501))


@check("odata2.errors.inlinecount", of=COUNTING, needs="odata", clause="[MS-ODATA] 2.2.3.6.1.10", severity="minor")
def wrong_inlinecount(exchange: Exchange) -> Result:
    """$inlinecount takes allpages and none, and refuses other words by 4xx.

    Remedy: answer 400 with an error body.
    """
    return _refusal(exchange, (400, 404, 501))


@check(
    "odata2.errors.missing-key", of=KEY, needs="odata", clause="[MS-ODATA] 2.2.7.2.2, 2.2.8.1; RFC 9110, 15.5.5", severity="major"
)
def missing_key(exchange: Exchange) -> Result:
    """An entity that does not exist is answered with 404.

    Asked with an invented key of the right type.
    Remedy: answer 404 with an error body.
    """
    value = inner(exchange)
    if isinstance(value, dict) and not isinstance(value.get("results"), list) and named(exchange, "row"):
        key: dict[str, Any] = exchange.note["row"]
        if all(str(value.get(name)).lower() == str(part).lower() for name, part in key.items()):
            return not_applicable("key_exists")
    return _refusal(exchange, (404, 410))


@check(
    "odata2.errors.unknown-resource",
    of=RESOURCE,
    needs="odata",
    clause="[MS-ODATA] 2.2.3.5, 2.2.8.1; RFC 9110, 15.5.5",
    severity="major",
)
def unknown_resource(exchange: Exchange) -> Result:
    """A resource that does not exist is answered with 404.

    Remedy: answer 404 with an error body.
    """
    return _refusal(exchange, (404, 410))


@check("odata2.errors.format", of=ERRORS, needs="odata", clause="[MS-ODATA] 2.2.8.1 Error Response", severity="minor")
def error_format(exchange: Exchange) -> Result:
    """Errors have the format of the protocol: in JSON an object error with code and message, in XML m:error.

    The message is an object with lang and value. Answers in HTML may come from what stands before the service
    and are not judged.
    Remedy: answer errors in the format that was asked for.
    """
    if exchange.status < 400:
        return not_applicable("no_error")
    if not exchange.body.strip():
        return not_applicable("no_content")
    if "json" in exchange.media_type:
        return _in_json(exchange)
    if exchange.media_type.endswith("xml") and "html" not in exchange.media_type:
        read = odata.atom.read_error(exchange.body)
        if isinstance(read, odata.atom.Unreadable):
            return failed("malformed", expected="m:error", found=read.reason, where=BODY)
        code, message = read
        missing = [name for name, part in (("code", code), ("message", message)) if part is None]
        return failed("malformed", expected="code and message", found=f"no {missing[0]}", where=BODY) if missing else passed()
    return not_applicable("other_format", media_type=exchange.media_type)


def _in_json(exchange: Exchange) -> Result:
    assert exchange.response is not None
    document = exchange.response.document
    value = document.value if not document.problem else None
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return failed("malformed", expected="an object with error", found=document.problem or "no error", where=BODY)
    message = error.get("message")
    if not isinstance(error.get("code"), str):
        where = Where("response.body", pointer="/error/code")
        return failed("malformed", expected="code, a text", found=error.get("code", "nothing"), where=where)
    if not isinstance(message, dict) or not isinstance(message.get("value"), str):
        where = Where("response.body", pointer="/error/message")
        return failed("malformed", expected="message with lang and value", found=message or "nothing", where=where)
    return passed()
