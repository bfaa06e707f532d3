"""Exports: in which format is a file, is that format a standard, open and current, and does a file in XML keep it?"""

from dataclasses import dataclass
from urllib.parse import unquote

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Edition,
    Evidence,
    Formats,
    Problem,
    Problems,
    Recognised,
    Result,
    Schemas,
    Where,
    check,
    checks_from,
    edition_of,
    fact,
    failed,
    magic,
    marked,
    not_applicable,
    passed,
    recognise,
    step_xml,
    untestable,
    xsd,
)

from .asking import FILE
from .sentences import file_rule

HEAD = 1024
"""Bytes that tell the family of a file."""
SHOWN = 20
MOST_BYTES = 64 * 2**20
"""Names that are shown one by one; size of a document that is held against a schema: libxml2 keeps it whole."""
COMPRESSED = (".stpz", ".stpxz", ".gz")
ONE_FILE = ("model/step+zip", "model/step-xml+zip", "application/p21+zip")
"""Endings and labels of archives that make a single file smaller."""
TESTS = ("described", "documented", "free", "updated", "balloted", "maintained", "unrestricted")
"""The seven tests of prostep ivip on the openness of a standard, in their order."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is. `members`: names of the files in a package. `family`: told by the first bytes alone, "" unknown."""

    found: Recognised
    members: frozenset[str]
    family: str


@fact
def kind(artifact: Artifact, evidence: Evidence, formats: Formats) -> Kind:
    members = frozenset(one.name for one in evidence.artifacts() if one.parent == artifact.id)
    path = evidence.file(artifact)
    with path.open("rb") as file:
        family = magic.family(file.read(HEAD))
    return Kind(recognise(path, artifact.name, artifact.media_type, formats, members), members, family)


@dataclass(frozen=True, slots=True)
class Marked:
    """The report on a file in a described XML format; None for any other file. `structure`: of AP242 XML only."""

    report: marked.Report | None
    structure: Problems | None = None


@fact
def judged(artifact: Artifact, evidence: Evidence, kind: Kind) -> Marked:
    format, path = kind.found.format, evidence.file(artifact)
    if format is None or format.xml is None:
        return Marked(None)
    if format.id != "ap242-xml":
        return Marked(marked.examine(path, format))
    report, _, problems = step_xml.examine(path, format)
    return Marked(report, problems)


def _judge(file: Marked) -> Problems | Result:
    return not_applicable("not-this-format") if file.report is None else file.report.problems.worded(file_rule, _place)


def _place(problem: Problem) -> str:
    return problem.location or "the file"


def _structure(file: Marked) -> Problems | Result:
    return not_applicable("not-this-format") if file.structure is None else file.structure.worded(file_rule, _place)


checks_from(marked.RULES, prefix="file", of=FILE, per="artifact", needs="export", judge=_judge)
checks_from(step_xml.RULES, prefix="step-xml", of=FILE, per="artifact", needs="export", judge=_structure)


@check("file.standard", of=FILE, per="artifact", needs="export", clause="CPO interoperability: standards", severity="minor")
def standard(kind: Kind) -> Result:
    """The file is in a format that a body of standardisation has published.

    A format of one vendor is read by programs of others only as far as that vendor lets them.
    Remedy: offer the same content in a standard format as well, STEP AP242 for instance.
    """
    format = kind.found.format
    if format is None:
        return not_applicable("unknown_format")
    if format.standard:
        return passed(format=format.title, standard=format.standard)
    return failed("format_of_one_vendor", expected="a standard", found=format.title, format=format.title, steward=format.steward)


@check(
    "file.open-standard", of=FILE, per="artifact", needs="export", clause="prostep ivip, openness of standards", severity="info"
)
def open_standard(kind: Kind) -> Result:
    """The format passes the seven tests of prostep ivip on the openness of a standard.

    Described with its semantics, documented, free to use, updated by a described process, balloted openly, maintained by
    somebody with a name, and free of restrictions. The answers are this catalogue's reading of public pages.
    Remedy: offer a format that passes all of them.
    """
    format = kind.found.format
    if format is None:
        return not_applicable("unknown_format")
    if not format.open:
        return not_applicable("openness_not_assessed", format=format.title)
    missed = [name for name, met in zip(TESTS, format.open, strict=True) if not met]
    if not missed:
        return passed(format=format.title)
    return failed("format_not_open", expected=list(TESTS), found=missed, format=format.title, source=format.source)


