"""REST: what happens on requests that are wrong on purpose? At most 19 requests per operation, all of them only reading."""

import hashlib
from urllib.parse import unquote

from cpo_probe.sdk import (
    Argument,
    Arguments,
    Blocker,
    Context,
    Effect,
    Evidence,
    Exchange,
    Exchanges,
    Identity,
    NoAuth,
    Operation,
    Parameter,
    Plan,
    Result,
    Results,
    Where,
    check,
    failed,
    leaks,
    negative,
    not_applicable,
    passed,
    probe,
    problem,
    untestable,
)

from .asking import READING, ask, best, denied, may_read

UNKNOWN_ID, WRONG_TYPE, UNKNOWN_VALUE, UNACCEPTABLE, METHOD, UNAUTHENTICATED, NOBODY, UNKNOWN_PATH = (
    f"rest.errors.{name}"
    for name in (
        "unknown-id", "wrong-type", "unknown-value", "unacceptable", "method", "unauthenticated", "nobody", "unknown-path"
    )
)  # fmt: skip
MEDIA_TYPE = "application/vnd.cpo-probe.unknown"
INVENTED_METHOD = "CPOPROBE"
MOST = 4
"""So many parameters beside the path get a value of the wrong type, so many one outside a closed set, so many one too small."""
OF_HTTP = frozenset({
    "accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control", "connection", "cookie",
    "content-encoding", "content-length", "content-type", "date", "expect", "from", "host", "if-match", "if-modified-since",
    "if-none-match", "if-range", "if-unmodified-since", "max-forwards", "pragma", "prefer", "priority", "range", "referer", "te",
    "traceparent", "tracestate", "user-agent", "via",
})  # fmt: skip
"""Header fields whose meaning is not the contract's: a wrong value is to be ignored, as RFC 9110, 13.1.3 wants it of a date."""


@probe(
    needs="openapi",
    purposes=(UNKNOWN_ID, WRONG_TYPE, UNKNOWN_VALUE, UNACCEPTABLE, METHOD, UNAUTHENTICATED, NOBODY),
    after="rest.read",
    cost=19,
)
async def errors(ctx: Context, operation: Operation) -> None:
    """Unknown id, values of the wrong type, unknown value, unacceptable media type, invented method, no credentials.

    Where no real argument is known, an invented one still has to be refused in order.
    """
    if not may_read(ctx, operation):
        return
    good = best(ctx, operation)
    if good is None:
        await _invented(ctx, operation)
        return
    for purpose, arguments, parameter, value in alterations(ctx, operation, good):
        note = {"parameter": parameter.name, "place": parameter.place, "value": value}
        if purpose == UNKNOWN_ID:
            note["origin"] = next(a.source for a in good.values if a.parameter == parameter)
        await ask(ctx, operation, arguments, purpose=purpose, why=f"{parameter.name} = {value}", note=note)
    offered = await ask(ctx, operation, good, purpose=UNACCEPTABLE, why="a media type that nobody offers", accept=MEDIA_TYPE)
    denied(ctx, offered)
    await ask(ctx, operation, good, purpose=METHOD, why="a method that does not exist", method=INVENTED_METHOD)
    if isinstance(ctx.target.auth, NoAuth):
        return
    await ask(
        ctx, operation, good, purpose=UNAUTHENTICATED, why="without credentials", identity=Identity.ANONYMOUS, redirects=False
    )
    if ctx.plan.permissions.foreign_credentials and operation == _door(ctx):
        await ask(
            ctx, operation, good, purpose=NOBODY, why="credentials of nobody, once", identity=Identity.NOBODY, redirects=False
        )


def _door(ctx: Context) -> Operation:
    """Where an invented account is tried, once for the whole interface: an operation that needs credentials, and no arguments."""
    covered = [o for o in ctx.operations if ctx.plan.covers(o)]
    free = [o for o in covered if o.effect is Effect.READ and o.method in READING and not _needed(o)]
    return min(free or covered, key=lambda o: o.secured is not True)


def _needed(operation: Operation) -> list[Parameter]:
    """Parameters without which the operation cannot be asked."""
    return [p for p in operation.parameters if p.required or p.place == "path"]


