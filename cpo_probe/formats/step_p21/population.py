"""Which instances does a file hold, of which shapes, and what do they refer to?

Arrays, one row per instance; no text. What an instance says beyond its shape is read again from the file when asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpo_probe.formats.step_p21.blocks import statement_at
from cpo_probe.formats.step_p21.parameters import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cpo_probe.formats.step_p21.values import Record

UNRESOLVED = -1
EXTERNAL = -2
MALFORMED = -3
"""Targets in `Population.refs` that are no index: an instance that is nowhere, one that the REFERENCE section declares, and one
whose text keeps no grammar, so that nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Line numbers by byte offset: how many line ends come before each block of the file."""

    path: Path
    block: int
    before: Sequence[int]

    def at(self, offset: int) -> int:
        """Line of a byte, from 1; the block that holds it is read."""
        index = max(min(offset // self.block, len(self.before) - 1), 0)
        before = self.before[index] if self.before else 0
        with self.path.open("rb") as file:
            file.seek(index * self.block)
            return 1 + before + file.read(offset - index * self.block).count(b"\n")


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

    Arrays are as narrow as what is in them allows.

    `refs[ref_start[i] + k]` is what slot k of instance i refers to: the index of an instance, `UNRESOLVED`,
    `EXTERNAL` or `MALFORMED`. `whole`: no other instance can refer to one of these, neither one that was not read nor one of
    another file.
    Instances of one shape have the same number of slots. Instances whose text keeps no grammar are not in it.
    """

    path: Path
    shapes: list[Shape]
    ids: "NDArray[np.unsignedinteger[Any]]"
    shape_of: "NDArray[np.unsignedinteger[Any]]"
    offset: "NDArray[np.unsignedinteger[Any]]"
    ref_start: "NDArray[np.signedinteger[Any]]"
    refs: "NDArray[np.int32]"
    sections: tuple[DataSection, ...]
    lines: Lines
    utf8: bool
    whole: bool = True

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

    def owners(self, places: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """The instances that the references at these places of `refs` belong to."""
        import numpy as np

        alike = places.astype(self.ref_start.dtype)  # else numpy would widen all that are searched
        return np.searchsorted(self.ref_start, alike, side="right") - 1

    def entity(self, index: int) -> str:
        """Keyword of the instance; of a complex one those of its parts, "A+B"."""
        return "+".join(part.keyword for part in self.shapes[int(self.shape_of[index])].parts)

    def text(self, index: int, most: int = 1 << 24) -> bytes:
        """The statement as the file has it, without its semicolon and comments; b"" when it is longer than `most` bytes."""
        offset = int(self.offset[index])
        with self.path.open("rb") as file:
            file.seek(offset)
            return statement_at(file, most)

    def records(self, index: int) -> "tuple[Record, ...]":
        """The instance with its values, read again from the file."""
        from cpo_probe.formats.step_p21.values import records_of

        return records_of(self.text(index), self.utf8)

    def numbers(self, index: int) -> list[int]:
        """Instance numbers in its slots, as written, also of those that are nowhere."""
        from cpo_probe.formats.step_p21.values import references_in

        return [number for record in self.records(index) for number in references_in(record.values)]

    def of_shape(self, shape: int) -> "NDArray[np.int64]":
        """Indices of the instances of that shape (its position in `shapes`), ascending."""
        import numpy as np

        return np.flatnonzero(self.shape_of == shape)

    def of(self, *keywords: str) -> "NDArray[np.int64]":
        """Indices of the instances that have a part of one of these keywords, ascending."""
        import numpy as np

        wanted = np.array([any(p.keyword in keywords for p in s.parts) for s in self.shapes], dtype=bool)
        return np.flatnonzero(wanted[self.shape_of]) if len(self.shapes) else np.zeros(0, np.int64)