def edition(kind: Kind, file: Marked) -> Edition | None:
    """The edition that the file is in, where its format has several that differ in what a file states."""
    format = kind.found.format
    if format is None:
        return None
    return file.report.edition if file.report is not None else edition_of(format, kind.found.namespace, "")


@check("file.current-edition", of=FILE, per="artifact", needs="export", clause="CPO: standards, editions", severity="info")
def current_edition(kind: Kind, file: Marked) -> Result:
    """The file is in the current edition of its format, or in the one before.

    Remedy: offer the current edition; keep the old one beside it for a while.
    """
    format, found = kind.found.format, edition(kind, file)
    if format is None or found is None or not found.year or not any(one.current for one in format.editions):
        return not_applicable("edition_unknown")
    later = sorted({one.year for one in format.editions if one.year > found.year})
    if len(later) <= 1:
        return passed(edition=found.name)
    newest = next(one for one in format.editions if one.current)
    return failed("edition_outdated", expected=newest.name, found=found.name, behind=len(later), format=format.title)


@check(
    "file.beside", of=FILE, per="artifact", needs="export", clause="The schema of the format: external files", severity="major"
)
def beside(artifact: Artifact, file: Marked, evidence: Evidence) -> Result | list[Result]:
    """Files that a file in a package names are in the package.

    What is only named, with a path on the sender's machine, has not been exported. A .stpZ or .stpxZ is one file made smaller:
    what it names may lie beside the archive. A name without an ending may be that of a folder or vault.
    Remedy: put the files that are named into the package, under the names that are used.
    """
    if file.report is None:
        return not_applicable("not-this-format")
    if not packed_with_others(artifact, evidence):
        return not_applicable("no_package")
    names = {_last(one.name) for one in evidence.artifacts() if one.parent == artifact.parent}
    named = [(name, line) for name, line in file.report.seen.files if "://" not in name and "." in _last(name)]
    if not named:
        return not_applicable("no_files_named")
    absent = [(name, line) for name, line in named if names.isdisjoint(_written(name))]
    if not absent:
        return passed()
    return [
        failed("file_not_in_package", expected="a file of the package", found=name, where=Where("file", line=line))
        for name, line in absent[:SHOWN]
    ]


def packed_with_others(artifact: Artifact, evidence: Evidence) -> bool:
    """Whether it is a member of a package that could hold further files: not of one that compresses a single one."""
    package = next((one for one in evidence.artifacts() if one.id == artifact.parent), None)
    return package is not None and not package.name.lower().endswith(COMPRESSED) and package.media_type not in ONE_FILE


def _written(name: str) -> set[str]:
    """What a file is called that is named so: as it stands, or as a relative URI (RFC 3986, 2.1 and 3.5)."""
    return {_last(name), _last(unquote(name)), _last(unquote(name.partition("#")[0]))}


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


@check("file.schema", of=FILE, per="artifact", needs="export", clause="XML Schema Part 1, 2.5", severity="major")
def schema(artifact: Artifact, kind: Kind, evidence: Evidence, schemas: Schemas) -> Result | list[Result]:
    """The file is valid by the XML schema of its format, where the user has it.

    Schemas of standards are not handed out with this program: name the folder that holds yours by --schemas.
    Keys that reach across the file are judged by rules of their own.
    Remedy: correct what the place names; validate exports against the schema before they are handed out.
    """
    if not kind.found.xml:
        return not_applicable("not-this-format")
    if not xsd.entries(schemas, kind.found.namespace):
        return untestable(Blocker.NO_SCHEMA)
    if artifact.size > MOST_BYTES:
        return untestable(Blocker.BEYOND_BOUNDS)
    root = xsd.parse(evidence.file(artifact).read_bytes())
    if isinstance(root, xsd.Unreadable):
        return untestable(Blocker.UNPARSABLE)
    said = xsd.opinion(schemas, root, identity=False)
    if isinstance(said, str):
        return untestable(Blocker.NO_SCHEMA)
    if not said.violations:
        return passed(schema=said.file.name)
    return [
        failed(
            "file_against_schema",
            expected=one.constraint,
            found=one.subject,
            where=Where("file", pointer=one.path, line=one.line),
            location=one.subject,
            schema=said.file.name,
        )
        for one in said.violations
    ]