async def _invented(ctx: Context, operation: Operation) -> None:
    """Ask for a thing that nobody named: a refusal or a failure says something, and a success has to keep the contract too.

    Where it is not refused, it takes the place of real arguments: other wrong values have to be refused all the same.
    """
    made: list[Argument] = []
    for parameter in _needed(operation):
        known = ctx.harvest.values(operation, parameter)
        value = known[0].value if known else negative.invented(parameter, ctx.plan.seed)
        if value is None:
            return
        made.append(Argument(parameter, value, known[0].source if known else "invented"))
    last = next((a.parameter for a in reversed(made) if a.parameter.place == "path" or a.source == "invented"), None)
    if last is None:
        return
    note = {"parameter": last.name, "place": last.place, "value": "invented", "origin": "invented"}
    invented = Arguments(tuple(made))
    answer = await ask(ctx, operation, invented, purpose=UNKNOWN_ID, why=f"{last.name} is invented", note=note)
    if not 200 <= answer.status < 400:
        return
    for purpose, arguments, parameter, value in alterations(ctx, operation, invented):
        if purpose != UNKNOWN_ID:
            note = {"parameter": parameter.name, "place": parameter.place, "value": value}
            await ask(ctx, operation, arguments, purpose=purpose, why=f"{parameter.name} = {value}", note=note)


def alterations(ctx: Context, operation: Operation, good: Arguments) -> list[tuple[str, Arguments, Parameter, str]]:
    """At most 15 requests with one wrong argument each: (purpose, arguments, parameter, value)."""
    made: list[tuple[str, Arguments, Parameter, str]] = []

    def add(purpose: str, parameter: Parameter, value: object) -> None:
        sent = [value] if parameter.schema.get("type") == "array" else value
        made.append((purpose, good.replaced(parameter, sent, "altered"), parameter, str(value)))

    path = [p for p in operation.parameters if p.place == "path"]
    beside = [p for p in operation.parameters if p.place == "query"]
    beside += [p for p in operation.parameters if p.place == "header" and p.name.lower() not in OF_HTTP]
    for parameter in sorted(path, key=lambda p: -operation.template.find(f"{{{p.name}}}")):  # the last one that leaves room
        known = [value.value for value in ctx.harvest.values(operation, parameter)]
        stranger = negative.unknown(parameter, good.value(parameter.name), known, ctx.plan.seed)
        if stranger is not None:
            add(UNKNOWN_ID, parameter, stranger)
            break
    texts = next(((p, text) for p in reversed(path) if (text := negative.beyond_ascii(p))), None)
    if texts:
        add(UNKNOWN_ID, *texts)
    typed = next(((p, word) for p in path if (word := negative.wrong_type(p))), None)
    if typed:
        add(WRONG_TYPE, *typed)
    for purpose, wrong in ((WRONG_TYPE, negative.wrong_type), (UNKNOWN_VALUE, negative.outside), (UNKNOWN_VALUE, negative.below)):
        values = [(parameter, value) for parameter in beside if (value := wrong(parameter)) is not None]
        for parameter, value in values[:MOST]:
            add(purpose, parameter, value)
    return made


@probe(needs="openapi", id="rest.unknown-path", purposes=UNKNOWN_PATH)
async def unknown_path(ctx: Context) -> None:
    """Ask for a path that the contract does not have."""
    word = hashlib.sha256(str(ctx.plan.seed).encode()).hexdigest()[:8]
    url = f"{ctx.interface.url}/cpo-probe-unknown-{word}"
    await ctx.get(url, purpose=UNKNOWN_PATH, why="a path that does not exist", accept="application/json, */*;q=0.5")


STATUS = Where("response.status")


def _excused(exchange: Exchange) -> Result | None:
    """Answers that say nothing about the case: a pause, a limit, a feature that is not there, a redirect."""
    status = exchange.status
    if status in (429, 501):
        return not_applicable("not_in_service", status=status)
    if status == 503 and exchange.header("retry-after") is not None:
        return not_applicable("stated_pause")
    if 300 <= status < 400:
        return not_applicable("redirected", status=status)
    return None


def _denied(exchange: Exchange, evidence: Evidence) -> Result | None:
    """403 answers the wrong request only where the same account may read; where it may not, and on 401, nothing is shown."""
    if exchange.status not in (401, 403):
        return None
    asked = evidence.select(purpose="rest.read", interface=exchange.interface, operation=exchange.operation or None)
    if exchange.status == 403 and any(200 <= e.status < 300 for e in asked):
        return None
    return untestable(Blocker.DENIED, status=exchange.status)


def _client_error(exchange: Exchange, right: tuple[int, ...]) -> Result:
    """Pass on one of these 4xx codes; a failure says what happened instead. The parameter is part of the subject."""
    excused = _excused(exchange)
    if excused:
        return excused
    altered = {k: exchange.note[k] for k in ("parameter", "place", "value") if k in exchange.note}
    location = str(altered.get("parameter", ""))
    if exchange.status in right:
        return passed(location=location)
    code = "accepted" if exchange.status < 300 else "server_error" if exchange.status >= 500 else "other_status"
    return failed(code, expected=list(right), found=exchange.status, where=STATUS, location=location, **altered)


