"""Bindings and ports: WSDL 1.1, 2.5 to 3.8; Basic Profile 1.1, 4.6 to 4.8; of SOAP 1.2 the same chapters of 2.0."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cpo_probe.model import Problem
from cpo_probe.protocols.wsdl.actions import stated
from cpo_probe.protocols.wsdl.model import Binding, Block, BoundMessage, BoundOperation, Description, Message, Operation
from cpo_probe.protocols.wsdl.names import OVER_HTTP
from cpo_probe.protocols.wsdl.problem import problem
from cpo_probe.protocols.wsdl.rules_abstract import message_of
from cpo_probe.protocols.wsdl.rules_documents import absolute
from cpo_probe.protocols.wsdl.rules_text import twin
from cpo_probe.protocols.wsdl.xml import Name


def bindings(description: Description) -> Iterator[Problem]:
    if description.bindings and not any(binding.soap for binding in description.bindings.values()):
        first = next(iter(description.bindings.values()))
        yield problem("r2401", first.document, first.node, expected="soap:binding", found=first.protocol or "none")
    for binding in description.bindings.values():
        if binding.soap:  # others may stand beside it: what is claimed for the SOAP binding does not concern them
            yield from _of_version(binding.protocol, _binding(description, binding))


def _of_version(protocol: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """The numbers are those of Basic Profile 2.0 where the binding is one of SOAP 1.2."""
    for one in found:
        yield replace(one, rule=twin(one.rule)) if protocol == "soap12" else one


def _binding(description: Description, binding: Binding) -> Iterator[Problem]:
    if binding.transport is None:
        yield problem("r2701", binding.document, binding.node, expected="transport", found="none")
    elif binding.transport != OVER_HTTP:
        yield problem("r2702", binding.document, binding.node, expected=OVER_HTTP, found=binding.transport)
    styles = sorted({operation.style for operation in binding.operations})
    if len(styles) > 1:
        yield problem("r2705", binding.document, binding.node, expected="one style", found=styles)
    yield from _complete(description, binding)
    for operation in binding.operations:
        yield from _uses(binding, operation)
        yield from _shape(description, binding, operation)
    yield from _signatures(description, binding)


def _complete(description: Description, binding: Binding) -> Iterator[Problem]:
    port_type = description.port_types.get(binding.type) if binding.type else None
    if port_type is None:
        return
    offered, bound = {one.name for one in port_type.operations}, {one.name for one in binding.operations}
    if offered != bound:
        expected, found = sorted(offered - bound), sorted(bound - offered)
        yield problem("r2718", binding.document, binding.node, expected=expected, found=found)


def _messages(operation: BoundOperation) -> list[BoundMessage]:
    return [one for one in (operation.input, operation.output, *operation.faults) if one is not None]


def _uses(binding: Binding, operation: BoundOperation) -> Iterator[Problem]:
    for message in _messages(operation):
        for block in message.blocks:
            if block.use and block.use != "literal":
                rule = "r2723" if block.kind == "fault" else "r2706"
                yield problem(rule, binding.document, block.node, expected="literal", found=block.use)
            if block.use != "encoded":
                yield from _namespace(binding, operation, block)
            if block.kind in ("header", "headerfault") and (block.parts is None or len(block.parts) != 1):
                found = list(block.parts or ())
                yield problem("r2720", binding.document, block.node, expected="part: one name", found=found)
    for fault in operation.faults:
        for block in fault.blocks:
            if block.kind != "fault":
                continue
            if not block.name:
                yield problem("r2721", binding.document, block.node, expected="name", found="none")
            elif block.name != fault.name:
                yield problem("r2754", binding.document, block.node, expected=fault.name, found=block.name)


def _namespace(binding: Binding, operation: BoundOperation, block: Block) -> Iterator[Problem]:
    if block.kind == "body" and operation.style == "rpc":
        if not block.namespace or not absolute(block.namespace):
            found = block.namespace or "none"
            yield problem("r2717", binding.document, block.node, expected="absolute URI", found=found)
    elif block.namespace is not None:
        rule = "r2716" if operation.style == "document" else "r2726"
        yield problem(rule, binding.document, block.node, expected="no namespace", found=block.namespace)


def _shape(description: Description, binding: Binding, operation: BoundOperation) -> Iterator[Problem]:
    abstract = _abstract(description, binding, operation)
    if abstract is None:
        return
    pairs = ((operation.input, abstract.input), (operation.output, abstract.output))
    for bound, name in pairs:
        message = message_of(description, name)
        if bound is None or message is None:
            continue
        body = bound.body
        if body is not None and body.use != "encoded":
            yield from _body(binding, operation, body, message)
        yield from _all_bound(binding, bound, message)
        yield from _headers(description, binding, bound)
    faults = dict(abstract.faults)
    for fault in operation.faults:
        if fault.name not in faults:
            yield problem("references", binding.document, fault.node, expected=sorted(faults), found=fault.name)
            continue
        said = message_of(description, faults[fault.name])
        for part in said.parts if said else ():
            if part.element is None and any(block.use != "encoded" for block in fault.blocks):
                yield problem("r2205", binding.document, fault.node, expected="element", found=part.name)


def _abstract(description: Description, binding: Binding, operation: BoundOperation) -> Operation | None:
    port_type = description.port_types.get(binding.type) if binding.type else None
    return port_type.operation(operation.name) if port_type else None


def _body(binding: Binding, operation: BoundOperation, body: Block, message: Message) -> Iterator[Problem]:
    listed = [part for part in message.parts if body.parts is None or part.name in body.parts]
    unknown = [name for name in body.parts or () if message.part(name) is None]
    if unknown:
        yield problem("parts", binding.document, body.node, expected=[p.name for p in message.parts], found=unknown)
    for part in listed:
        if operation.style == "document" and part.node.get("element") is None:
            yield problem("r2204", binding.document, body.node, expected="element", found=part.name)
        if operation.style == "rpc" and part.node.get("type") is None:
            yield problem("r2203", binding.document, body.node, expected="type", found=part.name)
    if operation.style == "document" and len(listed) > 1:
        rule = "r2210" if body.parts is None else "r2201"
        yield problem(rule, binding.document, body.node, expected="at most one part", found=[part.name for part in listed])


def _all_bound(binding: Binding, bound: BoundMessage, message: Message) -> Iterator[Problem]:
    """Parts that are sent nowhere (SHOULD); MIME bindings may carry them."""
    if any("mime" in str(node.tag) for node in bound.node.iter()) or not bound.blocks:
        return
    carried: set[str] = set()
    for block in bound.blocks:
        if block.kind == "body":
            carried |= {part.name for part in message.parts} if block.parts is None else set(block.parts)
        elif block.message == message.name:
            carried |= set(block.parts or ())
    lost = sorted({part.name for part in message.parts} - carried)
    if lost:
        yield problem("r2209", binding.document, bound.node, expected="every part", found=lost)


def _headers(description: Description, binding: Binding, bound: BoundMessage) -> Iterator[Problem]:
    for block in bound.blocks:
        if block.kind not in ("header", "headerfault") or block.use == "encoded":
            continue
        message = message_of(description, block.message)
        part = message.part(block.parts[0]) if message and block.parts and len(block.parts) == 1 else None
        if message is not None and block.parts and part is None:
            yield problem(
                "parts", binding.document, block.node, expected=[p.name for p in message.parts], found=list(block.parts)
            )
        if part is not None and part.element is None:
            yield problem("r2205", binding.document, block.node, expected="element", found=part.name)


def _signatures(description: Description, binding: Binding) -> Iterator[Problem]:
    """What stands first in the body tells the server which operation is meant; of document style SOAPAction may help, but
    R2710 does not count on it."""
    seen: dict[Name, list[str]] = {}
    for operation in binding.operations:
        signature = signature_of(description, binding, operation)
        if signature is not None:
            seen.setdefault(signature, []).append(operation.name)
    for signature, names in seen.items():
        if len(names) > 1 and not (binding.protocol == "soap12" and _told_apart(description, binding, names)):
            yield problem("r2710", binding.document, binding.node, expected=str(signature), found=names)


def _told_apart(description: Description, binding: Binding, names: list[str]) -> bool:
    """Whether each input states a wsam:Action of its own: Basic Profile 2.0 rests on WS-Addressing."""
    port_type = description.port_types.get(binding.type) if binding.type else None
    found = [port_type.operation(name) for name in names] if port_type else []
    actions = {stated(one.node, "input") for one in found if one is not None} - {None}
    return len(actions) == len(names)


def signature_of(description: Description, binding: Binding, operation: BoundOperation) -> Name | None:
    """The qualified name of the first child of the request's body: of document style its element (Name("", "") for an empty
    body), of rpc style the operation; None when the description leaves it open."""
    body = operation.input.body if operation.input else None
    abstract = _abstract(description, binding, operation)
    message = message_of(description, abstract.input if abstract else None)
    if body is None or message is None:
        return None
    if operation.style == "rpc":
        return Name(body.namespace or "", operation.name)
    parts = [part for part in message.parts if body.parts is None or part.name in body.parts]
    if not parts:
        return Name("", "")
    return parts[0].element


def ports(description: Description) -> Iterator[Problem]:
    addresses: Counter[tuple[str, str]] = Counter()
    for service in description.services.values():
        for port in service.ports:
            binding = description.bindings.get(port.binding) if port.binding else None
            if port.address is None or not port.address.strip():
                if binding is None or binding.soap:
                    yield problem("address-given", service.document, port.node, expected="soap:address location", found="none")
                continue
            if binding is not None and binding.soap and port.protocol != binding.protocol:
                yield problem("port-protocol", service.document, port.node, expected=binding.protocol, found=port.protocol)
            addresses[port.protocol, port.address] += 1
            if port.protocol.startswith("soap") and addresses[port.protocol, port.address] == 2:
                same = problem("r2711", service.document, port.node, expected="another address", found=port.address)
                yield from _of_version(port.protocol, [same])


ALL = (bindings, ports)
