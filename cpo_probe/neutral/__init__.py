"""Items, revisions, bills of material, documents and files, in words that no format and no interface owns."""

from cpo_probe.neutral import ap242_xml, p21
from cpo_probe.neutral.compare import EVERYTHING, STRUCTURE, Canonical, Comparison, Difference, Kind, compare
from cpo_probe.neutral.join import joined
from cpo_probe.neutral.model import MOST, BomLine, Document, File, Item, Key, Placement, Revision, Structure

__all__ = [
    "EVERYTHING",
    "MOST",
    "STRUCTURE",
    "BomLine",
    "Canonical",
    "Comparison",
    "Difference",
    "Document",
    "File",
    "Item",
    "Key",
    "Kind",
    "Placement",
    "Revision",
    "Structure",
    "ap242_xml",
    "compare",
    "joined",
    "p21",
]