@check("rest.errors.unknown-id", of=UNKNOWN_ID, needs="openapi", clause="RFC 9110, 15.5.5", severity="major", accepts="denied")
def unknown_id(exchange: Exchange, operation: Operation, evidence: Evidence) -> Result:
    """A thing that does not exist is answered with 404 or another fitting 4xx.

    404, 410, 400 and 422 are right; so is 403, which hides what exists. An empty list below an unknown parent is a
    matter of taste and not judged. A success with nothing in it lets a client believe that the thing exists. Where no answer
    of the system ever named a value of the parameter, a success proves nothing: the path may compute with it.
    Remedy: answer 404 when the object is not found, before any further use of it.
    """
    if (refused := _denied(exchange, evidence)) is not None:
        return refused
    lists = not operation.template.rstrip("/").endswith("}")
    if lists and 200 <= exchange.status < 300 and _empty(exchange):
        return not_applicable("empty_list")
    if 200 <= exchange.status < 300 and not _named_by_an_answer(exchange, evidence):
        return untestable(Blocker.NO_ARGUMENTS, status=exchange.status)
    return _client_error(exchange, (404, 410, 400, 403, 422))


def _named_by_an_answer(exchange: Exchange, evidence: Evidence) -> bool:
    """Whether the value that the unknown one replaces once came from an answer, not only from the contract and its own use."""
    name, source = exchange.note.get("parameter"), str(exchange.note.get("origin", "~"))
    while source.isdigit():
        giver = evidence.exchange(source)
        if giver.operation != exchange.operation or name not in giver.note.get("sources", {}):
            return True
        source = str(giver.note["sources"][name])
    return source.startswith("~")


def _empty(exchange: Exchange) -> bool:
    if exchange.response is None or not exchange.body.strip():
        return True
    document = exchange.response.document
    return not document.problem and not _leaves(document.value)


def _leaves(value: object) -> bool:
    """Whether there is any element in any array."""
    if isinstance(value, list):
        return bool(value)
    return isinstance(value, dict) and any(_leaves(member) for member in value.values())


@check(
    "rest.errors.wrong-type",
    of=WRONG_TYPE,
    needs="openapi",
    clause="RFC 9110, 15.5.1; OpenAPI, Parameter Object",
    severity="minor",
    accepts="denied",
)
def wrong_type(exchange: Exchange, evidence: Evidence) -> Result:
    """A value of the wrong type is refused with 4xx.

    A word where the contract says number, boolean, date or UUID. 400, 404 and 422 are right. Where the word is
    silently taken for something else, a client's mistake goes unnoticed and wrong data come back.
    Remedy: validate parameters against the contract before using them, and answer 400 with the parameter's name.
    """
    return _denied(exchange, evidence) or _client_error(exchange, (400, 404, 422, 403))


@check(
    "rest.errors.unknown-value",
    of=UNKNOWN_VALUE,
    needs="openapi",
    clause="RFC 9110, 15.5.1; OpenAPI, Schema Object, enum and minimum",
    severity="minor",
    accepts="denied",
)
def unknown_value(exchange: Exchange, evidence: Evidence) -> Result:
    """A value outside of what the contract allows is refused with 4xx.

    The contract lists all values of the parameter, or states the least; another one is a mistake that the client should learn
    of, and not silently something else.
    Remedy: answer 400 with the values that are allowed, or leave the set open in the contract.
    """
    return _denied(exchange, evidence) or _client_error(exchange, (400, 404, 422, 403))


@check(
    "rest.errors.unacceptable",
    of=(UNACCEPTABLE, "rest.read"),
    per="operation",
    needs="openapi",
    clause="RFC 9110, 12.4.1; 15.5.7",
    severity="minor",
)
def unacceptable(exchanges: Exchanges) -> Result:
    """An Accept that cannot be met is answered with 406, or disregarded.

    Both are right. Wrong are a failure of the server, another refusal of what is readable otherwise, and an answer
    labelled with the invented media type.
    Remedy: answer 406 with the types on offer, or send the default representation with its true type.
    """
    exchange, readable = None, set()
    for one in exchanges:
        if one.purpose == UNACCEPTABLE:
            exchange = one
        elif 200 <= one.status < 300:
            readable.add(one.request.url)
    if exchange is None or exchange.request.url not in readable:
        return untestable(Blocker.NO_DATA)
    if exchange.media_type == MEDIA_TYPE:
        where = Where("response.header", "content-type")
        return failed(
            "label_echoed", expected="the true media type", found=exchange.media_type, where=where, exchanges=[exchange.id]
        )
    excused = _excused(exchange)
    if excused:
        return excused
    if exchange.status in (400, 406) or 200 <= exchange.status < 300:
        return passed(exchanges=[exchange.id])
    code = "server_error" if exchange.status >= 500 else "other_status"
    return failed(code, expected=[406, 200], found=exchange.status, where=STATUS, exchanges=[exchange.id])


