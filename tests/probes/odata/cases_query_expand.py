"""OData $expand: what each check must say."""

from typing import Any

from cpo_probe.protocols.odata import to_note
from cpo_probe.protocols.odata.expression import compare
from tests.probes.make import Case, exchange, fails, na, passes, untested
from tests.probes.odata.querying import OWNED, ROOT, ROWS, WITH_PARTS, asked, page

NOTHING: dict[str, Any] = {"value": []}


def related(row: int, body: Any, status: int = 200, navigation: str = "Parts") -> Any:
    note = {"set": "Items", "navigation": navigation, "row": str(row)}
    return exchange(
        status, (), body, id=f"00002{row}", url=f"{ROOT}/Items({row})/{navigation}", purpose="odata.query.related", note=note
    )


def shown(value: list[dict[str, Any]], navigation: str = "Parts", purpose: str = "expand", id: str = "000010") -> Any:
    return page(f"odata.query.{purpose}", {"value": value}, id, navigation=navigation, top=30, name=navigation)


def expanded(body: Any, status: int = 200, *, navigation: str = "Parts", again: Any = None, others: tuple[Any, ...] = ()) -> Any:
    """The answer of $expand itself; `others`: what the URL of the relation gave."""
    later = body["value"] if again is None and isinstance(body, dict) else again or []
    before = (shown(later, navigation, "expand-again", "000011"), *others)
    return asked("odata.query.expand", body, status, before=before, navigation=navigation, name=navigation, top=30)


def option(kind: str, body: Any, status: int = 200, *, again: Any = WITH_PARTS, known: Any = WITH_PARTS, **note: Any) -> Any:
    before = (shown(known), *((shown(again, purpose="expand-again", id="000011"),) if again else ()))
    name = f"${kind}"
    return asked(f"odata.query.expand.{kind}", body, status, before=before, navigation="Parts", name=name, top=30, **note)


