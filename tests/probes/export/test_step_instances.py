"""STEP files as exports: instances against the schema of the file, and recommended practices."""

from pathlib import Path
from typing import Any

import pytest

from cpo_probe.formats.express import Table, parse, write_table
from cpo_probe.model import Problems, Result
from cpo_probe.registry import Registry
from cpo_probe.registry.given import given_schemas
from tests.formats.practice.test_practice import ASSEMBLY, HEAD
from tests.probes.make import _arguments, file

GOOD = f"{HEAD}{ASSEMBLY}ENDSEC;END-ISO-10303-21;"
SCHEMA, PRACTICE = "step.schema.value-type", "step.practice.product-id"


def judged(registry: Registry, check: str, given: dict[str, Any]) -> Problems | Result:
    function = registry.checks[check].run
    answer: Problems | Result = function(**_arguments(registry, function, given))
    return answer


def broken(answer: Problems | Result) -> set[str]:
    assert isinstance(answer, Problems)
    return set(answer.counts)


def said(answer: Problems | Result) -> tuple[str, str]:
    assert isinstance(answer, Result)
    return answer.outcome.value, answer.code


def test_a_file_that_keeps_schema_and_practices_has_no_problem(registry: Registry) -> None:
    assert broken(judged(registry, SCHEMA, file("a.stp", GOOD))) == set()
    assert broken(judged(registry, PRACTICE, file("a.stp", GOOD))) == set()


def test_what_is_wrong_is_told_with_instance_line_and_place(registry: Registry) -> None:
    wrong = GOOD.replace("(0.,0.,0.)", "(0,0.,0.)")
    answer = judged(registry, SCHEMA, file("a.stp", wrong))
    assert isinstance(answer, Problems)
    (problem,) = answer
    assert (problem.rule, problem.location, problem.where.instance, problem.where.line) == (
        "value-type",
        "CARTESIAN_POINT.coordinates",
        "#60",
        wrong[: wrong.index("#60=")].count("\n") + 1,
    )
    assert problem.params["code"] == "step_instances" and problem.params["place"] == "#60 CARTESIAN_POINT.coordinates"


def test_files_beside_are_looked_for_in_the_package(registry: Registry) -> None:
    alone = judged(registry, PRACTICE, file("a.stp", GOOD))
    assert isinstance(alone, Problems) and alone.unsaid["external-files"].code == "no_package"
    assert broken(judged(registry, PRACTICE, file("a.stp", GOOD, beside={"data/bolt.stp": b"x"}))) == set()
    assert broken(judged(registry, PRACTICE, file("a.stp", GOOD, beside={"data/nut.stp": b"x"}))) == {"external-files"}


@pytest.mark.parametrize("check", [SCHEMA, PRACTICE])
def test_without_a_table_of_the_schema_nothing_is_said(registry: Registry, check: str) -> None:
    other = GOOD.replace("AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 }", "OWN_SCHEMA")
    assert said(judged(registry, check, file("a.stp", other))) == ("not_tested", "no_schema")
    assert said(judged(registry, check, file("a.stp", "ISO-10303-21;"))) == ("not_tested", "no_schema")


@pytest.mark.parametrize("check", [SCHEMA, PRACTICE])
def test_other_files_are_no_business_of_these_rules(registry: Registry, check: str) -> None:
    assert said(judged(registry, check, file("a.json", "{}"))) == ("not_applicable", "not-this-format")


def test_a_file_that_breaks_off_passes_nothing(registry: Registry) -> None:
    cut = GOOD[: GOOD.index("#62=")].replace("(0.,0.,0.)", "(0,0.,0.)")
    answer = judged(registry, SCHEMA, file("a.stp", cut))
    assert isinstance(answer, Problems)
    assert "value-type" in answer.counts
    assert {result.code for result in answer.unsaid.values()} == {"not_read_to_the_end"}
    assert "enumeration" in answer.unsaid
    assert said(judged(registry, PRACTICE, file("a.stp", cut))) == ("not_applicable", "not_read_to_the_end")


def test_a_table_that_the_user_brings_along_judges(registry: Registry, tmp_path: Path) -> None:
    schema = parse("SCHEMA own_schema; ENTITY a; x : INTEGER; END_ENTITY; END_SCHEMA;", "own")[0]
    (tmp_path / "own.express.gz").write_bytes(write_table(Table("own", "Own", schema, "own", "0" * 64)))
    text = f"{HEAD}#1=A(1.);ENDSEC;END-ISO-10303-21;".replace("AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 }", "OWN_SCHEMA")
    given = {**file("a.stp", text), "schemas": given_schemas([tmp_path])}
    assert broken(judged(registry, SCHEMA, given)) == {"value-type"}


def test_schemas_beside_the_first_may_extend_it(registry: Registry) -> None:
    more = HEAD.replace("AUTOMOTIVE_DESIGN { 1 0 10303 214 3 1 1 }'", "CONFIG_CONTROL_DESIGN','SHAPE_APPEARANCE_LAYER_MIM'")
    text = f"{more}#1=COLOUR_RGB('',1.,1.,1.);#2=DIRECTION('',(1,0.));ENDSEC;END-ISO-10303-21;"
    answer = judged(registry, SCHEMA, file("a.stp", text))
    assert isinstance(answer, Problems)
    assert [(p.rule, p.where.instance) for p in answer] == [("value-type", "#2")]
    assert {"entity-known", "select", "enumeration", "reference-type"} <= {
        r for r, s in answer.unsaid.items() if s.code == "no_schema"
    }


def test_each_data_section_is_judged_by_its_own_schema(registry: Registry) -> None:
    two = HEAD.replace("'2;1'", "'3;1'").replace("214 3 1 1 }'", "214 3 1 1 }','CONFIG_CONTROL_DESIGN'").removesuffix("DATA;")
    first = "DATA('one',('AUTOMOTIVE_DESIGN'));#1=COLOUR_RGB('',1.,1.,1.);ENDSEC;"
    second = "DATA('two',('CONFIG_CONTROL_DESIGN'));#2=COLOUR_RGB('',1.,1.,1.);ENDSEC;"
    unknown = "DATA('three',('OWN_SCHEMA'));#3=COLOUR_RGB('',1.,1.,1.);ENDSEC;"
    answer = judged(registry, SCHEMA, file("a.stp", two + first + second + "END-ISO-10303-21;"))
    assert isinstance(answer, Problems)
    assert [(p.rule, p.where.instance) for p in answer] == [("entity-known", "#2")]
    partly = judged(registry, SCHEMA, file("a.stp", two + first + second + unknown + "END-ISO-10303-21;"))
    assert isinstance(partly, Problems)
    assert [(p.rule, p.where.instance) for p in partly] == [("entity-known", "#2")]
    assert {result.code for result in partly.unsaid.values()} == {"no_schema"}
