"""A file is held against the XML schema of its format where the user has one."""

from pathlib import Path

from cpo_probe.registry import Registry
from cpo_probe.registry.given import given_schemas
from tests.probes.make import file, results

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:parts" elementFormDefault="qualified">
<xs:element name="parts"><xs:complexType><xs:sequence><xs:element name="part" type="xs:int" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def said(registry: Registry, folder: Path, text: str) -> list[tuple[str, str, str, int]]:
    (folder / "parts.xsd").write_text(SCHEMA)
    given = {**file("parts.xml", text), "schemas": given_schemas([folder])}
    return [(r.outcome.value, r.code, r.location, r.where.line) for r in results(registry, "file.schema", given)]


def test_a_valid_file_passes(registry: Registry, tmp_path: Path) -> None:
    assert said(registry, tmp_path, '<parts xmlns="urn:parts"><part>1</part></parts>') == [("pass", "ok", "", 0)]


def test_each_place_that_breaks_the_schema_is_named(registry: Registry, tmp_path: Path) -> None:
    text = '<parts xmlns="urn:parts">\n<part>one</part>\n<item/></parts>'
    found = said(registry, tmp_path, text)
    assert {(outcome, code, place) for outcome, code, place, _ in found} == {
        ("fail", "file_against_schema", "part"),
        ("fail", "file_against_schema", "item"),
    }
    assert [line for *_, line in found] == [2, 3]


def test_what_cannot_be_parsed_is_not_held_against_a_schema(registry: Registry, tmp_path: Path) -> None:
    assert said(registry, tmp_path, '<parts xmlns="urn:parts"><part>')[0][:2] == ("not_tested", "unparsable")
    assert said(registry, tmp_path, '<parts xmlns="urn:other"/>')[0][:2] == ("not_tested", "no_schema")
