"""Which rules can a description not keep, because it has nothing that they speak of?"""

from collections.abc import Iterator

from cpo_probe.protocols.wsdl.actions import stated
from cpo_probe.protocols.wsdl.model import Binding, BoundOperation, Description
from cpo_probe.protocols.wsdl.rules_text import TWINS, twin
from cpo_probe.protocols.wsdl.schemas import schemas

_IMPORTS = frozenset({"r2001", "r2005", "r2007", "r2022", "r2803"})
_OF_SCHEMAS = frozenset({"r2105", "r2110", "r2111", "r2112", "r2115", "r2116"})
_RPC = frozenset({"r2203", "r2717"})
_DOCUMENT = frozenset({"r2201", "r2204", "r2210", "r2716"})
_FAULTS = frozenset({"r2721", "r2723", "r2754"})
_EXTRAS = frozenset({"r2205", "r2726"})
_BOUND = frozenset({"r2029", "r2701", "r2702", "r2705", "r2706", "r2710", "r2718"})
_OF_BINDINGS = _RPC | _DOCUMENT | _FAULTS | _EXTRAS | _BOUND | {"r2209", "r2711", "r2720", "r2901"}
"""Those of `TWINS`: each version of SOAP has bindings of its own."""


def silent(description: Description) -> frozenset[str]:
    """Rules of imports, schemas, styles, headers and faults that the description does not have."""
    spoken = frozenset(_spoken(description))
    return (
        _IMPORTS | _OF_SCHEMAS | _OF_BINDINGS | {twin(rule) for rule in _OF_BINDINGS & TWINS}
        | {"r2003", "r2004", "r2010", "r2206", "r2305", "r2401", "r2756-12", "parts", "part-type"}
    ) - spoken  # fmt: skip


def _spoken(description: Description) -> Iterator[str]:
    kinds = {reference.kind for reference in description.references}
    if "wsdl:import" in kinds:
        yield from _IMPORTS
    if kinds - {"wsdl:import"}:
        yield from ("r2003", "r2004")
    if any(document.kind == "schema" for document in description.documents.values()):
        yield "r2010"
    if any(True for _ in schemas(description)):
        yield from _OF_SCHEMAS
    parts = [part for message in description.messages.values() for part in message.parts]
    if any(part.element for part in parts):
        yield "r2206"
    if any(part.type for part in parts):
        yield "part-type"
    operations = [one for port_type in description.port_types.values() for one in port_type.operations]
    if any(operation.node.get("parameterOrder") is not None for operation in operations):
        yield "r2305"
    if description.bindings:
        yield "r2401"
    for binding in description.bindings.values():
        if binding.soap:
            said = frozenset(_of_binding(description, binding))
            yield from said if binding.protocol == "soap11" else (twin(rule) for rule in said)
    if any(binding.protocol == "soap12" for binding in description.bindings.values()):
        yield "r2756-12"
    for service in description.services.values():
        for port in service.ports:
            if port.address is not None and port.protocol.startswith("soap"):
                yield "r2711" if port.protocol == "soap11" else twin("r2711")


def _of_binding(description: Description, binding: Binding) -> Iterator[str]:
    yield from _BOUND
    port_type = description.port_types.get(binding.type) if binding.type else None
    for bound in binding.operations:
        yield from _of_operation(bound)
        operation = port_type.operation(bound.name) if port_type else None
        if operation is not None and bound.action and stated(operation.node, "input"):
            yield "r2901"


def _of_operation(operation: BoundOperation) -> Iterator[str]:
    messages = [one for one in (operation.input, operation.output, *operation.faults) if one is not None]
    blocks = [block for message in messages for block in message.blocks]
    if blocks:
        yield "r2209"
    if any(block.kind == "body" and block.use != "encoded" for block in blocks):
        yield from _RPC if operation.style == "rpc" else _DOCUMENT
    if any(block.kind in ("header", "headerfault") for block in blocks):
        yield "r2720"
    if any(block.kind != "body" for block in blocks):
        yield from _EXTRAS
    if operation.faults:
        yield from _FAULTS | _EXTRAS
    if any(block.parts is not None for block in blocks):
        yield "parts"
