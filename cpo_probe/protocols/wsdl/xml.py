"""How is XML from a server read without doing what it asks for?"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

MAX_BYTES = 64 * 1024 * 1024
_NOT_YET = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_UTF = re.compile(rb"\xef\xbb\xbf|\xff\xfe|\xfe\xff")


class Name(NamedTuple):
    """A qualified name; the namespace is "" for none."""

    namespace: str
    local: str

    def __str__(self) -> str:
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`reason`: "empty", "html", "json", "dtd", "malformed", "too-large". `line`: from 1, 0 unknown."""

    reason: str
    detail: str
    line: int


def parse(body: bytes) -> etree._Element | Unreadable:
    """The root element. A document type declaration is refused before anything in it is read (SOAP 1.1, 3; BP 1.1 R1008)."""
    if len(body) > MAX_BYTES:
        return Unreadable("too-large", f"{len(body)} bytes, at most {MAX_BYTES} are read", 0)
    begin = _begin(body)
    if begin >= len(body):
        return Unreadable("empty", "no content", 0)
    head = body[begin : begin + 512]
    if _HTML.match(head):
        return Unreadable("html", "an HTML page", 0)
    if head[:1] in b"{[":
        return Unreadable("json", "JSON", 0)
    if _DOCTYPE.match(head):
        return Unreadable("dtd", "a document type declaration", body.count(b"\n", 0, begin) + 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, etree.XMLSyntaxError) and error.lineno else 0
        return Unreadable("malformed", str(error)[:200], line)
    if root.getroottree().docinfo.internalDTD is not None:  # in UTF-16 its beginning is not seen above
        return Unreadable("dtd", "a document type declaration", 0)
    return root


def _begin(body: bytes) -> int:
    """Where the first element, or what stands in its place, begins: behind mark, declaration, comments and white space."""
    mark = _UTF.match(body)
    at = mark.end() if mark else 0
    while found := _NOT_YET.match(body, at):
        at = found.end()
    return at


def name_of(element: etree._Element) -> Name:
    """The element's own qualified name."""
    found = etree.QName(element)
    return Name(found.namespace or "", found.localname)


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


def line_of(element: etree._Element) -> int:
    """From 1, 0 unknown."""
    line = element.sourceline
    return line if isinstance(line, int) else 0


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
