"""Are expressions, keys and orders written as the standard says, and is their answer computed as it says?"""

from typing import Any

import pytest

from cpo_probe.protocols.odata.csdl import EntityType
from cpo_probe.protocols.odata.evaluate import Unknown, Unsupported, Untyped, evaluator, keep
from cpo_probe.protocols.odata.expression import (
    ARITHMETIC,
    COMPARISONS,
    Call,
    Constant,
    Expression,
    In,
    Lambda,
    Negated,
    Not,
    Operation,
    Path,
    both,
    compare,
    either,
    write,
)
from cpo_probe.protocols.odata.functions import FUNCTIONS
from cpo_probe.protocols.odata.keys import NoKey, encode, key_predicate, key_segments
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.ordering import OrderItem, first_out_of_order, sort_rows, write_order
from cpo_probe.protocols.odata.values import literal
from tests.protocols.odata.support import document, edmx, old_edmx

MODEL = Model(
    document(
        edmx(
            """<EntityType Name="Part"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="Mass" Type="Edm.Decimal" Scale="variable"/>
<Property Name="Size" Type="Edm.Double"/>
<Property Name="Count" Type="Edm.Int64"/><Property Name="Flag" Type="Edm.Boolean"/><Property Name="Guid" Type="Edm.Guid"/>
<Property Name="Day" Type="Edm.Date"/><Property Name="At" Type="Edm.DateTimeOffset" Precision="3"/>
<Property Name="Time" Type="Edm.TimeOfDay" Precision="3"/><Property Name="Span" Type="Edm.Duration"/>
<Property Name="Raw" Type="Edm.Binary"/><Property Name="Place" Type="N.Place"/>
<Property Name="Rights" Type="N.Rights"/><Property Name="Tags" Type="Collection(Edm.String)" Nullable="false"/>
<NavigationProperty Name="Items" Type="Collection(N.Item)"/></EntityType>
<EntityType Name="Item"><Key><PropertyRef Name="A"/><PropertyRef Name="B/C" Alias="BC"/></Key>
<Property Name="A" Type="Edm.String" Nullable="false"/><Property Name="B" Type="N.Box" Nullable="false"/>
<Property Name="N" Type="Edm.Int32"/></EntityType>
<ComplexType Name="Box"><Property Name="C" Type="Edm.Guid" Nullable="false"/></ComplexType>
<ComplexType Name="Place"><Property Name="City" Type="Edm.String"/></ComplexType>
<EnumType Name="Rights" IsFlags="true"><Member Name="R" Value="1"/><Member Name="W" Value="2"/></EnumType>"""
        )
    )
)


def entity(name: str, model: Model = MODEL) -> EntityType:
    found = model.entity(name)
    assert found is not None
    return found


PART, ITEM = entity("N.Part"), entity("N.Item")
ROWS: list[dict[str, Any]] = [
    {
        "ID": 1,
        "Name": "Bolt",
        "Mass": 1.5,
        "Size": 0.1,
        "Count": 7,
        "Flag": True,
        "Guid": "ABCDEF00-0000-0000-0000-000000000001",
        "Day": "2024-02-29",
        "At": "2024-02-29T23:30:15.250+01:00",
        "Time": "07:08:09.5",
        "Span": "P1DT1H",
        "Raw": "T0RhdGE",
        "Place": {"City": "Graz"},
        "Rights": "R,W",
        "Tags": ["a", "b"],
        "Items": [{"A": "x", "N": 1}, {"A": "y", "N": None}],
    },
    {
        "ID": 2,
        "Name": "bolt's nut ",
        "Mass": -2.5,
        "Size": 2.0,
        "Count": -7,
        "Flag": False,
        "Guid": None,
        "Day": "1999-12-31",
        "At": "2024-02-29T22:30:15.250Z",
        "Time": "23:00",
        "Span": "-PT5S",
        "Raw": None,
        "Place": None,
        "Rights": "R",
        "Tags": [],
        "Items": [],
    },
    {"ID": 3}
    | dict.fromkeys(["Name", "Mass", "Size", "Count", "Flag", "Guid", "Day", "At", "Time", "Span", "Raw", "Place", "Rights"])
    | {"Tags": ["b"], "Items": [{"A": "z", "N": 5}]},
]


