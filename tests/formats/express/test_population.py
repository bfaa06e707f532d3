"""Populations are judged by their schema: what is right passes, and each rule has something that breaks it."""

from pathlib import Path

import pytest

from cpo_probe.formats import step_p21
from cpo_probe.formats.express.examine import examine
from cpo_probe.formats.express.rules import RULES
from cpo_probe.formats.step_p21 import DataSection
from tests.formats.express.made import choice, population

SCHEMA = r"""
TYPE label = STRING; END_TYPE;
TYPE length = REAL; END_TYPE;
TYPE short_length = length; END_TYPE;
TYPE count = INTEGER; END_TYPE;
TYPE mass = REAL; END_TYPE;
TYPE colour = ENUMERATION OF (red, green); END_TYPE;
TYPE measure = SELECT (length, mass, count); END_TYPE;
TYPE other = measure; END_TYPE;
TYPE style = SELECT (colour, point, other); END_TYPE;
TYPE place = SELECT (point, line); END_TYPE;
TYPE triple = LIST [3 : 3] OF REAL; END_TYPE;
TYPE any = SELECT (triple, label); END_TYPE;

ENTITY point; name : label; at : LIST [1 : 3] OF length; END_ENTITY;
ENTITY near_point SUBTYPE OF (point); END_ENTITY;
ENTITY line; ends : SET [2 : 2] OF point; END_ENTITY;
ENTITY shape ABSTRACT SUPERTYPE OF (ONEOF (round, flat)); note : OPTIONAL label; END_ENTITY;
ENTITY round SUBTYPE OF (shape); middle : point; END_ENTITY;
ENTITY flat SUBTYPE OF (shape); edges : LIST [1 : ?] OF UNIQUE line; END_ENTITY;
ENTITY a_b SUBTYPE OF (flat); END_ENTITY;
ENTITY abz SUBTYPE OF (flat); END_ENTITY;
ENTITY unit SUPERTYPE OF (ONEOF (si, inch) AND ONEOF (long, heavy)); factor : REAL; END_ENTITY;
ENTITY si SUBTYPE OF (unit); prefix : OPTIONAL colour; DERIVE SELF\unit.factor : REAL := 1.0; END_ENTITY;
ENTITY inch SUBTYPE OF (unit); END_ENTITY;
ENTITY long SUBTYPE OF (unit); END_ENTITY;
ENTITY heavy SUBTYPE OF (unit); END_ENTITY;
ENTITY thing; b : BOOLEAN; l : LOGICAL; n : NUMBER; x : BINARY; END_ENTITY;
ENTITY values; m : measure; s : style; a : any; p : OPTIONAL place; END_ENTITY;
ENTITY grid; rows : LIST [1 : ?] OF LIST [2 : 2] OF point; gaps : ARRAY [1 : 3] OF OPTIONAL INTEGER; END_ENTITY;
ENTITY pairs; of : LIST OF SET [1 : ?] OF point; hues : SET OF colour; END_ENTITY;
ENTITY covered; END_ENTITY;
ENTITY left SUBTYPE OF (covered); END_ENTITY;
ENTITY right SUBTYPE OF (covered); END_ENTITY;
SUBTYPE_CONSTRAINT total FOR covered; TOTAL_OVER (left, right); END_SUBTYPE_CONSTRAINT;
ENTITY zone SUPERTYPE OF (ONEOF ((thick AND smeared), (share AND smeared), thick, share, smeared)); END_ENTITY;
ENTITY thick SUBTYPE OF (zone); END_ENTITY;
ENTITY share SUBTYPE OF (zone); END_ENTITY;
ENTITY smeared SUBTYPE OF (zone); END_ENTITY;
ENTITY owner; has : SET OF owned; also : OPTIONAL owned; END_ENTITY;
ENTITY owned; INVERSE owners : SET [1 : 2] OF owner FOR has; END_ENTITY;
ENTITY narrow SUBTYPE OF (values); SELF\values.p : point; SELF\values.m : length; END_ENTITY;
"""
RIGHT = """
#1=POINT('a',(1.,2.)); #2=NEAR_POINT('b',(0.,0.,0.)); #3=LINE((#1,#2)); #4=ROUND($,#2); #5=FLAT('x',(#3));
#6=(LONG() SI(.RED.) UNIT(*)); #7=(INCH() LONG() UNIT(25.4)); #8=THING(.T.,.U.,1.,"0FF"); #9=THING(.F.,.F.,3,"0");
#10=VALUES(LENGTH(1.),COLOUR(.GREEN.),TRIPLE((1.,2.,3.)),#3); #11=VALUES(SHORT_LENGTH(1.),#1,LABEL('x'),$);
#12=VALUES(COUNT(3),MASS(2.),LABEL(''),#2); #13=GRID(((#1,#2),(#2,#1)),($,1,$)); #14=PAIRS(((#1,#2),(#1)),(.RED.,.GREEN.));
#15=LEFT(); #16=NARROW(LENGTH(1.),#1,LABEL(''),#1); #17=VALUES(@5,#PI,@1,<other.stp#a>); #18=!OWN_ENTITY(1);
#19=(ABZ() A_B() FLAT((#3)) SHAPE($)); #20=POINT('c',(1.)); #21=POINT('d',(2.)); #22=PAIRS(((#1,#2,#20,#21)),());
#23=NARROW(1.,#1,LABEL(''),#2); #24=SMEARED(); #25=(SMEARED() THICK() ZONE()); #26=ZONE();
#27=OWNED(); #28=OWNER((#27,#29),#27); #29=OWNED(); #30=OWNER((#29),#29);
"""
_WRONG: list[tuple[str, str, str]] = [
    ("entity-known", "#9=NOTHING(1);", "NOTHING"),
    ("entity-known", "#9=(LONG() NOTHING() UNIT(1.));", "NOTHING"),
    ("entity-abstract", "#9=SHAPE($);", "SHAPE"),
    ("subtype-oneof", "#9=(FLAT((#3)) ROUND(#1) SHAPE($));", "FLAT+ROUND+SHAPE"),
    ("subtype-oneof", "#9=(SHARE() THICK() ZONE());", "SHARE+THICK+ZONE"),
    ("subtype-and", "#9=INCH(1.);", "INCH"),
    ("subtype-total", "#9=COVERED();", "COVERED"),
    ("parts-closed", "#9=(INCH() LONG());", "INCH+LONG"),
    ("parts-order", "#9=(LONG() INCH() UNIT(1.));", "INCH+LONG+UNIT"),
    ("parts-order", "#9=(A_B() ABZ() FLAT((#3)) SHAPE($));", "ABZ+A_B+FLAT+SHAPE"),
    ("parts-repeated", "#9=(INCH() LONG() LONG() UNIT(1.));", "INCH+LONG+UNIT"),
    ("parts-related", "#9=(COVERED() LEFT() POINT('',(1.)));", "COVERED+LEFT+POINT"),
    ("parts-single", "#9=(NEAR_POINT() POINT('',(1.)));", "NEAR_POINT+POINT"),
    ("attribute-count", "#9=NEAR_POINT();", "NEAR_POINT"),
    ("attribute-count", "#9=(INCH(1.) LONG() UNIT(1.));", "INCH"),
    ("value-type", "#9=POINT(1,(1.));", "POINT.name"),
    ("value-type", "#9=POINT('',(1));", "POINT.at"),
    ("value-type", "#9=POINT('',1.);", "POINT.at"),
    ("value-type", "#9=ROUND($,'p');", "ROUND.middle"),
    ("value-type", "#9=POINT(#1,(1.));", "POINT.name"),
    ("value-type", '#9=THING(.U.,.T.,1.,"0");', "THING.b"),
    ("value-type", "#9=THING(.T.,.T.,1.,'0');", "THING.x"),
    ("value-type", "#9=VALUES('',#1,LABEL(''),$);", "VALUES.m"),
    ("value-type", "#9=VALUES(#1,#1,LABEL(''),$);", "VALUES.m"),
    ("value-type", "#9=VALUES(LENGTH(1),#1,LABEL(''),$);", "VALUES.m"),
    ("enumeration", "#9=(LONG() SI(.BLUE.) UNIT(*));", "SI.prefix"),
    ("typed", "#9=POINT(LABEL('a'),(1.));", "POINT.name"),
    ("typed", "#9=VALUES(LENGTH(MASS(1.)),#1,LABEL(''),$);", "VALUES.m"),
    ("select", "#9=VALUES(LABEL('a'),#1,LABEL(''),$);", "VALUES.m"),
    ("select", "#9=VALUES(MEASURE(1.),#1,LABEL(''),$);", "VALUES.m"),
    ("select-named", "#9=VALUES(1.,#1,LABEL(''),$);", "VALUES.m"),
    ("select-bare", "#9=VALUES(3,#1,LABEL(''),$);", "VALUES.m"),
    ("aggregate-size", "#9=POINT('',());", "POINT.at"),
    ("aggregate-size", "#9=POINT('',(1.,1.,1.,1.));", "POINT.at"),
    ("aggregate-size", "#9=GRID(((#1,#2)),(1));", "GRID.gaps"),
    ("aggregate-unique", "#9=LINE((#1,#1));", "LINE.ends"),
    ("aggregate-unique", "#9=FLAT($,(#3,#7,#3)); #7=LINE((#1,#2));", "FLAT.edges"),
    ("aggregate-unique", "#9=PAIRS(((#1,#2),(#2,#2)),());", "PAIRS.of"),
    ("aggregate-unique", "#9=PAIRS((),(.RED.,.RED.));", "PAIRS.hues"),
    ("reference-type", "#9=ROUND($,#3);", "ROUND.middle"),
    ("reference-type", "#9=GRID(((#1,#2),(#1,#3)),(1,2,3));", "GRID.rows"),
    ("reference-type", "#9=VALUES(LENGTH(1.),#3,LABEL(''),$);", "VALUES.s"),
    ("reference-type", "#9=NARROW(LENGTH(1.),#1,LABEL(''),#3);", "VALUES.p"),
    ("mandatory", "#9=POINT($,(1.));", "POINT.name"),
    ("mandatory", "#9=GRID(((#1,$)),(1,2,3));", "GRID.rows"),
    ("mandatory", "#9=NARROW(LENGTH(1.),#1,LABEL(''),$);", "VALUES.p"),
    ("derived-mark", "#9=POINT(*,(1.));", "POINT.name"),
    ("derived-value", "#9=(LONG() SI($) UNIT(1.));", "UNIT.factor"),
    ("derived-value", "#9=(LONG() SI($) UNIT($));", "UNIT.factor"),
    ("inverse", "#9=OWNED(); #10=OWNER((),#9);", "OWNED.owners"),
    ("inverse", "#9=OWNED(); #10=OWNER((#9),$); #11=OWNER((#9),$); #12=OWNER((#9),$);", "OWNED.owners"),
]
BEFORE = "#1=POINT('a',(1.)); #2=POINT('b',(2.)); #3=LINE((#1,#2));"


