"""OData $filter: what each check must say."""

from functools import partial
from typing import Any

from cpo_probe.protocols.odata.expression import (
    Array,
    Call,
    Constant,
    Expression,
    In,
    Lambda,
    Not,
    Operation,
    Path,
    both,
    compare,
)
from cpo_probe.protocols.odata.expression import (
    Case as Chosen,
)
from tests.probes.make import Case, fails, na, passes, untested
from tests.probes.odata.querying import CLAIMING, OPEN, OWNED, asked, common, filtered, page, rows

INT, TEXT = "Edm.Int32", "Edm.String"


def constant(value: Any, type: str = TEXT) -> Constant:
    return Constant(value, type)


SHOWN: dict[str, tuple[Expression, tuple[int, ...]]] = {
    "eq-ne": (compare("Name", "eq", "Nut", TEXT), (2,)),
    "comparison": (compare("Number", "gt", 7, INT), (2, 4)),
    "logical": (both(compare("Number", "ge", 7, INT), Not(compare("Name", "eq", "Nut", TEXT))), (3, 4)),
    "in": (In(Path("ID"), (constant(1, INT), constant(3, INT))), (1, 3)),
    "arithmetic": (Operation("eq", Operation("mod", Path("Number"), constant(2, INT)), constant(1, INT)), (1, 3, 4)),
    "null": (compare("Name", "ne", "Nut", TEXT), (1, 3, 4)),
    "enum": (compare("State", "eq", "Open", "a.State"), (1, 3)),
    "alias": (compare("Name", "eq", "Nut", TEXT), (2,)),
    "case": (compare("Number", "ge", 8, INT), (2, 4)),
    "string": (Call("startswith", (Path("Name"), constant("N"))), (2,)),
    "date": (Operation("eq", Call("year", (Path("Made"),)), constant(2023, INT)), (3,)),
    "math": (Operation("eq", Call("ceiling", (Path("Mass"),)), constant(3, INT)), (2,)),
    "type": (Call("isof", (Path("a.Special"),)), (1,)),
    "conditional": (
        Operation(
            "eq",
            Chosen(((compare("Number", "ge", 8, INT), constant("many")), (constant(True, "Edm.Boolean"), constant("few")))),
            constant("few"),
        ),
        (1, 3),
    ),
    "collection": (Call("hassubset", (Path("Tags"), Array((constant("b"), constant("a"))))), (3, 4)),
    "lambda": (Lambda(Path("Tags"), "any", "x", Operation("eq", Path("x"), constant("b"))), (3, 4)),
    "count": (Operation("ge", Path("Tags/$count"), constant(2, "Edm.Int64")), (3, 4)),
    "navigation": (compare("Owner/Name", "eq", "Eve", TEXT), (2,)),
    "null-navigation": (Operation("eq", Path("Owner"), constant(None)), (1, 3, 4)),
}
RELATED = ("navigation", "null-navigation")


def question(feature: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    if feature in RELATED:
        shown = page("odata.query.expand", {"value": OWNED}, "000010", navigation="Owner", top=30)
        more = {"over": "Owner", "before": (shown,), **more}
    return filtered(feature, SHOWN[feature][0], body, status, **more)


def feature(name: str) -> list[Case]:
    make, right = partial(question, name), SHOWN[name][1]
    other = next(id for id in (1, 2, 3, 4) if id not in right)
    return [
        *common(make, rows(*right), rows(*right, other)),
        fails("wrong_rows", **make(rows(*right[1:]))),
        fails("wrong_rows", **make(rows(1, 2, 3, 4))),
        passes(**make(rows(*right[::-1]))),
        passes(**make(rows(right[0], **{"@odata.nextLink": "?$skiptoken=1"}))),
        passes(**make(rows(right[0]), top=1)),
        untested("window", **make(rows(*right[1:]), again="")),
        untested("window", **make(rows(*right[1:]), again=rows(*(id for id in (1, 2, 3, 4) if id != right[0])))),
        na("not_computable", **{**make(rows(*right)), **filtered(name, compare("Gone", "eq", 1, INT), rows(*right))}),
    ]


def unknown(body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    return asked("odata.query.filter.unknown-property", body, status, name="unknown property", **more)


BOLT = compare("Name", "eq", "Bolt", TEXT)
CASES: dict[str, list[Case]] = {f"odata.filter.{name}": feature(name) for name in SHOWN}
CASES["odata.filter.eq-ne"] += [
    passes(**filtered("eq-ne", BOLT, rows(1))),
    passes(**filtered("eq-ne", BOLT, rows(1, 4))),
    fails("wrong_rows", **filtered("eq-ne", BOLT, rows(4))),
    passes(**filtered("eq-ne", BOLT, {"value": [{"ID": 99, "Name": "Bolt"}, *rows(1)["value"]]})),
    fails("wrong_rows", **filtered("eq-ne", BOLT, {"value": [{"ID": 99, "Name": "Nail"}, *rows(1)["value"]]}, again="")),
]
NOW = both(Operation("lt", Path("Made"), Call("now", ())), compare("Number", "ge", 8, INT))
LATER = {"ID": 99, "Made": "2025-06-03T20:00:00Z", "Number": 9}
"""Of the day of the test, by another clock."""
CASES["odata.filter.date"] += [
    passes(**filtered("date", NOW, rows(2, 4))),
    passes(**filtered("date", NOW, {"value": [*rows(2, 4)["value"], LATER]})),
    fails("wrong_rows", **filtered("date", NOW, {"value": [*rows(2, 4)["value"], {**LATER, "Made": "2031-01-01T00:00:00Z"}]})),
    fails("wrong_rows", **filtered("date", NOW, rows())),
]
CASES["odata.filter.string"] += [
    fails("refused_although_claimed", **filtered("string", SHOWN["string"][0], b"", 501, csdl=CLAIMING, name="startswith")),
    na("not_supported", **filtered("string", SHOWN["string"][0], b"", 501, csdl=CLAIMING, name="concat")),
]
CASES["odata.filter.unknown-property"] = [
    passes(**unknown(b"", 400)),
    passes(**unknown(b"", 501)),
    fails("unknown_property_accepted", **unknown(rows())),
    fails("unknown_property_accepted", **unknown(rows(1, 2, 3, 4))),
    fails("server_error", **unknown(b"", 500)),
    na("open_type", **unknown(rows(), csdl=OPEN)),
    na("other_answer", **unknown(b"", 503)),
    na("no_window", **unknown(rows(), window={"value": []})),
    fails("unknown_property_accepted", "broken", **unknown(b"{")),
]
