"""SOAP: how are wrong requests refused?"""

from lxml import etree

from cpo_probe.sdk import Evidence, Exchange, Plan, Result, Where, check, failed, leaks, not_applicable, passed, soap, wsdl

from .calls import CALL
from .promised import Calls, envelope_of, told
from .wrong import ACTION, MALFORMED, MEDIA, MISSING, NOBODY, TYPE, UNKNOWN

STATUS = Where("response.status")
CODES = "SOAP 1.1, 4.4.1; SOAP 1.2 Part 1, 5.4.6"
ANY = ("soap.call", "soap.errors.*")
_CLIENT = frozenset({"Client", "Sender", "VersionMismatch", "MustUnderstand"})


def lays_at_client(fault: soap.Fault, namespace: str) -> bool:
    """Whether the code of the fault says that the client made a mistake, or is its own. `namespace`: of the envelope."""
    if fault.code is None:
        return False
    return fault.code.local.partition(".")[0] in _CLIENT or fault.code.namespace not in ("", namespace)


def _refused(exchange: Exchange, plan: Plan) -> Result:
    """A fault that lays it at the client's door, or a refusal of HTTP, passes; what is accepted, or breaks, fails.

    A code of the service's own has a namespace of its own; a bare word or number tells a client nothing. What refuses in a way
    of the product's own, which the profile names, is no fault, and another check says so.
    """
    envelope = envelope_of(exchange)
    if isinstance(envelope, soap.Envelope) and envelope.fault is not None:
        if lays_at_client(envelope.fault, envelope.namespace):
            return passed()
        code = envelope.fault.code.local.partition(".")[0] if envelope.fault.code else ""
        where = Where("response.body", pointer="/Envelope/Body/Fault")
        return failed("server_fault", expected="Client" if envelope.version == "1.1" else "Sender", found=code, where=where)
    if 400 <= exchange.status < 500:
        return passed()
    if 200 <= exchange.status < 300 and (sign := told(exchange, plan)):
        return not_applicable("refused_otherwise", said=sign.said)
    if 200 <= exchange.status < 300:
        return failed("accepted", expected="a fault", found=exchange.status, where=STATUS)
    if exchange.status in (501, 503):
        return not_applicable("not_in_service", status=exchange.status)
    return failed("server_error", expected="a fault", found=exchange.status, where=STATUS)


@check("soap.errors.unknown-operation", of=UNKNOWN, needs="wsdl", clause=CODES, severity="minor")
def unknown_operation(exchange: Exchange, plan: Plan) -> Result:
    """A request for an operation that does not exist is refused as the client's mistake.

    The code Server says that the same request may succeed later: clients then try again for ever.
    Remedy: answer with a fault of code Client (SOAP 1.2: Sender).
    """
    return _refused(exchange, plan)


@check("soap.errors.malformed", of=MALFORMED, needs="wsdl", clause=CODES, severity="minor")
def malformed(exchange: Exchange, plan: Plan) -> Result:
    """A request that is no well-formed XML is refused as the client's mistake.

    A fault of code Client, or a refusal of HTTP (400).
    Remedy: answer with a fault of code Client (SOAP 1.2: Sender), or with 400.
    """
    return _refused(exchange, plan)


@check("soap.errors.missing-element", of=MISSING, needs="wsdl", clause=CODES, severity="major")
def missing_element(exchange: Exchange, calls: Calls, plan: Plan) -> Result:
    """A request without an element that the schema requires is refused as the client's mistake.

    Accepted, it is answered with something that was not asked for. Only parameters of rpc/encoded may be left out, if the
    service likes (SOAP 1.1, 7.1).
    Remedy: validate requests by the schema; answer with a fault of code Client (SOAP 1.2: Sender).
    """
    if calls.encoded(exchange):
        return not_applicable("parameters_optional")
    return _refused(exchange, plan)


@check("soap.errors.wrong-type", of=TYPE, needs="wsdl", clause=CODES, severity="major")
def wrong_type(exchange: Exchange, plan: Plan) -> Result:
    """A request with a word where the schema has a number, a truth value or a time is refused as the client's mistake.

    Accepted, the argument is left out or taken for something else, and the answer is one to another question.
    Remedy: validate requests by the schema; answer with a fault of code Client (SOAP 1.2: Sender).
    """
    return _refused(exchange, plan)


