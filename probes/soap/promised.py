"""SOAP: what does the description promise of an answer, and what does the answer say?"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Interface,
    Plan,
    Result,
    Results,
    Where,
    fact,
    failed,
    failing,
    passed,
    soap,
    untestable,
    wsdl,
)

from .description import Wsdl


@dataclass(frozen=True)
class Calls:
    """What the description promises of the answers."""

    api: Wsdl

    @cached_property
    def validator(self) -> wsdl.Validator | None:
        """The compiled schemas; None when there is no readable description or they cannot be compiled."""
        made = self.api.validator
        return None if made is None or made.problem else made

    @cached_property
    def two_in_one(self) -> frozenset[wsdl.Name]:
        """Names of which nobody can tell whether a wrapper or an element of a schema is meant."""
        return wsdl.two_in_one(self.api.description) if self.api.description is not None else frozenset()

    def operation(self, exchange: Exchange) -> tuple[wsdl.BoundOperation, wsdl.Operation] | None:
        """The operation that was called: as it is bound, and in the abstract."""
        return self._named(exchange, str(exchange.note.get("operation", "")))

    def _named(self, exchange: Exchange, name: str) -> tuple[wsdl.BoundOperation, wsdl.Operation] | None:
        """The operation of that name at the port that was asked."""
        description = self.api.description
        service, port = (str(exchange.note.get(part, "")) for part in ("service", "port"))
        for one in description.services.values() if description else ():
            found = next((p for p in one.ports if one.name.local == service and p.name == port), None)
            binding = description.bindings.get(found.binding) if description and found and found.binding else None
            bound = next((o for o in binding.operations if o.name == name), None) if binding else None
            kind = description.port_types.get(binding.type) if description and binding and binding.type else None
            abstract = kind.operation(name) if kind else None
            if bound is not None and abstract is not None:
                return bound, abstract
        return None

    def element(self, exchange: Exchange) -> wsdl.Name | None:
        """The element that the answer's body has to hold; None when the description leaves it open."""
        return self._answer(self.operation(exchange))

    def element_of(self, exchange: Exchange, name: str) -> wsdl.Name | None:
        """The element that an answer of another operation of the same port would hold."""
        return self._answer(self._named(exchange, name))

    def _answer(self, found: tuple[wsdl.BoundOperation, wsdl.Operation] | None) -> wsdl.Name | None:
        description = self.api.description
        if found is None or description is None or found[0].output is None or found[1].output is None:
            return None
        bound, abstract = found
        if bound.style == "rpc":
            body = bound.output.body if bound.output else None
            return wsdl.Name(body.namespace or "", f"{bound.name}Response") if body and body.use != "encoded" else None
        said = description.messages.get(abstract.output) if abstract.output else None
        body = bound.output.body if bound.output else None
        if said is None or body is None or body.use == "encoded":
            return None
        parts = [part for part in said.parts if body.parts is None or part.name in body.parts]
        return parts[0].element if len(parts) == 1 else None

    def faults(self, exchange: Exchange) -> frozenset[wsdl.Name]:
        """The elements that the declared faults of the operation may have in their detail."""
        found = self.operation(exchange)
        description = self.api.description
        messages = [description.messages.get(name) for _, name in found[1].faults if name] if found and description else []
        return frozenset(part.element for message in messages if message for part in message.parts if part.element)

    def encoded(self, exchange: Exchange) -> bool:
        """Whether the answer is written in SOAP encoding, which no schema describes."""
        found = self.operation(exchange)
        return found is not None and found[0].output is not None and any(b.use == "encoded" for b in found[0].output.blocks)

    def headers(self, exchange: Exchange) -> frozenset[wsdl.Name]:
        """The elements that the description announces as header blocks of the answer."""
        found = self.operation(exchange)
        output = found[0].output if found else None
        names: set[wsdl.Name] = set()
        for block in output.blocks if output else ():
            description = self.api.description
            message = description.messages.get(block.message) if description and block.message else None
            parts = [message.part(name) for name in block.parts or ()] if message and block.kind != "body" else []
            names |= {part.element for part in parts if part and part.element}
        return frozenset(names)

    def rpc(self, exchange: Exchange) -> bool:
        """Whether the operation is rpc-literal."""
        found = self.operation(exchange)
        return found is not None and found[0].style == "rpc" and found[0].uses <= {"literal"}


@fact
def answered(interface: Interface, api: Wsdl) -> Calls:
    """Compiled once, for every answer."""
    return Calls(api)


def envelope_of(exchange: Exchange) -> soap.Envelope | soap.NoEnvelope:
    """The message in an answer, taken out of its package; nobody may change it."""
    return _read(exchange.body, exchange.header("content-type") or "")


@lru_cache(maxsize=8)  # each check of an answer looks at it in turn
def _read(body: bytes, content_type: str) -> soap.Envelope | soap.NoEnvelope:
    return soap.read(soap.root_of(body, content_type)[0])


def told(exchange: Exchange, plan: Plan) -> failing.Told | None:
    """What the message says of its call by the signs of the profile; None when it says nothing, or is no message."""
    envelope = envelope_of(exchange)
    return failing.in_xml(plan.target.failures, envelope.root) if isinstance(envelope, soap.Envelope) else None


def by_schema(node: etree._Element, calls: Calls) -> Results:
    """What an element breaks of the schemas of the description."""
    if calls.validator is None:
        return untestable(Blocker.NO_SCHEMA, why="broken")
    if wsdl.name_of(node) in calls.two_in_one:
        return untestable(Blocker.NOT_COVERED, covered=0, total=1, missing=str(wsdl.name_of(node)))
    found = calls.validator.violations(wsdl.unpacked(node))
    return [_invalid(one) for one in found] or passed()


def _invalid(one: wsdl.Violation) -> Result:
    where = Where("response.body", pointer=one.path)
    place = "/".join(step.partition("[")[0] for step in one.path.split("/"))
    return failed("invalid_xml", expected="valid by its schema", found=one.message[:300], where=where, location=place)
