"""JSON texts, and files with one in each line (RFC 8259): any size, one pass, no tree."""

from cpo_probe.formats.json_text.examine import Report, examine, places
from cpo_probe.formats.json_text.rules import RULES

__all__ = ["RULES", "Report", "examine", "places"]
