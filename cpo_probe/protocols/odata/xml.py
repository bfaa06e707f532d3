"""Which small tree do the readers of CSDL and Atom need, built in one pass?

Expat instead of lxml: as fast as lxml parses and hands over the same elements, without a second tree in memory. What may do
harm is refused by handlers on sight: no DTD means no entity, and nothing is fetched.
"""

from collections.abc import Iterator, Sequence
from xml.parsers import expat

import msgspec

from cpo_probe.protocols.xml import MAX_BYTES as MAX_BYTES
from cpo_probe.protocols.xml import Unreadable as Unreadable
from cpo_probe.protocols.xml import begins, unfit

MAX_DEPTH = 256
_ENDS_EARLY = frozenset(
    {expat.errors.codes[message] for message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)}
    | {expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR], expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]}
)
_ENCODING = frozenset(
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
)


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


def parse(body: bytes, limit: int = MAX_BYTES, texts: frozenset[str] | None = None) -> Node | Unreadable:
    """The root element: no DTD, no entity, no network; at most `limit` bytes and `MAX_DEPTH` levels.

    `texts`: names of the elements whose text is wanted, None for all. White space between elements is a third of the work.
    """
    refused = unfit(body, limit)
    if refused is not None:
        return refused
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
        cut = code in _ENDS_EARLY or (begins(body) == b"<" and not body.rstrip(b"\0 \t\r\n").endswith(b">"))
        reason = "truncated" if cut else "malformed"
    return Unreadable(reason, str(error), line)
