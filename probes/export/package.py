"""Exports: does a package (zip, gzip, multipart) keep its format, and can a receiver unpack it without harm?"""

from cpo_probe.sdk import Artifact, Blocker, Evidence, Problems, Result, checks_from, fact, not_applicable, package, untestable

from .asking import FILE


class Package(package.Report):
    """The report on one file."""


@fact
def packed(artifact: Artifact, evidence: Evidence) -> Package:
    found = package.examine(evidence.file(artifact), artifact.name, artifact.media_type)
    if found.kind and "bounds" not in found.problems.counts and _around(artifact, evidence) >= package.BOUNDS.depth:
        found.problems.unsaid["bounds"] = untestable(Blocker.BEYOND_BOUNDS)  # its members are no files of the evidence
    return Package(found.kind, found.members, found.bytes, found.problems)


def _around(artifact: Artifact, evidence: Evidence) -> int:
    """How many packages it is in."""
    number, parent = 0, artifact.parent
    while parent:
        number += 1
        parent = next((one.parent for one in evidence.artifacts() if one.id == parent), "")
    return number


def _judge(report: Package) -> Problems | Result:
    if not report.kind and not report.problems.counts:
        return not_applicable("not-this-format")
    return report.problems


checks_from(package.RULES, prefix="export.package", of=FILE, per="artifact", needs="export", judge=_judge)
