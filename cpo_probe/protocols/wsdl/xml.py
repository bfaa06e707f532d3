"""What do names, children and copies of XML elements look like to who reads WSDL and SOAP?"""

from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from cpo_probe.protocols.xml import Unreadable as Unreadable
from cpo_probe.protocols.xml import line_of as line_of
from cpo_probe.protocols.xml import parse as parse


class Name(NamedTuple):
    """A qualified name; the namespace is "" for none."""

    namespace: str
    local: str

    def __str__(self) -> str:
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local


def declares_xml(body: bytes) -> bool:
    """Whether a tag of a document that `parse` read declares the prefix xml (WS-I BP 1.1, R1033 and R4005)."""
    if b"xmlns:xml" not in body.replace(b"\0", b""):  # in UTF-16 every other byte is none
        return False
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.extend(a for a in attributes if a == "xmlns:xml")
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, LookupError, ValueError):  # what libxml2 reads and expat does not: nothing is said
        return False
    return bool(found)


def name_of(element: etree._Element) -> Name:
    """The element's own qualified name."""
    space, brace, local = str(element.tag).rpartition("}")
    return Name(space[1:], local) if brace else Name("", local)


def qname(element: etree._Element, value: str | None) -> Name | None:
    """What a QName in an attribute of the element stands for; None when it is missing or its prefix is not declared."""
    if not value:
        return None
    prefix, colon, local = value.strip().rpartition(":")
    namespaces = element.nsmap
    if colon and prefix not in namespaces:
        return Name("xml", local) if prefix == "xml" else None
    return Name(namespaces.get(prefix or None, "") or "", local)


def children(element: etree._Element) -> list[etree._Element]:
    """Child elements; comments and processing instructions are left out."""
    return [child for child in element if isinstance(child.tag, str)]


_XOP = "{http://www.w3.org/2004/08/xop/include}Include"


def unpacked(element: etree._Element) -> etree._Element:
    """A copy in which what travels beside the envelope (xop:Include) is text: a schema knows it as base64Binary."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for node in list(copy.iter(_XOP)):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
            parent.text = "AA=="
    return copy


def unprefixed(element: etree._Element) -> etree._Element:
    """A copy with prefixes of our own, attributes in order, and without white space between elements: what is equal is alike."""
    copy = etree.Element(element.tag)
    _copy(element, copy)
    return copy


def _copy(source: etree._Element, target: etree._Element) -> None:
    inside = children(source)
    target.text = source.text if not inside or (source.text or "").strip() else None
    for name, value in sorted(source.attrib.items()):
        target.set(name, value)
    for child in inside:
        made = etree.SubElement(target, child.tag)
        _copy(child, made)
        made.tail = child.tail if (child.tail or "").strip() else None