def ids(expression: Expression) -> list[int]:
    return [row["ID"] for row in keep(MODEL, PART, expression, ROWS)]


def whole(value: int) -> Constant:
    return Constant(value, "Edm.Int32")


def text(value: str | None) -> Constant:
    return Constant(value, "Edm.String")


def number(value: Any) -> Constant:
    return Constant(value, "Edm.Decimal")


def is_(left: Expression, right: Expression) -> Operation:
    return Operation("eq", left, right)


def call(name: str, *arguments: Expression) -> Call:
    return Call(name, arguments)


NAME, MASS, COUNT, SIZE = Path("Name"), Path("Mass"), Path("Count"), Path("Size")
AT = Constant("2024-02-29T22:30:15.25Z", "Edm.DateTimeOffset")
TABLE: list[tuple[Expression, str, list[int]]] = [
    (compare("Name", "eq", "Bolt", "Edm.String"), "Name eq 'Bolt'", [1]),
    (compare("Name", "eq", "BOLT", "Edm.String"), "Name eq 'BOLT'", []),
    (compare("Name", "eq", "bolt's nut ", "Edm.String"), "Name eq 'bolt''s nut '", [2]),
    (compare("Name", "ne", "Bolt", "Edm.String"), "Name ne 'Bolt'", [2, 3]),
    (compare("Name", "eq", None, "Edm.String"), "Name eq null", [3]),
    (compare("Name", "ne", None, "Edm.String"), "Name ne null", [1, 2]),
    (compare("ID", "gt", 1, "Edm.Int32"), "ID gt 1", [2, 3]),
    (compare("ID", "ge", 2, "Edm.Int32"), "ID ge 2", [2, 3]),
    (compare("ID", "lt", 2, "Edm.Int32"), "ID lt 2", [1]),
    (compare("ID", "le", 2, "Edm.Int32"), "ID le 2", [1, 2]),
    (compare("Mass", "lt", None, "Edm.Decimal"), "Mass lt null", []),
    (compare("Mass", "ge", -2.5, "Edm.Decimal"), "Mass ge -2.5", [1, 2]),
    (compare("Size", "eq", 0.1, "Edm.Decimal"), "Size eq 0.1", [1]),
    (compare("Guid", "eq", "abcdef00-0000-0000-0000-000000000001", "Edm.Guid"),
     "Guid eq abcdef00-0000-0000-0000-000000000001", [1]),
    (compare("Day", "lt", "2000-01-01", "Edm.Date"), "Day lt 2000-01-01", [2]),
    (is_(Path("At"), AT), "At eq 2024-02-29T22:30:15.25Z", [1, 2]),
    (compare("Time", "gt", "07:08:09", "Edm.TimeOfDay"), "Time gt 07:08:09", [1, 2]),
    (compare("Span", "lt", "PT0S", "Edm.Duration"), "Span lt duration'PT0S'", [2]),
    (compare("Raw", "eq", "T0RhdGE", "Edm.Binary"), "Raw eq binary'T0RhdGE'", [1]),
    (compare("Rights", "has", "W", "N.Rights"), "Rights has N.Rights'W'", [1]),
    (compare("Rights", "eq", "R,W", "N.Rights"), "Rights eq N.Rights'R,W'", [1]),
    (compare("Place/City", "eq", "Graz", "Edm.String"), "Place/City eq 'Graz'", [1]),
    (compare("Place/City", "eq", None, "Edm.String"), "Place/City eq null", [2, 3]),
    (Path("Flag"), "Flag", [1]),
    (Not(Path("Flag")), "not (Flag)", [2]),
    (either(Path("Flag"), compare("ID", "eq", 3, "Edm.Int32")), "Flag or (ID eq 3)", [1, 3]),
    (both(Path("Flag"), compare("ID", "lt", 3, "Edm.Int32")), "Flag and (ID lt 3)", [1]),
    (Not(both(Path("Flag"), compare("ID", "eq", 1, "Edm.Int32"))), "not (Flag and (ID eq 1))", [2, 3]),
    (In(NAME, (text("Bolt"), text("x"))), "Name in ('Bolt','x')", [1]),
    (In(Path("ID"), (whole(3), whole(2))), "ID in (3,2)", [2, 3]),
    (is_(Operation("add", COUNT, whole(1)), whole(8)), "(Count add 1) eq 8", [1]),
    (is_(Operation("sub", COUNT, whole(1)), whole(6)), "(Count sub 1) eq 6", [1]),
    (is_(Operation("mul", COUNT, whole(2)), whole(-14)), "(Count mul 2) eq -14", [2]),
    (is_(Operation("div", COUNT, whole(2)), whole(-3)), "(Count div 2) eq -3", [2]),
    (is_(Operation("mod", COUNT, whole(2)), whole(-1)), "(Count mod 2) eq -1", [2]),
    (is_(Operation("divby", COUNT, whole(2)), number(3.5)), "(Count divby 2) eq 3.5", [1]),
    (is_(Operation("mod", MASS, whole(2)), number(-0.5)), "(Mass mod 2) eq -0.5", [2]),
    (is_(Negated(MASS), number(2.5)), "-Mass eq 2.5", [2]),
    (is_(Operation("add", Path("Day"), Constant("P1D", "Edm.Duration")), Constant("2024-03-01", "Edm.Date")),
     "(Day add duration'P1D') eq 2024-03-01", [1]),
    (is_(Operation("sub", Path("At"), AT), Constant("PT0S", "Edm.Duration")),
     "(At sub 2024-02-29T22:30:15.25Z) eq duration'PT0S'", [1, 2]),
    (is_(call("concat", NAME, text("!")), text("Bolt!")), "concat(Name,'!') eq 'Bolt!'", [1]),
    (call("contains", NAME, text("olt")), "contains(Name,'olt')", [1, 2]),
    (Not(call("contains", NAME, text("nut"))), "not (contains(Name,'nut'))", [1]),
    (call("startswith", NAME, text("B")), "startswith(Name,'B')", [1]),
    (call("endswith", NAME, text("nut ")), "endswith(Name,'nut ')", [2]),
    (is_(call("indexof", NAME, text("t")), whole(3)), "indexof(Name,'t') eq 3", [1, 2]),
    (is_(call("length", NAME), whole(4)), "length(Name) eq 4", [1]),
    (is_(call("substring", NAME, whole(1)), text("olt")), "substring(Name,1) eq 'olt'", [1]),
    (is_(call("substring", NAME, whole(1), whole(2)), text("ol")), "substring(Name,1,2) eq 'ol'", [1, 2]),
    (is_(call("tolower", NAME), text("bolt")), "tolower(Name) eq 'bolt'", [1]),
    (is_(call("toupper", NAME), text("BOLT")), "toupper(Name) eq 'BOLT'", [1]),
    (is_(call("trim", NAME), text("bolt's nut")), "trim(Name) eq 'bolt''s nut'", [2]),
    (call("matchespattern", NAME, text("^B.*t$")), "matchespattern(Name,'^B.*t$')", [1]),
    (is_(call("year", Path("Day")), whole(2024)), "year(Day) eq 2024", [1]),
    (is_(call("month", Path("Day")), whole(12)), "month(Day) eq 12", [2]),
    (is_(call("day", Path("At")), whole(29)), "day(At) eq 29", [1, 2]),
    (is_(call("hour", Path("At")), whole(23)), "hour(At) eq 23", [1]),
    (is_(call("minute", Path("At")), whole(30)), "minute(At) eq 30", [1, 2]),
    (is_(call("second", Path("Time")), whole(9)), "second(Time) eq 9", [1]),
    (is_(call("fractionalseconds", Path("At")), number(0.25)), "fractionalseconds(At) eq 0.25", [1, 2]),
    (is_(call("date", Path("At")), Constant("2024-02-29", "Edm.Date")), "date(At) eq 2024-02-29", [1, 2]),
    (is_(call("time", Path("At")), Constant("22:30:15.25", "Edm.TimeOfDay")), "time(At) eq 22:30:15.25", [2]),
    (is_(call("totaloffsetminutes", Path("At")), whole(60)), "totaloffsetminutes(At) eq 60", [1]),
    (is_(call("totalseconds", Path("Span")), whole(90000)), "totalseconds(Span) eq 90000", [1]),
    (Operation("gt", Path("At"), call("mindatetime")), "At gt mindatetime()", [1, 2]),
    (Operation("lt", Path("At"), call("maxdatetime")), "At lt maxdatetime()", [1, 2]),
    (is_(call("round", MASS), whole(-3)), "round(Mass) eq -3", [2]),
    (is_(call("floor", MASS), whole(1)), "floor(Mass) eq 1", [1]),
    (is_(call("ceiling", MASS), whole(-2)), "ceiling(Mass) eq -2", [2]),
    (Lambda(Path("Tags"), "any", "t", is_(Path("t"), text("a"))), "Tags/any(t:t eq 'a')", [1]),
    (Lambda(Path("Tags"), "all", "t", is_(Path("t"), text("b"))), "Tags/all(t:t eq 'b')", [2, 3]),
    (Lambda(Path("Items"), "any", "", None), "Items/any()", [1, 3]),
    (Lambda(Path("Items"), "any", "i", compare("i/N", "gt", 1, "Edm.Int32")), "Items/any(i:i/N gt 1)", [3]),
    (Lambda(Path("Items"), "all", "i", compare("i/N", "ge", 1, "Edm.Int32")), "Items/all(i:i/N ge 1)", [2, 3]),
    (Lambda(Path("Items"), "any", "i", Operation("gt", Path("i/N"), Path("ID"))), "Items/any(i:i/N gt ID)", [3]),
    (Operation("gt", Path("Items/$count"), whole(1)), "Items/$count gt 1", [1]),
    (is_(Path("Tags/$count"), whole(0)), "Tags/$count eq 0", [2]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "written", "kept"), [pytest.param(*case, id=case[1]) for case in TABLE])
