"""A second pair of eyes: what a geometry kernel, in a process of its own, makes of a STEP file, and whether the file agrees."""

from cpo_probe.kernel.compare import Compared, Comparison, Verdict
from cpo_probe.kernel.process import VARIABLE, Kernel, find, parse
from cpo_probe.kernel.stated import Of
from cpo_probe.model.measurement import Body, Ending, Measurement, Shape, Usage

__all__ = [
    "VARIABLE",
    "Body",
    "Compared",
    "Comparison",
    "Ending",
    "Kernel",
    "Measurement",
    "Of",
    "Shape",
    "Usage",
    "Verdict",
    "find",
    "parse",
]
