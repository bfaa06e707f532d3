"""What does a package of the Open Packaging Conventions have to keep?"""

from cpo_probe.model import Rule

OPC = "ISO/IEC 29500-2 (ECMA-376 Part 2), "

RULES: tuple[Rule, ...] = (
    Rule("content-types", f"{OPC}7.2.3", "error",
         "[Content_Types].xml is well-formed and gives each extension and each part one media type. Readers open it first, and "
         "no part without it. Remedy: write it by a library for such packages."),
    Rule("typed", f"{OPC}6.2.3, 7.2.3", "error",
         "Each part has a media type, by its extension or by its name. A part without one makes readers refuse the package. "
         "Remedy: add a Default for the extension, or an Override for the part."),
    Rule("part-names", f"{OPC}6.2.2", "warning",
         "Names of parts are paths of URI characters: no blank, no segment that ends with a dot, no escaped slash. "
         "Readers pass over files with other names. Remedy: escape other characters as %20 and the like, or choose plain names."),
    Rule("part-unique", f"{OPC}6.2.2, equivalence of names", "error",
         "No two parts have names that differ by upper and lower case only. Names are compared without regard to case. "
         "Remedy: choose names that differ in letters."),
    Rule("relationships", f"{OPC}6.5.2, 6.5.3", "error",
         "Files of relationships are well-formed, and each relationship has an id of its own, a type and a target. "
         "Readers find every part by them. Remedy: write them by a library for such packages."),
    Rule("targets", f"{OPC}6.5.3", "error",
         "Relationships inside of the package lead to parts that are there. What they meant is lost for the receiver. "
         "Remedy: put the part into the package, or leave the relationship out; mark others by TargetMode External."),
    Rule("core-properties", f"{OPC}8.3", "warning",
         "A package has one part of core properties at most. Remedy: keep one relationship to them."),
)  # fmt: skip
