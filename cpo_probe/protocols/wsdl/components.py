"""How are messages, port types, bindings and services read from their elements?"""

from lxml import etree

from cpo_probe.protocols.wsdl import model
from cpo_probe.protocols.wsdl.names import BINDINGS, WSDL
from cpo_probe.protocols.wsdl.xml import Name, children, name_of, qname


def own_name(document: model.Document, node: etree._Element) -> Name:
    """The component's name in the target namespace of its document."""
    assert document.root is not None
    return Name(document.root.get("targetNamespace", ""), node.get("name", ""))


def of_wsdl(node: etree._Element, kind: str) -> list[etree._Element]:
    """Children of that name in the namespace of WSDL."""
    return node.findall(f"{{{WSDL}}}{kind}")


def documented(node: etree._Element) -> bool:
    """Whether it has documentation that says something (WSDL 1.1, 2.1)."""
    return any("".join(map(str, child.itertext())).strip() or children(child) for child in of_wsdl(node, "documentation"))


def extension(node: etree._Element, *kinds: str) -> etree._Element | None:
    """The first child of these names that belongs to a binding of SOAP or HTTP."""
    return next((c for c in children(node) if name_of(c).namespace in BINDINGS and name_of(c).local in kinds), None)


def message(document: model.Document, node: etree._Element) -> model.Message:
    parts = tuple(
        model.Part(part.get("name", ""), qname(part, part.get("element")), qname(part, part.get("type")), part)
        for part in of_wsdl(node, "part")
    )
    return model.Message(own_name(document, node), parts, document, node)


def port_type(document: model.Document, node: etree._Element) -> model.PortType:
    operations = tuple(map(_operation, of_wsdl(node, "operation")))
    return model.PortType(own_name(document, node), operations, documented(node), document, node)


_PRIMITIVES = {
    ("input", "output"): model.REQUEST_RESPONSE,
    ("input",): model.ONE_WAY,
    ("output", "input"): model.SOLICIT_RESPONSE,
    ("output",): model.NOTIFICATION,
}


def _operation(node: etree._Element) -> model.Operation:
    ways = [child for child in children(node) if name_of(child) in (Name(WSDL, "input"), Name(WSDL, "output"))]
    style = _PRIMITIVES.get(tuple(name_of(child).local for child in ways), "")
    first = {name_of(child).local: child for child in reversed(ways)}
    faults = tuple((fault.get("name", ""), qname(fault, fault.get("message"))) for fault in of_wsdl(node, "fault"))

    def said(kind: str) -> tuple[Name | None, str]:
        child = first.get(kind)
        return (qname(child, child.get("message")), child.get("name", "")) if child is not None else (None, "")

    (taken, input_name), (given, output_name) = said("input"), said("output")
    return model.Operation(node.get("name", ""), style, taken, given, faults, input_name, output_name, documented(node), node)


def binding(document: model.Document, node: etree._Element) -> model.Binding:
    own = extension(node, "binding")
    protocol = BINDINGS[name_of(own).namespace] if own is not None else ""
    style = own.get("style", "document") if own is not None else ""
    operations = tuple(_bound(child, style) for child in of_wsdl(node, "operation"))
    transport = own.get("transport") if own is not None else None
    name, type = own_name(document, node), qname(node, node.get("type"))
    return model.Binding(name, type, protocol, transport, style, operations, document, node)


def _bound(node: etree._Element, style: str) -> model.BoundOperation:
    own = extension(node, "operation")
    sent, given = (next(map(_bound_message, of_wsdl(node, kind)), None) for kind in ("input", "output"))
    faults = tuple(map(_bound_message, of_wsdl(node, "fault")))
    action = own.get("soapAction") if own is not None else None
    return model.BoundOperation(
        node.get("name", ""), action, own.get("style", style) if own is not None else style, sent, given, faults, node
    )


def _bound_message(node: etree._Element) -> model.BoundMessage:
    blocks = tuple(_block(child) for child in node.iter() if isinstance(child.tag, str) and _is_block(child))
    return model.BoundMessage(node.get("name", ""), blocks, node)


def _is_block(node: etree._Element) -> bool:
    name = name_of(node)
    return BINDINGS.get(name.namespace, "").startswith("soap") and name.local in ("body", "header", "headerfault", "fault")


def _block(node: etree._Element) -> model.Block:
    kind = name_of(node).local
    listed = node.get("parts" if kind == "body" else "part")
    return model.Block(
        kind,
        node.get("use", ""),
        node.get("namespace"),
        node.get("encodingStyle", ""),
        qname(node, node.get("message")),
        tuple(listed.split()) if listed is not None else None,
        node.get("name"),
        node,
    )


def service(document: model.Document, node: etree._Element) -> model.Service:
    ports = tuple(map(_port, of_wsdl(node, "port")))
    return model.Service(own_name(document, node), ports, documented(node), document, node)


def _port(node: etree._Element) -> model.Port:
    own = extension(node, "address")
    address = own.get("location") if own is not None else None
    protocol = BINDINGS[name_of(own).namespace] if own is not None else ""
    return model.Port(node.get("name", ""), qname(node, node.get("binding")), address, protocol, node)
