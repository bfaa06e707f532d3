"""A text in EXPRESS becomes facts, and what is no EXPRESS is told by line and column."""

import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpo_probe.errors import UsageError
from cpo_probe.formats.express import ExpressError, Graph, long_form, parse
from cpo_probe.formats.express.model import (
    Aggregate,
    Attribute,
    Constraint,
    Defined,
    Derived,
    Enumeration,
    Inverse,
    Named,
    Redeclared,
    Schema,
    Select,
    Simple,
)

PARTS = r"""
-- a tail remark: ENTITY ghost;
(* an embedded one (* nested: *) ENTITY ghost; *)
SCHEMA Parts '{1 0 10303 9999 1}';

CONSTANT
  origin : REAL := 0.0;
END_CONSTANT;

TYPE label = STRING (255); END_TYPE;
TYPE key = STRING(36) FIXED; END_TYPE;
TYPE length = REAL; WHERE positive : SELF > 0.0; END_TYPE;
TYPE width = length; END_TYPE;
TYPE colour = ENUMERATION OF (red, green, blue); END_TYPE;
TYPE size = SELECT (length, colour); END_TYPE;
TYPE thing = SELECT (size, item); END_TYPE;

ENTITY item ABSTRACT SUPERTYPE OF (ONEOF (bolt, nut) ANDOR coated);
  id, name : label;
  note : OPTIONAL STRING;
UNIQUE
  ur1 : id;
WHERE
  wr1 : SIZEOF (QUERY (x <* [1, 2] | x > 1)) > 0;
END_ENTITY;

ENTITY bolt SUBTYPE OF (item);
  axis : LIST [2 : 3] OF UNIQUE REAL;
  matrix : ARRAY [1 : 2] OF OPTIONAL ARRAY [0 : n + (1)] OF INTEGER;
DERIVE
  SELF\item.name : label := 'a;b';
  weight : REAL := f (axis [1], 2) * 3.0;
INVERSE
  carriers : SET [0 : ?] OF nut FOR bolts;
END_ENTITY;

ENTITY nut SUBTYPE OF (item);
  SELF\item.note RENAMED remark : STRING;
  bolts : SET [1 : ?] OF bolt;
END_ENTITY;

ENTITY coated SUBTYPE OF (item);
  coat : thing;
END_ENTITY;

FUNCTION f (a : GENERIC : g; b : AGGREGATE OF REAL) : REAL;
  PROCEDURE inner (VAR c : REAL);
    LOCAL entity_like : STRING := 'END_FUNCTION'; END_LOCAL;
  END_PROCEDURE;
  RETURN (b);
END_FUNCTION;

RULE r FOR (item); WHERE w : TRUE; END_RULE;
END_SCHEMA;
"""


def parts() -> Schema:
    return parse(PARTS, "parts.exp")[0]


def test_a_schema_has_its_name_its_version_and_only_its_own_declarations() -> None:
    schema = parts()
    assert (schema.name, schema.version) == ("parts", "{1 0 10303 9999 1}")
    assert list(schema.entities) == ["item", "bolt", "nut", "coated"]
    assert list(schema.types) == ["label", "key", "length", "width", "colour", "size", "thing"]


def test_types_keep_widths_bounds_and_members() -> None:
    types = parts().types
    assert types["label"] == Defined("label", Simple("STRING", 255))
    assert types["key"] == Defined("key", Simple("STRING", 36, fixed=True))
    assert types["width"] == Defined("width", Named("length"))
    assert types["colour"] == Enumeration("colour", ("red", "green", "blue"))
    assert types["thing"] == Select("thing", ("size", "item"))


def test_explicit_attributes_stand_in_their_order_and_others_apart() -> None:
    entities = parts().entities
    label = Named("label")
    assert entities["item"].attributes == (
        Attribute("id", label),
        Attribute("name", label),
        Attribute("note", Simple("STRING"), optional=True),
    )
    assert entities["bolt"].derived == (Derived("item", "name"), Derived("", "weight"))
    assert entities["bolt"].inverse == (Inverse("", "carriers", "nut", "bolts", 0, None),)
    assert entities["nut"].redeclared == (Redeclared("item", "note", "remark", Simple("STRING")),)


def test_aggregates_keep_literal_bounds_and_forget_computed_ones() -> None:
    axis, matrix = (a.type for a in parts().entities["bolt"].attributes)
    assert axis == Aggregate("LIST", Simple("REAL"), 2, 3, unique=True)
    assert matrix == Aggregate("ARRAY", Aggregate("ARRAY", Simple("INTEGER"), 0, None), 1, 2, optional=True)
    assert isinstance(matrix, Aggregate) and isinstance(matrix.of, Aggregate)
    assert (matrix.sizes, matrix.of.sizes) == ((2, 2), (0, None))


def test_supertypes_and_how_subtypes_combine_are_kept() -> None:
    item = parts().entities["item"]
    assert item.abstract
    assert item.constraints == (Constraint("ANDOR", (Constraint("ONEOF", ("bolt", "nut")), "coated")),)
    assert parts().entities["bolt"].supertypes == ("item",)