def broken(text: str, external: tuple[int, ...] = ()) -> list[tuple[str, str]]:
    """(rule, location) of everything that is wrong, once each."""
    found = examine(population(text, external), choice(SCHEMA), level="2;1")
    return sorted({(problem.rule, problem.location) for problem in found})


def test_a_population_that_keeps_its_schema_has_no_problem() -> None:
    assert broken(RIGHT) == []


@pytest.mark.parametrize(("rule", "text", "location"), _WRONG)
def test_what_breaks_a_rule_is_told_by_that_rule_alone(rule: str, text: str, location: str) -> None:
    assert broken(BEFORE + text) == [(rule, location)]


def test_each_rule_has_something_that_breaks_it() -> None:
    elsewhere = {"entity-edition", "string-width"}
    assert {rule.id for rule in RULES} == {rule for rule, _, _ in _WRONG} | elsewhere


def test_references_that_lead_nowhere_or_out_of_the_file_are_not_judged_here() -> None:
    assert broken("#9=ROUND($,#77);") == []
    assert broken("#9=ROUND($,#77);", external=(77,)) == []


def test_one_conformance_class_writes_every_instance_in_parts() -> None:
    single = population("#9=(NEAR_POINT() POINT('',(1.)));")
    assert not list(examine(single, choice(SCHEMA), level="2;2"))
    assert not list(examine(single, choice(SCHEMA)))


