"""Which objects and links did the answers hold, and what had been asked for?"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from cpo_probe.model import Exchange
from cpo_probe.protocols.naming import normal, singular
from cpo_probe.protocols.templates import Template

MAX_DEPTH = 8
MAX_NODES = 5_000
MAX_MEMBERS = 40
MAX_TEXT = 256
MAX_SLOTS = 2_000
PLACEHOLDER = "[redacted:"
"""What stands in the place of a secret in a recorded exchange begins like this: never an argument."""

_WRAPPERS = (
    "value", "results", "items", "data", "content", "elements", "entries", "records", "objects",
    "members", "member", "rows", "list", "result", "hits",
)  # fmt: skip
_ASIDE = {"links", "errors", "warnings", "messages", "included", "facets", "filters", "sort", "aggregations"}
_LINK_NAMES = {"href", "self", "url", "uri", "link", "location", "odataid", "odataeditlink", "odatanavigationlink", "canonical"}
_LINK_HOLDERS = _LINK_NAMES | {"links"}
_LINK_STARTS = ("http://", "https://", "/")
_PLAIN_PATH = re.compile(r"(?:/[\w~%-][\w.~%-]*)+", re.ASCII)
"""A target that joining leaves as it is; most links are."""
_TARGET = re.compile(r"<([^<>]{1,2000})>")


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One object in an answer. `shape`, `context`: the template that was asked and the arguments for it."""

    exchange: str
    position: int
    shape: str = field(compare=False)
    context: tuple[str, ...] = field(compare=False)
    pattern: tuple[str, ...] = field(compare=False)  # members from the root, "*" for array positions
    members: dict[str, Any] = field(compare=False, hash=False)  # scalars only; a bare scalar in a list under ""
    parent: "Row | None" = field(compare=False)

    @property
    def name(self) -> str:
        """The member that holds the object or its list; "" at the root."""
        return next((part for part in reversed(self.pattern) if part != "*"), "")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A link in an answer; `path` is percent-encoded and below the interface."""

    exchange: str
    position: int
    path: str = field(compare=False)


class Observed:
    """Rows and links by slot; each slot keeps the `cap` earliest ones, so that the order of learning does not matter."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._rows: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
        self._links: dict[tuple[str, tuple[str, ...]], list[Link]] = {}
        self._calls: dict[str, list[Row]] = {}
        self._forget()

    def _forget(self) -> None:
        for name in _DERIVED:
            self.__dict__.pop(name, None)

    @cached_property
    def rows(self) -> list[Row]:
        """Every row, earliest first."""
        return sorted(row for slot in self._rows.values() for row in slot)

    @cached_property
    def links(self) -> list[Link]:
        """Every link, earliest first."""
        return sorted(link for slot in self._links.values() for link in slot)

    @cached_property
    def calls(self) -> list[Row]:
        """What was asked with success and had arguments; rows without members."""
        return sorted(row for slot in self._calls.values() for row in slot)

    def at(self, shape: str) -> list[Row]:
        """Rows in answers of that template, earliest first."""
        return self._by_shape.get(shape, [])

    def called(self, *, below: str = "", shape: str = "") -> list[Row]:
        """What was asked at that template, or at one that begins like `below`; earliest first."""
        if shape:
            return self._calls_by_shape.get(shape, [])
        return sorted(row for at, rows in self._calls_by_shape.items() if f"{at}/".startswith(below) for row in rows)

    def holding(self, *names: str) -> list[Row]:
        """Rows with a member of one of these names, spelling aside; earliest first."""
        return _together(self._by_member, names)

    def under(self, *names: str) -> list[Row]:
        """Rows that are, or are listed in, a member of one of these names, spelling aside; earliest first."""
        return _together(self._by_name, names)

    @cached_property
    def _lists(self) -> dict[str, list[tuple[str, ...]]]:
        """Where lists stand in the answers of a template."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for shape, pattern in self._rows:
            if _is_list(pattern):
                found.setdefault(shape, []).append(pattern)
        return found

    @cached_property
    def _collections(self) -> dict[str, list[str]]:
        """Templates without parameters by the thing that their last segment is the plural of."""
        found: dict[str, list[str]] = {}
        for shape in sorted({shape for shape, _ in self._rows if "{" not in shape}):
            found.setdefault(singular(shape.rpartition("/")[2]), []).append(shape)
        return found

    @cached_property
    def _by_member(self) -> dict[str, list[Row]]:
        return _index((normal(name), row) for row in self.rows for name in row.members)

    @cached_property
    def _by_name(self) -> dict[str, list[Row]]:
        return _index((normal(row.name), row) for row in self.rows)

    @cached_property
    def _by_shape(self) -> dict[str, list[Row]]:
        return _index((row.shape, row) for row in self.rows)

    @cached_property
    def _calls_by_shape(self) -> dict[str, list[Row]]:
        return _index((row.shape, row) for row in self.calls)

    def owned(self, thing: str) -> Iterator[tuple[Row, str]]:
        """Elements of the lists whose path ends in the plural of `thing` and that need no arguments, with that last segment."""
        for shape in self._collections.get(thing, []) if thing else ():
            segment = shape.rpartition("/")[2]
            yield from ((row, segment) for row in self.elements(shape, segment))

    def elements(self, shape: str, segment: str) -> list[Row]:
        """Elements of the main list in the answers of a template; each answer has a main list of its own."""
        best: dict[str, tuple[int, int, tuple[str, ...]]] = {}
        lists = self._lists.get(shape, [])
        for pattern in lists:
            rank = (_rank(_holder(pattern), segment), len(pattern), pattern)
            for row in self._rows[(shape, pattern)]:
                best[row.exchange] = min(rank, best.get(row.exchange, rank))
        rows = (row for pattern in lists for row in self._rows[(shape, pattern)])
        return sorted(row for row in rows if best[row.exchange][2] == row.pattern)

    def add(self, template: Template, exchange: Exchange) -> None:
        """Take one successful answer in."""
        self._forget()
        asked = template.split(urlsplit(exchange.request.url).path)
        base, context = asked if asked else ("", ())
        if any(PLACEHOLDER in value for value in context):
            return
        root = Row(exchange.id, 0, template.shape, context, (), {}, None)
        if context:
            self._keep(self._calls, template.shape, root)
        walk = _Walk(self, exchange, base, _redacted(exchange))
        for name in ("location", "link"):
            for target in _targets(exchange.header(name) or "", name):
                walk.link(target, root, ("header", name))
        document = exchange.response.document if exchange.response else None
        if document is not None and not document.problem:
            walk.node(document.value, root, ())

    def _keep(self, slots: dict[Any, Any], slot: Any, item: Row | Link) -> None:
        kept = slots.get(slot)
        if kept is None:
            if len(slots) >= MAX_SLOTS:
                return
            kept = slots[slot] = []
        if len(kept) == self._cap and not item < kept[-1]:
            return
        place = bisect_left(kept, item)
        if kept[place : place + 1] != [item]:
            kept.insert(place, item)
            del kept[self._cap :]


def _index(pairs: Iterable[tuple[str, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return found


def _together(index: dict[str, list[Row]], names: Iterable[str]) -> list[Row]:
    lists = [index[name] for name in {normal(name) for name in names} if name in index]
    return lists[0] if len(lists) == 1 else sorted({row for rows in lists for row in rows})


_DERIVED = tuple(name for name, value in vars(Observed).items() if isinstance(value, cached_property))


class _Walk:
    """One pass over an answer, within fixed bounds."""

    def __init__(self, observed: Observed, exchange: Exchange, base: str, redacted: frozenset[str]) -> None:
        self._observed = observed
        self._exchange = exchange
        self._below = f"{base}/"
        self._redacted = redacted
        self._host = urlsplit(exchange.request.url).hostname
        self._nodes = 0
        self._links = 0

    def node(self, value: Any, above: Row, pattern: tuple[str, ...], pointer: str = "") -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(pattern) > MAX_DEPTH:
            return
        if isinstance(value, dict):
            self._object(value, above, pattern, pointer)
        elif isinstance(value, list):
            for position, item in enumerate(value[: self._observed._cap]):
                self.node(item, above, (*pattern, "*"), f"{pointer}/{position}")
        elif pattern[-1:] == ("*",) and _scalar(value) and pointer not in self._redacted:
            self._row({"": value}, above, pattern)

    def _object(self, value: dict[str, Any], above: Row, pattern: tuple[str, ...], pointer: str) -> None:
        scalars: dict[str, Any] = {}
        for name, item in value.items():
            if _scalar(item) and len(scalars) < MAX_MEMBERS and not (self._redacted and f"{pointer}/{name}" in self._redacted):
                scalars[name] = item
        row = self._row(scalars, above, pattern)
        linking = normal(pattern[-1] if pattern else "") in _LINK_HOLDERS
        for name, item in scalars.items():
            if isinstance(item, str) and (linking or item.startswith(_LINK_STARTS) or normal(name) in _LINK_NAMES):
                self._text(item, row, (*pattern, name), telling=linking or normal(name) in _LINK_NAMES)
        for name, item in value.items():
            if isinstance(item, dict | list):
                self.node(item, row, (*pattern, name), f"{pointer}/{name}")

    def _row(self, members: dict[str, Any], above: Row, pattern: tuple[str, ...]) -> Row:
        parent = above if above.pattern else None
        row = Row(self._exchange.id, self._nodes, above.shape, above.context, pattern, members, parent)
        if members:
            self._observed._keep(self._observed._rows, (row.shape, pattern), row)
        return row

    def _text(self, text: str, row: Row, pattern: tuple[str, ...], *, telling: bool) -> None:
        """Follow a text that looks like a link; on another host only where its name says that it is one."""
        if "{" not in text and (telling or text.startswith("/") or urlsplit_host(text) == self._host):
            self.link(text, row, pattern)

    def link(self, target: str, row: Row, pattern: tuple[str, ...]) -> None:
        """Keep a link below the interface; the host's name does not count, systems often name themselves otherwise."""
        try:
            path = target if _PLAIN_PATH.fullmatch(target) else urlsplit(urljoin(self._exchange.request.url, target)).path
        except ValueError:
            return
        if path.startswith(self._below):
            self._links += 1
            link = Link(self._exchange.id, self._links, path[len(self._below) - 1 :])
            self._observed._keep(self._observed._links, (row.shape, pattern), link)


def urlsplit_host(url: str) -> str | None:
    """The host of a URL, None when it has none or is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _scalar(value: Any) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= MAX_TEXT and PLACEHOLDER not in value
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(pattern: tuple[str, ...]) -> bool:
    return pattern[-1:] == ("*",) and pattern.count("*") == 1 and normal(_holder(pattern)) not in _ASIDE


def _holder(pattern: tuple[str, ...]) -> str:
    return next((part for part in reversed(pattern) if part != "*"), "")


def _rank(name: str, segment: str) -> int:
    """How likely the list under that member is what the URL promises: bare list or its own name, a usual wrapper, another."""
    if normal(name) in {"", normal(segment), singular(segment)}:
        return 0
    return 1 + _WRAPPERS.index(name.lower()) if name.lower() in _WRAPPERS else 99


def _targets(value: str, name: str) -> Iterator[str]:
    if name == "location":
        yield from [value] if value else []
    else:
        yield from _TARGET.findall(value)[:50]


def _redacted(exchange: Exchange) -> frozenset[str]:
    """Pointers of values that were replaced by a placeholder: never arguments."""
    return frozenset(span.name for span in exchange.redacted if span.part == "response.body")
