"""What do instances say, asked by entity and attribute as the schema names them? (ISO 10303-21:2016, 12.2)

Whether an instance is written in one part or in several, and of which subtype it is, makes no difference here.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cpo_probe.formats.express import Graph
from cpo_probe.formats.step_p21 import Derived, Parameter, Population, Ref, Run, Shape, Typed, Unset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOWHERE = -1


class View:
    """A population by its schema. Attributes are named `entity.attribute`, the entity being the one that declares it."""

    def __init__(self, population: Population, graph: Graph) -> None:
        self.population, self.graph = population, graph
        known = graph.entities.keys()
        names = [[part.keyword.lower() for part in shape.parts] for shape in population.shapes]
        self._of = [frozenset().union(*(graph.closure(n) for n in parts if n in known)) for parts in names]
        self._records: tuple[int, tuple[Any, ...]] = (-1, ())

    def is_(self, instance: int, entity: str) -> bool:
        """Whether the instance is of that entity or a subtype of it."""
        return instance >= 0 and entity in self._of[int(self.population.shape_of[instance])]

    def of(self, entity: str) -> "NDArray[np.int64]":
        """Indices of all instances of that entity and of its subtypes, ascending."""
        import numpy as np

        if not self._of:
            return np.zeros(0, np.int64)
        return np.flatnonzero(np.array([entity in of for of in self._of], bool)[self.population.shape_of])

    def targets(self, instances: "NDArray[np.int64]", attribute: str) -> "NDArray[np.int64]":
        """What the attribute of each instance refers to; below 0 where it refers to no instance of the file."""
        import numpy as np

        population, found = self.population, np.full(len(instances), NOWHERE, np.int64)
        shapes = population.shape_of[instances]
        for shape in np.unique(shapes):
            parameter = self._parameter(int(shape), attribute)
            if isinstance(parameter, Ref):
                rows = np.flatnonzero(shapes == shape)
                found[rows] = population.refs[population.ref_start[instances[rows]] + parameter.slot]
        return found

    def all_targets(self, instance: int, attribute: str) -> list[int]:
        """Everything in the file that the attribute, an aggregate, refers to."""
        parameter = self._parameter(int(self.population.shape_of[instance]), attribute)
        targets = self.population.targets(instance)
        return [t for slot in _slots(parameter) if (t := int(targets[slot])) >= 0] if parameter is not None else []

    def value(self, instance: int, attribute: str) -> Any:
        """Its value, read from the file again: text, number, ...; None when it is unset or not there."""
        place = self._place(int(self.population.shape_of[instance]), attribute)
        if self._records[0] != instance:
            self._records = (instance, self.population.records(instance))
        records = self._records[1]
        if place is None or place[0] >= len(records) or place[1] >= len(records[place[0]].values):
            return None
        found = records[place[0]].values[place[1]]
        while isinstance(found, Typed):
            found = found.parameter
        return None if isinstance(found, Unset | Derived) else found

    def text(self, instance: int, attribute: str) -> str:
        """Its value where that is a string, else ""."""
        found = self.value(instance, attribute)
        return found if isinstance(found, str) else ""

    def _parameter(self, shape: int, attribute: str) -> Parameter | None:
        place = self._place(shape, attribute)
        return self.population.shapes[shape].parts[place[0]].parameters[place[1]] if place else None

    def _place(self, shape: int, attribute: str) -> tuple[int, int] | None:
        """Part and parameter that hold the attribute; None when the shape has no such parameter."""
        owner, _, name = attribute.partition(".")
        made: Shape = self.population.shapes[shape]
        for number, part in enumerate(made.parts):
            keyword = part.keyword.lower()
            if keyword not in self.graph.entities:
                continue
            own = [(keyword, a.name) for a in self.graph.entities[keyword].attributes]
            order = own if made.complex else [(o, a.name) for o, a in self.graph.linear(keyword)]
            if (owner, name) in order and order.index((owner, name)) < len(part.parameters):
                return number, order.index((owner, name))
        return None


def _slots(parameter: "Parameter | Run", shift: int = 0) -> Iterator[int]:
    if isinstance(parameter, Ref):
        yield parameter.slot + shift
    elif isinstance(parameter, Typed):
        yield from _slots(parameter.parameter, shift)
    elif isinstance(parameter, Run):
        for turn in range(parameter.count if parameter.refs else 0):
            yield from _slots(parameter.member, shift + turn * parameter.refs)
    elif isinstance(parameter, tuple):
        for member in parameter:
            yield from _slots(member, shift)
