"""What does a 3MF package have to keep, beside the Open Packaging Conventions and the form of its models?"""

from cpo_probe.model import Rule

CORE = "3MF Core Specification (ISO/IEC 25422), "

RULES: tuple[Rule, ...] = (
    Rule("model", f"{CORE}2.1.1", "error",
         "One relationship of the package leads to its model, which is well-formed XML in UTF-8 without a DTD. Readers start "
         "there. Remedy: relate the package to one part by http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel."),
    Rule("resources", f"{CORE}3.4.2", "error",
         "Resources of a model have ids, and no two the same. Remedy: count the ids of a model upwards."),
    Rule("references", f"{CORE}3.4.3, 4.1, 4.2", "error",
         "Items, components and properties refer to resources that are there, and to objects where objects are built. "
         "What was meant is not printed. Remedy: write the object before what refers to it, under the id that is used."),
    Rule("indices", f"{CORE}4.1.4", "error",
         "Triangles name three different vertices of their mesh. Remedy: count vertices from 0, and leave triangles of no "
         "area out."),
    Rule("extensions", f"{CORE}2.3.1", "error",
         "Extensions that a reader has to know are named by prefixes that are declared. A reader that does not know them refuses "
         "the model, and one that cannot tell which they are as well. Remedy: declare the namespace of each prefix."),
    Rule("metadata", f"{CORE}3.4.1", "error",
         "Metadata have names, each once. Remedy: write the name, and one value for it."),
)  # fmt: skip
