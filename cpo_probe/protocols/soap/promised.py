"""Is an answer the message that its description promises? Basic Profile 1.1, 4.4 and 4.7; 1.2 and 2.0 add actions."""

from collections.abc import Iterator
from dataclasses import dataclass

from cpo_probe.model import Problem
from cpo_probe.protocols.soap.envelope import Envelope, text_of
from cpo_probe.protocols.soap.faults import at
from cpo_probe.protocols.wsdl.names import WSA
from cpo_probe.protocols.wsdl.xml import Name, children, name_of

SOAP_FAULTS = f"{WSA}/soap/fault"
"""The action of faults that SOAP itself defines (WS-Addressing 1.0 SOAP Binding, 6)."""
_OF_SOAP = frozenset({"MustUnderstand", "VersionMismatch"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What a literal binding says of an answer that is no fault.

    `element`: the one child of Body, of rpc style the wrapper; None when the description leaves it open. `parts`: of rpc style
    the names of the accessors in their order. `bare`: the binding puts nothing into Body. `action`: of WS-Addressing.
    """

    style: str  # "document" or "rpc"
    element: Name | None
    parts: tuple[str, ...]
    bare: bool
    headers: frozenset[Name]
    action: str | None


def kept(message: Envelope, promise: Promise) -> Iterator[Problem]:
    """What an answer that is no fault breaks."""
    body = message.body_node if message.body_node is not None else message.root
    found = [name_of(node) for node in message.body]
    if promise.style == "document":
        if promise.bare and found:
            yield at("r2213", body, "nothing", [str(name) for name in found])
        if promise.element is not None and found != [promise.element]:
            yield at("r2712", body, str(promise.element), [str(name) for name in found])
    elif promise.element is not None:
        if [name.local for name in found] != [promise.element.local]:
            yield at("r2729", body, promise.element.local, [str(name) for name in found])
        else:
            yield from _accessors(message, promise)
    missing = promise.headers - {name_of(block) for block in message.headers}
    if missing:
        yield at("r2738", message.root, sorted(map(str, promise.headers)), sorted(map(str, missing)))
    action = _action(message)
    if action and promise.action is not None and action != promise.action:
        yield at("r2900", message.root, promise.action, action)


def _accessors(message: Envelope, promise: Promise) -> Iterator[Problem]:
    wrapper = message.body[0]
    found = [name_of(node).local for node in children(wrapper)]
    if promise.bare:
        if found:
            yield at("r2214", wrapper, "nothing", found)
        return
    unknown = [name for name in found if name not in promise.parts]
    if unknown:
        yield at("r2755", wrapper, list(promise.parts), unknown)
    counted = {part: found.count(part) for part in promise.parts}
    if any(count != 1 for count in counted.values()):
        yield at("r2212", wrapper, list(promise.parts), found)
    order = [name for name in found if name in promise.parts]
    if order != sorted(order, key=promise.parts.index):
        yield at("r2301", wrapper, list(promise.parts), found)


def fault_action(message: Envelope) -> Iterator[Problem]:
    """The action of a fault that SOAP itself defines."""
    action = _action(message)
    if action and _of_soap(message) and action != SOAP_FAULTS:
        yield at("r1035", message.root, SOAP_FAULTS, action)


def silent(message: Envelope, promise: Promise | None) -> frozenset[str]:
    """Rules for which the message, or its description, gave no occasion."""
    quiet = set() if _action(message) and _of_soap(message) else {"r1035"}
    if promise is None or message.fault is not None:
        return frozenset(quiet | _ALL)
    if not (_action(message) and promise.action):
        quiet.add("r2900")
    if not promise.headers:
        quiet.add("r2738")
    if promise.style != "document":
        quiet |= {"r2712", "r2213"}
    elif promise.element is None:
        quiet.add("r2712")
    if promise.style != "rpc" or promise.element is None:
        quiet |= _RPC
    elif not promise.parts:
        quiet |= {"r2212", "r2301", "r2755"}
    if not promise.bare:
        quiet |= {"r2213", "r2214"}
    return frozenset(quiet)


_RPC = frozenset({"r2729", "r2212", "r2214", "r2301", "r2755"})
_ALL = _RPC | {"r2712", "r2213", "r2738", "r2900"}


def _of_soap(message: Envelope) -> bool:
    fault = message.fault
    return (
        fault is not None
        and fault.code is not None
        and fault.code == Name(message.namespace, fault.code.local)
        and (fault.code.local in _OF_SOAP)
    )


def _action(message: Envelope) -> str:
    """The value of wsa:Action, "" without."""
    block = next((block for block in message.headers if name_of(block) == Name(WSA, "Action")), None)
    return text_of(block)
