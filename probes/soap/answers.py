"""SOAP: are answers what their description says they are?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Exchanges,
    Interface,
    Plan,
    Result,
    Results,
    Where,
    check,
    fact,
    failed,
    failing,
    measure,
    not_applicable,
    passed,
    soap,
    untestable,
    wsdl,
)

from .calls import CALL, TIMES
from .description import Wsdl

STATUS = Where("response.status")


@dataclass(frozen=True)
class Calls:
    """What the description promises of the answers."""

    api: Wsdl

    @cached_property
    def validator(self) -> wsdl.Validator | None:
        """The compiled schemas; None when there is no readable description or they cannot be compiled."""
        made = self.api.validator
        return None if made is None or made.problem else made

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


@check("soap.call.works", of=CALL, needs="wsdl", clause="WSDL 1.1, 2.4; SOAP 1.1, 4", severity="critical")
def works(exchange: Exchange, plan: Plan) -> Result:
    """An operation that reads answers when it is called as its description says.

    Judged where each argument was seen in an earlier answer, is one of a closed set, or none is needed: then a fault is no
    fault of ours. Where the profile says how the product tells a failure in answers of its own, such an answer is none; where it
    says that a fault means that nothing was found, nothing is said. Services that are out of order for a while (503) are not
    judged.
    Remedy: let the operation accept what the description allows and the service itself hands out.
    """
    if exchange.status == 503:
        return not_applicable("not_in_service", status=503)
    envelope, sign = envelope_of(exchange), told(exchange, plan)
    if sign is not None and sign.sign.means == "empty":
        return not_applicable("said_empty", said=sign.said)
    whole = isinstance(envelope, soap.Envelope) and envelope.fault is None and 200 <= exchange.status < 300
    if whole and sign is None:
        return passed()
    if not exchange.note.get("sure"):
        return not_applicable("arguments_made_up")
    if isinstance(envelope, soap.Envelope) and envelope.fault is not None:
        where = Where("response.body", pointer="/Envelope/Body/Fault")
        return failed("soap_fault", expected="an answer", found=envelope.fault.reason or envelope.fault.code_text, where=where)
    if whole and sign is not None:
        where = Where("response.body", pointer=sign.place)
        return failed(f"said_{sign.sign.means}", expected="an answer", found=sign.said, where=where)
    found = envelope.detail if isinstance(envelope, soap.NoEnvelope) else exchange.status
    return failed("no_answer", expected="a SOAP envelope", found=found, where=STATUS)


@check("soap.answer.element", of=CALL, needs="wsdl", clause="WS-I Basic Profile 1.1, R2712, R2729", severity="major")
def element(exchange: Exchange, calls: Calls) -> Result:
    """The body of an answer holds the element that the description declares for it.

    Of document style the element of the output message, of rpc style the operation's name followed by Response.
    Remedy: answer with the declared element, in its namespace.
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope) or envelope.fault is not None:
        return not_applicable("no_content")
    wanted = calls.element(exchange)
    if wanted is None:
        return not_applicable("answer_not_described")
    found = [wsdl.name_of(node) for node in envelope.body]
    if found == [wanted]:
        return passed()
    where = Where("response.body", pointer="/Envelope/Body")
    return failed("other_element", expected=str(wanted), found=[str(name) for name in found], where=where)


@check("soap.answer.valid", of=CALL, needs="wsdl", clause="WSDL 1.1, 2.2; XML Schema 1.0", severity="major")
def valid(exchange: Exchange, calls: Calls) -> Results:
    """The content of an answer is valid by the schemas of the description.

    Strictly, by libxml2: required elements, their order, types and values. Clients generated from the description reject
    what breaks them, or lose it. Bytes that travel beside the envelope are taken for what they stand for.
    Remedy: let the same schema write the answers that describes them.
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope) or envelope.fault is not None or len(envelope.body) != 1:
        return not_applicable("no_content")
    if calls.encoded(exchange):
        return not_applicable("answer_not_described")
    return _by_schema(envelope.body[0], calls)


def _by_schema(node: etree._Element, calls: Calls) -> Results:
    if calls.validator is None:
        return untestable(Blocker.NO_SCHEMA, why="broken")
    found = calls.validator.violations(wsdl.unpacked(node))
    return [_invalid(one) for one in found] or passed()


def _invalid(one: wsdl.Violation) -> Result:
    where = Where("response.body", pointer=one.path)
    place = "/".join(step.partition("[")[0] for step in one.path.split("/"))
    return failed("invalid_xml", expected="valid by its schema", found=one.message[:300], where=where, location=place)


@check(
    "soap.answer.demands",
    of=("soap.call", "soap.errors.*"),
    needs="wsdl",
    clause="SOAP 1.1, 4.2.3; SOAP 1.2 Part 1, 5.2.3; WSDL 1.1, 3.7",
    severity="minor",
)
def demands(exchange: Exchange, calls: Calls) -> Result:
    """An answer demands nothing of the client that was neither announced nor asked for.

    Header blocks with mustUnderstand: a client that does not know the block has to reject the whole answer, faults included.
    Blocks that the description announces are right, and so are those of a namespace that the request used in its own header.
    Remedy: send mustUnderstand="0", leave the block out, or announce it by soap:header.
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope):
        return not_applicable("no_content")
    demanding = [b for b in envelope.headers if b.get(f"{{{envelope.namespace}}}mustUnderstand") in ("1", "true")]
    sent = soap.read(exchange.request.body)
    asked = {wsdl.name_of(block).namespace for block in sent.headers} if isinstance(sent, soap.Envelope) else set()
    names = [wsdl.name_of(block) for block in demanding]
    unknown = [str(name) for name in names if name.namespace not in asked and name not in calls.headers(exchange)]
    if not unknown:
        return passed()
    where = Where("response.body", pointer="/Envelope/Header")
    return failed("unannounced_header", expected=sorted(map(str, calls.headers(exchange))), found=unknown, where=where)


