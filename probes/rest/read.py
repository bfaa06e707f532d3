"""REST: does every safe operation answer real arguments, and how far did we get?

At most 29 requests per operation: two sets of required arguments, then one request per value of a closed optional
parameter (at most 8 each), one per other optional parameter with a known value, together at most 24; one per media
type where there are several, at most 3. Most operations need two or three.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from cpo_probe.sdk import (
    Arguments,
    Blocker,
    Context,
    Evidence,
    Exchange,
    Exchanges,
    OpenApi,
    Operation,
    Parameter,
    Plan,
    Result,
    Where,
    check,
    failed,
    failing,
    measure,
    not_applicable,
    passed,
    probe,
    untestable,
)

from .asking import ask, denied, may_read

SETS, VALUES, VARIANTS, TYPES = 2, 8, 24, 3


@probe(needs="openapi", purposes="rest.read", cost=SETS + VARIANTS + TYPES)
async def read(ctx: Context, operation: Operation) -> None:
    """Ask every safe operation with arguments seen in earlier answers, and with its optional parameters one by one."""
    if not may_read(ctx, operation):
        return
    sets = ctx.harvest.arguments(operation, most=SETS)
    if not sets:
        ctx.blocked(Blocker.NO_ARGUMENTS, ctx.harvest.missing(operation))
        return
    good: Arguments | None = None
    for arguments in sets:
        exchange = await ask(ctx, operation, arguments, purpose="rest.read", why="required arguments only", note={"kind": "base"})
        if denied(ctx, exchange) or exchange.response is None:
            return
        if good is None and 200 <= exchange.status < 300:
            good = arguments
    if good is None:
        return
    for parameter, variant in variants(ctx, operation, good):
        note = {"kind": "optional", "parameter": parameter.name}
        why = f"optional parameter {parameter.name}"
        await ask(ctx, operation, variant, purpose="rest.read", why=why, note=note)
    for media_type in operation.produces[:TYPES] if len(operation.produces) > 1 else ():
        note = {"kind": "media-type", "media_type": media_type}
        await ask(ctx, operation, good, purpose="rest.read", why=f"as {media_type}", note=note, accept=media_type)


def variants(ctx: Context, operation: Operation, good: Arguments) -> Iterator[tuple[Parameter, Arguments]]:
    """The good set with one optional query or header parameter each: first value of every one, then further closed values."""
    optional = [p for p in operation.parameters if not p.required and p.place in ("query", "header")]
    offers = [(p, ctx.harvest.values(operation, p)[: VALUES if closed(p.schema) else 1]) for p in optional]
    made = 0
    for turn in range(VALUES):
        for parameter, values in offers:
            if turn < len(values) and made < VARIANTS:
                made += 1
                yield parameter, good.replaced(parameter, values[turn].value, values[turn].source)


def closed(schema: dict[str, Any]) -> bool:
    """Whether a parameter takes one of a few values, so that each can be tried."""
    return "enum" in schema or schema.get("type") == "boolean"


def _base(exchanges: Exchanges) -> list[Exchange]:
    return [e for e in exchanges if e.note.get("kind") == "base"]


@check(
    "rest.read.works",
    of="rest.read",
    per="operation",
    needs="openapi",
    clause="RFC 9110, 15.3; OpenAPI, Paths Object",
    severity="major",
)
def read_works(exchanges: Exchanges, operation: Operation, evidence: Evidence, api: OpenApi, plan: Plan) -> Result:
    """A documented reading operation answers a correct request with success.

    Asked with nothing but its required arguments, taken from the system's own answers or from the contract's
    closed sets. It fails when none of these requests succeeds, and when redirects lead back to where they came from. An
    operation that is not implemented (501) is not judged, nor is one that says that there is nothing now (404 or 410) where
    the contract documents just that code for an address without parameters: the latest report, the list of an empty
    system. A page of HTML instead of the documented type is a log-in form and no success. Neither is an answer that says, in
    the words that the profile names, that the call failed.
    Remedy: ask the operation with the shown arguments, and repair the server, or take the operation out of the contract.
    """
    base = _base(exchanges)
    if not base:
        return untestable(Blocker.NO_ARGUMENTS)
    refused: list[Exchange] = []
    signs: dict[str, failing.Told] = {}
    for exchange in base:
        if 200 <= exchange.status < 300:
            if _is_page(exchange, operation):
                return failed(
                    "html_page",
                    expected=list(operation.produces),
                    found=exchange.media_type,
                    where=_TYPE,
                    exchanges=[exchange.id],
                )
            sign = told(exchange, plan)
            if sign is None or sign.sign.means == "empty":
                return passed(exchanges=[exchange.id])
            signs[exchange.id] = sign
            refused.append(exchange)
            continue
        if circle := _circle(exchange, evidence):
            return failed("redirect_loop", expected="2xx", found=exchange.header("location"), where=_LOCATION, exchanges=circle)
        if not _excused(exchange):
            refused.append(exchange)
    if not refused:
        return not_applicable("not_in_service", status=base[0].status, exchanges=[e.id for e in base])
    first = refused[0]
    if all(_nothing_now(e, operation, api) for e in refused):
        return untestable(Blocker.NO_DATA, status=first.status, exchanges=[e.id for e in refused])
    if first.status < 500 and not _own_arguments(first, operation, evidence):
        # a contract's example, or a value found elsewhere, may name a thing that is not there
        return untestable(Blocker.NO_ARGUMENTS, status=first.status)
    if first.id in signs:
        sign = signs[first.id]
        where = Where("response.body", pointer=sign.place)
        return failed(f"said_{sign.sign.means}", expected="success", found=sign.said, where=where, exchanges=list(signs))
    return failed(
        "refused", expected="2xx", found=first.status, where=Where("response.status"), exchanges=[e.id for e in refused]
    )


def told(exchange: Exchange, plan: Plan) -> failing.Told | None:
    """What a JSON answer says of its call by the signs of the profile; None when it says nothing, or is no JSON."""
    if not any(sign.pointer for sign in plan.target.failures) or exchange.response is None or exchange.response.document.problem:
        return None
    return failing.in_json(plan.target.failures, exchange.response.document.value)


@check("rest.read.status", of="rest.read", needs="openapi", clause="RFC 9110, 15.3.1", severity="minor")
def status_tells(exchange: Exchange, plan: Plan) -> Result:
    """A call that failed is not answered with the status of success.

    Judged where the profile says how the product tells a failure in the body: status 200 says that the request has succeeded,
    and caches, monitors and generated clients believe it. Answers that say that only a part of what was asked for failed
    carry the rest of it, and are not judged.
    Remedy: answer with a 4xx or 5xx status, and keep the product's own code in the body.
    """
    if not any(sign.pointer for sign in plan.target.failures):
        return not_applicable("no_sign_known")
    if exchange.status >= 400:
        return passed()
    sign = told(exchange, plan) if 200 <= exchange.status < 300 else None
    if sign is None or sign.sign.means != "failed":
        return not_applicable("no_failure_told")
    where = Where("response.body", pointer=sign.place)
    return failed("failed_with_success", expected="4xx or 5xx", found=f"{exchange.status}, {sign.said}", where=where)


def _nothing_now(exchange: Exchange, operation: Operation, api: OpenApi) -> bool:
    """RFC 9110, 15.5.5: no current representation, and the contract says by name that this may be."""
    if exchange.status not in (404, 410) or any(p.place == "path" for p in operation.parameters):
        return False
    try:
        return str(exchange.status) in api.contract(operation.id).statuses
    except KeyError:
        return False


_TYPE = Where("response.header", "content-type")
_LOCATION = Where("response.header", "location")


def _circle(exchange: Exchange, evidence: Evidence) -> list[str]:
    """The chain of redirects when its end leads to where it has been already; [] otherwise."""
    location = exchange.header("location") if 300 <= exchange.status < 400 else None
    chain = [exchange]
    while location is not None:
        if urljoin(exchange.request.url, location) == chain[-1].request.url:
            return [e.id for e in reversed(chain)][:5]
        if not chain[-1].follows:
            break
        chain.append(evidence.exchange(chain[-1].follows))
    return []


def _is_page(exchange: Exchange, operation: Operation) -> bool:
    return (
        exchange.media_type == "text/html"
        and bool(operation.produces)
        and not any("html" in p or p == "*/*" for p in operation.produces)
    )


def _excused(exchange: Exchange) -> bool:
    return (
        exchange.status in (429, 501)
        or 300 <= exchange.status < 400
        or (exchange.status == 503 and exchange.header("retry-after") is not None)
    )


def _own_arguments(exchange: Exchange, operation: Operation, evidence: Evidence) -> bool:
    """Whether all arguments are certainly right: closed sets of the contract, or the system's own answer about this path."""
    sources = exchange.note.get("sources", {})
    path = {p.name for p in operation.parameters if p.place == "path"}
    if any(sources.get(name) not in ("enum", "boolean", "default") for name in sources if name not in path):
        return False
    return not path or bool(_named_by(exchange, path, evidence))


