"""What does a SOAP message say?"""

from dataclasses import dataclass

from lxml import etree

from cpo_probe.protocols.wsdl.names import ENVELOPE11, ENVELOPE12, XML
from cpo_probe.protocols.wsdl.xml import Name, Unreadable, children, name_of, parse, qname

VERSIONS = {ENVELOPE11: "1.1", ENVELOPE12: "1.2"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`code`: as a qualified name, None when it is none; of SOAP 1.2 the outermost value. `detail`: what stands in it."""

    code: Name | None
    code_text: str
    reason: str
    detail: tuple[etree._Element, ...]
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Envelope:
    """A SOAP message. `version`: "1.1" or "1.2". `body`: the children of Body, a fault among them."""

    version: str
    root: etree._Element
    header: etree._Element | None
    body_node: etree._Element | None
    encoding: str

    @property
    def namespace(self) -> str:
        return name_of(self.root).namespace

    @property
    def body(self) -> tuple[etree._Element, ...]:
        return tuple(children(self.body_node)) if self.body_node is not None else ()

    @property
    def headers(self) -> tuple[etree._Element, ...]:
        return tuple(children(self.header)) if self.header is not None else ()

    @property
    def fault(self) -> Fault | None:
        """The fault, when the body holds one of this version."""
        node = next((child for child in self.body if name_of(child) == Name(self.namespace, "Fault")), None)
        if node is None:
            return None
        return _fault11(node) if self.version == "1.1" else _fault12(node)


@dataclass(frozen=True, slots=True)
class NoEnvelope:
    """`reason`: as of `Unreadable`, or "root" (XML of another kind), or "version" (an Envelope of no known namespace)."""

    reason: str
    detail: str
    line: int


def read(body: bytes) -> Envelope | NoEnvelope:
    """The message in a body; never raises, never resolves an entity."""
    root = parse(body)
    if isinstance(root, Unreadable):
        return NoEnvelope(root.reason, root.detail, root.line)
    own = name_of(root)
    if own.local != "Envelope":
        return NoEnvelope("root", str(own), 1)
    if own.namespace not in VERSIONS:
        return NoEnvelope("version", own.namespace or "no namespace", 1)
    parts = {name_of(child): child for child in reversed(children(root))}
    encoding = (root.getroottree().docinfo.encoding or "").lower()
    header, content = parts.get(Name(own.namespace, "Header")), parts.get(Name(own.namespace, "Body"))
    return Envelope(VERSIONS[own.namespace], root, header, content, encoding)


def text_of(node: etree._Element | None) -> str:
    """All text in an element, trimmed; "" when there is none."""
    return "".join(map(str, node.itertext())).strip() if node is not None else ""


def _fault11(node: etree._Element) -> Fault:
    """SOAP 1.1, 4.4: its children have no namespace; those of careless servers have one, and are read all the same."""
    parts = {name_of(child).local: child for child in reversed(children(node))}
    code = parts.get("faultcode")
    detail = parts.get("detail")
    return Fault(
        qname(code, text_of(code)) if code is not None else None,
        text_of(code),
        text_of(parts.get("faultstring")),
        tuple(children(detail)) if detail is not None else (),
        node,
    )


def _fault12(node: etree._Element) -> Fault:
    """SOAP 1.2 Part 1, 5.4."""
    code = node.find(f"{{{ENVELOPE12}}}Code/{{{ENVELOPE12}}}Value")
    reasons = node.findall(f"{{{ENVELOPE12}}}Reason/{{{ENVELOPE12}}}Text")
    english = next((one for one in reasons if one.get(f"{{{XML}}}lang", "").lower().startswith("en")), None)
    detail = node.find(f"{{{ENVELOPE12}}}Detail")
    return Fault(
        qname(code, text_of(code)) if code is not None else None,
        text_of(code),
        text_of(english if english is not None else next(iter(reasons), None)),
        tuple(children(detail)) if detail is not None else (),
        node,
    )
