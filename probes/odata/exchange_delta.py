"""OData: where the service tracks changes, does its delta link lead to the changes? At most two sets, seven requests for each."""

from dataclasses import dataclass, field
from typing import Any

from cpo_probe.sdk import (
    Blocker,
    Context,
    Exchange,
    Exchanges,
    Result,
    Results,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    probe,
    untestable,
)

from .address_claims import CAPABILITIES, claim, says
from .exchange_shared import APPLIED, BODY, JSON, STATUS, best, member, of_first, preferences, refused
from .exchange_walks import page_of
from .metadata import Odata
from .window import Window, body, control, identity, items, next_link

TRACK, CHANGES = "odata.exchange.delta", "odata.exchange.delta-link"
SETS, PAGES, TOP = 2, 6, 5
PREFER = (("Prefer", "odata.track-changes, track-changes, odata.maxpagesize=1000"),)
"""By both names: a service of 4.01 need not know the one of 4.0 (8.2.8.9), and what is unknown is ignored (RFC 7240, 2)."""


@probe(needs="odata", id="odata.delta", purposes=(TRACK, CHANGES), after="odata.window", cost=SETS * (PAGES + 1))
async def delta(ctx: Context) -> None:
    """The rows of a set with the preference to track changes, to the last page; what the delta link leads to."""
    api = ctx.fact(Odata)
    windows = best(ctx)
    tracked = [window for window in windows if _promised(api, window.set)]
    small = [window for window in tracked if window.complete]  # their last page, which has the link, can be reached
    for window in (small or tracked[:1] or windows[:1])[:SETS]:
        await _track(ctx, api, window)


def _promised(api: Odata, name: str) -> bool:
    """Whether the metadata states that changes of the set are tracked."""
    value = claim(api.model, f"{CAPABILITIES}.ChangeTracking", name) if api.model else None
    return says(member(value, "Supported")) is True


async def _track(ctx: Context, api: Odata, window: Window) -> None:
    """A set as a whole when it is small, or when its changes are promised; of others the first entity.

    A delta link may not be limited by $top (11.3.1), and nothing is promised of what a filter leaves of a set.
    """
    whole = window.complete or api.model is None or _promised(api, window.set)
    query = "" if whole or api.model is None else of_first(api.model, window) or f"$top={TOP}"
    url, asked = f"{window.url}?{query}".rstrip("?"), set[str]()
    while url and url not in asked and len(asked) < PAGES:
        asked.add(url)
        note = {"set": window.set, "key": list(window.key), "page": len(asked)}
        why = f"page {len(asked)} of {window.set}, with changes tracked"
        page = await ctx.get(url, purpose=TRACK, why=why, accept=JSON, headers=PREFER, note=note)
        link = control(body(page) or {}, "deltaLink")
        if isinstance(link, str) and link:
            target = _ours(ctx, page, link)
            if target:
                why = f"what has changed in {window.set}?"
                await ctx.get(target, purpose=CHANGES, why=why, accept=JSON, headers=PREFER, note=note)
            return
        url = next_link(ctx.interface, page)


def _ours(ctx: Context, page: Exchange, link: str) -> str:
    """The delta link resolved; "" when it leaves the service."""
    target = type(page_of(page))(page, None, link).target
    return target if target.startswith(f"{ctx.interface.url}/") else ""


@check(
    "odata.delta",
    of=(TRACK, CHANGES),
    per="interface",
    needs="odata",
    clause="OData 4.01 Part 1, 8.2.8.9; 11.3; OData JSON 4.01, 4.5.7; 15",
    severity="major",
)
def delta_link(exchanges: Exchanges, api: Odata) -> Results:
    """Where changes are tracked, the last page has a delta link, and it leads to the changes.

    Asked with the preference track-changes. A service that applies it says so in Preference-Applied; its delta link, which stands
    in place of the link to the next page, answers with a list whose context URL ends in $delta. Tracking changes is optional,
    unless the metadata states ChangeTracking of the set.
    Remedy: give a delta link only where it works, state the preference as applied, and answer the link in the format of deltas.
    """
    by_set: dict[str, Tracked] = {}
    for one in exchanges:
        by_set.setdefault(str(one.note.get("set", "")), Tracked()).add(one)
    return [_judged(name, own, api) for name, own in by_set.items()] or untestable(Blocker.UNANSWERED)