def test_every_instance_is_counted_and_the_first_ones_are_named() -> None:
    text = "".join(f"#{n}=POINT('',(1));" for n in range(1, 501)) + "#600=ROUND($,#601); #601=LINE((#1,#2));"
    found = examine(population(text), choice(SCHEMA))
    assert found.counts == {"value-type": 500, "reference-type": 1}
    assert [(p.rule, p.where.instance, p.params["instances"]) for p in found] == [
        ("reference-type", "#600", 1),
        ("value-type", "#1", 500),
        ("value-type", "#2", 500),
        ("value-type", "#3", 500),
    ]


def test_of_many_wrong_references_the_first_ones_of_the_file_are_named() -> None:
    wrong = ",".join("#1,#3" for _ in range(100_000))
    text = f"#1=ROUND($,#2); #2=POINT('',(1.)); #3=LINE((#2,#2)); #4=LINE((#2,#3)); #5=LINE(({wrong})); #6=LINE((#2,#1));"
    found = examine(population(text), choice(SCHEMA))
    assert found.counts["reference-type"] == 200_002
    told = [(p.where.instance, p.location, p.found) for p in found if p.rule == "reference-type"]
    assert told == [("#4", "LINE.ends", "#3 (LINE)"), ("#5", "LINE.ends", "#1 (ROUND)"), ("#5", "LINE.ends", "#3 (LINE)")]


