"""OData: which pages were read of a set, and what do they hold?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cpo_probe.sdk import Blocker, Exchange, Exchanges, Interface, Result, Results, untestable

from .window import REFUSED, Row, Window, Windows, body, control, identity, items, joined, windows_of

PAGE, REREAD, BEYOND, PLAIN = (f"odata.exchange.{name}" for name in ("page", "page-again", "beyond", "rows-again"))
ALL = (PAGE, REREAD, BEYOND, PLAIN)
MOST, PAGES, IDLE = 40, 6, 3


@dataclass(frozen=True, slots=True)
class Page:
    """One page as received. `rows`: None when the answer is no collection. `link`: as it stands there, None without one."""

    exchange: Exchange
    rows: list[Row] | None
    link: Any

    @property
    def target(self) -> str:
        """The next page, absolute (OData JSON 4.01, 4.3: relative to the context URL, else to the request); "" for no URL."""
        context = control(body(self.exchange) or {}, "context")
        asked = self.exchange.request.url
        base = (joined(asked, context) if isinstance(context, str) else "") or asked
        return joined(base, self.link) if isinstance(self.link, str) else ""


@dataclass(frozen=True, slots=True)
class Walk:
    """Pages in order. `wanted`: how many rows there are to come."""

    pages: tuple[Page, ...]
    wanted: int

    @property
    def ended(self) -> bool:
        """Whether the last page names no next one."""
        return bool(self.pages) and self.pages[-1].rows is not None and self.pages[-1].link is None

    @property
    def rows(self) -> list[Row]:
        return [row for page in self.pages for row in page.rows or ()]

    def keys(self, key: Iterable[str]) -> list[str]:
        names = tuple(key)
        return [identity(row, names) for row in self.rows]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(page.exchange.id for page in self.pages)


def page_of(exchange: Exchange) -> Page:
    return Page(exchange, items(exchange), control(body(exchange) or {}, "nextLink"))


def walk_of(exchanges: Iterable[Exchange], turn: int) -> Walk:
    """The walk of that turn (1, or 2 for the one that was made to be sure); a refusal of $top is passed over where more came."""
    pages = tuple(page_of(e) for e in exchanges if e.purpose == PAGE and e.note.get("turn") == turn)
    if len(pages) > 1 and pages[0].exchange.status in REFUSED:
        pages = pages[1:]
    return Walk(pages, int(pages[0].exchange.note.get("wanted", 0)) if pages else 0)


def wanted(window: Window) -> int:
    """How many rows are walked."""
    return min(len(window.rows), MOST)


def doubtful(walk: Walk, window: Window, beyond: Page | None, again: Page | None) -> bool:
    """Whether something is not as expected, so that it has to be looked at once more."""
    keys = walk.keys(window.key)
    known = {identity(row, window.key) for row in window.rows}
    moved = again is not None and again.rows is not None and _set(again.rows, window) != _set(walk.pages[1].rows or [], window)
    unseen = beyond is not None and any(identity(row, window.key) not in known for row in beyond.rows or ())
    whole = walk.ended and sorted(keys) == sorted(identity(row, window.key) for row in window.rows[: walk.wanted])
    return not whole or moved or unseen


def _set(rows: Iterable[Row], window: Window) -> set[str]:
    return {identity(row, window.key) for row in rows}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one set. `second`: the walk that was made to be sure, without pages when there was no doubt.

    `later`: the rows of the window as they were after all, None when they were not read again.
    """

    window: Window
    first: Walk
    second: Walk
    again: Page | None
    beyond: Page | None
    later: Window | None

    def keys(self, rows: Iterable[dict[str, object]]) -> list[str]:
        return [identity(row, self.window.key) for row in rows]

    @property
    def unchanged(self) -> bool:
        """Whether the set showed the same rows in the same order before and after."""
        return self.later is not None and self.keys(self.later.rows) == self.keys(self.window.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        later = self.later.exchanges if self.later else ()
        extra = tuple(page.exchange.id for page in (self.again, self.beyond) if page)
        return (*self.first.ids, *self.second.ids, *extra, *later)


def reads(exchanges: Exchanges, known: Windows, interface: Interface) -> list[Read]:
    """By set; sets of which the first page did not arrive are left out."""
    by_set: dict[str, list[Exchange]] = {}
    for one in exchanges:
        by_set.setdefault(str(one.note.get("set", "")), []).append(one)
    found = []
    for name, own in by_set.items():
        window, first = known.of(name), walk_of(own, 1)
        if window is None or known.model is None or not first.pages:
            continue
        single = {e.purpose: page_of(e) for e in own if e.purpose in (REREAD, BEYOND)}
        later = windows_of(known.model, interface.url, (e for e in own if e.purpose == PLAIN))
        read = Read(window, first, walk_of(own, 2), single.get(REREAD), single.get(BEYOND), later[0] if later else None)
        found.append(read)
    return found


def each(found: Iterable[Result]) -> Results:
    """What is said of each set that was read; where none was, that nothing answered."""
    return list(found) or untestable(Blocker.UNANSWERED)
