"""Sections of edition 3, several DATA sections, and what a report tells about them."""

from pathlib import Path

import pytest

from cpo_probe.formats.step_p21 import EXTERNAL, DataSection, recognised
from cpo_probe.formats.step_p21.schemas import oid_flaw, schema_of
from tests.formats.step_p21.files import END, HEADER, POINT, read, rules, whole

THREE = HEADER.replace(b"'2;1'", b"'4;3'")


def test_anchors_references_and_signatures_are_told(tmp_path: Path) -> None:
    sections = (
        b"ANCHOR;\n<part>=#1{created:'2026'}{by:('a',1.5)};\n<other>=(#10,@20,$,.T.);\nENDSEC;\n"
        b"REFERENCE;\n#10=<other.stp#x>;\n@20=<other.stp#y>;\nENDSEC;\n"
    )
    tail = b"SIGNATURE;\nMIIGpgYJKoZIhvcNAQcCoIIGlzCCBpMCAQExCzAJ\nENDSEC;\n"
    report = read(tmp_path, whole(POINT + b"#2=A(#10,@20,#PI,@E);\n", THREE + sections) + tail * 2)
    assert rules(report) == set()
    assert [(a.name, a.refers, a.values) for a in report.anchors] == [("part", (1,), ()), ("other", (10,), (20,))]
    assert [(e.name, e.uri) for e in report.external] == [("#10", "other.stp#x"), ("@20", "other.stp#y")]
    assert report.signatures == 2
    assert report.population.targets(1).tolist() == [EXTERNAL]


def test_a_value_that_nobody_declares_is_a_reference_to_nowhere(tmp_path: Path) -> None:
    assert rules(read(tmp_path, whole(b"#2=A(@20);\n", THREE))) == {"references"}
    assert rules(read(tmp_path, whole(b"#2=A(#PI);\n"))) == {"implementation-level"}


def test_instances_of_several_data_sections_share_their_names(tmp_path: Path) -> None:
    header = HEADER.replace(b"'2;1'", b"'3;1'").replace(b"('CONFIG_CONTROL_DESIGN')", b"('ONE','TWO { 1 0 10303 2 }')")
    first = b"DATA('a',('ONE'));\n#1=A(#2);\nENDSEC;\n"
    report = read(tmp_path, header + first + b"DATA ( 'b' , ('two') ) ;\n#2=B(#1);\n#3=B(#4);\n" + END)
    assert report.problems.counts == {"references": 1}
    assert report.population.sections == (DataSection("a", "ONE", 0, 1), DataSection("b", "TWO", 1, 2))


def test_header_facts_are_decoded(tmp_path: Path) -> None:
    data = whole(POINT, HEADER.replace(b"'a part'", b"'M\\X2\\00FC\\X0\\ller','b'"))
    header = read(tmp_path, data).header
    assert header.description == ("Müller", "b")
    assert (header.implementation_level, header.originating_system) == ("2;1", "system 2")
    assert [(s.name, s.edition) for s in header.schemas] == [("CONFIG_CONTROL_DESIGN", "AP203 e1")]


def test_an_instance_is_read_again_with_its_values(tmp_path: Path) -> None:
    body = POINT + b"/* ; ' */ #2=A('it''s; \\X2\\00E4\\X0\\', /* ; */ (1,-2.5E1),$,*,.T.,M(3),#1,\"0FF\");\n"
    population = read(tmp_path, whole(body)).population
    (record,) = population.records(1)
    assert record.keyword == "A"
    assert record.values[:2] == ("it's; ä", (1, -25.0))
    assert population.numbers(1) == [1]
    assert population.line(1) == 9 and population.name(1) == "#2" and population.entity(1) == "A"
    assert population.of("A").tolist() == [1]


def test_a_file_is_recognised_behind_marks_blanks_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for head, known in (
        (b"ISO-10303-21;", True),
        (b"\xef\xbb\xbf /* x */\nISO-10303-21 ;", True),
        (b"sISO-10303-21;\nHEADER;", True),
        (b"see ISO-10303-21; it says", False),
        (b"<a/>", False),
        (b"", False),
    ):
        path.write_bytes(head)
        assert recognised(path) is known


def test_object_identifiers_may_be_written_with_names() -> None:
    for text, oid, wrong in (
        ("AUTOMOTIVE_DESIGN { iso standard 10303 part(214) version(3) object(1) automotive-design-schema(1) }", 7, False),
        ("AUTOMOTIVE_DESIGN{1 0 10303 214 1 1 1 1}", 8, False),
        ("AUTOMOTIVE_DESIGN { 1 0 10303 0214 }", 0, True),
        ("AUTOMOTIVE_DESIGN { 3 0 10303 214 }", 4, True),
        ("OURS { 1 40 7 }", 3, True),
        ("OURS { }", 0, True),
        ("OURS", 0, False),
    ):
        schema = schema_of(text)
        assert len(schema.oid) == oid and bool(oid_flaw(schema)) is wrong, text


def test_a_file_of_edition_2_without_data_lacks_a_section(tmp_path: Path) -> None:
    assert rules(read(tmp_path, HEADER + b"END-ISO-10303-21;\n")) == {"sections"}
    assert rules(read(tmp_path, THREE + b"END-ISO-10303-21;\n")) == set()


def test_padding_behind_the_end_is_ignored(tmp_path: Path) -> None:
    assert rules(read(tmp_path, whole(POINT) + b"\x1a\x00\x00\r\n")) == set()


def test_print_control_directives_stand_between_tokens_anywhere_but_in_two_sections(tmp_path: Path) -> None:
    printed = HEADER.replace(b"ENDSEC;", b"\\N\\ENDSEC;\\F\\") + b"\\N\\DATA\\N\\;\\N\\\n\\F\\" + POINT + b"\\N\\" + END
    report = read(tmp_path, printed.replace(b"END-ISO", b"\\N\\END-ISO"))
    assert not rules(report)
    assert len(report.population) == 1
    anchored = HEADER.replace(b"'2;1'", b"'4;2'") + b"ANCHOR;\\N\\<a>=#1;ENDSEC;DATA;\n" + POINT + END
    assert rules(read(tmp_path, anchored)) == {"syntax"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (b"('a'),('b')", b"(),('b')", "author = ()"),
        (b"'writer 1'", b"$", "preprocessor_version = $"),
        (b"('a part')", b"(('a part'))", "description = (('...'))"),
        (b",'');", b");", "6 parameters"),
    ],
)
def test_the_parameter_of_the_header_that_is_wrong_is_named(tmp_path: Path, old: bytes, new: bytes, found: str) -> None:
    report = read(tmp_path, whole(POINT, HEADER.replace(old, new)))
    assert [problem.found for problem in report.problems if problem.rule == "header-entities"] == [found]


def test_one_section_of_two_schemas_is_what_edition_1_had_and_later_ones_name(tmp_path: Path) -> None:
    two = HEADER.replace(b"'CONFIG_CONTROL_DESIGN'", b"'CONFIG_CONTROL_DESIGN','SHAPE_APPEARANCE_LAYER_MIM'")
    assert not rules(read(tmp_path, whole(POINT, two)))
    assert rules(read(tmp_path, whole(POINT, two.replace(b"'2;1'", b"'3;1'")))) == {"data-sections"}
