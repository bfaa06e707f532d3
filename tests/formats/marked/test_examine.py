"""A file in an XML format is judged in one pass, whatever its size, and what is wrong is named with its place."""

from pathlib import Path

import pytest

from cpo_probe.formats.marked import RULES, Report, examine
from cpo_probe.formats.recognise import recognise
from cpo_probe.model.format import Format
from cpo_probe.registry import load

FORMATS = load().formats
AP242 = FORMATS.of("ap242-xml")
assert AP242 is not None
NAMESPACE = "http://standards.iso.org/iso/ts/10303/-3001/-ed-2/tech/xml-schema/bo_model"
HEAD = (
    f'<n0:Uos xmlns:n0="{NAMESPACE}"><Header><Name>x</Name><TimeStamp>2026-11-22T10:00:00Z</TimeStamp></Header><DataContainer>\n'
)
TAIL = "</DataContainer></n0:Uos>"


def reqif(reference: str, more: str = "") -> str:
    """A requirement o1 of the type that is referred to; t1 is a type, d1 is none."""
    now = 'LAST-CHANGE="2026-01-01T00:00:00Z"'
    return (
        '<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"><THE-HEADER><REQ-IF-HEADER IDENTIFIER="h">'
        "<CREATION-TIME>2026-01-01T00:00:00Z</CREATION-TIME><REQ-IF-TOOL-ID/><REQ-IF-VERSION>1.0</REQ-IF-VERSION>"
        "<SOURCE-TOOL-ID/><TITLE/></REQ-IF-HEADER></THE-HEADER><CORE-CONTENT><REQ-IF-CONTENT>"
        f'<DATATYPE-DEFINITION-BOOLEAN IDENTIFIER="d1" {now}/><SPEC-OBJECT-TYPE IDENTIFIER="t1" {now}/>'
        f'<SPEC-OBJECT IDENTIFIER="o1" {now}><TYPE>{reference}</TYPE></SPEC-OBJECT>{more}'
        "</REQ-IF-CONTENT></CORE-CONTENT></REQ-IF>"
    )


def judged(folder: Path, text: str | bytes, format: Format | None = AP242) -> Report:
    path = folder / "export.stpx"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert format is not None
    return examine(path, format)


def broken(report: Report) -> dict[str, int]:
    return report.problems.counts


def test_a_file_without_a_mistake_breaks_no_rule(tmp_path: Path) -> None:
    report = judged(tmp_path, HEAD + '<Part uid="p1"/><Part uid="p2"><Related uidRef="p1"/></Part>' + TAIL)
    assert broken(report) == {}
    assert report.edition is not None
    assert report.edition.name == "AP242 ed1 corrected (BO model, 2016)"
    assert (len(report.seen.ids), len(report.seen.references), report.seen.elements) == (2, 1, 8)


def test_an_id_that_occurs_twice_is_named_where_it_occurs_again(tmp_path: Path) -> None:
    report = judged(tmp_path, HEAD + '<Part uid="p1"/>\n<Part uid="p1"/>\n<Item uid="p1"/>' + TAIL)
    found = list(report.problems)
    assert [(p.rule, p.location, p.found, p.where.line) for p in found] == [
        ("id-unique", "Part", "p1", 3),
        ("id-unique", "Item", "p1", 4),
    ]


def test_a_reference_that_leads_nowhere_is_named_with_byte_and_line(tmp_path: Path) -> None:
    text = HEAD + '<Part uid="p1"/>\n<Related uidRef="p9"/>' + TAIL
    (problem,) = judged(tmp_path, text).problems
    assert (problem.rule, problem.location, problem.found, problem.where.line) == ("reference", "Related", "p9", 3)
    assert text.encode()[problem.where.offset :].startswith(b"<Related")


def test_an_id_that_is_no_name_is_told(tmp_path: Path) -> None:
    assert broken(judged(tmp_path, HEAD + '<Part uid="1 a"/>' + TAIL)) == {"id-name": 1}


