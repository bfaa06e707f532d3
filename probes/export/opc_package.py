"""Exports: does a package of the Open Packaging Conventions (AASX, 3MF, XLSX) keep them, and those of its format?"""

from collections.abc import Callable
from dataclasses import dataclass

from cpo_probe.sdk import (
    Artifact,
    Evidence,
    Problem,
    Problems,
    Result,
    aasx,
    checks_from,
    fact,
    not_applicable,
    opc,
    threemf,
    workbook,
)

from .asking import FILE
from .described import Kind
from .sentences import file_rule

TYPES = "[content_types].xml"
FORMATS = {"aasx", "3mf", "xlsx"}


@dataclass(frozen=True, slots=True)
class Packed:
    """The report on a package of these conventions; None for any other file. `format`: the id of what it is, or is named."""

    report: opc.Report | None
    format: str = ""


@fact
def opened(artifact: Artifact, evidence: Evidence, kind: Kind) -> Packed:
    with evidence.file(artifact).open("rb") as file:
        if file.read(2) != b"PK":
            return Packed(None)
    claimed = {one.id for one in kind.found.claimed} & FORMATS
    if not claimed and TYPES not in {name.lower() for name in kind.members}:
        return Packed(None)
    report = opc.examine(evidence.file(artifact))
    return Packed(report, _format(report, claimed))


def _format(report: opc.Report, claimed: set[str]) -> str:
    """What the relationships of the package say that it is, else what it is named."""
    if aasx.concerned(report):
        return "aasx"
    if report.related("", threemf.MODEL):
        return "3mf"
    if workbook.concerned(report):
        return "xlsx"
    return next(iter(sorted(claimed)), "")


def _conventions(file: Packed) -> Problems | Result:
    return not_applicable("not-this-format") if file.report is None else worded(file.report.problems)


def _judged(file: Packed, format: str, judge: Callable[[opc.Report], Problems]) -> Problems | Result:
    """What a format adds to the conventions, where the package is of that format and can be opened."""
    if file.report is None or file.format != format:
        return not_applicable("not-this-format")
    return worded(judge(file.report)) if file.report.readable else not_applicable("package_unreadable")


def _aasx(file: Packed, artifact: Artifact, evidence: Evidence) -> Problems | Result:
    return _judged(file, "aasx", lambda report: aasx.examine(evidence.file(artifact), report))


def _threemf(file: Packed, artifact: Artifact, evidence: Evidence) -> Problems | Result:
    return _judged(file, "3mf", lambda report: threemf.examine(evidence.file(artifact), report))


def _workbook(file: Packed, artifact: Artifact, evidence: Evidence) -> Problems | Result:
    return _judged(file, "xlsx", lambda report: workbook.examine(evidence.file(artifact), report).problems)


def worded(problems: Problems) -> Problems:
    """Each with the part that it is about."""
    return problems.worded(file_rule, place)


def place(problem: Problem) -> str:
    name, location = problem.where.name, problem.location
    return ", ".join(filter(None, (name, "" if location == opc.plain(name) else location))) or "the package"


checks_from(opc.RULES, prefix="opc", of=FILE, per="artifact", needs="export", judge=_conventions)
checks_from(aasx.RULES, prefix="aasx", of=FILE, per="artifact", needs="export", judge=_aasx)
checks_from(threemf.RULES, prefix="3mf", of=FILE, per="artifact", needs="export", judge=_threemf)
checks_from(workbook.RULES, prefix="xlsx", of=FILE, per="artifact", needs="export", judge=_workbook)
