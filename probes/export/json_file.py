"""Exports: is a JSON file one that every parser reads, and reads alike?"""

from dataclasses import dataclass

from cpo_probe.sdk import Artifact, Evidence, Problems, Result, checks_from, fact, json_text, not_applicable

from .asking import FILE
from .described import Kind

LINES = "ndjson"


@dataclass(frozen=True, slots=True)
class JsonFile:
    """The report on a file that is, or is handed out as, JSON; None for any other."""

    report: json_text.Report | None


@fact
def parsed(artifact: Artifact, evidence: Evidence, kind: Kind) -> JsonFile:
    claimed = {one.id for one in kind.found.claimed}
    family = kind.family
    label = artifact.media_type.partition(";")[0].strip().lower()
    stated = label.endswith("+json") or any(one == LINES or one.endswith("json") for one in claimed)
    if family not in ("", "json") or not (stated or (family == "json" and not claimed)) or not artifact.size:
        return JsonFile(None)
    return JsonFile(json_text.examine(evidence.file(artifact), lines=LINES in claimed))


def _judge(file: JsonFile) -> Problems | Result:
    if file.report is None:
        return not_applicable("not-this-format")
    return file.report.problems.worded("line_rule", lambda problem: str(problem.where.line or 1))


checks_from(json_text.RULES, prefix="json", of=FILE, per="artifact", needs="export", judge=_judge)
