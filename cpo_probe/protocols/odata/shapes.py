"""Which attributes and elements may stand where in CSDL XML? From the XML schemas edmx.xsd and edm.xsd of CSDL XML 4.01."""

from dataclasses import dataclass

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
OLD_EDMX = "http://schemas.microsoft.com/ado/2007/06/edmx"
OLD_EDM = frozenset(
    {
        "http://schemas.microsoft.com/ado/2006/04/edm",
        "http://schemas.microsoft.com/ado/2007/05/edm",
        "http://schemas.microsoft.com/ado/2008/01/edm",
        "http://schemas.microsoft.com/ado/2008/09/edm",
        "http://schemas.microsoft.com/ado/2009/08/edm",
        "http://schemas.microsoft.com/ado/2009/11/edm",
    }
)
DATA_SERVICES = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"

FACETS = frozenset({"MaxLength", "Precision", "Scale", "SRID", "Unicode"})
CONSTANTS = frozenset(
    {"Binary", "Bool", "Date", "DateTimeOffset", "Decimal", "Duration", "EnumMember", "Float", "Guid", "Int", "String"}
    | {"TimeOfDay", "AnnotationPath", "ModelElementPath", "NavigationPropertyPath", "Path", "PropertyPath"}
)
INLINE = CONSTANTS | {"UrlRef"}
EXPRESSIONS = INLINE | {
    *("Apply", "Cast", "Collection", "If", "IsOf", "LabeledElement", "LabeledElementReference", "Null", "Record"),
    *("And", "Or", "Not", "Eq", "Ne", "Gt", "Ge", "Lt", "Le", "Has", "In"),
    *("Add", "Sub", "Neg", "Mul", "Div", "DivBy", "Mod"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """`once`: child elements that may stand at most once; annotations may stand in every element."""

    required: frozenset[str]
    attributes: frozenset[str]
    children: frozenset[str]
    once: frozenset[str]


def _shape(required: str = "", optional: str = "", children: str = "", once: str = "", facets: bool = False) -> Shape:
    needed = frozenset(required.split())
    single = frozenset(once.split())
    allowed = needed | frozenset(optional.split()) | (FACETS if facets else frozenset())
    return Shape(needed, allowed, frozenset(children.split()) | single | {"Annotation"}, single)


SHAPES: dict[str, Shape] = {
    "Edmx": _shape("Version", "", "Reference", "DataServices"),
    "DataServices": _shape("", "", "Schema"),
    "Reference": _shape("Uri", "", "Include IncludeAnnotations"),
    "Include": _shape("Namespace", "Alias"),
    "IncludeAnnotations": _shape("TermNamespace", "Qualifier TargetNamespace"),
    "Schema": _shape(
        "Namespace",
        "Alias",
        "ComplexType EntityType TypeDefinition EnumType Action Function Term Annotations EntityContainer",
    ),
    "EntityType": _shape("Name", "BaseType Abstract OpenType HasStream", "Property NavigationProperty", "Key"),
    "Key": _shape("", "", "PropertyRef"),
    "PropertyRef": _shape("Name", "Alias"),
    "ComplexType": _shape("Name", "BaseType Abstract OpenType", "Property NavigationProperty"),
    "Property": _shape("Name Type", "Nullable DefaultValue", facets=True),
    "TypeDefinition": _shape("Name UnderlyingType", facets=True),
    "NavigationProperty": _shape("Name Type", "Nullable Partner ContainsTarget", "ReferentialConstraint", "OnDelete"),
    "ReferentialConstraint": _shape("Property ReferencedProperty"),
    "OnDelete": _shape("Action"),
    "EnumType": _shape("Name", "IsFlags UnderlyingType", "Member"),
    "Member": _shape("Name", "Value"),
    "Action": _shape("Name", "IsBound EntitySetPath", "Parameter", "ReturnType"),
    "Function": _shape("Name", "IsBound EntitySetPath IsComposable", "Parameter", "ReturnType"),
    "Parameter": _shape("Name Type", "Nullable", facets=True),
    "ReturnType": _shape("Type", "Nullable", facets=True),
    "Term": _shape("Name Type", "BaseTerm Nullable DefaultValue AppliesTo", facets=True),
    "Annotations": _shape("Target", "Qualifier"),
    "EntityContainer": _shape("Name", "Extends", "EntitySet Singleton ActionImport FunctionImport"),
    "EntitySet": _shape("Name EntityType", "IncludeInServiceDocument", "NavigationPropertyBinding"),
    "Singleton": _shape("Name Type", "Nullable", "NavigationPropertyBinding"),
    "NavigationPropertyBinding": _shape("Path Target"),
    "ActionImport": _shape("Name Action", "EntitySet"),
    "FunctionImport": _shape("Name Function", "EntitySet IncludeInServiceDocument"),
}

_NOTES = "Documentation ValueAnnotation TypeAnnotation"


def _old(required: str = "", children: str = "", once: str = "") -> Shape:
    return _shape(required, "", f"{children} {_NOTES}", once)


# CSDL 2.0 and 3.0 ([MC-CSDL]); only what a reader of the model needs: other attributes and elements are passed over.
OLD_SHAPES: dict[str, Shape] = {
    "Edmx": _old("Version", "Reference AnnotationsReference", "DataServices"),
    "DataServices": _old("", "Schema"),
    "Schema": _old(
        "Namespace", "EntityType ComplexType EnumType Association EntityContainer Function Using Annotations ValueTerm"
    ),
    "EntityType": _old("Name", "Property NavigationProperty", "Key"),
    "Key": _old("", "PropertyRef"),
    "PropertyRef": _old("Name"),
    "ComplexType": _old("Name", "Property"),
    "Property": _old("Name Type", "TypeRef CollectionType"),
    "NavigationProperty": _old("Name Relationship FromRole ToRole"),
    "EnumType": _old("Name", "Member"),
    "Member": _old("Name"),
    "Association": _old("Name", "End", "ReferentialConstraint"),
    "End": _old("", "OnDelete"),
    "ReferentialConstraint": _old("", "", "Principal Dependent"),
    "Principal": _old("Role", "PropertyRef"),
    "Dependent": _old("Role", "PropertyRef"),
    "EntityContainer": _old("Name", "EntitySet AssociationSet FunctionImport"),
    "EntitySet": _old("Name EntityType"),
    "AssociationSet": _old("Name Association", "End"),
    "FunctionImport": _old("Name", "Parameter ReturnType"),
    "Parameter": _old("Name Type"),
}
