"""What does a service expose, and what can be called? (OData CSDL 4.01, 12 and 13; associations of V2)"""

from collections.abc import Mapping
from typing import Literal

from cpo_probe.protocols.odata.csdl_annotations import Annotation
from cpo_probe.protocols.odata.csdl_types import Facets, TypeRef
from cpo_probe.protocols.odata.part import Part


class Parameter(Part, frozen=True, gc=False):
    name: str
    type: TypeRef
    nullable: bool | None
    facets: Facets
    annotations: tuple[Annotation, ...]
    line: int


class ReturnType(Part, frozen=True, gc=False):
    type: TypeRef
    nullable: bool | None
    facets: Facets
    annotations: tuple[Annotation, ...]
    line: int


class Overload(Part, frozen=True, gc=False):
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


class Binding(Part, frozen=True, gc=False):
    path: str
    target: str
    line: int


class EntitySet(Part, frozen=True, gc=False):
    name: str
    type: str
    in_service_document: bool
    bindings: tuple[Binding, ...]
    annotations: tuple[Annotation, ...]
    line: int
    extra: Mapping[str, str]


class Singleton(Part, frozen=True, gc=False):
    name: str
    type: str
    nullable: bool
    nullable_stated: bool
    bindings: tuple[Binding, ...]
    annotations: tuple[Annotation, ...]
    line: int


class ActionImport(Part, frozen=True, gc=False):
    name: str
    action: str
    entity_set: str
    annotations: tuple[Annotation, ...]
    line: int


class FunctionImport(Part, frozen=True, gc=False):
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


class End(Part, frozen=True, gc=False):
    """V2: one end of an association (`type`, `multiplicity`) or of an association set (`entity_set`)."""

    role: str
    type: str
    multiplicity: str
    entity_set: str
    line: int


class AssociationConstraint(Part, frozen=True, gc=False):
    """V2: `dependent` properties of one role equal the `principal` ones of the other, by position."""

    principal_role: str
    principal: tuple[str, ...]
    dependent_role: str
    dependent: tuple[str, ...]
    line: int


class Association(Part, frozen=True, gc=False):
    namespace: str
    name: str
    ends: tuple[End, ...]
    constraint: AssociationConstraint | None
    line: int

    @property
    def qualified(self) -> str:
        return f"{self.namespace}.{self.name}"


class AssociationSet(Part, frozen=True, gc=False):
    name: str
    association: str
    ends: tuple[End, ...]
    line: int
    extra: Mapping[str, str]


class EntityContainer(Part, frozen=True, gc=False):
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
