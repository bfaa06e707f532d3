"""HTTP: how long does an answer take? Six requests per operation, one after the other, nothing beside them.

The first one warms up (connection, caches) and is marked so; the other five are the sample.
"""

from collections.abc import Iterator

from cpo_probe.sdk import Context, Exchange, Operation, measure, probe

from ..rest.asking import ask, best, denied, may_read

SAMPLES = 5


@probe(needs="openapi", purposes="http.latency", after=("rest.read", "rest.paging"), cost=SAMPLES + 1, serial=True)
async def latency(ctx: Context, operation: Operation) -> None:
    """Ask the same question six times, one at a time."""
    if not may_read(ctx, operation) or operation.method != "GET":
        return
    arguments = best(ctx, operation)
    if arguments is None:
        return
    group = f"latency:{ctx.interface.id}:{operation.id}"
    for turn in range(SAMPLES + 1):
        why = f"latency, {turn} of {SAMPLES}" if turn else "latency, warming up"
        note = {"warm_up": turn == 0}
        exchange = await ask(ctx, operation, arguments, purpose="http.latency", why=why, group=group, note=note)
        if denied(ctx, exchange) or not 200 <= exchange.status < 300:
            return


def durations(exchange: Exchange) -> Iterator[tuple[str, float, str]]:
    """Seconds of a successful answer: to its first byte, and in all, connecting left out."""
    if not 200 <= exchange.status < 300:
        return
    timing = exchange.timing
    connecting = sum(phase for phase in (timing.dns, timing.connect, timing.tls) if phase is not None)
    if timing.first_byte is not None:
        yield "first-byte", timing.first_byte, "s"
    yield "total", timing.total - connecting, "s"


@measure("http.latency", of="http.latency")
def seconds(exchange: Exchange) -> Iterator[tuple[str, float, str]]:
    """Those of the sample; the first request warms up."""
    if not exchange.note.get("warm_up"):
        yield from durations(exchange)
