"""Exports: does a STEP file hold for another program what it says of itself?

A geometry kernel that others wrote reads the file; its shapes, structure and masses are compared with the instances of the file
and with the validation properties that the exporting system computed from its own model.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cpo_probe.sdk import (
    Artifact,
    Blocker,
    Evidence,
    Result,
    Schemas,
    Where,
    check,
    express,
    fact,
    failed,
    kernel,
    not_applicable,
    passed,
    practice,
    review,
    step_p21,
    untestable,
)

from .asking import FILE
from .express import governing
from .step_file import StepFile

VALIDATION = "CAx-IF Rec. Prac. Geometric and Assembly Validation Properties 4.6, "
PRACTICE = "PDM Schema Usage Guide 4.3, "
_GRAVE = frozenset(rule.id for rule in step_p21.RULES if rule.level == "error")
MOST = 20
"""Differences of one kind that are told for a file."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the kernel made of a file, and how it compares; `nothing` says why there is nothing to compare."""

    measurement: kernel.Measurement | None
    comparison: kernel.Comparison | None
    report: step_p21.Report | None
    nothing: Result | None


@fact
def second_reading(file: StepFile, artifact: Artifact, evidence: Evidence, schemas: Schemas) -> SecondReading:
    if file.report is None:
        return SecondReading(None, None, None, not_applicable("not-this-format"))
    data = evidence.measurement(artifact)
    if data is None:
        return SecondReading(None, None, file.report, untestable(Blocker.NO_KERNEL))
    measurement = kernel.parse(data)
    if measurement.ending not in (kernel.Ending.READ, kernel.Ending.UNREADABLE):
        return SecondReading(measurement, None, file.report, untestable(Blocker.KERNEL_UNDECIDED, why=str(measurement.ending)))
    choice = next((choice for choice, _ in governing(file.report, schemas) if choice is not None), None)
    if choice is None:
        return SecondReading(measurement, None, file.report, untestable(Blocker.NO_SCHEMA))
    comparison = kernel.Comparison(practice.View(file.report.population, choice.graphs[0]), measurement)
    if not file.report.complete or not comparison.fits():
        return SecondReading(measurement, comparison, file.report, not_applicable("kernel_reads_otherwise"))
    return SecondReading(measurement, comparison, file.report, None)


@check(
    "step.kernel.opens", of=FILE, per="artifact", needs="export", severity="critical",
    clause="ISO 10303-21; ISO/IEC 25023, data format exchangeability",
)  # fmt: skip
def opens(second: SecondReading) -> Result:
    """A geometry kernel that others wrote opens the file.

    A file that only its maker can read is no exchange. What the kernel cannot do is no fault of the file: one over which it
    breaks down, or that it refuses although it breaks no hard rule of ISO 10303-21, is left to a person.
    Remedy: open the file in another program, for instance FreeCAD, and correct first what the checks of syntax and schema find.
    """
    measurement = second.measurement
    if measurement is None:
        assert second.nothing is not None, "without a measurement there is a reason"
        return second.nothing
    if measurement.ending is kernel.Ending.CRASHED:
        return review("kernel_crashed")
    if measurement.ending is kernel.Ending.UNREADABLE:
        assert second.report is not None, "a file of another format is not measured"
        if not _GRAVE & {rule for rule, count in second.report.problems.counts.items() if count}:
            return review("kernel_refuses")
        return failed("kernel_unreadable", expected="a file that can be read", found="refused", where=Where("file"))
    return (
        passed()
        if measurement.ending is kernel.Ending.READ
        else untestable(Blocker.KERNEL_UNDECIDED, why=str(measurement.ending))
    )


@check(
    "step.kernel.shapes", of=FILE, per="artifact", needs="export", severity="major",
    clause=PRACTICE + "geometric shape; ISO 10303-42, 5",
)  # fmt: skip
def shapes(second: SecondReading) -> Iterable[Result]:
    """Of every product with geometry another program gets a shape, with as many solids as the file has for it.

    Remedy: link each shape representation to its product by SHAPE_DEFINITION_REPRESENTATION, and write closed shells whose faces
    share their edges; a body that a kernel cannot close arrives as loose faces or not at all.
    """
    return _told(second, "kernel_lost", second.comparison.shapes() if second.comparison else ())


@check(
    "step.kernel.components", of=FILE, per="artifact", needs="export", severity="major", clause=PRACTICE + "assembly structure",
)  # fmt: skip
def components(second: SecondReading) -> Iterable[Result]:
    """Another program gets every component that the file places in an assembly.

    Remedy: let the representation relationship of each CONTEXT_DEPENDENT_SHAPE_REPRESENTATION lead from the representation of
    the component to that of the assembly, and its shape to the NEXT_ASSEMBLY_USAGE_OCCURRENCE.
    """
    return _told(second, "kernel_no_component", second.comparison.components() if second.comparison else ())


