"""SOAP: are answers what their description says they are?"""

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from cpo_probe.sdk import (
    Blocker,
    Exchange,
    Exchanges,
    Plan,
    Result,
    Results,
    Where,
    check,
    failed,
    measure,
    not_applicable,
    passed,
    soap,
    untestable,
    wsdl,
)

from ..http.latency import durations
from .calls import CALL, TIMES
from .promised import Calls, by_schema, envelope_of, told

STATUS = Where("response.status")


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
    return by_schema(envelope.body[0], calls)


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
    """Seconds of a successful answer: to its first byte, and in all, connecting left out."""
    yield from durations(exchange)
