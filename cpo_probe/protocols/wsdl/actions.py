"""By which action does WS-Addressing know a message? WS-Addressing 1.0 Metadata, 4.4."""

from urllib.parse import urlsplit

from lxml import etree

from cpo_probe.protocols.wsdl.model import Operation, PortType
from cpo_probe.protocols.wsdl.names import WSAM, WSAW, WSDL


def stated(operation: etree._Element, way: str) -> str | None:
    """The wsam:Action of an "input" or "output" of an abstract operation; None when it states none."""
    node = operation.find(f"{{{WSDL}}}{way}")
    return node.get(f"{{{WSAM}}}Action") if node is not None else None


def of_output(port_type: PortType, operation: Operation) -> str | None:
    """The action of an answer that is no fault: as stated, else after the default pattern (4.4.4); None without an output, and
    where only an attribute of the draft states it."""
    if operation.output is None:
        return None
    action = stated(operation.node, "output")
    if action is not None or operation.node.find(f"{{{WSDL}}}output[@{{{WSAW}}}Action]") is not None:
        return action
    space = port_type.name.namespace
    delimiter = ":" if urlsplit(space).scheme.lower() == "urn" else "/"
    name = operation.output_name or f"{operation.name}Response"  # WSDL 1.1, 2.4.5
    return delimiter.join((space.removesuffix(delimiter), port_type.name.local, name))