@check(
    "rest.errors.method", of=METHOD, needs="openapi", clause="RFC 9110, 9.1; 15.5.6; 15.6.2", severity="minor", accepts="denied"
)
def method(exchange: Exchange, evidence: Evidence) -> Result:
    """An unknown method is refused, not taken for a read.

    The server SHOULD answer 501 or 405; 400 and 403 of a server in front are fine. A success means that any method reads,
    and a spelling mistake in a writing method looks like success.
    Remedy: route by method, and answer 405 with Allow.
    """
    if (refused := _denied(exchange, evidence)) is not None:
        return refused
    status = exchange.status
    if status in (400, 403, 405, 501):
        return passed()
    if status == 429 or (status == 503 and exchange.header("retry-after") is not None):
        return not_applicable("not_in_service", status=status)
    code = "accepted" if status < 300 else "server_error" if status >= 500 else "other_status"
    return failed(code, expected=[405, 501], found=status, where=STATUS)


@check(
    "rest.errors.unauthenticated",
    of=UNAUTHENTICATED,
    needs="openapi",
    clause="RFC 9110, 15.5.2; OpenAPI, Security Requirement Object",
    severity="major",
    accepts="denied",
)
def unauthenticated(exchange: Exchange, operation: Operation) -> Result:
    """What the contract protects is refused without credentials, by 401.

    403 and 404, which hide what exists, are right too. An operation that the contract leaves open, or says nothing about,
    may answer. 200 with an empty list instead of 401 makes an integrator believe that there are no data; a
    redirect to a log-in page gives a program HTML instead of a reason.
    Remedy: answer 401 with WWW-Authenticate before anything else, or declare the operation as open (`security: []`).
    """
    status = exchange.status
    if status in (401, 403, 404):
        return passed()
    if status == 429 or (status == 503 and exchange.header("retry-after") is not None):
        return not_applicable("not_in_service", status=status)
    if 200 <= status < 300 and operation.secured is not True:
        return not_applicable("open_operation" if operation.secured is False else "contract_silent")
    if 300 <= status < 400:
        if operation.secured is not True:
            return not_applicable("redirected", status=status)
        return failed("redirected_to_login", expected=401, found=status, where=STATUS)
    code = "accepted" if status < 300 else "server_error" if status >= 500 else "other_status"
    return failed(code, expected=401, found=status, where=STATUS)


@check("rest.errors.nobody", of=NOBODY, needs="openapi", clause="RFC 9110, 15.5.2", severity="critical", accepts="denied")
def nobody(exchange: Exchange, operation: Operation, evidence: Evidence) -> Result:
    """Credentials of nobody are refused.

    An invented account, asked once and only with the user's permission. A success means that anybody gets in. What strangers
    may read without any credentials, and by the contract, shows nothing.
    Remedy: verify credentials on every request; answer 401.
    """
    if 200 <= exchange.status < 300 and (operation.secured is False or _open(exchange, operation, evidence)):
        return not_applicable("open_operation")
    return _client_error(exchange, (401, 403, 400, 404))


def _open(exchange: Exchange, operation: Operation, evidence: Evidence) -> bool:
    """Whether strangers got in without credentials, and the contract does not ask for any."""
    strangers = evidence.select(purpose=UNAUTHENTICATED, interface=exchange.interface, operation=exchange.operation or None)
    return operation.secured is None and any(200 <= e.status < 300 for e in strangers)


@check(
    "rest.errors.unknown-path", of=UNKNOWN_PATH, needs="openapi", clause="RFC 9110, 15.5.5", severity="minor", accepts="denied"
)
def unknown_path_refused(exchange: Exchange, evidence: Evidence) -> Result:
    """A path that does not exist is refused with 4xx.

    A start page with 200 for every path hides spelling mistakes and removed operations from a client.
    Remedy: answer 404 below the interface's address; send the start page only outside of it.
    """
    open_ = _excused(exchange) or _denied(exchange, evidence)
    if open_:
        return open_
    if 400 <= exchange.status < 500:
        return passed()
    code = "server_error" if exchange.status >= 500 else "accepted"
    return failed(code, expected=404, found=exchange.status, where=STATUS)


