"""Exports: does a package (zip, gzip, multipart) keep its format, and can a receiver unpack it without harm?"""

from cpo_probe.sdk import Artifact, Evidence, Problems, Result, checks_from, fact, not_applicable, package

from .asking import FILE


class Package(package.Report):
    """The report on one file."""


@fact
def packed(artifact: Artifact, evidence: Evidence) -> Package:
    found = package.examine(evidence.file(artifact), artifact.name, artifact.media_type)
    return Package(found.kind, found.members, found.bytes, found.problems)


def _judge(report: Package) -> Problems | Result:
    if not report.kind and not report.problems.counts:
        return not_applicable("not-this-format")
    return report.problems


checks_from(package.RULES, prefix="export.package", of=FILE, per="artifact", needs="export", judge=_judge)
