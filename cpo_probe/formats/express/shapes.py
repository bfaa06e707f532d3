"""Which rules does every instance of a shape break, whatever its values are?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cpo_probe.formats.express.choose import Choice
from cpo_probe.formats.express.faults import Fault, kind_of, several
from cpo_probe.formats.express.graph import Graph, Slot
from cpo_probe.formats.express.model import Constraint, Select, Type
from cpo_probe.formats.express.values import Demand, Distinct, Values
from cpo_probe.formats.step_p21 import Derived, Elsewhere, Parameter, Part, Ref, Shape, Typed, Unset

SINGLE = frozenset({"1", "2;1", "3;1"})
"""Implementation levels of conformance class 1, of editions that say so."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is known of a shape. `of`: all entities of its instances; empty when none of them is in the schema."""

    of: frozenset[str]
    faults: tuple[Fault, ...]
    demands: tuple[Demand, ...]
    distinct: tuple[Distinct, ...]
    widths: bool


def judge_shape(graph: Graph, shape: Shape, choice: Choice, level: str) -> Judged:
    """By one graph of the choice. `level`: implementation level of the file (10303-21, 8.2.2), "" unknown."""
    names = [part.keyword.lower() for part in shape.parts]
    known = [name for name in names if name in graph.entities]
    of = frozenset().union(*map(graph.closure, known))
    faults = [*_unknown(graph, shape.parts, choice)]
    if len(known) == len(names):
        faults.extend(_kind(graph, tuple(names), shape.complex, level))
    values = Values(graph, faults)
    for part in shape.parts:
        if part.keyword.lower() in graph.entities:
            _attributes(values, part, of, shape.complex)
    return Judged(of, tuple(faults), tuple(values.demands), tuple(values.distinct), values.widths)


@lru_cache(maxsize=1 << 14)
def _kind(graph: Graph, names: tuple[str, ...], complex: bool, level: str) -> tuple[Fault, ...]:
    """What follows from the entities alone: many shapes are of the same."""
    of = frozenset().union(*map(graph.closure, names))
    return *_parts(graph, list(names), complex, level), *_combination(graph, of, list(names))


def _unknown(graph: Graph, parts: Iterable[Part], choice: Choice) -> Iterator[Fault]:
    for part in parts:
        name, place = part.keyword.lower(), part.keyword.upper()
        if name in choice.later:
            yield Fault("entity-edition", place, "an entity of the edition stated", f"one since {{ {choice.later[name]} }}")
        elif not (choice.alone or name in graph.entities or name in choice.known or name.startswith("!")):
            yield Fault("entity-known", place, graph.schema.name.upper(), place)


def _parts(graph: Graph, names: list[str], complex: bool, level: str) -> Iterator[Fault]:
    """External mapping: which parts there are, and in which order."""
    if not complex:
        return
    here, place = frozenset(names), "+".join(sorted({name.upper() for name in names}))
    missing = frozenset().union(*map(graph.closure, here)) - here
    if missing:
        yield Fault("parts-closed", place, several(missing), "no such part")
    written = [name.upper() for name in names]  # "_" comes after the capitals, and before the small letters
    if written != sorted(written):
        yield Fault("parts-order", place, ", ".join(sorted(written)), ", ".join(written))
    if len(here) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        yield Fault("parts-repeated", place, "each part once", several(twice))
    leaves = [name for name in here if not any(name in graph.closure(other) for other in here - {name})]
    if len(leaves) == 1 and not missing and level in SINGLE:
        yield Fault("parts-single", place, f"{leaves[0].upper()}(...)", "external mapping")
    apart = _trees(graph, here)
    if len(apart) > 1:
        yield Fault("parts-related", place, "parts of one tree", " and ".join(several(tree) for tree in apart))


def _trees(graph: Graph, names: frozenset[str]) -> list[frozenset[str]]:
    """The parts, those together that have a supertype in common."""
    trees: list[tuple[frozenset[str], frozenset[str]]] = []
    for name in sorted(names):
        above, tree = graph.closure(name), frozenset({name})
        for other in [one for one in trees if not one[0].isdisjoint(above)]:
            trees.remove(other)
            above, tree = above | other[0], tree | other[1]
        trees.append((above, tree))
    return [tree for _, tree in trees]


