"""Which instances does a file hold, of which shapes, and what do they refer to?

Arrays, one row per instance; no text. What an instance says beyond its shape is read again from the file when asked for.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cpo_probe.formats.step_p21.parameters import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNRESOLVED = -1
EXTERNAL = -2
"""Targets in `Population.refs`: an instance that is nowhere, and one that the REFERENCE section declares."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Line numbers by byte offset: how many line ends come before each block of the file."""

    path: Path
    block: int
    before: tuple[int, ...]

    def at(self, offset: int) -> int:
        """Line of a byte, from 1; the block that holds it is read."""
        index = min(offset // self.block, len(self.before) - 1)
        with self.path.open("rb") as file:
            file.seek(index * self.block)
            return 1 + self.before[index] + file.read(offset - index * self.block).count(b"\n")


@dataclass(frozen=True, slots=True)
class DataSection:
    """A DATA section: name and schema as its parameters state them, "" without; instances `first` to `first + count - 1`."""

    name: str
    schema: str
    first: int
    count: int


@dataclass(slots=True)
class Population:
    """All instances of all DATA sections, in the order of the file; instance names are unique over all of them.

    `refs[ref_start[i] + k]` is what slot k of instance i refers to: the index of an instance, `UNRESOLVED` or `EXTERNAL`.
    Instances of one shape have the same number of slots. Instances whose text keeps no grammar are not in it.
    """

    path: Path
    shapes: list[Shape]
    ids: "NDArray[np.uint64]"
    shape_of: "NDArray[np.int32]"
    offset: "NDArray[np.int64]"
    ref_start: "NDArray[np.int64]"
    refs: "NDArray[np.int32]"
    sections: tuple[DataSection, ...]
    lines: Lines
    _end: "NDArray[np.int64] | None" = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def name(self, index: int) -> str:
        """`#12`."""
        return f"#{int(self.ids[index])}"

    def line(self, index: int) -> int:
        """Line of the instance, from 1."""
        return self.lines.at(int(self.offset[index]))

    def targets(self, index: int) -> "NDArray[np.int32]":
        """What its slots refer to, in order."""
        return self.refs[self.ref_start[index] : self.ref_start[index + 1]]

    def of_shape(self, shape: int) -> "NDArray[np.int64]":
        """Indices of the instances of that shape (its position in `shapes`), ascending."""
        import numpy as np

        return np.flatnonzero(self.shape_of == shape)

    def of(self, *keywords: str) -> "NDArray[np.int64]":
        """Indices of the instances that have a part of one of these keywords, ascending."""
        import numpy as np

        wanted = np.array([any(p.keyword in keywords for p in s.parts) for s in self.shapes], dtype=bool)
        return np.flatnonzero(wanted[self.shape_of]) if len(self.shapes) else np.zeros(0, np.int64)