@dataclass(slots=True)
class Tracked:
    """What was asked of one set: the first page and the last one, and what the delta link led to; pages may be large."""

    ids: list[str] = field(default_factory=list)
    first: Exchange | None = None
    last: Exchange | None = None
    applied: bool = False
    answer: Exchange | None = None

    def add(self, one: Exchange) -> None:
        self.ids.append(one.id)
        if one.purpose == TRACK:
            self.first, self.last = self.first or one, one
            self.applied = self.applied or "track-changes" in preferences(one.header("preference-applied"))
        elif self.answer is None:
            self.answer = one


def _judged(name: str, own: Tracked, api: Odata) -> Result:
    ids, applied, answer = own.ids, own.applied, own.answer
    if own.first is None or own.last is None:
        return untestable(Blocker.UNANSWERED, location=name)
    if found := refused(own.first, name):
        return found
    last = body(own.last) or {}
    link = control(last, "deltaLink")
    said: dict[str, Any] = {"expected": "Preference-Applied: track-changes", "where": APPLIED}
    if link is None:
        # nothing is promised of a part of the set (ChangeTracking, FilterableProperties)
        promised = _promised(api, name) and "?" not in own.first.request.url
        if control(last, "nextLink") is not None:
            unseen = untestable(Blocker.OUT_OF_SCOPE, location=name, exchanges=ids)
            return failed("missing", location=name, exchanges=ids, **said) if promised and not applied else unseen
        if applied or promised:
            return failed("no_delta_link", expected="@odata.deltaLink", where=BODY, location=name, exchanges=ids)
        return not_applicable("not_supported", location=name, status=own.last.status, exchanges=ids)
    pointer = Where("response.body", pointer="/@odata.deltaLink")
    if not isinstance(link, str) or not link:
        return failed("malformed", expected="a URL", found=link, where=pointer, location=name, exchanges=ids)
    if control(last, "nextLink") is not None:
        return failed("both_links", where=pointer, location=name, exchanges=ids)
    if not applied:
        return failed("missing", location=name, exchanges=ids, **said)
    if answer is None:
        return untestable(Blocker.OUT_OF_SCOPE, location=name, exchanges=ids)
    return _answer(name, answer, ids)


def _answer(name: str, answer: Exchange, ids: list[str]) -> Result:
    """What the delta link leads to."""
    if answer.status in (429, 503):
        return not_applicable("other_answer", location=name, status=answer.status, exchanges=ids)
    if answer.status != 200:
        return failed("delta_refused", expected=200, found=answer.status, where=STATUS, location=name, exchanges=ids)
    rows, context = items(answer), control(body(answer) or {}, "context")
    if rows is None:
        found = answer.media_type or "no media type"
        return failed("malformed", expected="a list", found=found, where=BODY, location=name, exchanges=ids)
    if not (isinstance(context, str) and context.endswith("$delta")):
        where = Where("response.body", pointer="/@odata.context")
        found = context or "nothing"
        return failed("no_delta_context", expected="...$delta", found=found, where=where, location=name, exchanges=ids)
    key = tuple(answer.note.get("key", ()))
    for n, row in enumerate(rows):
        if not (identity(row, key) or control(row, "id") or "id" in row or "source" in row):
            where = Where("response.body", pointer=f"/value/{n}")
            return failed("malformed", expected="id or key", found=sorted(row)[:5], where=where, location=name, exchanges=ids)
    return passed(location=name, exchanges=ids)


@check(
    "odata.delta.continues",
    of=CHANGES,
    needs="odata",
    clause="OData 4.01 Part 1, 11.3.3; 8.2.8.9",
    severity="minor",
)
def continues(exchange: Exchange) -> Result:
    """Who goes on tracking changes finds the next delta link behind the last change.

    The delta link is asked with the preference track-changes, too. A service that applies it ends the last page of the changes,
    or the empty list of them, with the link for what changes from then on.
    Remedy: end each answer to a delta link with the next delta link, or do not state the preference as applied.
    """
    name, said = str(exchange.note.get("set", "")), body(exchange)
    if said is None or not isinstance(said.get("value"), list):
        return not_applicable("other_answer", location=name, status=exchange.status)
    if control(said, "nextLink") is not None:
        return not_applicable("more_pages", location=name)
    if control(said, "deltaLink") is not None:
        return passed(location=name)
    if "track-changes" in preferences(exchange.header("preference-applied")):
        return failed("no_delta_link", expected="@odata.deltaLink", where=BODY, location=name)
    return not_applicable("not_applied", location=name)
