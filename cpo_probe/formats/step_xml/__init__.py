"""STEP AP242 XML (BO Model and Domain Model): the structure of parts and assemblies, in the pass that reads the file."""

from pathlib import Path

from cpo_probe.formats import marked
from cpo_probe.formats.step_xml.rules import RULES
from cpo_probe.formats.step_xml.structure import Structure
from cpo_probe.model import Problems, not_applicable
from cpo_probe.model.format import Format


def examine(path: Path, format: Format) -> tuple[marked.Report, Structure, Problems]:
    """The report on the XML, what the structure is made of, and what of `RULES` does not hold in it."""
    structure = Structure()
    report = marked.examine(path, format, follow=structure.follow)
    problems = structure.end() if report.seen.trouble is None else Problems()
    for rule, count, reason in (
        ("version", structure.parts, "no_parts"),
        ("view", structure.versions, "no_parts"),
        ("usage", structure.usages, "no_assemblies"),
        ("cycle", structure.usages, "no_assemblies"),
    ):
        if report.seen.trouble is not None:
            problems.unsaid[rule] = not_applicable("not_read_to_the_end")
        elif not count:
            problems.unsaid[rule] = not_applicable(reason)
    return report, structure, problems


__all__ = ["RULES", "Structure", "examine"]
