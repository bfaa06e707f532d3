"""Two encodings of one assembly say the same, and each thing that one of them says differently is found, and nothing else."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpo_probe.neutral import BomLine, Canonical, Difference, Item, Kind, Structure, compare
from tests.neutral.files import DATA, XML, p21_of, xml_of

USE = ("A-1", "B", "P-2", "A")
HOSE = ("A-1", "B", "P-3", "A")
_XML: list[tuple[str, tuple[str, str], list[tuple[str, Kind, tuple[str, ...], str]]]] = [
    ("the name of an item", (">bolt<", ">screw<"), [("different", Kind.ITEM, ("P-2",), "name")]),
    ("the quantity of a line", (">0.5<", ">0.6<"), [("different", Kind.LINE, HOSE, "quantity")]),
    ("where a part stands", ("10 20 30", "10 20 31"), [("different", Kind.LINE, USE, "placement")]),
    ("how a part is turned", ("0 -1 0 1 0 0 0 0 1", "1 0 0 0 0 -1 0 1 0"), [("different", Kind.LINE, USE, "placement")]),
    ("the unit of length", ("<ClassString>milli<", "<ClassString>centi<"), [("different", Kind.LINE, USE, "placement")]),
    ("a line", ('<Related uidRef="o3"/>', '<Related uidRef="o33"/>'), [("missing", Kind.LINE, HOSE, "")]),
    ("one of two occurrences", ('<Related uidRef="o2"/>', '<Related uidRef="o22"/>'),
     [("different", Kind.LINE, USE, "quantity"), ("different", Kind.LINE, USE, "placement")]),
    ("the revision of a document", ('<Id id="C"/>', '<Id id="D"/>'), [("different", Kind.DOCUMENT, ("D-9",), "revision")]),
    ("the name of a file", (">pump.pdf<", ">pump.PDF<"),
     [("missing", Kind.FILE, ("pump.pdf",), ""), ("added", Kind.FILE, ("pump.PDF",), "")]),
    ("the revision of the assembly", ('<Id id="B"/>', '<Id id="C"/>'),
     [("missing", Kind.REVISION, ("A-1", "B"), ""), ("missing", Kind.LINE, USE, ""), ("missing", Kind.LINE, HOSE, ""),
      ("added", Kind.REVISION, ("A-1", "C"), ""), ("added", Kind.LINE, ("A-1", "C", "P-2", "A"), ""),
      ("added", Kind.LINE, ("A-1", "C", "P-3", "A"), "")]),
]  # fmt: skip


def test_both_encodings_of_an_assembly_say_the_same(tmp_path: Path) -> None:
    found = compare(p21_of(tmp_path), xml_of(tmp_path))
    assert found.same and found.met == 3 + 3 + 2 + 1 + 1


def told(one: Structure, other: Structure, canonical: Canonical | None = None) -> list[tuple[str, Kind, tuple[str, ...], str]]:
    found = compare(one, other, canonical=canonical)
    groups = {"missing": found.missing, "added": found.added, "different": found.different, "ambiguous": found.ambiguous}
    return [(name, each.kind, each.id, each.attribute) for name, group in groups.items() for each in group]


@pytest.mark.parametrize(("change", "expected"), [row[1:] for row in _XML], ids=[row[0] for row in _XML])
def test_each_difference_is_found_alone(
    tmp_path: Path, change: tuple[str, str], expected: list[tuple[str, Kind, tuple[str, ...], str]]
) -> None:
    assert told(p21_of(tmp_path), xml_of(tmp_path, change)) == expected


def test_a_matrix_in_xml_may_stand_by_rows_or_by_columns_and_one_in_part_21_not(tmp_path: Path) -> None:
    by_columns = xml_of(tmp_path, ("0 -1 0 1 0 0", "0 1 0 -1 0 0"))
    assert compare(p21_of(tmp_path), by_columns).same and compare(xml_of(tmp_path), by_columns).same
    turned_back = p21_of(tmp_path, ("#71=DIRECTION('',(0.,1.,0.))", "#71=DIRECTION('',(0.,-1.,0.))"))
    assert told(p21_of(tmp_path), turned_back) == [("different", Kind.LINE, USE, "placement")]


def test_a_difference_is_told_with_its_place_in_both_files(tmp_path: Path) -> None:
    found = compare(p21_of(tmp_path), xml_of(tmp_path, (">0.5<", ">0.6<"), ('id="P-2"', 'id="P-9"')))
    (quantity,) = found.different
    assert (quantity.here.instance, quantity.there.instance) == ("#42", "u3")
    assert XML.splitlines()[quantity.there.line - 1].strip().startswith('<ViewOccurrenceRelationship uid="u3"')
    assert [(one.kind, one.here.instance) for one in found.missing] == [
        (Kind.ITEM, "#20"), (Kind.REVISION, "#21"), (Kind.LINE, "#40")
    ]  # fmt: skip
    assert [(one.kind, one.there.instance) for one in found.added] == [
        (Kind.ITEM, "b"), (Kind.REVISION, "bv"), (Kind.LINE, "u1")
    ]  # fmt: skip


def test_what_the_first_does_not_have_is_added(tmp_path: Path) -> None:
    fewer = p21_of(tmp_path, ("#41=NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#12,#22,$);", ""))
    assert told(fewer, xml_of(tmp_path)) == [
        ("different", Kind.LINE, USE, "quantity"),
        ("different", Kind.LINE, USE, "placement"),
    ]
    none = p21_of(tmp_path, ("'3','','',#12,#32", "'3','','',#12,#99"))
    assert told(none, xml_of(tmp_path)) == [("added", Kind.LINE, HOSE, "")]


def test_a_transformation_written_from_the_assembly_to_the_part_places_it_where_it_stands(tmp_path: Path) -> None:
    turned = ("#73=ITEM_DEFINED_TRANSFORMATION('','',#55,#72)", "#73=ITEM_DEFINED_TRANSFORMATION('','',#72,#55)")
    both = p21_of(tmp_path, turned, ("REPRESENTATION_RELATIONSHIP('','',#65,#60)", "REPRESENTATION_RELATIONSHIP('','',#60,#65)"))
    assert compare(both, xml_of(tmp_path)).same
    assert told(p21_of(tmp_path, turned), xml_of(tmp_path)) == [("different", Kind.LINE, USE, "placement")]


def test_lengths_in_inches_become_millimetres(tmp_path: Path) -> None:
    inch = (
        "#51=(CONVERSION_BASED_UNIT('inch',#57) LENGTH_UNIT() NAMED_UNIT(#58)); #58=DIMENSIONAL_EXPONENTS(1.,0.,0.,0.,0.,0.,0.);"
        " #57=LENGTH_MEASURE_WITH_UNIT(LENGTH_MEASURE(25.4),#59); #59=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));"
    )
    found = p21_of(tmp_path, ("#51=(LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.));", inch))
    placements = [line.placement.translation for line in found.lines if line.placement and line.placement.translation]
    assert placements[1] == pytest.approx((-127.0, 0.0, 0.0))


def test_lengths_in_xml_are_in_the_unit_of_the_coordinate_space(tmp_path: Path) -> None:
    inch = '<Unit uid="q2"><Name><ClassString>inch</ClassString></Name></Unit><Unit uid="q1">'
    space = (
        '<RepresentationContext uid="s" xsi:type="n0:GeometricCoordinateSpace"><Units><Unit uidRef="q{}"/></Units>'
        '</RepresentationContext><Document uid="d">'
    )
    several = xml_of(tmp_path, ('<Unit uid="q1">', inch))
    assert [line.placement.translation for line in several.lines if line.placement] == [None, None]
    for unit, x in ((1, 10.0), (2, 254.0)):
        found = xml_of(tmp_path, ('<Unit uid="q1">', inch), ('<Document uid="d">', space.format(unit)))
        assert found.lines[0].placement and found.lines[0].placement.translation
        assert found.lines[0].placement.translation[0] == pytest.approx(x)


def test_ids_are_the_same_as_the_caller_says_and_not_otherwise(tmp_path: Path) -> None:
    padded = xml_of(tmp_path, ('<Id id="P-3"/>', '<Id id="p-3 "/>'))
    assert {("missing", Kind.ITEM, ("P-3",), ""), ("added", Kind.ITEM, ("p-3 ",), "")} <= set(told(p21_of(tmp_path), padded))
    assert told(p21_of(tmp_path), padded, Canonical(id=lambda id: id.strip().upper())) == []


def test_a_revision_without_a_name_is_none_that_could_differ(tmp_path: Path) -> None:
    for blank in ("", "ANY", "NONE"):
        unnamed = p21_of(tmp_path, ("PRODUCT_DEFINITION_FORMATION('B'", f"PRODUCT_DEFINITION_FORMATION('{blank}'"))
        assert told(unnamed, xml_of(tmp_path)) == []
        assert told(unnamed, xml_of(tmp_path, (">0.5<", ">0.6<"))) == [
            ("different", Kind.LINE, ("A-1", "", "P-3", "A"), "quantity")
        ]


def test_four_lines_of_one_are_one_line_of_four_and_units_are_added_up_apart() -> None:
    key = ("A", "1"), ("B", "1")
    four = Structure(lines=(BomLine(*key, quantity=Decimal(4)),))
    ones = Structure(lines=tuple(BomLine(*key, id=str(at), quantity=Decimal(1)) for at in range(4)))
    assert compare(four, ones).same
    metres = Structure(lines=(BomLine(*key, quantity=Decimal(4), unit="metre"),))
    litres = Structure(lines=(BomLine(*key, quantity=Decimal(4), unit="litre"),))
    assert compare(four, metres).same
    assert [one.attribute for one in compare(metres, litres).different] == ["quantity"]


def test_what_a_side_does_not_state_is_not_different_and_an_id_for_two_things_is_ambiguous() -> None:
    assert compare(Structure(items=(Item("A"),)), Structure(items=(Item("A", "pump"),))).same
    twice = compare(Structure(items=(Item("A", "pump"), Item("A", "hose"))), Structure(items=(Item("A", "pump"),)))
    assert twice.ambiguous == (Difference(Kind.ITEM, ("A",), "", 2, 1),)
    assert not twice.same and not twice.different


def test_a_structure_that_was_cut_off_says_so(tmp_path: Path) -> None:
    assert p21_of(tmp_path).left_out == xml_of(tmp_path).left_out == ""
    assert "PRODUCT" in p21_of(tmp_path, most=2).left_out
    assert "more than 2" in xml_of(tmp_path, most=2).left_out
    broken = xml_of(tmp_path, ("</DataContainer></n0:Uos>", ""))
    assert len(broken.items) == 3 and "not read to the end" in broken.left_out


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><n0:Uos'
    found = xml_of(tmp_path, ("<n0:Uos", bomb), (">bolt<", ">bolt&b;<"))
    assert [item.name for item in found.items] == ["pump", "bolt", "hose"]


def test_raw_material_is_told_from_a_component(tmp_path: Path) -> None:
    made = (
        "NEXT_ASSEMBLY_USAGE_OCCURRENCE('2','','',#12,#22,$)",
        "MAKE_FROM_USAGE_OPTION('2','','',#22,#32,1,'first',#45); #45=MEASURE_WITH_UNIT(MASS_MEASURE(2.5),#46);"
        " #46=(MASS_UNIT() NAMED_UNIT(*) SI_UNIT(.KILO.,.GRAM.))",
    )
    line = next(line for line in p21_of(tmp_path, made).lines if line.made_from)
    assert (line.parent, line.child, line.quantity, line.unit) == (("P-2", "A"), ("P-3", "A"), Decimal("2.5"), "kilogram")
    component = Structure(lines=(BomLine(line.parent, line.child, quantity=line.quantity, unit=line.unit),))
    assert [one.attribute for one in compare(Structure(lines=(line,)), component).different] == ["made_from"]


def test_views_that_state_one_use_alike_are_one_and_otherwise_ambiguous() -> None:
    def both(*quantities: int) -> Structure:
        uses = enumerate(quantities)
        return Structure(lines=tuple(BomLine(("A", "1"), ("B", "1"), view=str(at), quantity=Decimal(one)) for at, one in uses))

    assert compare(both(2, 2), both(2)).same
    assert [one.id for one in compare(both(2, 3), both(2)).ambiguous] == [("A", "1", "B", "1")]


def test_numbers_that_no_program_can_hold_are_not_stated(tmp_path: Path) -> None:
    huge = p21_of(tmp_path, ("LENGTH_MEASURE(0.50)", f"LENGTH_MEASURE({'9' * 500})"), ("(10.,20.,30.)", f"({'9' * 500},0.,0.)"))
    assert huge.lines[2].quantity is None and huge.lines[0].placement is None
    assert xml_of(tmp_path, (">0.5<", ">1e999999<")).lines[2].quantity is None


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_written_into_the_files_is_read_without_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    for text, of in ((DATA, p21_of), (XML, xml_of)):
        start = data.draw(st.integers(1, len(text) - 40))
        old = text[start : start + data.draw(st.integers(1, 30))]
        new = data.draw(st.sampled_from(["", "$", "*", "#12", "#99", "()", "'x'", "1.", ".T.", "<", "&", "uidRef", old * 3]))
        found = of(folder, (old, new))
        itself = compare(found, found)
        assert not (itself.missing or itself.added or itself.different)
