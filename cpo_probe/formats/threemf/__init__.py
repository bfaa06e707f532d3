"""3MF (ISO/IEC 25422): what its models refer to, inside of the package, in any size of mesh."""

from cpo_probe.formats.threemf.examine import MODEL, examine
from cpo_probe.formats.threemf.rules import RULES

__all__ = ["MODEL", "RULES", "examine"]
