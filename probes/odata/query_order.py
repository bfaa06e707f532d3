"""OData: which requests show whether rows are sorted, cut and counted? About twenty on the most useful window."""

from collections.abc import Iterator, Sequence
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, odata, probe

from .query_answer import AGAIN, Later
from .query_choose import Call, Candidate, Path, choose, propose
from .query_operators import simple
from .query_order_judge import judge_count, judge_order, judge_slice, judge_stable
from .query_stated import filterable, sortable
from .query_values import DAY, INTEGERS, MOMENT, NUMBERS, TEXT, Column, columns, even, of
from .window import JSON, ROWS, Window, Windows, encoded, read_pages

ORDER, SLICE, STABLE, PART = "odata.query.orderby", "odata.query.slice.{}", "odata.query.stable", "odata.query.stable-part"
TOP, SKIP = SLICE.format("top"), SLICE.format("skip")
COUNT, COUNT_PATH, COUNT_FILTERED = "odata.query.count", "odata.query.count-path", "odata.query.count-filtered"
Item = tuple[odata.Expression, bool]
FIRST = 3


@probe(
    id="odata.order",
    needs="odata",
    purposes=(ORDER, TOP, SKIP, STABLE, PART, COUNT, COUNT_PATH, COUNT_FILTERED, AGAIN),
    after="odata.window",
    cost=34,
)
async def order(ctx: Context) -> None:
    """Sorted by one and by two properties, cut by $top and $skip, counted; what was unexpected is looked at once more."""
    windows = ctx.fact(Windows)
    model, best = windows.model, windows.best()
    if model is None or not best:
        return
    window = next((w for w in best if w.complete and len(w.rows) > FIRST), best[0])
    unexpected: dict[str, None] = {}

    def look(exchange: Exchange, said: Any) -> None:
        if said.outcome.value not in ("pass", "not_applicable"):
            unexpected[str(exchange.note["set"])] = None

    for one in dict.fromkeys((best[0].set, window.set)):
        here = windows.of(one)
        assert here is not None
        for exchange in await _sorted(ctx, model, here):
            look(exchange, judge_order(model, exchange, here, Later(())))
    for exchange in await _cut(ctx, window):
        look(exchange, judge_slice(exchange, window, Later(())))
    last, parts = await _stable(ctx, model, window)
    if last is not None:
        look(last, judge_stable(last, parts, window, Later(())))
    counts = await _counted(ctx, model, window)
    for exchange in counts:
        look(exchange, judge_count(model, exchange, window, Later(()), counts))
    for name in unexpected:
        await read_pages(ctx, name, AGAIN, asker="odata.order")


async def _get(
    ctx: Context, window: Window, purpose: str, name: str, path: str, options: Sequence[tuple[str, str]], **note: Any
) -> Exchange:
    url = window.url + path + ("?" if options else "") + "&".join(f"{n}={encoded(v)}" for n, v in options)
    accept = "text/plain, */*;q=0.5" if path else JSON
    said = {"set": window.set, "name": name, **note}
    return await ctx.get(url, purpose=purpose, why=name, accept=accept, group=window.set, note=said)


async def _sorted(ctx: Context, model: CsdlModel, window: Window) -> list[Exchange]:
    made = []
    for name, items, top in _orders(model, window):
        text = odata.write_order(model, [odata.OrderItem(expression, down) for expression, down in items])
        top = top or (0 if window.complete else ROWS)
        note = {"order": [[odata.to_note(expression), down] for expression, down in items], **({"top": top} if top else {})}
        options = [("$orderby", text), *([("$top", str(top))] if top else [])]
        made.append(await _get(ctx, window, ORDER, name, "", options, **note))
    return made


