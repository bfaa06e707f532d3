"""OData: does every answer in JSON that was recorded keep the model, whatever it was asked for?"""

from typing import Any

from cpo_probe.sdk import (
    Blocker,
    CsdlModel,
    Exchange,
    Interface,
    Problems,
    Result,
    Rule,
    checks_from,
    not_applicable,
    odata,
    untestable,
)

from .metadata import METADATA_JSON, Odata
from .payload_told import told

RULES: tuple[Rule, ...] = tuple(rule for rule in odata.PAYLOAD_RULES if rule.id != "payload.metadata")  # that one is of V2


def keeps_model(exchange: Exchange, interface: Interface, api: Odata) -> Problems | Result:
    """One answer, by the rules of OData JSON and the types of the model; of a batch each answer that is inside.

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
    root = interface.url.rstrip("/")
    inside = odata.answers_inside(exchange, root)
    if not inside:
        return _judged(api.model, root, exchange, "")
    answers = [_judged(api.model, root, part, place) for place, part in inside]
    return _together([one for one in answers if isinstance(one, Problems)]) or answers[0]


def _judged(model: CsdlModel, root: str, exchange: Exchange, place: str) -> Problems | Result:
    """`place`: pointer to the answer in the body of the batch it came with."""
    answer = odata.answer(model, root, exchange)
    if isinstance(answer, odata.Unsure):
        return not_applicable(answer.reason, status=exchange.status, media_type=exchange.media_type or "no media type")
    assert exchange.response is not None  # what has a body has a response
    document = exchange.response.document
    if document.problem:
        return untestable(Blocker.UNPARSABLE)
    if odata.too_deep(document):
        return not_applicable("too_deep_to_judge")
    found, reached = document.once((model, answer), lambda: _found(model, document.value, answer))
    kept = told(found, exchange, place)
    for rule in RULES:
        name = rule.id.removeprefix("payload.")
        if name in answer.silent or name not in reached:
            kept.unsaid[rule.id] = not_applicable("no_such_content")
    return kept


def _found(model: CsdlModel, value: Any, answer: odata.Answer) -> tuple[Problems, frozenset[str]]:
    """What is wrong with a body, and which rules it gave occasion for."""
    return odata.judge_answer(model, value, answer), odata.reached(model, answer.expected, answer.context, value)


def _together(answers: list[Problems]) -> Problems | None:
    """What several answers break; unsaid is what none of them gave occasion for."""
    whole = Problems()
    for one in answers:
        for problem in one:
            whole.add(problem)
    for rule in {rule for one in answers for rule in one.counts}:
        whole.counts[rule] = sum(one.counts.get(rule, 0) for one in answers)
    if answers:
        whole.unsaid = {rule: said for rule, said in answers[0].unsaid.items() if all(rule in one.unsaid for one in answers)}
    return whole if answers else None


TROUBLE = ("failure", "partial", "denied", "put_off")
"""What the rules look at whenever it has a body: a refusal is an error to be judged, a broken answer none."""

checks_from(RULES, prefix="odata", of="odata.*", judge=keeps_model, needs="odata", accepts=TROUBLE)
