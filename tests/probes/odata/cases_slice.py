"""OData, a part of a large set: what the check must say."""

from typing import Any

from cpo_probe.model import Exchange
from cpo_probe.protocols.odata import compare, to_note
from tests.probes.make import Case, Record, exchange, fails, interface, na, passes, untested
from tests.probes.odata.querying import CSDL, ROOT, item

MANY = [{"value": [item(n % 10, "Bolt" if n < 7 else "Nut", n, ID=n) for n in range(1, 201)]}]
BOLTS = [item(n % 10, "Bolt", n, ID=n) for n in (*range(1, 7), 207, 208)]
CONDITION = to_note(compare("Name", "eq", "Bolt", "Edm.String"))
ABOVE = to_note(compare("Number", "ge", 5, "Edm.Int32"))
ORDER = [[["path", "Number"], False]]


def read(purpose: str, body: Any, id: str, **note: Any) -> Exchange:
    url = f"{ROOT}/Items?$filter=Name%20eq%20'Bolt'"
    return exchange(200, (), body, id=id, url=url, purpose=f"odata.{purpose}", note={"set": "Items", **note})


def sliced(
    purpose: str, name: str, body: Any, status: int = 200, *, rows: Any = BOLTS, again: Any = None, first: Any = None, **note: Any
) -> dict[str, Any]:
    """`rows`: what the condition keeps; `again`: the same once more; `first`: the other piece."""
    held = exchange(body=CSDL.encode(), headers=(("Content-Type", "application/xml"),), id="000001", url=f"{ROOT}/$metadata")
    window = read("window", MANY[0], "000002", top=200, page=1)
    told = {"filter": "Name eq 'Bolt'", "expression": CONDITION, "page": 1}
    kept = [held, window, read("query.slice-rows", {"value": rows}, "000003", **told)]
    if first is not None:
        kept.append(read("query.slice-cut", {"value": first}, "000004", name="first", top=4))
    if again is not None:
        kept.append(read("query.slice-again", {"value": again}, "000060", **told))
    said = exchange(
        status, (), body, id="000050", url=f"{ROOT}/Items?query", purpose=f"odata.query.slice-{purpose}",
        note={"set": "Items", "name": name, **note},
    )  # fmt: skip
    return {"exchange": said, "interface": interface(kind="odata", url=ROOT), "evidence": Record((*kept, said))}


def ordered(listed: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return sliced("sorted", "ascending", {"value": listed} if status == 200 else b"", status, order=ORDER, **more)


def rest(listed: Any, **more: Any) -> dict[str, Any]:
    return sliced("cut", "rest", {"value": listed}, first=BOLTS[:4], skip=4, **more)


def counted(number: int, **more: Any) -> dict[str, Any]:
    return sliced("counted", "$count=true", {"@odata.count": number, "value": BOLTS[:1]}, top=1, **more)


def kept(listed: Any, **more: Any) -> dict[str, Any]:
    return sliced("kept", "two conditions", {"value": listed}, expression=ABOVE, **more)


CASES: dict[str, list[Case]] = {
    "odata.slice": [
        passes(**ordered(BOLTS)),
        passes(**rest(BOLTS[4:])),
        passes(**counted(8)),
        passes(**kept(BOLTS[4:])),
        fails("not_in_order", **ordered(BOLTS[::-1])),
        fails("wrong_rows", **ordered(BOLTS[:-1], again=BOLTS)),
        fails("wrong_rows", **rest(BOLTS[5:], again=BOLTS)),
        fails("wrong_rows", **rest(BOLTS[3:], again=BOLTS)),
        fails("wrong_count", **counted(208, again=BOLTS)),
        fails("wrong_rows", **kept(BOLTS[5:], again=BOLTS)),
        untested("window", **counted(9, again=[*BOLTS, item(9, "Bolt", 209, ID=209)])),
        untested("window", **rest(BOLTS[5:], again=BOLTS[:-1])),
        na("no_window", **ordered(BOLTS, rows=[*BOLTS, item(1, "Nut", 300, ID=300)])),  # the condition is not kept
        na("no_window", **ordered(BOLTS, rows=BOLTS[1:])),  # a row of the window is missing
        na("not_supported", **ordered(b"", 501)),
        fails("malformed", "broken", **sliced("sorted", "ascending", b"{", order=ORDER)),
    ],
}
