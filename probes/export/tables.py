"""Exports: is a table of comma-separated values written so that every reader sees the same rows and columns?"""

from dataclasses import dataclass

from cpo_probe.sdk import Artifact, Evidence, Problems, Result, checks_from, fact, not_applicable, table

from .asking import FILE
from .described import Kind

TABLES = {"csv", "tsv"}


@dataclass(frozen=True, slots=True)
class Table:
    """The report on a file that is handed out as a table; None for any other."""

    report: table.Report | None


@fact
def tabled(artifact: Artifact, evidence: Evidence, kind: Kind) -> Table:
    """Text that begins like nothing else: a page or a package under that name is a wrong label, and no table."""
    if kind.found.format is not None or not TABLES & {one.id for one in kind.found.claimed}:
        return Table(None)
    return Table(None if kind.family else table.examine(evidence.file(artifact), artifact.media_type))


def _judge(file: Table) -> Problems | Result:
    if file.report is None:
        return not_applicable("not-this-format")
    if not file.report.records:
        return not_applicable("csv_empty")
    return file.report.problems.worded("line_rule", lambda problem: str(problem.where.line or 1))


checks_from(table.RULES, prefix="csv", of=FILE, per="artifact", needs="export", judge=_judge)
