"""How is XML from a server read without doing what it asks for?

Expat instead of lxml: it builds the small tree that the readers need in one pass, as fast as lxml parses and hands over the
same elements, without a second tree in memory. What may do harm is refused by handlers on sight: no DTD means no entity,
and nothing is fetched.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.parsers import expat

import msgspec

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 256
_NOT_YET = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_ENDS_EARLY = frozenset(
    {expat.errors.codes[message] for message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)}
    | {expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR], expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]}
)
_ENCODING = frozenset(
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`reason`: "empty", "html", "json", "dtd", "malformed", "truncated", "too-large", "too-deep", "encoding".

    `line`: from 1, 0 unknown.
    """

    reason: str
    detail: str
    line: int


class Node(msgspec.Struct, eq=False, gc=False):
    """One element. Names of another namespace than none are written `namespace}name`; white space around children is left out.

    `stated`: names and values of attributes in turn, as they stand; made into `attributes` where somebody asks for them.
    """

    tag: str
    stated: list[str]
    line: int
    children: "Sequence[Node]" = ()
    text: str = ""
    known: dict[str, str] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        if self.known is None:
            turns = iter(self.stated)
            self.known = dict(zip(turns, turns, strict=True))
        return self.known

    @property
    def name(self) -> str:
        return self.tag.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        return self.tag.rpartition("}")[0]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def named(self, name: str) -> Iterator["Node"]:
        """Children of that name in any namespace."""
        return (child for child in self.children if child.name == name)


class _Stop(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _head(body: bytes) -> bytes:
    """The text from the first markup that is neither white space, comment nor instruction; zero bytes of UTF-16 left out."""
    text = body[:65536].removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in text[:4]:
        text = text.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    position = 0
    while (match := _NOT_YET.match(text, position)) is not None:
        position = match.end()
    return text[position:]


def parse(body: bytes, limit: int = MAX_BYTES, texts: frozenset[str] | None = None) -> Node | Unreadable:
    """The root element: no DTD, no entity, no network; at most `limit` bytes and `MAX_DEPTH` levels.

    `texts`: names of the elements whose text is wanted, None for all. White space between elements is a third of the work.
    """
    if len(body) > limit:
        return Unreadable("too-large", f"{len(body)} bytes, limit {limit}", 0)
    head = _head(body)
    if not head:
        return Unreadable("empty", "nothing but white space", 0)
    if _HTML.match(head):
        return Unreadable("html", "a page for people", 1)
    if head[:1] in b"{[":
        return Unreadable("json", "JSON", 1)
    parser = expat.ParserCreate(namespace_separator="}")
    try:
        root = _tree(parser, body, texts)
    except _Stop as stop:
        return Unreadable(stop.reason, stop.detail, parser.CurrentLineNumber)
    except (expat.ExpatError, LookupError, ValueError) as error:
        return _refused(error, body, parser.CurrentLineNumber)
    if root.name.lower() == "html":
        return Unreadable("html", "a page for people", 1)
    return root


def _tree(parser: expat.XMLParserType, body: bytes, texts: frozenset[str] | None) -> Node:
    top = Node("", [], 0)
    stack = [top]
    words: list[str] = []
    wanted: dict[str, bool] = {}  # by tag: of an element of that name, is the text wanted?
    listening = False

    def start(tag: str, stated: list[str]) -> None:
        nonlocal listening
        node = Node(tag, stated, parser.CurrentLineNumber)
        parent = stack[-1]
        if parent.children:
            parent.children.append(node)  # type: ignore[attr-defined]  # a list as soon as there is one
        else:
            parent.children = [node]
            if len(stack) > MAX_DEPTH:
                raise _Stop("too-deep", f"more than {MAX_DEPTH} levels")
        stack.append(node)
        if words:
            words.clear()
        want = wanted.get(tag)
        if want is None:
            want = wanted[tag] = texts is None or node.name in texts
        if want is not listening:
            listening = want
            parser.CharacterDataHandler = words.append if want else None

    def end(_tag: str) -> None:
        node = stack.pop()
        if words:
            if not node.children:
                node.text = "".join(words)
            words.clear()

    def doctype(*_: object) -> None:
        raise _Stop("dtd", "a document type declaration")

    parser.buffer_text = parser.ordered_attributes = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    finally:  # else parser and handlers hold each other, and with them the tree
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
    return top.children[0]


def _refused(error: Exception, body: bytes, line: int) -> Unreadable:
    code = getattr(error, "code", 0)
    if code in _ENCODING or not isinstance(error, expat.ExpatError):
        reason = "encoding"
    else:
        cut = code in _ENDS_EARLY or (_head(body)[:1] == b"<" and not body.rstrip(b"\0 \t\r\n").endswith(b">"))
        reason = "truncated" if cut else "malformed"
    return Unreadable(reason, str(error), line)
