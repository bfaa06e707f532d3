"""Packages of files: zip and what is built on it (stpZ, stpA, Part 21 archives, AASX, 3MF), gzip, multipart answers.

`examine` judges one, `unpack` hands out its members. Names inside are data and never used as paths.
"""

from cpo_probe.formats.package.archive import Archive, archive
from cpo_probe.formats.package.bounds import BOUNDS, Bounds, Broken
from cpo_probe.formats.package.examine import Report, examine
from cpo_probe.formats.package.kinds import kind_of
from cpo_probe.formats.package.members import Member, unpack
from cpo_probe.formats.package.rules import RULES

__all__ = ["Archive", "BOUNDS", "Bounds", "Broken", "Member", "RULES", "Report", "archive", "examine", "kind_of", "unpack"]
