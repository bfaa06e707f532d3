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
