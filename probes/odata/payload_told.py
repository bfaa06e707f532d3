"""OData: what a rule found wrong in an answer is told by the rule's own sentence, and not of what was replaced as a secret."""

from collections import Counter
from dataclasses import replace

from cpo_probe.sdk import Exchange, Problems


def told(found: Problems, exchange: Exchange, at: str = "") -> Problems:
    """The problems of a body; those at places where a secret was replaced are left out.

    `at`: pointer to the answer in the body of the batch it came with, "" for the body itself.
    """
    hidden = {span.name for span in exchange.redacted if span.part == "response.body"}
    kept, left_out = Problems(found.cap), Counter[str]()
    for problem in found:
        where = replace(problem.where, pointer=at + problem.where.pointer)
        if where.pointer in hidden:
            left_out[problem.rule] += 1
            continue
        said = {"code": problem.rule.replace(".", "_"), "place": problem.location or where.pointer or "the body"}
        kept.add(replace(problem, where=where, params={**problem.params, **said}))
    kept.counts = {rule: number - left_out[rule] for rule, number in found.counts.items() if rule in kept.counts}
    return kept
