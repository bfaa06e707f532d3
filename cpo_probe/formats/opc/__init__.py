"""Packages of the Open Packaging Conventions (ISO/IEC 29500-2): AASX, 3MF, XLSX and their like.

`opened` hands out parts by name; `examine` judges content types, names and relationships of all of them.
"""

from cpo_probe.formats.opc.examine import Report, examine
from cpo_probe.formats.opc.parts import Package, opened, target
from cpo_probe.formats.opc.relations import Relationship, plain
from cpo_probe.formats.opc.rules import RULES
from cpo_probe.formats.opc.xml import Element, Faulty, read

__all__ = ["Element", "Faulty", "Package", "RULES", "Relationship", "Report", "examine", "opened", "plain", "read", "target"]
