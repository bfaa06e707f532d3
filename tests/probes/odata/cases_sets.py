"""OData entity sets: what each check must say."""

from typing import Any

from tests.probes.make import HOST, Case, Record, exchange, fails, na, passes, untested

URL = f"{HOST}/odata/Items"


def page(*ids: Any) -> dict[str, Any]:
    return {"value": [{"ID": id} for id in ids]}


def answer(purpose: str, status: int, body: Any = b"", again: Any = None, **note: Any) -> dict[str, Any]:
    """An answer about the set Items; `again`: what the list held when it was read once more."""
    asked = exchange(status, (), body, url=URL, purpose=f"odata.sets.{purpose}", note={"set": "Items", **note})
    later = exchange(200, (), again or {}, id="000002", url=URL, purpose="odata.sets.again", note={"set": "Items"})
    return {"exchange": asked, "evidence": Record((asked, *((later,) if again else ())))}


def read(status: int, body: Any = b"") -> dict[str, Any]:
    return answer("read", status, body)


def order(body: Any, status: int = 200) -> dict[str, Any]:
    return answer("order", status, body, property="ID")


def sought(body: Any, status: int = 200, value: Any = 7, again: Any = None) -> dict[str, Any]:
    return answer("filter", status, body, again, property="ID", value=value)


def one(body: Any, status: int = 200, again: Any = None) -> dict[str, Any]:
    return answer("entity", status, body, again, key={"ID": 7})


CASES: dict[str, list[Case]] = {
    "odata.sets.reachable": [
        passes(**read(200, page(1))),
        passes(**read(200, page())),
        fails("other_status", **read(404)),
        fails("other_status", **read(500)),
        fails("malformed", **read(200, {"d": {"results": []}})),
        na("other_answer", **read(405)),
        na("other_answer", **read(400)),
        na("other_answer", **read(503)),
        fails("malformed", "broken", **read(200, b"{")),
    ],
    "odata.sets.top": [
        passes(**read(200, page(1, 2, 3))),
        fails("larger_than_asked", **read(200, page(1, 2, 3, 4))),
        na("too_few", **read(200, page(1))),
        na("other_answer", **read(501)),
        na("other_answer", "broken", **read(200, b"{")),
    ],
    "odata.sets.order": [
        passes(**order(page(9, 7, 7, 1))),
        passes(**order(page(None, 9, 7))),
        passes(**order(page("10", "9"))),
        fails("not_sorted", **order(page(1, 7, 9))),
        fails("not_sorted", **order(page("9", "10"))),
        na("too_few", **order(page(7, 7))),
        na("too_few", **order({"value": [{"other": 1}]})),
        na("other_answer", **order(b"", 501)),
        na("other_answer", "broken", **order(b"{")),
    ],
    "odata.sets.filter": [
        passes(**sought(page(7))),
        passes(**sought(page("ABC", "abc "), value="abc")),
        fails("not_filtered", **sought(page(7, 8))),
        fails("not_found_again", **sought(page(), again=page(6, 7))),
        untested("window", **sought(page(), again=page(6))),
        untested("window", **sought(page())),
        na("other_answer", **sought(b"", 400)),
        na("other_answer", "broken", **sought(b"{")),
    ],
    "odata.sets.by-key": [
        passes(**one({"ID": 7, "name": "x"})),
        fails("listed_but_unknown", **one(b"", 404, again=page(7))),
        fails("other_entity", **one({"ID": 8})),
        fails("other_entity", **one(page(7))),
        fails("server_error", **one(b"", 500)),
        untested("window", **one(b"", 404, again=page(8))),
        na("other_answer", **one(b"", 501)),
        fails("malformed", "broken", **one(b"{")),
    ],
}
