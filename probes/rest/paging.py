"""REST: can a list be read page by page, to its end? At most 43 requests per list.

The list is asked once as it is, then walked with a page size that makes about six pages, at most 40; if its stated
total needs more, only five pages are walked. At the end the first page is read twice more.
"""

from urllib.parse import unquote, urlsplit

from cpo_probe.sdk import Context, Exchange, Operation, paging, probe

from .asking import accepted, address, best, denied, may_read

PAGE, AGAIN = "rest.paging.page", "rest.paging.again"
MOST_PAGES, FEW_PAGES, WANTED_PAGES, BARREN = 40, 5, 6, 5


@probe(needs="openapi", id="rest.paging", purposes=(PAGE, AGAIN), after="rest.read", cost=MOST_PAGES + 3)
async def walk(ctx: Context, operation: Operation) -> None:
    """Read a list page by page, by the contract's parameters and by what the answers name as next."""
    if not may_read(ctx, operation) or operation.method != "GET":
        return
    controls = paging.controls(operation.parameters)
    if operation.template.rstrip("/").endswith("}") and not controls.any:
        return
    arguments = best(ctx, operation)
    if arguments is None:
        return
    asker = _Asker(ctx, operation)
    url = address(ctx, operation, arguments)
    whole = await asker.page(url, "as it is", {"role": "whole", "size": 0})
    page = paging.read(whole.response) if whole.response and 200 <= whole.status < 300 else None
    if denied(ctx, whole) or page is None or not (controls.any or page.next):
        return
    size = _size(page, controls)
    first = _first(url, controls, size)
    await _walk(asker, first, controls, size, _bound(page, size), bool(page.style))
    for turn in (1, 2):
        note = {"role": "again", "size": size, "step": turn}
        await asker.page(first, f"the first page again, {turn} of 2", note, purpose=AGAIN)


class _Asker:
    """Asks for pages of one list, all in one group."""

    def __init__(self, ctx: Context, operation: Operation) -> None:
        self._ctx, self._operation = ctx, operation
        self._group = f"paging:{ctx.interface.id}:{operation.id}"

    async def page(self, url: str, why: str, note: dict[str, object], purpose: str = PAGE) -> Exchange:
        return await self._ctx.get(
            url,
            purpose=purpose,
            why=why,
            accept=accepted(self._operation),
            operation=self._operation,
            group=self._group,
            note=note,
        )


def _size(page: paging.Page, controls: paging.Controls) -> int:
    """A page size that makes about six pages within the contract's bounds; 0 when the contract has no such parameter."""
    if not controls.size or not page.items:
        return 0
    wanted = -(-page.total // WANTED_PAGES) if page.total > 0 else len(page.items) // 3
    return max(controls.least, min(max(wanted, 2), controls.most or 200))


def _bound(page: paging.Page, size: int) -> int:
    """How many pages to walk: few when the end is out of reach anyway."""
    per_page = size or len(page.items) or 1
    return FEW_PAGES if page.total > per_page * MOST_PAGES else MOST_PAGES


def _first(url: str, controls: paging.Controls, size: int) -> str:
    changes = {controls.size: str(size)} if size else {}
    return paging.with_parameters(url, changes) if changes else url


def _path(url: str) -> str:
    return unquote(urlsplit(url).path)


async def _walk(asker: _Asker, first: str, controls: paging.Controls, size: int, bound: int, named: bool) -> None:
    """Page after page, until there is no next one, it was seen before, five bring nothing new, or the bound is reached."""
    url, asked, seen, barren, read = first, set[str](), set[str](), 0, 0
    for step in range(bound):
        asked.add(paging.place(url))
        note: dict[str, object] = {"role": "walk", "size": size, "step": step, "bound": bound}
        if _path(url) != _path(first):
            note["elsewhere"] = True  # a next link may lead to an address that the contract does not describe
        exchange = await asker.page(url, f"page {step + 1}", note)
        page = paging.read(exchange.response) if exchange.response and 200 <= exchange.status < 300 else None
        if page is None:
            return
        new = {paging.fingerprint(item) for item in page.items} - seen
        seen |= new
        read += len(page.items)
        barren = 0 if new else barren + 1
        named = named or bool(page.style)
        url = paging.following(exchange.request.url, page, controls, read, named=named)
        if not url or paging.place(url) in asked or barren >= BARREN:
            return