def test_instances_of_sections_of_another_schema_are_left_alone() -> None:
    made = population("#1=POINT('',(1)); #2=NOTHING(); #3=ROUND($,#2);")
    first, last = DataSection("a", "S", 0, 1), DataSection("c", "S", 2, 1)
    found = examine(made, choice(SCHEMA), sections=[first, last])
    assert found.counts == {"value-type": 1}
    assert examine(made, choice(SCHEMA), sections=[last]).counts == {}


def test_rules_without_an_occasion_are_no_pass() -> None:
    assert set(examine(population(""), choice(SCHEMA)).unsaid) == {rule.id for rule in RULES}
    unsaid = examine(population("#1=POINT('',(1.));"), choice(SCHEMA)).unsaid
    assert {"parts-closed", "entity-edition", "string-width"} <= set(unsaid)
    assert not {"value-type", "mandatory", "reference-type"} & set(unsaid)


def test_how_often_an_instance_is_used_is_not_said_where_a_user_may_be_elsewhere() -> None:
    made = population("#1=OWNED();")
    (problem,) = examine(made, choice(SCHEMA))
    assert (problem.rule, problem.expected, problem.found) == ("inverse", "[1:2] OWNER.has", "0")
    assert "inverse" not in examine(made, choice(SCHEMA)).unsaid
    made.whole = False
    found = examine(made, choice(SCHEMA))
    assert not found.counts and "inverse" in found.unsaid


def test_strings_have_the_width_that_their_type_allows(tmp_path: Path) -> None:
    """Values are read from the file again, so this one is a real one."""
    file = tmp_path / "width.stp"
    lines = ["#1=TAG('12345','\\X2\\00E4\\X0\\bc',(SHORT('abc')));", "#2=TAG('1234','abcd',(SHORT('abcd'),#1));"]
    head = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');FILE_SCHEMA(('S'));ENDSEC;DATA;"
    file.write_text("\n".join((head, *lines, "ENDSEC;END-ISO-10303-21;")))
    schema = """TYPE short = STRING (3); END_TYPE; TYPE fixed_one = STRING (5) FIXED; END_TYPE;
    TYPE any = SELECT (short, tag); END_TYPE; ENTITY tag; a : fixed_one; b : short; c : LIST OF any; END_ENTITY;"""
    found = examine(step_p21.examine(file).population, choice(schema))
    assert [(p.rule, p.location, p.where.instance, p.found) for p in found] == [
        ("string-width", "TAG.a", "#2", "4 characters"),
        ("string-width", "TAG.b", "#2", "4 characters"),
        ("string-width", "TAG.c", "#2", "4 characters"),
    ]


def test_expected_and_found_are_said_in_the_words_of_the_schema() -> None:
    (problem,) = examine(population(BEFORE + "#9=ROUND($,#3);"), choice(SCHEMA))
    assert (problem.expected, problem.found) == ("POINT", "#3 (LINE)")
    (problem,) = examine(population("#9=POINT('',(1.,1.,1.,1.));"), choice(SCHEMA))
    assert (problem.expected, problem.found) == ("LIST [1:3] OF LENGTH", "4 elements")
    (problem,) = examine(population("#9=THING(.T.,.T.,1.,'0');"), choice(SCHEMA))
    assert (problem.expected, problem.found) == ("BINARY", "STRING")


def test_many_wrong_elements_are_one_problem_of_their_instance() -> None:
    found = examine(population("#1=POINT('',(1,.T.,#1));"), choice(SCHEMA))
    assert found.counts == {"value-type": 1}
    found = examine(population("#1=PAIRS((),(.RED.,.GREEN.,.RED.,.GREEN.));"), choice(SCHEMA))
    assert [(one.rule, one.found) for one in found] == [("aggregate-unique", ".RED. again")]
