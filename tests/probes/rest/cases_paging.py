"""Paging: what each check must say about a recorded walk."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import Case, exchange, fails, na, operation, parameter, passes, untested

HERE = "https://plm.example/api/items"
SIZED = operation("GET /items", parameter("limit", type="integer", minimum=1, maximum=100), parameter("offset", type="integer"))
LINKED = operation("GET /items")
CURSED = operation("GET /items", parameter("cursor", type="string"))
NUMBERED = operation("GET /items", parameter("page", type="integer", default=1), parameter("size", type="integer"))


def items(*ids: int) -> list[dict[str, Any]]:
    return [{"id": n, "name": f"item {n}"} for n in ids]


class Pages:
    """Builds the exchanges of one walk, numbered in order."""

    def __init__(self) -> None:
        self.made: list[Exchange] = []

    def add(self, role: str, body: Any, url: str = HERE, size: int = 0, status: int = 200, headers: Any = ()) -> "Pages":
        purpose = "rest.paging.again" if role == "again" else "rest.paging.page"
        note = {"role": role, "size": size, "step": len(self.made)}
        self.made.append(exchange(status, headers, body, id=f"{len(self.made) + 1:06}", url=url, purpose=purpose, note=note))
        return self


def offsets(*pages: Any, total: int | None = None, size: int = 2, again: Any = None, whole: Any = None) -> dict[str, Any]:
    """A walk by offset and limit; `again` is read twice at the end, the first page unless given."""

    def body(page: Any) -> Any:
        return page if total is None else {"items": page, "total": total}

    walk = Pages().add("whole", body(whole if whole is not None else [one for page in pages for one in page]))
    for step, page in enumerate(pages):
        walk.add("walk", body(page), f"{HERE}?limit={size}&offset={step * size}", size)
    for page in again if again is not None else (pages[0], pages[0]):
        walk.add("again", body(page), f"{HERE}?limit={size}", size)
    return {"exchanges": tuple(walk.made), "operation": SIZED}


def linked(*pages: tuple[Any, str], again: bool = True, headers: Any = ()) -> dict[str, Any]:
    """A walk by a next URL in the body: (items, next)."""
    walk, url = Pages(), HERE
    for found, target in pages:
        walk.add("walk", {"items": found, **({"next": target} if target else {})}, url, headers=headers)
        url = target if target.startswith("http") else f"https://plm.example{target}"
    for _ in range(2 if again else 0):
        walk.add("again", {"items": pages[0][0], **({"next": pages[0][1]} if pages[0][1] else {})}, HERE)
    return {"exchanges": tuple(walk.made), "operation": LINKED}


def cursors(*tokens: str, found: Any = None) -> dict[str, Any]:
    walk, url = Pages(), HERE
    for n, token in enumerate(tokens):
        walk.add("walk", {"result": items(n) if found is None else found, "paging_metadata": {"cursor": token}}, url)
        url = f"{HERE}?cursor={token}"
    return {"exchanges": tuple(walk.made), "operation": CURSED}


def untold(total: int | None = None) -> dict[str, Any]:
    """A list that goes on by a token in a place of its own: nothing is known about how."""

    def body(*ids: int) -> dict[str, Any]:
        return {"items": items(*ids), "more": {"by": "b2Zmc2V0"}, **({"total": total} if total else {})}

    walk = Pages().add("whole", body(1, 2, 3, 4, 5)).add("walk", body(1, 2), f"{HERE}?limit=2", 2)
    walk.add("again", body(1, 2), f"{HERE}?limit=2", 2).add("again", body(1, 2), f"{HERE}?limit=2", 2)
    sized = operation("GET /items", parameter("after", type="string"), parameter("limit", type="integer"))
    return {"exchanges": tuple(walk.made), "operation": sized}


ALL = offsets(items(1, 2), items(3, 4), items(5), total=5)
ONE_PAGE = offsets(items(1, 2), total=2)
NO_WALK: dict[str, Any] = {"exchanges": tuple(Pages().add("whole", {"a": 1}).made), "operation": SIZED}
NO_LIST: dict[str, Any] = {
    "exchanges": tuple(Pages().add("walk", b"\xff{", headers=[("Content-Type", "application/json")]).made),
    "operation": SIZED,
}
IGNORED = offsets(items(1, 2), items(1, 2), items(1, 2))
MOVED = (items(9, 1), items(9, 1))


def _short() -> dict[str, Any]:
    """Next links to the end, but fewer items than the stated total: the end is where the server says so."""
    walk = Pages().add("whole", {"items": items(1), "total": 3, "next": "/api/items?limit=1&offset=1"})
    walk.add("walk", {"items": items(1), "total": 3, "next": "/api/items?limit=1&offset=1"}, f"{HERE}?limit=1", 1)
    walk.add("walk", {"items": items(2), "total": 3}, f"{HERE}?limit=1&offset=1", 1)
    for _ in range(2):
        walk.add("again", {"items": items(1), "total": 3, "next": "/api/items?limit=1&offset=1"}, f"{HERE}?limit=1", 1)
    return {"exchanges": tuple(walk.made), "operation": SIZED}


TOTAL_SHORT = _short()

CASES: dict[str, list[Case]] = {
    "rest.paging.works": [
        passes(**ALL),
        passes(**linked((items(1), "/api/items?p=2"), (items(2), ""))),
        fails("same_page", **IGNORED),
        fails(
            "next_refused",
            exchanges=(
                *linked((items(1), "/api/items?p=2"))["exchanges"],
                exchange(404, id="000009", note={"role": "walk", "size": 0}),
            ),
            operation=LINKED,
        ),
        na("one_page", **ONE_PAGE),
        na("no_paging", **NO_WALK),
        na("items_without_identity", **offsets(["a"], ["a"])),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.terminates": [
        passes(**ALL),
        passes(**linked((items(1), "/api/items?p=2"), (items(2), ""))),
        fails("leads_to_itself", **linked((items(1), "/api/items?p=2"), (items(2), "/api/items?p=2"))),
        fails("leads_back", **linked((items(1), "/api/items?p=2"), (items(2), "/api/items"))),
        fails("leads_to_itself", **cursors("a", "a")),
        fails("nothing_new", **cursors("a", "b", "c", "d", "e", "f", "g", found=items(1))),
        untested("out_of_scope", **linked((items(1), "/api/items?p=2"), (items(2), "/api/items?p=3"))),
        na("counted_by_client", **IGNORED),
        na("broken_off", **linked((items(1), "https://other.example/elsewhere"))),
        na("broken_off", **untold()),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.unique": [
        passes(**ALL),
        passes(**{**offsets(items(1), items(2), *[items(2)] * 5, size=1), "operation": NUMBERED}),  # the last page given again
        passes(**TOTAL_SHORT),
        fails("duplicates", **offsets(items(1, 2), items(2, 3), items(5), total=5)),
        untested("window", **offsets(items(1, 2), items(2, 3), items(5), total=5, again=MOVED)),
        na("items_without_identity", **offsets(["a", "b"], ["a"], total=3)),
        na("parameter_ignored", **IGNORED),
        na("one_page", **ONE_PAGE),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.complete": [
        passes(**ALL),
        passes(**offsets(items(1, 2), items(3), [])),
        fails("items_missing", **offsets(items(1, 2), items(4, 5), [], total=5)),
        fails("items_missing", **TOTAL_SHORT),
        fails("more_than_total", **offsets(items(1, 2), items(3, 4), items(5), total=4)),
        fails("items_missing", **offsets(items(1, 2), items(4), [], whole=items(1, 2, 3, 4))),
        untested("window", **offsets(items(1, 2), items(4, 5), [], total=5, again=MOVED)),
        untested("out_of_scope", **linked((items(1), "/api/items?p=2"), (items(2), "/api/items?p=3"))),
        na("total_unknown", **linked((items(1), "/api/items?p=2"), (items(2), ""))),
        untested("out_of_scope", **untold()),
        untested("out_of_scope", **untold(total=9)),
        na("total_counts_pages", **offsets(items(1, 2), items(3, 4), items(5, 6), total=3)),
        na("parameter_ignored", **IGNORED),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.stable": [
        passes(**ALL),
        fails("order_moves", **offsets(items(1, 2), items(3, 4), items(5), total=5, again=(items(2, 1), items(4, 1)))),
        untested("window", **offsets(items(1, 2), items(3, 4), items(5), total=5, again=MOVED)),
        untested("window", **offsets(items(1, 2), items(3, 4), items(5), total=5, again=(items(2, 1), items(2, 1)))),
        untested("no_data", **offsets(items(1, 2), items(3), again=())),
        na("no_paging", **NO_WALK),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.size": [
        passes(**ALL),
        fails("larger_than_asked", **offsets(items(1, 2, 3), items(4), total=4)),
        na("no_size_parameter", **linked((items(1), ""))),
        na("no_list", "broken", **NO_LIST),
    ],
    "rest.paging.links-in-scope": [
        passes(**linked((items(1), "/api/items?p=2"), (items(2), ""))),
        passes(**linked((items(1), "https://PLM.example:443/api/items?p=2"), (items(2), ""))),
        fails("other_host", **linked((items(1), "http://localhost:8080/api/items?p=2"))),
        na("no_links", **ALL),
        na("no_list", "broken", **NO_LIST),
        fails("other_host", "broken", **linked((items(1), "http://[bad/api?p=2"))),
    ],
}
