"""What does an environment of the Asset Administration Shell have to keep?"""

from cpo_probe.model import Rule

PART1 = "IDTA-01001 (IEC 63278-1)"

RULES: tuple[Rule, ...] = (
    Rule("structure", f"{PART1}, metamodel and mappings", "error",
         "Shells, submodels and concept descriptions have the members that the metamodel gives their classes, each of its type. "
         "Readers refuse the whole file for one member that is not known. "
         "Remedy: write it by a library for the edition, and check it against the schema of the edition."),
    Rule("constraints", f"{PART1}, constraints AASd", "error",
         "The constraints of the metamodel hold. They say what no schema can, on lists, keys of references and qualifiers. "
         "Remedy: look up the constraint that is named, and correct the element."),
    Rule("values", f"{PART1}, AASd-020, primitive types", "error",
         "Values are of the type that is stated beside them, and ids, language tags, media types and times of the form and "
         "length that the metamodel has. Remedy: write 1.5 and not 1,5, true and not yes, and keep long texts in files."),
    Rule("multiplicity", f"{PART1}, serialisations", "error",
         "Lists and texts that are there have something in them. Remedy: leave out what is empty."),
    Rule("languages", f"{PART1}, sets of texts by language", "warning",
         "A text stands once in each language. Readers show one of them, and which one differs. "
         "Remedy: write one text for each language."),
    Rule("iec61360", "IDTA-01003-a, constraints AASc", "error",
         "Concept descriptions keep the constraints of the data specification of IEC 61360. "
         "Remedy: give each concept a preferred name and a definition in English, its data type and its unit."),
    Rule("id-unique", f"{PART1}, Identifiable/id", "error",
         "No two shells have the same id, nor two submodels or two concept descriptions. What a reference means "
         "differs from reader to reader. Remedy: give each an id of its own."),
    Rule("references", f"{PART1}, Reference, AASd-123 to AASd-128", "error",
         "A reference into an element of this environment leads to something that is there, and is of the class that the key "
         "says. What it meant is lost for the receiver. Remedy: correct the keys, or export what is referred to."),
)  # fmt: skip
