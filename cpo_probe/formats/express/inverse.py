"""Is an instance referred to as often as its INVERSE attributes demand (ISO 10303-11:2004, 9.2.1.3)?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.model import Inverse
from cpo_probe.formats.express.references import CHUNK
from cpo_probe.formats.express.shapes import Judged
from cpo_probe.formats.step_p21.population import Population

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Lonely:
    """`instances` are referred to `count` times by `demanded`, which is too few or too many."""

    place: str
    demanded: str
    count: int
    instances: "NDArray[np.int32]"


def lonely(
    graph: Graph, population: Population, judged: Sequence[Judged], instances: "Callable[[int], NDArray[np.int32]]"
) -> Iterator[Lonely]:
    """`instances`: those of a shape. Only for a population that was read whole: a referrer may be what is missing."""
    import numpy as np

    of: dict[str, list[int]] = {}
    for shape, one in enumerate(judged):
        for entity in one.of:
            of.setdefault(entity, []).append(shape)
    for entity in sorted(of):
        for inverse in graph.entities[entity].inverse:
            owner, attribute = graph.declaring(inverse.entity, inverse.attribute)
            place = f"{owner.upper()}.{attribute}"
            mine = np.sort(np.concatenate([instances(shape) for shape in of[entity]]))
            if not len(mine):
                continue
            counts = np.zeros(len(mine), np.int32)
            for shape in of.get(inverse.entity, ()):
                for demand in judged[shape].demands:
                    if demand.place == place:
                        _count(counts, mine, population, instances(shape), demand.slots)
            yield from _outside(f"{entity.upper()}.{inverse.name}", place, inverse, mine, counts)


def _count(
    counts: "NDArray[np.int32]",
    mine: "NDArray[np.int32]",
    population: Population,
    referrers: "NDArray[np.int32]",
    slots: "NDArray[np.int32]",
) -> None:
    """Add how many of the referrers, all of one shape, lead to each of `mine` with one of those slots."""
    import numpy as np

    step = max(1, CHUNK // slots.size)
    for first in range(0, len(referrers), step):
        targets = population.refs[population.ref_start[referrers[first : first + step]][:, None] + slots.ravel()[None, :]]
        if slots.size > 1:
            targets.sort(axis=1)
            targets[:, 1:][targets[:, 1:] == targets[:, :-1]] = -1
        there, often = np.unique(targets, return_counts=True)
        place = np.searchsorted(mine, there)
        place[place == len(mine)] = 0
        hit = mine[place] == there
        counts[place[hit]] += often[hit].astype(np.int32)


def _outside(
    place: str, referrer: str, inverse: Inverse, mine: "NDArray[np.int32]", counts: "NDArray[np.int32]"
) -> Iterator[Lonely]:
    import numpy as np

    demanded = f"[{inverse.low}:{'?' if inverse.high is None else inverse.high}] {referrer}"
    for count in np.unique(counts).tolist():
        if count < inverse.low or (inverse.high is not None and count > inverse.high):
            yield Lonely(place, demanded, count, mine[counts == count])
