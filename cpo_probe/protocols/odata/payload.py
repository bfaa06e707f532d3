"""What have all ways to judge a body in common?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cpo_probe.model import Problem, Problems, Where
from cpo_probe.protocols import json_pointer
from cpo_probe.protocols.odata.csdl import NO_FACETS, Facets, StructuredType, TypeRef
from cpo_probe.protocols.odata.tables import Slot, Table, Tables

Path = tuple[Any, str | int] | None  # the way to a value, nearest step first
Names = tuple[str, ...]
WHOLE: Names = ("",)
"""In place of names of members: the instance has to be judged as such."""


class Shape(StrEnum):
    """What kind of resource a body shows."""

    ENTITY = "entity"
    ENTITIES = "entities"
    VALUE = "value"  # a single primitive or complex property
    VALUES = "values"  # a collection of primitive or complex values
    REFERENCE = "reference"  # $ref
    REFERENCES = "references"
    SERVICE = "service"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Expected:
    """`type`: qualified name of the entity type, or of the property's (item) type; "" for references, service and error."""

    shape: Shape
    type: str
    nullable: bool | None
    facets: Facets

    @classmethod
    def entity(cls, type: str) -> "Expected":
        return cls(Shape.ENTITY, type, None, NO_FACETS)

    @classmethod
    def entities(cls, type: str) -> "Expected":
        return cls(Shape.ENTITIES, type, None, NO_FACETS)

    @classmethod
    def property(cls, type: TypeRef, nullable: bool | None = None, facets: Facets = NO_FACETS) -> "Expected":
        return cls(Shape.VALUES if type.collection else Shape.VALUE, type.name, nullable, facets)

    @classmethod
    def of(cls, shape: Shape) -> "Expected":
        """For references, the service document and errors."""
        return cls(shape, "", None, NO_FACETS)


@dataclass(frozen=True, slots=True)
class Context:
    """What the answer says about itself: OData-Version, and the parameters of its Content-Type where it states them.

    `version`: "4.0", "4.01", "2.0". `metadata`: "minimal", "full", "none". `ieee754`: IEEE754Compatible=true.
    `complete`: all structural properties have to be there: no $select, $apply or $compute, nothing omitted, no delta.
    """

    version: str
    metadata: str
    ieee754: bool
    complete: bool


def pointer(path: Path) -> list[str | int]:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return steps[::-1]


def all_objects(values: list[Any]) -> bool:
    return set(map(type, values)) == {dict}


class Judge:
    """Walks one body. What V2 and V4 have in common: values, collections, nulls, derived and open types."""

    def __init__(self, tables: Tables, context: Context, cap: int) -> None:
        self.tables = tables
        self.model = tables.model
        self.context = context
        self.found = Problems(cap)

    def add(self, rule: str, path: Path, expected: Any, found: Any, **params: Any) -> None:
        steps = pointer(path)
        where = Where(part="response.body", pointer=json_pointer.join("", *steps))
        location = json_pointer.location(steps)
        self.found.add(Problem(f"payload.{rule}", where, location, expected, _shown(found), params))

    def body(self, value: Any, expected: Expected) -> None:
        raise NotImplementedError

    def entity(self, table: Table, value: Any, path: Path, complete: bool, names: Names = WHOLE) -> None:
        """An instance, by the type that it states or else by the expected one. `names`: the members to be looked at."""
        raise NotImplementedError

    def doubts(self, table: Table, values: list[dict[str, Any]], complete: bool) -> list[Names]:
        """For each instance the members in doubt; [] when everything is right."""
        raise NotImplementedError

    def value(self, slot: Slot, value: Any, path: Path) -> None:
        """A structural value: primitive, complex, or a collection of one of them."""
        if slot.stated.collection:
            self.collection(slot, value, path)
        else:
            self.single(slot, value, path)

    def single(self, slot: Slot, value: Any, path: Path) -> None:
        if value is None:
            if slot.nullable is False:
                self.add("nullable", path, str(slot.stated), None)
            return
        if slot.check is not None:
            reason = slot.check(value)
            if reason:
                self.add(reason, path, slot.stated.name, value)
        elif slot.type is not None:
            self.complex(slot.type, value, path)
        elif slot.stated.name == "Edm.ComplexType" and not isinstance(value, dict):
            self.add("kind", path, "an object", value)

    def collection(self, slot: Slot, value: Any, path: Path) -> None:
        if not isinstance(value, list):
            self.add("kind" if value is not None else "nullable", path, "an array", value)
            return
        if slot.type is not None and all_objects(value):
            self.entities(self.tables.table(slot.type), value, path, self.context.complete)
            return
        for index, item in enumerate(value):
            self.single(slot, item, (path, index))

    def entities(self, table: Table, values: list[dict[str, Any]], path: Path, complete: bool) -> None:
        """Property by property where instances are alike; one by one only what was not found right that way."""
        for index, names in enumerate(self.doubts(table, values, complete)):
            if names:
                self.entity(table, values[index], (path, index), complete, names)

    def listed_entities(self, items: list[Any], expected: Expected, path: Path) -> None:
        """Of an answer that is a list."""
        type = self.model.structured(expected.type)
        if type is not None and all_objects(items):
            self.entities(self.tables.table(type), items, path, self.context.complete)
            return
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                self.add("kind", (path, index), "an object", item)
            elif type is not None:
                self.entity(self.tables.table(type), item, (path, index), self.context.complete)

    def complex(self, type: StructuredType, value: Any, path: Path) -> None:
        if isinstance(value, dict):
            self.entity(self.tables.table(type), value, path, self.context.complete)
        else:
            self.add("kind", path, "an object", value, type=type.qualified)

    def related(self, slot: Slot, value: Any, path: Path) -> None:
        """What a navigation property shows inline."""
        if slot.stated.collection:
            if not isinstance(value, list):
                self.add("kind", path, "an array", value)
                return
            if slot.type is not None and all_objects(value):
                self.entities(self.tables.table(slot.type), value, path, False)
                return
            for index, item in enumerate(value):
                self._one(slot, item, (path, index), False)
        else:
            self._one(slot, value, path, slot.nullable)

    def _one(self, slot: Slot, value: Any, path: Path, nullable: bool | None) -> None:
        if value is None:
            if nullable is False:
                self.add("nullable", path, str(slot.stated), None)
        elif not isinstance(value, dict):
            self.add("kind", path, "an object", value)
        elif slot.type is not None:
            self.entity(self.tables.table(slot.type), value, path, False)

    def derived(self, table: Table, stated: str, path: Path) -> Table | None:
        """The table of a stated type; None when it is wrong, or nothing is known about it."""
        found = self.tables.derived(table, stated)
        if found is None:
            name = self.model.qualified(stated)
            known = self.model.structured(name) is not None
            if known or not self.model.unknown(name):
                reason = "unrelated" if known else "undefined"
                self.add("type", path, f"{table.type.qualified} or a type derived from it", stated, reason=reason)
        return found

    def missing(self, table: Table, value: dict[str, Any], path: Path) -> None:
        """What is missing; a property that is annotated (with Core.Permissions, for instance) accounts for its absence."""
        told = {key.partition("@")[0] for key in value if "@" in key}
        for name in table.slots:
            if name in table.required and name not in value and name not in told:
                self.add("missing", (path, name), str(table.slots[name].stated), "absent")


def _shown(value: Any) -> Any:
    """A value short enough for a report."""
    if isinstance(value, str):
        return value if len(value) <= 120 else value[:117] + "..."
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else value
