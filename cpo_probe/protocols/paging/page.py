"""Where are the items of a list's answer, how many are there in all, and what does it name as next?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cpo_probe.model import Response
from cpo_probe.protocols.http.link import links
from cpo_probe.protocols.json_pointer import join

NEXT_URL = ("next", "nextlink", "@odata.nextlink", "odata.nextlink", "__next", "next_url", "nexturl", "next_page_url")
NEXT_CURSOR = (
    "nextcursor", "next_cursor", "nextpagetoken", "next_page_token", "nexttoken", "next_token", "continuationtoken",
    "continuation_token", "continuation", "endcursor", "end_cursor", "cursor", "nextmarker", "next_marker", "scrollid",
    "scroll_id",
)  # fmt: skip
TOTAL = (
    "total", "totalcount", "total_count", "totalitems", "total_items", "totalelements", "total_elements", "totalresults",
    "total_results", "totalsize", "total_size", "@odata.count", "odata.count", "recordstotal", "__count", "totalhits",
    "total_hits",
)  # fmt: skip
TOTAL_HEADERS = ("x-total-count", "x-total", "total-count", "x-pagination-total-count")
NUMBER = ("page", "pagenumber", "page_number", "pageindex", "page_index", "currentpage", "current_page")
LISTS = (
    "value", "items", "data", "results", "content", "elements", "member", "members", "records", "entries", "result",
    "rows", "objects",
)  # fmt: skip
ENVELOPES = (
    "meta",
    "metadata",
    "page",
    "paging",
    "pagination",
    "page_info",
    "pageinfo",
    "paging_metadata",
    "d",
    "links",
    "_links",
    "_meta",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list. `pointer` says where its items are; `total` and `number` are -1 when not stated.

    `style`: how the answer names the next page: "link" (RFC 8288), "url" (in the body), "cursor" (a token to send
    back), "" (it names none). `next`: the target or token; `next_pointer`: where it stands in the body.
    """

    pointer: str
    items: tuple[Any, ...]
    total: int
    number: int
    style: str
    next: str
    next_pointer: str


def read(response: Response) -> Page | None:
    """The page in an answer; None when the answer is no list (no JSON array in it, or several without a usual name)."""
    if response.document.problem:
        return None
    value = response.document.value
    place = _list(value)
    if place is None:
        return None
    pointer, items = place
    style, target, next_pointer = _next(response, value)
    number = next((n for name, n in _numbers(value, NUMBER) if name), -1)
    return Page(pointer, tuple(items), _total(response, value), number, style, target, next_pointer)


def _list(value: Any) -> tuple[str, list[Any]] | None:
    """Where the items are: the array itself, a member of a usual name, or the only array of an envelope."""
    if isinstance(value, list):
        return "", value
    if not isinstance(value, dict):
        return None
    for name, member in value.items():
        if name.lower() in LISTS and isinstance(member, list):
            return join("", name), member
    for name in ("d", "_embedded", "data", "result"):
        found = _list(value.get(name)) if isinstance(value.get(name), dict) else None
        if found:
            return f"/{name}{found[0]}", found[1]
    arrays = [(k, v) for k, v in value.items() if isinstance(v, list) and k.lower() not in ("links", "errors")]
    if len(arrays) == 1 and (not arrays[0][1] or isinstance(arrays[0][1][0], dict)) and _is_envelope(value):
        return join("", arrays[0][0]), arrays[0][1]
    return None


def _is_envelope(value: Mapping[str, Any]) -> bool:
    """An object with one array is a page only if it says something of paging, or nothing else at all."""
    names = {name.lower() for name in value}
    return len(value) == 1 or bool(names & {*TOTAL, *NEXT_CURSOR, *ENVELOPES, *NEXT_URL, "limit", "offset"})


def _next(response: Response, value: Any) -> tuple[str, str, str]:
    for one in links(response.header("link") or "") or ():
        if "next" in one.relations:
            return "link", one.target, ""
    envelopes = _envelopes(value)
    for prefix, inside in envelopes:
        for name, target in _members(inside):
            if name.lower() in NEXT_URL and isinstance(target, str) and _is_url(target):
                return "url", target, join(prefix, name)
    for prefix, inside in envelopes:
        for name, token in sorted(_members(inside), key=lambda pair: _rank(pair[0])):
            if name.lower() in NEXT_CURSOR and isinstance(token, str | int) and not isinstance(token, bool) and token != "":
                return "cursor", str(token), join(prefix, name)
    return "", "", ""


def _envelopes(value: Any) -> list[tuple[str, Any]]:
    """(pointer, object or list of links) of every place where a page speaks of itself."""
    if not isinstance(value, dict):
        return []
    inner = [(join("", key), member) for key, member in value.items() if key.lower() in ENVELOPES]
    return [("", value), *((pointer, member) for pointer, member in inner if isinstance(member, dict | list))]


def _members(inside: Any) -> list[tuple[str, Any]]:
    """Names and values of an object, {"href": ...} resolved; of a list of links, relations and targets."""
    if isinstance(inside, dict):
        return [(k, v.get("href") if isinstance(v, dict) else v) for k, v in inside.items()]
    return [(str(one.get("rel")), one.get("href")) for one in inside if isinstance(one, dict)]


def _rank(name: str) -> int:
    return NEXT_CURSOR.index(name.lower()) if name.lower() in NEXT_CURSOR else len(NEXT_CURSOR)


def _is_url(text: str) -> bool:
    return bool(re.match(r"https?://|/|\?|\.{1,2}/", text)) or ("?" in text and " " not in text)


def _total(response: Response, value: Any) -> int:
    for name in TOTAL_HEADERS:
        text = response.header(name)
        if text is not None and text.strip().isdecimal():
            return int(text)
    return next((n for name, n in _numbers(value, TOTAL) if name), -1)


def _numbers(value: Any, names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Whole numbers, or texts of digits, under these names in the envelopes."""
    for _, inside in _envelopes(value):
        for name, member in inside.items() if isinstance(inside, dict) else ():
            if (
                name.lower() in names
                and not isinstance(member, bool)
                and isinstance(member, int | str)
                and str(member).isdecimal()
            ):
                yield name, int(str(member)[:18])
