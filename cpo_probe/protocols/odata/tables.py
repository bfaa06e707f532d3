"""What may stand in an instance of a type? Compiled once per model, so that judging thousands of entities stays fast."""

from dataclasses import dataclass

from cpo_probe.protocols.odata import columns, json_values, old_values
from cpo_probe.protocols.odata.columns import Column
from cpo_probe.protocols.odata.csdl import EntityType, Facets, StructuredType, TypeRef
from cpo_probe.protocols.odata.json_values import Check
from cpo_probe.protocols.odata.model import Model


@dataclass(frozen=True, slots=True)
class Slot:
    """One property. `check`: for values of a primitive or enumeration type, else None. `type`: of the structured value, if known.

    `simple`: a single primitive value. `nullable`: None when it may not be judged.
    """

    name: str
    stated: TypeRef
    simple: Check | None
    check: Check | None
    type: StructuredType | None
    nullable: bool | None
    navigation: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`simple`: checks of single primitive values. `required`: structural properties that stand in a full representation.

    `closed`: what is not declared is wrong.
    """

    type: StructuredType
    slots: dict[str, Slot]
    simple: dict[str, Check]
    required: frozenset[str]
    navigation: frozenset[str]
    closed: bool
    entity: bool
    columns: dict[str, Column]  # of values that have a check, and arrays of such, for many instances at once


class Tables:
    """Slots and tables of one model and one way to write numbers."""

    def __init__(self, model: Model, ieee754: bool) -> None:
        self.model = model
        self.ieee754 = ieee754
        self._tables: dict[str, Table] = {}

    def check(self, type_name: str, facets: Facets) -> Check | None:
        """For a primitive, defined or enumeration type; None for all others."""
        enum = self.model.enum(type_name)
        if enum is not None:
            return json_values.enumeration(enum)
        type_name, facets = self._base(type_name, facets)
        if self.model.old:
            return old_values.primitive(type_name, facets)
        return json_values.primitive(type_name, facets, self.ieee754)

    def _column(self, slot: Slot, facets: Facets) -> Column:
        check, type_name = slot.check, slot.stated.name
        assert check is not None
        enum, base = self.model.enum(type_name), self._base(type_name, facets)
        if enum is not None:
            quick: Column | None = columns.members(enum)
        else:
            quick = columns.old_primitive(*base) if self.model.old else columns.primitive(*base, self.ieee754)
        one = columns.each(check) if quick is None else columns.or_each(quick, check)
        return columns.arrays(one) if slot.stated.collection else one

    def _base(self, type_name: str, facets: Facets) -> tuple[str, Facets]:
        definition = self.model.definition(type_name)
        return (type_name, facets) if definition is None else (definition.underlying, _merged(definition.facets, facets))

    def slot(self, name: str, type: TypeRef, facets: Facets, nullable: bool | None, navigation: bool = False) -> Slot:
        check = None if navigation else self.check(type.name, facets)
        simple = None if type.collection else check
        return Slot(name, type, simple, check, self.model.structured(type.name), nullable, navigation)

    def derived(self, table: Table, stated: str) -> Table | None:
        """The table of a stated type, if it is that of `table` or derives from it."""
        name, expected = self.model.qualified(stated), table.type.qualified
        if name == expected:
            return table
        type = self.model.structured(name)
        return self.table(type) if type is not None and self.model.derives(name, expected) else None

    def table(self, type: StructuredType) -> Table:
        known = self._tables.get(type.qualified)
        if known is None:
            known = self._tables[type.qualified] = self._made(type)
        return known

    def _made(self, type: StructuredType) -> Table:
        slots: dict[str, Slot] = {}
        facets: dict[str, Facets] = {}
        required: list[str] = []
        navigation: list[str] = []
        for base in reversed(self.model.chain(type)):
            for prop in base.properties:
                slots[prop.name] = self.slot(prop.name, prop.type, prop.facets, prop.nullable)
                facets[prop.name] = prop.facets
                if prop.type.name != "Edm.Stream":
                    required.append(prop.name)
            for item in base.navigation:
                nullable = None if item.type.collection else item.nullable
                slots[item.name] = self.slot(item.name, item.type, _NONE, nullable, True)
                navigation.append(item.name)
        closed = self.model.complete(type) and not self.model.is_open(type)
        simple = {name: slot.simple for name, slot in slots.items() if slot.simple is not None}
        made = {name: self._column(slot, facets[name]) for name, slot in slots.items() if slot.check is not None}
        names = frozenset(required), frozenset(navigation)
        return Table(type, slots, simple, *names, closed, isinstance(type, EntityType), made)


_NONE = Facets(None, None, None, None, "")


def _merged(definition: Facets, own: Facets) -> Facets:
    """Facets of a type definition hold unless the property states its own (CSDL 11.1)."""
    if own == _NONE:
        return definition
    return Facets(
        definition.max_length if own.max_length is None else own.max_length,
        definition.precision if own.precision is None else own.precision,
        definition.scale if own.scale is None else own.scale,
        own.unicode,
        own.srid or definition.srid,
    )
