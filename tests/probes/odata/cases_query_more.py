"""OData $search, $compute, $apply and options written otherwise: what each check must say."""

from typing import Any

from cpo_probe.protocols.odata import to_note
from cpo_probe.protocols.odata.expression import Constant, Operation, Path, compare
from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.querying import ROWS, asked, common, page, rows

TWICE = Operation("mul", Path("Number"), Constant(2, "Edm.Int32"))
HEAVY = to_note(compare("Number", "ge", 8, "Edm.Int32"))


def search(name: str, body: Any, status: int = 200, word: Any = None, **more: Any) -> dict[str, Any]:
    before = (page("odata.query.search", word or rows(1, 4), "000030", name="word"),)
    return asked("odata.query.search", body, status, before=before, name=name, **more)


def compute(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked("odata.query.compute", body, status, **{"name": "$select", "value": to_note(TWICE), **more})


def doubled(by: int = 2, *ids: int) -> dict[str, Any]:
    return {"value": [{"ID": r["ID"], "Number": r["Number"], "CpoProbeValue": r["Number"] * by} for r in ROWS if r["ID"] in ids]}


def apply(kind: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked("odata.query.apply", body, status, name=kind, kind=kind, **{"property": "Number", **more})


def number(value: Any) -> dict[str, Any]:
    return {"value": [{"CpoProbeValue": value}]}


def groups(*values: Any) -> dict[str, Any]:
    return {"value": [{"Number": value} for value in values]}


def option(purpose: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked(f"odata.query.options-{purpose}", body, status, **{"name": "filter", "expression": HEAVY, **more})


def bare(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return option("bare", body, status, **more)


def capital(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return option("case", body, status, **more)


TOP: dict[str, Any] = {"name": "top", "expression": None, "top": 3}
FULL = {"value": [{**ROWS[0], "ID": n, "Number": n} for n in range(1, 201)]}

CASES: dict[str, list[Case]] = {
    "odata.search": [
        passes(**search("word", rows(1, 4))),
        passes(**search("NOT", rows(2, 3))),
        passes(**search("AND", rows(4))),
        passes(**search("OR", rows(1, 2, 4))),
        passes(**search("word", rows(1, 2, 3, 4))),
        fails("wrong_rows", **search("NOT", rows(1, 2, 3))),
        fails("wrong_rows", **search("NOT", rows(2))),
        fails("wrong_rows", **search("AND", rows(4, 2))),
        fails("wrong_rows", **search("OR", rows(1, 2))),
        fails("server_error", **search("OR", b"", 500)),
        untested("window", **search("OR", rows(1, 2), again="")),
        na("not_supported", **search("word", b"", 501)),
        na("no_data", **search("NOT", rows(2), word={"d": []})),
        na("no_window", **search("word", rows(1), window={"value": []})),
        fails("malformed", "broken", **search("word", b"{")),
    ],
    "odata.compute": [
        *common(compute, doubled(2, 1, 2, 3), doubled(3, 1, 2, 3), "other_value"),
        fails("other_value", **compute(rows(1))),
        na("too_few", **compute(rows())),
        na("not_computable", **compute({"value": [{"ID": 1, "CpoProbeValue": 2}]})),
        passes(**compute(rows(2, 4), name="$filter", value=None, expression=HEAVY)),
        fails("wrong_rows", **compute(rows(2, 3, 4), name="$filter", value=None, expression=HEAVY)),
        passes(**compute(rows(4, 2), name="$orderby", value=None, order=[[to_note(TWICE), True]], top=2)),
        fails("not_in_order", **compute(rows(2, 4), name="$orderby", value=None, order=[[to_note(TWICE), True]], top=2)),
    ],
    "odata.apply": [
        passes(**apply("count", number(4))),
        passes(**apply("count", number("4"))),
        passes(**apply("max", number(9))),
        passes(**apply("min", number(5))),
        passes(**apply("min", number(-3), window=FULL)),
        passes(**apply("groupby", groups(5, 8, 7, 9))),
        fails("other_value", **apply("count", number(1))),
        fails("other_value", **apply("max", number(8))),
        fails("other_value", **apply("groupby", groups(5, 8))),
        fails("not_grouped", **apply("groupby", groups(5, 8, 5))),
        fails("not_aggregated", **apply("count", {"value": ROWS})),
        fails("not_aggregated", **apply("count", number(None))),
        fails("refused_although_claimed", **apply("count", b"", 501, claimed=True)),
        fails("server_error", **apply("count", b"", 500)),
        untested("window", **apply("count", number(1), again="")),
        na("not_supported", **apply("count", b"", 501)),
        fails("malformed", "broken", **apply("count", b"{")),
    ],
    "odata.options.bare": [
        *common(bare, rows(2, 4), rows(1, 2, 3, 4)),
        passes(**bare(rows(1, 2, 3), **TOP)),
        fails("larger_than_asked", **bare(rows(1, 2, 3, 4), **TOP)),
    ],
    "odata.options.case": [
        *common(capital, rows(2, 4), rows(1, 2, 3, 4)),
        passes(**capital(rows(1, 2, 3), **TOP)),
        fails("larger_than_asked", **capital(rows(1, 2, 3, 4), **TOP)),
        na("no_window", **capital(rows(2, 4), window={"value": []})),
    ],
}
