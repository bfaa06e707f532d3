"""Which of millions of hashes occur twice, and which are not among others? In memory that does not grow with their number.

Few are held as they are. Many go to a temporary file, each piece sorted by the first bits, so that all with the same first bits
can be looked at together, one part after the other.
"""

from array import array
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from weakref import finalize

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[np.int64]]

MOST = 2**18  # of 8 bytes, that are held
_BITS = 6
_PARTS = 2**_BITS
_SUSPECTS = 2**20  # that are told


class Marks:
    """Hashes in 64 bits. `fresh`: those since the last `settle`, to append to; it stays the same object."""

    def __init__(self) -> None:
        self.fresh = array("q")
        self._file: IO[bytes] | None = None
        self._full = False  # the disk; then they stay in memory
        self._pieces: list[tuple[int, list[int]]] = []  # where each begins in the file, and its parts within it
        self._kept = 0

    def __len__(self) -> int:
        return self._kept + len(self.fresh)

    @property
    def many(self) -> bool:
        return bool(self._pieces)

    def settle(self) -> None:
        """Let go of `fresh` when it has grown large."""
        if len(self.fresh) < MOST or self._full:
            return
        import numpy as np

        marks = np.frombuffer(self.fresh, dtype=np.int64)
        parts = _part(marks)
        ordered = marks[np.argsort(parts, kind="stable")].tobytes()
        bounds = np.concatenate(([0], np.cumsum(np.bincount(parts, minlength=_PARTS)))).tolist()
        del marks
        try:
            if self._file is None:
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115 - it goes with this object
                finalize(self, self._file.close)
            self._full = self._file.write(ordered) < len(ordered)  # so much as there was room for
        except OSError:
            self._full = True
        if self._full:
            return
        self._pieces.append((self._kept * 8, bounds))
        self._kept += len(self.fresh)
        del self.fresh[:]

    def part(self, number: int) -> "Column":
        """All whose first bits are that number."""
        import numpy as np

        fresh = np.frombuffer(self.fresh, dtype=np.int64)
        found = [fresh[_part(fresh) == number]]
        for begin, bounds in self._pieces:
            assert self._file is not None
            at, end = bounds[number], bounds[number + 1]
            self._file.seek(begin + at * 8)
            found.append(np.frombuffer(self._file.read((end - at) * 8), dtype=np.int64))
        return np.concatenate(found)

    def whole(self) -> "Column":
        """All, while there are not `many`."""
        import numpy as np

        return np.frombuffer(self.fresh, dtype=np.int64)


def twice(marks: Marks) -> set[int]:
    """Those that occur more than once."""
    import numpy as np

    found: set[int] = set()
    for (part,) in _together(marks):
        part = np.sort(part)
        found.update(np.unique(part[1:][part[1:] == part[:-1]])[:_SUSPECTS].tolist())
        if len(found) > _SUSPECTS:
            break
    return found


def lost(meant: Marks, *named: Marks) -> set[int]:
    """Those of the first that are in none of the others."""
    import numpy as np

    found: set[int] = set()
    for part, *others in _together(meant, *named):
        part, known = np.unique(part), np.sort(np.concatenate(others))
        at = np.searchsorted(known, part)  # an eighth of the time of setdiff1d, which sorts both as one
        met = at < len(known)
        met[met] = known[at[met]] == part[met]
        found.update(part[~met][:_SUSPECTS].tolist())
        if len(found) > _SUSPECTS:
            break
    return found


def _together(*marks: Marks) -> "Iterator[list[Column]]":
    if any(one.many for one in marks):
        for number in range(_PARTS):
            yield [one.part(number) for one in marks]
    else:
        yield [one.whole() for one in marks]


def _part(marks: "Column") -> "np.ndarray[Any, np.dtype[np.uint8]]":
    import numpy as np

    parts: np.ndarray[Any, np.dtype[np.uint8]] = ((marks >> (64 - _BITS)) + _PARTS // 2).astype(np.uint8)
    return parts
