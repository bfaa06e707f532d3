"""Which claims of the standard can be checked in a model, and which of them does it break?"""

from collections.abc import Callable, Iterable

from cpo_probe.model import Problem, Problems, Rule
from cpo_probe.protocols.odata import (
    rules_annotations,
    rules_container,
    rules_names,
    rules_navigation,
    rules_old,
    rules_operations,
    rules_types,
)
from cpo_probe.protocols.odata.model import Model

CSDL = "OData CSDL XML and JSON 4.01, "
OLD = "[MC-CSDL] 2.0, [MS-ODATA]: "

RULES: tuple[Rule, ...] = (
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
    Rule(
        "base-type",
        CSDL + "6.1 Derived Entity Type; 9.1 Derived Complex Type",
        "error",
        "Entity types derive from entity types, complex types from complex types. "
        "Remedy: correct BaseType.",
    ),
    Rule(
        "base-cycle",
        CSDL + "6.1, 9.1: MUST NOT introduce an inheritance cycle",
        "error",
        "No type derives from itself. "
        "Remedy: correct BaseType of one of the types in the circle.",
    ),
    Rule(
        "base-abstract",
        CSDL + "6.2 Abstract Entity Type",
        "error",
        "An abstract entity type has no base type that is not abstract. "
        "Remedy: make the base type abstract, or the derived one concrete.",
    ),
    Rule(
        "base-open",
        CSDL + "6.3 Open Entity Type; 9.3 Open Complex Type",
        "error",
        "A type derived from an open type is open. "
        "Remedy: delete OpenType=false.",
    ),
    Rule(
        "property-type",
        CSDL + "7.1 Type",
        "error",
        "A structural property has a primitive, complex or enumeration type. "
        "Remedy: make it a navigation property if it leads to entities.",
    ),
    Rule(
        "collection-nullable",
        CSDL + "7.2.1 Nullable: in 4.01 a collection-valued property MUST specify it",
        "error",
        "A collection says whether its items may be null. "
        'Remedy: add Nullable="false" or Nullable="true".',
    ),
    Rule(
        "facets",
        CSDL + "7.2.3 Precision, 7.2.4 Scale",
        "error",
        "Scale is not larger than Precision, Precision of a decimal is positive, that of times at most 12. "
        "Remedy: correct the facets; no value can keep them.",
    ),
    Rule(
        "default-value",
        CSDL + "7.2.7 Default Value; OData ABNF: primitiveValue",
        "error",
        "A default value is a value of the property's type. "
        "Remedy: correct DefaultValue.",
    ),
    Rule(
        "key-exists",
        CSDL + "6.5 Key",
        "error",
        "Every part of a key is a property of the type. "
        "Remedy: correct the PropertyRef; entities cannot be addressed.",
    ),
    Rule(
        "key-type",
        CSDL + "6.5 Key: allowed primitive types",
        "error",
        "Key properties are single values of a primitive type that keys may have, or of an enumeration. "
        "Remedy: choose another property, or another type.",
    ),
    Rule(
        "key-nullable",
        CSDL + "6.5 Key: MUST be non-nullable",
        "error",
        "Key properties are not nullable. "
        'Remedy: add Nullable="false"; without it a property is nullable.',
    ),
    Rule(
        "key-alias",
        CSDL + "6.5 Key: Alias",
        "error",
        "A key part that is a path has an alias, no alias is the name of a property, no part is listed twice. "
        "Remedy: add or rename the alias.",
    ),
    Rule(
        "key-inherited",
        CSDL + "6.5 Key: only if no base type has one",
        "error",
        "A type whose base type has a key does not declare another. "
        "Remedy: delete the key of the derived type.",
    ),
    Rule(
        "key-needed",
        CSDL + "6.5 Key; 8.4 Containment; 13.2 Entity Set; 4.0: every entity type",
        "error",
        "Types of entity sets and of contained collections have a key; before 4.01 all concrete entity types have one. "
        "Remedy: declare the key.",
    ),
    Rule(
        "navigation-type",
        CSDL + "8.1 Navigation Property Type",
        "error",
        "A navigation property leads to an entity type. "
        "Remedy: make it a structural property, or correct its type.",
    ),
    Rule(
        "navigation-nullable",
        CSDL + "8.2 Nullable Navigation Property",
        "error",
        "A navigation property that leads to a collection does not state Nullable. "
        "Remedy: delete the attribute.",
    ),
    Rule(
        "partner",
        CSDL + "8.3 Partner Navigation Property",
        "error",
        "A partner is a navigation property of the type that is led to, and leads back to the declaring entity type. "
        "Remedy: correct or delete Partner.",
    ),
    Rule(
        "partner-mutual",
        CSDL + "8.3 Partner Navigation Property",
        "error",
        "If the partner names a partner, too, it names this navigation property. "
        "Remedy: correct one of the two.",
    ),
    Rule(
        "containment",
        CSDL + "8.4 Containment Navigation Property",
        "error",
        "The partner of a containment property leads to one owner: nullable where the containment is recursive, else not. "
        "Remedy: correct type or Nullable of the partner.",
    ),
    Rule(
        "constraint-exists",
        CSDL + "8.5 Referential Constraint",
        "error",
        "Both properties of a referential constraint exist. "
        "Remedy: correct the path.",
    ),
    Rule(
        "constraint-type",
        CSDL + "8.5 Referential Constraint",
        "error",
        "Both properties of a referential constraint have the same type. "
        "Remedy: give the dependent property the type of the principal one.",
    ),
    Rule(
        "constraint-nullable",
        CSDL + "8.5 Referential Constraint",
        "warning",
        "The dependent property is nullable exactly if the navigation property or the principal property is. "
        "Remedy: correct Nullable of the dependent property or of the navigation property.",
    ),
    Rule(
        "enum-type",
        CSDL + "10.1 Underlying Integer Type",
        "error",
        "An enumeration rests on Edm.Byte, SByte, Int16, Int32 or Int64. "
        "Remedy: correct UnderlyingType.",
    ),
    Rule(
        "enum-members",
        CSDL + "10.2 Flags Enumeration Type; 10.3 Enumeration Type Member",
        "error",
        "An enumeration has members; all or none have values, flags all and none negative; values fit the underlying type. "
        "Remedy: correct the members.",
    ),
    Rule(
        "definition-type",
        CSDL + "11.1 Underlying Primitive Type",
        "error",
        "A type definition rests on a primitive type, not on another type definition. "
        "Remedy: correct UnderlyingType.",
    ),
    Rule(
        "operation-bound",
        CSDL + "12.5 Bound or Unbound; 12.9 Parameter",
        "error",
        "A bound action or function has a binding parameter. "
        "Remedy: add the parameter, or delete IsBound.",
    ),
    Rule(
        "function-returns",
        CSDL + "12.3 Function",
        "error",
        "Every function states what it returns. "
        "Remedy: add ReturnType.",
    ),
    Rule(
        "overloads-unique",
        CSDL + "12.2 Action Overloads; 12.4 Function Overloads",
        "error",
        "Overloads can be told apart by binding type, parameter names and parameter types. "
        "Remedy: rename or merge the overloads.",
    ),
    Rule(
        "overloads-return",
        CSDL + "12.4 Function Overloads",
        "error",
        "Functions of one name and one binding type return the same type. "
        "Remedy: correct the return type, or rename one function.",
    ),
    Rule(
        "parameters-unique",
        CSDL + "12.9 Parameter",
        "error",
        "No two parameters of an overload have the same name. "
        "Remedy: rename one of them.",
    ),
    Rule(
        "entity-set-path",
        CSDL + "12.6 Entity Set Path",
        "error",
        "An entity set path stands on a bound operation and begins with the name of its binding parameter. "
        "Remedy: correct EntitySetPath.",
    ),
    Rule(
        "container-one",
        CSDL + "13 Entity Container: exactly one",
        "error",
        "A metadata document defines one entity container. "
        "Remedy: merge the containers, or move all but one to documents of their own.",
    ),
    Rule(
        "container-extends",
        CSDL + "13.1 Extending an Entity Container",
        "error",
        "The container that is extended exists. "
        "Remedy: correct Extends.",
    ),
    Rule(
        "set-type",
        CSDL + "13.2 Entity Set; 13.3 Singleton",
        "error",
        "Entity sets and singletons hold entities. "
        "Remedy: name an entity type.",
    ),
    Rule(
        "new-in-4.01",
        CSDL + "13.3 Singleton: Nullable MUST NOT be specified in 4.0",
        "error",
        "A document of version 4.0 uses nothing that came with 4.01. "
        "Remedy: state Version 4.01, or delete it.",
    ),
    Rule(
        "import-target",
        CSDL + "13.5 Action Import; 13.6 Function Import",
        "error",
        "An import names an unbound action or function that exists. "
        "Remedy: correct the name, or make the operation unbound; it cannot be called.",
    ),
    Rule(
        "import-set",
        CSDL + "13.5 Action Import; 13.6 Function Import: EntitySet",
        "error",
        "The entity set of an import exists. "
        "Remedy: correct EntitySet.",
    ),
    Rule(
        "binding-path",
        CSDL + "13.4.1 Navigation Property Path Binding",
        "error",
        "A binding's path leads to a navigation property, through containment properties only, and not to one. "
        "Remedy: correct Path.",
    ),
    Rule(
        "binding-target",
        CSDL + "13.4.2 Binding Target",
        "error",
        "A binding's target exists. "
        "Remedy: correct Target; clients cannot follow the relation.",
    ),
    Rule(
        "binding-type",
        CSDL + "13.4 Navigation Property Binding",
        "error",
        "The target of a binding can hold the related entities: its type is theirs, or derived, or a base of it. "
        "Remedy: correct Target.",
    ),
    Rule(
        "binding-unique",
        CSDL + "13.4.1 Navigation Property Path Binding",
        "error",
        "A path is bound once. "
        "Remedy: delete one of the bindings.",
    ),
    Rule(
        "annotation-target",
        CSDL + "14.2.2 Target",
        "error",
        "What is annotated from outside exists. "
        "Remedy: correct Target.",
    ),
    Rule(
        "annotation-unique",
        CSDL + "14.2.1 Qualifier",
        "error",
        "A term stands once on one thing, or with different qualifiers. "
        "Remedy: delete one of the annotations, or give it a qualifier.",
    ),
    Rule(
        "term-exists",
        CSDL + "14.1 Term; 14.2 Annotation",
        "error",
        "Terms of a namespace that is defined here are defined. "
        "Remedy: correct the name of the term.",
    ),
    Rule(
        "term-scope",
        CSDL + "4.1 Reference; 14.2 Annotation",
        "warning",
        "The vocabularies of the terms used are included by reference. "
        "Remedy: add edmx:Reference and edmx:Include, or correct the alias.",
    ),
    Rule(
        "association",
        OLD + "2.1 Association",
        "error",
        "An association has two ends with roles, entity types that exist, and multiplicities. "
        "Remedy: correct the end named.",
    ),
    Rule(
        "association-constraint",
        OLD + "2.1 ReferentialConstraint",
        "error",
        "A referential constraint pairs properties that exist in both ends. "
        "Remedy: correct the PropertyRef.",
    ),
    Rule(
        "association-set",
        OLD + "2.1 AssociationSet",
        "error",
        "An association set names an association, and entity sets of the types at its ends. "
        "Remedy: correct the name; links cannot be followed.",
    ),
    Rule(
        "navigation-roles",
        OLD + "2.1 NavigationProperty",
        "error",
        "A navigation property names an association, and roles of it that start at its type. "
        "Remedy: correct Relationship, FromRole or ToRole.",
    ),
    Rule(
        "function-import",
        OLD + "2.1.15 FunctionImport, m:HttpMethod",
        "error",
        "A function import is called by GET or POST, and names the entity set of the entities that it returns. "
        "Remedy: correct m:HttpMethod or EntitySet.",
    ),
)  # fmt: skip

Finder = Callable[[Model], Iterable[Problem]]

FINDERS: tuple[Finder, ...] = (
    rules_names.spaces,
    rules_names.names,
    rules_names.inherited,
    rules_types.types_exist,
    rules_types.base_types,
    rules_types.properties,
    rules_types.keys,
    rules_types.keys_needed,
    rules_types.enums,
    rules_types.definitions,
    rules_navigation.navigation,
    rules_operations.operations,
    rules_container.containers,
    rules_annotations.annotations,
    rules_old.old_model,
)


def problems(model: Model) -> Problems:
    """Everything that the judged documents of a model break, by rule; what could not be read of them comes first."""
    found = Problems()
    for document in model.judged:
        for problem in document.misread:
            found.add(problem)
    for finder in FINDERS:
        for problem in finder(model):
            found.add(problem)
    return found
