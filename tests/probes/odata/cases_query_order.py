"""OData $orderby, $top, $skip, $count and $select: what each check must say."""

from typing import Any

from cpo_probe.protocols.odata import to_note
from cpo_probe.protocols.odata.expression import Path, compare
from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.querying import ROWS, asked, common, item, page, rows

NUMBER, NAME = [[to_note(Path("Number")), False]], [[to_note(Path("Name")), False]]
DOWN = [[to_note(Path("Number")), True]]
MANY = {"value": [{**ROWS[0], "ID": n, "Number": n} for n in range(1, 201)]}
"""A page that is full: there may be more rows."""


def order(body: Any, status: int = 200, by: Any = None, **more: Any) -> dict[str, Any]:
    return asked("odata.query.orderby", body, status, name="ascending", order=by or NUMBER, **more)


def part(kind: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked(f"odata.query.slice.{kind}", body, status, name=f"${kind}", **more)


def top(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return part("top", body, status, **{"top": 3, **more})


def skip(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return part("skip", body, status, **{"top": 2, "skip": 1, **more})


def halves(whole: Any, first: Any, second: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    shown = (("whole", whole, "000020"), ("first", first, "000021"))
    parts = [page("odata.query.stable-part", body, id, part=name) for name, body, id in shown]
    return asked("odata.query.stable", second, status, before=tuple(parts), property="State", top=2, skip=2, name="x", **more)


def count(body: Any, status: int = 200, name: str = "$count=true", **more: Any) -> dict[str, Any]:
    return asked("odata.query.count", body, status, name=name, **{"top": 1, **more})


def path(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    text = [("Content-Type", "text/plain")]
    return asked("odata.query.count-path", body, status, path="/$count", name="/$count", headers=text, **more)


HEAVY = to_note(compare("Number", "ge", 8, "Edm.Int32"))


NAMED: dict[str, Any] = {"name": "$count=true"}
LISTED = page("odata.query.count-filtered", rows(2, 4), "000030", expression=HEAVY, top=200, **NAMED)
TEXT = page("odata.query.count-filtered", b"2", "000031", name="/$count", expression=HEAVY)
COUNTED = page("odata.query.count", rows(1, **{"@odata.count": 1000}), "000030", top=1, **NAMED)


def limited(body: Any, status: int = 200, name: str = "$count=true", **more: Any) -> dict[str, Any]:
    return asked("odata.query.count-filtered", body, status, name=name, expression=HEAVY, **{"top": 1, **more})


def total(number: Any, *ids: int, **more: Any) -> dict[str, Any]:
    return rows(*ids, **{"@odata.count": number}, **more)


def select(body: Any, status: int = 200, wanted: tuple[str, ...] = ("ID", "Name"), **more: Any) -> dict[str, Any]:
    return asked("odata.query.select", body, status, **{"name": "properties", "wanted": list(wanted), **more})


def nested(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked("odata.query.select-nested", body, status, name="path", wanted=["Place"], inner="City", **more)


def cut(*names: str, **more: Any) -> dict[str, Any]:
    return {"value": [{name: row[name] for name in names} for row in ROWS], **more}


UNSELECTED = {"@odata.context": "$metadata#Items", "value": ROWS}
CITY = {"value": [{"ID": row["ID"], "Place": {"City": "Ulm"}} for row in ROWS]}

CASES: dict[str, list[Case]] = {
    "odata.orderby": [
        *common(order, rows(1, 3, 2, 4), rows(1, 2, 3, 4), "not_in_order"),
        passes(**order(rows(4, 2, 3, 1), by=DOWN)),
        passes(**order({"value": [item(9, "x", 1), *rows(1, 3, 2, 4)["value"]]})),
        fails("not_in_order", **order(rows(1, 2, 3, 4), by=DOWN)),
        passes(**order(rows(3, 1, 4, 2), by=NAME)),
        passes(**order(rows(1, 4, 2, 3), by=NAME)),
        passes(**order(rows(4, 1, 2, 3), by=NAME)),
        fails("not_in_order", **order(rows(2, 1, 4, 3), by=NAME)),
        fails("wrong_rows", **order(rows(1, 3, 2))),
        passes(**order(rows(4, 2), by=DOWN, top=2)),
        fails("wrong_rows", **order(rows(2, 1), by=DOWN, top=2)),
        untested("window", **order(rows(2, 1), by=DOWN, top=2, again="")),
        na("too_few", **order(rows(1))),
        na("no_window", **order(rows(1, 3), window={"value": []})),
    ],
    "odata.orderby.stable": [
        passes(**halves(rows(1, 3, 2, 4), rows(1, 3), rows(2, 4))),
        fails("not_stable", **halves(rows(1, 3, 2, 4), rows(1, 3), rows(4, 2))),
        fails("not_stable", **halves(rows(1, 3, 2, 4), rows(3, 1), rows(1, 4))),
        untested("window", **halves(rows(1, 3, 2, 4), rows(1, 3), rows(1, 4), again="")),
        na("in_pages", **halves(rows(1, 3, 2, 4), rows(1), rows(2, 4, **{"@nextLink": "?x"}))),
        na("no_data", **halves(b"", rows(1, 3), rows(2, 4))),
        na("not_supported", **halves(rows(1), rows(1), b"", 501)),
        fails("server_error", **halves(rows(1), rows(1), b"", 500)),
        na("no_data", "broken", **halves(rows(1), rows(1), b"{")),
    ],
    "odata.top": [
        *common(top, rows(1, 2, 3), rows(1, 2, 3, 4), "larger_than_asked"),
        passes(**top(rows(), top=0)),
        passes(**top(rows(1, **{"@odata.nextLink": "?x"}))),
        fails("other_part", **top(rows(1, 2))),
        fails("other_part", **top(rows(3, 2, 1))),
        untested("window", **top(rows(3, 2, 1), again="")),
        untested("window", **top(rows(4, 1, 2), again=rows(4, 1, 2, 3))),
        na("no_window", **top(rows(1), window={"value": []})),
    ],
    "odata.skip": [
        *common(skip, rows(2, 3), rows(1, 2), "other_part"),
        passes(**skip(rows(), top=None, skip=4)),
        fails("other_part", **skip(rows(4), top=None, skip=4)),
        na("too_few", **skip(rows(1), top=None, skip=200, window=MANY)),
        fails("larger_than_asked", **skip(rows(2, 3, 4))),
    ],
    "odata.count": [
        passes(**count(total(4, 1))),
        passes(**count(total("4", 1))),
        passes(**count(total(1000, 1), window=MANY)),
        passes(**count(total(3, 1, 2, 3), top=200)),
        passes(**count(rows(1), name="$count=false")),
        fails("wrong_count", **count(total(1, 1))),
        fails("wrong_count", **count(total(5, 1))),
        fails("wrong_count", **count(total(199, 1), window=MANY)),
        fails("wrong_count", **count(total(20, 1, 2, 3), top=200)),
        fails("no_count", **count(rows(1))),
        fails("no_count", **count(total(True, 1))),
        fails("server_error", **count(b"", 500)),
        untested("window", **count(total(5, 1), again="")),
        untested("window", **count(total(4, 1, 2, 3), top=200, again={"value": ROWS[:3]})),
        untested("window", **count(total(5, 1), again={"value": [*ROWS, item(5, "new", 1)]})),
        na("count_unasked", **count(total(4, 1), name="$count=false")),
        na("not_supported", **count(b"", 501)),
        na("no_window", **count(total(4, 1), window={"value": []})),
        fails("no_count", "broken", **count(b"{")),
    ],
    "odata.count.path": [
        passes(**path(b"4")),
        passes(**path(b"\xef\xbb\xbf4")),
        fails("wrong_count", **path(b"5")),
        fails("no_number", **path(b'{"@odata.count":4}')),
        fails("server_error", **path(b"", 500)),
        untested("window", **path(b"5", again="")),
        na("not_supported", **path(b"", 404)),
        na("no_content", **path(b"", 204)),
        fails("no_number", "broken", **path(b"\xff")),
    ],
    "odata.count.filtered": [
        passes(**limited(total(2, 2))),
        passes(**limited(total(2, 2, 4), top=200)),
        passes(**limited(b"2", name="/$count")),
        fails("wrong_count", **limited(total(4, 2))),
        fails("wrong_count", **limited(b"4", name="/$count")),
        fails("wrong_count", **limited(b"9", name="/$count", before=(LISTED,))),
        fails("wrong_count", **limited(total(1000, 1), window=MANY, before=(COUNTED,))),
        passes(**limited(total(600, 1), window=MANY, before=(COUNTED,))),
        passes(**limited(total(2, 2), before=(TEXT,))),
        untested("window", **limited(total(4, 2), again="")),
        na("not_supported", **limited(b"", 400)),
        fails("no_count", "broken", **limited(b"{")),
    ],
    "odata.select": [
        *common(select, cut("ID", "Name"), cut("ID"), "property_missing"),
        passes(**select({**UNSELECTED, "@odata.context": "$metadata#Items(ID,Name)"})),
        passes(**select(UNSELECTED, name="*", wanted=("Name", "Number"))),
        na("shown_anyway", **select(UNSELECTED)),
        fails("property_missing", **select(cut("ID"), name="*", wanted=("Name",))),
        na("too_few", **select(rows())),
        na("no_window", **select(cut("ID", "Name"), window={"value": []})),
    ],
    "odata.select.nested": [
        *common(nested, CITY, {"value": [{"ID": 1, "Place": {"Zip": 1}}]}, "property_missing"),
        passes(**nested(cut("ID", "Place"))),
        passes(**nested({"value": [{"ID": 1, "Place": None}]})),
        fails("property_missing", **nested(cut("ID"))),
        na("shown_anyway", **nested(UNSELECTED)),
    ],
}
