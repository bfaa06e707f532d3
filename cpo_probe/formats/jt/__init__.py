"""JT (ISO 14306): its header and table of contents, in any size of file. What stands in the segments is not read."""

from cpo_probe.formats.jt.examine import MOST, Report, examine
from cpo_probe.formats.jt.rules import RULES

__all__ = ["MOST", "RULES", "Report", "examine"]