@check("soap.errors.other-action", of=ACTION, needs="wsdl", clause="WS-I Basic Profile 1.1, R1127", severity="major")
def other_action(exchange: Exchange, calls: Calls, evidence: Evidence) -> Result:
    """What a message asks for is read in its body, not in the field SOAPAction.

    The message of one reading operation is sent under the SOAPAction of another. To answer what the body asks, or to refuse the
    contradiction, is right. It fails where the answer is that of the operation in the field, by its element or by its content.
    Who does what the field says can be led past whoever looks at the message only, a gateway for instance.
    Remedy: choose the operation by the element in Body; ignore SOAPAction, or refuse one that does not go with the message.
    """
    envelope = envelope_of(exchange)
    if not isinstance(envelope, soap.Envelope) or not 200 <= exchange.status < 300:
        refused = isinstance(envelope, soap.Envelope) and envelope.fault is not None
        return passed() if refused or 400 <= exchange.status < 500 else not_applicable("other_answer", status=exchange.status)
    if envelope.fault is not None:
        return passed()
    asked, stated = calls.element(exchange), calls.element_of(exchange, str(exchange.note.get("action_of", "")))
    if asked is None or stated is None or asked == stated:
        return not_applicable("answer_not_described")
    found = [wsdl.name_of(node) for node in envelope.body]
    known: dict[str, Exchange] = {}
    for one in evidence.select(purpose=CALL, interface=exchange.interface):
        if one.note.get("port") == exchange.note.get("port") and 200 <= one.status < 300:
            known.setdefault(str(one.note.get("operation")), one)
    right, other = (_inside(known.get(str(exchange.note.get(name, "")))) for name in ("operation", "action_of"))
    said = _inside(exchange)
    if found == [stated] or (said is not None and said == other != right):
        where = Where("response.body", pointer="/Envelope/Body")
        return failed("acted_on_header", expected=str(asked), found=str(stated), where=where)
    return passed() if found == [asked] and said == right else not_applicable("answer_not_described")


def _inside(exchange: Exchange | None) -> list[bytes] | None:
    """What stands in the one element of an answer's body, names of prefixes left aside."""
    envelope = envelope_of(exchange) if exchange is not None else None
    if not isinstance(envelope, soap.Envelope) or len(envelope.body) != 1:
        return None
    return [etree.tostring(node) for node in wsdl.unprefixed(envelope.body[0])]


@check("soap.errors.media-type", of=MEDIA, needs="wsdl", clause="SOAP 1.1, 6; WS-I Basic Profile 1.1, R1115", severity="minor")
def media_type(exchange: Exchange, plan: Plan) -> Result:
    """A message that is labelled as something else is refused.

    415 is right; another refusal does no harm. Who reads whatever is labelled as JSON may be called from any web page.
    Remedy: answer 415 when Content-Type is not that of SOAP.
    """
    if 200 <= exchange.status < 300 and told(exchange, plan) is None:
        return failed("accepted", expected=415, found=exchange.status, where=STATUS)
    return _refused(exchange, plan)


@check("soap.errors.unauthenticated", of=NOBODY, needs="wsdl", clause="RFC 9110, 15.5.2", severity="critical", accepts="denied")
def unauthenticated(exchange: Exchange, plan: Plan) -> Result:
    """An operation that the account may call is refused to strangers.

    Asked without credentials; 401, 403 or a fault is right. Services that are meant to be open are not told apart.
    Remedy: let every operation ask for the log-in.
    """
    envelope = envelope_of(exchange)
    if isinstance(envelope, soap.Envelope) and envelope.fault is not None:
        return passed()
    if exchange.status in (401, 403) or 300 <= exchange.status < 400:
        return passed()
    if told(exchange, plan) is not None:
        return not_applicable("other_answer", status=exchange.status)
    if 200 <= exchange.status < 300 and isinstance(envelope, soap.Envelope):
        return failed("accepted", expected=401, found=exchange.status, where=STATUS)
    return not_applicable("other_answer", status=exchange.status)


@check("soap.errors.no-leak", of=ANY, needs="wsdl", clause="CWE-209", severity="major", accepts="denied")
def no_leak(exchange: Exchange) -> Result:
    """Faults do not show the inside of the server.

    Stack traces, SQL and paths of source files tell an attacker what to try next.
    Remedy: log the cause; send a number under which it can be found.
    """
    envelope = envelope_of(exchange)
    refused = exchange.status >= 400 or (isinstance(envelope, soap.Envelope) and envelope.fault is not None)
    if not refused or exchange.response is None:
        return not_applicable("no_fault")
    found = leaks.leaks(exchange.response, exchange.request.body.decode("utf-8", "replace"))
    if not found:
        return passed()
    where = Where("response.body", offset=found[0].offset)
    return failed(found[0].kind, expected="nothing of the inside", found=found[0].excerpt, where=where)
