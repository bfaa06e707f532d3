"""What did a geometry kernel make of a file? Kept in the bundle as it came, so that judging needs no kernel.

Lengths in millimetres, numbers as decimal strings of ten significant digits. `at`: place of an instance in the file, from 0.
"""

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How the process ended. Only the first two say something of the file."""

    READ = "read"
    UNREADABLE = "unreadable"  # the kernel's reader refused the file
    CRASHED = "crashed"
    MEMORY = "memory"
    TIME = "time"
    SIZE = "size"  # larger than what is given to the kernel at all


@dataclass(frozen=True, slots=True)
class Body:
    """What a shape consists of. `volume`, `area` and `centroid` are those of its solids, `sheets` the area of what is no solid.

    `outer`: area without that of voids. `size`: diagonal of a box around it. `error`: the greatest relative error of a volume or
    area that the kernel admits. `valid`: whether the kernel's own check finds its solids sound.
    """

    solids: int
    faces: int
    edges: int
    valid: bool
    volume: str
    area: str
    outer: str
    centroid: tuple[str, ...]
    sheets: str
    sheet_centroid: tuple[str, ...]
    size: str
    error: str

    @property
    def empty(self) -> bool:
        return not (self.solids or self.faces or self.edges)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an instance became; None when nothing was made of it."""

    at: int
    body: Body | None


@dataclass(frozen=True, slots=True)
class Usage:
    """A NEXT_ASSEMBLY_USAGE_OCCURRENCE that the kernel knows. `placement`: rows of 3 x 4; empty when no component came of it."""

    at: int
    placement: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measurement:
    """`unknown`: instances of entities that the kernel does not know. `shapes`: that were made of `roots`.

    `definitions`: each PRODUCT_DEFINITION with everything that it consists of. `models`: solids and surface models.
    """

    ending: Ending
    roots: int = 0
    shapes: int = 0
    entities: int = 0
    unknown: int = 0
    definitions: tuple[Shape, ...] = ()
    usages: tuple[Usage, ...] = ()
    models: tuple[Shape, ...] = ()