def _orders(model: CsdlModel, window: Window) -> Iterator[tuple[str, list[Item], int]]:
    """Name, items, $top: 0 for all rows."""
    known = [c for c in columns(model, window) if sortable(model, window.set, c.path) and len(c.known) > 1]
    numbers = of([c for c in known if "/" not in c.path], *NUMBERS)
    if numbers:
        path = Path(numbers[0].path)
        yield "ascending", [(path, False)], 0
        yield "descending", [(path, True)], 0
        yield "sorted before it is cut", [(path, True)], FIRST
    for name, chosen in (
        ("Edm.DateTimeOffset", of(known, MOMENT)),
        ("Edm.Date", of(known, DAY)),
        ("Edm.String", [c for c in of(known, TEXT) if even(c) and "/" not in c.path]),
        ("complex property", of([c for c in known if "/" in c.path], *NUMBERS, DAY)),
    ):
        if chosen:
            yield name, [(Path(chosen[0].path), False)], 0
    pair = _pair(known)
    if pair:
        yield "two properties", [(Path(pair[0].path), False), (Path(pair[1].path), True)], 0
    texts = [c for c in of(known, TEXT) if even(c) and "/" not in c.path and len({len(v) for v in c.known}) > 1]
    if texts and filterable(model, window.set):
        yield "expression", [(Call("length", (Path(texts[0].path),)), False)], 0


def _pair(known: Sequence[Column]) -> tuple[Column, Column] | None:
    """A property with equal values, and another one that differs among them."""
    numbers = of([c for c in known if not c.nulls and "/" not in c.path], *NUMBERS, DAY, MOMENT)
    for first in sorted(numbers, key=lambda c: len(c.known)):
        for second in numbers:
            pairs = set(zip(first.values, second.values, strict=True))
            if first is not second and len(first.known) < len(pairs):
                return first, second
    return None


async def _cut(ctx: Context, window: Window) -> list[Exchange]:
    made = [await _get(ctx, window, TOP, "$top", "", [("$top", str(FIRST))], top=FIRST)]
    made.append(await _get(ctx, window, TOP, "$top=0", "", [("$top", "0")], top=0))
    options = [("$skip", "2"), ("$top", str(FIRST))]
    made.append(await _get(ctx, window, SKIP, "$skip and $top", "", options, skip=2, top=FIRST))
    made.append(await _get(ctx, window, SKIP, "$top and $skip", "", options[::-1], skip=2, top=FIRST))
    if window.complete:
        beyond = len(window.rows)
        made.append(await _get(ctx, window, SKIP, "behind the last row", "", [("$skip", str(beyond))], skip=beyond))
    return made


async def _stable(ctx: Context, model: CsdlModel, window: Window) -> tuple[Exchange | None, list[Exchange]]:
    """The same order in one piece and in two, by a property with equal values."""
    known = [c for c in columns(model, window) if sortable(model, window.set, c.path) and "/" not in c.path and not c.nulls]
    tied = sorted((c for c in known if 1 < len(c.known) < len(c.values)), key=lambda c: (len(c.known), c.path))
    half = min(len(window.rows) // 2, 10)
    if not tied or not half:
        return None, []
    path = tied[0].path
    order = ("$orderby", path)
    whole = await _get(ctx, window, PART, "in one piece", "", [order, ("$top", str(2 * half))], top=2 * half, part="whole")
    first = await _get(ctx, window, PART, "the first half", "", [order, ("$top", str(half))], top=half, part="first")
    options = [order, ("$skip", str(half)), ("$top", str(half))]
    second = await _get(ctx, window, STABLE, "the second half", "", options, top=half, skip=half, property=path)
    return second, [whole, first]


async def _counted(ctx: Context, model: CsdlModel, window: Window) -> list[Exchange]:
    made = [await _get(ctx, window, COUNT, "$count=true", "", [("$count", "true"), ("$top", "1")], top=1)]
    made.append(await _get(ctx, window, COUNT, "$count=false", "", [("$count", "false"), ("$top", "1")], top=1))
    made.append(await _get(ctx, window, COUNT_PATH, "/$count", "/$count", []))
    known = [
        c for c in columns(model, window) if filterable(model, window.set, c.path) and c.type in (*INTEGERS, *NUMBERS, TEXT, DAY)
    ]
    question = choose(model, window, propose("", "", (Candidate(part) for part in simple(model, known))), "")
    if question is not None and filterable(model, window.set):
        note, filter = {"expression": odata.to_note(question.expression)}, ("$filter", question.text)
        options = [filter, ("$count", "true"), ("$top", str(ROWS))]
        made.append(await _get(ctx, window, COUNT_FILTERED, "$count=true", "", options, top=ROWS, **note))
        made.append(await _get(ctx, window, COUNT_FILTERED, "/$count", "/$count", [filter], **note))
    return made
