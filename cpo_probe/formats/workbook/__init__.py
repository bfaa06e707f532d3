"""Workbooks of Office Open XML (ISO/IEC 29500-1): sheets, cells, strings and styles, in any size."""

from cpo_probe.formats.workbook.examine import Report, concerned, examine
from cpo_probe.formats.workbook.rules import RULES

__all__ = ["RULES", "Report", "concerned", "examine"]
