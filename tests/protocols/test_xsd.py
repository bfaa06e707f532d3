"""XML schemas of the user: references lead to his own files and nowhere else, and of several editions the kindest speaks."""

from pathlib import Path

import pytest
from lxml import etree

from cpo_probe.model.schema import Schemas
from cpo_probe.protocols import xsd
from cpo_probe.registry.given import given_schemas

HEAD = (
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:p="urn:part" xmlns:u="urn:unit" elementFormDefault="qualified"'
)
UNIT = f"""{HEAD} targetNamespace="urn:unit">
<xs:simpleType name="Mass"><xs:restriction base="xs:decimal"/></xs:simpleType></xs:schema>"""
PART = f"""{HEAD} targetNamespace="urn:part">
<xs:import namespace="urn:unit" schemaLocation="http://elsewhere.invalid/unit.xsd"/>
<xs:element name="Part"><xs:complexType><xs:sequence>
<xs:element name="Mass" type="u:Mass" maxOccurs="9"/><xs:any namespace="##other" processContents="lax" minOccurs="0"/>
</xs:sequence><xs:attribute name="id"/></xs:complexType>
<xs:unique name="one"><xs:selector xpath="p:Mass"/><xs:field xpath="."/></xs:unique></xs:element></xs:schema>"""

NO_DECIMAL, NO_KEY = "SCHEMAV_CVC_DATATYPE_VALID_1_2_1", "SCHEMAV_CVC_IDC"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "unit.xsd").write_text(UNIT)
    (folder / "part.xsd").write_text(PART)
    return folder


def part(inside: str) -> etree._Element:
    return etree.fromstring(f'<Part xmlns="urn:part">{inside}</Part>')


def said(schemas: Schemas, element: etree._Element, *beside: str) -> list[str]:
    opinion = xsd.opinion(schemas, element, beside)
    assert isinstance(opinion, xsd.Opinion)
    return [one.kind for one in opinion.violations]


def test_an_import_leads_to_the_users_file_of_that_namespace_whatever_place_it_states(folder: Path) -> None:
    schemas = given_schemas([folder])
    assert said(schemas, part("<Mass>1.5</Mass>")) == []
    assert said(schemas, part("<Mass>heavy</Mass>")) == [NO_DECIMAL, NO_KEY]


def test_a_schema_that_lacks_what_it_imports_says_what_is_missing(folder: Path) -> None:
    (folder / "unit.xsd").unlink()
    schemas = given_schemas([folder])
    made = xsd.validator(schemas, schemas.files[0])
    assert made.missing == ("urn:unit",) and "mine/part.xsd" in made.problem
    assert made.problem == xsd.opinion(schemas, part("<Mass>1</Mass>"))
    with pytest.raises(ValueError, match=r"part\.xsd"):
        made.violations(part(""))


def test_without_a_schema_for_the_namespace_there_is_no_opinion(folder: Path) -> None:
    schemas = given_schemas([folder])
    assert xsd.opinion(schemas, etree.fromstring("<a xmlns='urn:other'/>")) == ""
    assert xsd.opinion(Schemas(), part("")) == ""


def test_of_several_editions_the_one_with_least_to_object_speaks(folder: Path) -> None:
    (folder / "older.xsd").write_text(PART.replace('<xs:attribute name="id"/>', ""))
    schemas = given_schemas([folder])
    assert [file.name for file in xsd.entries(schemas, "urn:part")] == ["mine/older.xsd", "mine/part.xsd"]
    element = part("<Mass>1</Mass>")
    element.set("id", "P1")
    opinion = xsd.opinion(schemas, element)
    assert isinstance(opinion, xsd.Opinion)
    assert (opinion.file.name, opinion.violations) == ("mine/part.xsd", ())


def test_a_file_that_another_includes_is_no_edition_of_its_own(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "part.xsd").rename(folder / "deep" / "body.xsd")
    (folder / "all.xsd").write_text(f'{HEAD} targetNamespace="urn:part"><xs:include schemaLocation="deep/body.xsd"/></xs:schema>')
    schemas = given_schemas([folder])
    assert [file.name for file in xsd.entries(schemas, "urn:part")] == ["mine/all.xsd"]
    assert said(schemas, part("<Mass>heavy</Mass>")) == [NO_DECIMAL, NO_KEY]


def test_identity_constraints_can_be_left_to_who_judges_them_himself(folder: Path) -> None:
    schemas = given_schemas([folder])
    twice = part("<Mass>1</Mass><Mass>1</Mass>")
    entry = xsd.entries(schemas, "urn:part")[0]
    assert [one.kind for one in xsd.validator(schemas, entry).violations(twice)] == [NO_KEY]
    assert xsd.validator(schemas, entry, identity=False).violations(twice) == []


def test_what_a_wildcard_lets_in_is_judged_where_its_namespace_is_asked_for(folder: Path) -> None:
    (folder / "note.xsd").write_text(f'{HEAD} targetNamespace="urn:note"><xs:element name="No" type="xs:int"/></xs:schema>')
    schemas = given_schemas([folder])
    element = part("<Mass>1</Mass><n:No xmlns:n='urn:note'>one</n:No>")
    assert said(schemas, element) == []
    assert said(schemas, element, "urn:note", "urn:absent") == [NO_DECIMAL]


def test_an_element_is_judged_without_what_surrounds_it(folder: Path) -> None:
    envelope = etree.fromstring(f"<e>{etree.tostring(part('<Mass>1</Mass>')).decode()}<other/></e>")
    assert said(given_schemas([folder]), envelope[0]) == []
