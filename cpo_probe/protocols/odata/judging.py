"""Does an answer's body keep the model? OData JSON 4.0 and 4.01; verbose JSON of V2."""

from dataclasses import replace
from typing import Any

from cpo_probe.model import Problems
from cpo_probe.protocols.odata.answers import Answer
from cpo_probe.protocols.odata.model import Model
from cpo_probe.protocols.odata.payload import Context, Expected, Judge
from cpo_probe.protocols.odata.payload_new import NewJudge
from cpo_probe.protocols.odata.payload_old import OldJudge
from cpo_probe.protocols.odata.tables import Tables


def judge_payload(model: Model, value: Any, expected: Expected, context: Context, cap: int = 50) -> Problems:
    """Problems over `PAYLOAD_RULES`; `value`: the body as `json.loads` reads it. Pointers are into that body.

    At most `cap` problems per rule are stored, all are counted. What is compiled for the model is kept with it.
    """
    tables = model.tables.get(context.ieee754)
    if not isinstance(tables, Tables):
        tables = model.tables[context.ieee754] = Tables(model, context.ieee754)
    judge: Judge = OldJudge(tables, context, cap) if model.old else NewJudge(tables, context, cap)
    judge.body(value, expected)
    return judge.found


def judge_answer(model: Model, value: Any, told: Answer, cap: int = 50) -> Problems:
    """The same for a recorded answer: locations begin with the resource, rules that are silent there are left out."""
    found = judge_payload(model, value, told.expected, told.context, cap)
    kept = Problems(cap)
    for problem in found:
        if problem.rule.removeprefix("payload.") not in told.silent:
            kept.add(replace(problem, location=told.path + problem.location))
    kept.counts = {rule: number for rule, number in found.counts.items() if rule.removeprefix("payload.") not in told.silent}
    return kept
