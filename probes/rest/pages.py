"""REST: is what was read page by page all of it, each once, and did it end?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Exchanges,
    Operation,
    Plan,
    Result,
    Where,
    check,
    fact,
    failed,
    not_applicable,
    paging,
    passed,
    untestable,
)

from .paging import BARREN

OF = "rest.paging.*"


@dataclass(frozen=True)
class Step:
    """A page that was asked for; `page` is None when the answer is no list."""

    exchange: Exchange
    page: paging.Page | None

    @cached_property
    def prints(self) -> list[str]:
        return [paging.fingerprint(item) for item in self.page.items] if self.page else []


@dataclass(frozen=True, slots=True)
class Walk:
    """The list as it is, the pages in order, and the first page read again.

    `counted`: the pages are counted up by us, the answers name no next one. Pages past the end that only repeat what
    was there (some servers give the last page again) are then left out, and `clamped` says so.
    """

    whole: Step | None
    steps: tuple[Step, ...]
    again: tuple[Step, ...]
    controls: paging.Controls
    counted: bool
    clamped: bool

    @property
    def ids(self) -> list[str]:
        return [step.exchange.id for step in self.steps]

    @property
    def named(self) -> bool:
        """Whether the answers name their next page."""
        return any(step.page and step.page.style for step in (self.whole, *self.steps) if step)

    @property
    def read(self) -> int:
        return sum(len(step.prints) for step in self.steps)

    @property
    def next(self) -> str:
        """Where the last page says that it goes on; "" when the list ended."""
        last = self.steps[-1]
        if not last.page:
            return ""
        return paging.following(last.exchange.request.url, last.page, self.controls, self.read, named=self.named)

    @property
    def ended(self) -> bool:
        return all(step.page for step in self.steps) and (self.clamped or not (self.next or self._elsewhere or self._untold))

    @property
    def _untold(self) -> bool:
        """Nobody says how the list goes on: no answer names a next page in a way that is known here, nothing can be counted up,
        and there may well be more: the page is as full as it was asked to be, or the contract has a cursor."""
        if self.named or self.controls.offset or self.controls.page:
            return False
        last = self.steps[-1]
        size = int(last.exchange.note.get("size", 0))
        if last.page and last.page.total >= 0 and self.read >= last.page.total:
            return False
        return bool(self.read) and (bool(self.controls.cursor) or 0 < size <= len(last.prints))

    @property
    def _elsewhere(self) -> bool:
        """The last page names a next one that could not be followed."""
        last = self.steps[-1].page
        return last is not None and bool(last.next)

    @property
    def quiet(self) -> bool:
        """Whether the first page was the same before and after, and the total never moved: nobody changed the data."""
        totals = {step.page.total for step in (*self.steps, *self.again) if step.page}
        return len(self.again) > 0 and all(step.prints == self.steps[0].prints for step in self.again) and len(totals) == 1


class Walks:
    """Keeps the walk that was read last, since all checks of a group ask for it in turn."""

    def __init__(self) -> None:
        self._last: tuple[Exchanges, Walk | Result] | None = None

    def of(self, exchanges: Exchanges, operation: Operation) -> Walk | Result:
        if self._last is None or self._last[0] is not exchanges:
            self._last = exchanges, _walk(exchanges, operation)
        return self._last[1]


@fact
def walks() -> Walks:
    """The walks through the lists of one interface."""
    return Walks()


def _walk(exchanges: Exchanges, operation: Operation) -> Walk | Result:
    """The walk, or why there is nothing to judge."""
    whole: Step | None = None
    steps, again = [], []
    for exchange in exchanges:
        page = paging.read(exchange.response) if exchange.response and 200 <= exchange.status < 300 else None
        step = Step(exchange, page)
        match exchange.note.get("role"):
            case "whole":
                whole = step
            case "walk":
                steps.append(step)
            case "again":
                again.append(step)
    if not steps:
        return not_applicable("no_paging", exchanges=[whole.exchange.id] if whole else [])
    if steps[0].page is None:
        return not_applicable("no_list", exchanges=[steps[0].exchange.id])
    controls = paging.controls(operation.parameters)
    counted = not any(step.page and step.page.style for step in (whole, *steps) if step)
    barren = _barren(steps)
    if counted and barren >= BARREN and len(steps) > barren > 0:
        return Walk(whole, tuple(steps[:-barren]), tuple(again), controls, counted, True)
    return Walk(whole, tuple(steps), tuple(again), controls, counted, False)


@check(
    "rest.paging.works", of=OF, per="group", needs="openapi", clause="RFC 8288, 3; OpenAPI, Parameter Object", severity="major"
)
def works(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """The second page is another one than the first.

    A paging parameter that is accepted and ignored gives the same page for ever; a next link that is refused leaves the
    rest of the list out of reach.
    Remedy: use the parameter in the query, or refuse it; serve every address that an answer names as next.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    first, *rest = walk.steps
    if not rest:
        return not_applicable("one_page", exchanges=walk.ids)
    second = rest[0]
    ids = [first.exchange.id, second.exchange.id]
    if second.page is None:
        if first.page and (first.page.next or first.page.total > len(first.page.items)):
            return failed(
                "next_refused", expected=200, found=second.exchange.status, where=Where("response.status"), exchanges=ids
            )
        return not_applicable("one_page", exchanges=ids)
    if first.prints and first.prints == second.prints:
        if not all(map(paging.identity, second.page.items)):
            return not_applicable("items_without_identity", exchanges=ids)
        where = Where("response.body", pointer=second.page.pointer)
        return failed(
            "same_page", expected="other items", found=paging.identity(second.page.items[0]), where=where, exchanges=ids
        )
    return passed(exchanges=ids)


