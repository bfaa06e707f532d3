"""OData V2: what does the service answer to queries whose answer can be computed from the rows that were seen?

The best set gets every query, the two others only what the ones before them gave no occasion for.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from cpo_probe.sdk import Context, CsdlModel, Exchange, odata, probe

from .old_conditions import write
from .old_filters import INTEGERS, KINDS, MOMENTS, NUMBERS, conditions, values
from .old_results import left_out, next_in_order
from .old_shared import JSON, SAP, count, key_names, plain_count
from .old_window import ROWS, OldWindow, OldWindows, nothing_to_ask, primitives, read_window

ORDER, TOP, SKIP, SELECT, EXPAND, COUNT, INLINE, SEARCH, AGAIN = (
    f"odata.old.{name}" for name in ("orderby", "top", "skip", "select", "expand", "count", "inlinecount", "search", "again")
)
FILTERS = {kind: f"odata.old.filter.{kind}" for kind in KINDS}
FIRST, FEW = 5, 3


@probe(
    id="odata.old_query",
    needs="odata",
    purposes=(*FILTERS.values(), ORDER, TOP, SKIP, SELECT, EXPAND, COUNT, INLINE, SEARCH, AGAIN),
    after="odata.old",
    cost=60,
)
async def query(ctx: Context) -> None:
    """$filter, $orderby, $top, $skip, $select, $expand, $count and $inlinecount on at most three sets."""
    known = ctx.fact(OldWindows)
    if known.model is None or not known.read:
        nothing_to_ask(ctx, known, "no rows of OData V2 to compare with")
        return
    asked: set[str] = set()
    for window in known.read:
        asked |= await _Asking(ctx, known.model, window).everything(asked)


class _Asking:
    """The queries on one set."""

    def __init__(self, ctx: Context, model: CsdlModel, window: OldWindow) -> None:
        self.ctx = ctx
        self.model = model
        self.window = window
        self.read_again = False

    async def everything(self, asked: set[str]) -> set[str]:
        """The kinds of query that were asked here, in addition to those that were asked before."""
        found: set[str] = set()
        for kind, condition in conditions(self.model, self.window):
            if kind not in asked:
                found.add(kind)
                options = {"$filter": write(self.model, condition), "$top": str(ROWS)}
                answer = await self._get(FILTERS[kind], options, kind, condition=condition)
                if answer.status == 200 and left_out(self.model, self.window, answer):
                    await self.again()
        for name, ask in (
            ("order", self._order), ("top", self._top), ("skip", self._skip), ("select", self._select),
            ("expand", self._expand), ("count", self._count), ("search", self._search),
        ):  # fmt: skip
            if name not in asked and await ask():
                found.add(name)
        return found

    async def again(self) -> None:
        """Read the window once more, since something was not as expected: the data may have changed."""
        if not self.read_again:
            self.read_again = True
            await read_window(self.ctx, self.window.set, AGAIN)

    async def _get(self, purpose: str, options: dict[str, str], why: str, path: str = "", **note: Any) -> Exchange:
        text = "&".join(f"{name}={odata.encode(value)}" for name, value in options.items())
        url = f"{self.window.url}{path}" + (f"?{text}" if text else "")
        set = self.window.set
        return await self.ctx.get(
            url, purpose=purpose, why=f"{why} of {set}", accept="*/*" if path else JSON, group=set, note={"set": set, **note}
        )

    async def _order(self) -> bool:
        for path, type in _sortable(self.model, self.window):
            for direction in ("asc", "desc"):
                options = {"$orderby": f"{path} {direction}", "$top": "20"}
                await self._get(ORDER, options, f"by {path} {direction}", path_of=path, type=type, direction=direction)
            return True
        return False

    async def _top(self) -> bool:
        if len(self.window.rows) <= 2:
            return False
        await self._get(TOP, {"$top": "2"}, "the first 2", top=2)
        return True

    async def _skip(self) -> bool:
        names = key_names(self.model, self.window.type)
        if len(self.window.rows) < FIRST or not names:
            return False
        by = ",".join(names)
        first = await self._get(SKIP, {"$orderby": by, "$top": str(FIRST)}, "the first in the order of the key", role="first")
        then = await self._get(SKIP, {"$orderby": by, "$skip": "2", "$top": str(FEW)}, "the third and the next", role="then")
        if first.status == then.status == 200 and not next_in_order(self.model, self.window, first, then):
            await self._get(SKIP, {"$orderby": by, "$top": str(FIRST)}, "the first once more", role="again")
        return True

    async def _select(self) -> bool:
        names = key_names(self.model, self.window.type)
        plain = [path for path, _ in primitives(self.model, self.window.type) if path not in names and "/" not in path]
        if len(plain) < 2:
            return False
        await self._get(SELECT, {"$select": plain[0], "$top": str(FEW)}, f"{plain[0]} only", name=plain[0])
        return True

    async def _expand(self) -> bool:
        asked = False
        for many in (True, False):
            navigation = next(
                (
                    member.name
                    for member in self.model.members(self.window.type).values()
                    if isinstance(member, odata.csdl.NavigationProperty) and member.type.collection is many and member.type.name
                ),
                "",
            )
            if navigation:
                asked = True
                await self._get(EXPAND, {"$expand": navigation, "$top": str(FEW)}, f"{navigation} inline", name=navigation)
        return asked

    async def _count(self) -> bool:
        """Both counts; twice when they disagree, so that data that changes meanwhile is no finding."""
        split = next((c for kind, c in conditions(self.model, self.window) if kind in ("comparison", "substringof")), None)
        for options in ({}, *([{"$filter": write(self.model, split)}] if split else [])):
            inline = {**options, "$inlinecount": "allpages", "$top": "1"}
            for turn in (1, 2):
                what: dict[str, Any] = {"filter": options.get("$filter", ""), "turn": turn}
                plain = await self._get(COUNT, options, "the number", "/$count", **what)
                within = await self._get(INLINE, inline, "the number beside the first", **what)
                if not options and self.window.complete and plain_count(plain) not in (None, len(self.window.rows)):
                    await self.again()
                if count(within) == plain_count(plain) or within.status != 200 or plain.status != 200:
                    break
        return True

    async def _search(self) -> bool:
        """Only where the metadata say that the set can be searched."""
        if self.model.sets[self.window.set].extra.get(f"{SAP}searchable") != "true":
            return False
        word = "CpoProbe" + hashlib.sha256(str(self.ctx.plan.seed).encode()).hexdigest()[:8]
        await self._get(SEARCH, {"search": word, "$top": str(FEW)}, "a word that nothing holds", word=word)
        return True


def _sortable(model: CsdlModel, window: OldWindow) -> Iterator[tuple[str, str]]:
    """Path and type of numbers and dates that may be sorted, those with most values first: where many are equal or null, an
    order hardly shows."""
    found = []
    for path, property in primitives(model, window.type):
        type = property.type.name
        if type in NUMBERS | MOMENTS and "/" not in path and property.extra.get(f"{SAP}sortable") != "false":
            seen = len(values(model, window, path, type))
            gaps = any(row.get(path) is None for row in window.rows)
            if seen > 1:
                found.append((gaps, -min(seen, 50), type not in INTEGERS, path, type))
    yield from ((path, type) for *_, path, type in sorted(found))
