"""Which rows are kept by every service, whatever its collation; types, collections and conditions; expressions in a record."""

from typing import Any

import pytest

from cpo_probe.protocols.odata import from_note, keep, to_note, write
from cpo_probe.protocols.odata.evaluate import Unsupported, evaluator
from cpo_probe.protocols.odata.expression import (
    Array,
    Call,
    Case,
    Constant,
    Expression,
    In,
    Lambda,
    Negated,
    Not,
    Operation,
    Path,
    compare,
)
from cpo_probe.protocols.odata.functions import fold
from cpo_probe.protocols.odata.model import Model
from tests.protocols.odata.support import document, edmx

MODEL = Model(
    document(
        edmx(
            """<EntityType Name="Part"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
<Property Name="Name" Type="Edm.String"/><Property Name="At" Type="Edm.DateTimeOffset"/>
<Property Name="Tags" Type="Collection(Edm.String)" Nullable="false"/>
<NavigationProperty Name="Owner" Type="N.Part"/></EntityType>
<EntityType Name="Heavy" BaseType="N.Part"><Property Name="Mass" Type="Edm.Int32"/></EntityType>"""
        )
    )
)
TEXT, INT = "Edm.String", "Edm.Int32"


def rows(*names: Any) -> list[dict[str, Any]]:
    return [{"ID": n, "Name": name} for n, name in enumerate(names)]


def kept(expression: Expression, given: list[dict[str, Any]], *, loose: bool = False) -> list[int]:
    part = MODEL.entity("N.Part")
    assert part is not None
    return [row["ID"] for row in keep(MODEL, part, expression, given, loose=loose)]


def value(expression: Expression, row: dict[str, Any]) -> Any:
    part = MODEL.entity("N.Part")
    assert part is not None
    return evaluator(MODEL, part, expression)(row, {})


@pytest.mark.parametrize(
    "expression",
    [
        compare("Name", "eq", "Straße", TEXT),
        In(Path("Name"), (Constant("Straße", TEXT),)),
        Call("startswith", (Path("Name"), Constant("Straße", TEXT))),
        Call("contains", (Path("Name"), Constant("TRASS", TEXT))),
    ],
)
def test_case_accents_and_blanks_at_the_end_are_left_to_the_collation(expression: Expression) -> None:
    given = rows("Straße", "STRASSE  ", "Strässe", "other", None)
    assert set(kept(expression, given)) <= {0, 1}
    assert kept(expression, given, loose=True) == [0, 1, 2]


def test_times_are_read_in_their_own_zone_or_in_utc() -> None:
    given: list[dict[str, Any]] = [{"ID": 1, "At": "2024-01-01T00:30:00+01:00"}]
    year = Operation("eq", Call("year", (Path("At"),)), Constant(2023, INT))
    assert kept(year, given) == []
    assert kept(year, given, loose=True) == [1]


def test_what_is_folded_is_equal_however_it_is_written() -> None:
    assert fold("Zoë ") == fold("ZOE") != fold(" zoe")


def test_a_type_is_the_one_that_the_row_states_or_the_declared_one() -> None:
    given: list[dict[str, Any]] = [
        {"ID": 1},
        {"ID": 2, "@odata.type": "#N.Heavy", "Mass": 7},
        {"ID": 3, "@type": "#N.Heavy", "Mass": 8},
    ]
    assert kept(Call("isof", (Path("N.Heavy"),)), given) == [2, 3]
    assert kept(Call("isof", (Path("N.Part"),)), given) == [1, 2, 3]
    assert kept(compare("N.Heavy/Mass", "eq", 7, INT), given) == [2]
    assert kept(compare("N.Heavy/Mass", "eq", None, INT), given) == [1]
    assert kept(compare("N.Heavy/Mass", "ne", 7, INT), given) == [1, 3]


@pytest.mark.parametrize(
    ("kind", "found"),
    [("Edm.String", "7"), ("Edm.Int64", 7), ("Edm.Byte", 7), ("Edm.Double", 7.0), ("Edm.Decimal", 7)],
)
def test_whole_numbers_are_cast(kind: str, found: Any) -> None:
    assert value(Call("cast", (Path("ID"), Path(kind))), {"ID": 7}) == found


def test_a_cast_that_does_not_fit_is_null_and_what_is_left_open_is_not_computed() -> None:
    assert value(Call("cast", (Path("ID"), Path("Edm.SByte"))), {"ID": 700}) is None
    assert value(Call("cast", (Path("Name"), Path(TEXT))), {"Name": None}) is None
    assert value(Call("isof", (Path("Name"), Path(TEXT))), {"Name": "x"}) is True
    with pytest.raises(Unsupported):
        value(Call("cast", (Path("Name"), Path(INT))), {"Name": "7"})


def test_the_first_condition_that_is_true_decides() -> None:
    chosen = Case(((compare("ID", "gt", 5, INT), Constant("many", TEXT)), (compare("ID", "gt", 1, INT), Constant("some", TEXT))))
    assert [value(chosen, {"ID": n}) for n in (9, 3, 0)] == ["many", "some", None]
    assert write(MODEL, chosen) == "case(ID gt 5:'many',ID gt 1:'some')"


@pytest.mark.parametrize(
    ("function", "part", "found"),
    [
        ("hassubset", ("b", "a"), True),
        ("hassubset", ("a", "a"), False),
        ("hassubset", (), True),
        ("hassubsequence", ("a", "c"), True),
        ("hassubsequence", ("c", "a"), False),
    ],
)
def test_collections_hold_others(function: str, part: tuple[str, ...], found: bool) -> None:
    call = Call(function, (Path("Tags"), Array(tuple(Constant(item, TEXT) for item in part))))
    assert value(call, {"Tags": ["a", "b", "c"]}) is found
    assert write(MODEL, call).startswith(f"{function}(Tags,[")


def test_nobody_is_null() -> None:
    given: list[dict[str, Any]] = [{"ID": 1, "Owner": None}, {"ID": 2, "Owner": {"ID": 1}}]
    assert kept(Operation("eq", Path("Owner"), Constant(None, TEXT)), given) == [1]
    assert kept(Operation("ne", Path("Owner"), Constant(None, TEXT)), given) == [2]
    with pytest.raises(Unsupported):
        kept(Operation("eq", Path("Tags"), Constant(None, TEXT)), [{"ID": 1, "Tags": []}])


@pytest.mark.parametrize(
    "expression",
    [
        Operation("and", Not(compare("Name", "eq", "x'y", TEXT)), compare("ID", "gt", 3, INT)),
        In(Path("ID"), (Constant(1, INT), Constant(None, INT))),
        Operation("lt", Negated(Path("ID")), Constant(-3, INT)),
        Lambda(Path("Tags"), "any", "x", Operation("eq", Path("x"), Constant("a", TEXT))),
        Lambda(Path("Tags"), "any", "x", None),
        Case(((compare("ID", "gt", 5, INT), Constant(True, "Edm.Boolean")),)),
        Call("hassubset", (Path("Tags"), Array((Constant("a", TEXT),)))),
    ],
)
def test_an_expression_comes_back_from_its_note(expression: Expression) -> None:
    assert from_note(to_note(expression)) == expression


@pytest.mark.parametrize(
    "note", [None, [], ["path"], ["constant", 1], ["in", ["path", "x"], [["path", "y"]]], ["lambda", "x", "some", "y", None]]
)
def test_what_is_no_note_of_an_expression_is_refused(note: Any) -> None:
    with pytest.raises(ValueError, match="no "):
        from_note(note)
