"""SOAP: do messages keep SOAP, the Basic Profile of their version, and what their description promises of them?"""

from cpo_probe.sdk import Exchange, Problems, Result, checks_from, not_applicable, soap, wsdl

from .calls import CALL
from .promised import Calls, envelope_of
from .wrong import MALFORMED, MEDIA, NOBODY


def promise_of(exchange: Exchange, calls: Calls) -> soap.Promise | None:
    """What the description says of the answer to a right request; None where it is not literal, or says nothing."""
    found, description = calls.operation(exchange), calls.api.description
    if exchange.purpose != CALL or found is None or description is None:
        return None
    bound, abstract = found
    body = bound.output.body if bound.output else None
    message = description.messages.get(abstract.output) if abstract.output else None
    if body is None or message is None or bound.uses - {"literal"}:
        return None
    parts = tuple(part.name for part in message.parts if body.parts is None or part.name in body.parts)
    action = next((wsdl.of_output(one, abstract) for one in description.port_types.values() if abstract in one.operations), None)
    return soap.Promise(
        bound.style,
        calls.element(exchange),
        parts if bound.style == "rpc" else (),
        body.parts == (),
        calls.headers(exchange),
        action,
    )


def keeps_rules(exchange: Exchange, calls: Calls) -> Problems | Result:
    """What a message breaks. Refusals that are no message of SOAP belong to HTTP and are judged there."""
    content_type = exchange.header("content-type") or ""
    body, media_type = soap.root_of(exchange.body, content_type)
    if isinstance(envelope_of(exchange), soap.NoEnvelope) and (exchange.purpose != CALL or exchange.status not in (200, 500)):
        return not_applicable("no_envelope", status=exchange.status)
    package = soap.parts(exchange.body, content_type)
    root_type = package[0].type if package else None
    rpc, promise = calls.rpc(exchange), promise_of(exchange, calls)
    asked = "1.2" if exchange.note.get("version") == "1.2" else "1.1"
    by_http = exchange.purpose in (MALFORMED, MEDIA, NOBODY)
    found = soap.judge(
        body,
        status=exchange.status,
        media_type=media_type,
        rpc=rpc,
        asked=asked,
        content_type=content_type,
        root_type=root_type,
        promise=promise,
        refused_by_http=by_http,
    )
    kept = found.worded("soap_rule", lambda problem: problem.location or "HTTP")
    quiet = soap.silent(body, rpc=rpc, asked=asked, content_type=content_type, root_type=root_type, promise=promise)
    if by_http and 400 <= exchange.status <= 499:
        quiet |= {"r1126"}
    kept.unsaid = {rule: not_applicable("no_such_content") for rule in quiet}
    return kept


checks_from(soap.RULES, prefix="soap.message", of=("soap.call", "soap.errors.*"), judge=keeps_rules, needs="wsdl")
