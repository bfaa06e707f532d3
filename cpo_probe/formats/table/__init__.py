"""Tables of text (RFC 4180): any size, one pass, nothing kept but counts and the first record."""

from cpo_probe.formats.table.dialect import Dialect
from cpo_probe.formats.table.examine import Report, examine
from cpo_probe.formats.table.rules import RULES

__all__ = ["Dialect", "RULES", "Report", "examine"]
