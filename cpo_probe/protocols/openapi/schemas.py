"""The schemas of one description, compiled when they are first needed."""

from functools import cached_property
from typing import Any

from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.json_schema import (
    Dialect,
    Missing,
    Mode,
    Place,
    Uncompilable,
    Validator,
    compile,
    dialect_of,
)
from cpo_probe.protocols.openapi.documents import Documents
from cpo_probe.protocols.openapi.fields import Fields

DIALECTS = {
    "2.0": Dialect.OPENAPI_2_0,
    "3.0": Dialect.OPENAPI_3_0,
    "3.1": Dialect.OPENAPI_3_1,
    "3.2": Dialect.OPENAPI_3_1,
}
_NEW = frozenset({Dialect.OPENAPI_3_1, Dialect.DRAFT_2020_12, Dialect.DRAFT_2019_09, Dialect.DRAFT_7, Dialect.DRAFT_6})


class Schemas:
    """Validators by place and direction."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._compiled: dict[tuple[str, str, Mode], Validator | Uncompilable] = {}

    @property
    def dialect(self) -> Dialect:
        return DIALECTS.get(self._documents.version, Dialect.OPENAPI_3_1)

    @property
    def unknown_dialect(self) -> bool:
        """Whether `jsonSchemaDialect` names a dialect that is not known here."""
        return self.dialect is Dialect.OPENAPI_3_1 and self.stated_dialect({}) not in _NEW

    def stated_dialect(self, schema: Any) -> Dialect | None:
        """What a schema's own `$schema` says, or else the document's `jsonSchemaDialect`."""
        default = dialect_of({"$schema": self._documents.value.get("jsonSchemaDialect")}, Dialect.OPENAPI_3_1)
        return dialect_of(schema, Dialect.OPENAPI_3_1) if isinstance(schema, dict) and "$schema" in schema else default

    def validator(self, place: Place, mode: Mode) -> Validator | Uncompilable:
        """The validator of the schema at `place`."""
        key = (place.url, place.pointer, mode)
        if key not in self._compiled:
            self._compiled[key] = self._compile(place, mode)
        return self._compiled[key]

    def _compile(self, place: Place, mode: Mode) -> Validator | Uncompilable:
        dialect = self.dialect
        if dialect is Dialect.OPENAPI_3_1 and self.stated_dialect(place.value) not in _NEW:
            return Uncompilable("dialect", "")
        return compile(
            place.value, dialect=dialect, registry=self._documents.registry, base=place.url, pointer=place.pointer, mode=mode
        )

    def inline(self, schema: dict[str, Any], place: Place, mode: Mode) -> Validator | Uncompilable:
        """A schema that a 2.0 parameter, header or items object states inline at `place`."""
        key = (place.url, place.pointer, mode)
        if key not in self._compiled:
            self._compiled[key] = self._compile(Place(place.url, place.pointer, schema), mode)
        return self._compiled[key]

    @cached_property
    def fields(self) -> Fields:
        return Fields(self._documents.registry, self.children, self.dialect is Dialect.OPENAPI_3_1)

    @cached_property
    def children(self) -> dict[tuple[str, str], list[Place]]:
        """Schemas that extend another by allOf, under every base whose answers may hold the child.

        A base with a discriminator stands for its children (OpenAPI 3.x, Discriminator Object; Swagger 2.0, Composition).
        """
        bases: dict[tuple[str, str], list[Place]] = {}
        registry = self._documents.registry
        for node in self._documents.of("schema"):
            listed = node.value.get("allOf")
            place = Place(node.url, node.pointer, node.value)
            for item in listed if isinstance(listed, list) else ():
                reference = item.get("$ref") if isinstance(item, dict) else None
                if not isinstance(reference, str):
                    continue
                found = registry.resolve(registry.base(place), reference)
                if isinstance(found, Missing) or not isinstance(found.value, dict):
                    continue
                bases.setdefault((found.url, found.pointer), []).append(place)
        return {key: self._descendants(key, bases) for key in bases if self._discriminated(key)}

    def _discriminated(self, key: tuple[str, str]) -> bool:
        found = self._documents.registry.resolve(key[0], "#" + key[1].replace("%", "%25"))
        return not isinstance(found, Missing) and isinstance(found.value, dict) and "discriminator" in found.value

    @staticmethod
    def _descendants(start: tuple[str, str], bases: dict[tuple[str, str], list[Place]]) -> list[Place]:
        seen: dict[tuple[str, str], Place] = {}
        queue = [start]
        while queue:
            for child in bases.get(queue.pop(), ()):
                key = (child.url, child.pointer)
                if key not in seen and key != start:
                    seen[key] = child
                    queue.append(key)
        return list(seen.values())

    def member(self, place: Place, *steps: str | int) -> Place:
        """The schema below `place`; True, which accepts everything, when there is none."""
        value: Any = place.value
        for step in steps:
            value = value.get(step, True) if isinstance(value, dict) else True
        return Place(place.url, join(place.pointer, *steps), value)
