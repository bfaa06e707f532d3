"""OData: does $search keep what it promises: NOT, AND and OR of whatever the service takes for a match? Four requests."""

import re
from collections.abc import Iterator, Sequence

from cpo_probe.sdk import Context, CsdlModel, Evidence, Exchange, Result, check, not_applicable, passed, probe

from .query_answer import AGAIN, Difference, Later, malformed, no_window, query, received, refusal, settle, whole
from .query_stated import annotation, is_false, member
from .query_values import TEXT, columns, of
from .window import JSON, ROWS, Window, Windows, items, read_pages

SEARCH = "odata.query.search"
_WORD = re.compile(r"(?<!\w)[A-Za-z]{4,20}(?!\w)")
KEYWORDS = {"AND", "OR", "NOT"}


@probe(id="odata.search", needs="odata", purposes=(SEARCH, AGAIN), after="odata.window", cost=10)
async def search(ctx: Context) -> None:
    """A word of the data, NOT it, it and another one, one of both."""
    windows = ctx.fact(Windows)
    model, best = windows.model, windows.best()
    if model is None or not best:
        return
    for window in best:
        words = _words(model, window)
        if len(words) > 1 and _searchable(model, window.set):
            await _search(ctx, window, words)
            return


def _searchable(model: CsdlModel, name: str) -> bool:
    return not is_false(member(annotation(model, "Org.OData.Capabilities.V1.SearchRestrictions", name), "Searchable"))


def _words(model: CsdlModel, window: Window) -> list[str]:
    """Words that some rows have, rarest first."""
    counts: dict[str, int] = {}
    for row in _texts(model, window):
        for word in dict.fromkeys(_WORD.findall(row)):
            counts[word] = counts.get(word, 0) + (word not in KEYWORDS)
    return sorted((w for w, n in counts.items() if 0 < n < len(window.rows)), key=lambda w: (counts[w], w))


def _texts(model: CsdlModel, window: Window) -> Iterator[str]:
    shown = of(columns(model, window), TEXT)
    for position in range(len(window.rows)):
        yield " ".join(str(c.values[position]) for c in shown if c.values[position] is not None)


async def _search(ctx: Context, window: Window, words: Sequence[str]) -> None:
    one, other = words[len(words) // 2], words[-1]
    asked = (("word", one), ("NOT", f"NOT {one}"), ("AND", f"{one} AND {other}"), ("OR", f"{one} OR {other}"))
    made: list[Exchange] = []
    for name, text in asked:
        top = "" if window.complete else f"&$top={ROWS}"
        url = f"{window.url}?$search={text.replace(' ', '%20')}{top}"
        note = {"set": window.set, "name": name, **({"top": ROWS} if top else {})}
        made.append(await ctx.get(url, purpose=SEARCH, why=text, accept=JSON, group=window.set, note=note))
        if made[0].status != 200:
            return
    said = [judge(exchange, made, window, Later(())) for exchange in made]
    if any(one.outcome.value not in ("pass", "not_applicable") for one in said):
        await read_pages(ctx, window.set, AGAIN, asker="odata.search")


@check("odata.search", of=SEARCH, needs="odata", clause="OData 4.01 Part 1, 11.2.6.6; OData 4.01 Part 2, 5.1.8", severity="major")
def searched(exchange: Exchange, windows: Windows, later: Later, evidence: Evidence) -> Result:
    """NOT, AND and OR do in $search what they say.

    What matches a word is left to the service, if it matched everything. But NOT gives none of the rows of the word, and all
    others; AND gives some of them, OR at least them.
    Remedy: refuse $search with 501, or hand it to an index that knows the operators.
    """
    window = windows.of(str(exchange.note.get("set", "")))
    if window is None:
        return no_window(str(exchange.note.get("name", "")))
    others = evidence.select(purpose=SEARCH, interface=exchange.interface, group=exchange.group)
    return judge(exchange, tuple(others), window, later)


def judge(exchange: Exchange, all: Sequence[Exchange], window: Window, later: Later) -> Result:
    name = str(exchange.note.get("name", ""))
    refused = refusal(exchange, name)
    listed = items(exchange)
    if refused is not None:
        return refused
    if listed is None:
        return malformed(exchange, name)
    found = received(window, listed)
    word = next((e for e in all if e.note.get("name") == "word"), None)
    matched = items(word) if word is not None else None
    if name == "word" or word is None or matched is None:
        return passed(location=name, query=query(exchange)) if name == "word" else not_applicable("no_data", location=name)
    first = received(window, matched)
    difference = _difference(name, exchange, word, window, first, found)
    return passed(location=name, query=query(exchange)) if difference.none else settle(difference, window, later, exchange, name)


def _difference(
    name: str, exchange: Exchange, word: Exchange, window: Window, first: Sequence[str], found: tuple[str, ...]
) -> Difference:
    all = received(window, window.rows)
    match name:
        case "NOT":
            expected = tuple(id for id in all if id not in first)
            missing = [id for id in expected if id not in found] if whole(exchange) and whole(word) else []
            return Difference(expected, found, tuple(missing), tuple(id for id in found if id in first))
        case "AND":
            surplus = [id for id in found if id not in first] if whole(word) else []
            return Difference(tuple(first), found, (), tuple(surplus))
    missing = [id for id in first if id not in found] if whole(exchange) else []
    return Difference(tuple(first), found, tuple(missing), ())
