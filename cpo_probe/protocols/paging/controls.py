"""Which parameters of an operation steer paging?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Parameter

SIZE = (
    "limit", "$top", "pagesize", "page_size", "page-size", "perpage", "per_page", "per-page", "maxresults", "max_results",
    "max-results", "maxpagesize", "page[size]", "page[limit]", "oslc.pagesize",
)  # fmt: skip
SIZE_BESIDE_OTHERS = ("size", "top", "count", "rows")
"""Words that also name other things: a size parameter only where a page, offset or cursor parameter stands beside it."""
OFFSET = ("offset", "$skip", "skip", "startat", "page[offset]")
OFFSET_FROM_CONTRACT = ("start", "startindex", "start_index")
"""Counted from 0 by some and from 1 by others: used only where default or minimum says which."""
PAGE = ("page", "pagenumber", "page_number", "page-number", "pageno", "pageindex", "page_index", "page[number]")
CURSOR = (
    "cursor", "pagetoken", "page_token", "continuationtoken", "continuation_token", "nexttoken", "next_token", "after",
    "starting_after", "marker", "$skiptoken", "scrollid", "scroll_id", "page[cursor]", "page[after]",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Controls:
    """Names of the contract's paging parameters; "" where there is none.

    `least`, `most`: bounds of the page size, `most` 0 unknown. `first_offset`, `first_page`: where counting begins,
    `first_page` -1 when the contract does not say.
    """

    size: str
    offset: str
    page: str
    cursor: str
    least: int
    most: int
    first_offset: int
    first_page: int

    @property
    def any(self) -> bool:
        return bool(self.size or self.offset or self.page or self.cursor)


def controls(parameters: Iterable[Parameter]) -> Controls:
    """Paging parameters among an operation's query parameters."""
    query = [p for p in parameters if p.place == "query"]
    numbers = [p for p in query if _may_be(p, "integer")]
    page, offset = _named(numbers, PAGE), _named(numbers, OFFSET)
    first_offset = 0
    if offset is None:
        offset = _named([p for p in numbers if _start(p) >= 0], OFFSET_FROM_CONTRACT)
        first_offset = _start(offset) if offset else 0
    cursor = _named([p for p in query if _may_be(p, "string")], CURSOR)
    size = _named(numbers, SIZE) or (_named(numbers, SIZE_BESIDE_OTHERS) if page or offset or cursor else None)
    schema = size.schema if size else {}
    return Controls(
        size.name if size else "",
        offset.name if offset else "",
        page.name if page else "",
        cursor.name if cursor else "",
        max(1, _whole(schema.get("minimum"), 1)),
        max(0, _whole(schema.get("maximum"), 0)),
        first_offset,
        _start(page) if page else -1,
    )


def _may_be(parameter: Parameter, kind: str) -> bool:
    stated = parameter.schema.get("type")
    kinds = {stated} if isinstance(stated, str) else set(stated or ())
    return not kinds or kind in kinds or (kind == "integer" and "number" in kinds)


def _named(query: list[Parameter], names: tuple[str, ...]) -> Parameter | None:
    return next((p for name in names for p in query if p.name.lower() == name), None)


def _start(parameter: Parameter) -> int:
    """The first value by default or minimum; -1 when neither is 0 or 1."""
    for keyword in ("default", "minimum"):
        value = _whole(parameter.schema.get(keyword), -1)
        if value in (0, 1):
            return value
    return -1


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