def test_an_expression_is_written_and_answered(expression: Expression, written: str, kept: list[int]) -> None:
    assert write(MODEL, expression) == written
    assert ids(expression) == kept


def test_the_table_has_every_operator_and_every_function() -> None:
    written = " ".join(case[1] for case in TABLE)
    assert all(f" {operator} " in written for operator in (*COMPARISONS, *ARITHMETIC, "and", "or", "has", "in"))
    assert all(f"{name}(" in written for name in FUNCTIONS)


UNSURE: list[tuple[Expression, type[Exception]]] = [
    (compare("Nothing", "eq", 1, "Edm.Int32"), Unknown),
    (compare("Name", "eq", 1, "Edm.Int32"), Unsupported),
    (compare("Name", "gt", "bolt", "Edm.String"), Unsupported),  # differs with and without regard to case
    (compare("Guid", "gt", "00000000-0000-0000-0000-000000000001", "Edm.Guid"), Unsupported),
    (compare("ID", "eq", "x", "Edm.Int32"), Untyped),
    (is_(Operation("div", COUNT, whole(0)), whole(1)), Unsupported),
    (is_(Operation("divby", COUNT, whole(3)), whole(1)), Unsupported),
    (is_(call("substring", NAME, whole(-1)), text("t")), Unsupported),
    (call("matchespattern", NAME, text("(a+)+")), Unsupported),
    (is_(call("now"), AT), Unsupported),
    (is_(Path("Place"), text("x")), Unsupported),
    (Path("Name"), Unsupported),
]


