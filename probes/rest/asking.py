"""How does a REST probe ask an operation of the contract?"""

from collections.abc import Iterable, Mapping
from typing import Any

from cpo_probe.sdk import Arguments, Blocker, Context, Effect, Exchange, Operation, build_request

READING = ("GET", "HEAD", "OPTIONS", "QUERY")
_BLOCKERS = {Effect.WRITE: Blocker.NEEDS_WRITE, Effect.JOB: Blocker.NEEDS_JOB, Effect.INTRUSIVE: Blocker.NEEDS_INTRUSIVE}


def may_read(ctx: Context, operation: Operation) -> bool:
    """Whether the operation only reads and needs no body; otherwise the reason is stated."""
    if operation.effect is not Effect.READ:
        ctx.blocked(_BLOCKERS[operation.effect], f"{operation.id} does more than read")
        return False
    if operation.method not in READING:
        ctx.blocked(Blocker.NO_ARGUMENTS, f"{operation.id} reads by {operation.method} and needs a request body")
        return False
    return True


def best(ctx: Context, operation: Operation) -> Arguments | None:
    """The best set of required arguments; states the reason when a real value is missing."""
    sets = ctx.harvest.arguments(operation, most=1)
    if not sets:
        ctx.blocked(Blocker.NO_ARGUMENTS, ctx.harvest.missing(operation))
        return None
    return sets[0]


def accepted(operation: Operation) -> str:
    """What the contract says the operation produces, as an Accept field; JSON first where it says nothing."""
    return ", ".join(operation.produces) if operation.produces else "application/json, */*;q=0.5"


def address(ctx: Context, operation: Operation, arguments: Arguments) -> str:
    """The absolute URL, arguments written in the style that the contract asks for."""
    return ctx.interface.url + build_request(operation, _named(arguments))[0]


def _fields(operation: Operation, arguments: Arguments) -> tuple[tuple[str, str], ...]:
    _, headers, cookies = build_request(operation, _named(arguments))
    return (*headers, *((("Cookie", "; ".join(f"{k}={v}" for k, v in cookies)),) if cookies else ()))


def _named(arguments: Arguments) -> dict[str, Any]:
    return {f"{a.parameter.place}:{a.parameter.name}": a.value for a in arguments.values}


async def ask(
    ctx: Context,
    operation: Operation,
    arguments: Arguments,
    *,
    purpose: str,
    why: str,
    note: Mapping[str, Any] | None = None,
    method: str = "",
    accept: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    **options: Any,
) -> Exchange:
    """Ask the operation with these arguments; they and their sources are noted for the checks."""
    return await ctx.send(
        method or operation.method,
        address(ctx, operation, arguments),
        purpose=purpose,
        why=why,
        headers=(*_fields(operation, arguments), *headers),
        accept=accept or accepted(operation),
        operation=operation,
        note={**arguments.note, **(note or {})},
        **options,
    )


def denied(ctx: Context, exchange: Exchange) -> bool:
    """Whether the account may not do this; the reason is stated, so that what could not be asked is not taken for absent."""
    if exchange.status in (401, 403):
        ctx.blocked(Blocker.DENIED, f"{exchange.status} for the account of the profile")
        return True
    return False


def settled(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """The final exchange of each request: what was retried, redirected or challenged is left out, as the engine does by itself
    with those that it hands to a check.
    """
    kept = list(exchanges)
    followed = {e.follows for e in kept if e.follows}
    return [e for e in kept if e.id not in followed]


def unanswered(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """Final exchanges that broke off, or in which the server asked to come again later: they show nothing, not even absence."""
    return [
        e
        for e in settled(exchanges)
        if e.failure is not None or e.status == 429 or (e.status == 503 and e.header("retry-after") is not None)
    ]