def _named_by(exchange: Exchange, path: set[str], evidence: Evidence) -> list[str]:
    """The answers that name this very path: the list above it, an answer from below it, or one with a link to it."""
    sources = {str(exchange.note.get("sources", {}).get(name, "")) for name in path}
    if not all(source.isdigit() for source in sources):
        return []
    asked = urlsplit(exchange.request.url).path.rstrip("/")
    for source in sorted(sources):
        giver = evidence.exchange(source)
        above = urlsplit(giver.request.url).path.rstrip("/")
        parent = asked.rpartition("/")[0]
        if above != parent and not above.startswith(asked + "/") and above != asked and not _links(giver, asked):
            return []
    return sorted(sources)


def _links(giver: Exchange, path: str) -> bool:
    """Whether the answer spells out the path, to its end."""
    return any(f"{path}{end}".encode() in giver.body for end in ('"', "/", "?", "#"))


@check("rest.read.listed-items", of="rest.read", needs="openapi", clause="RFC 9110, 15.5.5", severity="major")
def listed_items(exchange: Exchange, operation: Operation, evidence: Evidence) -> Result:
    """What the system's own answers name can be read.

    An identifier that the list above the item, or a link to it, gave is asked for; 404 and 410 say that the system does
    not know its own thing. Objects may be deleted in between on a busy system: the source is cited beside the refusal.
    Remedy: give the same identifier in lists and links that the item's own address takes.
    """
    path = {p.name for p in operation.parameters if p.place == "path"}
    if not path:
        return not_applicable("no_path_parameter")
    cited = _named_by(exchange, path, evidence) if exchange.note.get("kind") == "base" else []
    if not cited:
        return not_applicable("not_from_its_list")
    if 200 <= exchange.status < 300:
        return passed(exchanges=cited)
    if exchange.status in (404, 410):
        return failed(
            "listed_but_unknown", expected="2xx", found=exchange.status, where=Where("response.status"), exchanges=cited
        )
    return not_applicable("other_answer", status=exchange.status)


@measure("http.size", of="rest.read", needs="openapi")
def size(exchange: Exchange) -> Iterator[tuple[str, int, str]]:
    """Bytes of an answer's content as they came over the wire."""
    if exchange.response is not None and 200 <= exchange.status < 300:
        yield "size", exchange.response.wire_bytes, "B"
