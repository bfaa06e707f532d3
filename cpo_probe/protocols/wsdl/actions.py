"""By which action does WS-Addressing know a message? WS-Addressing 1.0 Metadata, 4.4."""

from urllib.parse import urlsplit

from lxml import etree

from cpo_probe.protocols.wsdl.model import Operation, PortType
from cpo_probe.protocols.wsdl.names import WSAM, WSAW, WSDL


def stated(operation: etree._Element, way: str) -> str | None:
    """The action that an "input" or "output" of an abstract operation states; None when it states none."""
    node = operation.find(f"{{{WSDL}}}{way}")
    if node is None:
        return None
    return node.get(f"{{{WSAM}}}Action") or node.get(f"{{{WSAW}}}Action")


def of_output(port_type: PortType, operation: Operation) -> str | None:
    """The action of an answer that is no fault: as stated, else after the default pattern (4.4.4); None without an output."""
    if operation.output is None:
        return None
    action = stated(operation.node, "output")
    if action is not None:
        return action
    space = port_type.name.namespace
    delimiter = ":" if urlsplit(space).scheme.lower() == "urn" else "/"
    name = operation.output_name or f"{operation.name}Response"  # WSDL 1.1, 2.4.5
    return delimiter.join((space.removesuffix(delimiter), port_type.name.local, name))
