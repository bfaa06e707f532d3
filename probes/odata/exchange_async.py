"""OData: where the service says that it answers later, does the answer come? At most ten requests, none unless that is stated.

The first rows of a set with the preference respond-async: a service may answer at once nevertheless. Where it says 202, the place
that it names is asked until the answer is there, four times at most. It may begin a job at the server, which a plan has to allow.
"""

import json
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    Effect,
    Exchange,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    untestable,
)

from .address_claims import CAPABILITIES, claim, says
from .address_same import same_place
from .exchange_shared import BODY, CONTENT_TYPE, JSON, STATUS, Spoken, best
from .metadata import Odata
from .query_answer import NOT_SUPPORTED
from .window import joined

ASYNC, MONITOR = "odata.exchange.async", "odata.exchange.async-monitor"
POLLS, WAIT = 4, 3.0
"""How often the place is asked, and seconds between at most."""
_BUSY = ("429", "503")
HTTP, LOCATION, RESULT = "application/http", Where("response.header", "location"), Where("response.header", "asyncresult")


@probe(
    needs="odata",
    id="odata.async",
    purposes=(ASYNC, MONITOR),
    after="odata.window",
    effect="job",
    cost=2 * (1 + POLLS),
    serial=True,
)
async def asynchronous(ctx: Context) -> None:
    """A read that may be answered later, and its answer: as a message of its own, by 4.01 as an ordinary one too."""
    model = ctx.fact(Odata).model
    if model is None or says(claim(model, f"{CAPABILITIES}.AsynchronousRequestsSupported")) is not True:
        return
    windows = [window for window in best(ctx) if says(claim(model, f"{CAPABILITIES}.TopSupported", window.set)) is not False]
    if not windows:
        return
    for form in ("message", *(["result"] if ctx.fact(Spoken).newer else [])):
        url, note = f"{windows[0].url}?$top=2", {"set": windows[0].set, "form": form}
        prefer = (("Prefer", "respond-async"),)
        why = "some rows, which may be answered later"
        answer = await ctx.get(url, purpose=ASYNC, why=why, accept=JSON, headers=prefer, effect=Effect.JOB, note=note)
        place = _place(answer, ctx.interface.url)
        for poll in range(1, POLLS + 1 if place else 0):
            await ctx.pause(_seconds(answer))
            accept = f"{HTTP}, {JSON}" if form == "message" else JSON
            answer = await ctx.get(place, purpose=MONITOR, why="is the answer there?", accept=accept, note={**note, "poll": poll})
            if answer.status != 202:
                break
            place = _place(answer, ctx.interface.url) or place  # it may move (11.6)


def _place(answer: Exchange, root: str) -> str:
    """Where the answer will be; "" when it is there already, or lies outside of the service."""
    link = answer.header("location")
    return same_place(root, joined(answer.request.url, link)) if answer.status == 202 and link else ""


def _seconds(answer: Exchange) -> float:
    stated = (answer.header("retry-after") or "").strip()
    return min(float(stated), WAIT) if stated.isdecimal() else 1.0


@check(
    "odata.async",
    of=ASYNC,
    needs="odata",
    clause="OData 4.01 Part 1, 8.2.8.8; 11.6; Capabilities.AsynchronousRequestsSupported",
    severity="minor",
)
def accepted(exchange: Exchange) -> Result:
    """Who is told that the answer comes later is told where.

    Asked with the preference respond-async, where the metadata states AsynchronousRequestsSupported. A service may answer at
    once; with 202 it names the place in Location.
    Remedy: give the address of the status monitor in Location, or answer at once.
    """
    location, status = str(exchange.note.get("form", "")), exchange.status
    if status == 200:
        return not_applicable("not_applied", location=location)
    if status in NOT_SUPPORTED:
        return failed("refused_although_claimed", expected=[200, 202], found=status, where=STATUS, location=location)
    if status != 202:
        if status >= 500 and status != 503:
            return failed("server_error", expected=202, found=status, where=STATUS, location=location)
        return not_applicable("other_answer", location=location, status=status)
    link = exchange.header("location")
    if not link:
        return failed("missing", expected="Location", where=LOCATION, location=location)
    root = exchange.request.url.rpartition("/")[0]
    if not same_place(root, joined(exchange.request.url, link)):
        return untestable(Blocker.OUT_OF_SCOPE, location=location)
    return passed(location=location)


@check(
    "odata.async.result",
    of=MONITOR,
    needs="odata",
    clause="OData 4.01 Part 1, 11.6; 8.3.1; 13.2.1 (3)",
    severity="minor",
)
def arrived(exchange: Exchange) -> Result:
    """Where an answer was promised for later, it arrives.

    As an HTTP message of the type application/http for clients that accept it; by 4.01 for others as the answer itself, with its
    status in AsyncResult. As long as it is not there the place says 202.
    Remedy: keep the answer under the address that was given, and send it in the form that Accept asks for.
    """
    location, status = str(exchange.note.get("form", "")), exchange.status
    if status == 202:
        return not_applicable("async_pending", location=location)
    if status in (404, 410):
        return failed("listed_but_unknown", expected=200, found=status, where=STATUS, location=location)
    if status != 200:
        if status >= 500 and status != 503:
            return failed("server_error", expected=200, found=status, where=STATUS, location=location)
        return not_applicable("other_answer", location=location, status=status)
    if exchange.media_type == HTTP:
        if location == "result":
            return failed("format_differs", expected=JSON, found=HTTP, where=CONTENT_TYPE, location=location)
        return _message(exchange.body, location)
    stated = exchange.header("asyncresult")
    if stated is None:
        wish = "AsyncResult" if location == "result" else f"{HTTP}, or AsyncResult"
        return failed("missing", expected=wish, where=RESULT, location=location)
    if stated.strip() in _BUSY:
        return not_applicable("other_answer", location=location, status=int(stated))
    if stated.strip() != "200":
        return failed("other_status", expected=200, found=stated, where=RESULT, location=location)
    return _listed(exchange.body, location)


def _message(body: bytes, location: str) -> Result:
    """A status line, fields, and the rows."""
    head, _, content = body.replace(b"\r\n", b"\n").partition(b"\n\n")
    line = head.split(b"\n")[0].decode("latin-1")
    if line.startswith("HTTP/1.") and line.split(" ")[1:2] in ([code] for code in _BUSY):
        return not_applicable("other_answer", location=location, status=int(line.split(" ")[1]))
    if not line.startswith("HTTP/1.") or line.split(" ")[1:2] != ["200"]:
        return failed("malformed", expected="HTTP/1.1 200", found=line[:40], where=BODY, location=location)
    return _listed(content, location)


def _listed(body: bytes, location: str) -> Result:
    try:
        value: Any = json.loads(body)
    except ValueError:
        value = None
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        return passed(location=location)
    return failed("malformed", expected="a list of rows", found="something else", where=BODY, location=location)