def test_an_identifier_has_a_role_where_the_schema_of_its_edition_says_so(tmp_path: Path) -> None:
    def at(namespace: str, identifier: str) -> dict[str, int]:
        body = f'<Class uid="c1"/><Part uid="p1"><Id>{identifier}</Id></Part>'
        return broken(judged(tmp_path, HEAD.replace(NAMESPACE, namespace) + body + TAIL))

    domain = "http://standards.iso.org/iso/ts/10303/-4442/-ed-{}/tech/xml-schema/domain_model"
    bare, whole = '<Identifier uid="i1" id="P-1"/>', '<Identifier uid="i1" id="P-1" idRoleRef="c1"/>'
    assert at(domain.format(1), bare) == {"mandatory": 1}
    assert at(domain.format(1), whole) == {}  # an owner is free
    assert at(domain.format(3), bare) == at(NAMESPACE, bare) == {}  # whose schemas we have not read
    assert at(domain.format(1), '</Id><Source><Identifier uidRef="c1"/></Source><Id>') == {}


def test_a_missing_header_and_a_time_that_is_none_are_told(tmp_path: Path) -> None:
    bare = f'<n0:Uos xmlns:n0="{NAMESPACE}"><DataContainer/></n0:Uos>'
    assert broken(judged(tmp_path, bare)) == {"required": 1}
    late = judged(tmp_path, HEAD.replace("2026-11-22T10:00:00Z", "22.11.2026") + TAIL)
    assert broken(late) == {"time": 1}


def test_an_edition_that_nobody_published_is_told(tmp_path: Path) -> None:
    report = judged(tmp_path, HEAD.replace("-ed-2", "-ed-9") + TAIL)
    assert broken(report) == {"edition": 1}
    assert report.edition is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (HEAD + "<Part>", "well-formed"),
        (HEAD + "<Part></Item>", "well-formed"),
        (HEAD + "&unknown;" + TAIL, "well-formed"),
        ("<!DOCTYPE a>" + HEAD + TAIL, "no-dtd"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>' + HEAD + TAIL, "no-dtd"),
        (HEAD + "<a>" * 500_000 + "</a>" * 500_000 + TAIL, "bounds"),
        (HEAD + "".join(f"<a{n}>" for n in range(2_000)), "bounds"),
        (b"\xff" + HEAD.encode() + TAIL.encode(), "well-formed"),
        ("", "well-formed"),
    ],
)
def test_what_cannot_be_read_to_the_end_says_why_and_where(tmp_path: Path, text: str | bytes, rule: str) -> None:
    report = judged(tmp_path, text)
    assert rule in broken(report)
    assert report.seen.trouble is not None
    assert "reference" in report.problems.unsaid


def test_every_truncation_of_a_file_is_told_and_none_breaks_the_reader(tmp_path: Path) -> None:
    text = (HEAD + '<Part uid="p1"/><Related uidRef="p1"/>' + TAIL).encode()
    for end in range(len(text)):
        assert "well-formed" in broken(judged(tmp_path, text[:end]))


def test_a_tag_that_never_ends_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.stpx"
    with path.open("wb") as file:
        file.write(HEAD.encode() + b'<Part uid="')
        file.truncate(200 * 2**20)  # zero bytes to the end: no name, no quote
    assert AP242 is not None
    report = examine(path, AP242)
    assert report.seen.trouble is not None


def test_a_text_that_never_ends_is_not_held_in_memory(tmp_path: Path) -> None:
    report = judged(tmp_path, HEAD.replace("2026-11-22T10:00:00Z", "2" * 2**26) + TAIL)
    assert report.seen.trouble is not None
    assert (report.seen.trouble.rule, "in one element" in report.seen.trouble.found) == ("bounds", True)
    assert report.seen.trouble.offset < 2**26


def test_lists_of_references_with_a_fragment_are_followed(tmp_path: Path) -> None:
    text = (
        '<PLMXML xmlns="http://www.plmxml.org/Schemas/PLMXMLSchema" schemaVersion="6" author="a" date="2026-11-22"'
        ' time="10:00:00"><Product id="p1"/><ProductInstance id="i1" partRef="#p1"/>'
        '<View id="v1" instanceRefs="i1" memberRefs="#i1 #i7" partRef="other.xml#p3"/></PLMXML>'
    )
    (problem,) = judged(tmp_path, text, FORMATS.of("plmxml")).problems
    assert (problem.rule, problem.found) == ("reference", "i7")


def test_lists_of_ids_without_a_fragment_are_followed_where_the_format_has_them(tmp_path: Path) -> None:
    text = (
        '<PLMXML xmlns="http://www.plmxml.org/Schemas/PLMXMLSchema" schemaVersion="6" author="a" date="2026-11-22"'
        ' time="10:00:00"><InstanceGraph id="g1" rootRefs="i1 i2"/><Instance id="i1"/></PLMXML>'
    )
    (problem,) = judged(tmp_path, text, FORMATS.of("plmxml")).problems
    assert (problem.rule, problem.found) == ("reference", "i2")


