"""OData V2: which claims about metadata and answers in verbose JSON are checked one by one?"""

from cpo_probe.sdk import Rule


def _rule(id: str, clause: str, text: str, remedy: str, level: str = "error") -> Rule:
    return Rule(id, clause, level, f"{text} Remedy: {remedy}")


_JSON = "[MS-ODATA] 2.2.6.3 Verbose JSON format"
_VALUES = "[MS-ODATA] 2.2.6.3.1; OData 2.0 JSON Format, 4 Primitive Types"
PAYLOAD_RULES: tuple[Rule, ...] = (
    _rule("payload.envelope", _JSON, "Answers stand in d, several entities in d.results.", "write the envelope of the format."),
    _rule("payload.kind", _VALUES, "Values are JSON of the kind that their type demands.", "correct the value named."),
    _rule(
        "payload.lexical",
        _VALUES,
        "Texts have the form of their type, such as /Date(ticks)/ for dates.",
        "write the value as the format says; clients parse it by the type in the metadata.",
    ),
    _rule("payload.range", _VALUES, "Numbers lie within the range of their type.", "choose a wider type in the metadata."),
    _rule(
        "payload.length",
        "[MC-CSDL] 2.2.1.16.1.3, 2.2.1.2.1.1 MaxLength",
        "No value is longer than MaxLength.",
        "raise MaxLength.",
    ),
    _rule(
        "payload.precision",
        "[MC-CSDL] 2.2.1.7.1.1 Precision",
        "No number has more digits than Precision.",
        "raise Precision, or round the value.",
    ),
    _rule(
        "payload.scale",
        "[MC-CSDL] 2.2.1.7.1.2 Scale",
        "No number has more digits after the point than Scale.",
        "raise Scale, or round the value.",
    ),
    _rule(
        "payload.ieee754",
        _VALUES,
        "Edm.Int64 and Edm.Decimal are written as text, since JSON numbers lose digits.",
        "write them in quotes.",
    ),
    _rule(
        "payload.nullable",
        "[MC-CSDL] 2.2.1.1.1 Nullable",
        "What must not be null is not null.",
        "correct Nullable in the metadata, or the data.",
    ),
    _rule(
        "payload.undeclared",
        "[MS-ODATA] 2.2.6.3.3",
        "An entity shows no property that its type does not declare.",
        "declare the property.",
    ),
    _rule(
        "payload.missing",
        "[MS-ODATA] 2.2.6.3.3",
        "An entity shows all properties of its type, unless $select left them out.",
        "write the property, as null when it has no value.",
    ),
    _rule(
        "payload.type",
        "[MS-ODATA] 2.2.6.3.3 (type)",
        "A stated type exists, and is the expected one or derived from it.",
        "correct the name of the type.",
    ),
    _rule(
        "payload.metadata",
        "[MS-ODATA] 2.2.6.3.3, 2.2.6.3.9, 2.2.6.3.2.1",
        "__metadata states uri, and type where types derive from one another; __deferred has uri; __count is text.",
        "correct the member named.",
    ),
    _rule(
        "payload.service",
        "[MS-ODATA] 2.2.6.3.12 Service Document",
        "The service document is d.EntitySets, a list of names.",
        "write it so.",
    ),
    _rule(
        "payload.error",
        "[MS-ODATA] 2.2.8.1",
        "An error is an object with code and message, and the message has value.",
        "answer errors in the format of the protocol; clients show nothing else.",
    ),
)

