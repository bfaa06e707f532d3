"""REST: does the same question get the same answer? Three requests per operation."""

from itertools import pairwise

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

from ..http.sameness import apart, difference, is_json
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
    found = [difference(one, other, plan) for one, other in pairwise(answers)]
    ids = [e.id for e in answers]
    if not any(found):
        return passed(exchanges=ids)
    if not all(found):
        return untestable(Blocker.WINDOW)
    first = next(one for one in found if one)
    if not any(difference(one, other, plan, compare.clock(apart(one, other))) for one, other in pairwise(answers)):
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
    return is_json(exchange) or semantics.is_xml(kind) or (kind.startswith("text/") and kind != "text/html") or not exchange.body
