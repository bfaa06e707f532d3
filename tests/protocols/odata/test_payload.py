"""Are bodies held against the model, every value by its type, with the exact place of what is wrong?"""

from typing import Any

import pytest

from cpo_probe.protocols.odata import PAYLOAD_RULES, Context, Expected, Model, Shape, judge_payload
from cpo_probe.protocols.odata.csdl import NO_FACETS, TypeRef
from tests.protocols.odata.support import document, edmx, old_edmx

TYPES = {
    "Guid": 'Type="Edm.Guid"',
    "Date": 'Type="Edm.Date"',
    "Time": 'Type="Edm.TimeOfDay" Precision="3"',
    "Stamp": 'Type="Edm.DateTimeOffset" Precision="3"',
    "Whole": 'Type="Edm.DateTimeOffset"',
    "Span": 'Type="Edm.Duration" Precision="2"',
    "Byte": 'Type="Edm.Byte"',
    "SByte": 'Type="Edm.SByte"',
    "Int16": 'Type="Edm.Int16"',
    "Int32": 'Type="Edm.Int32"',
    "Int64": 'Type="Edm.Int64"',
    "Single": 'Type="Edm.Single"',
    "Double": 'Type="Edm.Double"',
    "Money": 'Type="Edm.Decimal" Precision="5" Scale="2"',
    "Count": 'Type="Edm.Decimal"',
    "Free": 'Type="Edm.Decimal" Scale="variable"',
    "Three": 'Type="Edm.Decimal" Precision="3" Scale="variable"',
    "Float": 'Type="Edm.Decimal" Precision="3" Scale="floating"',
    "Bool": 'Type="Edm.Boolean"',
    "Text": 'Type="Edm.String" MaxLength="3"',
    "Bin": 'Type="Edm.Binary" MaxLength="3"',
    "State": 'Type="N.State"',
    "Rights": 'Type="N.Rights"',
    "Short": 'Type="N.Short"',
    "Shorter": 'Type="N.Short" MaxLength="2"',
    "Point": 'Type="Edm.GeographyPoint"',
    "Shape": 'Type="Edm.Geometry"',
    "Any": 'Type="Edm.PrimitiveType"',
    "Need": 'Type="Edm.String" Nullable="false"',
    "Tags": 'Type="Collection(Edm.String)" Nullable="false"',
    "Loose": 'Type="Collection(Edm.Int32)"',
    "Place": 'Type="N.Place"',
    "Places": 'Type="Collection(N.Place)" Nullable="false"',
    "Bag": 'Type="N.Bag"',
    "Photo": 'Type="Edm.Stream"',
}
SCHEMA = f"""
<EnumType Name="State"><Member Name="Work"/><Member Name="Done"/></EnumType>
<EnumType Name="Rights" IsFlags="true"><Member Name="R" Value="1"/><Member Name="W" Value="2"/></EnumType>
<TypeDefinition Name="Short" UnderlyingType="Edm.String" MaxLength="4"/>
<ComplexType Name="Place"><Property Name="City" Type="Edm.String"/></ComplexType>
<ComplexType Name="Site" BaseType="N.Place"><Property Name="Hall" Type="Edm.Int32"/></ComplexType>
<ComplexType Name="Bag" OpenType="true"/>
<ComplexType Name="Shade" Abstract="true"/>
<EntityType Name="Part"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/>
{"".join(f'<Property Name="{name}" {rest}/>' for name, rest in TYPES.items())}
<NavigationProperty Name="Owner" Type="N.Person" Nullable="false"/>
<NavigationProperty Name="Parts" Type="Collection(N.Part)"/></EntityType>
<EntityType Name="Bolt" BaseType="N.Part"><Property Name="Head" Type="Edm.String"/></EntityType>
<EntityType Name="Person"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32" Nullable="false"/></EntityType>
"""
MODEL = Model(document(edmx(SCHEMA)))
PLAIN = Context("4.01", "minimal", False, False)
CTX = {"@odata.context": "$metadata#Parts/$entity"}


def judged(value: Any, expected: Expected, context: Context = PLAIN, model: Model = MODEL) -> list[tuple[str, str]]:
    return [(p.rule.removeprefix("payload."), p.where.pointer) for p in judge_payload(model, value, expected, context)]


def entity(value: dict[str, Any], context: Context = PLAIN) -> list[tuple[str, str]]:
    return judged(CTX | value, Expected.entity("N.Part"), context)


