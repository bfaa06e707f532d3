"""Exports: which sentence tells a broken rule?"""

from cpo_probe.sdk import Problem


def file_rule(problem: Problem) -> str:
    """Where one of what was expected and what was found is nothing that could be shown, the other alone is told."""
    if problem.found is None and problem.expected is not None:
        return "file_expected"
    if problem.expected is None and problem.found is not None:
        return "file_found"
    return "file_rule"
