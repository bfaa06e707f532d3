"""OData: what is to be said about the pages that were read?"""

from urllib.parse import urlsplit

from cpo_probe.sdk import (
    Blocker,
    Exchanges,
    Interface,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    untestable,
)

from .exchange_shared import APPLIED, BODY, STATUS, preferences, refused
from .exchange_walks import ALL, IDLE, PAGES, Read, each, reads
from .window import Windows

PART1 = "OData 4.01 Part 1, "
SHOWN = 5
PUT_OFF = (401, 403, 429, 503)
"""Who asks for many pages may be told to wait, or be logged out in between."""


def _unread(read: Read) -> Result | None:
    """What to say where the first page is no collection, or was refused."""
    first = read.first.pages[0]
    if first.rows is not None:
        return None
    found = refused(first.exchange, read.window.set)
    return found or not_applicable("other_answer", location=read.window.set, status=first.exchange.status)


@check(
    "odata.paging.next-link",
    of=ALL,
    per="interface",
    needs="odata",
    clause=PART1 + "11.2.6.7; 13.1.1; OData JSON 4.01, 4.5.5",
    severity="critical",
)
def next_links(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """Who gets only a part of the rows gets a link to the next part.

    The first rows of a set were asked for in small pages, and behind the last row of a set that seemed complete for one more
    row. An answer that holds fewer rows than there are has to name the next page, and that page has to answer. Judged is what
    shows itself at the second reading too.
    Remedy: write nextLink whenever rows are left, also where a limit of the server cut them off; answer every link that is given.
    """
    return each(_next_link(read) for read in reads(exchanges, known, interface))


def _next_link(read: Read) -> Result:
    place, pages = read.window.set, read.first.pages
    if unread := _unread(read):
        return unread
    for page in pages:
        if page.link is not None and not page.target:
            where = Where("response.body", pointer="/@odata.nextLink")
            return failed(
                "malformed", expected="a URL", found=page.link, where=where, location=place, exchanges=[page.exchange.id]
            )
    if pages[-1].rows is None:
        return _dead_end(read)
    count = len(set(read.first.keys(read.window.key)))
    if read.first.ended and count < read.first.wanted:
        if not (read.unchanged and read.second.ended and len(set(read.second.keys(read.window.key))) < read.first.wanted):
            return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
        return failed("cut_without_link", expected=read.first.wanted, found=count, where=BODY, location=place, exchanges=read.ids)
    if read.beyond is not None and (
        unseen := [k for k in read.keys(read.beyond.rows or ()) if k not in read.keys(read.window.rows)]
    ):
        if not read.unchanged:
            return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
        rows = len(read.window.rows)
        return failed("more_behind", expected=rows, found=unseen[0], where=BODY, location=place, exchanges=read.ids)
    if len(pages) > 1 or (read.beyond is not None and read.beyond.rows == []):
        return passed(location=place, exchanges=read.ids)
    return not_applicable("one_page", location=place, exchanges=read.ids)


def _dead_end(read: Read) -> Result:
    """A link that leads to no page."""
    place, last = read.window.set, read.first.pages[-1]
    n = len(read.first.pages)
    repeated = read.second.pages[n - 1] if len(read.second.pages) >= n else None
    if any(page is not None and page.exchange.status in PUT_OFF for page in (last, repeated)):
        return untestable(Blocker.UNANSWERED, location=place, exchanges=read.ids)
    if repeated is None or repeated.rows is not None:
        return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
    if last.exchange.status == 200:
        found = last.exchange.media_type or "no media type"
        return failed("malformed", expected="a list", found=found, where=BODY, location=place, exchanges=read.ids)
    return failed("next_refused", expected=200, found=last.exchange.status, where=STATUS, location=place, exchanges=read.ids)


@check(
    "odata.paging.terminates",
    of=ALL,
    per="interface",
    needs="odata",
    clause=PART1 + "11.2.6.7",
    severity="critical",
)
def terminates(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """The links to the next page come to an end.

    No page names itself or one that was read before, and three pages in a row do not all show what was shown before. Pages
    without rows are allowed. At most six pages are read.
    Remedy: let the last page be without nextLink, and make the token of the next page from the last row of this one.
    """
    return each(_terminates(read) for read in reads(exchanges, known, interface))


def _terminates(read: Read) -> Result:
    place, pages = read.window.set, read.first.pages
    if unread := _unread(read):
        return unread
    asked: list[tuple[str, str]] = []
    seen: set[str] = set()
    idle = 0
    for page in pages:
        asked.append(_path(page.exchange.request.url))
        target = _path(page.target) if page.target else None
        if target in asked:
            code = "leads_to_itself" if target == asked[-1] else "leads_back"
            where = Where("response.body", pointer="/@odata.nextLink")
            return failed(code, found=page.link, where=where, location=place, exchanges=[page.exchange.id])
        keys = set(read.keys(page.rows or ()))
        idle = 0 if keys - seen else idle + bool(keys)
        seen |= keys
    if idle >= IDLE and not read.first.ended:
        return failed("nothing_new", found=idle, where=BODY, location=place, exchanges=read.ids)
    if not read.first.ended:
        return _unfinished(read)
    if len(pages) < 2:
        return not_applicable("one_page", location=place, exchanges=read.ids)
    return passed(location=place, exchanges=read.ids)


def _path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.path, parts.query


def _unfinished(read: Read) -> Result:
    """The walk broke off: bounded by us, or by a page that did not answer."""
    empty = all(page.rows == [] for page in read.first.pages[-IDLE:])
    reason = Blocker.OUT_OF_SCOPE if len(read.first.pages) >= PAGES or empty else Blocker.UNANSWERED
    return untestable(reason, location=read.window.set, exchanges=read.ids)


@check("odata.paging.unique", of=ALL, per="interface", needs="odata", clause=PART1 + "11.2.6.7", severity="major")
def unique(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """No entity comes twice on the pages of a set.

    Entities are told apart by their key. What came twice was asked for once more, after which the set still showed the same rows.
    Remedy: sort by something unique before pages are cut, and begin the next page behind the last row of this one.
    """
    return each(_unique(read) for read in reads(exchanges, known, interface))


def _unique(read: Read) -> Result:
    place = read.window.set
    if unread := _unread(read):
        return unread
    if len(read.first.pages) < 2:
        return not_applicable("one_page", location=place, exchanges=read.ids)
    twice = _twice(read.first.keys(read.window.key))
    if not twice:
        return passed(location=place, exchanges=read.ids)
    if not (read.unchanged and _twice(read.second.keys(read.window.key))):
        return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
    said = {"found": len(twice), "items": twice[:SHOWN]}
    return failed("duplicates", where=BODY, location=place, exchanges=read.ids, **said)


def _twice(keys: list[str]) -> list[str]:
    return sorted({key for key in keys if key and keys.count(key) > 1})


@check("odata.paging.complete", of=ALL, per="interface", needs="odata", clause=PART1 + "11.2.6.7; 11.2.6.3", severity="major")
def complete(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """All pages together are what was asked for, no less and no more.

    Asked for were the first rows of the set, at most 40, with $top; they are known from a reading before. Without $orderby the
    service has to keep one order across requests with $top. Where others came, the pages were walked and the rows read once more.
    Remedy: cut the pages from one sorted result, and keep $top, $filter and everything else in the link to the next page.
    """
    return each(_complete(read) for read in reads(exchanges, known, interface))


def _complete(read: Read) -> Result:
    place, walk = read.window.set, read.first
    if unread := _unread(read):
        return unread
    if walk.pages[-1].link is None and len(walk.pages) < 2:
        return not_applicable("one_page", location=place, exchanges=read.ids)
    came, known = set(walk.keys(read.window.key)), read.keys(read.window.rows)
    if len(came) > walk.wanted and len(set(read.second.keys(read.window.key))) > walk.wanted:
        return failed("larger_than_asked", expected=walk.wanted, found=len(came), where=BODY, location=place, exchanges=read.ids)
    if not walk.ended:
        return _unfinished(read)
    missing = [key for key in known[: walk.wanted] if key not in came]
    if not missing:
        return passed(location=place, exchanges=read.ids)
    if not (read.unchanged and set(read.second.keys(read.window.key)) == came):
        return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
    said = {"expected": walk.wanted, "found": len(came), "missing": missing[:SHOWN]}
    return failed("rows_missing", where=BODY, location=place, exchanges=read.ids, **said)


@check("odata.paging.max-page-size", of=ALL, per="interface", needs="odata", clause=PART1 + "8.2.8.5", severity="minor")
def max_page_size(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """A page holds no more rows than the client prefers, where the service says that it follows the preference.

    The preference maxpagesize may be ignored; a service that states it in Preference-Applied has followed it, and so has one that
    makes such pages.
    Remedy: cut pages to the smaller of the own limit and maxpagesize, and state in Preference-Applied what was applied.
    """
    return each(_max_page_size(read) for read in reads(exchanges, known, interface))


def _max_page_size(read: Read) -> Result:
    place, pages = read.window.set, read.first.pages
    if unread := _unread(read):
        return unread
    asked = int(preferences(pages[0].exchange.request.header("prefer")).get("maxpagesize", "0"))
    for page in pages:
        stated = preferences(page.exchange.header("preference-applied")).get("maxpagesize", "")
        if stated.isdecimal() and len(page.rows or ()) > int(stated):
            said = {"expected": int(stated), "found": len(page.rows or ())}
            return failed("larger_than_asked", where=APPLIED, location=place, exchanges=[page.exchange.id], **said)
    if any(len(page.rows or ()) > asked for page in pages):
        return not_applicable("preference_ignored", location=place, exchanges=read.ids)
    if len(pages) < 2:
        return not_applicable("too_few", location=place, exchanges=read.ids)
    return passed(location=place, exchanges=read.ids)


@check("odata.paging.stable", of=ALL, per="interface", needs="odata", clause=PART1 + "11.2.6.7; 11.2.6.3", severity="major")
def stable(exchanges: Exchanges, known: Windows, interface: Interface) -> Results:
    """The same link leads to the same rows.

    The second page was read twice. Where other rows came, the set was read once more and still showed the same rows as before.
    A link that is spent after the first time is not judged.
    Remedy: sort by something unique before pages are cut; keep no state of the walk in the server.
    """
    return each(_stable(read) for read in reads(exchanges, known, interface))


def _stable(read: Read) -> Result:
    place, again = read.window.set, read.again
    if again is None or len(read.first.pages) < 2:
        return _unread(read) or not_applicable("one_page", location=place, exchanges=read.ids)
    if again.rows is None or read.first.pages[1].rows is None:
        return not_applicable("link_spent", location=place, exchanges=[again.exchange.id], status=again.exchange.status)
    before, after = set(read.keys(read.first.pages[1].rows)), set(read.keys(again.rows))
    if before == after:
        return passed(location=place, exchanges=read.ids)
    if not read.unchanged:
        return untestable(Blocker.WINDOW, location=place, exchanges=read.ids)
    said = {"expected": sorted(before - after)[:SHOWN], "found": sorted(after - before)[:SHOWN]}
    return failed("page_differs", where=BODY, location=place, exchanges=read.ids, **said)