def _combination(graph: Graph, of: frozenset[str], names: list[str]) -> Iterator[Fault]:
    place = "+".join(sorted({name.upper() for name in names}))
    for name in sorted(of):
        entity = graph.entities[name]
        below = [other for other in of if other != name and name in graph.closure(other)]
        if entity.abstract and not below:
            yield Fault("entity-abstract", name.upper(), "one of its subtypes", name.upper())
        for constraint in entity.constraints:
            for rule, expected, found in _broken(graph, constraint, of):
                yield Fault(rule, place, expected, found)


def _broken(graph: Graph, constraint: Constraint, of: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Rules that the entities of an instance break, as (rule, expected, found)."""
    there = [_mentioned(operand) & of for operand in constraint.operands]
    present = [names for names in there if names]
    if constraint.operator == "ONEOF" and present:
        # operands may overlap: ONEOF (a AND b, a, b) takes an a that is a b as well (ISO 10303-11, Annex B)
        whole = frozenset[str]().union(*present)
        fitting = [operand for operand, names in zip(constraint.operands, there, strict=True) if whole <= names]
        if fitting:
            told = [list(_broken(graph, one, of)) if isinstance(one, Constraint) else [] for one in fitting]
            yield from min(told, key=len)
            return
        if not _declared_so(graph, whole, there, of):
            yield "subtype-oneof", "one of them", " and ".join(several(names) for names in present)
            return
    if constraint.operator == "AND" and 0 < len(present) < len(there):
        missing = [several(_mentioned(o)) for o, names in zip(constraint.operands, there, strict=True) if not names]
        yield "subtype-and", " and ".join(missing), " and ".join(several(names) for names in present)
    if constraint.operator == "TOTAL_OVER" and not present:
        yield "subtype-total", several(constraint.mentioned()), "none of them"
    for operand in constraint.operands:
        if isinstance(operand, Constraint):
            yield from _broken(graph, operand, of)


def _declared_so(graph: Graph, whole: frozenset[str], there: list[frozenset[str]], of: frozenset[str]) -> bool:
    """Whether the schema itself declares an entity to be of several that exclude each other."""
    return any(not any(graph.closure(one) & whole <= names for names in there) for one in of)


def _mentioned(operand: str | Constraint) -> frozenset[str]:
    return operand.mentioned() if isinstance(operand, Constraint) else frozenset({operand})


def _attributes(values: Values, part: Part, of: frozenset[str], complex: bool) -> None:
    graph, name = values.graph, part.keyword.lower()
    declared = tuple((name, a) for a in graph.entities[name].attributes) if complex else graph.linear(name)
    if len(declared) != len(part.parameters):
        given = f"{len(part.parameters)} parameters"
        values.faults.append(Fault("attribute-count", name.upper(), f"{len(declared)} attributes", given))
        return
    for (owner, attribute), parameter in zip(declared, part.parameters, strict=True):
        _attribute(values, graph.slot(owner, attribute, of), parameter)


def _attribute(values: Values, slot: Slot, found: Parameter) -> None:
    if slot.derived:
        if not isinstance(found, Derived):
            values.faults.append(Fault("derived-value", slot.place, "*", kind_of(found)))
        return
    if isinstance(found, Unset) and slot.optional:
        return
    if len(slot.types) == 1 or isinstance(found, Unset | Derived | Elsewhere):
        values.value(found, slot.types[0], slot.place)
        return
    faults = len(values.faults)
    for type in _asked(values.graph, slot.types, found):
        values.value(found, type, slot.place)
        if len(values.faults) > faults:
            return


def _asked(graph: Graph, types: tuple[Type, ...], found: Parameter) -> list[Type]:
    """Where a simple type narrows a SELECT, a value may be written as either demands; all of them hold for a reference."""
    selects = [type for type in types if isinstance(graph.under(type), Select)]
    if not selects or len(selects) == len(types) or isinstance(found, Ref):
        return list(types)
    return selects if isinstance(found, Typed) else [type for type in types if type not in selects]
