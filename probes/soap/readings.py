"""SOAP: do two readers make the same of an answer?

zeep read it when it was recorded, in a process of its own; what it said stands beside the exchange. libxml2 reads it here.
"""

from collections.abc import Mapping
from typing import Any

from cpo_probe.sdk import Blocker, Exchanges, Result, Where, check, failed, not_applicable, passed, soap, untestable, wsdl

from .calls import CALL
from .promised import Calls, envelope_of

BODY = Where("response.body", pointer="/Envelope/Body")


@check("soap.answer.readers-agree", of=CALL, per="group", needs="wsdl", clause="WSDL 1.1, 2.2; XML Schema 1.0", severity="info")
def readers_agree(exchanges: Exchanges, calls: Calls) -> Result:
    """Two readers agree whether an answer is what its description says.

    For information. libxml2 holds the answer to the schemas; zeep, which many clients are built on, makes values of it in its
    strict mode. zeep does not look at patterns, lengths, ranges and closed sets: where it reads what is not valid, its clients
    work with a value that nobody declared. Where it fails on what is valid, clients built on it cannot use the operation, and
    the fault may be theirs.
    Remedy: where the answer is not valid, repair it; where it is, ask whether the same can be said in a simpler schema.
    """
    reading = next((e.note["read"] for e in exchanges if "read" in e.note), None)
    answer = next((e for e in exchanges if reading and e.id == reading.get("of")), None)
    if answer is None or reading is None:
        return untestable(Blocker.NO_DATA, answers=len(list(exchanges)))
    envelope = envelope_of(answer)
    if not isinstance(envelope, soap.Envelope) or envelope.fault is not None or len(envelope.body) != 1:
        return not_applicable("no_content", exchanges=[answer.id])
    if calls.encoded(answer) or reading.get("error") in ("codec", "description", "size"):
        return not_applicable("one_reader_only", exchanges=[answer.id])
    if calls.validator is None:
        return untestable(Blocker.NO_SCHEMA, why="broken")
    if wsdl.name_of(envelope.body[0]) in calls.two_in_one:
        return not_applicable("one_reader_only", exchanges=[answer.id])
    invalid = calls.validator.violations(wsdl.unpacked(envelope.body[0]))
    return _compared(invalid[0].path if invalid else "", reading, answer.id)


def _compared(invalid: str, reading: Mapping[str, Any], id: str) -> Result:
    """`invalid`: where libxml2 sees the first breach, "" for none."""
    other, said = str(reading.get("by", "")), str(reading.get("said", ""))
    if invalid and not said:
        return failed("read_although_invalid", expected=invalid, found=other, where=BODY, exchanges=[id])
    if said and not invalid:
        return failed("unread_although_valid", expected=other, found=said, where=BODY, exchanges=[id])
    return passed(exchanges=[id])
