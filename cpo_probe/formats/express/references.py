"""Does every reference lead to an instance of an entity that its attribute takes? All references at once, as arrays.

Each slot of each shape has a demand, each shape is of a set of entities; a table of demand by set answers for both, so that a
reference costs a look into that table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpo_probe.formats.express.shapes import Judged
from cpo_probe.formats.step_p21.population import Population

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 1 << 16
"""Instances, or references, looked at in one go: bounds the memory."""

Sets = frozenset[frozenset[str]]
"""A demand: the entities of an instance meet each of these sets."""


@dataclass(frozen=True, slots=True)
class Astray:
    """At `place`, `count` references lead to instances that are of none of the entities demanded; the `first` of them."""

    place: str
    count: int
    first: list["Wrong"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A place of `Population.refs`, the instance that it belongs to, the one that it leads to, and what is demanded there."""

    row: int
    instance: int
    target: int
    demanded: frozenset[str]


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

    def _note(self, pattern: "NDArray[np.int32]", slots: "NDArray[np.int32]", entities: frozenset[str]) -> None:
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


def astray(population: Population, judged: Sequence[Judged], inside: "NDArray[np.bool_] | None", most: int) -> Iterator[Astray]:
    """References of the instances `inside` (all, if None) that lead to a wrong entity, by portions of the file.

    `most`: so many of a place are told one by one. Those that lead nowhere, out of the file, out of `inside`, or to an instance
    of no known entity are not among them.
    """
    import numpy as np

    demands = Demands(judged, population)
    kinds: dict[frozenset[str], int] = {frozenset(): 0}
    kind_of_shape = np.array([kinds.setdefault(one.of, len(kinds)) for one in judged], np.int32)
    allowed = np.array([[not of or all(of & one for one in sets) for of in kinds] for sets in demands.sets], bool)
    flat, width = allowed.ravel(), len(kinds)
    for begin, numbers in _demanded(population, demands):
        targets = population.refs[begin : begin + len(numbers)]
        there = np.maximum(targets, 0)
        known = targets >= 0 if inside is None else (targets >= 0) & inside[there]
        kind_of = np.where(known, kind_of_shape[population.shape_of[there]], 0)
        wrong = np.flatnonzero(~flat[numbers * width + kind_of])
        if not len(wrong):
            continue
        rows = wrong + begin
        yield from _grouped(population, judged, rows if inside is None else rows[inside[population.owners(rows)]], most)


def _grouped(population: Population, judged: Sequence[Judged], rows: "NDArray[np.int64]", most: int) -> Iterator[Astray]:
    """The wrong references in these places, by what they lead from and to: a million of one kind cost little more than one."""
    import numpy as np

    found: dict[str, Astray] = {}
    owners, targets = population.owners(rows), population.refs[rows]
    slots = rows - population.ref_start[owners]
    kinds = population.shape_of[owners].astype(np.int64) << 32 | population.shape_of[targets]
    order = np.argsort(kinds, kind="stable")
    for same in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1) if len(rows) else ():
        kind = int(kinds[same[0]])
        of = judged[kind & 0xFFFFFFFF].of
        for demand in judged[kind >> 32].demands:
            if of.isdisjoint(demand.entities) and len(same):
                at = np.searchsorted(demand.slots, slots[same].astype(np.int32))
                at[at == len(demand.slots)] = 0
                hit = demand.slots[at] == slots[same]
                mine, same = same[hit], same[~hit]
                before = found.get(demand.place, Astray(demand.place, 0, []))
                first = [Wrong(int(rows[n]), int(owners[n]), int(targets[n]), demand.entities) for n in mine[:most]]
                found[demand.place] = Astray(
                    demand.place, before.count + len(mine), sorted([*before.first, *first], key=_row)[:most]
                )
    yield from (some for some in found.values() if some.count)


def _row(wrong: Wrong) -> int:
    return wrong.row


def _demanded(population: Population, demands: Demands) -> "Iterator[tuple[int, NDArray[np.int32]]]":
    """Where each portion of the references begins, and what is demanded of them; an instance may have any number."""
    import numpy as np

    for first in range(0, len(population), CHUNK):
        last = min(first + CHUNK, len(population))
        start = population.ref_start[first : last + 1]
        shift = demands.start[population.shape_of[first:last]] - start[:-1]
        for begin in range(int(start[0]), int(start[-1]), CHUNK):
            end = min(begin + CHUNK, int(start[-1]))
            counts = np.diff(np.clip(start, begin, end))
            yield begin, demands.of_slot[np.repeat(shift, counts) + np.arange(begin, end)]


def repeated(population: Population, instances: "NDArray[np.int32]", slots: "NDArray[np.int32]") -> "NDArray[np.int32]":
    """Those of `instances` (all of one shape) in which a row of `slots` leads to one instance twice."""
    import numpy as np

    found: list[NDArray[np.int32]] = []
    step = max(1, CHUNK // slots.size)
    for first in range(0, len(instances), step):
        some = instances[first : first + step]
        targets = population.refs[population.ref_start[some][:, None, None] + slots[None, :, :]]
        targets.sort(axis=2)
        twice = (targets[:, :, 1:] == targets[:, :, :-1]) & (targets[:, :, 1:] >= 0)
        found.append(some[twice.any(axis=(1, 2))])
    return np.concatenate(found)
