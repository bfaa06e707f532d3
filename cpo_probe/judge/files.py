"""How is an outcome about a file told: in which file, and in which place of the package?"""

import re
from dataclasses import replace

from cpo_probe.evidence import Bundle
from cpo_probe.model import BETWEEN, Artifact, Outcome, Result

_NUMBER = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\d+")


def file_place(bundle: Bundle, artifact: Artifact) -> str:
    """The path of a member in its packages, numbers and UUIDs as *, since they count or identify; "" for a whole export.

    The export itself is told apart by its operation.
    """
    steps: list[str] = []
    while artifact.parent:
        steps.append(_NUMBER.sub("*", artifact.name))
        artifact = bundle.artifact(artifact.parent)
    return "!/".join(reversed(steps))


def in_file(result: Result, artifact: Artifact, place: str) -> Result:
    """The outcome with its file. What does not concern a member is told once for all members."""
    where = replace(result.where, artifact=artifact.id)
    if not place or result.outcome is Outcome.NOT_APPLICABLE:
        return replace(result, where=where)
    return replace(result, where=where, location=f"{place}{BETWEEN}{result.location}")
