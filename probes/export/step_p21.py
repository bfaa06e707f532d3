"""Exports: is a STEP file written as ISO 10303-21 has it?"""

from cpo_probe.sdk import Problem, Problems, Result, checks_from, not_applicable, step_p21

from .asking import FILE
from .sentences import file_rule
from .step_file import StepFile


def keeps_p21(file: StepFile) -> Problems | Result:
    """Envelope, sections, header, strings, instances and references of one file."""
    if file.report is None:
        return not_applicable("not-this-format")
    told = file.report.problems.worded(file_rule, _place)
    told.unsaid = {rule: not_applicable("not_read_to_the_end") for rule in file.report.unsaid}
    return told


def _place(problem: Problem) -> str:
    return " ".join(filter(None, (problem.where.instance, problem.location)))


checks_from(step_p21.RULES, prefix="p21", of=FILE, per="artifact", needs="export", judge=keeps_p21)
