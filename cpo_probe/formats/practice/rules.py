"""What do the recommended practices of CAx-IF and PDM-IF ask of a file beyond its schema?

In own words; the documents are those of the MBx Interoperability Forum, in the versions named.
"""

from cpo_probe.model import Rule

PDM = "PDM Schema Usage Guide 4.3, "
VALIDATION = "CAx-IF Rec. Prac. Geometric and Assembly Validation Properties 4.6, "
EXTERNAL = "CAx-IF Rec. Prac. External References 3.1"

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("product", PDM + "part identification", "error",
         "The file holds at least one product with a version and a definition. "
         "Remedy: write PRODUCT, PRODUCT_DEFINITION_FORMATION and PRODUCT_DEFINITION, each referring to the one before."),
    Rule("product-chain", PDM + "part identification", "warning",
         "Every product has a version, and every version a definition. "
         "Remedy: write the missing PRODUCT_DEFINITION_FORMATION or PRODUCT_DEFINITION, or leave out the product."),
    Rule("product-id", PDM + "part identification", "warning",
         "Every product has an id. Remedy: write the number of the item, by which it is known in the system, as PRODUCT.id."),
    Rule("product-id-unique", PDM + "part identification", "warning",
         "No two products of one category have the same id. Remedy: write one PRODUCT, and refer to it from all its versions."),
    Rule("usage-self", PDM + "assembly structure", "error",
         "Nothing is a component of itself. "
         "Remedy: let relating and related product definition of the usage be assembly and component."),
    Rule("usage-cycle", PDM + "assembly structure", "error",
         "The assembly structure has no circle. Remedy: take out the usage that closes it."),
    Rule("usage-id-unique", PDM + "assembly structure", "warning",
         "The usages in one assembly have different ids, unless they have none. "
         "Remedy: number the usages in each assembly, or write the reference designators."),
    Rule("protocol", PDM + "application context", "warning",
         "APPLICATION_PROTOCOL_DEFINITION is there and names the schema that FILE_SCHEMA names. "
         "Remedy: write the schema's name in it, in lower case and without the edition."),
    Rule("units", PDM + "geometric context", "error",
         "Every shape representation has a context that states the unit of length. "
         "Remedy: write GLOBAL_UNIT_ASSIGNED_CONTEXT with units of length, plane angle and solid angle."),
    Rule("uncertainty", PDM + "geometric context", "info",
         "Every shape representation has a context that states how exact its lengths are. "
         "Remedy: write GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT with the tolerance of the system."),
    Rule("validation-present", VALIDATION + "geometric validation properties", "info",
         "A file with solids has geometric validation properties: volume, area and centroid, by which a receiver sees that it "
         "read the same shape. Remedy: switch them on in the export."),
    Rule("validation-names", VALIDATION + "names", "warning",
         "Names of validation properties are written as recommended, in small letters. "
         "Remedy: write 'geometric validation property' and its like letter by letter."),
    Rule("validation-values", VALIDATION + "geometric validation properties", "error",
         "Validation properties have a representation with values; areas and volumes of solids are above zero. "
         "Remedy: compute them from the exported shape."),
    Rule("validation-children", VALIDATION + "assembly validation properties", "warning",
         "The number of children of an assembly is the number of its usages in the file. "
         "Remedy: count the usages that are exported."),
    Rule("external-files", EXTERNAL, "error",
         "Files that the file refers to are in the package. Remedy: put them there, under the names that are used."),
)
# fmt: on