def test_edition_2_says_constraints_apart_from_the_entity() -> None:
    text = """SCHEMA s; ENTITY a; END_ENTITY; ENTITY b SUBTYPE OF (a); END_ENTITY; ENTITY c SUBTYPE OF (a); END_ENTITY;
    SUBTYPE_CONSTRAINT one FOR a; ABSTRACT SUPERTYPE; TOTAL_OVER (b, c); b AND c; END_SUBTYPE_CONSTRAINT; END_SCHEMA;"""
    a = parse(text, "s")[0].entities["a"]
    assert a.abstract
    assert a.constraints == (Constraint("TOTAL_OVER", ("b", "c")), Constraint("AND", ("b", "c")))


def test_extensible_types_take_what_extends_them() -> None:
    text = """SCHEMA s; TYPE open = EXTENSIBLE SELECT; END_TYPE; TYPE more = EXTENSIBLE SELECT BASED_ON open WITH (a); END_TYPE;
    TYPE most = SELECT BASED_ON more WITH (b); END_TYPE; TYPE hue = EXTENSIBLE ENUMERATION OF (red); END_TYPE;
    TYPE hues = ENUMERATION BASED_ON hue WITH (green); END_TYPE; TYPE other = EXTENSIBLE SELECT BASED_ON open WITH (c); END_TYPE;
    ENTITY a; END_ENTITY; ENTITY b; END_ENTITY; ENTITY c; END_ENTITY; END_SCHEMA;"""
    graph = Graph(parse(text, "s")[0])

    def takes(name: str) -> frozenset[str]:
        made = graph.types[name]
        assert isinstance(made, Select | Enumeration)
        return graph.member(made).entities if isinstance(made, Select) else graph.values(made)

    assert takes("open") == {"a", "b", "c"}
    assert takes("more") == {"a", "b"}
    assert takes("most") == {"a", "b"}
    assert takes("hue") == takes("hues") == {"red", "green"}


def test_attributes_of_supertypes_come_first_and_once() -> None:
    text = """SCHEMA s; ENTITY r; x : REAL; END_ENTITY; ENTITY p SUBTYPE OF (r); p1 : REAL; END_ENTITY;
    ENTITY q SUBTYPE OF (r); q1 : REAL; END_ENTITY; ENTITY d SUBTYPE OF (q, p); d1 : REAL; END_ENTITY; END_SCHEMA;"""
    graph = Graph(parse(text, "s")[0])
    assert [(owner, a.name) for owner, a in graph.linear("d")] == [("r", "x"), ("q", "q1"), ("p", "p1"), ("d", "d1")]


def test_redeclarations_are_found_through_new_names() -> None:
    text = r"""SCHEMA s; ENTITY a; x : OPTIONAL REAL; y : REAL; END_ENTITY;
    ENTITY b SUBTYPE OF (a); SELF\a.x RENAMED z : REAL; END_ENTITY;
    ENTITY c SUBTYPE OF (b); DERIVE SELF\b.z : REAL := 1.0; SELF\b.y : REAL := 2.0; END_ENTITY; END_SCHEMA;"""
    graph = Graph(parse(text, "s")[0])
    x, y = (graph.slot(owner, attribute, graph.closure("c")) for owner, attribute in graph.linear("c"))
    assert x.derived and y.derived
    x, y = (graph.slot(owner, attribute, graph.closure("b")) for owner, attribute in graph.linear("b"))
    assert (x.optional, x.derived, y.derived) == (False, False, False)


USED = """SCHEMA inner; TYPE label = STRING; END_TYPE; TYPE any = SELECT (base, label); END_TYPE;
ENTITY base; name : label; END_ENTITY; ENTITY far; to : any; END_ENTITY; ENTITY unused; END_ENTITY; END_SCHEMA;"""


def test_a_long_form_holds_what_is_used_and_all_that_this_needs() -> None:
    text = USED + "SCHEMA outer; USE FROM inner (far AS near); ENTITY own; it : near; END_ENTITY; END_SCHEMA;"
    schema = long_form(parse(text, "two.exp"))
    assert schema.name == "outer" and not schema.interfaces
    assert {name: entity.dependent for name, entity in schema.entities.items()} == {"near": False, "own": False, "base": True}
    assert set(schema.types) == {"any", "label"}
    assert Graph(schema).linear("near") == (("near", Attribute("to", Named("any"))),)


def test_what_is_only_referenced_does_not_stand_alone() -> None:
    text = USED + "SCHEMA outer; REFERENCE FROM inner; ENTITY own; it : far; END_ENTITY; END_SCHEMA;"
    schema = long_form(parse(text, "two.exp"))
    assert {name for name, entity in schema.entities.items() if entity.dependent} == {"base", "far", "unused"}


