"""Exports: is a file in the format that it is declared to be, and is there one whose standard says what its content means?"""

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Evidence,
    Exchanges,
    Format,
    Formats,
    Operation,
    Plan,
    Result,
    Where,
    check,
    failed,
    not_applicable,
    passed,
    recognise,
    untestable,
)

from .asking import FILE
from .described import Kind

CARRIERS = frozenset({"zip", "csv", "json", "xlsx"})
"""Formats whose standards say how something is written, and nothing of what it means."""


def _within(artifact: Artifact, evidence: Evidence) -> tuple[Artifact, ...]:
    """The file and, where it is a package, everything in it."""
    ids, known = {artifact.id}, [artifact]
    for one in evidence.artifacts():  # packages before their members
        if one.parent in ids:
            ids.add(one.id)
            known.append(one)
    return tuple(known)


def _formats(files: tuple[Artifact, ...], evidence: Evidence, formats: Formats) -> list[Format | None]:
    members: dict[str, set[str]] = {}
    for one in files:
        members.setdefault(one.parent, set()).add(one.name)
    return [
        recognise(evidence.file(one), one.name, one.media_type, formats, frozenset(members.get(one.id, ()))).format
        for one in files
    ]


@check(
    "export.content.format",
    of=FILE,
    per="artifact",
    clause="What the profile declares (format)",
    severity="major",
    needs="export",
)
def format(artifact: Artifact, operation: Operation, evidence: Evidence, plan: Plan, formats: Formats, kind: Kind) -> Result:
    """A file is in the format that it is declared to be.

    A package is as well where one of its files is. Formats are told by what stands in the files, never by their names; what
    nothing marks, such as tables in text, is not judged.
    Remedy: hand out what is declared, or declare what is handed out.
    """
    if artifact.parent:
        return not_applicable("member_of_package")
    id = next((each.format for each in plan.target.exports if each.name == operation.name), "")
    declared = formats.of(id)
    if declared is None:
        return not_applicable("no_format_declared")
    files = _within(artifact, evidence)
    if kind.family == declared.id or any(one is not None for one in _formats(files, evidence, Formats((declared,)))):
        return passed(format=declared.title)
    found = [one.title if one else "" for one in _formats(files, evidence, formats)]
    recognised = sorted({title for title in found if title})
    if not recognised or (not all(found[1:]) and not _marked(declared)):
        return not_applicable("unknown_format")
    return failed("format_not_as_declared", expected=declared.title, found=recognised, where=Where("file", offset=0))


def _marked(format: Format) -> bool:
    """Whether a file of the format can be told from others by what stands in it."""
    return bool(format.magic or format.member or format.xml)


@check(
    "export.content.meaning",
    of=FILE,
    per="interface",
    clause="CPO interoperability: exchange formats",
    severity="major",
    needs="export",
)
def meaning(exchanges: Exchanges, evidence: Evidence, plan: Plan, formats: Formats) -> Result:
    """At least one export is in an open standard that says what its content means.

    Tables, JSON and archives say how something is written. What is an item, a revision or a quantity then stands in the
    documents of one vendor only.
    Remedy: offer an export in STEP AP242, ReqIF or another open standard that has concepts for the data.
    """
    files = evidence.artifacts()
    if not files:
        return untestable(Blocker.NO_DATA)
    known = [one for one in _formats(files, evidence, formats) if one is not None]
    standards = sorted(
        {one.title for one in known if one.standard and len(one.open) == 7 and all(one.open) and one.id not in CARRIERS}
    )
    if standards:
        return passed(formats=standards)
    asked = {evidence.exchange(id).operation for id in {one.exchanges[-1] for one in files}}
    if not asked.issuperset(each.name for each in plan.target.exports):
        return untestable(Blocker.NO_DATA)
    return failed(
        "no_standard_with_meaning", expected="a standard with concepts for the data", found=sorted({one.title for one in known})
    )