@pytest.mark.parametrize(("expression", "error"), UNSURE)
def test_where_nothing_may_be_expected_that_is_said(expression: Expression, error: type[Exception]) -> None:
    if isinstance(expression, Path):
        expression = both(expression, Path("Flag"))
    with pytest.raises(error):
        ids(expression)


def test_a_property_that_is_not_shown_is_unknown_and_not_null() -> None:
    with pytest.raises(Unknown):
        keep(MODEL, PART, compare("Name", "eq", None, "Edm.String"), [{"ID": 1}])


def test_null_follows_the_truth_tables() -> None:
    values = {"T": Constant(True, "Edm.Boolean"), "F": Constant(False, "Edm.Boolean"), "N": Constant(None, "Edm.Boolean")}

    def evaluate(expression: Expression) -> object:
        return evaluator(MODEL, PART, expression)({}, {})

    def table(operator: str) -> str:
        found = [evaluate(Operation(operator, values[a], values[b])) for a in "TFN" for b in "TFN"]
        return "".join({True: "T", False: "F", None: "N"}[value] for value in found)  # type: ignore[index]

    assert table("and") == "TFNFFFNFN"
    assert table("or") == "TTTTFNTNN"
    assert evaluate(Not(values["N"])) is None


LITERALS = [
    ("Edm.String", "O'Neil", "'O''Neil'"),
    ("Edm.Int64", 5, "5"),
    ("Edm.Decimal", 1e-07, "0.0000001"),
    ("Edm.Decimal", "12.50", "12.50"),
    ("Edm.Double", 1e21, "1e+21"),
    ("Edm.Double", "INF", "INF"),
    ("Edm.Boolean", False, "false"),
    ("Edm.String", None, "null"),
]


