"""Is an instance referred to as often as its INVERSE attributes demand (ISO 10303-11:2004, 9.2.1.3)?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.model import Inverse
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
    instances: "NDArray[np.int64]"


def lonely(
    graph: Graph, population: Population, judged: Sequence[Judged], instances: "Callable[[int], NDArray[np.int64]]"
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
            counts = np.zeros(len(population), np.int64)
            for shape in of.get(inverse.entity, ()):
                for demand in judged[shape].demands:
                    if demand.place == place:
                        counts += _referred(population, instances(shape), demand.slots)
            mine = np.concatenate([instances(shape) for shape in of[entity]])
            yield from _outside(f"{entity.upper()}.{inverse.name}", place, inverse, np.sort(mine), counts)


def _referred(population: Population, referrers: "NDArray[np.int64]", slots: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """How many of the referrers, all of one shape, lead to each instance with one of those slots."""
    import numpy as np

    size = len(population)
    targets = population.refs[population.ref_start[referrers][:, None] + slots.ravel()[None, :]]
    if slots.size > 1:
        targets = np.sort(targets, axis=1)
        targets[:, 1:][targets[:, 1:] == targets[:, :-1]] = -1
    return np.bincount(targets[targets >= 0].ravel(), minlength=size)


def _outside(
    place: str, referrer: str, inverse: Inverse, mine: "NDArray[np.int64]", counts: "NDArray[np.int64]"
) -> Iterator[Lonely]:
    import numpy as np

    here = counts[mine]
    demanded = f"[{inverse.low}:{'?' if inverse.high is None else inverse.high}] {referrer}"
    for count in np.unique(here).tolist():
        if count < inverse.low or (inverse.high is not None and count > inverse.high):
            yield Lonely(place, demanded, count, mine[here == count])