_CSDL = "[MC-CSDL] "
CSDL_RULES: tuple[Rule, ...] = (
    _rule(
        "version",
        "[MC-EDMX] 2.1; [MS-ODATA] 2.2.3.7",
        "The wrapper of the metadata states Version 1.0.",
        "correct edmx:Edmx Version.",
    ),
    _rule(
        "xml-namespace",
        "[MC-CSDL] 2.1.1 Schema; 5 Full XML Schemas",
        "Schemas are in an XML namespace of CSDL 1.0 to 3.0.",
        "use http://schemas.microsoft.com/ado/2008/09/edm.",
    ),
    _rule("structure", _CSDL + "2.1 Elements", "Elements have the attributes that they need.", "add the attribute named."),
    _rule(
        "attribute-value",
        _CSDL + "2.2 Attributes",
        "Attributes hold values of their type.",
        "correct the value; readers ignore it or stop.",
    ),
    _rule("identifier", _CSDL + "2.2.6 SimpleIdentifier", "Names are simple identifiers.", "rename the element."),
    _rule(
        "names-unique",
        _CSDL + "2.1.1, 2.1.3, 2.1.14, 2.1.17 (Name)",
        "No two things in one place have the same name.",
        "rename one of them.",
    ),
    _rule("alias", _CSDL + "2.1.1 Schema (Alias)", "An alias stands for one namespace.", "choose another alias."),
    _rule(
        "in-scope",
        _CSDL + "2.1.1 Schema; 2.1.13 Using",
        "Every name belongs to a schema of the document.",
        "correct the namespace.",
    ),
    _rule(
        "type-exists", _CSDL + "2.1.3 Property (Type)", "Every type that is named is defined.", "define it, or correct the name."
    ),
    _rule(
        "base-type",
        _CSDL + "2.1.2 EntityType; 2.1.7 ComplexType (BaseType)",
        "Types derive from types of their own kind.",
        "correct BaseType.",
    ),
    _rule(
        "base-cycle",
        _CSDL + "2.1.2 EntityType; 2.1.7 ComplexType (BaseType)",
        "No type derives from itself.",
        "correct BaseType of one of them.",
    ),
    _rule(
        "property-hides",
        _CSDL + "2.1.3 Property (Name)",
        "No property has the name of one in a base type.",
        "rename one of them.",
    ),
    _rule(
        "property-type", _CSDL + "2.1.3 Property (Type)", "A property has a primitive or complex type.", "use NavigationProperty."
    ),
    _rule("facets", _CSDL + "2.2.1.7.1 Facets", "Scale is not larger than Precision.", "correct the facets."),
    _rule(
        "key-exists", _CSDL + "2.1.6 PropertyRef", "Every part of a key is a property of the type.", "correct the PropertyRef."
    ),
    _rule(
        "key-type",
        _CSDL + "2.1.5 Entity Key",
        "Key properties are single values of a primitive type.",
        "choose another property.",
    ),
    _rule("key-nullable", _CSDL + "2.1.5 Entity Key", "Key properties are not nullable.", 'add Nullable="false".'),
    _rule(
        "key-inherited", _CSDL + "2.1.2 EntityType (Key)", "A type whose base type has a key declares none.", "delete the key."
    ),
    _rule(
        "key-needed",
        _CSDL + "2.1.2 EntityType (Key)",
        "Entity types have a key.",
        "declare the key; entities cannot be addressed.",
    ),
    _rule("set-type", _CSDL + "2.1.18 EntitySet", "Entity sets hold entities.", "name an entity type."),
    _rule(
        "container-extends",
        _CSDL + "2.1.14 EntityContainer (Extends)",
        "The container that is extended exists.",
        "correct Extends.",
    ),
    _rule(
        "association",
        _CSDL + "2.1.8 Association; 2.1.9 Association End",
        "An association has two ends with roles, entity types and multiplicities.",
        "correct the end named.",
    ),
    _rule(
        "association-constraint",
        _CSDL + "2.1.11 ReferentialConstraint; 2.1.12 ReferentialConstraint Role",
        "A referential constraint pairs properties that exist at both ends.",
        "correct the PropertyRef.",
    ),
    _rule(
        "association-set",
        _CSDL + "2.1.19 AssociationSet; 2.1.20 AssociationSet End",
        "An association set names an association, and entity sets of the types at its ends.",
        "correct the name.",
    ),
    _rule(
        "navigation-roles",
        _CSDL + "2.1.4 NavigationProperty",
        "A navigation property names an association, and roles of it that start at its type.",
        "correct Relationship, FromRole or ToRole.",
    ),
    _rule(
        "function-import",
        _CSDL + "2.1.15 FunctionImport; [MS-ODATA] 2.2.3.7.2 (m:HttpMethod)",
        "A function import is called by GET or POST, and names the entity set of the entities that it returns.",
        "correct m:HttpMethod or EntitySet.",
    ),
)
