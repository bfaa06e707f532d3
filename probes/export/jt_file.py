"""Exports: is the frame of a JT file whole, so that a reader finds its segments?"""

from cpo_probe.sdk import Artifact, Evidence, Problems, Result, checks_from, jt, not_applicable

from .asking import FILE
from .described import Kind


def _judge(artifact: Artifact, evidence: Evidence, kind: Kind) -> Problems | Result:
    format = kind.found.format
    named = format is None and any(one.id == "jt" for one in kind.found.claimed) and not kind.found.xml
    if not (named or (format is not None and format.id == "jt")) or not artifact.size:
        return not_applicable("not-this-format")
    problems = jt.examine(evidence.file(artifact)).problems
    return problems.worded("byte_rule", lambda problem: str(problem.where.offset))


checks_from(jt.RULES, prefix="jt", of=FILE, per="artifact", needs="export", judge=_judge)
