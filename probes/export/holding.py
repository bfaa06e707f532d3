"""Exports: does a package hold what its format says that it has to hold?"""

from cpo_probe.sdk import Blocker, Result, check, failed, lacking, not_applicable, passed, untestable

from .asking import FILE
from .described import Kind
from .package import Package

SHOWN = 5


@check(
    "file.members", of=FILE, per="artifact", needs="export", clause="The specification of the format: packages", severity="major"
)
def members(kind: Kind, package: Package) -> Result:
    """A package holds the files without which nobody can read it.

    A functional mock-up unit has its model description and an implementation, an SSP archive its system structure, a ReqIF
    archive a document, a PDX package its pdx.xml, each under the name that its format gives it.
    Remedy: put the file there, under exactly this name.
    """
    found = kind.found.format or (kind.found.claimed[0] if len(kind.found.claimed) == 1 else None)
    if found is None or not found.holds or package.kind != "zip":
        return not_applicable("not-this-format")
    if "readable" in package.problems.counts:
        return not_applicable("package_unreadable")
    if "path" in package.problems.unsaid:  # more members than are looked at
        return untestable(Blocker.BEYOND_BOUNDS)
    names = frozenset(one.name for one in package.members if not one.folder)
    absent = lacking(found, names)
    if not absent:
        return passed(format=found.title)
    return failed(
        "package_lacks_member", expected=list(absent), found=sorted(names)[:SHOWN], format=found.title, count=len(absent)
    )
