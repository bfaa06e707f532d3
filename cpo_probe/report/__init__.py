"""A judgement as people and build servers read it: terminal, HTML, JUnit XML, reproducers.

`build` assembles a bounded, masked `ReportData`; the renderers only lay it out.
"""

from cpo_probe.report.assemble import Record, build
from cpo_probe.report.data import Bounds, ReportData
from cpo_probe.report.html import html
from cpo_probe.report.junit import junit
from cpo_probe.report.reproduce import Reproducer, reproducer
from cpo_probe.report.terminal import terminal
from cpo_probe.report.words import LANGUAGES

__all__ = ["LANGUAGES", "Bounds", "Record", "ReportData", "Reproducer", "build", "html", "junit", "reproducer", "terminal"]
