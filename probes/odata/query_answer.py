"""OData: is the answer to a query the right one? Rows are compared by their keys with those of the window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from cpo_probe.sdk import Blocker, Evidence, Exchange, Interface, Result, Where, fact, failed, not_applicable, odata, untestable

from .metadata import Odata
from .window import Row, Window, Windows, body, control, identity, items, windows_of

AGAIN = "odata.query-again"
SHOWN = 10
"""Keys that a finding names at most."""
STATUS, VALUE = Where("response.status"), Where("response.body", pointer="/value")
NOT_SUPPORTED = (400, 404, 405, 501)
"""How services say that they do not have what a request needs."""


@dataclass(frozen=True, slots=True)
class Later:
    """The windows as they were read once more, after an answer had been unexpected."""

    windows: tuple[Window, ...]

    def unchanged(self, window: Window, ids: Iterable[str]) -> list[str]:
        """Those of the rows of the window that were read again and were the same, each time."""
        first = {identity(row, window.key): plain(row) for row in window.rows}
        again: dict[str, list[Row]] = {}
        for other in self.windows:
            if other.set == window.set:
                for row in other.rows:
                    again.setdefault(identity(row, other.key), []).append(plain(row))
        return [id for id in ids if id in first and id in again and all(_same(first[id], row) for row in again[id])]

    def in_place(self, window: Window, count: int) -> bool:
        """Whether the first rows of the window were the same, in the same order, each time they were read again."""
        read = [received(other, other.rows)[:count] for other in self.windows if other.set == window.set]
        return bool(read) and all(ids == received(window, window.rows)[:count] for ids in read)


@fact
def later(api: Odata, interface: Interface, evidence: Evidence) -> Later:
    """What was read again, by each probe that did."""
    if api.model is None or api.old:
        return Later(())
    pages = [e for e in evidence.select(purpose=AGAIN, interface=interface.id) if not e.note.get("expand")]
    askers = dict.fromkeys(str(page.note.get("asker", "")) for page in pages)
    made = (windows_of(api.model, interface.url, [p for p in pages if p.note.get("asker", "") == one]) for one in askers)
    return Later(tuple(window for windows in made for window in windows))


def _same(one: Row, other: Row) -> bool:
    """Equal in what both show: related entities may be inline in one of them only."""
    return all(other[name] == value for name, value in one.items() if name in other)


def plain(row: Mapping[str, Any]) -> Row:
    """A row without control information and annotations."""
    return {name: value for name, value in row.items() if "@" not in name and not name.startswith("#")}


def refusal(exchange: Exchange, location: str, *, claimed: bool = False) -> Result | None:
    """What an answer without 200 means for the feature; None for 200. `claimed`: the service says that it has the feature."""
    status = exchange.status
    if status == 200:
        return None
    if status in NOT_SUPPORTED:
        if claimed:
            return failed(
                "refused_although_claimed", expected=200, found=status, where=STATUS, location=location, query=query(exchange)
            )
        return not_applicable("not_supported", status=status, location=location)
    if status >= 500 and status != 503:
        return failed("server_error", expected=200, found=status, where=STATUS, location=location, query=query(exchange))
    return not_applicable("other_answer", status=status, location=location)


def malformed(exchange: Exchange, location: str) -> Result:
    found = exchange.media_type or "no media type"
    return failed(
        "malformed", expected="a JSON object with `value`", found=found, where=VALUE, location=location, query=query(exchange)
    )


def query(exchange: Exchange) -> str:
    """The request as people read it: path and query without percent-encoding."""
    return "/" + unquote(exchange.request.url.split("://", 1)[-1].partition("/")[2])


def whole(exchange: Exchange) -> bool:
    """Whether the answer holds all rows of its result: no further page, and $top, where it was sent, cut nothing off."""
    listed, top = items(exchange) or [], exchange.note.get("top")
    return control(body(exchange) or {}, "nextLink") is None and not (isinstance(top, int) and len(listed) >= top)


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys. `missing`: have to be there and are not. `surplus`: are there and must not be. `told`: seen in one answer alone."""

    expected: tuple[str, ...]
    received: tuple[str, ...]
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    told: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        return not self.missing and not self.surplus


def settle(
    difference: Difference, window: Window, later: Later, exchange: Exchange, location: str, code: str = "wrong_rows"
) -> Result:
    """A failure when the rows in question were the same before and after; otherwise the data may have changed meanwhile."""
    sure = set(later.unchanged(window, (*difference.missing, *difference.surplus))) | set(difference.told)
    missing = [id for id in difference.missing if id in sure]
    surplus = [id for id in difference.surplus if id in sure]
    if not missing and not surplus:
        return untestable(Blocker.WINDOW, location=location, exchanges=window.exchanges[:3])
    return failed(
        code,
        expected=list(difference.expected[:SHOWN]),
        found=list(difference.received[:SHOWN]),
        where=VALUE,
        location=location,
        exchanges=window.exchanges[:3],
        query=query(exchange),
        expected_rows=list(difference.expected[:SHOWN]),
        found_rows=list(difference.received[:SHOWN]),
        expected_count=len(difference.expected),
        found_count=len(difference.received),
        missing=missing[:SHOWN],
        surplus=surplus[:SHOWN],
    )


def not_computable(location: str) -> Result:
    return not_applicable("not_computable", location=location)


def no_window(location: str) -> Result:
    return not_applicable("no_window", location=location)


def window_of(windows: Windows, exchange: Exchange) -> Window | None:
    return windows.of(str(exchange.note.get("set", "")))


def received(window: Window, listed: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(identity(row, window.key) for row in listed)


COMPUTING = (odata.Unknown, odata.Untyped, odata.Unsupported, ValueError, KeyError, TypeError)
"""Why an expected answer cannot be computed from what a note says."""
