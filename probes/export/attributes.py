"""Exports: how many business attributes does a file carry in concepts of its standard, and how many in its own properties?"""

from dataclasses import dataclass

from cpo_probe.sdk import Result, Schemas, check, fact, failed, measure, not_applicable, passed, practice

from .asking import FILE
from .described import Kind, Marked
from .express import governing
from .step_file import StepFile

LIMIT = 0.10
"""Share of attributes of one's own at most; a proposal, as all thresholds."""
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Stated:
    """Names of business attributes, ascending, each once. `reason`: why none are counted, "" when they are."""

    standard: tuple[str, ...]
    own: tuple[str, ...]
    reason: str = ""

    @property
    def share(self) -> float:
        return len(self.own) / (len(self.own) + len(self.standard))


@fact
def stated(step: StepFile, kind: Kind, marked: Marked, schemas: Schemas) -> Stated:
    found = _in_step(step, schemas) if step.report is not None else _in_xml(kind, marked)
    if not found.reason and not found.standard and not found.own:
        return Stated((), (), "no_business_attributes")
    return found


def _in_step(step: StepFile, schemas: Schemas) -> Stated:
    assert step.report is not None
    if not step.report.complete:
        return Stated((), (), "not_read_to_the_end")
    choice = next((choice for choice, _ in governing(step.report, schemas) if choice is not None), None)
    if choice is None:
        return Stated((), (), "attributes_without_schema")
    found = practice.attributes(practice.View(step.report.population, choice.graphs[0]))
    return Stated(found.standard, found.own)


def _in_xml(kind: Kind, marked: Marked) -> Stated:
    form = kind.found.format.xml if kind.found.format is not None else None
    if form is None or marked.report is None:
        return Stated((), (), "not-this-format")
    if marked.report.seen.trouble is not None:
        return Stated((), (), "not_read_to_the_end")
    if not form.generic or not form.attributes:
        return Stated((), (), "attributes_not_described")
    given = {name for name in marked.report.seen.own if name.lower() in form.terms}
    return Stated(tuple(sorted(marked.report.seen.standard | given)), tuple(sorted(marked.report.seen.own - given)))


@check(
    "file.own-attributes", of=FILE, per="artifact", needs="export", clause="CPO: standards, proprietary filling", severity="minor"
)
def own_attributes(stated: Stated) -> Result:
    """At most a tenth of the business attributes in a file are properties of one's own.

    A business attribute is a name under which values are stated, counted once. A concept of the standard carries it, or a
    container for properties, where only the data say what it is called. The receiver knows what the first mean; of the second
    he needs the sender's list.
    Remedy: map attributes to the concepts that the standard has for them, and document the others.
    """
    if stated.reason:
        return not_applicable(stated.reason)
    if stated.share <= LIMIT:
        return passed(own=len(stated.own), standard=len(stated.standard))
    return failed(
        "attributes_of_ones_own",
        expected=list(stated.standard[:SHOWN]),
        found=list(stated.own[:SHOWN]),
        share=f"{stated.share:.0%}",
        limit=f"{LIMIT:.0%}",
        own=len(stated.own),
        standard=len(stated.standard),
    )


@measure("file.attributes", of=FILE, per="artifact", needs="export")
def attributes(stated: Stated) -> list[tuple[str, float, str]]:
    """How many business attributes a file has in properties of one's own and in concepts of its standard, and the share."""
    if stated.reason:
        return []
    return [("own", float(len(stated.own)), "1"), ("standard", float(len(stated.standard)), "1"), ("share", stated.share, "1")]
