"""Does every reference lead to an instance of an entity that its attribute takes? All references at once, as arrays.

Each slot of each shape has a demand, each shape is of a set of entities; a table of demand by set answers for both, so that a
reference costs a look into that table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpo_probe.formats.express.shapes import Judged
from cpo_probe.formats.step_p21.population import MALFORMED, Population

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 1 << 18
"""Instances looked at in one go: bounds the memory."""

Sets = frozenset[frozenset[str]]
"""A demand: the entities of an instance meet each of these sets."""


@dataclass(frozen=True, slots=True)
class Astray:
    """Slot `slot` of instance `instance` leads to `target`, which is of none of the entities demanded."""

    instance: int
    slot: int
    target: int


class Demands:
    """What the slots of all shapes demand, numbered; 0 demands nothing."""

    def __init__(self, judged: Sequence[Judged], population: Population) -> None:
        import numpy as np

        self.sets: list[Sets] = [frozenset()]
        self._numbers: dict[Sets, int] = {frozenset(): 0}
        sizes = np.array([shape.refs for shape in population.shapes], np.int64)
        self.start = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        self.of_slot = np.zeros(int(self.start[-1]), np.int32)
        for shape, one in enumerate(judged):
            pattern = self.of_slot[self.start[shape] : self.start[shape + 1]]
            for demand in one.demands:
                self._note(pattern, demand.slots, demand.entities)

    def _note(self, pattern: "NDArray[np.int32]", slots: "NDArray[np.int64]", entities: frozenset[str]) -> None:
        if len(slots) == 1:
            pattern[slots[0]] = self._both(int(pattern[slots[0]]), entities)
            return
        import numpy as np

        before = pattern[slots]
        for number in np.unique(before):
            pattern[slots[before == number]] = self._both(int(number), entities)

    def _both(self, number: int, entities: frozenset[str]) -> int:
        made = self.sets[number] | {entities}
        if made not in self._numbers:
            self._numbers[made] = len(self.sets)
            self.sets.append(made)
        return self._numbers[made]


def astray(population: Population, judged: Sequence[Judged], inside: "NDArray[np.bool_] | None") -> Iterator[Astray]:
    """References of the instances `inside` (all, if None) that lead to a wrong entity, in the order of the file.

    Those that lead nowhere, out of the file, out of `inside`, or to an instance of no known entity are not among them.
    """
    import numpy as np

    demands = Demands(judged, population)
    kinds: dict[frozenset[str], int] = {frozenset(): 0}
    kind_of_shape = np.array([kinds.setdefault(one.of, len(kinds)) for one in judged], np.int32)
    allowed = np.array([[not of or all(of & one for one in sets) for of in kinds] for sets in demands.sets], bool)
    # Further rows for UNRESOLVED (-1) and its like, which are of no known entity.
    kind_of = np.concatenate((kind_of_shape[population.shape_of], np.zeros(-MALFORMED, np.int32)))
    if inside is not None:
        kind_of[: len(population)][~inside] = 0
    flat, width = allowed.ravel(), len(kinds)
    for first in range(0, len(population), CHUNK):
        last = min(first + CHUNK, len(population))
        begin, end = int(population.ref_start[first]), int(population.ref_start[last])
        targets = population.refs[begin:end]
        counts = np.diff(population.ref_start[first : last + 1])
        shift = np.repeat(demands.start[population.shape_of[first:last]] - population.ref_start[first:last], counts)
        numbers = demands.of_slot[shift + np.arange(begin, end)]
        wrong = np.flatnonzero(~flat[numbers * width + kind_of[targets]])
        if not len(wrong):
            continue
        owners = np.searchsorted(population.ref_start, wrong + begin, side="right") - 1
        for place, owner in zip((wrong + begin).tolist(), owners.tolist(), strict=True):
            if inside is None or inside[owner]:
                yield Astray(owner, place - int(population.ref_start[owner]), int(population.refs[place]))


def repeated(population: Population, instances: "NDArray[np.int64]", slots: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Those of `instances` (all of one shape) in which a row of `slots` leads to one instance twice."""
    import numpy as np

    found: list[NDArray[np.int64]] = []
    step = max(1, 2**22 // slots.size)
    for first in range(0, len(instances), step):
        some = instances[first : first + step]
        targets = np.sort(population.refs[population.ref_start[some][:, None, None] + slots[None, :, :]], axis=2)
        twice = (targets[:, :, 1:] == targets[:, :, :-1]) & (targets[:, :, 1:] >= 0)
        found.append(some[twice.any(axis=(1, 2))])
    return np.concatenate(found)
