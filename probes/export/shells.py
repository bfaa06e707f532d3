"""Exports: does an environment of the Asset Administration Shell keep its metamodel, and does it lead to files that are there?"""

from dataclasses import dataclass

from cpo_probe.sdk import (
    Artifact,
    Evidence,
    Problem,
    Problems,
    Result,
    Where,
    aas,
    aasx,
    check,
    checks_from,
    fact,
    failed,
    not_applicable,
    opc,
    passed,
)

from .asking import FILE
from .described import Kind
from .sentences import file_rule

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shells:
    """The report on an environment; None for any other file."""

    report: aas.Report | None


@fact
def environment(artifact: Artifact, evidence: Evidence, kind: Kind) -> Shells:
    format = kind.found.format
    xml = format is not None and format.id == "aas-xml"
    if format is None or not (xml or format.id == "aas-json"):
        return Shells(None)
    return Shells(aas.examine(evidence.file(artifact), xml=xml))


def _judge(file: Shells) -> Problems | Result:
    if file.report is None:
        return not_applicable("not-this-format")
    return file.report.problems.worded(file_rule, _place)


def _place(problem: Problem) -> str:
    """The class that breaks a rule, without the rule."""
    return problem.location.removesuffix(f" {problem.expected}")


checks_from(aas.RULES, prefix="aas", of=FILE, per="artifact", needs="export", judge=_judge)


@check("aas.files", of=FILE, per="artifact", needs="export", clause="IDTA-01001, File/value; IDTA-01005", severity="major")
def files(artifact: Artifact, evidence: Evidence, file: Shells) -> Result | list[Result]:
    """Files that an environment in a package names by paths are in the package.

    What is only named has not been exported.
    Remedy: put the files into the package under the paths that are written in File and Resource elements.
    """
    if file.report is None or not artifact.parent:
        return not_applicable("not-this-format" if file.report is None else "no_package")
    named = [(aasx.inside(value), value, pointer) for value, pointer in file.report.files]
    if not any(name for name, *_ in named):
        return not_applicable("no_files_named")
    beside = {aasx.plain(one.name) for one in evidence.artifacts() if one.parent == artifact.parent}
    absent = [(value, pointer) for name, value, pointer in named if name and name not in beside]
    return [
        failed("file_not_in_package", expected="a file of the package", found=value, where=Where("file", pointer=pointer))
        for value, pointer in absent[:SHOWN]
    ] or passed()


@check("aas.supplements", of=FILE, per="artifact", needs="export", clause="IDTA-01005, aas-suppl", severity="minor")
def supplements(artifact: Artifact, evidence: Evidence, file: Shells) -> Result | list[Result]:
    """Files of a package that an environment names are related to it.

    Readers that go by relationships, as those conventions want it, do not find other files, and drop them when they save.
    Remedy: relate the environment to each of them by http://admin-shell.io/aasx/relationships/aas-suppl.
    """
    if file.report is None or not artifact.parent:
        return not_applicable("not-this-format" if file.report is None else "no_package")
    beside = {aasx.plain(one.name): one for one in evidence.artifacts() if one.parent == artifact.parent}
    named = sorted({aasx.inside(value) for value, _ in file.report.files} & beside.keys())
    if not named or "aasx/aasx-origin" not in beside:
        return not_applicable("no_files_named" if not named else "aasx_no_origin")
    folder, _, name = artifact.name.rpartition("/")
    relations = beside.get(aasx.plain(f"{folder}/_rels/{name}.rels"))
    related = set() if relations is None else _targets(evidence, relations, artifact.name)
    missed = [one for one in named if one not in related]
    return [failed("aas_not_related", expected="aas-suppl", found=one, file=one) for one in missed[:SHOWN]] or passed()


def _targets(evidence: Evidence, relations: Artifact, source: str) -> set[str]:
    """Where the relationships of a part lead."""
    found: set[str] = set()

    def note(element: opc.Element) -> None:
        if element.name == "Relationship" and element.attributes.get("TargetMode") != "External":
            found.add(aasx.plain(opc.target(source, element.attributes.get("Target", ""))))

    with evidence.file(relations).open("rb") as file:
        try:
            opc.read(iter(lambda: file.read(2**20), b""), note)
        except opc.Faulty:
            return found  # opc.relationships says so
    return found