def parts(*each: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The rows with these related entities."""
    return {"value": [{**row, "Parts": some, **more} for row, some in zip(ROWS, each, strict=False)]}


TWO, THREE = ROWS[1], ROWS[2]
HEAVY: dict[str, Any] = {"expression": to_note(compare("Number", "ge", 8, "Edm.Int32"))}
DOWN: dict[str, Any] = {"order": ["Number", True]}
UP: dict[str, Any] = {"order": ["ID", False]}


def options(kind: str, right: Any, wrong: Any, code: str = "wrong_related", **note: Any) -> list[Case]:
    return [
        passes(**option(kind, right, **note)),
        fails(code, **option(kind, wrong, **note)),
        untested("window", **option(kind, wrong, again="", **note)),
        fails("server_error", **option(kind, b"", 500, **note)),
        na("not_supported", **option(kind, b"", 501, **note)),
        na("other_answer", **option(kind, b"", 503, **note)),
        na("no_window", **option(kind, right, known=[{**row} for row in ROWS], **note)),
        na("too_few", **option(kind, NOTHING, **note)),
        fails("malformed", "broken", **option(kind, b"{", **note)),
    ]


def numbered(*counts: Any) -> dict[str, Any]:
    shown = zip(ROWS, ([TWO, THREE], [THREE], [], []), counts, strict=False)
    return {"value": [{**row, "Parts": some, "Parts@odata.count": n} for row, some, n in shown]}


def named(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"@odata.id": f"Items({row['ID']})"} for row in rows]


def deep(below: Any) -> dict[str, Any]:
    return parts([{**TWO, "Parts": below}, {**THREE, "Parts": []}], [{**THREE, "Parts": []}], [], [])


def only(*rows: dict[str, Any], name: str = "Name") -> list[dict[str, Any]]:
    return [{"ID": row["ID"], name: row[name]} for row in rows]


CASES: dict[str, list[Case]] = {
    "odata.expand": [
        passes(**expanded({"value": WITH_PARTS})),
        passes(**expanded({"value": OWNED}, navigation="Owner")),
        passes(**expanded({"value": WITH_PARTS}, others=(related(1, {"value": [THREE, TWO]}), related(2, {"value": [THREE]})))),
        passes(**expanded({"value": WITH_PARTS}, others=(related(1, b"", 404),))),
        passes(**expanded({"value": OWNED}, navigation="Owner", others=(related(2, {"ID": 7}, navigation="Owner"),))),
        passes(**expanded({"value": OWNED}, navigation="Owner", others=(related(1, b"", 204, "Owner"),))),
        fails("not_expanded", **expanded({"value": ROWS})),
        fails("not_expanded", **expanded({"value": [{**ROWS[0], "Parts": {"ID": 2}}]})),
        fails("not_expanded", **expanded({"value": OWNED[1:2] + ROWS[2:]}, navigation="Owner")),
        fails("other_than_related", **expanded({"value": WITH_PARTS}, others=(related(1, {"value": [TWO]}),))),
        fails("other_than_related", **expanded({"value": OWNED}, navigation="Owner", others=(related(2, b"", 204, "Owner"),))),
        untested("window", **expanded({"value": WITH_PARTS}, again=OWNED, others=(related(1, {"value": [TWO]}),))),
        fails("server_error", **expanded(b"", 500, again=ROWS)),
        na("not_supported", **expanded(b"", 501, again=ROWS)),
        na("other_answer", **expanded(b"", 503, again=ROWS)),
        fails("malformed", "broken", **expanded(b"{", again=ROWS)),
    ],
    "odata.expand.filter": [
        *options("filter", parts([TWO], [], [], []), parts([TWO, THREE], [THREE], [], []), **HEAVY),
        fails("wrong_related", **option("filter", parts([], [], [], []), **HEAVY)),
    ],
    "odata.expand.orderby": [
        *options("orderby", parts([TWO, THREE], [THREE], [], []), parts([THREE, TWO], [THREE]), "not_in_order", **DOWN),
        fails("wrong_related", **option("orderby", parts([TWO], [THREE], [], []), **DOWN)),
    ],
    "odata.expand.paging": [
        *options("paging", parts([TWO], [THREE], [], []), parts([TWO, THREE], [THREE]), nested_top=1, **UP),
        passes(**option("paging", parts([THREE], [], [], []), nested_skip=1, **UP)),
        fails("wrong_related", **option("paging", parts([TWO], [], [], []), nested_skip=1, **UP)),
    ],
    "odata.expand.count": [
        *options("count", numbered(2, 1, 0, 0), numbered(3, 1, 0, 0), "wrong_count"),
        passes(**option("count", numbered("2", "1", "0", "0"))),
        fails("wrong_count", **option("count", parts([TWO, THREE], [THREE], [], []))),
    ],
    "odata.expand.select": [
        *options(
            "select",
            parts(only(TWO, THREE), only(THREE), [], []),
            parts([{"ID": 2}, THREE], [THREE]),
            "property_missing",
            property="Name",
        ),
        passes(**option("select", parts([TWO, *only(THREE)], [THREE], [], []), property="Name")),
        na("shown_anyway", **option("select", parts([TWO, THREE], [THREE], [], []), property="Name")),
        fails("other_value", **option("select", parts([{"ID": 2, "Name": "x"}], [], [], []), property="Name")),
    ],
    "odata.expand.levels": [
        *options("levels", deep([THREE]), deep([TWO])),
        fails("not_expanded", **option("levels", parts([TWO, THREE], [THREE], [], []))),
        fails("wrong_related", **option("levels", parts([{**TWO, "Parts": [THREE]}], [THREE], [], []))),
    ],
    "odata.expand.ref": [
        *options("ref", parts(named(TWO, THREE), named(THREE), [], []), parts(named(TWO), named(THREE), [], [])),
        fails("no_reference", **option("ref", parts([TWO, THREE], [THREE], [], []))),
    ],
}
