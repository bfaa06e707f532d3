"""Values that may be sent, from schemas and from answers."""

from lxml import etree

from cpo_probe.protocols.wsdl import Seen, build, enumerations
from tests.protocols.wsdl.parts import START
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
