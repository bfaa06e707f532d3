"""Values that may be sent, from schemas and from answers."""

from lxml import etree

from cpo_probe.protocols.wsdl import Seen, build, enumerations, wordless
from tests.protocols.wsdl.parts import START, description, edited
from tests.protocols.wsdl.test_validation import inline, schema

VALUES = '<x:enumeration value="a"/><x:enumeration value="b"/>'
KIND = f'<x:simpleType name="Kind"><x:restriction base="x:string">{VALUES}</x:restriction></x:simpleType>'
ANSWER = "<r><item><id>7</id><owner>mia</owner></item><item><id>8</id></item><document><id>D1</id></document></r>"


def test_what_a_type_enumerates_is_known_by_its_name() -> None:
    assert enumerations(build(START, {START: inline(schema("urn:s", KIND)).encode()})) == {"Kind": ("a", "b")}


def test_a_bare_key_is_taken_only_from_things_of_the_kind_that_is_asked_for() -> None:
    seen = Seen()
    seen.learn(etree.fromstring(ANSWER))
    assert seen.value("id", "items") == "7"
    assert seen.value("id", "Document") == "D1"
    assert seen.value("id", "change") is None
    assert seen.value("itemId", "structure") == "7"
    assert seen.value("document", "files") == "D1"
    assert seen.value("owner", "") == "mia"


def test_types_of_numbers_are_known_through_their_restrictions_and_texts_are_not_taken_for_them() -> None:
    kinds = (
        '<xsd:simpleType name="{}"><xsd:restriction base="{}"/></xsd:simpleType>'.format(*pair)
        for pair in (("Few", "Limit"), ("Limit", "xsd:int"), ("Text", "xsd:string"), ("date", "xsd:string"))
    )
    known = wordless(description(edited('<xsd:simpleType name="Kind">', f'{"".join(kinds)}<xsd:simpleType name="Kind">')))
    assert {"Few", "Limit", "int", "boolean"} <= known and not {"Text", "Kind", "string", "date"} & known