def test_schemas_may_use_each_other_in_a_circle() -> None:
    text = """SCHEMA a; USE FROM b; ENTITY x; to : y; END_ENTITY; END_SCHEMA;
    SCHEMA b; USE FROM a; ENTITY y; to : OPTIONAL x; END_ENTITY; END_SCHEMA;"""
    assert set(long_form(parse(text, "circle"), "a").entities) == {"x", "y"}


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("SCHEMA s;\nENTITY a\n  x : REAL;\nEND_ENTITY;\nEND_SCHEMA;", (3, 3), "expected ;; found x"),
        ("SCHEMA s;\n  TYPE t = LIST [1:2 OF REAL;", (2, 30), "expected ]"),
        ("SCHEMA s; ENTITY a; x : 'REAL'; END_ENTITY; END_SCHEMA;", (1, 25), "expected a data type"),
        ("SCHEMA s;\nFUNCTION f : REAL;\n RETURN (1);", (3, 13), "expected END_FUNCTION"),
        ("SCHEMA s; (* open", (1, 11), "this remark is not closed"),
        ("SCHEMA s; TYPE t = 'open", (1, 20), "this string is not closed"),
        ("SCHEMA s; TYPE t = REAL; END_TYPE; ENTITY t; END_ENTITY; END_SCHEMA;", (1, 58), "t is declared again"),
        ("SCHEMA s; ENTITY $; END_ENTITY;", (1, 18), "the character '$' begins no token"),
        ("<html>", (1, 1), "expected SCHEMA"),
        ("", (1, 1), "expected SCHEMA"),
    ],
)
def test_what_is_no_express_is_told_by_line_and_column(text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(ExpressError, match=r"^wrong\.exp, line \d+, column \d+: ") as caught:
        parse(text, "wrong.exp")
    assert (caught.value.line, caught.value.column) == place
    assert said in str(caught.value)


@pytest.mark.parametrize("nested", ["LIST OF " * 500 + "REAL", "SELECT (" + "(" * 500])
def test_nesting_without_end_is_refused(nested: str) -> None:
    with pytest.raises(ExpressError):
        parse(f"SCHEMA s; TYPE t = {nested}; END_TYPE; END_SCHEMA;", "deep.exp")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SCHEMA s; ENTITY a SUBTYPE OF (b); END_ENTITY; END_SCHEMA;", "refers to b"),
        ("SCHEMA s; ENTITY a; x : LIST OF b; END_ENTITY; END_SCHEMA;", "refers to b"),
        ("SCHEMA s; TYPE t = SELECT (u); END_TYPE; END_SCHEMA;", "refers to u"),
        ("SCHEMA s; ENTITY a SUBTYPE OF (b); END_ENTITY; ENTITY b SUBTYPE OF (a); END_ENTITY; END_SCHEMA;", "of itself"),
        ("SCHEMA s; USE FROM elsewhere; END_SCHEMA;", "give its text"),
        ("SCHEMA s; END_SCHEMA; SCHEMA t; END_SCHEMA;", "say which one is meant"),
        ("SCHEMA s; SUBTYPE_CONSTRAINT c FOR a; ABSTRACT SUPERTYPE; END_SUBTYPE_CONSTRAINT; END_SCHEMA;", "does not declare"),
    ],
)
def test_a_schema_that_does_not_hold_together_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Graph(long_form(parse(text, "loose.exp")))


def test_a_tower_of_supertypes_is_refused() -> None:
    tower = "".join(f"ENTITY e{n} SUBTYPE OF (e{n + 1}); END_ENTITY;" for n in range(3000)) + "ENTITY e3000; END_ENTITY;"
    with pytest.raises(UsageError, match="at most 200 supertypes"):
        Graph(parse(f"SCHEMA s; {tower} END_SCHEMA;", "tower")[0])


def test_a_tower_of_supertypes_is_refused_whatever_is_declared_first() -> None:
    def tower(height: int) -> str:
        return "ENTITY e0; END_ENTITY;" + "".join(f"ENTITY e{n} SUBTYPE OF (e{n - 1}); END_ENTITY;" for n in range(1, height))

    Graph(parse(f"SCHEMA s; {tower(200)} END_SCHEMA;", "tower")[0]).closure("e199")
    with pytest.raises(UsageError, match="at most 200 supertypes"):
        Graph(parse(f"SCHEMA s; {tower(201)} END_SCHEMA;", "tower")[0])


@pytest.mark.parametrize("string", ["x" * 10**7, "''" * 5 * 10**6])
def test_a_string_without_end_is_told_by_where_it_begins_in_little_memory(string: str) -> None:
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ExpressError, match="line 2, column 30: this string is not closed"):
        parse(f"SCHEMA s;\nTYPE t = REAL; WHERE w : a = '{string}", "open.exp")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begin < 200 * 1024


def test_what_is_found_instead_is_cut_when_it_is_long() -> None:
    with pytest.raises(ExpressError, match=r"found x{80}$"):
        parse("x" * 10**6, "long.exp")


@pytest.mark.parametrize("cut", range(0, len(PARTS), 7))
def test_a_text_that_breaks_off_anywhere_is_told(cut: int) -> None:
    with pytest.raises(ExpressError):
        parse(PARTS[: min(cut, PARTS.index("END_SCHEMA"))], "cut.exp")


@given(st.text(alphabet="SCHEMAENTITYTYPEOFSELECT =;:()[]'\"\\*-?,.{}%1ab_\n", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        Graph(long_form(parse("SCHEMA s; " + text, "any.exp")))
    except UsageError:
        return
