"""Recommended practices: a small assembly follows them, and each rule has a change to it that breaks it."""

from dataclasses import replace
from pathlib import Path

import pytest

from cpo_probe.formats import practice, step_p21
from cpo_probe.formats.express import Tables, examine
from cpo_probe.registry.load import own_root
from cpo_probe.registry.tables import fact_tables

HEAD = (
    "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');"
    "FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 }'));ENDSEC;DATA;"
)
ASSEMBLY = """
#1=APPLICATION_CONTEXT('core data for automotive mechanical design processes');
#2=APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2010,#1);
#3=PRODUCT_CONTEXT('',#1,'mechanical'); #4=PRODUCT_DEFINITION_CONTEXT('part definition',#1,'design');
#10=PRODUCT('A-1','pump','',(#3)); #11=PRODUCT_DEFINITION_FORMATION('A','',#10); #12=PRODUCT_DEFINITION('design','',#11,#4);
#20=PRODUCT('P-2','bolt','',(#3)); #21=PRODUCT_DEFINITION_FORMATION('A','',#20); #22=PRODUCT_DEFINITION('design','',#21,#4);
#30=PRODUCT_RELATED_PRODUCT_CATEGORY('part',$,(#10,#20));
#40=NEXT_ASSEMBLY_USAGE_OCCURRENCE('1','','',#12,#22,$); #41=NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#12,#22,$);
#50=(GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT((#54)) GLOBAL_UNIT_ASSIGNED_CONTEXT((#51,#52,#53))
 REPRESENTATION_CONTEXT('',''));
#51=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.)); #52=(NAMED_UNIT(*) PLANE_ANGLE_UNIT() SI_UNIT($,.RADIAN.));
#53=(NAMED_UNIT(*) SI_UNIT($,.STERADIAN.) SOLID_ANGLE_UNIT());
#54=UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-06),#51,'distance_accuracy_value','');
#60=CARTESIAN_POINT('',(0.,0.,0.)); #61=AXIS2_PLACEMENT_3D('',#60,$,$); #62=BLOCK('',#61,1.,2.,3.); #63=CSG_SOLID('',#62);
#64=SHAPE_REPRESENTATION('',(#61,#63),#50); #65=PRODUCT_DEFINITION_SHAPE('','',#22); #66=SHAPE_DEFINITION_REPRESENTATION(#65,#64);
#70=PROPERTY_DEFINITION('geometric validation property','',#65); #71=PROPERTY_DEFINITION_REPRESENTATION(#70,#72);
#72=REPRESENTATION('volume',(#73),#50); #73=MEASURE_REPRESENTATION_ITEM('volume measure',VOLUME_MEASURE(6.),#74);
#74=DERIVED_UNIT((#75)); #75=DERIVED_UNIT_ELEMENT(#51,3.);
#80=PROPERTY_DEFINITION('assembly validation property','',#12); #81=PROPERTY_DEFINITION_REPRESENTATION(#80,#82);
#82=REPRESENTATION('',(#83),#50); #83=VALUE_REPRESENTATION_ITEM('number of children',COUNT_MEASURE(2.));
#90=DOCUMENT_TYPE('geometry'); #91=DOCUMENT_FILE('bolt.stp','','',#90,'',$);
"""
_CHANGES: list[tuple[str, str, str, str]] = [
    ("product", "#12=PRODUCT_DEFINITION('design','',#11,#4);|#22=PRODUCT_DEFINITION('design','',#21,#4);", "", "PRODUCT"),
    ("product-chain", "#22=PRODUCT_DEFINITION('design','',#21,#4);", "", "PRODUCT_DEFINITION_FORMATION"),
    ("product-chain", "#30=", "#31=PRODUCT('X','','',(#3)); #30=", "PRODUCT"),
    ("product-id", "'P-2'", "' '", "PRODUCT.id"),
    ("product-id-unique", "'P-2'", "'A-1'", "PRODUCT.id"),
    ("usage-self", "'2','','',#12,#22", "'2','','',#12,#12", "NEXT_ASSEMBLY_USAGE_OCCURRENCE"),
    ("usage-cycle", "'2','','',#12,#22", "'2','','',#22,#12", "NEXT_ASSEMBLY_USAGE_OCCURRENCE"),
    ("usage-id-unique", "'2','','',#12,#22", "'1','','',#12,#22", "PRODUCT_DEFINITION_RELATIONSHIP.id"),
    ("protocol", "'automotive_design'", "'config_control_design'", "APPLICATION_PROTOCOL_DEFINITION"),
    (
        "protocol",
        "#2=APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2010,#1);",
        "",
        "APPLICATION_PROTOCOL_DEFINITION",
    ),
    ("units", "((#51,#52,#53))", "((#52,#53))", "REPRESENTATION.context_of_items"),
    ("uncertainty", "GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT((#54))", "", "REPRESENTATION.context_of_items"),
    ("validation-present", "'geometric validation property'", "'something else'", "PROPERTY_DEFINITION.name"),
    ("validation-names", "'geometric validation property'", "'Geometric Validation Property'", "PROPERTY_DEFINITION.name"),
    ("validation-values", "#71=PROPERTY_DEFINITION_REPRESENTATION(#70,#72);", "", "PROPERTY_DEFINITION"),
    ("validation-values", "VOLUME_MEASURE(6.)", "VOLUME_MEASURE(-6.)", "REPRESENTATION_ITEM volume measure"),
    ("validation-children", "COUNT_MEASURE(2.)", "COUNT_MEASURE(3.)", "REPRESENTATION_ITEM number of children"),
    ("external-files", "'bolt.stp'", "'C:\\\\old\\\\nut.stp'", "DOCUMENT_FILE"),
]
_ALSO = {"usage-self": {"validation-children"}, "usage-cycle": {"validation-children"}, "product": {"product-chain"}}
"""What the same change breaks besides: usages that are no children of the assembly any more."""


