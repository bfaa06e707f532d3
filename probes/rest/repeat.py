"""REST: does the same question get the same answer? Three requests per operation."""

import json
from datetime import datetime
from itertools import pairwise
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    Exchange,
    Exchanges,
    Operation,
    Plan,
    Result,
    Where,
    check,
    compare,
    failed,
    not_applicable,
    passed,
    probe,
    semantics,
    untestable,
)

from .asking import ask, best, denied, may_read

TIMES = 3


@probe(needs="openapi", purposes="rest.repeat", after="rest.read", cost=TIMES)
async def repeat(ctx: Context, operation: Operation) -> None:
    """Ask the same question three times."""
    if not may_read(ctx, operation):
        return
    arguments = best(ctx, operation)
    if arguments is None:
        return
    group = f"repeat:{ctx.interface.id}:{operation.id}"
    for turn in range(TIMES):
        why = f"the same question, {turn + 1} of {TIMES}"
        exchange = await ask(ctx, operation, arguments, purpose="rest.repeat", why=why, group=group)
        if denied(ctx, exchange) or not 200 <= exchange.status < 300:
            return


@check(
    "rest.repeat.same-answer",
    of="rest.repeat",
    per="group",
    needs="openapi",
    clause="ISO/IEC 17025, 7.2.2; RFC 9110, 9.2.1",
    severity="major",
)
def same_answer(exchanges: Exchanges, plan: Plan) -> Result:
    """The same question gets the same answer.

    Asked three times in a row. Members of JSON objects may come in any order, elements of arrays may not; what the
    profile names as volatile is left aside, and so is the trace id of the request where the answer repeats it. If only
    one of the steps differs, the data may have changed in between, and nothing is said; nor is it where all that differs
    are times that advance with the clock, since an answer may state when it was made. An integrator that compares,
    caches or synchronises takes each difference for a change.
    Remedy: order results by a unique key; keep time stamps and request ids out of the content, or name them as volatile
    in the profile.
    """
    answers = [e for e in exchanges if 200 <= e.status < 300]
    if len(answers) < TIMES:
        return untestable(Blocker.NO_DATA, answers=len(answers))
    if not all(_comparable(e) for e in answers):
        return not_applicable("not_comparable", media_type=answers[0].media_type)
    found = [_differ(one, other, plan) for one, other in pairwise(answers)]
    ids = [e.id for e in answers]
    if not any(found):
        return passed(exchanges=ids)
    if not all(found):
        return untestable(Blocker.WINDOW)
    first = next(one for one in found if one)
    if not any(_differ(one, other, plan, compare.clock(_apart(one, other))) for one, other in pairwise(answers)):
        return not_applicable("states_the_time", location=first.location, exchanges=ids)
    return failed(
        "answers_differ",
        expected=first.first,
        found=first.second,
        where=Where("response.body", pointer=first.pointer),
        location=first.location,
        exchanges=ids,
    )


def _comparable(exchange: Exchange) -> bool:
    """JSON, XML and plain text are; packed files and pages may carry the time of their making."""
    kind = exchange.media_type
    return _json(exchange) or semantics.is_xml(kind) or (kind.startswith("text/") and kind != "text/html") or not exchange.body


def _json(exchange: Exchange) -> bool:
    return exchange.response is not None and semantics.is_json(exchange.media_type) and not exchange.response.document.problem


def _without_own(exchange: Exchange) -> bytes:
    """The content without the trace id that we sent along, another one each time: a server may hand it back."""
    trace = exchange.request.header("traceparent") or ""
    body = exchange.body
    for own in (trace, *trace.split("-")[2:3]):
        body = body.replace(own.encode(), b"1" * len(own)) if len(own) >= 16 else body
    return body


def _value(exchange: Exchange, body: bytes) -> Any:
    return exchange.json if body == exchange.body else json.loads(body)


def _apart(one: Exchange, other: Exchange) -> float:
    """Seconds between the first request and the second answer."""
    return (datetime.fromisoformat(other.at) - datetime.fromisoformat(one.at)).total_seconds() + other.timing.total


def _differ(one: Exchange, other: Exchange, plan: Plan, alike: compare.Alike = compare.never) -> compare.Difference | None:
    if one.status != other.status:
        return compare.Difference("", "", one.status, other.status)
    first, second = _without_own(one), _without_own(other)
    if first == second:
        return None
    if _json(one) and _json(other):
        return compare.difference(_value(one, first), _value(other, second), plan.target.volatile, alike)
    return compare.Difference("", "", f"{len(one.body)} bytes", f"{len(other.body)} other bytes")
