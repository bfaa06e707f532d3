"""OData: $compute, $apply, and options written otherwise. At most eleven requests on the most useful window."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    CsdlModel,
    Exchange,
    Result,
    check,
    failed,
    not_applicable,
    odata,
    passed,
    probe,
    untestable,
)

from .query_answer import AGAIN, COMPUTING, SHOWN, VALUE, Later, malformed, no_window, not_computable, query, received, refusal
from .query_choose import Candidate, Constant, Expression, Operation, Path, Question, choose, is_, propose
from .query_filter import judge
from .query_operators import roomy, simple
from .query_order_judge import judge_order, judge_slice
from .query_stated import annotation, filterable, states_401
from .query_values import INTEGERS, Column, columns, middle, of, ordered
from .window import JSON, ROWS, Window, Windows, encoded, identity, items, read_pages

COMPUTE, APPLY, BARE, CASE = "odata.query.compute", "odata.query.apply", "odata.query.options-bare", "odata.query.options-case"
NAME = "CpoProbeValue"
TOP = 20
APPLY_SUPPORTED = "Org.OData.Aggregation.V1.ApplySupported"


@probe(id="odata.more", needs="odata", purposes=(COMPUTE, APPLY, BARE, CASE, AGAIN), after="odata.window", cost=17)
async def more(ctx: Context) -> None:
    """A computed property, shown, filtered and sorted by; simple aggregations; options without $ and in capitals."""
    windows = ctx.fact(Windows)
    model, best = windows.model, windows.best()
    if model is None or not best:
        return
    window, made = best[0], list[Exchange]()
    known = columns(model, window)
    if states_401(model, windows):
        made += await _compute(ctx, model, window, known)
        made += await _spelled(ctx, model, window, known)
    made += await _apply(ctx, model, window, known)
    said = [_judged(model, exchange, window, Later(())) for exchange in made]
    if any(one.outcome.value not in ("pass", "not_applicable") for one in said):
        await read_pages(ctx, window.set, AGAIN, asker="odata.more")


async def _get(
    ctx: Context, window: Window, purpose: str, name: str, options: Sequence[tuple[str, str]], **note: Any
) -> Exchange:
    url = window.url + "?" + "&".join(f"{key}={encoded(value)}" for key, value in options)
    said = {"set": window.set, "name": name, **note}
    return await ctx.get(url, purpose=purpose, why=name, accept=JSON, group=window.set, note=said)


async def _compute(ctx: Context, model: CsdlModel, window: Window, known: Sequence[Column]) -> list[Exchange]:
    number = next((c for c in of(known, *INTEGERS) if "/" not in c.path and roomy(c)), None)
    if number is None or any("/" in part for part in window.key):
        return []
    value = Operation("mul", Path(number.path), Constant(2, number.declared))
    computed = ("$compute", f"{odata.write(model, value)} as {NAME}")
    shown = ("$select", ",".join((*window.key, number.path, NAME)))
    note = {"value": odata.to_note(value)}
    made = [await _get(ctx, window, COMPUTE, "$select", [computed, shown, ("$top", str(TOP))], top=TOP, **note)]
    expressions = (is_(value, "gt", limit, number.declared) for limit in middle(ordered(model, number)))
    question = choose(model, window, propose("", "", (Candidate(e) for e in expressions)), "")
    if question is not None and isinstance(question.expression, Operation):
        right = odata.write(model, question.expression.right)
        options = [computed, ("$filter", f"{NAME} gt {right}"), ("$top", str(ROWS))]
        expression = odata.to_note(question.expression)
        made.append(await _get(ctx, window, COMPUTE, "$filter", options, top=ROWS, expression=expression))
    options = [computed, ("$orderby", f"{NAME} desc"), ("$top", str(TOP))]
    made.append(await _get(ctx, window, COMPUTE, "$orderby", options, top=TOP, order=[[odata.to_note(value), True]]))
    return made


async def _apply(ctx: Context, model: CsdlModel, window: Window, known: Sequence[Column]) -> list[Exchange]:
    claimed = annotation(model, APPLY_SUPPORTED) or annotation(model, APPLY_SUPPORTED, window.set)
    note = {"claimed": claimed is not None}
    made = [
        await _get(ctx, window, APPLY, "aggregate $count", [("$apply", f"aggregate($count as {NAME})")], kind="count", **note)
    ]
    if len(items(made[0]) or ()) != 1:
        return made  # refused, or ignored: no use in asking for more
    number = next((c for c in of(known, *INTEGERS) if "/" not in c.path and not c.nulls), None)
    if number is not None:
        for method in ("max", "min"):
            text = f"aggregate({number.path} with {method} as {NAME})"
            made.append(
                await _get(
                    ctx, window, APPLY, f"aggregate {method}", [("$apply", text)], kind=method, property=number.path, **note
                )
            )
        text = f"groupby(({number.path}))"
        made.append(await _get(ctx, window, APPLY, "groupby", [("$apply", text)], kind="groupby", property=number.path, **note))
    return made


async def _spelled(ctx: Context, model: CsdlModel, window: Window, known: Sequence[Column]) -> list[Exchange]:
    question: Question | None = None
    if filterable(model, window.set):
        question = choose(model, window, propose("", "", (Candidate(part) for part in simple(model, known))), "")
    made = []
    for purpose, filter, top in ((BARE, "filter", "top"), (CASE, "$FILTER", "$Top")):
        if question is not None:
            options, note = [(filter, question.text), ("$top", str(ROWS))], {"expression": odata.to_note(question.expression)}
            made.append(await _get(ctx, window, purpose, filter, options, top=ROWS, **note))
        made.append(await _get(ctx, window, purpose, top, [(top, "3")], top=3))
    return made


@check(
    "odata.compute", of=COMPUTE, needs="odata", clause="OData 4.01 Part 1, 11.2.5.3; OData 4.01 Part 2, 5.1.10", severity="minor"
)
def computed(exchange: Exchange, windows: Windows, later: Later) -> Result:
    """$compute adds a property that can be shown, filtered and sorted by.

    Twice a whole number that each row shows as well. Asked only where the service states 4.01.
    Remedy: calculate the expression in the query of the database under the name that it is given.
    """
    return _checked(exchange, windows, later)


@check("odata.apply", of=APPLY, needs="odata", clause="OData Data Aggregation 4.0, 3.2.1; 3.2.3", severity="minor")
def applied(exchange: Exchange, windows: Windows, later: Later) -> Result:
    """$apply aggregates and groups rightly, where the service has it.

    The number of rows, the greatest and the least of a whole number, and its distinct values, compared with the window.
    Remedy: refuse $apply with 501, or hand it to the database.
    """
    return _checked(exchange, windows, later)


@check("odata.options.bare", of=BARE, needs="odata", clause="OData 4.01 Part 1, 11.2.1; 11.2.6; 13.2.1", severity="minor")
def bare(exchange: Exchange, windows: Windows, later: Later) -> Result:
    """A 4.01 service knows its query options without $.

    `filter` and `top` do what $filter and $top do. Asked only where the service states 4.01.
    Remedy: read the names of the standard with and without $.
    """
    return _checked(exchange, windows, later)


@check("odata.options.case", of=CASE, needs="odata", clause="OData 4.01 Part 1, 11.2.1; 11.2.6; 13.2.1", severity="minor")
def spelled(exchange: Exchange, windows: Windows, later: Later) -> Result:
    """A 4.01 service knows its query options in any case.

    `$FILTER` and `$Top` do what $filter and $top do. Asked only where the service states 4.01.
    Remedy: compare the names of query options without regard to case.
    """
    return _checked(exchange, windows, later)


def _checked(exchange: Exchange, windows: Windows, later: Later) -> Result:
    window = windows.of(str(exchange.note.get("set", "")))
    if windows.model is None or window is None:
        return no_window(str(exchange.note.get("name", "")))
    return _judged(windows.model, exchange, window, later)


def _judged(model: CsdlModel, exchange: Exchange, window: Window, later: Later) -> Result:
    note = exchange.note
    if note.get("kind"):
        return _aggregate(exchange, window, later)
    if note.get("value"):
        return _values(model, exchange, window)
    if note.get("order"):
        return judge_order(model, exchange, window, later)
    return (
        judge(model, exchange, window, later) if note.get("expression") else judge_slice(exchange, window, later, ordered=False)
    )


def _values(model: CsdlModel, exchange: Exchange, window: Window) -> Result:
    """Each row shows what the expression gives for it."""
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    listed = items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    expression: Expression = odata.from_note(exchange.note["value"])
    computed = odata.evaluate.evaluator(model, window.type, expression)
    for row in listed:
        try:
            expected = computed(row, {})
        except COMPUTING:
            return not_computable(name)
        found = row.get(NAME)
        if (
            NAME not in row
            or (expected is None) != (found is None)
            or (found is not None and Decimal(str(found)) != Decimal(str(expected)))
        ):
            missing = [identity(row, window.key)]
            where, value = VALUE, "nothing" if NAME not in row else found
            return failed(
                "other_value",
                expected=str(expected),
                found=value,
                where=where,
                location=name,
                query=query(exchange),
                missing=missing,
            )
    return passed(location=name, query=query(exchange)) if listed else not_applicable("too_few", location=name)


def _aggregate(exchange: Exchange, window: Window, later: Later) -> Result:
    """The window is a part of what was aggregated, or all of it."""
    name, kind = str(exchange.note.get("name", "")), str(exchange.note["kind"])
    refused = refusal(exchange, name, claimed=bool(exchange.note.get("claimed")))
    listed = items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    path = str(exchange.note.get("property", ""))
    values = [int(row[path]) for row in window.rows if row.get(path) is not None] if path else []
    if kind == "groupby":
        expected, found, code = _groups(window, path, values, listed)
    else:
        expected, found, code = _number(window, kind, values, listed)
    if not code:
        return passed(location=name, query=query(exchange))
    ids = received(window, window.rows)
    if code == "other_value" and len(later.unchanged(window, ids)) < len(ids):
        return untestable(Blocker.WINDOW, location=name, exchanges=window.exchanges[:3])
    return failed(code, expected=expected, found=found, where=VALUE, location=name, query=query(exchange), rows=len(listed))


def _number(window: Window, kind: str, values: Sequence[int], listed: Sequence[dict[str, Any]]) -> tuple[Any, Any, str]:
    """Expected, found, and what is wrong."""
    shown = listed[0].get(NAME) if len(listed) == 1 else None
    if isinstance(shown, bool) or not isinstance(shown, (int, float, str)):
        return NAME, sorted(listed[0])[:SHOWN] if listed else [], "not_aggregated"
    found = int(Decimal(str(shown)))
    border = len(window.rows) if kind == "count" else max(values) if kind == "max" else min(values)
    right = found == border if window.complete else (found <= border if kind == "min" else found >= border)
    return border, found, "" if right else "other_value"


def _groups(window: Window, path: str, values: Sequence[int], listed: Sequence[dict[str, Any]]) -> tuple[Any, Any, str]:
    """Each value once."""
    found = [row.get(path) for row in listed]
    expected = sorted(set(values))
    if len(set(map(str, found))) != len(found):
        return expected[:SHOWN], found[:SHOWN], "not_grouped"
    lost = [value for value in expected if value not in found] if len(listed) < ROWS else []
    surplus = [value for value in found if value not in expected] if window.complete else []
    return expected[:SHOWN], found[:SHOWN], "other_value" if lost or surplus else ""
