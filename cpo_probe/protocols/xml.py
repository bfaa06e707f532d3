"""How is XML from a server read without doing what it asks for?

Two readers for two needs (libxml2's tree here, a slim one by Expat in `odata/xml.py`), one answer to what is not read at all.
"""

import re
from dataclasses import dataclass

from lxml import etree

MAX_BYTES = 64 * 1024 * 1024
_NOT_YET = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WIDE = 65536  # bytes of UTF-16 that are looked at


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`reason`: "empty", "html", "json", "dtd", "malformed", "truncated", "too-large", "too-deep", "encoding".

    `line`: from 1, 0 unknown.
    """

    reason: str
    detail: str
    line: int


def unfit(body: bytes, limit: int = MAX_BYTES) -> Unreadable | None:
    """Why the beginning or the size shows that this is not to be read: too large, nothing, a page, JSON, or with a DTD."""
    if len(body) > limit:
        return Unreadable("too-large", f"{len(body)} bytes, at most {limit} are read", 0)
    text, begin = _begin(body)
    first = text[begin : begin + 512]
    if not first:
        return Unreadable("empty", "nothing but white space", 0)
    line = text.count(b"\n", 0, begin) + 1
    if _HTML.match(first):
        return Unreadable("html", "a page for people", line)
    if first[:1] in b"{[":
        return Unreadable("json", "JSON", line)
    if _DOCTYPE.match(first):
        return Unreadable("dtd", "a document type declaration", line)
    return None


def begins(body: bytes) -> bytes:
    """The first byte that is neither mark, declaration, comment nor white space."""
    text, begin = _begin(body)
    return text[begin : begin + 1]


def _begin(body: bytes) -> tuple[bytes, int]:
    """The text (of UTF-16 its beginning, without zero bytes), and where in it the first element, or what stands there, begins."""
    text, at = body, 3 if body.startswith(b"\xef\xbb\xbf") else 0
    if body[:2] in _MARKS or b"\0" in body[:4]:
        text = body[:_WIDE].removeprefix(_MARKS[0]).removeprefix(_MARKS[1]).replace(b"\0", b"")
    while found := _NOT_YET.match(text, at):
        at = found.end()
    return text, at


def parse(body: bytes, limit: int = MAX_BYTES) -> etree._Element | Unreadable:
    """The root element. A document type declaration is refused before anything in it is read (SOAP 1.1, 3; BP 1.1 R1008)."""
    refused = unfit(body, limit)
    if refused is not None:
        return refused
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, etree.XMLSyntaxError) and error.lineno else 0
        return Unreadable("malformed", str(error)[:200], line)
    if root.getroottree().docinfo.internalDTD is not None:  # where its beginning is not seen above
        return Unreadable("dtd", "a document type declaration", 0)
    return root


def line_of(element: etree._Element) -> int:
    """Where the start tag ends, from 1, 0 unknown; libxml2 counts to 65535 at most."""
    line = element.sourceline
    return line if isinstance(line, int) else 0
