"""A second pair of eyes: what a geometry kernel, in a process of its own, makes of a STEP file, and whether the file agrees."""

from cpo_probe.kernel.measured import Body, Definition, Ending, Measurement, Solid, Usage, parse
from cpo_probe.kernel.process import VARIABLE, Kernel, find

__all__ = ["VARIABLE", "Body", "Definition", "Ending", "Kernel", "Measurement", "Solid", "Usage", "find", "parse"]
