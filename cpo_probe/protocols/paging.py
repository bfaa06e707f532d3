"""How does a list hand out its pages, and where does the next one begin?

Works on one answer and the parameters of the contract; knows no product. Styles: "link" (RFC 8288 `rel=next`),
"url" (a next URL in the body), "cursor" (a token to send back), "offset", "page", "none".
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from cpo_probe.model import Parameter, Response
from cpo_probe.protocols.http.link import links

SIZE = (
    "limit", "$top", "top", "size", "pagesize", "page_size", "page-size", "perpage", "per_page", "per-page", "count",
    "maxresults", "max_results", "max-results", "page[size]", "page[limit]", "oslc.pagesize", "rows",
)  # fmt: skip
OFFSET = ("offset", "$skip", "skip", "start", "startat", "startindex", "start_index", "first", "page[offset]", "from")
PAGE = ("page", "pagenumber", "page_number", "page-number", "pageno", "pageindex", "page_index", "page[number]")
CURSOR = (
    "cursor", "pagetoken", "page_token", "continuationtoken", "continuation_token", "nexttoken", "next_token", "after",
    "starting_after", "marker", "$skiptoken", "scrollid", "scroll_id", "page[cursor]", "page[after]",
)  # fmt: skip
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
LISTS = (
    "value",
    "items",
    "data",
    "results",
    "content",
    "elements",
    "member",
    "members",
    "records",
    "entries",
    "result",
    "rows",
    "objects",
)
ENVELOPES = (
    "",
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
NEXT_URL = ("next", "nextlink", "@odata.nextlink", "odata.nextlink", "__next", "next_url", "nexturl", "next_page_url")
IDENTITIES = (
    "@odata.id",
    "@id",
    "id",
    "_id",
    "uuid",
    "guid",
    "oid",
    "uid",
    "objectid",
    "object_id",
    "href",
    "self",
    "url",
    "uri",
)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list. `pointer` says where its items are; `total` -1 when not stated; `next` "" when there is none.

    `style`: how the next page is named by this answer: "link", "url", "cursor" or "" (the answer names none).
    """

    pointer: str
    items: tuple[Any, ...]
    total: int
    style: str
    next: str
    next_pointer: str


@dataclass(frozen=True, slots=True)
class Controls:
    """Names of the contract's paging parameters; "" where there is none. `most` is the largest size allowed, 0 unknown."""

    size: str
    offset: str
    page: str
    cursor: str
    least: int
    most: int
    first_page: int

    @property
    def any(self) -> bool:
        return bool(self.size or self.offset or self.page or self.cursor)


def controls(parameters: Iterable[Parameter]) -> Controls:
    """Which query parameters of an operation steer paging."""
    query = [p for p in parameters if p.place == "query"]
    size = _named(query, SIZE)
    page = _named(query, PAGE)
    schema = size.schema if size else {}
    first = page.schema.get("default", page.schema.get("minimum", 1)) if page else 1
    return Controls(
        size.name if size else "",
        _name(_named(query, OFFSET)),
        page.name if page else "",
        _name(_named(query, CURSOR)),
        max(1, _whole(schema.get("minimum"), 1)),
        _whole(schema.get("maximum"), 0),
        _whole(first, 1),
    )


def _named(query: list[Parameter], names: tuple[str, ...]) -> Parameter | None:
    return next((p for name in names for p in query if p.name.lower() == name), None)


def _name(parameter: Parameter | None) -> str:
    return parameter.name if parameter else ""


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


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
    return Page(pointer, tuple(items), _total(response, value), style, target, next_pointer)


def _list(value: Any) -> tuple[str, list[Any]] | None:
    """Where the items are: the array itself, a member of a usual name, or the only array there is, at most two levels down."""
    if isinstance(value, list):
        return "", value
    if not isinstance(value, dict):
        return None
    for name, member in value.items():
        if name.lower() in LISTS and isinstance(member, list):
            return f"/{_escape(name)}", member
    for name in ("d", "_embedded", "data", "result"):
        inner = value.get(name)
        if isinstance(inner, dict):
            found = _list(inner)
            if found:
                return f"/{name}{found[0]}", found[1]
    arrays = [
        (name, member) for name, member in value.items() if isinstance(member, list) and name.lower() not in ("links", "errors")
    ]
    if len(arrays) == 1 and (not arrays[0][1] or isinstance(arrays[0][1][0], dict)) and _looks_like_envelope(value):
        return f"/{_escape(arrays[0][0])}", arrays[0][1]
    return None


def _looks_like_envelope(value: Mapping[str, Any]) -> bool:
    """An object with one array is a page only if it says something of paging, or nothing else at all."""
    names = {name.lower() for name in value}
    return len(value) == 1 or bool(
        names & {*TOTAL, *NEXT_CURSOR, *ENVELOPES, "next", "nextlink", "@odata.nextlink", "limit", "offset"}
    )


def _next(response: Response, value: Any) -> tuple[str, str, str]:
    """(style, target, pointer) of what the answer names as its next page."""
    for one in links(response.header("link") or "") or ():
        if "next" in one.relations:
            return "link", one.target, ""
    envelopes = _envelopes(value)
    for prefix, inside in envelopes:
        for name, target in _members(inside):
            if name.lower() in NEXT_URL and isinstance(target, str) and _is_url(target):
                return "url", target, f"{prefix}/{_escape(name)}"
    for prefix, inside in envelopes:
        for name, token in sorted(_members(inside), key=lambda pair: _rank(pair[0])):
            if name.lower() in NEXT_CURSOR and isinstance(token, str | int) and not isinstance(token, bool) and token != "":
                return "cursor", str(token), f"{prefix}/{_escape(name)}"
    return "", "", ""


def _envelopes(value: Any) -> list[tuple[str, Any]]:
    """(pointer, object or list of links) of every place where a page speaks of itself."""
    if not isinstance(value, dict):
        return []
    inner = [(f"/{_escape(key)}", member) for key, member in value.items() if key.lower() in ENVELOPES]
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
        if text is not None and text.strip().isdigit():
            return int(text)
    for _, inside in _envelopes(value):
        for name, member in inside.items() if isinstance(inside, dict) else ():
            if name.lower() in TOTAL and not isinstance(member, bool) and str(member).isdecimal():
                return int(member)
    return -1


def follow(url: str, target: str) -> str:
    """The absolute URL of a next link (RFC 3986, 5)."""
    return urljoin(url, target)


def with_parameters(url: str, changes: Mapping[str, str]) -> str:
    """The URL with these query parameters set, the others as they are."""
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in changes]
    return urlunsplit(parts._replace(query=urlencode([*kept, *changes.items()], safe="$:,/@!'()*;")))


def parameter(url: str, name: str) -> str | None:
    """A query parameter's value."""
    return next((v for k, v in parse_qsl(urlsplit(url).query, keep_blank_values=True) if k == name), None)


def origin(url: str) -> str:
    """Scheme, host and port in lower case, default ports left out: who a link leads to."""
    parts = urlsplit(url)
    port = parts.port
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}" + (f":{port}" if port and port != default else "")


def identity(item: Any) -> str:
    """What an item calls itself, "" when it has no name of its own: then equal items may well be two."""
    if not isinstance(item, dict):
        return ""
    members = {name.lower(): member for name, member in item.items()}
    for name in IDENTITIES:
        member = members.get(name)
        if isinstance(member, str | int) and not isinstance(member, bool) and member != "":
            return f"{name}={member}"
    return ""


def fingerprint(value: Any) -> str:
    """A digest of a JSON value, the order of members left out."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