@pytest.mark.parametrize(("type", "value", "written"), LITERALS)
def test_values_are_written_as_literals(type: str, value: Any, written: str) -> None:
    assert literal(MODEL, type, value) == written


KEYED: list[tuple[EntityType, dict[str, Any], str, str]] = [
    (PART, {"ID": 1}, "(1)", "/1"),
    (
        ITEM,
        {"A": "O'Neil / 50% ä", "B": {"C": "01234567-89ab-cdef-0123-456789abcdef"}},
        "(A='O''Neil%20%2F%2050%25%20%C3%A4',BC=01234567-89ab-cdef-0123-456789abcdef)",
        "/O%27Neil%20%2F%2050%25%20%C3%A4/01234567-89ab-cdef-0123-456789abcdef",
    ),
]


@pytest.mark.parametrize(("type", "row", "predicate", "segments"), KEYED)
def test_keys_are_written_in_both_conventions(type: EntityType, row: dict[str, Any], predicate: str, segments: str) -> None:
    assert key_predicate(MODEL, type, row) == predicate
    assert key_segments(MODEL, type, row) == segments


def test_keys_with_empty_text_have_a_predicate_and_no_segment() -> None:
    row = {"A": "", "B": {"C": "01234567-89ab-cdef-0123-456789abcdef"}}
    assert key_predicate(MODEL, ITEM, row).startswith("(A='',")
    with pytest.raises(NoKey):
        key_segments(MODEL, ITEM, row)
    assert key_predicate(MODEL, PART, {"ID": 1}, named=True) == "(ID=1)"


@pytest.mark.parametrize("row", [{}, {"ID": None}, {"ID": "x"}])
def test_a_row_without_its_key_cannot_be_addressed(row: dict[str, Any]) -> None:
    with pytest.raises(NoKey):
        key_predicate(MODEL, PART, row)


def test_query_options_are_percent_encoded() -> None:
    assert encode("Name eq 'a+b&c#d'") == "Name%20eq%20'a%2Bb%26c%23d'"


def order(*items: tuple[str, bool]) -> list[OrderItem]:
    return [OrderItem(Path(path), descending) for path, descending in items]


def test_null_comes_first_and_in_descending_order_last() -> None:
    assert [row["ID"] for row in sort_rows(MODEL, PART, order(("Mass", False)), ROWS)] == [3, 2, 1]
    assert [row["ID"] for row in sort_rows(MODEL, PART, order(("Mass", True)), ROWS)] == [1, 2, 3]
    assert write_order(MODEL, order(("Mass", True), ("Name", False))) == "Mass desc,Name"


