"""Exports: does a package of the Open Packaging Conventions (AASX, 3MF, XLSX) keep them, and those of its format?"""

from dataclasses import dataclass

from cpo_probe.sdk import Artifact, Evidence, Problem, Problems, Result, aasx, checks_from, fact, not_applicable, opc

from .asking import FILE
from .described import Kind

TYPES = "[content_types].xml"
FORMATS = {"aasx", "3mf", "xlsx", "xlsm"}


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
    format = "aasx" if aasx.concerned(report) else next(iter(sorted(claimed)), "")
    return Packed(report, format)


def _conventions(file: Packed) -> Problems | Result:
    return not_applicable("not-this-format") if file.report is None else worded(file.report.problems)


def _aasx(file: Packed, artifact: Artifact, evidence: Evidence) -> Problems | Result:
    if file.report is None or file.format != "aasx":
        return not_applicable("not-this-format")
    if not file.report.parts:
        return not_applicable("package_unreadable")
    return worded(aasx.examine(evidence.file(artifact), file.report))


def worded(problems: Problems) -> Problems:
    """Each with the part that it is about."""
    return problems.worded("file_rule", place)


def place(problem: Problem) -> str:
    return ", ".join(filter(None, (problem.where.name, problem.location))) or "the package"


checks_from(opc.RULES, prefix="opc", of=FILE, per="artifact", needs="export", judge=_conventions)
checks_from(aasx.RULES, prefix="aasx", of=FILE, per="artifact", needs="export", judge=_aasx)
