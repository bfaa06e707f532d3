"""Recommended practices of CAx-IF and PDM-IF for STEP files: product structure, units, validation properties, files beside."""

from cpo_probe.formats.practice.attributes import Attributes, attributes
from cpo_probe.formats.practice.examine import examine
from cpo_probe.formats.practice.rules import RULES
from cpo_probe.formats.practice.view import View

__all__ = ["Attributes", "RULES", "View", "attributes", "examine"]
