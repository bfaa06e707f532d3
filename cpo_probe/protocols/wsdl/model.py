"""What does a WSDL 1.1 description say?

Everything keeps the element it was read from (`node`): rules look at what the model leaves out, and findings name its line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from cpo_probe.protocols.wsdl.xml import Name, Unreadable

REQUEST_RESPONSE, ONE_WAY, SOLICIT_RESPONSE, NOTIFICATION = "request-response", "one-way", "solicit-response", "notification"


@dataclass(frozen=True, slots=True)
class Document:
    """One file. `kind`: "wsdl", "schema", "wsdl2", "other", or "" when it is unreadable.

    `declares_xml`: whether it declares the prefix xml, which libxml2 keeps to itself.
    """

    url: str
    kind: str
    root: etree._Element | None
    unreadable: Unreadable | None
    encoding: str  # as declared, in lower case; "" when nothing is declared
    declares_xml: bool = False

    @property
    def withheld(self) -> bool:
        """Whether it was not read for its DTD. XML allows one, and schemas of standards bodies have them: no fault of theirs."""
        return self.unreadable is not None and self.unreadable.reason == "dtd"


@dataclass(frozen=True, slots=True)
class Reference:
    """An import or include of another document. `kind`: "wsdl:import", "xsd:import", "xsd:include", "xsd:redefine".

    `url` is "" when no location is given.
    """

    kind: str
    namespace: str | None
    url: str
    document: Document
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message: by a global element or by a type; a wrong one has both or neither."""

    name: str
    element: Name | None
    type: Name | None
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Message:
    name: Name
    parts: tuple[Part, ...]
    document: Document
    node: etree._Element

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """An abstract operation. `faults`: name and message. `style` is one of the four transmission primitives (WSDL 1.1, 2.4)."""

    name: str
    style: str
    input: Name | None
    output: Name | None
    faults: tuple[tuple[str, Name | None], ...]
    input_name: str
    output_name: str
    documented: bool
    node: etree._Element


@dataclass(frozen=True, slots=True)
class PortType:
    name: Name
    operations: tuple[Operation, ...]
    documented: bool
    document: Document
    node: etree._Element

    def operation(self, name: str) -> Operation | None:
        """The first of that name: names are to be unique (WS-I BP 1.1, R2304)."""
        return next((one for one in self.operations if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A `body`, `header`, `headerfault` or `fault` of a SOAP binding.

    `parts`: of a body, None when all of them; of a header its one part.
    """

    kind: str
    use: str
    namespace: str | None
    encoding_style: str
    message: Name | None
    parts: tuple[str, ...] | None
    name: str | None
    node: etree._Element


@dataclass(frozen=True, slots=True)
class BoundMessage:
    """Input, output or a fault as it is bound. `name` is the name of the fault, "" for others."""

    name: str
    blocks: tuple[Block, ...]
    node: etree._Element

    @property
    def body(self) -> Block | None:
        return next((block for block in self.blocks if block.kind == "body"), None)


@dataclass(frozen=True, slots=True)
class BoundOperation:
    """An operation in a binding. `action`: SOAPAction, None when not stated. `style`: as stated here or by the binding."""

    name: str
    action: str | None
    style: str
    input: BoundMessage | None
    output: BoundMessage | None
    faults: tuple[BoundMessage, ...]
    node: etree._Element

    @property
    def uses(self) -> frozenset[str]:
        """Every `use` in it."""
        messages = [m for m in (self.input, self.output, *self.faults) if m]
        return frozenset(block.use for message in messages for block in message.blocks if block.use)


@dataclass(frozen=True, slots=True)
class Binding:
    """`protocol`: "soap11", "soap12", "http", "" for anything else."""

    name: Name
    type: Name | None
    protocol: str
    transport: str | None
    style: str
    operations: tuple[BoundOperation, ...]
    document: Document
    node: etree._Element

    @property
    def soap(self) -> bool:
        return self.protocol in ("soap11", "soap12")


@dataclass(frozen=True, slots=True)
class Port:
    """`address`: None when it has none."""

    name: str
    binding: Name | None
    address: str | None
    protocol: str
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Service:
    name: Name
    ports: tuple[Port, ...]
    documented: bool
    document: Document
    node: etree._Element


@dataclass(frozen=True, slots=True)
class Description:
    """All documents that belong together. Components are found by qualified name; of two of one name the first counts.

    `missing`: references to documents that were not handed over. `duplicates`: names given twice, as (kind, name, element).
    """

    start: Document
    documents: Mapping[str, Document]
    references: tuple[Reference, ...]
    missing: tuple[Reference, ...]
    messages: Mapping[Name, Message]
    port_types: Mapping[Name, PortType]
    bindings: Mapping[Name, Binding]
    services: Mapping[Name, Service]
    duplicates: tuple[tuple[str, Name, etree._Element], ...]

    @property
    def readable(self) -> bool:
        return self.start.kind == "wsdl"

    @property
    def definitions(self) -> tuple[Document, ...]:
        """Every document that is WSDL 1.1."""
        return tuple(document for document in self.documents.values() if document.kind == "wsdl")
