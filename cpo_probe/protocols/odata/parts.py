"""What has been read of a schema so far?"""

from collections import Counter
from dataclasses import dataclass, field

from cpo_probe.protocols.odata.csdl import (
    Annotation,
    Annotations,
    Association,
    ComplexType,
    EntityContainer,
    EntityType,
    EnumType,
    Overload,
    Schema,
    Term,
    TypeDefinition,
)


@dataclass(slots=True)
class Parts:
    """Grows while a schema is read."""

    entity_types: list[EntityType] = field(default_factory=list)
    complex_types: list[ComplexType] = field(default_factory=list)
    enum_types: list[EnumType] = field(default_factory=list)
    type_definitions: list[TypeDefinition] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    overloads: list[Overload] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)
    containers: list[EntityContainer] = field(default_factory=list)
    targets: list[Annotations] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    _overloaded: Counter[str] = field(default_factory=Counter)

    def next_index(self, name: str) -> int:
        """The position of the next overload of that name."""
        self._overloaded[name] += 1
        return self._overloaded[name] - 1

    def schema(self, namespace: str, alias: str, line: int) -> Schema:
        return Schema(
            namespace,
            alias,
            tuple(self.entity_types),
            tuple(self.complex_types),
            tuple(self.enum_types),
            tuple(self.type_definitions),
            tuple(self.terms),
            tuple(self.overloads),
            tuple(self.associations),
            tuple(self.containers),
            tuple(self.targets),
            tuple(self.annotations),
            line,
        )