@check(
    "rest.paging.terminates",
    of=OF,
    per="group",
    needs="openapi",
    clause="RFC 8288, 3.3; IANA link relation `next`",
    severity="major",
)
def terminates(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """Paging comes to an end.

    A next link that leads back, or a cursor that always comes again with nothing new behind it, keeps a client busy for ever.
    Remedy: leave out the next link and the cursor on the last page.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    if walk.counted and (walk.clamped or _ignored(walk)):
        return not_applicable("counted_by_client", exchanges=walk.ids[:2])
    asked: set[str] = set()
    for step in walk.steps:
        asked.add(paging.place(step.exchange.request.url))
        target = _named_next(step, walk.controls)
        if target and paging.place(target) in asked:
            code = "leads_to_itself" if paging.place(target) == paging.place(step.exchange.request.url) else "leads_back"
            return failed(
                code,
                expected="another page, or none",
                found=paging.place(target),
                where=_where_next(step),
                exchanges=[step.exchange.id],
            )
    barren = _barren(walk.steps)
    if barren >= BARREN and walk.next:
        return failed(
            "nothing_new", expected="an end", found=barren, where=_where_next(walk.steps[-1]), exchanges=walk.ids[-BARREN:]
        )
    if walk.ended:
        return passed(exchanges=walk.ids[:1] + walk.ids[-1:])
    if walk.next:
        return untestable(Blocker.OUT_OF_SCOPE, pages=len(walk.steps))
    return not_applicable("broken_off", exchanges=walk.ids[-1:])


def _named_next(step: Step, controls: paging.Controls) -> str:
    """Where the answer itself says that it goes on."""
    if step.page is None or not step.page.next:
        return ""
    return paging.following(step.exchange.request.url, step.page, controls, 0, named=True)


def _where_next(step: Step) -> Where:
    if step.page and step.page.style == "link":
        return Where("response.header", "link")
    return Where("response.body", pointer=step.page.next_pointer if step.page else "")


def _barren(steps: Sequence[Step]) -> int:
    """How many pages at the end brought nothing new."""
    seen: set[str] = set()
    barren = 0
    for step in steps:
        new = set(step.prints) - seen
        seen |= new
        barren = 0 if new else barren + 1
    return barren


@check("rest.paging.unique", of=OF, per="group", needs="openapi", clause="ISO/IEC 25012, consistency", severity="major")
def unique(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """No item comes twice.

    Judged on items that carry an identifier and are equal in every member. A list without a fixed order shows items on
    two pages, and others on none. If the data moved meanwhile, nothing is said.
    Remedy: order by a unique key, and page by that key.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    if _ignored(walk):
        return not_applicable("parameter_ignored", exchanges=walk.ids[:2])
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for step in walk.steps:
        for item, mark in zip(step.page.items if step.page else (), step.prints, strict=True):
            name = paging.identity(item)
            if name:
                counts[mark] += 1
                names[mark] = name
    if not counts:
        return not_applicable("items_without_identity", exchanges=walk.ids[:1])
    if len(walk.steps) < 2:
        return not_applicable("one_page", exchanges=walk.ids)
    twice = [names[mark] for mark, n in counts.items() if n > 1]
    if not twice:
        return passed(exchanges=walk.ids)
    if not walk.quiet:
        return untestable(Blocker.WINDOW)
    where = Where("response.body", pointer=walk.steps[0].page.pointer if walk.steps[0].page else "")
    return failed("duplicates", expected=0, found=len(twice), where=where, exchanges=walk.ids, items=twice[:5])


def _ignored(walk: Walk) -> bool:
    return len(walk.steps) > 1 and bool(walk.steps[0].prints) and walk.steps[0].prints == walk.steps[1].prints


@check("rest.paging.complete", of=OF, per="group", needs="openapi", clause="ISO/IEC 25012, completeness", severity="critical")
def complete(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """All pages together hold everything.

    Compared with the total that the server states, or with the whole list where it is handed out without paging. What
    is missing is lost in every export and migration. Said only if the end was reached and the data kept still.
    Remedy: order by a unique key; count and list by the same filter.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    if _ignored(walk):
        return not_applicable("parameter_ignored", exchanges=walk.ids[:2])
    if not walk.ended:
        return untestable(Blocker.OUT_OF_SCOPE, pages=len(walk.steps))
    if not walk.quiet:
        return untestable(Blocker.WINDOW)
    prints = [mark for step in walk.steps for mark in step.prints]
    named = all(paging.identity(item) for step in walk.steps if step.page for item in step.page.items)
    count = len(set(prints)) if named else len(prints)
    total = walk.steps[0].page.total if walk.steps[0].page else -1
    where = Where("response.body")
    if total >= 0 and count != total:
        if total == len(walk.steps):
            return not_applicable("total_counts_pages", exchanges=walk.ids)
        code = "items_missing" if count < total else "more_than_total"
        return failed(code, expected=total, found=count, where=where, exchanges=walk.ids)
    whole = walk.whole.page if walk.whole else None
    if whole is not None and walk.whole is not None:
        lost = set(walk.whole.prints) - set(prints)
        if lost and named:
            cited = [walk.whole.exchange.id, *walk.ids]
            kept = sum(mark not in lost for mark in walk.whole.prints)
            return failed("items_missing", expected=len(whole.items), found=kept, where=where, exchanges=cited)
        if total < 0 and not whole.next and len(walk.steps) > 1 and count == len(whole.items):
            return passed(exchanges=[walk.whole.exchange.id, *walk.ids])
    if total < 0:
        return not_applicable("total_unknown", exchanges=walk.ids[:1])
    return passed(exchanges=walk.ids)


@check("rest.paging.stable", of=OF, per="group", needs="openapi", clause="ISO/IEC 17025, 7.2.2", severity="major")
def stable(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """A page read again is the same page.

    The first page is read once more after the walk, twice in a row. If these two differ although they hold nothing but
    known items, the order is not fixed; if new items appear, the data moved and nothing is said.
    Remedy: order every list by a unique key.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    if len(walk.again) < 2 or any(step.page is None for step in walk.again):
        return untestable(Blocker.NO_DATA)
    first, second, third = walk.steps[0], walk.again[0], walk.again[1]
    ids = [step.exchange.id for step in (first, second, third)]
    if first.prints == second.prints == third.prints:
        return passed(exchanges=ids)
    known = {mark for step in (*walk.steps, *([walk.whole] if walk.whole else [])) for mark in step.prints}
    moved = {step.page.total for step in (first, second, third) if step.page}
    if second.prints == third.prints or not set(second.prints + third.prints) <= known or len(moved) > 1:
        return untestable(Blocker.WINDOW)
    where = Where("response.body", pointer=third.page.pointer if third.page else "")
    return failed("order_moves", expected="the same items in the same order", found="others", where=where, exchanges=ids)


@check("rest.paging.size", of=OF, per="group", needs="openapi", clause="OpenAPI, Parameter Object", severity="minor")
def size(exchanges: Exchanges, operation: Operation, walks: Walks) -> Result:
    """A page holds no more items than asked for.

    A client that sizes its memory by the parameter is flooded. Fewer are allowed.
    Remedy: apply the size parameter, or refuse values that are not supported.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    sized = [step for step in walk.steps if step.page and int(step.exchange.note.get("size", 0)) > 0]
    if not sized:
        return not_applicable("no_size_parameter", exchanges=walk.ids[:1])
    for step in sized:
        asked = int(step.exchange.note["size"])
        if len(step.prints) > asked:
            where = Where("response.body", pointer=step.page.pointer if step.page else "")
            return failed("larger_than_asked", expected=asked, found=len(step.prints), where=where, exchanges=[step.exchange.id])
    return passed(exchanges=[step.exchange.id for step in sized])


@check("rest.paging.links-in-scope", of=OF, per="group", needs="openapi", clause="RFC 9110, 4.2.2; 7.1", severity="major")
def links_in_scope(exchanges: Exchanges, operation: Operation, plan: Plan, walks: Walks) -> Result:
    """Next links lead to the host that was asked.

    A server that knows itself by an inner name sends clients to a host that they cannot reach, or to a stranger with
    their credentials. Hosts that the profile names as part of the system are fine.
    Remedy: build links from the request's Host (or Forwarded) field, or relative ones.
    """
    walk = walks.of(exchanges, operation)
    if isinstance(walk, Result):
        return walk
    linked = [s for s in (walk.whole, *walk.steps) if s and s.page and s.page.style in ("link", "url")]
    if not linked:
        return not_applicable("no_links", exchanges=walk.ids[:1])
    for step in linked:
        here = paging.origin(step.exchange.request.url)
        there = _origin(step)
        if here != there and there.partition("://")[2] not in plan.target.scope.hosts:
            return failed("other_host", expected=here, found=there, where=_where_next(step), exchanges=[step.exchange.id])
    return passed(exchanges=[step.exchange.id for step in linked[:5]])


def _origin(step: Step) -> str:
    """Who the next link leads to; the link itself when it is no URL."""
    target = step.page.next if step.page else ""
    try:
        return paging.origin(urljoin(step.exchange.request.url, target))
    except ValueError:
        return target
