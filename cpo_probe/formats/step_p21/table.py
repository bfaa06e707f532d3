"""How do the instances of a file become arrays, and which references lead nowhere?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cpo_probe.formats.step_p21.grammar import Malformed, shape_of, shortened
from cpo_probe.formats.step_p21.parameters import Shape
from cpo_probe.formats.step_p21.population import EXTERNAL, MALFORMED, UNRESOLVED

Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Numbers: TypeAlias = NDArray[np.unsignedinteger[Any]]
_AT_ONCE = 1 << 16
_LONG_KEY = 4096
_LONGEST_KEY = 1 << 20
"""A key that is still longer with runs counted belongs to an instance too varied to be held as a shape."""
_MOST_SHAPES = 1 << 17
"""Further shapes are not held, which bounds the memory for a file in which no two instances look alike."""
APART = -1
"""Code of what is no valid plain instance: a section's beginning or end, or something malformed."""


class Codes(dict[bytes, int]):
    """The number of the shape for each key; a new key is parsed once. `APART` for keys of no valid instance."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.apart = 0

    def __missing__(self, key: bytes) -> int:
        if key[:2] != b"#=":
            return APART
        short = key
        if len(key) > _LONG_KEY:  # the dictionary holds no long texts
            short = shortened(key)
            if (known := self.get(short)) is not None:
                return known
        if len(short) > _LONGEST_KEY or len(self.shapes) >= _MOST_SHAPES:
            return APART
        try:
            shape = shape_of(short, -1)
        except Malformed:
            if len(short) <= _LONG_KEY and self.apart < 10_000:
                self.apart += 1
                self[short] = APART
            return APART
        self[short] = len(self.shapes)
        self.shapes.append(shape)
        return len(self.shapes) - 1


class Column:
    """Whole numbers, not negative, in a block of memory that is enlarged in place, so that nothing is ever there twice.

    They are as narrow as the largest one allows, from `bits` on.
    """

    def __init__(self, bits: int = 32) -> None:
        self._memory = bytearray()
        self._bits = bits

    def __len__(self) -> int:
        return len(self._memory) * 8 // self._bits

    def add(self, numbers: NDArray[Any]) -> None:
        while len(numbers) and int(numbers.max()) >> self._bits:
            before, self._bits = self.array(), 2 * self._bits
            self._memory = bytearray(2 * len(self._memory))
            self.array()[:] = before
        self._memory += numbers.astype(f"u{self._bits // 8}").data

    def cut(self, count: int) -> None:
        """Only the first ones stay."""
        del self._memory[count * self._bits // 8 :]

    def array(self) -> Numbers:
        """All of them, not copied; nothing is added while somebody holds it."""
        return np.frombuffer(self._memory, f"u{self._bits // 8}")


class Table:
    """The columns of all instances. An instance is added when its references are."""

    def __init__(self) -> None:
        self.codes = Codes()
        self.malformed: list[int] = []
        self.ids = Column()
        self.refs = Column()
        self._offset = Column()
        self._shape = Column(16)

    def add(self, ids: Words, offset: Ints, codes: NDArray[np.int32], refs: Words) -> None:
        """Instances in the order of the file; `refs` of all of them, one after another."""
        self.ids.add(ids)
        self._offset.add(offset)
        self._shape.add(codes)
        self.refs.add(refs)

    def add_one(self, id: int, offset: int, code: int, refs: Words) -> None:
        """One instance; `refs`: those that are not added yet."""
        self.add(np.array([id], np.uint64), np.array([offset], np.int64), np.array([code], np.int32), refs)

    def columns(self) -> tuple[Numbers, Numbers, Numbers]:
        """ids, shape_of, offset."""
        return self.ids.array(), self._shape.array(), self._offset.array()

    def shapes(self, shape_of: Numbers) -> list[Shape]:
        """With the index of the first instance of each."""
        first = _first(len(self.codes.shapes), shape_of)
        return [replace(shape, first=int(at)) for shape, at in zip(self.codes.shapes, first, strict=True)]

    def starts(self, shape_of: Numbers) -> NDArray[np.signedinteger[Any]]:
        """Where the references of each instance begin, and where they all end: instances of one shape have equally many."""
        sizes = np.array([shape.refs for shape in self.codes.shapes], np.int64)
        out: NDArray[np.signedinteger[Any]] = np.zeros(len(shape_of) + 1, np.int32 if len(self.refs) < 1 << 31 else np.int64)
        for at, some in _portions(shape_of):
            out[at + 1 : at + 1 + len(some)] = out[at] + np.cumsum(sizes[some])
        return out

    def targets(self, ids: Numbers, external: list[int]) -> tuple[NDArray[np.int32], Ints]:
        """What each reference leads to, and the indices of instances whose name another one has already."""
        index = _Index(ids)
        beside = dict.fromkeys(self.malformed, MALFORMED) | dict.fromkeys(external, EXTERNAL)
        numbers = self.refs.array()
        narrow = numbers.dtype == np.uint32
        out = numbers.view(np.int32) if narrow else np.empty(len(numbers), np.int32)  # narrow ones give way to what they mean
        for at, some in _portions(numbers):
            found = index.of(some)
            if beside and len(nowhere := np.flatnonzero(found == UNRESOLVED)):
                found[nowhere] = [beside.get(int(number), UNRESOLVED) for number in some[nowhere]]
            out[at : at + _AT_ONCE] = found
        return out, index.repeated


class _Index:
    """Index of an instance by its number: by a table where numbers are dense, else by search among them sorted."""

    def __init__(self, ids: Numbers) -> None:
        self._table: NDArray[np.int32] | None = None
        count, top = len(ids), int(ids.max()) if len(ids) else 0
        if top <= 4 * count + 1024:
            self._table = _first(top + 1, ids)
            again = [at + np.flatnonzero(self._table[some] != _places(at, some)) for at, some in _portions(ids)]
            self.repeated = np.concatenate([np.zeros(0, np.int64), *again])
            return
        self._order = np.argsort(ids, kind="stable").astype(np.int32)
        self._sorted = ids[self._order]
        repeats = self._sorted[1:] == self._sorted[:-1]
        self.repeated = np.sort(self._order[1:][repeats]).astype(np.int64)

    def of(self, numbers: Numbers) -> NDArray[np.int32]:
        if self._table is not None:
            top = len(self._table) - 1
            known = numbers <= top
            return np.where(known, self._table[np.where(known, numbers, 0)], np.int32(UNRESOLVED)).astype(np.int32)
        alike = numbers.astype(self._sorted.dtype)  # else numpy would widen all that are searched
        place = np.minimum(np.searchsorted(self._sorted, alike), len(self._sorted) - 1)
        return np.where(self._sorted[place] == numbers, self._order[place], np.int32(UNRESOLVED)).astype(np.int32)


def _first(size: int, numbers: NDArray[Any]) -> NDArray[np.int32]:
    """Where each number below `size` stands first, `UNRESOLVED` for one that does not occur."""
    out = np.full(size, UNRESOLVED, np.int32)
    for at, some in reversed(list(_portions(numbers))):
        out[some[::-1]] = _places(at, some)[::-1]  # of several writes to one place the last one stays
    return out


def _portions(numbers: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Where each portion begins, and its numbers: numpy makes a wide copy of what it takes for places."""
    return ((at, numbers[at : at + _AT_ONCE]) for at in range(0, len(numbers), _AT_ONCE))


def _places(at: int, some: NDArray[Any]) -> NDArray[np.int32]:
    return np.arange(at, at + len(some), dtype=np.int32)
