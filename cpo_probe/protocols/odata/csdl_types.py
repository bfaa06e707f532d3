"""Which types, properties and terms does a model have? (OData CSDL 4.01, 6 to 11 and 14.1)"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from cpo_probe.protocols.odata.csdl_annotations import Annotation
from cpo_probe.protocols.odata.part import Part

NO_EXTRA: Mapping[str, str] = MappingProxyType({})

Scale = int | Literal["variable", "floating"] | None


class TypeRef(Part, frozen=True, gc=False):
    """A type as it is used. `name` is qualified by namespace (aliases replaced); "" when none was stated."""

    name: str
    collection: bool

    def __str__(self) -> str:
        return f"Collection({self.name})" if self.collection else self.name


class Facets(Part, frozen=True, gc=False):
    """Limits on values (CSDL 7.2). None: not stated; `max_length` of "max" counts as not stated."""

    max_length: int | None
    precision: int | None
    scale: Scale
    unicode: bool | None
    srid: str


NO_FACETS = Facets(None, None, None, None, "")


class Property(Part, frozen=True, gc=False):
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


class Constraint(Part, frozen=True, gc=False):
    """A referential constraint: `dependent` equals `principal`, both paths."""

    dependent: str
    principal: str
    annotations: tuple[Annotation, ...]
    line: int


class NavigationProperty(Part, frozen=True, gc=False):
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


class KeyRef(Part, frozen=True, gc=False):
    """`path` leads to a primitive property; `alias`: its name in key predicates, "" when it is the path."""

    path: str
    alias: str
    line: int

    @property
    def name(self) -> str:
        return self.alias or self.path


class EntityType(Part, frozen=True, gc=False):
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


class ComplexType(Part, frozen=True, gc=False):
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


class Member(Part, frozen=True, gc=False):
    """`value`: None when it is not stated; see `EnumType.values`."""

    name: str
    value: int | None
    annotations: tuple[Annotation, ...]
    line: int


class EnumType(Part, frozen=True, gc=False):
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


class TypeDefinition(Part, frozen=True, gc=False):
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


class Term(Part, frozen=True, gc=False):
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
