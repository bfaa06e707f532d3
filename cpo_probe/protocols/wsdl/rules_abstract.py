"""Messages and port types: WSDL 1.1, 2.3 and 2.4; Basic Profile 1.1, 4.4 and 4.5."""

from collections import Counter
from collections.abc import Iterator

from cpo_probe.model import Problem
from cpo_probe.protocols.wsdl.components import documented
from cpo_probe.protocols.wsdl.model import (
    NOTIFICATION,
    ONE_WAY,
    REQUEST_RESPONSE,
    SOLICIT_RESPONSE,
    Description,
    Message,
    Operation,
    PortType,
)
from cpo_probe.protocols.wsdl.names import XSD
from cpo_probe.protocols.wsdl.problem import problem
from cpo_probe.protocols.wsdl.schemas import globals_of
from cpo_probe.protocols.wsdl.xml import Name


def unique(description: Description) -> Iterator[Problem]:
    for kind, name, node in description.duplicates:
        document = next(d for d in description.definitions if d.root is node.getroottree().getroot())
        yield problem("unique", document, node, expected=f"one {kind} of that name", found=str(name))


def parts(description: Description) -> Iterator[Problem]:
    known = globals_of(description)
    for message in description.messages.values():
        for name, count in Counter(part.name for part in message.parts).items():
            if count > 1:
                yield problem("unique", message.document, message.node, expected="one part of that name", found=name)
        for part in message.parts:
            if part.element is not None and part.type is not None:
                yield problem("r2306", message.document, part.node, expected="element or type", found="both")
            elif part.node.get("element") is None and part.node.get("type") is None:
                yield problem("part-kind", message.document, part.node, expected="element or type", found="neither")
            if part.element is not None:
                if (part.element.namespace == XSD and part.element.local != "schema") or known.lacks(part.element, "element"):
                    found = str(part.element)
                    yield problem("r2206", message.document, part.node, expected="a global element", found=found)
            elif part.type is not None and part.type.namespace != XSD and known.lacks(part.type, "type"):
                yield problem("part-type", message.document, part.node, expected="a global type", found=str(part.type))


def operations(description: Description) -> Iterator[Problem]:
    for port_type in description.port_types.values():
        for name, count in Counter(one.name for one in port_type.operations).items():
            if count > 1:
                node = [one for one in port_type.operations if one.name == name][1].node
                yield problem("r2304", port_type.document, node, expected="one operation of that name", found=count)
        for operation in port_type.operations:
            yield from _operation(description, port_type, operation)


def _operation(description: Description, port_type: PortType, operation: Operation) -> Iterator[Problem]:
    if operation.style in (SOLICIT_RESPONSE, NOTIFICATION):
        expected = [REQUEST_RESPONSE, ONE_WAY]
        yield problem("r2303", port_type.document, operation.node, expected=expected, found=operation.style)
    messages = [operation.input, operation.output, *(message for _, message in operation.faults)]
    for name in messages:
        if name is not None and name not in description.messages and not _may_be_missing(description, name):
            yield problem("references", port_type.document, operation.node, expected="a message", found=str(name))
    order = operation.node.get("parameterOrder")
    if order is not None:
        yield from _parameter_order(description, port_type, operation, order.split())


def _parameter_order(description: Description, port_type: PortType, operation: Operation, order: list[str]) -> Iterator[Problem]:
    output = description.messages.get(operation.output) if operation.output else None
    left_out = [part.name for part in output.parts if part.name not in order] if output else []
    if len(left_out) > 1:
        found = left_out
        yield problem("r2305", port_type.document, operation.node, expected="at most one part left out", found=found)


def _may_be_missing(description: Description, name: Name) -> bool:
    """Whether a document that was not fetched, or cannot be read, may hold it."""
    torn = any(document.unreadable for document in description.documents.values())
    return torn or any(r.kind == "wsdl:import" and r.namespace in (None, name.namespace) for r in description.missing)


def bound_names(description: Description) -> Iterator[Problem]:
    """What bindings and ports refer to is there."""
    for binding in description.bindings.values():
        if binding.type is None or (
            binding.type not in description.port_types and not _may_be_missing(description, binding.type)
        ):
            found = str(binding.type or binding.node.get("type") or "nothing")
            yield problem("references", binding.document, binding.node, expected="a port type", found=found)
    for service in description.services.values():
        for port in service.ports:
            if port.binding is None or (
                port.binding not in description.bindings and not _may_be_missing(description, port.binding)
            ):
                found = str(port.binding or port.node.get("binding") or "nothing")
                yield problem("references", service.document, port.node, expected="a binding", found=found)


def something_to_call(description: Description) -> Iterator[Problem]:
    """There is a service with a port; a description without is of use to nobody who wants to call."""
    elsewhere = any(reference.kind == "wsdl:import" for reference in description.missing)
    if not any(service.ports for service in description.services.values()) and not elsewhere:
        start = description.start
        yield problem("service", start, start.root, expected="a service with a port", found=len(description.services))


def documentation(description: Description) -> Iterator[Problem]:
    """Services and operations say what they do."""
    for service in description.services.values():
        root = service.document.root
        if not service.documented and not (root is not None and documented(root)):  # a file of one service may say it on top
            yield problem("doc-service", service.document, service.node, expected="wsdl:documentation", found="none")
    for port_type in description.port_types.values():
        for operation in port_type.operations:
            if not operation.documented:
                yield problem("doc-operation", port_type.document, operation.node, expected="wsdl:documentation", found="none")


def message_of(description: Description, name: Name | None) -> Message | None:
    """The message of that name, None when it is not there."""
    return description.messages.get(name) if name is not None else None


ALL = (unique, parts, operations, bound_names, something_to_call, documentation)
