"""Exports: do the instances of a STEP file keep the schema that it names, and the recommended practices?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Evidence,
    Problem,
    Problems,
    Result,
    Schemas,
    checks_from,
    express,
    fact,
    not_applicable,
    practice,
    step_p21,
    untestable,
)

from .asking import FILE
from .described import packed_with_others
from .sentences import file_rule
from .step_file import StepFile

TABLES = Path(__file__).resolve().parents[2] / "schemas" / "express"
NAMED = "express:"
"""Before the name of a schema in EXPRESS among those that the user brings along."""


@dataclass(frozen=True, slots=True)
class Populated:
    """What the schema says of a file, and what the recommended practices say."""

    schema: Problems | Result
    practice: Problems | Result


@fact
def populated(file: StepFile, artifact: Artifact, evidence: Evidence, schemas: Schemas) -> Populated:
    if file.report is None:
        other = not_applicable("not-this-format")
        return Populated(other, other)
    ruled = governing(file.report, schemas)
    known = [(choice, rows) for choice, rows in ruled if choice is not None]
    if not known:
        nothing = untestable(Blocker.NO_SCHEMA)
        return Populated(nothing, nothing)
    return Populated(_by_schema(file.report, known, len(known) < len(ruled)), _by_practice(file, known, artifact, evidence))


@lru_cache(maxsize=4)
def _tables(schemas: Schemas) -> express.Tables:
    """The user's tables, then those that come with the program."""
    given = [(file.name, schemas.text(file)) for file in schemas.files if file.namespace.startswith(NAMED)]
    return express.Tables([*given, *((path.name, path.read_bytes()) for path in sorted(TABLES.glob("*" + express.SUFFIX)))])


Known = list[tuple[express.Choice, list[step_p21.DataSection]]]
Governed = list[tuple[express.Choice | None, list[step_p21.DataSection]]]


def governing(report: step_p21.Report, schemas: Schemas) -> Governed:
    """What judges which data sections: a section is of the schema that it names, else of the first in FILE_SCHEMA.

    Where it names none, and FILE_SCHEMA several, the others extend the first: files of AP203 name modules for colours so.
    """
    tables, stated = _tables(schemas), report.header.schemas
    found: dict[str, list[step_p21.DataSection]] = {}
    for section in report.population.sections:
        named = section.schema.upper() or (stated[0].name if stated else "")
        found.setdefault(named, []).append(section)
    texts = {schema.name: schema.text for schema in reversed(stated)}
    chosen = [(tables.choose(texts.get(name, name)), sections) for name, sections in found.items()]
    if len(stated) == 1 or all(section.name for section in report.population.sections):
        return chosen
    return [(choice and replace(choice, extended=True), sections) for choice, sections in chosen]


def _by_schema(report: step_p21.Report, known: Known, partly: bool) -> Problems:
    """The problems of all sections together; what is not wrong is no pass where the file breaks off or a schema is not known."""
    whole = Problems(express.KEPT)
    for choice, sections in known:
        mine = None if len(known) == 1 and not partly else sections
        level = report.header.implementation_level
        some = express.examine(report.population, choice, level=level, sections=mine)
        _add(whole, some, some.counts)
        whole.unsaid |= some.unsaid
    if partly or not report.complete:
        said = untestable(Blocker.NO_SCHEMA) if partly else not_applicable("not_read_to_the_end")
        whole.unsaid |= {rule.id: said for rule in express.RULES}
    return whole


def _add(whole: Problems, some: Iterable[Problem], counts: dict[str, int]) -> None:
    before = dict(whole.counts)
    for problem in some:
        whole.add(problem)
    whole.counts = {rule: before.get(rule, 0) + counts.get(rule, 0) for rule in {**before, **counts}}


def _by_practice(
    file: StepFile,
    known: Known,
    artifact: Artifact,
    evidence: Evidence,
) -> Problems | Result:
    if file.report is None or not file.report.complete:
        return not_applicable("not_read_to_the_end")
    beside = None
    if packed_with_others(artifact, evidence):
        beside = [one.name for one in evidence.artifacts() if one.parent == artifact.parent and one.id != artifact.id]
    return practice.examine(file.report.population, known[0][0], beside=beside)


def _keeps_schema(file: Populated) -> Problems | Result:
    return file.schema.worded("step_instances", _place) if isinstance(file.schema, Problems) else file.schema


def _follows_practice(file: Populated) -> Problems | Result:
    return file.practice.worded(file_rule, _place) if isinstance(file.practice, Problems) else file.practice


def _place(problem: Problem) -> str:
    return " ".join(filter(None, (problem.where.instance, problem.location)))


checks_from(express.RULES, prefix="step.schema", of=FILE, per="artifact", needs="export", judge=_keeps_schema)
checks_from(practice.RULES, prefix="step.practice", of=FILE, per="artifact", needs="export", judge=_follows_practice)