def tables() -> Tables:
    return Tables((row.path, row.file.read_bytes()) for row in fact_tables([own_root()]))


def broken(folder: Path, data: str, beside: tuple[str, ...] | None = ("data/BOLT.STP",)) -> set[tuple[str, str]]:
    """(rule, location) of everything that does not follow the practices."""
    file = folder / "assembly.stp"
    file.write_text(f"{HEAD}{data}ENDSEC;END-ISO-10303-21;")
    report = step_p21.examine(file)
    choice = tables().choose(report.header.schemas[0].text)
    assert choice is not None
    return {(one.rule, one.location) for one in practice.examine(report.population, choice, beside=beside)}


def test_an_assembly_that_follows_the_practices_has_no_problem(tmp_path: Path) -> None:
    assert broken(tmp_path, ASSEMBLY) == set()


def test_that_assembly_keeps_its_schema(tmp_path: Path) -> None:
    broken(tmp_path, ASSEMBLY)
    report = step_p21.examine(tmp_path / "assembly.stp")
    choice = tables().choose(report.header.schemas[0].text)
    assert choice is not None
    assert examine(report.population, choice).counts == {}


@pytest.mark.parametrize(("rule", "old", "new", "location"), _CHANGES)
def test_what_does_not_follow_a_practice_is_told_by_its_rule(
    tmp_path: Path, rule: str, old: str, new: str, location: str
) -> None:
    data = ASSEMBLY
    for one in old.split("|"):
        assert one in data
        data = data.replace(one, new)
    found = broken(tmp_path, data)
    assert (rule, location) in found
    assert {other for other, _ in found} - {rule} <= _ALSO.get(rule, set())


def test_each_rule_has_a_change_that_breaks_it() -> None:
    assert {rule for rule, *_ in _CHANGES} == {rule.id for rule in practice.RULES}


def test_a_file_without_what_a_rule_is_about_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.stp").write_text(f"{HEAD}#1=CARTESIAN_POINT('',(0.,0.,0.));ENDSEC;END-ISO-10303-21;")
    report = step_p21.examine(tmp_path / "a.stp")
    choice = tables().choose(report.header.schemas[0].text)
    assert choice is not None
    found = practice.examine(report.population, choice)
    assert set(found.counts) == {"product", "protocol"}
    assert set(found.unsaid) == {rule.id for rule in practice.RULES} - {"product", "protocol"}


def test_long_circles_and_several_of_them_are_found_once_each(tmp_path: Path) -> None:
    nodes = "".join(f"#{n}=PRODUCT_DEFINITION('','',#11,#4);" for n in range(100, 140))
    rows = [(n, n + 1) for n in range(100, 119)] + [(119, 110), (125, 126), (126, 125), (105, 125), (130, 131)]
    usages = "".join(
        f"#{n}=NEXT_ASSEMBLY_USAGE_OCCURRENCE('{n}','','',#{above},#{below},$);" for n, (above, below) in enumerate(rows, 200)
    )
    file = tmp_path / "circles.stp"
    file.write_text(f"{HEAD}{ASSEMBLY}{nodes}{usages}ENDSEC;END-ISO-10303-21;")
    report = step_p21.examine(file)
    choice = tables().choose(report.header.schemas[0].text)
    assert choice is not None
    found = [one for one in practice.examine(report.population, choice) if one.rule == "usage-cycle"]
    assert [one.found for one in found] == ["#110 (PRODUCT_DEFINITION)", "#125 (PRODUCT_DEFINITION)"]


def test_a_protocol_may_be_named_by_what_all_share_and_by_any_schema_of_several(tmp_path: Path) -> None:
    assert broken(tmp_path, ASSEMBLY.replace("'automotive_design'", "'pdm_schema'")) == set()
    file, other = tmp_path / "several.stp", ASSEMBLY.replace("'automotive_design'", "'config_control_design'")
    file.write_text(f"{HEAD}{other}ENDSEC;END-ISO-10303-21;")
    report = step_p21.examine(file)
    choice = tables().choose(report.header.schemas[0].text)
    assert choice is not None
    assert practice.examine(report.population, choice).counts == {"protocol": 1}
    assert not practice.examine(report.population, replace(choice, extended=True)).counts
