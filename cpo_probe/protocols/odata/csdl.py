"""What does a service say about its data? The entity data model, as OData CSDL 4.01 and its forerunners write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from cpo_probe.model import Problem

NO_EXTRA: Mapping[str, str] = MappingProxyType({})

Scale = int | Literal["variable", "floating"] | None


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A type as it is used. `name` is qualified by namespace (aliases replaced); "" when none was stated."""

    name: str
    collection: bool

    def __str__(self) -> str:
        return f"Collection({self.name})" if self.collection else self.name


@dataclass(frozen=True, slots=True)
class Facets:
    """Limits on values (CSDL 7.2). None: not stated; `max_length` of "max" counts as not stated."""

    max_length: int | None
    precision: int | None
    scale: Scale
    unicode: bool | None
    srid: str


NO_FACETS = Facets(None, None, None, None, "")


@dataclass(frozen=True, slots=True)
class Expression:
    """The value of an annotation (CSDL 14.4).

    `kind`: the XML element's name: "String", "Bool", "Int", "EnumMember", "Path", "Record", "PropertyValue", "Collection",
    "Apply", "If", "Null", ...; "" when no value is stated, so that the term's default holds.
    `text`: the constant or path. `name`: the member, function, type or label. `items`: what is inside.
    """

    kind: str
    text: str
    name: str
    items: tuple["Expression", ...]
    annotations: tuple["Annotation", ...]


NO_VALUE = Expression("", "", "", (), ())


@dataclass(frozen=True, slots=True)
class Annotation:
    """`term`: qualified by namespace. `qualifier`: "" for none. `line`: from 1, 0 unknown (CSDL JSON)."""

    term: str
    qualifier: str
    value: Expression
    annotations: tuple["Annotation", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Property:
    """A structural property. `nullable`: None when nothing can be assumed (collection, not stated in XML).

    `extra`: attributes of other namespaces, `{namespace}name` -> value.
    """

    name: str
    type: TypeRef
    nullable: bool | None
    nullable_stated: bool
    facets: Facets
    default: str | None
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A referential constraint: `dependent` equals `principal`, both paths."""

    dependent: str
    principal: str
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class NavigationProperty:
    """`nullable`: a related entity may be missing. V2: `relationship`, `from_role` and `to_role` name the association."""

    name: str
    type: TypeRef
    nullable: bool
    nullable_stated: bool
    partner: str
    contains: bool
    constraints: tuple[Constraint, ...]
    on_delete: str
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]
    relationship: str
    from_role: str
    to_role: str


@dataclass(frozen=True, slots=True)
class KeyRef:
    """`path` leads to a primitive property; `alias`: its name in key predicates, "" when it is the path."""

    path: str
    alias: str
    line: int

    @property
    def name(self) -> str:
        return self.alias or self.path


@dataclass(frozen=True, slots=True)
class EntityType:
    """`open`: None when the document does not say. `keys_stated`: number of Key elements (one is allowed)."""

    namespace: str
    name: str
    base: str
    abstract: bool
    open: bool | None
    has_stream: bool
    key: tuple[KeyRef, ...]
    properties: tuple[Property, ...]
    navigation: tuple[NavigationProperty, ...]
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class ComplexType:
    namespace: str
    name: str
    base: str
    abstract: bool
    open: bool | None
    properties: tuple[Property, ...]
    navigation: tuple[NavigationProperty, ...]
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


StructuredType = EntityType | ComplexType


@dataclass(frozen=True, slots=True)
class Member:
    """`value`: None when it is not stated; see `EnumType.values`."""

    name: str
    value: int | None
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class EnumType:
    namespace: str
    name: str
    underlying: str
    flags: bool
    members: tuple[Member, ...]
    annotations: tuple[Annotation, ...]
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"

    @property
    def values(self) -> dict[str, int]:
        """Member -> value; members without one count from 0 (CSDL 10.3)."""
        return {m.name: n if m.value is None else m.value for n, m in enumerate(self.members)}


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    namespace: str
    name: str
    underlying: str
    facets: Facets
    annotations: tuple[Annotation, ...]
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


NamedType = EntityType | ComplexType | EnumType | TypeDefinition


@dataclass(frozen=True, slots=True)
class Term:
    namespace: str
    name: str
    type: TypeRef
    base: str
    nullable: bool | None
    facets: Facets
    default: str | None
    applies_to: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: TypeRef
    nullable: bool | None
    facets: Facets
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ReturnType:
    type: TypeRef
    nullable: bool | None
    facets: Facets
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Overload:
    """One overload of an action or a function. `index`: its position among those of the same name."""

    kind: Literal["Action", "Function"]
    namespace: str
    name: str
    index: int
    bound: bool
    composable: bool
    entity_set_path: str
    parameters: tuple[Parameter, ...]
    returns: ReturnType | None
    annotations: tuple[Annotation, ...]
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class Binding:
    path: str
    target: str
    line: int


@dataclass(frozen=True, slots=True)
class EntitySet:
    name: str
    type: str
    in_service_document: bool
    bindings: tuple[Binding, ...]
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Singleton:
    name: str
    type: str
    nullable: bool
    nullable_stated: bool
    bindings: tuple[Binding, ...]
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ActionImport:
    name: str
    action: str
    entity_set: str
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class FunctionImport:
    """V4: `function` names it. V2: `parameters`, `returns` and `http_method` ("" when m:HttpMethod is not stated) describe it."""

    name: str
    function: str
    entity_set: str
    in_service_document: bool
    http_method: str
    parameters: tuple[Parameter, ...]
    returns: TypeRef | None
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """V2: one end of an association (`type`, `multiplicity`) or of an association set (`entity_set`)."""

    role: str
    type: str
    multiplicity: str
    entity_set: str
    line: int


@dataclass(frozen=True, slots=True)
class AssociationConstraint:
    """V2: `dependent` properties of one role equal the `principal` ones of the other, by position."""

    principal_role: str
    principal: tuple[str, ...]
    dependent_role: str
    dependent: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Association:
    namespace: str
    name: str
    ends: tuple[End, ...]
    constraint: AssociationConstraint | None
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class AssociationSet:
    name: str
    association: str
    ends: tuple[End, ...]
    line: int
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntityContainer:
    namespace: str
    name: str
    extends: str
    sets: tuple[EntitySet, ...]
    singletons: tuple[Singleton, ...]
    action_imports: tuple[ActionImport, ...]
    function_imports: tuple[FunctionImport, ...]
    association_sets: tuple[AssociationSet, ...]
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


@dataclass(frozen=True, slots=True)
class Annotations:
    """Annotations put on something by its path (CSDL 5.2); `target` has its aliases replaced."""

    target: str
    qualifier: str
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Schema:
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


@dataclass(frozen=True, slots=True)
class Include:
    namespace: str
    alias: str
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Reference:
    """Another document; `uri` as written, possibly relative."""

    uri: str
    includes: tuple[Include, ...]
    include_annotations: bool
    annotations: tuple[Annotation, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Document:
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
