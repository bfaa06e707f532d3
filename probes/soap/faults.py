"""SOAP: is a call that failed answered with a fault, and does its detail hold what was declared?"""

from cpo_probe.sdk import Exchange, Plan, Result, Results, Where, check, failed, not_applicable, passed, soap, wsdl

from .promised import Calls, by_schema, envelope_of, told


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
        return by_schema(said, calls)
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
