"""HTTP: does another client get the same answers?

At most 32 requests per interface: eight questions that were answered before, each asked twice by curl and twice by our own
client, in turns. curl has an implementation of HTTP and TLS of its own, and another name.
"""

from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Context,
    Effect,
    Evidence,
    Exchange,
    Exchanges,
    FailureKind,
    Identity,
    Interface,
    Plan,
    Result,
    Stack,
    Where,
    check,
    fact,
    failed,
    not_applicable,
    passed,
    probe,
    soap,
    untestable,
)

from .sameness import difference

STACKS = "http.stacks"
MOST = 8
"""Questions of one interface."""
TURNS = (Stack.CURL, Stack.OWN, Stack.CURL, Stack.OWN)  # curl first: where there is none, nothing is asked
_ASKED = {"openapi": "rest.read", "odata": "odata.*", "wsdl": "soap.call"}
_KEPT = frozenset(
    {"content-type", "soapaction", "odata-version", "odata-maxversion", "dataserviceversion", "maxdataserviceversion"}
)
_MASK = "[redacted:"
STATUS = Where("response.status")


@dataclass(frozen=True)
class Scenario:
    """Requests that read and were answered with success: one of each operation, or of each path below the interface."""

    exchanges: tuple[Exchange, ...]


@fact
def answered(interface: Interface, evidence: Evidence) -> Scenario:
    """The description first, then what was asked first."""
    found = [evidence.exchange(interface.description)] if interface.description else []
    found += evidence.select(purpose=_ASKED[interface.kind], interface=interface.id) if interface.kind in _ASKED else ()
    chosen: dict[str, Exchange] = {}
    for exchange in found:
        if _repeatable(exchange):
            chosen.setdefault(exchange.operation or exchange.request.url.partition("?")[0], exchange)
        if len(chosen) == MOST:
            break
    return Scenario(tuple(chosen.values()))


def _repeatable(exchange: Exchange) -> bool:
    good = exchange.status == 200 and exchange.complete and exchange.effect is Effect.READ
    return good and exchange.identity is Identity.ACCOUNT and exchange.request.method in ("GET", "POST")


async def _ask(ctx: Context) -> None:
    """Each question in turns; the order shows whether an answer changes by itself."""
    scenario = ctx.fact(Scenario).exchanges
    if not scenario:
        ctx.blocked(Blocker.PRECONDITION, "nothing was read that could be asked again")
        return
    operations = {operation.id: operation for operation in ctx.operations}
    for number, known in enumerate(scenario):
        body = _unsigned(known.request.body)
        if _MASK.encode() in body or (known.request.method == "POST" and known.operation not in operations):
            continue
        for turn, stack in enumerate(TURNS):
            await ctx.send(
                known.request.method,
                _unmasked(known.request.url),
                purpose=STACKS,
                why=f"the question of exchange {known.id} by {'curl' if stack is Stack.CURL else 'our own client'}",
                headers=tuple((name, value) for name, value in known.request.headers if name.lower() in _KEPT),
                body=body,
                accept=known.request.header("accept") or "",
                group=f"stacks:{ctx.interface.id}:{number}",
                operation=operations.get(known.operation),
                note={"turn": turn},
                stack=stack,
            )


def _unmasked(url: str) -> str:
    """Without the parameters that authentication adds by itself."""
    head, mark, query = url.partition("?")
    kept = [pair for pair in query.split("&") if "%5Bredacted" not in pair and _MASK not in pair]
    return f"{head}{mark}{'&'.join(kept)}"


def _unsigned(body: bytes) -> bytes:
    """A SOAP message without the header blocks in which secrets were replaced: the session writes new ones."""
    message = soap.read(body) if _MASK.encode() in body else None
    if not isinstance(message, soap.Envelope) or message.header is None:
        return body
    for block in message.headers:
        if _MASK in etree.tostring(block, encoding="unicode"):
            message.header.remove(block)
    return etree.tostring(message.root, xml_declaration=True, encoding="UTF-8")


@probe(needs="openapi", id="http.stacks.rest", purposes=STACKS, after="rest.read", cost=MOST * len(TURNS))
async def rest(ctx: Context) -> None:
    """Reading operations again, by curl and by our own client in turns."""
    await _ask(ctx)


@probe(needs="odata", id="http.stacks.odata", purposes=STACKS, after=("odata.window", "odata.old"), cost=MOST * len(TURNS))
async def odata(ctx: Context) -> None:
    """Metadata and sets again, by curl and by our own client in turns."""
    await _ask(ctx)


@probe(needs="wsdl", id="http.stacks.soap", purposes=STACKS, after="soap.calls", cost=MOST * len(TURNS))
async def calls(ctx: Context) -> None:
    """Reading operations again, by curl and by our own client in turns."""
    await _ask(ctx)


@check(
    "http.stacks.same-answer",
    of=STACKS,
    per="group",
    clause="RFC 9110, 15.3.1; ISO/IEC 25023, interoperability",
    severity="major",
    accepts=("failure", "denied", "put_off"),
)
def same_answer(exchanges: Exchanges, plan: Plan) -> Result:
    """Another client gets the same answer to the same question.

    The same request, with the same credentials, by our own client and by curl, which is another implementation of HTTP and TLS
    with another order of header fields and another name. Asked twice by each in turns: only what each of them gets both times
    is compared, by status, media type and content. A server that tells clients apart works with those that its maker knows.
    Where curl cannot secure the connection nothing is said: whom it trusts is a matter of this machine.
    Remedy: answer by what is asked, and not by the name of the client, the order of its fields or its version of TLS.
    """
    theirs = [e for e in exchanges if e.note.get("stack")]
    ours = [e for e in exchanges if not e.note.get("stack")]
    ids = [e.id for e in (*ours, *theirs)]
    if len(ours) < 2 or len(theirs) < 2:
        return untestable(Blocker.NO_DATA, answers=len(ids))
    if any(e.status in (401, 403) for e in ours):
        return untestable(Blocker.DENIED)
    if any(not e.complete for e in ours) or any(e.status in (429, 503) for e in (*ours, *theirs)):
        return untestable(Blocker.UNANSWERED)
    kinds = {e.failure.kind for e in theirs if e.failure is not None}
    if FailureKind.TLS in kinds or (kinds and any(e.complete for e in theirs)):
        return untestable(Blocker.UNANSWERED)
    if kinds:
        kind = theirs[0].failure.kind if theirs[0].failure else ""
        return failed("none_for_other_client", expected=ours[0].status, found=str(kind), where=STATUS, exchanges=ids)
    if any(_told(one, other, plan) for one, other in (*pairwise(ours), *pairwise(theirs))):
        return not_applicable("changes_by_itself", exchanges=ids)
    found = _told(ours[0], theirs[0], plan)
    return failed(found[0], expected=found[1], found=found[2], where=found[3], exchanges=ids) if found else passed(exchanges=ids)


def _told(one: Exchange, other: Exchange, plan: Plan) -> tuple[str, object, object, Where] | None:
    """Reason, the two sides and the place of what differs."""
    if one.status != other.status:
        return "other_client_status", one.status, other.status, STATUS
    if one.media_type != other.media_type:
        return "other_client_type", one.media_type, other.media_type, Where("response.header", "content-type")
    found = difference(one, other, plan)
    return None if found is None else ("other_client_content", found.first, found.second, _place(found.pointer))


def _place(pointer: str) -> Where:
    return Where("response.body", pointer=pointer) if pointer else Where("response.body")