SORTED = [
    ([("ID", False)], [1, 2, 3], None),
    ([("ID", False)], [1, 3, 2], 2),
    ([("ID", True)], [3, 2, 1], None),
    ([("Mass", False)], [1, 2, 3], 1),
    ([("Flag", False), ("ID", False)], [3, 2, 1], None),
]


@pytest.mark.parametrize(("keys", "ids", "wrong"), SORTED)
def test_the_first_row_out_of_order_is_found(keys: list[tuple[str, bool]], ids: list[int], wrong: int | None) -> None:
    assert first_out_of_order(MODEL, PART, order(*keys), [ROWS[i - 1] for i in ids]) == wrong


@pytest.mark.parametrize(
    ("names", "wrong"),
    [
        (["A", "B", "a"], None),  # by code
        (["a", "A", "B"], None),  # without regard to case
        (["B", "a", "A"], None),
        (["b", "a"], 1),
        (["B", "A"], 1),
        (["Anna", "Aarhus"], None),  # in Danish the last letter of all
        (["ij", "if"], None),
        (["hz", "ch"], None),  # in Czech behind h
        (["z", "t"], None),  # in Estonian behind s
        (["P-9", "P-10"], None),  # by the number
        (["P-30", "P-20"], 1),
        (["Moa", "Ma"], None),  # what follows a letter may belong to it
        (["a1", "a"], 1),
        (["1", "a"], None),
        (["a", "1"], None),  # EBCDIC
        (["ä", "z"], None),  # collations differ
        (["z", "ä"], None),
        ([None, "a"], None),
        (["a", None], 1),
    ],
)
def test_text_may_be_ordered_with_or_without_regard_to_case(names: list[str | None], wrong: int | None) -> None:
    rows = [{"Name": name} for name in names]
    assert first_out_of_order(MODEL, PART, order(("Name", False)), rows) == wrong


OLD = Model(
    document(
        old_edmx(
            """<EntityType Name="Order"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="At" Type="Edm.DateTime"/><Property Name="Guid" Type="Edm.Guid"/>
<Property Name="Price" Type="Edm.Decimal"/></EntityType>"""
        )
    )
)
ORDER = entity("N.Order", OLD)
ORDERS = [
    {"Id": "1", "Name": "Bolt", "At": "/Date(1709249415250)/", "Guid": None, "Price": "1.50"},
    {"Id": "2", "Name": None, "At": None, "Guid": "01234567-89ab-cdef-0123-456789abcdef", "Price": "-2"},
]
OLD_TABLE: list[tuple[Expression, str, list[str]]] = [
    (compare("Id", "eq", "1", "Edm.Int64"), "Id eq 1L", ["1"]),
    (compare("Price", "gt", "1.5", "Edm.Decimal"), "Price gt 1.5M", []),
    (compare("Guid", "eq", "01234567-89ab-cdef-0123-456789abcdef", "Edm.Guid"),
     "Guid eq guid'01234567-89ab-cdef-0123-456789abcdef'", ["2"]),
    (compare("At", "eq", "/Date(1709249415250)/", "Edm.DateTime"), "At eq datetime'2024-02-29T23:30:15.25'", ["1"]),
    (call("contains", NAME, text("ol")), "substringof('ol',Name)", ["1"]),
    (is_(call("replace", NAME, text("B"), text("V")), text("Volt")), "replace(Name,'B','V') eq 'Volt'", ["1"]),
    (is_(call("year", Path("At")), whole(2024)), "year(At) eq 2024", ["1"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "written", "kept"), OLD_TABLE)
def test_v2_has_its_own_literals_and_functions(expression: Expression, written: str, kept: list[str]) -> None:
    assert write(OLD, expression) == written
    assert [row["Id"] for row in keep(OLD, ORDER, expression, ORDERS)] == kept


def test_v2_keys_carry_their_suffix_and_v2_has_no_lambda() -> None:
    assert key_predicate(OLD, ORDER, ORDERS[0]) == "(1L)"
    with pytest.raises(ValueError, match="lambda"):
        write(OLD, Lambda(Path("Items"), "any", "", None))