GOOD: list[tuple[str, list[Any]]] = [
    ("Guid", ["01234567-89ab-CDEF-0123-456789abcdef"]),
    ("Date", ["2024-02-29", "0000-01-01", "-0044-03-15", "12024-01-01"]),
    ("Time", ["07:59", "07:59:59", "07:59:59.999", "23:59:59.120000", "23:59:60"]),
    ("Stamp", ["2024-02-29T23:59Z", "2024-01-01T00:00:00.123+14:00", "2024-01-01t00:00:00z", "2024-01-01T00:00:00.1230-01:30"]),
    ("Whole", ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z"]),
    ("Span", ["P1D", "-PT1H30M", "PT0.25S", "P12DT23H59M59S"]),
    ("Byte", [0, 255]),
    ("SByte", [-128, 127]),
    ("Int16", [-32768, 32767]),
    ("Int32", [-2147483648, 2147483647, 1.0]),
    ("Int64", [-9223372036854775808, 9223372036854775807]),
    ("Single", [1.5, 3, 3.4028234663852886e38, "NaN", "INF", "-INF"]),
    ("Double", [1.5, 3, 1e308, "NaN"]),
    ("Money", [1, 123.45, -999.99, 0.5, 100]),
    ("Count", [1, 10**30]),
    ("Free", [0.000001, 10**30, 1.5]),
    ("Three", [0.123, 1.23, 123, 12.3, 0]),
    ("Float", [123000000, 0.00123, "INF"]),
    ("Bool", [True, False]),
    ("Text", ["", "abc", "äöü", None]),
    ("Bin", ["", "T0Rh", "Zg", "Zg==", "_-8"]),
    ("State", ["Work", "Done", "1", "2"]),
    ("Rights", ["R", "R,W", "3", "0", "4", "-1"]),
    ("Short", ["abcd"]),
    ("Shorter", ["ab"]),
    ("Point", [{"type": "Point", "coordinates": [1, 2.5]}]),
    ("Shape", [{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}]),
    ("Shape", [{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}]),
    ("Any", [1, "a", True]),
    ("Need", ["", "x"]),
    ("Tags", [[], ["a"]]),
    ("Loose", [[1, None]]),
    ("Place", [None, {}, {"City": "Graz"}, {"@odata.type": "#N.Site", "City": None, "Hall": 3}]),
    ("Places", [[], [{"City": "Graz"}]]),
    ("Bag", [{"anything": 1, "more@odata.type": "#Int16", "more": 3, "@Some.Term": 1}]),
    ("Owner", [{"ID": 1}]),
    ("Parts", [[], [{"ID": 1}, {"@odata.type": "#N.Bolt", "Head": "hex"}]]),
]


@pytest.mark.parametrize(("name", "values"), [pytest.param(*case, id=f"{n}-{case[0]}") for n, case in enumerate(GOOD)])
def test_values_of_the_type_are_right(name: str, values: list[Any]) -> None:
    for value in values:
        assert entity({name: value}) == [], value


WRONG: list[tuple[str, str, list[Any]]] = [
    ("Guid", "lexical", ["01234567-89ab-cdef-0123-456789abcde", "{01234567-89ab-cdef-0123-456789abcdef}", ""]),
    ("Guid", "kind", [1, [], {}]),
    ("Date", "lexical", ["2023-02-29", "2024-13-01", "24-01-01", "2024-01-01T00:00:00Z", "2024-04-31"]),
    ("Time", "lexical", ["24:00:00", "7:59", "07:60", "PT1H", "23:59:61"]),
    ("Time", "precision", ["07:59:59.1234"]),
    ("Stamp", "lexical", ["2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z"]),
    ("Stamp", "precision", ["2024-01-01T00:00:00.1234Z"]),
    ("Whole", "precision", ["2024-01-01T00:00:00.5Z"]),
    ("Span", "lexical", ["P1Y", "1D", "PT1D", "P1W", "+PT5S", "P", "PT", "P1DT"]),
    ("Span", "precision", ["PT0.123S"]),
    ("Byte", "range", [-1, 256]),
    ("SByte", "range", [-129, 128]),
    ("Int16", "range", [32768]),
    ("Int32", "range", [2147483648]),
    ("Int32", "lexical", [1.5]),
    ("Int32", "kind", ["1", True]),
    ("Int64", "range", [9223372036854775808]),
    ("Int64", "ieee754", ["1"]),
    ("Int64", "kind", ["one"]),
    ("Single", "range", [3.5e38]),
    ("Double", "kind", ["1.5", True]),
    ("Money", "scale", [1.234]),
    ("Money", "precision", [1234, 12345.6]),
    ("Money", "ieee754", ["1.5"]),
    ("Count", "scale", [0.5]),
    ("Three", "precision", [1234, 0.1234, 12.34]),
    ("Float", "precision", [1234, 1.234]),
    ("Bool", "kind", [0, "true"]),
    ("Text", "length", ["abcd"]),
    ("Text", "kind", [1]),
    ("Bin", "lexical", ["T0R+", "T0R/", "Z", "Zh"]),
    ("Bin", "length", ["T0RhdA"]),
    ("State", "member", ["work", "99999999999", "Work,Done", ""]),
    ("State", "kind", [0]),
    ("Rights", "member", ["R,X", "R, W"]),
    ("Short", "length", ["abcde"]),
    ("Shorter", "length", ["abc"]),
    ("Point", "shape", [{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, {"type": "Point", "coordinates": [1]}]),
    ("Point", "kind", ["POINT(1 2)"]),
    ("Any", "kind", [[1]]),
    ("Need", "nullable", [None]),
    ("Tags", "kind", ["a", {}]),
    ("Tags", "nullable", [None]),
    ("Place", "kind", ["Graz", []]),
    ("Owner", "nullable", [None]),
    ("Owner", "kind", [[]]),
    ("Parts", "kind", [{}, None]),
]


@pytest.mark.parametrize(("name", "rule", "values"), [pytest.param(*c, id=f"{n}-{c[0]}-{c[1]}") for n, c in enumerate(WRONG)])
def test_other_values_are_wrong_for_the_reason(name: str, rule: str, values: list[Any]) -> None:
    for value in values:
        assert entity({name: value}) == [(rule, f"/{name}")], value


def test_the_pointer_leads_into_collections_complex_values_and_expanded_entities() -> None:
    found = entity(
        {
            "Tags": ["a", None],
            "Places": [{"City": 1}, {"@odata.type": "#N.Site", "Hall": "x"}],
            "Parts": [{"ID": 1, "Place": {"Town~/": 1}}],
        }
    )
    assert found == [
        ("nullable", "/Tags/1"),
        ("kind", "/Places/0/City"),
        ("kind", "/Places/1/Hall"),
        ("undeclared", "/Parts/0/Place/Town~0~1"),
    ]


def test_locations_have_no_positions() -> None:
    problems = list(judge_payload(MODEL, {**CTX, "value": [{"ID": 1}, {"ID": "x"}]}, Expected.entities("N.Part"), PLAIN))
    assert [(p.location, p.where.pointer, p.where.part, p.found) for p in problems] == [
        ("/value/*/ID", "/value/1/ID", "response.body", "x")
    ]


def test_numbers_are_text_if_that_was_asked_for() -> None:
    ieee = Context("4.01", "minimal", True, False)
    assert entity({"Int64": "9223372036854775807", "Money": "123.45", "Free": "1E-5", "@odata.count": "3"}, ieee) == []
    assert entity({"Int64": 1, "Money": 1.5}, ieee) == [("ieee754", "/Int64"), ("ieee754", "/Money")]
    assert entity({"Int64": "1.5", "Money": "1,5", "Count": "9" * 401}, ieee) == [
        ("lexical", "/Int64"),
        ("lexical", "/Money"),
        ("lexical", "/Count"),
    ]


def test_derived_types_are_stated() -> None:
    assert entity({"@odata.type": "#N.Bolt", "Head": "hex"}) == []
    assert entity({"@odata.type": "http://plm.test/$metadata#N.Bolt", "Head": 1}) == [("kind", "/Head")]
    assert entity({"Head": "hex"}) == [("undeclared", "/Head")]
    assert entity({"@odata.type": "#N.Person"}) == [("type", "/@odata.type")]
    assert entity({"@odata.type": "#N.Nut"}) == [("type", "/@odata.type")]
    shade = Expected.property(TypeRef("N.Shade", False))
    assert judged({"@odata.context": "x"}, shade) == [("abstract", "")]


def test_operations_may_be_advertised() -> None:
    assert entity({"#N.Release": {"title": "Release", "target": "Parts(1)/N.Release"}}) == []


def test_open_types_take_anything_but_keep_stated_types() -> None:
    assert entity({"Bag": {"a@odata.type": "#Guid", "a": "no", "b@odata.type": "#Collection(Int32)", "b": [1, "2"]}}) == [
        ("lexical", "/Bag/a"),
        ("kind", "/Bag/b/1"),
    ]


def test_without_select_every_property_is_there() -> None:
    whole = Context("4.01", "minimal", False, True)
    assert judged({**CTX, "ID": 1}, Expected.entity("N.Person"), whole) == []
    missing = judged({**CTX, "ID": 1, "Need": "x", "Tags": []}, Expected.entity("N.Part"), whole)
    assert ("missing", "/Guid") in missing
    assert {pointer for _, pointer in missing}.isdisjoint({"/ID", "/Need", "/Tags", "/Photo", "/Owner"})


CONTROL: list[tuple[Context, dict[str, Any], list[tuple[str, str]]]] = [
    (PLAIN, {"@id": "Parts(1)", "@odata.etag": 'W/"1"', "Owner@navigationLink": "Parts(1)/Owner", "@Some.Term#q": 1}, []),
    (PLAIN, {"Guid@Some.Term": 1, "@Some.Term@Core.Other": 1}, []),
    (PLAIN, {"@odata.magic": 1}, [("control", "/@odata.magic")]),
    (PLAIN, {"@odata.etag": 1}, [("control", "/@odata.etag")]),
    (PLAIN, {"Parts@odata.count": -1}, [("control", "/Parts@odata.count")]),
    (PLAIN, {"Parts@odata.count": "3"}, [("control", "/Parts@odata.count")]),
    (PLAIN, {"Nothing@odata.type": "#Guid"}, [("undeclared", "/Nothing@odata.type")]),
    (PLAIN, {"@1.2": 1}, [("control", "/@1.2")]),
    (Context("4.0", "minimal", False, False), {"@id": "x"}, [("control", "/@id")]),
    (Context("4.0", "minimal", False, False), {"@odata.id": "x"}, []),
    (Context("4.0", "full", False, False), {"@odata.type": "#N.Part"}, [("metadata-full", "")]),
    (Context("4.01", "full", False, False), {"@odata.type": "#N.Part"}, []),
    (Context("4.01", "full", False, False), {"@odata.type": "#N.Part", "ID": 1}, [("metadata-full", "")]),
    (Context("4.0", "full", False, False), {"@odata.id": "x"}, []),
]


@pytest.mark.parametrize(("context", "value", "problems"), CONTROL)
def test_control_information_is_that_of_the_standard(
    context: Context, value: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert entity(value, context) == problems


def test_the_context_comes_first_unless_no_metadata_was_asked_for() -> None:
    part, none = Expected.entity("N.Part"), Context("4.01", "none", False, False)
    assert judged({"ID": 1, "@odata.context": "x"}, part) == [("context", "")]
    assert judged({"ID": 1}, part) == [("context", "")]
    assert judged({"@context": "x", "ID": 1}, part) == []
    assert judged({"ID": 1}, part, none) == []
    assert judged({"ID": 1, "@odata.id": "x"}, part, none) == [("metadata-none", "/@odata.id")]
    assert judged({"@odata.count": 1, "value": [], "@odata.nextLink": "x"}, Expected.entities("N.Part"), none) == []


def test_texts_of_an_error_may_be_empty_before_4_01() -> None:
    value = {"error": {"code": "", "message": ""}}
    assert judged(value, Expected.of(Shape.ERROR), Context("4.0", "minimal", False, False)) == []


FAULT = {"code": "2", "message": "x", "target": None}
ENVELOPES: list[tuple[Expected, Any, list[tuple[str, str]]]] = [
    (Expected.entities("N.Part"), {**CTX, "@odata.count": 0, "value": []}, []),
    (Expected.entities("N.Part"), {**CTX}, [("envelope", "/value")]),
    (Expected.entities("N.Part"), {**CTX, "value": {}}, [("envelope", "/value")]),
    (Expected.entities("N.Part"), {**CTX, "value": [1]}, [("kind", "/value/0")]),
    (Expected.entities("N.Part"), {**CTX, "value": [], "total": 1}, [("envelope", "/total")]),
    (Expected.entities("N.Part"), [], [("envelope", "")]),
    (Expected.entity("N.Part"), {**CTX, "value": []}, [("envelope", "/value")]),
    (Expected.entity("N.Part"), {**CTX, "ID": 1, "value": []}, [("undeclared", "/value")]),
    (Expected.property(TypeRef("Edm.Int32", False)), {**CTX, "value": 1}, []),
    (Expected.property(TypeRef("Edm.Int32", False)), {**CTX, "value": "1"}, [("kind", "/value")]),
    (Expected.property(TypeRef("Edm.Int32", False)), {**CTX}, [("envelope", "/value")]),
    (Expected.property(TypeRef("Edm.Int32", False), False), {**CTX, "value": None}, [("nullable", "/value")]),
    (Expected.property(TypeRef("N.Place", False)), {**CTX, "City": 1}, [("kind", "/City")]),
    (Expected.property(TypeRef("Edm.Int32", True), False, NO_FACETS), {**CTX, "value": [1, None]}, [("nullable", "/value/1")]),
    (Expected.of(Shape.REFERENCE), {**CTX, "@odata.id": "Parts(1)"}, []),
    (Expected.of(Shape.REFERENCE), {**CTX, "ID": 1}, [("envelope", ""), ("envelope", "/ID")]),
    (Expected.of(Shape.REFERENCES), {**CTX, "value": [{"@odata.id": "Parts(1)"}]}, []),
    (Expected.of(Shape.REFERENCES), {**CTX, "value": ["Parts(1)"]}, [("envelope", "/value/0")]),
    (Expected.of(Shape.SERVICE), {**CTX, "value": [{"name": "Parts", "kind": "EntitySet", "url": "Parts"}]}, []),
    (Expected.of(Shape.SERVICE), {**CTX, "value": [{"name": "P", "url": "P", "kind": "Table"}]}, [("service", "/value/0/kind")]),
    (Expected.of(Shape.SERVICE), {**CTX, "value": [{"name": "P"}]}, [("service", "/value/0/url")]),
    (Expected.of(Shape.ERROR), {"error": {"code": "1", "message": "no", "details": [FAULT], "innererror": {}}}, []),
    (Expected.of(Shape.ERROR), {"error": {"code": 1, "message": ""}}, [("error", "/error/code"), ("error", "/error/message")]),
    (Expected.of(Shape.ERROR), {"message": "no"}, [("error", "/message"), ("error", "/error")]),
    (Expected.of(Shape.ERROR), {"error": {"code": "1", "message": "no", "details": ["x"]}}, [("error", "/error/details/0")]),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "value", "problems"), ENVELOPES)
def test_each_kind_of_resource_has_its_form(expected: Expected, value: Any, problems: list[tuple[str, str]]) -> None:
    assert judged(value, expected) == problems


def test_problems_beyond_the_cap_are_counted() -> None:
    found = judge_payload(MODEL, {**CTX, "value": [{"ID": "x"}] * 9}, Expected.entities("N.Part"), PLAIN, cap=3)
    assert (len(list(found)), found.counts) == (3, {"payload.kind": 9})


def test_nothing_is_said_about_types_of_documents_that_were_not_given() -> None:
    references = '<edmx:Reference Uri="o.xml"><edmx:Include Namespace="O"/></edmx:Reference>'
    model = Model(
        document(edmx('<EntityType Name="E" BaseType="O.B"><Property Name="P" Type="O.T"/></EntityType>', references=references))
    )
    assert judged({**CTX, "P": 1, "Q": 2}, Expected.entity("N.E"), model=model) == []
    assert judged({**CTX, "@odata.type": "#O.X", "Q": 2}, Expected.entity("N.E"), model=model) == []


OLD = Model(
    document(
        old_edmx(
            """<EntityType Name="Order"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>
<Property Name="Price" Type="Edm.Decimal" Precision="5" Scale="2"/><Property Name="At" Type="Edm.DateTime"/>
<Property Name="For" Type="Edm.Time"/><Property Name="Size" Type="Edm.Double"/><Property Name="Raw" Type="Edm.Binary"/>
<Property Name="Box" Type="N.Box"/>
<NavigationProperty Name="Items" Relationship="N.A" FromRole="o" ToRole="i"/></EntityType>
<ComplexType Name="Box"><Property Name="W" Type="Edm.Int32"/></ComplexType>
<Association Name="A"><End Role="o" Type="N.Order" Multiplicity="1"/>
<End Role="i" Type="N.Order" Multiplicity="*"/></Association>"""
        )
    )
)
NOTES = {"__metadata": {"uri": "http://plm.test/Orders(1L)", "type": "N.Order"}}
LINK = {"__deferred": {"uri": "http://plm.test/Orders(1L)/Items"}}
V2 = Context("2.0", "minimal", False, False)
ORDER: dict[str, Any] = {
    **NOTES,
    "Id": "1",
    "Price": "12.50",
    "At": "/Date(1700000000000)/",
    "For": "PT1H",
    "Size": 1.5,
    "Items": LINK,
}
ITEM_WRONG = [("lexical", "/d/Items/results/0/For")]
V2_CASES: list[tuple[Expected, Any, list[tuple[str, str]]]] = [
    (Expected.entity("N.Order"), {"d": ORDER}, []),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Size": "1.5E3", "Raw": "T0Rh+/==", "Box": {"W": 1}}}, []),
    (Expected.entity("N.Order"), ORDER, [("envelope", "")]),
    (Expected.entity("N.Order"), {"d": {"results": [ORDER]}}, [("envelope", "/d/results")]),
    (Expected.entity("N.Order"), {"d": {"Id": "1"}}, []),
    (Expected.entity("N.Order"), {"d": {"__metadata": {"uri": "Orders(1L)"}, "Id": "1"}}, []),
    (Expected.entity("N.Order"), {"d": {"__metadata": {"type": "N.Order"}, "Id": "1"}}, [("metadata", "/d/__metadata/uri")]),
    (Expected.entity("N.Order"), {"d": {"__metadata": {"uri": "x", "type": 1}}}, [("metadata", "/d/__metadata/type")]),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Id": 1, "Price": 12.5}}, [("ieee754", "/d/Id"), ("ieee754", "/d/Price")]),
    (Expected.entity("N.Order"), {"d": {**ORDER, "At": "2023-11-14T22:13:20Z"}}, [("lexical", "/d/At")]),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Price": "1.234"}}, [("scale", "/d/Price")]),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Id": None, "More": 1}}, [("nullable", "/d/Id"), ("undeclared", "/d/More")]),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Items": {"results": [{**ORDER, "For": "1h"}]}}}, ITEM_WRONG),
    (Expected.entity("N.Order"), {"d": {**ORDER, "Items": {"__deferred": {}}}}, [("metadata", "/d/Items/__deferred")]),
    (Expected.entities("N.Order"), {"d": {"results": [ORDER], "__count": "1", "__next": "x"}}, []),
    (Expected.entities("N.Order"), {"d": [ORDER]}, []),
    (Expected.entities("N.Order"), {"d": {"results": [ORDER], "__count": 1}}, [("metadata", "/d/__count")]),
    (Expected.entities("N.Order"), {"d": {}}, [("envelope", "/d/results")]),
    (Expected.entity("N.Order"), {"d": {"results": ORDER}}, []),
    (Expected.entity("N.Order"), {"d": {"results": {**ORDER, "More": 1}}}, [("undeclared", "/d/results/More")]),
    (Expected.property(TypeRef("Edm.Int64", False)), {"d": {"Id": "1"}}, []),
    (Expected.property(TypeRef("Edm.Int64", False)), {"d": {"results": {"Id": "1"}}}, []),
    (Expected.property(TypeRef("Edm.Int64", False)), {"d": {"Id": 1}}, [("ieee754", "/d/Id")]),
    (Expected.of(Shape.SERVICE), {"d": {"EntitySets": ["Orders"]}}, []),
    (Expected.of(Shape.SERVICE), {"d": {}}, [("service", "/d/EntitySets")]),
    (Expected.of(Shape.ERROR), {"error": {"code": "X", "message": {"lang": "en", "value": "no"}}}, []),
    (Expected.of(Shape.ERROR), {"error": {"code": "X", "message": "no"}}, [("error", "/error/message")]),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "value", "problems"), V2_CASES)
def test_verbose_json_of_v2_is_judged(expected: Expected, value: Any, problems: list[tuple[str, str]]) -> None:
    assert judged(value, expected, V2, OLD) == problems


def test_every_problem_has_its_rule() -> None:
    known = {rule.id for rule in PAYLOAD_RULES}
    assert len(known) == len(PAYLOAD_RULES)
    used = {f"payload.{c[1]}" for c in WRONG} | {f"payload.{rule}" for *_, found in ENVELOPES + V2_CASES for rule, _ in found}
    used |= {f"payload.{rule}" for *_, found in CONTROL for rule, _ in found}
    used |= {"payload.missing", "payload.type", "payload.abstract", "payload.context", "payload.metadata-none"}
    assert used == known


@pytest.mark.parametrize(
    ("type", "wrong"),
    [
        ("http://other.test/$metadata#N.Special", []),  # of another service
        ("$metadata#N.Special", ["type"]),
        ("#N.Special", ["type"]),
        ("$metadata?$schemaversion=1#N.Special", ["type"]),
    ],
)
def test_a_type_of_another_service_is_not_judged(type: str, wrong: list[str]) -> None:
    assert [rule for rule, _ in entity({"@odata.type": type, "ID": 1})] == wrong
