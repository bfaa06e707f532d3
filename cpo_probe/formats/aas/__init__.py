"""Environments of the Asset Administration Shell (IDTA-01001), in JSON and XML.

Classes and constraints are those of the libraries aas-core3.0 and aas-core3.1, which their authors generate from the
specification; what leads from one element to another, and where things stand, is told by us.
"""

from cpo_probe.formats.aas.examine import MOST_BYTES, Report, examine
from cpo_probe.formats.aas.rules import RULES

__all__ = ["MOST_BYTES", "RULES", "Report", "examine"]
