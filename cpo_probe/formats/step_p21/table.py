"""How do the instances of a file become arrays, and which references lead nowhere?"""

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cpo_probe.formats.step_p21.grammar import Malformed, shape_of, shortened
from cpo_probe.formats.step_p21.parameters import Shape
from cpo_probe.formats.step_p21.population import EXTERNAL, MALFORMED, UNRESOLVED

Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
_AT_ONCE = 1 << 18
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


class Table:
    """Columns that grow in place: a block of memory that is enlarged is not copied, so nothing is ever there twice."""

    def __init__(self) -> None:
        self.codes = Codes()
        self.count = 0
        self.malformed: list[int] = []
        self._ids = bytearray()
        self._offset = bytearray()
        self._shape = bytearray()
        self._start = bytearray(8)
        self._refs = bytearray()
        self._wide = False  # a reference is beyond 32 bits
        self._used = 0

    def add(self, ids: Words, offset: Ints, codes: NDArray[np.int32], counts: NDArray[np.int32], refs: Words) -> None:
        """Instances in the order of the file; `refs` of all of them, one after another."""
        self.count += len(ids)
        self._ids += ids.tobytes()
        self._offset += offset.tobytes()
        self._shape += codes.tobytes()
        self._start += (np.cumsum(counts, dtype=np.int64) + self._used).tobytes()
        self._add_refs(refs)

    def add_one(self, id: int, offset: int, code: int, refs: list[Words | NDArray[np.uint32]]) -> None:
        """One instance, its references in pieces."""
        count = sum(len(piece) for piece in refs)
        one = np.array([id], np.uint64), np.array([offset], np.int64), np.array([code], np.int32), np.array([count], np.int32)
        self.add(*one, np.zeros(0, np.uint64))
        for piece in refs:
            self._add_refs(piece)

    def _add_refs(self, refs: Words | NDArray[np.uint32]) -> None:
        self._used += len(refs)
        narrowed = narrow(refs)
        if narrowed.dtype == np.uint64 and not self._wide:
            self._wide = True
            self._refs = bytearray(np.frombuffer(self._refs, np.uint32).astype(np.uint64).tobytes())
        self._refs += (narrowed.astype(np.uint64) if self._wide else narrowed).tobytes()

    def shapes(self, shape_of: NDArray[np.int32]) -> list[Shape]:
        """With the index of the first instance of each."""
        first = np.full(len(self.codes.shapes), -1, np.int64)
        places = np.arange(len(shape_of), dtype=np.int32)
        first[shape_of[::-1]] = places[::-1]  # of several writes to one place the last one stays
        return [replace(shape, first=int(at)) for shape, at in zip(self.codes.shapes, first, strict=True)]

    def columns(self) -> tuple[Words, NDArray[np.int32], Ints, Ints]:
        """ids, shape_of, offset, ref_start."""
        return (
            np.frombuffer(self._ids, np.uint64),
            np.frombuffer(self._shape, np.int32),
            np.frombuffer(self._offset, np.int64),
            np.frombuffer(self._start, np.int64),
        )

    def targets(self, ids: Words, external: list[int]) -> tuple[NDArray[np.int32], Ints]:
        """What each reference leads to, and the indices of instances whose name another one has already."""
        index = _Index(ids)
        beside = dict.fromkeys(self.malformed, MALFORMED) | dict.fromkeys(external, EXTERNAL)
        numbers: Any = np.frombuffer(self._refs, np.uint64 if self._wide else np.uint32)
        out = np.empty(len(numbers), np.int32) if self._wide else numbers.view(np.int32)  # narrow ones give way to what they mean
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            found = index.of(some)
            if beside and len(nowhere := np.flatnonzero(found == UNRESOLVED)):
                found[nowhere] = [beside.get(int(number), UNRESOLVED) for number in some[nowhere]]
            out[at : at + _AT_ONCE] = found
        return out, index.repeated


class _Index:
    """Index of an instance by its number: by a table where numbers are dense, else by search among them sorted."""

    def __init__(self, ids: Words) -> None:
        self._table: NDArray[np.int32] | None = None
        count, top = len(ids), int(ids.max()) if len(ids) else 0
        if top <= 4 * count + 1024:
            self._table = np.full(top + 1, UNRESOLVED, np.int32)
            places = np.arange(count, dtype=np.int32)
            self._table[ids[::-1]] = places[::-1]  # the first of equal names stays
            self.repeated = np.flatnonzero(self._table[ids] != places)
            return
        self._order = np.argsort(ids, kind="stable").astype(np.int32)
        self._sorted = ids[self._order]
        again = self._sorted[1:] == self._sorted[:-1]
        self.repeated = np.sort(self._order[1:][again]).astype(np.int64)

    def of(self, numbers: NDArray[np.uint32] | Words) -> NDArray[np.int32]:
        if self._table is not None:
            top = len(self._table) - 1
            known = numbers <= top
            return np.where(known, self._table[np.where(known, numbers, 0)], np.int32(UNRESOLVED)).astype(np.int32)
        place = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[place] == numbers, self._order[place], np.int32(UNRESOLVED)).astype(np.int32)


def narrow(numbers: Words | NDArray[np.uint32]) -> Words | NDArray[np.uint32]:
    """The same numbers in half the space, where they fit."""
    return numbers.astype(np.uint32) if not len(numbers) or numbers.max() < 1 << 32 else numbers