def test_references_written_as_text_are_followed(tmp_path: Path) -> None:
    report = judged(tmp_path, reqif("<SPEC-OBJECT-TYPE-REF>t9</SPEC-OBJECT-TYPE-REF>"), FORMATS.of("reqif"))
    (problem,) = report.problems
    assert (problem.rule, problem.location, problem.found) == ("reference", "SPEC-OBJECT-TYPE-REF", "t9")


def test_a_reference_to_an_element_of_another_kind_is_told_once(tmp_path: Path) -> None:
    report = judged(tmp_path, reqif("<SPEC-OBJECT-TYPE-REF>d1</SPEC-OBJECT-TYPE-REF>"), FORMATS.of("reqif"))
    (problem,) = report.problems
    assert (problem.rule, problem.found, problem.expected) == ("reference-kind", "d1", ["SPEC-OBJECT-TYPE"])


def test_relations_may_lead_to_objects_of_other_files(tmp_path: Path) -> None:
    relation = (
        '<SPEC-RELATION IDENTIFIER="r1" LAST-CHANGE="2026-01-01T00:00:00Z"><TYPE/><SOURCE><SPEC-OBJECT-REF>o1</SPEC-OBJECT-REF>'
        "</SOURCE><TARGET><SPEC-OBJECT-REF>elsewhere</SPEC-OBJECT-REF></TARGET></SPEC-RELATION>"
    )
    sound = reqif("<SPEC-OBJECT-TYPE-REF>t1</SPEC-OBJECT-TYPE-REF>", relation)
    assert broken(judged(tmp_path, sound, FORMATS.of("reqif"))) == {}


def test_a_version_may_stand_in_an_element(tmp_path: Path) -> None:
    text = '<v:VecContent xmlns:v="http://www.prostep.org/ecad-if/2011/vec" id="a"><VecVersion>2.0.0</VecVersion></v:VecContent>'
    report = judged(tmp_path, text, FORMATS.of("vec"))
    assert report.edition is not None
    assert report.edition.name == "VEC 2.0"


@pytest.mark.parametrize(
    ("content", "name", "media_type", "format", "claimed"),
    [
        (HEAD, "a.stpx", "", "ap242-xml", ["ap242-xml"]),
        ("ISO-10303-21;\nHEADER;", "a.stp", "", "step-p21", ["step-p21"]),
        ("ISO-10303-21;\nHEADER;", "a.dat", "model/step", "step-p21", ["step-p21"]),
        ("<html>no such part</html>", "a.stp", "", None, ["step-p21"]),
        ("Version 9.5 JT", "a.jt", "", "jt", ["jt"]),
        ('\ufeff<?xml version="1.0"?>\n<!-- c -->\n' + HEAD, "x", "", "ap242-xml", []),
    ],
)
def test_a_file_is_recognised_by_what_stands_in_it(
    tmp_path: Path, content: str, name: str, media_type: str, format: str | None, claimed: list[str]
) -> None:
    path = tmp_path / "x"
    path.write_text(content, encoding="utf-8")
    found = recognise(path, name, media_type, FORMATS)
    assert (found.format.id if found.format else None) == format
    assert [one.id for one in found.claimed] == claimed


@pytest.mark.parametrize("encoding", ["Shift_JIS", "EUC-JP", "Big5", "GBK", "ISO-2022-JP", "x-nobody-knows"])
def test_an_encoding_that_expat_does_not_read_is_no_fault_of_the_file(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + HEAD + '<Part uid="p1"/><Part uid="p1"/>\u65e5' + TAIL
    data = text.encode(encoding if encoding[0] != "x" else "utf-8")
    report = judged(tmp_path, data)
    assert broken(report) == {}
    assert {rule: said.code for rule, said in report.problems.unsaid.items()} == dict.fromkeys(
        (rule.id for rule in RULES), "encoding_not_read"
    )
    assert recognise(tmp_path / "export.stpx", "export.stpx", "", FORMATS).format == AP242


def test_one_of_single_bytes_is_read(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="KOI8-R"?>' + HEAD + '<Part uid="p1"/><Part uid="p1"/>\u0414' + TAIL
    assert broken(judged(tmp_path, text.encode("koi8-r"))) == {"id-unique": 1}
