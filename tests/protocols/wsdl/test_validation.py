"""Elements against the schemas of a description, put together from many documents."""

import pytest
from lxml import etree

from cpo_probe.protocols.wsdl import build, validator
from tests.protocols.wsdl.parts import FILES, START, description, edited

XSD = 'xmlns:x="http://www.w3.org/2001/XMLSchema"'


def inline(*schemas: str) -> str:
    """A description that holds nothing but these schemas."""
    head = '<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:a"><w:types>'
    return head + "".join(schemas) + "</w:types></w:definitions>"


def schema(namespace: str, content: str, more: str = "") -> str:
    return f'<x:schema {XSD} targetNamespace="{namespace}" xmlns:t="{namespace}" {more}>{content}</x:schema>'


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('<getItem xmlns="urn:items:data"><number>1</number></getItem>', []),
        ('<getItem xmlns="urn:items:data"><other>1</other></getItem>', ["SCHEMAV_ELEMENT_CONTENT"]),
        ('<d:item xmlns:d="urn:items:data"><title>lent its namespace, not its children</title></d:item>', []),
        ('<p:Count xmlns:p="urn:items:rpc"><of>part</of></p:Count>', []),
        ('<p:Count xmlns:p="urn:items:rpc"><p:of>part</p:of></p:Count>', ["SCHEMAV_ELEMENT_CONTENT"]),
        ('<p:CountResponse xmlns:p="urn:items:rpc"><count>7</count></p:CountResponse>', []),
        ('<p:CountResponse xmlns:p="urn:items:rpc"><count>seven</count></p:CountResponse>', ["SCHEMAV_CVC_DATATYPE_VALID_1_2_1"]),
        ("<unheard/>", ["SCHEMAV_CVC_ELT_1"]),
    ],
)
def test_an_element_is_held_against_all_documents_together(text: str, kinds: list[str]) -> None:
    made = validator(description())
    assert (made.problem, made.missing) == ("", ())
    assert [found.kind for found in made.violations(etree.fromstring(text))] == kinds


def test_two_schemas_of_one_namespace_in_one_file_are_both_taken() -> None:
    """An import names a namespace, and libxml2 takes one document for it."""
    one, other = (schema("urn:s", f'<x:element name="{name}" type="x:int"/>') for name in "ab")
    made = validator(build(START, {START: inline(one, other).encode()}))
    assert made.violations(etree.fromstring('<a xmlns="urn:s">1</a>')) == []
    assert made.violations(etree.fromstring('<b xmlns="urn:s">1</b>')) == []


def test_prefixes_that_the_definitions_declare_for_values_of_attributes_are_known() -> None:
    """Declared once on top, used only in `type="t:Kind"`: so write most tools."""
    inside = '<x:simpleType name="Kind"><x:restriction base="x:string"/></x:simpleType><x:element name="a" type="t:Kind"/>'
    whole = inline(f'<x:schema targetNamespace="urn:a">{inside}</x:schema>')
    made = validator(build(START, {START: whole.replace(" targetN", f' {XSD} xmlns:t="urn:a" targetN', 1).encode()}))
    assert made.problem == ""
    assert made.violations(etree.fromstring('<a xmlns="urn:a">part</a>')) == []


ENCODED = """<x:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>
<x:complexType name="Items"><x:complexContent><x:restriction base="enc:Array">
<x:attribute ref="enc:arrayType" w:arrayType="t:Item[]"/></x:restriction></x:complexContent></x:complexType>
<x:element name="items" type="enc:Array"/><x:element name="number" type="enc:int"/>"""
ENC = 'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/"'


def test_the_schema_of_soap_encoding_comes_along_where_it_is_imported() -> None:
    made = validator(build(START, {START: inline(schema("urn:a", ENCODED, ENC)).encode()}))
    assert made.problem == ""
    array = f'<items xmlns="urn:a" {ENC} enc:arrayType="t:Item[2]"><item/><item/></items>'
    assert made.violations(etree.fromstring(array)) == []
    assert made.violations(etree.fromstring('<number xmlns="urn:a" href="#7">1</number>')) == []
    assert [v.kind for v in made.violations(etree.fromstring('<number xmlns="urn:a">one</number>'))] == [
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"
    ]


def test_schemas_that_import_each_other_are_put_together() -> None:
    one = schema("urn:a", '<x:import namespace="urn:b"/><x:element name="a" type="o:B"/>', 'xmlns:o="urn:b"')
    other = schema("urn:b", '<x:import namespace="urn:a"/><x:simpleType name="B"><x:restriction base="x:int"/></x:simpleType>')
    made = validator(build(START, {START: inline(one, other).encode()}))
    assert made.problem == ""
    assert len(made.violations(etree.fromstring('<a xmlns="urn:a">x</a>'))) == 1


def test_a_schema_that_was_not_fetched_is_named() -> None:
    files = {url: text.encode() for url, text in FILES.items() if not url.endswith("common.xsd")}
    made = validator(build(START, files))
    assert made.missing == ("http://plm.example/ws/xsd/common.xsd",)
    assert made.problem  # the type of a part of the rpc operation stands in it


def test_a_schema_that_cannot_be_compiled_says_why() -> None:
    made = validator(description(edited('<xsd:restriction base="xsd:string"/>', '<xsd:restriction base="xsd:strings"/>')))
    assert "strings" in made.problem
    with pytest.raises(ValueError, match="strings"):
        made.violations(etree.fromstring("<a/>"))


def test_a_schema_of_a_file_or_another_host_is_never_opened() -> None:
    wanted = schema("urn:s", '<x:include schemaLocation="file:///etc/passwd"/><x:element name="a" type="x:int"/>')
    made = validator(build(START, {START: inline(wanted).encode()}))
    assert made.missing == ("file:///etc/passwd",)
    assert made.violations(etree.fromstring('<a xmlns="urn:s">1</a>')) == []
