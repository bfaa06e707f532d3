"""What does an AASX package have to keep, beside the Open Packaging Conventions?"""

from cpo_probe.model import Rule

PART5 = "IDTA-01005 (AASX), "

RULES: tuple[Rule, ...] = (
    Rule("origin", f"{PART5}aasx-origin", "error",
         "One relationship of the package leads to the origin of the shells. Readers start there. "
         "Remedy: relate the package to one part by http://admin-shell.io/aasx/relationships/aasx-origin."),
    Rule("spec", f"{PART5}aas-spec", "error",
         "The origin leads to at least one environment. A package without one carries no shell. "
         "Remedy: relate the origin to the file in JSON or XML by http://admin-shell.io/aasx/relationships/aas-spec."),
    Rule("environment", f"{PART5}aas-spec; IDTA-01001", "error",
         "What the origin leads to is an environment in JSON or XML. Readers look for nothing else there. "
         "Remedy: write the environment of the metamodel, and other files beside it."),
    Rule("relation-types", f"{PART5}relationship types", "warning",
         "The types of relationships begin with http://admin-shell.io/, and not with www. as those of edition 2 did. Readers of "
         "edition 3 compare them letter by letter. Remedy: write http://admin-shell.io/aasx/relationships/..."),
)  # fmt: skip
