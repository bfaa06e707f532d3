"""Exports: what is in a STEP file (ISO 10303-21)? Read once, for all checks of it."""

from dataclasses import dataclass

from cpo_probe.sdk import Artifact, Evidence, fact, step_p21

from .described import Kind


@dataclass(frozen=True, slots=True)
class StepFile:
    """The report on a file in clear text encoding; None for any other file."""

    report: step_p21.Report | None


@fact
def step_file(artifact: Artifact, evidence: Evidence, kind: Kind) -> StepFile:
    format = kind.found.format
    path = evidence.file(artifact)
    mine = format.id == "step-p21" if format is not None else step_p21.recognised(path)
    return StepFile(step_p21.examine(path) if mine else None)
