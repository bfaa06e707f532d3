"""What does the standard say of what a service exposes, of annotations, and what did the language before OData 4.0 say?"""

from cpo_probe.model import Rule
from cpo_probe.protocols.odata.rule_sources import CSDL, OLD

SERVICE: tuple[Rule, ...] = (
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
        OLD + "2.1.8 Association, 2.1.9 Association End",
        "error",
        "An association has two ends with roles, entity types that exist, and multiplicities. "
        "Remedy: correct the end named.",
    ),
    Rule(
        "association-constraint",
        OLD + "2.1.11 ReferentialConstraint, 2.1.12 ReferentialConstraint Role",
        "error",
        "A referential constraint pairs properties that exist in both ends. "
        "Remedy: correct the PropertyRef.",
    ),
    Rule(
        "association-set",
        OLD + "2.1.19 AssociationSet, 2.1.20 AssociationSet End",
        "error",
        "An association set names an association, and entity sets of the types at its ends. "
        "Remedy: correct the name; links cannot be followed.",
    ),
    Rule(
        "navigation-roles",
        OLD + "2.1.4 NavigationProperty",
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
