"""ISO 10303-21, STEP clear text, editions 1 to 3: structure, header, strings, instances, references."""

from cpo_probe.formats.step_p21.examine import Report, examine, recognised
from cpo_probe.formats.step_p21.parameters import (
    Binary,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Parameter,
    Part,
    Real,
    Ref,
    Run,
    Shape,
    Text,
    Typed,
    Unset,
)
from cpo_probe.formats.step_p21.population import EXTERNAL, MALFORMED, UNRESOLVED, DataSection, Lines, Population
from cpo_probe.formats.step_p21.rules import RULES

__all__ = [
    "EXTERNAL",
    "MALFORMED",
    "RULES",
    "UNRESOLVED",
    "Binary",
    "DataSection",
    "Derived",
    "Elsewhere",
    "Enumeration",
    "Integer",
    "Lines",
    "Parameter",
    "Part",
    "Population",
    "Real",
    "Ref",
    "Report",
    "Run",
    "Shape",
    "Text",
    "Typed",
    "Unset",
    "examine",
    "recognised",
]
