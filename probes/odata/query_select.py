"""OData: does $select show the properties that were asked for? Three or four requests on the most useful window."""

from collections.abc import Sequence
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, Result, check, failed, not_applicable, passed, probe

from .query_answer import SHOWN, VALUE, malformed, no_window, query, refusal
from .query_stated import states_401
from .query_values import columns
from .window import JSON, Row, Window, Windows, body, control, encoded, identity, items

SELECT, NESTED = "odata.query.select", "odata.query.select-nested"
TOP, FEW = 20, 2


@probe(id="odata.select", needs="odata", purposes=(SELECT, NESTED), after="odata.window", cost=4)
async def select(ctx: Context) -> None:
    """Two properties; all of them; a part of a complex property by its path, and in parentheses where 4.01 is stated."""
    windows = ctx.fact(Windows)
    model, best = windows.model, windows.best()
    if model is None or not best:
        return
    window = best[0]
    plain = [c.path for c in columns(model, window) if "/" not in c.path and c.path not in window.key]
    if len(plain) > FEW:
        chosen = [*window.key, *plain[:FEW]] if not any("/" in part for part in window.key) else plain[:FEW]
        await _get(ctx, window, SELECT, "properties", ",".join(chosen), chosen)
    await _get(ctx, window, SELECT, "*", "*", plain)
    parts = _parts(model, best)
    if parts is not None:
        window, outer, inner = parts
        await _get(ctx, window, NESTED, "path", f"{outer}/{inner}", [outer], inner=inner)
        if states_401(model, windows):
            await _get(ctx, window, NESTED, "in parentheses", f"{outer}($select={inner})", [outer], inner=inner)


async def _get(ctx: Context, window: Window, purpose: str, name: str, text: str, wanted: Sequence[str], **note: Any) -> None:
    url = f"{window.url}?$select={encoded(text, nested=True)}&$top={TOP}"
    said = {"set": window.set, "name": name, "wanted": list(wanted), **note}
    await ctx.get(url, purpose=purpose, why=f"$select={text}", accept=JSON, group=window.set, note=said)


def _parts(model: CsdlModel, best: Sequence[Window]) -> tuple[Window, str, str] | None:
    """A property inside of a complex property that has another one, and a window with values of it."""
    for window in best:
        for column in columns(model, window):
            outer, slash, inner = column.path.partition("/")
            shown = [row[outer] for row in window.rows if isinstance(row.get(outer), dict)] if slash else []
            if shown and "/" not in inner and any(len(_names(value)) > 1 for value in shown):
                return window, outer, inner
    return None


def _names(value: Row) -> set[str]:
    return {name for name in value if "@" not in name and not name.startswith("#")}


@check("odata.select", of=SELECT, needs="odata", clause="OData 4.01 Part 1, 11.2.5.1; OData 4.01 Part 2, 5.1.4", severity="major")
def selected(exchange: Exchange, windows: Windows) -> Result:
    """$select shows the properties that were asked for, with their values.

    A service may show more than was asked for, even everything: then it is not to be seen whether it knows the option.
    Remedy: apply the list to what is written, and write it into the context URL; or answer 501.
    """
    name, wanted = str(exchange.note.get("name", "")), list(map(str, exchange.note.get("wanted", ())))
    return _judged(exchange, windows, name, wanted)


@check(
    "odata.select.nested",
    of=NESTED,
    needs="odata",
    clause="OData 4.01 Part 1, 11.2.5.1; 13.2.2; OData 4.01 Part 2, 5.1.4",
    severity="minor",
)
def selected_inside(exchange: Exchange, windows: Windows) -> Result:
    """$select reaches into complex properties, by a path and with options in parentheses.

    The part is shown with its value. The form in parentheses is asked for only where the service states 4.01.
    Remedy: apply the rest of the path, or the nested list, to the complex value.
    """
    name, wanted = str(exchange.note.get("name", "")), list(map(str, exchange.note.get("wanted", ())))
    return _judged(exchange, windows, name, wanted, str(exchange.note.get("inner", "")))


def _judged(exchange: Exchange, windows: Windows, name: str, wanted: Sequence[str], inner: str = "") -> Result:
    refused = refusal(exchange, name)
    listed, window = items(exchange), windows.of(str(exchange.note.get("set", "")))
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    if window is None:
        return no_window(name)
    known = {identity(row, window.key): row for row in window.rows}
    trimmed = []
    for row in listed:
        before = known.get(identity(row, window.key))
        gone = [part for part in wanted if part not in row or (inner and isinstance(row[part], dict) and inner not in row[part])]
        if gone:
            found = sorted(_names(row))
            return failed(
                "property_missing", expected=gone, found=found[:SHOWN], where=VALUE, location=name, query=query(exchange)
            )
        trimmed += [_trimmed(row, before, wanted[0] if wanted else "", inner)] if before is not None else []
    projected = "(" in str(control(body(exchange) or {}, "context") or "").partition("#")[2]
    if name != "*" and trimmed and not any(trimmed) and not projected:
        return not_applicable("shown_anyway", location=name)  # Part 1, 11.2.5: it may include properties not selected
    return passed(location=name, query=query(exchange)) if listed else not_applicable("too_few", location=name)


def _trimmed(row: Row, before: Row, outer: str, inner: str) -> bool:
    """Whether anything was left out of what the row shows otherwise."""
    if not inner:
        return _names(row) < _names(before)
    if _names(row) < _names(before):
        return True
    one, other = row.get(outer), before.get(outer)
    return isinstance(one, dict) and isinstance(other, dict) and _names(one) < _names(other)