@check("soap.fault.declared", of=("soap.call", "soap.errors.*"), needs="wsdl", clause="WSDL 1.1, 2.4.2, 3.6", severity="minor")
def declared(exchange: Exchange, calls: Calls) -> Results:
    """What stands in the detail of a fault is what the operation declares for one of its faults.

    A fault without detail is right. So is a detail of a namespace that the description does not know: tools of the server may
    add one of their own.
    Remedy: declare the fault in the WSDL, or send the detail that is declared.
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope) or envelope.fault is None:
        return not_applicable("no_fault")
    if not envelope.fault.detail or calls.validator is None or calls.api.description is None:
        return not_applicable("no_detail")
    known = wsdl.globals_of(calls.api.description)
    said = envelope.fault.detail[0]
    name = wsdl.name_of(said)
    if name in calls.faults(exchange):
        return _by_schema(said, calls)
    if name.namespace not in known.namespaces:
        return not_applicable("foreign_detail")
    expected = sorted(str(one) for one in calls.faults(exchange))
    return failed(
        "other_detail", expected=expected, found=str(name), where=Where("response.body", pointer="/Envelope/Body/Fault")
    )


@check(
    "soap.fault.used",
    of=("soap.call", "soap.errors.*"),
    needs="wsdl",
    clause="SOAP 1.1, 4.4; SOAP 1.2 Part 1, 5.4",
    severity="minor",
)
def used(exchange: Exchange, plan: Plan) -> Result:
    """A call that failed is answered with a fault.

    Judged where the profile says how the product tells a failure in answers of its own. A fault is what SOAP has for it, and
    what generated clients raise an error for; everything else they take for the result. Answers that say that only a part of
    what was asked for failed carry the rest of it, and are no faults.
    Remedy: answer a call that failed with a fault, and put the product's own code into its detail.
    """
    envelope, sign = envelope_of(exchange), told(exchange, plan)
    if not isinstance(envelope, soap.Envelope):
        return not_applicable("no_content")
    if not any(one.element for one in plan.target.failures):
        return not_applicable("no_sign_known")
    if envelope.fault is not None:
        return passed()
    if sign is None or sign.sign.means != "failed":
        return not_applicable("no_failure_told")
    where = Where("response.body", pointer=sign.place)
    return failed("failed_without_fault", expected="a fault", found=sign.said, where=where)


@check("soap.repeat.same-answer", of=CALL, per="group", needs="wsdl", clause="ISO/IEC 17025, 7.2.2", severity="major")
def same_answer(exchanges: Exchanges, calls: Calls) -> Result:
    """The same call gets the same answer.

    Asked three times in a row; contents are compared as canonical XML, names of prefixes left aside. If only one of the
    steps differs, the data may have changed in between, and nothing is said. In SOAP encoding the members of a struct are
    known by their names: their order does not count (SOAP 1.1, 5.1).
    Remedy: order results by a unique key; keep time stamps and request ids out of the content.
    """
    answers = [e for e in exchanges if 200 <= e.status < 300]
    ids = [e.id for e in answers]
    if len(answers) < TIMES:
        return untestable(Blocker.NO_DATA, answers=len(answers))
    texts = [_canonical(e, ordered=not calls.encoded(e)) for e in answers]
    if None in texts:
        return not_applicable("no_content", exchanges=ids)
    steps = [one == other for one, other in pairwise(texts)]
    if all(steps):
        return passed(exchanges=ids)
    if any(steps):
        return untestable(Blocker.WINDOW)
    return failed("answers_differ", expected="the same", found="others", where=Where("response.body"), exchanges=ids)


def _canonical(exchange: Exchange, *, ordered: bool) -> bytes | None:
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope):
        return None
    contents = [wsdl.unprefixed(node) for node in envelope.body]
    for node in contents if not ordered else ():
        _sort_structs(node)
    return b"".join(map(etree.tostring, contents))


def _sort_structs(node: etree._Element) -> None:
    """Members of structs by name; those of arrays stay where they are."""
    for child in node:
        _sort_structs(child)
    if not any(etree.QName(name).localname in ("arrayType", "itemType", "arraySize") for name in node.attrib):
        node[:] = sorted(node, key=lambda child: str(child.tag))


@measure("soap.latency", of=CALL)
def seconds(exchange: Exchange) -> Iterator[tuple[str, float, str]]:
    """Seconds of a successful answer, connecting left out."""
    if 200 <= exchange.status < 300:
        timing = exchange.timing
        yield "total", timing.total - sum(p for p in (timing.dns, timing.connect, timing.tls) if p is not None), "s"
