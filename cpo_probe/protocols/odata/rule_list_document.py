"""What does the standard say of documents, schemas and names?"""

from cpo_probe.model import Rule
from cpo_probe.protocols.odata.rule_sources import CSDL

DOCUMENT: tuple[Rule, ...] = (
    Rule(
        "readable",
        CSDL + "4 CSDL Document; XML 1.0; RFC 8259",
        "error",
        "The metadata document can be read: well-formed, complete, with edmx:Edmx or $Version at its root, without a DTD. "
        "Remedy: serve the CSDL document itself, not a log-in page, and all of it.",
    ),
    Rule(
        "version",
        CSDL + "4 CSDL Document: Version",
        "error",
        "The document states the version of CSDL it is written in: 4.0 or 4.01, before that 1.0 for the wrapper. "
        "Remedy: correct edmx:Edmx Version or $Version.",
    ),
    Rule(
        "xml-namespace",
        CSDL + "2 XML namespaces; 4 and 5",
        "error",
        "Elements are in the XML namespaces of the stated version. "
        "Remedy: use http://docs.oasis-open.org/odata/ns/edmx and .../ns/edm for OData 4.0x.",
    ),
    Rule(
        "structure",
        CSDL + "4 to 14; edmx.xsd, edm.xsd, csdl.schema.json",
        "error",
        "Elements, attributes and members stand where the standard allows them, and those required are there. "
        "Remedy: add what is missing, delete what the standard does not know.",
    ),
    Rule(
        "attribute-value",
        CSDL + "7.2 Type Facets; edm.xsd",
        "error",
        "Attributes hold values of their type: true or false, numbers, one of the words allowed. "
        "Remedy: correct the value; readers ignore it or stop.",
    ),
    Rule(
        "foreign",
        CSDL + "edm.xsd: no attributes or elements of other namespaces",
        "warning",
        "An OData 4.0x document says what it has to say with annotations, not with attributes or elements of its own. "
        "Remedy: use an annotation with a term of a vocabulary.",
    ),
    Rule(
        "identifier",
        CSDL + "15.2 Simple Identifier",
        "error",
        "Names are simple identifiers: a letter or underscore, then letters, digits, underscores, at most 128 characters. "
        "Remedy: rename the element.",
    ),
    Rule(
        "namespace",
        CSDL + "5 Schema: Namespace; 15.1 Namespace",
        "error",
        "Each schema has a namespace of its own, well-formed and not reserved (Edm, odata, System, Transient). "
        "Remedy: rename the namespace, or merge the schemas.",
    ),
    Rule(
        "alias",
        CSDL + "4.2 Included Schema; 5.1 Alias",
        "error",
        "An alias stands for one namespace and is not reserved. "
        "Remedy: choose another alias; names with this one cannot be told apart.",
    ),
    Rule(
        "names-unique",
        CSDL + "5 to 13: names are unique within schema, type, enumeration and container",
        "error",
        "No two things in one place have the same name. "
        "Remedy: rename one of them.",
    ),
    Rule(
        "names-case",
        CSDL + "5 to 13: names SHOULD NOT differ only in case",
        "warning",
        "Names differ by more than upper and lower case. "
        "Remedy: rename one of them; OData 4.01 services compare names without regard to case.",
    ),
    Rule(
        "property-hides",
        CSDL + "7 Structural Property, 8 Navigation Property: name",
        "error",
        "No property has the name of one in a base type; OData 4.01 allows it for a derived type only. "
        "Remedy: delete the property in the derived type, or rename it.",
    ),
    Rule(
        "in-scope",
        CSDL + "4.1 Reference; 15.3 Qualified Name",
        "error",
        "Every name belongs to a schema of the document or to one that it includes by reference. "
        "Remedy: correct the namespace, or add edmx:Reference and edmx:Include.",
    ),
    Rule(
        "type-exists",
        CSDL + "3 Entity Model; 15.3 Qualified Name",
        "error",
        "Every type that is named is defined. "
        "Remedy: define the type, or correct the name; client generators stop here.",
    ),
)  # fmt: skip
