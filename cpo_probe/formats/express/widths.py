"""Are strings as long as their types allow? (ISO 10303-11:2004, 8.1.6)

The only rule that needs values: the instances of shapes in which it matters are read again from the file, so many and no more.
"""

from collections.abc import Iterator

from cpo_probe.formats.express import model
from cpo_probe.formats.express.faults import Fault, type_name
from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.model import Named, Simple, Type
from cpo_probe.formats.step_p21 import Population, Typed

MOST_READ = 10_000
"""Instances of one shape that are read again."""


def too_long(graph: Graph, population: Population, instance: int) -> Iterator[Fault]:
    """Strings of the instance that are longer than their type allows, or not as long as a FIXED one demands."""
    complex = population.shapes[int(population.shape_of[instance])].complex
    for record in population.records(instance):
        name = record.keyword.lower()
        if name not in graph.entities:
            continue
        own = tuple((name, a) for a in graph.entities[name].attributes) if complex else graph.linear(name)
        for (owner, attribute), value in zip(own, record.values, strict=False):
            yield from _of(graph, value, attribute.type, f"{owner.upper()}.{attribute.name}")


def _of(graph: Graph, value: object, type: Type, place: str) -> Iterator[Fault]:
    under = graph.under(type)
    if isinstance(value, Typed):
        yield from _of(graph, value.parameter, Named(value.keyword.lower()), place)
    elif isinstance(value, tuple) and isinstance(under, model.Aggregate):
        for member in value:
            yield from _of(graph, member, under.of, place)
    elif isinstance(value, str) and isinstance(under, Simple) and under.kind == "STRING" and not _fits(len(value), under):
        expected = f"{type_name(type)}, {'exactly' if under.fixed else 'at most'} {under.width} characters"
        yield Fault("string-width", place, expected, f"{len(value)} characters")


def _fits(length: int, type: Simple) -> bool:
    return not type.width or (length == type.width if type.fixed else length <= type.width)