@check(
    "rest.errors.no-server-error",
    of="rest.errors.*",
    needs="openapi",
    clause="RFC 9110, 15.6",
    severity="major",
    accepts="denied",
)
def no_server_error(exchange: Exchange, plan: Plan) -> Result:
    """A client's mistake is never answered as a failure of the server.

    5xx on a wrong request says "try again", and hides from the client that the request has to be changed. 501 and 503
    with Retry-After are no defects.
    Remedy: check what comes in before it is used, and answer 4xx.
    """
    status = exchange.status
    if status < 500:
        return passed(location=_case(exchange))
    if status == 501 or (status == 503 and exchange.header("retry-after") is not None):
        return not_applicable("not_in_service", status=status)
    if status in (502, 504) and plan.target.transport.proxy:
        return not_applicable("own_proxy", status=status)
    return failed("server_error", expected="4xx", found=status, where=STATUS, location=_case(exchange))


def _case(exchange: Exchange) -> str:
    """Which negative request: part of the subject, so that each case is its own finding."""
    name = exchange.purpose.removeprefix("rest.errors.")
    parameter = exchange.note.get("parameter")
    return f"{name}:{parameter}" if parameter else name


@check(
    "rest.errors.machine-readable",
    of="rest.errors.*",
    needs="openapi",
    clause="RFC 9457, 1; RFC 9110, 15.5",
    severity="minor",
    accepts="denied",
)
def machine_readable(exchange: Exchange) -> Result:
    """The body of an error tells a program what was wrong.

    JSON or XML with a cause in it; an HTML page, plain text or nothing can only be shown to a person. 401, 405, 406 and
    501 say all by themselves and their fields, and are judged only when they are structured; so is the answer to an invented
    method, which the HTTP parser in front may refuse before anything of the interface is reached.
    Remedy: answer errors as `application/problem+json` with type, title, status and detail.
    """
    response = exchange.response
    if response is None or exchange.status < 400 or exchange.request.method == "HEAD":
        return not_applicable("no_error")
    flaw = problem.machine_readable(response)
    if not flaw:
        return passed(location=_case(exchange))
    if exchange.status in (401, 405, 406, 501) or exchange.purpose == METHOD:
        return not_applicable("status_says_all", status=exchange.status)
    where = Where("response.body")
    return failed(
        f"error_{flaw}",
        expected="JSON or XML",
        found=exchange.media_type or "no media type",
        where=where,
        location=_case(exchange),
    )


@check(
    "rest.errors.problem-details", of="rest.errors.*", needs="openapi", clause="RFC 9457, 3.1", severity="minor", accepts="denied"
)
def problem_details(exchange: Exchange) -> Results:
    """What is labelled as problem details keeps RFC 9457.

    One JSON object; type and instance are URI references, title and detail texts, status the very status of the answer.
    Other error formats are not judged here.
    Remedy: send the members with the types of the standard; take `status` from the answer itself.
    """
    response = exchange.response
    if response is None or exchange.status < 400 or response.media_type != problem.JSON or exchange.request.method == "HEAD":
        return not_applicable("not_problem_json")
    if response.document.problem:
        return failed("not_json", expected="JSON object", found=response.document.problem, where=Where("response.body"))
    found = [
        failed(
            f"problem_{f.code}",
            expected=f.expected,
            found=f.found,
            where=Where("response.body", pointer=f.pointer),
            location=f.pointer,
        )
        for f in problem.flaws(response.document.value, exchange.status)
    ]
    return found or passed()


@check(
    "rest.errors.no-leak",
    of="rest.*",
    needs="openapi",
    clause="OWASP API Security 2023, API8; CWE-209",
    severity="major",
    accepts="denied",
)
def no_leak(exchange: Exchange) -> Results:
    """Errors do not show the inside of the server.

    Stack traces, SQL and source paths help an attacker and no integrator. What we sent ourselves and got back is no leak.
    Remedy: log the trace on the server under an id, and answer with the id.
    """
    response = exchange.response
    if response is None or exchange.status < 400:
        return not_applicable("no_error")
    if not response.body:
        return not_applicable("no_content")
    sent = f"{exchange.request.url} {unquote(exchange.request.url)} {exchange.request.body.decode('utf-8', 'replace')}"
    found = [
        failed(
            leak.kind,
            expected="no internals",
            found=leak.excerpt,
            where=Where("response.body", offset=leak.offset),
            location=leak.kind,
        )
        for leak in leaks.leaks(response, sent)
    ]
    return found or passed()
