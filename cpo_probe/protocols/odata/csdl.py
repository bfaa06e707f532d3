"""What does a service say about its data? The entity data model, as OData CSDL 4.01 and its forerunners write it."""

from collections.abc import Mapping
from typing import Literal

from cpo_probe.model import Problem
from cpo_probe.protocols.odata.csdl_annotations import NO_VALUE, Annotation, Annotations, Expression
from cpo_probe.protocols.odata.csdl_service import (
    ActionImport,
    Association,
    AssociationConstraint,
    AssociationSet,
    Binding,
    End,
    EntityContainer,
    EntitySet,
    FunctionImport,
    Overload,
    Parameter,
    ReturnType,
    Singleton,
)
from cpo_probe.protocols.odata.csdl_types import (
    NO_EXTRA,
    NO_FACETS,
    ComplexType,
    Constraint,
    EntityType,
    EnumType,
    Facets,
    KeyRef,
    Member,
    NamedType,
    NavigationProperty,
    Property,
    Scale,
    StructuredType,
    Term,
    TypeDefinition,
    TypeRef,
)
from cpo_probe.protocols.odata.part import Part

__all__ = [
    "ActionImport", "Annotation", "Annotations", "Association", "AssociationConstraint", "AssociationSet",
    "Binding", "ComplexType", "Constraint", "Document", "End", "EntityContainer",
    "EntitySet", "EntityType", "EnumType", "Expression", "Facets", "FunctionImport",
    "Include", "KeyRef", "Member", "NO_EXTRA", "NO_FACETS", "NO_VALUE",
    "NamedType", "NavigationProperty", "Overload", "Parameter", "Property", "Reference",
    "ReturnType", "Scale", "Schema", "Singleton", "StructuredType", "Term",
    "TypeDefinition", "TypeRef",
]  # fmt: skip


class Schema(Part, frozen=True, gc=False):
    namespace: str
    alias: str
    entity_types: tuple[EntityType, ...]
    complex_types: tuple[ComplexType, ...]
    enum_types: tuple[EnumType, ...]
    type_definitions: tuple[TypeDefinition, ...]
    terms: tuple[Term, ...]
    overloads: tuple[Overload, ...]
    associations: tuple[Association, ...]
    containers: tuple[EntityContainer, ...]
    targets: tuple[Annotations, ...]
    annotations: tuple[Annotation, ...]
    line: int


class Include(Part, frozen=True, gc=False):
    namespace: str
    alias: str
    annotations: tuple[Annotation, ...]
    line: int


class Reference(Part, frozen=True, gc=False):
    """Another document; `uri` as written, possibly relative."""

    uri: str
    includes: tuple[Include, ...]
    include_annotations: bool
    annotations: tuple[Annotation, ...]
    line: int


class Document(Part, frozen=True, gc=False):
    """One CSDL document. `version`: "4.0", "4.01", "3.0", "2.0", "1.0", or as stated; "" when it states none.

    `misread`: what keeps the document from being read as its authors meant it, problems over `RULES`.
    """

    syntax: Literal["xml", "json"]
    version: str
    url: str
    references: tuple[Reference, ...]
    schemas: tuple[Schema, ...]
    container: str  # CSDL JSON: the member $EntityContainer
    aliases: Mapping[str, str]
    misread: tuple[Problem, ...]

    @property
    def old(self) -> bool:
        """Whether it is written in the language before OData 4.0 (associations instead of typed navigation)."""
        return self.version in ("1.0", "2.0", "3.0")
