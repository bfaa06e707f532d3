"""OData: does every answer in JSON that was recorded keep the model, whatever it was asked for?"""

from dataclasses import replace

from cpo_probe.sdk import Blocker, Exchange, Interface, Problems, Result, Rule, checks_from, not_applicable, odata, untestable

from .metadata import METADATA_JSON, Odata

RULES: tuple[Rule, ...] = tuple(rule for rule in odata.PAYLOAD_RULES if rule.id != "payload.metadata")  # that one is of V2


def keeps_model(exchange: Exchange, interface: Interface, api: Odata) -> Problems | Result:
    """One answer, by the rules of OData JSON and the types of the model.

    What is expected follows from request and model alone; where they do not tell surely, nothing is claimed.
    """
    if exchange.response is None:
        return not_applicable("no_response")
    if exchange.failure is not None:
        return not_applicable("incomplete_answer", kind=exchange.failure.kind)
    if api.model is None:
        return not_applicable("no_metadata")
    if api.old:
        return not_applicable("older_version", version=api.old)
    if exchange.purpose == METADATA_JSON:
        return not_applicable("metadata_itself")
    told = odata.answer(api.model, interface.url.rstrip("/"), exchange)
    if isinstance(told, odata.Unsure):
        return not_applicable(told.reason, status=exchange.status, media_type=exchange.media_type or "no media type")
    document = exchange.response.document
    if document.problem:
        return untestable(Blocker.UNPARSABLE)
    if odata.depth(document.value) > odata.JUDGED:
        return not_applicable("too_deep_to_judge")
    found = odata.judge_answer(api.model, document.value, told)
    hidden = {span.name for span in exchange.redacted if span.part == "response.body"}
    kept = Problems(found.cap)
    for problem in found:
        if problem.where.pointer not in hidden:
            kept.add(
                replace(
                    problem,
                    params={**problem.params, "code": problem.rule.replace(".", "_"), "place": problem.location or "the body"},
                )
            )
    kept.counts = {rule: max(number, kept.counts.get(rule, 0)) for rule, number in found.counts.items() if rule in kept.counts}
    reached = odata.reached(api.model, told.expected, told.context, document.value)
    for rule in RULES:
        name = rule.id.removeprefix("payload.")
        if name in told.silent or name not in reached:
            kept.unsaid[rule.id] = not_applicable("no_such_content")
    return kept


TROUBLE = ("failure", "partial", "denied", "put_off")
"""What the rules look at whenever it has a body: a refusal is an error to be judged, a broken answer none."""

checks_from(RULES, prefix="odata", of="odata.*", judge=keeps_model, needs="odata", accepts=TROUBLE)
