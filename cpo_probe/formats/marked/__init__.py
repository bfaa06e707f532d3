"""Formats in XML, judged by what content describes of them: any size, one pass, no tree."""

from cpo_probe.formats.marked.acts import MOST_ITEMS
from cpo_probe.formats.marked.examine import Report, examine
from cpo_probe.formats.marked.place import TYPE
from cpo_probe.formats.marked.plan import Follow
from cpo_probe.formats.marked.rules import RULES
from cpo_probe.formats.marked.scan import scan
from cpo_probe.formats.marked.seen import Seen

__all__ = ["Follow", "MOST_ITEMS", "RULES", "Report", "Seen", "TYPE", "examine", "scan"]
