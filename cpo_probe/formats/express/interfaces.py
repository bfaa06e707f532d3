"""What does one schema hold together with all that it uses of others? (ISO 10303-11:2004, clause 11 and annex C)

The result is what the standards call a long form: one schema without interfaces.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cpo_probe.errors import UsageError
from cpo_probe.formats.express.model import Aggregate, Constraint, Defined, Entity, Enumeration, Named, Schema, Select, Type

Key = tuple[str, str]
"""A declaration: the schema that declares it, and its name there."""


def long_form(schemas: Sequence[Schema], name: str = "") -> Schema:
    """Schema `name` (the only one that no other interfaces, if "") with everything that it uses or references.

    Raises `UsageError` when it cannot be told which schema is meant, or when a declaration refers to one that is nowhere.
    """
    known = {schema.name: schema for schema in schemas}
    main = known.get(name.lower()) if name else _outermost(known)
    if main is None:
        raise UsageError(f"expected a schema {name}; found {', '.join(sorted(known))}: name one of these")
    return _Merging(known, main).merged() if main.interfaces else main


def _outermost(known: dict[str, Schema]) -> Schema:
    used = {interface.schema for schema in known.values() for interface in schema.interfaces}
    free = [schema for name, schema in known.items() if name not in used]
    if len(free) != 1:
        raise UsageError(f"expected one schema that no other uses; found {', '.join(sorted(known))}: say which one is meant")
    return free[0]


class _Merging:
    def __init__(self, known: dict[str, Schema], main: Schema) -> None:
        self.known, self.main = known, main
        self.names: dict[Key, str] = {}

    def merged(self) -> Schema:
        visible = dict(self._visible())
        for name, (key, _) in visible.items():
            self.names.setdefault(key, name)
        dependent = {key for key, use in visible.values() if not use}
        entities: dict[str, Entity] = {}
        types: dict[str, Defined | Select | Enumeration] = {}
        waiting, seen = list(self.names), set(self.names)
        while waiting:
            key = waiting.pop()
            schema = self.known[key[0]]

            def local(name: str, schema: Schema = schema) -> str:
                found = self._resolve(schema, name, set())
                if found is None:
                    raise UsageError(f"schema {schema.name}: {name} is declared neither there nor in a schema that it uses")
                if found not in seen:
                    seen.add(found)
                    waiting.append(found)
                return self._name(found)

            made = _renamed(self._declaration(key), self._name(key), local)
            if isinstance(made, Entity):
                alone = key not in dependent and (key in self._independent(visible) or schema is self.main)
                entities[made.name] = replace(made, dependent=not alone)
            else:
                types[made.name] = made
        return Schema(self.main.name, self.main.version, entities, types)

    @staticmethod
    def _independent(visible: dict[str, tuple[Key, bool]]) -> set[Key]:
        return {key for key, use in visible.values() if use}

    def _visible(self) -> Iterator[tuple[str, tuple[Key, bool]]]:
        """What the main schema can name, with whether it is its own or used."""
        for interface in self.main.interfaces:
            foreign = self._schema(interface.schema, self.main)
            items = interface.items or tuple((name, name) for name in sorted(self._exported(foreign, set())))
            for there, here in items:
                found = self._resolve(foreign, there, set())
                if found is None:
                    raise UsageError(f"schema {self.main.name}: expected {there} in schema {foreign.name}; it declares none")
                yield here, (found, interface.use)
        for name in (*self.main.entities, *self.main.types):
            yield name, ((self.main.name, name), True)

    def _schema(self, name: str, wanted_by: Schema) -> Schema:
        if name not in self.known:
            raise UsageError(f"schema {wanted_by.name} uses schema {name}, which is not among the texts: give its text, too")
        return self.known[name]

    def _exported(self, schema: Schema, seen: set[str]) -> set[str]:
        """Names that another schema may use: its own, and those it uses itself (11.1)."""
        if schema.name in seen:
            return set()
        seen.add(schema.name)
        found = {*schema.entities, *schema.types}
        for interface in schema.interfaces:
            if interface.use and interface.items:
                found.update(here for _, here in interface.items)
            elif interface.use:
                found |= self._exported(self._schema(interface.schema, schema), seen)
        return found

    def _resolve(self, schema: Schema, name: str, seen: set[tuple[str, str]]) -> Key | None:
        if name in schema.entities or name in schema.types:
            return schema.name, name
        if (schema.name, name) in seen:
            return None
        seen.add((schema.name, name))
        for interface in schema.interfaces:
            foreign = self._schema(interface.schema, schema)
            there = [t for t, here in interface.items if here == name] if interface.items else [name]
            for one in there:
                if found := self._resolve(foreign, one, seen):
                    return found
        return None

    def _declaration(self, key: Key) -> Entity | Defined | Select | Enumeration:
        schema = self.known[key[0]]
        return schema.entities[key[1]] if key[1] in schema.entities else schema.types[key[1]]

    def _name(self, key: Key) -> str:
        """Its name in the long form: the one it has in the main schema, else its own."""
        if key not in self.names:
            taken = set(self.names.values())
            self.names[key] = key[1] if key[1] not in taken else f"{key[0]}.{key[1]}"
        return self.names[key]


Declaration = Entity | Defined | Select | Enumeration


def _renamed(made: Declaration, name: str, local: Callable[[str], str]) -> Declaration:
    """The declaration with all names replaced by those of the long form."""
    if isinstance(made, Defined):
        return Defined(name, _typed(made.type, local))
    if isinstance(made, Select):
        return replace(made, name=name, items=tuple(local(i) for i in made.items), base=local(made.base) if made.base else "")
    if isinstance(made, Enumeration):
        return replace(made, name=name, base=local(made.base) if made.base else "")
    return replace(
        made,
        name=name,
        supertypes=tuple(local(one) for one in made.supertypes),
        attributes=tuple(replace(a, type=_typed(a.type, local)) for a in made.attributes),
        redeclared=tuple(replace(a, owner=local(a.owner), type=_typed(a.type, local)) for a in made.redeclared),
        derived=tuple(replace(a, owner=local(a.owner) if a.owner else "") for a in made.derived),
        inverse=tuple(replace(a, owner=local(a.owner) if a.owner else "", entity=local(a.entity)) for a in made.inverse),
        constraints=tuple(_constrained(c, local) for c in made.constraints),
    )


def _typed(type: Type, local: Callable[[str], str]) -> Type:
    if isinstance(type, Named):
        return Named(local(type.name))
    return replace(type, of=_typed(type.of, local)) if isinstance(type, Aggregate) else type


def _constrained(constraint: Constraint, local: Callable[[str], str]) -> Constraint:
    operands = (_constrained(o, local) if isinstance(o, Constraint) else local(o) for o in constraint.operands)
    return Constraint(constraint.operator, tuple(operands))
