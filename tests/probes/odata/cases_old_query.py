"""OData V2, queries: what each check must say."""

from typing import Any

from cpo_probe.model import Exchange
from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.old_make import BROKEN, DAY, HTML, PAGE, ROOT, ROWS, TEXT, at, many, one, page, refusals, row


def atom_of(op: str, path: str, type: str, value: Any) -> dict[str, Any]:
    return {"op": op, "path": path, "type": type, "value": value}


def filtered(kind: str, condition: dict[str, Any], right: list[int], wrong: list[int], lost: list[int]) -> list[Case]:
    """`right`, `wrong`, `lost`: ids of the rows of an answer that keeps the condition, that does not, that lost a row."""
    purpose, again = f"filter.{kind}", at("again", body=page(ROWS), id="000020", top=200)

    def answer(ids: list[int], *beside: Exchange) -> dict[str, Any]:
        return one(purpose, body=page(row(id) for id in ids), condition=condition, beside=beside)

    return [
        passes(**answer(right)),
        fails("not_filtered", **answer(wrong)),
        fails("rows_left_out", **answer(lost, again)),
        untested("window", **answer(lost)),
        *refusals(purpose, condition=condition),
        na("not_json", **one(purpose, 200, PAGE, [HTML], condition=condition)),
        fails("malformed", "broken", **one(purpose, **BROKEN, condition=condition)),
        fails("malformed", "broken", **one(purpose, 200, {"value": []}, condition=condition)),
    ]


BIG, SMALL = list(range(6, 11)), list(range(1, 6))


GREATER, LESS = atom_of("gt", "Size", "Edm.Decimal", "5"), atom_of("lt", "ID", "Edm.Int32", 3)


SINCE = atom_of("gt", "At", "Edm.DateTimeOffset", "/Date(0)/")


TYPED: dict[str, Any] = {"op": "isof", "value": "a.Tool"}


TOOL = row(3, __metadata={"uri": f"{ROOT}/Items(3)", "type": "a.Tool"})


def skipped(first: list[int], then: list[int], again: list[int] | None = None, status: int = 200) -> dict[str, Any]:
    asked = [at("skip", body=page(row(i) for i in first), role="first")]
    asked.append(at("skip", status, page(row(i) for i in then) if status == 200 else b"", role="then"))
    asked += [at("skip", body=page(row(i) for i in again), role="again")] if again is not None else []
    return many(*asked)


def counted(*numbers: tuple[Any, Any], status: int = 200) -> dict[str, Any]:
    """Pairs of __count and /$count."""
    asked = []
    for turn, (within, plain) in enumerate(numbers, 1):
        more = {} if within is None else {"__count": within}
        asked.append(at("count", 200, str(plain).encode(), [TEXT], filter="", turn=turn))
        body = page(ROWS[:1], **more) if status == 200 else b""
        asked.append(at("inlinecount", status, body, filter="", turn=turn))
    return many(*asked)


