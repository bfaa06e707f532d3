"""AASX: packages that carry environments of the Asset Administration Shell (IDTA-01005)."""

from cpo_probe.formats.aasx.examine import RELATIONS, concerned, examine, inside, plain
from cpo_probe.formats.aasx.rules import RULES

__all__ = ["RELATIONS", "RULES", "concerned", "examine", "inside", "plain"]
