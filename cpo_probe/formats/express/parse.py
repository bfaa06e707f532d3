"""What does a text in EXPRESS declare? (ISO 10303-11:2004, annex A)

Expressions, and what consists of them (WHERE, UNIQUE, RULE, FUNCTION, PROCEDURE, CONSTANT), are stepped over.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from cpo_probe.formats.express.cursor import Cursor
from cpo_probe.formats.express.model import (
    Attribute,
    Constraint,
    Defined,
    Derived,
    Entity,
    Enumeration,
    Interface,
    Inverse,
    Redeclared,
    Schema,
    Select,
    Type,
)
from cpo_probe.formats.express.tokens import Text
from cpo_probe.formats.express.types import aggregate_head, type_of

_SKIPPED = {"function": "end_function", "procedure": "end_procedure", "rule": "end_rule", "constant": "end_constant"}
_CLAUSES = frozenset({"derive", "inverse", "unique", "where", "end_entity"})


def parse(text: str, source: str) -> tuple[Schema, ...]:
    """Every schema of the text, in its order. Raises `ExpressError` where it is no EXPRESS, or declares a name twice."""
    cursor = Cursor(Text(text.removeprefix("\ufeff"), source))
    found: list[Schema] = []
    while not cursor.at_end:
        cursor.expect("schema", what="SCHEMA")
        found.append(_schema(cursor))
    if not found:
        raise cursor.wrong("expected SCHEMA name; and its declarations")
    return tuple(found)


def _schema(cursor: Cursor) -> Schema:
    name = cursor.name("the name of the schema")
    version = cursor.take_string()
    cursor.expect(";")
    entities: dict[str, Entity] = {}
    types: dict[str, Defined | Select | Enumeration] = {}
    constraints: list[tuple[str, bool, Constraint | None]] = []
    interfaces: list[Interface] = []
    while not cursor.take("end_schema"):
        word = cursor.word
        if word in _SKIPPED:
            cursor.skip_algorithm(_SKIPPED)
        elif word in ("use", "reference"):
            interfaces.append(_interface(cursor))
        elif word == "type":
            made = _type(cursor)
            cursor.once(made.name, types, entities)
            types[made.name] = made
        elif word == "entity":
            entity = _entity(cursor)
            cursor.once(entity.name, types, entities)
            entities[entity.name] = entity
        elif word == "subtype_constraint":
            constraints.extend(_subtype_constraint(cursor))
        else:
            raise cursor.wrong("expected a declaration (TYPE, ENTITY, FUNCTION, ...) or END_SCHEMA")
    cursor.expect(";")
    for of, abstract, constraint in constraints:
        if of not in entities:
            raise cursor.wrong(f"a SUBTYPE_CONSTRAINT of schema {name} is for {of}, which it does not declare as an entity")
        entity = entities[of]
        more = (constraint,) if constraint else ()
        entities[of] = replace(entity, abstract=entity.abstract or abstract, constraints=entity.constraints + more)
    return Schema(name, version, entities, types, tuple(interfaces))


def _interface(cursor: Cursor) -> Interface:
    use = cursor.step().text == "use"
    cursor.expect("from", what="FROM")
    schema = cursor.name("the name of a schema")

    def item() -> tuple[str, str]:
        there = cursor.name("the name of an entity or type")
        return there, cursor.name("its name here") if cursor.take("as") else there

    items = tuple(cursor.listed(item)) if cursor.word == "(" else ()
    cursor.expect(";")
    return Interface(schema, use, items)


def _type(cursor: Cursor) -> Defined | Select | Enumeration:
    cursor.step()
    name = cursor.name("the name of the type")
    cursor.expect("=")
    extensible = cursor.take("extensible")
    cursor.take("generic_entity")
    made: Defined | Select | Enumeration
    if cursor.word in ("select", "enumeration"):
        chosen: type[Select] | type[Enumeration] = Select if cursor.step().text == "select" else Enumeration
        cursor.take("of")
        base = cursor.name("the name of the extensible type") if cursor.take("based_on") else ""
        if base:
            cursor.take("with")
        items = cursor.listed(lambda: cursor.name("a name")) if cursor.word == "(" else ()
        made = chosen(name, tuple(items), extensible, base)
    else:
        made = Defined(name, type_of(cursor))
    cursor.expect(";")
    cursor.skip_to("end_type")
    cursor.expect(";")
    return made


def _entity(cursor: Cursor) -> Entity:
    cursor.step()
    name = cursor.name("the name of the entity")
    abstract, constraint, supertypes = _head(cursor)
    cursor.expect(";")
    own: list[Attribute] = []
    redeclared: list[Redeclared] = []
    while cursor.word not in _CLAUSES:
        for one in _explicit(cursor):
            (own if isinstance(one, Attribute) else redeclared).append(one)  # type: ignore[arg-type]
    derived: list[Derived] = []
    if cursor.take("derive"):
        while cursor.word not in _CLAUSES:
            derived.append(_derived(cursor))
    inverse: list[Inverse] = []
    if cursor.take("inverse"):
        while cursor.word not in _CLAUSES:
            inverse.append(_inverse(cursor))
    cursor.skip_to("end_entity")
    cursor.expect(";")
    constraints = (constraint,) if constraint else ()
    return Entity(name, supertypes, abstract, tuple(own), tuple(redeclared), tuple(derived), tuple(inverse), constraints)


def _head(cursor: Cursor) -> tuple[bool, Constraint | None, tuple[str, ...]]:
    abstract, constraint = cursor.take("abstract"), None
    supertypes: tuple[str, ...] = ()
    if cursor.take("supertype") and cursor.take("of"):
        cursor.expect("(")
        constraint = _combined(cursor)
        cursor.expect(")")
    if cursor.take("subtype"):
        cursor.expect("of", what="OF")
        supertypes = tuple(cursor.listed(lambda: cursor.name("the name of a supertype")))
    return abstract, constraint, supertypes


def _combined(cursor: Cursor) -> Constraint:
    """A supertype expression as a constraint; of a single entity nothing follows, which ANDOR of one says."""
    made = _andor(cursor)
    return made if isinstance(made, Constraint) else Constraint("ANDOR", (made,))


def _andor(cursor: Cursor) -> str | Constraint:
    return _chained(cursor, "andor", lambda: _chained(cursor, "and", lambda: _supertype_term(cursor)))


def _chained(cursor: Cursor, word: str, operand: Callable[[], str | Constraint]) -> str | Constraint:
    found = [operand()]
    while cursor.take(word):
        found.append(operand())
    return found[0] if len(found) == 1 else Constraint(word.upper(), tuple(found))


def _supertype_term(cursor: Cursor) -> str | Constraint:
    if cursor.take("oneof"):
        return Constraint("ONEOF", tuple(cursor.listed(lambda: _andor(cursor))))
    if cursor.take("("):
        with cursor.deeper():
            made = _andor(cursor)
        cursor.expect(")")
        return made
    return cursor.name("the name of a subtype")


def _subtype_constraint(cursor: Cursor) -> list[tuple[str, bool, Constraint | None]]:
    """9.7: as (entity, whether it makes that abstract, constraint)."""
    cursor.step()
    cursor.name("the name of the constraint")
    cursor.expect("for", what="FOR")
    of = cursor.name("the name of an entity")
    cursor.expect(";")
    found: list[tuple[str, bool, Constraint | None]] = []
    while not cursor.take("end_subtype_constraint"):
        if cursor.take("abstract"):
            cursor.take("supertype")
            found.append((of, True, None))
        elif cursor.take("total_over"):
            operands = tuple(cursor.listed(lambda: cursor.name("the name of a subtype")))
            found.append((of, False, Constraint("TOTAL_OVER", operands)))
        else:
            found.append((of, False, _combined(cursor)))
        cursor.expect(";")
    cursor.expect(";")
    return found


def _attribute_name(cursor: Cursor) -> tuple[str, str, str]:
    r"""(owner, name, alias): `SELF\owner.name RENAMED alias`, or a new name with owner and alias ""."""
    if not cursor.take("self"):
        return "", cursor.name("the name of an attribute"), ""
    cursor.expect("\\")
    owner = cursor.name("the name of a supertype")
    cursor.expect(".")
    name = cursor.name("the name of its attribute")
    return owner, name, cursor.name("the new name") if cursor.take("renamed") else ""


def _explicit(cursor: Cursor) -> list[Attribute | Redeclared]:
    names = [_attribute_name(cursor)]
    while cursor.take(","):
        names.append(_attribute_name(cursor))
    cursor.expect(":")
    optional = cursor.take("optional")
    type: Type = type_of(cursor)
    cursor.expect(";")
    return [
        Redeclared(owner, name, alias, type, optional) if owner else Attribute(name, type, optional)
        for owner, name, alias in names
    ]


def _derived(cursor: Cursor) -> Derived:
    owner, name, alias = _attribute_name(cursor)
    cursor.expect(":")
    type_of(cursor)
    cursor.expect(":=")
    cursor.skip_to(";")
    return Derived(owner, name, alias)


def _inverse(cursor: Cursor) -> Inverse:
    owner, name, _alias = _attribute_name(cursor)
    cursor.expect(":")
    low: int = 1
    high: int | None = 1
    if cursor.word in ("set", "bag"):
        head = aggregate_head(cursor)
        low, high = head.low or 0, head.high
    entity = cursor.name("the name of an entity")
    cursor.expect("for", what="FOR")
    names = [cursor.name("the name of its attribute")]
    while cursor.take("."):
        names.append(cursor.name("the name of its attribute"))
    cursor.expect(";")
    return Inverse(owner, name, entity, names[-1], low, high)


def declared(schema: Schema) -> frozenset[str]:
    """The names of all entities and types of the schema itself."""
    return frozenset(chain(schema.entities, schema.types))
