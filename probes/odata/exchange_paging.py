"""OData: do the pages of a set lead to its end, and are they the whole? At most two sets, 22 requests for each.

Asked are the first 40 rows in pages of a quarter of them, by the preference maxpagesize; that much is known of the set from the
rows that were read before. What is not as expected is walked once more, and the rows are read once more: data that changes
meanwhile is no finding.
"""

from urllib.parse import urlsplit

from cpo_probe.sdk import Context, probe

from .exchange_shared import JSON, best
from .exchange_walks import ALL, BEYOND, IDLE, PAGE, PAGES, PLAIN, REREAD, Page, Walk, doubtful, page_of, wanted
from .window import REFUSED, Window, identity, next_link, read_pages

SETS = 2


@probe(needs="odata", id="odata.paging", purposes=ALL, after="odata.window", cost=SETS * (2 * (PAGES + 1) + 2 + 6))
async def pages(ctx: Context) -> None:
    """The first 40 rows in four pages or so; what lies behind the last row of a set; where there is doubt, all of it again."""
    for window in best(ctx, 2)[:SETS]:
        await _set_of(ctx, window)


async def _set_of(ctx: Context, window: Window) -> None:
    walk = await _walk(ctx, window, 1)
    again = beyond = None
    if len(walk.pages) > 1:
        second = walk.pages[1].exchange
        why, note = f"the second page of {window.set} once more", {"set": window.set}
        headers = _prefer(walk.wanted)
        again = page_of(await ctx.get(second.request.url, purpose=REREAD, why=why, accept=JSON, headers=headers, note=note))
    if window.complete:
        why, note = f"is there anything behind the last row of {window.set}?", {"set": window.set}
        url = f"{window.url}?$skip={len(window.rows)}&$top=1"
        beyond = page_of(await ctx.get(url, purpose=BEYOND, why=why, accept=JSON, note=note))
    if doubtful(walk, window, beyond, again):
        await _walk(ctx, window, 2)
        await read_pages(ctx, window.set, PLAIN)


def _prefer(rows: int) -> tuple[tuple[str, str], ...]:
    """Pages of a quarter."""
    return (("Prefer", f"odata.maxpagesize={-(-rows // 4)}"),)


async def _walk(ctx: Context, window: Window, turn: int) -> Walk:
    """From page to page; where $top is refused, over the whole set if it is small."""
    most = wanted(window)
    walk = await _from(ctx, window, turn, f"{window.url}?$top={most}", most)
    if walk.pages[0].exchange.status in REFUSED and window.complete:
        return await _from(ctx, window, turn, window.url, len(window.rows))
    return walk


async def _from(ctx: Context, window: Window, turn: int, url: str, most: int) -> Walk:
    """Until the end, a page that was read before, or three pages that bring nothing new."""
    found: list[Page] = []
    home, asked, known, idle = urlsplit(ctx.interface.url), set[str](), set[str](), 0
    while url and url not in asked and len(found) < PAGES and idle < IDLE:
        asked.add(url)
        note = {"set": window.set, "turn": turn, "wanted": most, "page": len(found) + 1}
        why = f"page {len(found) + 1} of {window.set}" + (", once more" if turn > 1 else "")
        page = page_of(await ctx.get(url, purpose=PAGE, why=why, accept=JSON, headers=_prefer(most), note=note))
        found.append(page)
        keys = {identity(row, window.key) for row in page.rows or ()}
        idle = 0 if keys - known else idle + 1
        known |= keys
        url = next_link(ctx.interface, page.exchange) or _ours(page.target, home.scheme, home.netloc)
    return Walk(tuple(found), most)


def _ours(target: str, scheme: str, netloc: str) -> str:
    """A link that leads elsewhere, asked for at the host that was asked."""
    there = urlsplit(target)
    return there._replace(scheme=scheme, netloc=netloc, fragment="").geturl() if there.scheme in ("http", "https") else ""