def error(code: Any = "x", message: Any = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": {"lang": "en", "value": "no"} if message is None else message}}


def wrong(purpose: str, *right: int) -> list[Case]:
    purpose = f"errors.{purpose}"
    return [
        *(passes(**one(purpose, status, error())) for status in right),
        fails("accepted", **one(purpose, 200, page(ROWS))),
        fails("server_error", **one(purpose, 500)),
        na("other_answer", **one(purpose, 403)),
        fails("accepted", "broken", **one(purpose, 200, b"\xff{")),
    ]


def ordered(ids: list[int], direction: str = "asc", **changes: Any) -> dict[str, Any]:
    note = {"path_of": "Size", "type": "Edm.Decimal", "direction": direction, **changes}
    return one("orderby", body=page(row(id) for id in ids), **note)


SIZE: dict[str, Any] = {"path_of": "Size", "type": "Edm.Decimal", "direction": "asc"}


OFFSETS = [row(1, At="/Date(7200000+0000)/"), row(2, At="/Date(7300000+0120)/"), row(3, At="/Date(9000000+0000)/")]

CASES: dict[str, list[Case]] = {
    "odata2.filter.comparison": filtered("comparison", GREATER, BIG, [1, *BIG], BIG[1:]),
    "odata2.filter.logical": filtered("logical", {"op": "not", "of": [LESS]}, [3, 4, *BIG, 5], [1, *BIG], BIG),
    "odata2.filter.arithmetic": filtered(
        "arithmetic", atom_of("mod", "ID", "Edm.Int32", 1), [1, 3, 5, 7, 9], [1, 2], [1, 3, 5]
    ),
    "odata2.filter.substringof": [
        *filtered("substringof", atom_of("substringof", "Name", "Edm.String", "t01"), [10], [9, 10], []),
        passes(**one("filter.substringof", body=page([row(10)]), condition=atom_of("substringof", "Name", "Edm.String", "T01"))),
        passes(**one("filter.substringof", body=page([]), condition=atom_of("substringof", "Name", "Edm.String", "T01"))),
    ],
    "odata2.filter.string": filtered("string", atom_of("startswith", "Name", "Edm.String", "part01"), [10], SMALL, []),
    "odata2.filter.date": [
        *filtered("date", atom_of("gt", "At", "Edm.DateTime", f"/Date({5 * DAY})/"), BIG, SMALL, BIG[2:]),
        passes(**one("filter.date", body=page([*ROWS, row(11, At="/Date(1+0120)/")]), condition=SINCE)),
    ],
    "odata2.filter.null": [
        passes(**one("filter.null", body=page(ROWS), condition=atom_of("ne", "Size", "Edm.Decimal", None))),
        passes(**one("filter.null", body=page([row(11, Size=None)]), condition=atom_of("eq", "Size", "Edm.Decimal", None))),
        fails("not_filtered", **one("filter.null", body=page(ROWS), condition=atom_of("eq", "Size", "Edm.Decimal", None))),
        *refusals("filter.null", condition=atom_of("eq", "Size", "Edm.Decimal", None)),
        fails("malformed", "broken", **one("filter.null", **BROKEN, condition=atom_of("eq", "Size", "Edm.Decimal", None))),
    ],
    "odata2.filter.complex": filtered("complex", GREATER, BIG, [1, *BIG], BIG[1:]),
    "odata2.filter.type": [
        passes(**one("filter.type", body=page([TOOL]), condition=TYPED)),
        fails("not_filtered", **one("filter.type", body=page([TOOL, row(4)]), condition=TYPED)),
        *refusals("filter.type", condition=TYPED),
        fails("malformed", "broken", **one("filter.type", **BROKEN, condition=TYPED)),
    ],
    "odata2.orderby": [
        passes(**ordered([1, 2, 10])),
        passes(**ordered([10, 2, 1], "desc")),
        passes(**one("orderby", body=page([row(2, Size=None), row(1), row(3)]), **SIZE)),
        passes(**one("orderby", body=page(OFFSETS), path_of="At", type="Edm.DateTimeOffset", direction="asc")),
        fails("not_sorted", **ordered([1, 10, 2])),
        fails("not_sorted", **ordered([1, 2], "desc")),
        na("too_few", **ordered([1, 1])),
        na("too_few", **one("orderby", body=page([row(1, size="x")]), **SIZE)),
        *refusals("orderby", **SIZE),
        fails("malformed", "broken", **one("orderby", **BROKEN, **SIZE)),
    ],
    "odata2.top": [
        passes(**one("top", body=page(ROWS[:2]), top=2)),
        passes(**one("top", body=page(ROWS[:1]), top=2)),
        fails("larger_than_asked", **one("top", body=page(ROWS), top=2)),
        *refusals("top", top=2),
        fails("malformed", "broken", **one("top", **BROKEN, top=2)),
    ],
    "odata2.skip": [
        passes(**skipped(SMALL, [3, 4, 5])),
        fails("other_part_of_order", **skipped(SMALL, [1, 2, 3], SMALL)),
        untested("window", **skipped(SMALL, [1, 2, 3], [2, 3, 4, 5, 6])),
        na("not_supported", **skipped(SMALL, [], status=501)),
        fails("server_error", **skipped(SMALL, [], status=500)),
        fails("malformed", "broken", **many(at("skip", body=page(ROWS[:5]), role="first"), at("skip", **BROKEN, role="then"))),
    ],
    "odata2.select": [
        passes(**one("select", body=page([{"Name": "x"}, {"Name": "y", "ID": 1}]), name="Name")),
        na("shown_anyway", **one("select", body=page(ROWS), name="Name")),
        fails("property_absent", **one("select", body=page([{"ID": 1}]), name="Name")),
        na("too_few", **one("select", body=page([]), name="Name")),
        *refusals("select", name="Name"),
        fails("malformed", "broken", **one("select", **BROKEN, name="Name")),
    ],
    "odata2.expand": [
        passes(**one("expand", body=page([row(1, Parts={"results": [row(2)]})]), name="Parts")),
        passes(**one("expand", body=page([row(1, Whole=None)]), name="Whole")),
        fails("option_ignored", **one("expand", body=page(ROWS), name="Parts")),
        fails("option_ignored", **one("expand", body=page([{"ID": 1}]), name="Parts")),
        na("too_few", **one("expand", body=page([]), name="Parts")),
        *refusals("expand", name="Parts"),
        fails("malformed", "broken", **one("expand", **BROKEN, name="Parts")),
    ],
    "odata2.count": [
        passes(**one("count", 200, b"10", [TEXT])),
        passes(**one("count", 200, b"\xef\xbb\xbf10", [TEXT])),
        passes(**one("count", 200, b"3", [TEXT], filter="ID lt 4")),
        fails("counts_differ", **one("count", 200, b"11", [TEXT], beside=(at("again", body=page(ROWS), id="000020", top=200),))),
        fails("malformed", **one("count", 200, {"d": {"count": 10}})),
        untested("window", **one("count", 200, b"11", [TEXT])),
        na("not_supported", **one("count", 404)),
        fails("server_error", **one("count", 500)),
        fails("malformed", "broken", **one("count", 200, b"\xff", [TEXT])),
    ],
    "odata2.inlinecount": [
        passes(**counted(("10", 10))),
        passes(**counted(("9", 10), ("10", 10))),
        untested("window", **counted(("9", 10))),
        fails("counts_differ", **counted(("1", 10), ("1", 10))),
        fails("option_ignored", **counted((None, 10))),
        fails("malformed", **counted(("ten", 10))),
        na("not_supported", **counted(("10", 10), status=501)),
        fails("server_error", **counted(("10", 10), status=500)),
        fails("option_ignored", "broken", **many(at("inlinecount", **BROKEN, filter="", turn=1))),
    ],
}  # fmt: skip