@check(
    "step.kernel.placement", of=FILE, per="artifact", needs="export", severity="major",
    clause=PRACTICE + "assembly structure, transformations",
)  # fmt: skip
def placement(second: SecondReading) -> Iterable[Result]:
    """Two programs put each component at the same place.

    Where they do not, the file can be read in two ways, or one of the two is wrong; a person has to look.
    Remedy: let transform_item_1 and transform_item_2 be items of the representations in the same order.
    """
    return _told(second, "kernel_lost", second.comparison.placements() if second.comparison else ())


@check(
    "step.kernel.volume", of=FILE, per="artifact", needs="export", severity="major", clause=VALIDATION + "4.7, 4.13",
)  # fmt: skip
def volume(second: SecondReading) -> Iterable[Result]:
    """The volume that the file states is that of its shape.

    The exporting system computed it from its own model; another volume shows that the model did not arrive. Up to 0.1 % is the
    same; what is beyond, and within the 0.5 % that the practice lets pass in production, is left to a person.
    Remedy: compare the part in both programs for missing or doubled bodies, and state the unit of the number.
    """
    return _properties(second, "kernel_other", kernel.Of.VOLUME)


@check(
    "step.kernel.area", of=FILE, per="artifact", needs="export", severity="major", clause=VALIDATION + "4.7, 4.9, 4.13",
)  # fmt: skip
def area(second: SecondReading) -> Iterable[Result]:
    """The surface area that the file states is that of its shape.

    Tolerances are those of the volume. Where the practice leaves open what is counted (voids, sheets beside solids), either is
    right.
    Remedy: compare the part in both programs for missing or doubled faces, and state the unit of the number.
    """
    return _properties(second, "kernel_other", kernel.Of.AREA, kernel.Of.WETTED, kernel.Of.SHEETS)


@check(
    "step.kernel.centroid", of=FILE, per="artifact", needs="export", severity="major", clause=VALIDATION + "4.8, 4.13",
)  # fmt: skip
def centroid(second: SecondReading) -> Iterable[Result]:
    """The centroid that the file states is that of its shape.

    The same is what is less than 0.01 mm away, or less than 0.1 % of the diagonal of the bounding box. The centroid of several
    bodies is left to a person where it differs, since some systems weigh them by their densities.
    Remedy: compute the centroid of the volume of solids, of the area of sheets, in the coordinates and units of the part.
    """
    return _properties(second, "kernel_other", kernel.Of.CENTROID, kernel.Of.SHEET_CENTROID)


@check(
    "step.kernel.children", of=FILE, per="artifact", needs="export", severity="major", clause=VALIDATION + "7.1",
)  # fmt: skip
def children(second: SecondReading) -> Iterable[Result]:
    """Another program gets as many components of an assembly as the file states.

    Remedy: count the components that are exported, each occurrence of its own.
    """
    return _properties(second, "kernel_children", kernel.Of.CHILDREN)


@check(
    "step.kernel.notional", of=FILE, per="artifact", needs="export", severity="major", clause=VALIDATION + "7.2",
)  # fmt: skip
def notional(second: SecondReading) -> Iterable[Result]:
    """The centroid of notional solids that the file states of an assembly is that of its components' places.

    It is the mean of the point (10, 10, 10) of every component: a component at another place, or turned, moves it.
    Remedy: compute it from the transformations that are exported.
    """
    return _properties(second, "kernel_other", kernel.Of.NOTIONAL)


def _properties(second: SecondReading, code: str, *kinds: kernel.Of) -> Iterable[Result]:
    return _told(second, code, second.comparison.properties(kinds) if second.comparison else ())


def _told(second: SecondReading, code: str, compared: Iterable[kernel.Compared]) -> Iterator[Result]:
    """What differs, in the order of the file; without a difference one pass, or the first reason why nothing was compared."""
    if second.nothing is not None or second.report is None:
        yield second.nothing or not_applicable("not-this-format")
        return
    same, differing, left = False, 0, ""
    for one in compared:
        same = same or one.verdict is kernel.Verdict.SAME
        left = left or (one.why if one.verdict is kernel.Verdict.LEFT_OUT else "")
        if one.verdict in (kernel.Verdict.DIFFERS, kernel.Verdict.REVIEW):
            differing += 1
            if differing <= MOST:
                yield _difference(second.report.population, code, one)
    if differing:
        return
    if left == "kernel_unsure" and not same:
        yield untestable(Blocker.KERNEL_UNDECIDED, why="inexact")
    else:
        yield passed() if same else not_applicable(left or "not_in_file")


def _difference(population: step_p21.Population, code: str, one: kernel.Compared) -> Result:
    where = express.where(population, one.instance)
    more = {"place": f"{where.instance} {one.location}", "deviation": one.deviation}
    if one.verdict is kernel.Verdict.REVIEW:
        return review(one.why, found=one.found, where=where, location=one.location, stated=one.expected, **more)
    return failed(code, expected=one.expected, found=one.found, where=where, location=one.location, **more)
