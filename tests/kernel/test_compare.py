"""What a kernel made of a file is compared with what the file says: what agrees, what does not, and what nobody can tell."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.formats import practice, step_p21
from cpo_probe.formats.express import Tables
from cpo_probe.kernel import Body, Compared, Comparison, Of, Verdict
from cpo_probe.registry.load import own_root
from cpo_probe.registry.tables import fact_tables
from tests.kernel.assembly import BOLT, INCHES, PUMP, TURNED, Read, content

TABLES = Tables((row.path, row.file.read_bytes()) for row in fact_tables([own_root()]))


def comparison(folder: Path, *changes: tuple[str, str], read: Read | None = None, **measured: Any) -> Comparison:
    data = content(*changes)
    path = folder / "pump.stp"
    path.write_bytes(data)
    report = step_p21.examine(path)
    choice = TABLES.choose(report.header.schemas[0].text)
    assert choice is not None
    return Comparison(practice.View(report.population, choice.graphs[0]), (read or Read()).of(data, **measured))


def every(compared: Comparison) -> Iterator[Compared]:
    yield from compared.shapes()
    yield from compared.components()
    yield from compared.placements()
    yield from compared.properties(Of)


def told(compared: Comparison) -> set[tuple[str, str]]:
    """(verdict or reason, location) of whatever is not the same."""
    return {(one.why or str(one.verdict), one.location) for one in every(compared) if one.verdict is not Verdict.SAME}


def bolt(**changes: Any) -> Body:
    return dataclasses.replace(BOLT, **changes)


def test_what_was_read_rightly_is_the_same(tmp_path: Path) -> None:
    compared = comparison(tmp_path)
    assert compared.fits()
    said = list(every(compared))
    assert {one.verdict for one in said} == {Verdict.SAME}
    assert len(said) == 1 + 2 + 2 + 6


def test_numbers_are_in_the_units_of_the_file(tmp_path: Path) -> None:
    inch = 25.4
    read = Read(
        {
            22: bolt(volume=str(6 * inch**3), area=str(22 * inch**2), centroid=tuple(str(c * inch) for c in (0.5, 1, 1.5))),
            12: dataclasses.replace(PUMP, volume=str(12 * inch**3)),
        },
        {
            40: tuple(str(float(n) * inch) if at % 4 == 3 else n for at, n in enumerate(TURNED)),
            41: ("1", "0", "0", "-127", "0", "1", "0", "0", "0", "0", "1", "0"),
        },
    )
    compared = comparison(tmp_path, INCHES, read=read)
    assert told(compared) == set()
    assert len(list(compared.properties(Of))) == 6


def test_each_context_has_units_of_its_own(tmp_path: Path) -> None:
    metres = (
        "#100=",
        "#150=(GEOMETRIC_REPRESENTATION_CONTEXT(3) GLOBAL_UNIT_ASSIGNED_CONTEXT((#151)) REPRESENTATION_CONTEXT('',''));"
        "#151=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT($,.METRE.)); #100=",
    )
    moved = ("(#103,#104,#105),#50", "(#103,#104,#105),#150")
    point = ("(0.5,1.,1.5)", "(0.0005,0.001,0.0015)")
    assert told(comparison(tmp_path, metres, moved, point)) == set()
    assert told(comparison(tmp_path, metres, moved)) == {("differs", "PRODUCT_DEFINITION centre point")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(6.004)"), None),
        (("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(6.02)"), "kernel_near"),
        (("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(6.1)"), "differs"),
        (("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(0.)"), "no_such_shape"),
        (("AREA_MEASURE(22.)", "AREA_MEASURE(2200.)"), "differs"),
        (("(0.5,1.,1.5)", "(0.5,1.,1.509)"), None),
        (("(0.5,1.,1.5)", "(0.5,1.,1.515)"), "kernel_near"),
        (("(0.5,1.,1.5)", "(0.5,1.,-1.5)"), "differs"),
        (("VOLUME_MEASURE(12.)", "VOLUME_MEASURE(6.)"), "differs"),
        (("COUNT_MEASURE(2.)", "COUNT_MEASURE(3.)"), "differs"),
        (("(2.5,20.,25.)", "(2.5,20.,25.04)"), None),
        (("(2.5,20.,25.)", "(2.5,20.,24.)"), "differs"),
        (("DERIVED_UNIT_ELEMENT(#51,3.)", "DERIVED_UNIT_ELEMENT(#51,2.)"), "no_unit_told"),
    ],
)
def test_a_property_that_is_off_is_told_by_how_much(tmp_path: Path, change: tuple[str, str], expected: str | None) -> None:
    found = {one[0] for one in told(comparison(tmp_path, change))}
    assert found == ({expected} if expected else set())


def test_the_deviation_relates_to_what_the_file_states(tmp_path: Path) -> None:
    (one,) = (
        one for one in comparison(tmp_path, ("VOLUME_MEASURE(6.)", "VOLUME_MEASURE(12.)")).properties([Of.VOLUME])
        if one.verdict is Verdict.DIFFERS
    )  # fmt: skip
    assert (one.expected, one.found, one.deviation) == ("12 mm³", "6 mm³", "50 %")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (bolt(volume="9", valid=False), "kernel_invalid"),
        (bolt(volume="9", error="0.01"), "kernel_unsure"),
        (bolt(area="30", faces=2, sheets="5"), "kernel_mixed"),
        (bolt(area="17", faces=2, sheets="5"), None),
    ],
)
def test_where_the_kernel_or_the_practice_leaves_room_nothing_differs(tmp_path: Path, body: Body, expected: str | None) -> None:
    found = {one.why for one in comparison(tmp_path, read=Read({22: body})).properties([Of.VOLUME, Of.AREA])}
    assert found - {""} == ({expected} if expected else set())


def test_a_centroid_of_several_bodies_may_be_weighed_by_their_densities(tmp_path: Path) -> None:
    stated = ("(#113),#50);", "(#113,#114),#50); #114=CARTESIAN_POINT('centre point',({},10.5,16.5));")
    true, other = ((stated[0], stated[1].format(x)) for x in ("2.", "4."))
    assert told(comparison(tmp_path, true)) == set()
    assert told(comparison(tmp_path, other)) == {("kernel_weighed", "PRODUCT_DEFINITION centre point")}


def test_what_a_part_is_made_from_is_no_component_of_it(tmp_path: Path) -> None:
    steel = "#42=MAKE_FROM_USAGE_OPTION('3','','',#22,#12,1,'',#43); #43=MEASURE_WITH_UNIT(COUNT_MEASURE(1.),#51); #50="
    assert told(comparison(tmp_path, ("#50=", steel))) == set()


def test_what_the_file_hides_may_be_the_difference(tmp_path: Path) -> None:
    hiding = ("#41=", "#42=INVISIBILITY((#68)); #41=")
    assert told(comparison(tmp_path, hiding, read=Read({22: bolt(volume="9")}))) == {
        ("kernel_hidden", "PRODUCT_DEFINITION volume measure")
    }


def test_a_solid_has_properties_of_its_own_by_either_way_of_saying_so(tmp_path: Path) -> None:
    aspect = "#140=SHAPE_ASPECT('','',#66,.F.);"
    old = (
        "#141=PROPERTY_DEFINITION('','',#140); #142=SHAPE_REPRESENTATION('',(#68),#50);"
        "#143=SHAPE_DEFINITION_REPRESENTATION(#141,#142);"
    )
    new = "#144=GEOMETRIC_ITEM_SPECIFIC_USAGE('','',#140,#65,#68);"
    for way in (old, new):
        changes = (("#100=", f"{aspect}{way} #100="), ("'',#66); #101", "'',#140); #101"))
        assert told(comparison(tmp_path, *changes)) == set()
        wrong = told(comparison(tmp_path, *changes, read=Read({68: bolt(volume="9")})))
        assert wrong == {("differs", "MANIFOLD_SOLID_BREP volume measure")}


def test_a_solid_that_did_not_arrive_is_missed(tmp_path: Path) -> None:
    nothing = told(comparison(tmp_path, read=Read({22: None})))
    assert ("differs", "PRODUCT_DEFINITION") in nothing
    assert ("kernel_no_shape", "NEXT_ASSEMBLY_USAGE_OCCURRENCE") in nothing
    loose = comparison(tmp_path, read=Read({22: bolt(solids=0, faces=6, volume="0", area="0", sheets="22", centroid=())}))
    assert [(one.expected, one.found) for one in loose.shapes()] == [("1", "0")]


def test_facets_are_no_exact_shape(tmp_path: Path) -> None:
    facets = ("#68=MANIFOLD_SOLID_BREP('',#69); #69=CLOSED_SHELL('',());", "#68=TESSELLATED_SOLID('',(),$);")
    compared = comparison(tmp_path, facets, read=Read({22: None}), models=())
    assert ("tessellated_only", "PRODUCT_DEFINITION") in told(compared)


def test_a_constructive_solid_is_nothing_that_kernels_read(tmp_path: Path) -> None:
    block = ("#68=MANIFOLD_SOLID_BREP('',#69); #69=CLOSED_SHELL('',());", "#68=CSG_SOLID('',#69); #69=BLOCK('',#55,1.,2.,3.);")
    compared = comparison(tmp_path, block, read=Read({22: None}), models=())
    assert list(compared.shapes()) == []


def test_a_component_that_did_not_arrive_is_missed_and_its_assembly_not_measured(tmp_path: Path) -> None:
    said = told(comparison(tmp_path, read=Read(placements={41: ()})))
    assert said == {
        ("differs", "NEXT_ASSEMBLY_USAGE_OCCURRENCE"),
        ("parts_left_out", "PRODUCT_DEFINITION volume measure"),
        ("parts_left_out", "PRODUCT_DEFINITION number of children"),
        ("parts_left_out", "PRODUCT_DEFINITION notional solids centroid"),
    }


def test_entities_that_the_kernel_does_not_know_are_no_fault_of_the_file(tmp_path: Path) -> None:
    said = {one.why for one in comparison(tmp_path, read=Read(without=(41,))).components()}
    assert said == {"", "kernel_unknown_entity"}


def test_two_programs_that_place_a_component_differently_are_shown_to_a_person(tmp_path: Path) -> None:
    compared = comparison(tmp_path, read=Read(placements={41: ("1", "0", "0", "-4", "0", "1", "0", "0", "0", "0", "1", "0")}))
    said = [(one.verdict, one.why, one.deviation) for one in compared.placements() if one.verdict is not Verdict.SAME]
    assert said == [(Verdict.REVIEW, "kernel_two_readings", "1 mm")]


def test_a_circle_of_assemblies_ends(tmp_path: Path) -> None:
    circle = ("'2','','',#12,#22", "'2','','',#22,#12")
    assert ("parts_left_out", "PRODUCT_DEFINITION volume measure") in told(comparison(tmp_path, circle))


def test_other_instances_than_ours_are_not_compared(tmp_path: Path) -> None:
    assert not comparison(tmp_path, entities=3).fits()
    assert not comparison(tmp_path, ending="unreadable").fits()
