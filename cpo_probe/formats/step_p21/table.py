"""How do the instances of a file become arrays, and which references lead nowhere?"""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cpo_probe.formats.step_p21.grammar import Malformed, shape_of, shortened
from cpo_probe.formats.step_p21.parameters import Shape
from cpo_probe.formats.step_p21.population import EXTERNAL, MALFORMED, UNRESOLVED

Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
_AT_ONCE = 1 << 20
_LONG_KEY = 4096
_LONGEST_KEY = 1 << 20
"""A key that is still longer with runs counted belongs to an instance too varied to be held as a shape."""
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
            if len(short) > _LONGEST_KEY:
                return APART
            if (known := self.get(short)) is not None:
                return known
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
    """Columns that grow by blocks."""

    def __init__(self) -> None:
        self.codes = Codes()
        self.count = 0
        self.malformed: list[int] = []
        self._ids: list[Words] = []
        self._offset: list[Ints] = []
        self._shape: list[NDArray[np.int32]] = []
        self._counts: list[NDArray[np.int32]] = []
        self._refs: list[NDArray[np.uint32] | Words] = []

    def add(self, ids: Words, offset: Ints, codes: NDArray[np.int32], counts: NDArray[np.int32], refs: Words) -> None:
        """Instances in the order of the file; `refs` of all of them, one after another."""
        self.count += len(ids)
        self._ids.append(ids)
        self._offset.append(offset)
        self._shape.append(codes)
        self._counts.append(counts)
        self._refs.append(narrow(refs))

    def add_one(self, id: int, offset: int, code: int, refs: list[int]) -> None:
        self.add(
            np.array([id], np.uint64),
            np.array([offset], np.int64),
            np.array([code], np.int32),
            np.array([len(refs)], np.int32),
            np.array(refs, np.uint64),
        )

    def add_long(self, id: int, offset: int, code: int, refs: list[Words | NDArray[np.uint32]]) -> None:
        """One instance with its references in pieces."""
        self.add_one(id, offset, code, [])
        self._counts[-1] = np.array([sum(len(piece) for piece in refs)], np.int32)
        self._refs.extend(refs)

    def shapes(self, shape_of: NDArray[np.int32]) -> list[Shape]:
        """With the index of the first instance of each."""
        first = np.full(len(self.codes.shapes), -1, np.int64)
        first[shape_of[::-1]] = np.arange(len(shape_of) - 1, -1, -1)  # of several writes to one place the last one stays
        return [replace(shape, first=int(at)) for shape, at in zip(self.codes.shapes, first, strict=True)]

    def columns(self) -> tuple[Words, NDArray[np.int32], Ints, Ints]:
        """ids, shape_of, offset, ref_start; the blocks are given up."""
        ids = _joined(self._ids, np.uint64)
        shape_of = _joined(self._shape, np.int32)
        offset = _joined(self._offset, np.int64)
        counts = _joined(self._counts, np.int32)
        start = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=start[1:])
        return ids, shape_of, offset, start

    def targets(self, ids: Words, external: list[int]) -> tuple[NDArray[np.int32], Ints]:
        """What each reference leads to, and the indices of instances whose name another one has already."""
        index = _Index(ids)
        beside = dict.fromkeys(external, EXTERNAL) | dict.fromkeys(self.malformed, MALFORMED)
        out = np.empty(sum(len(block) for block in self._refs), np.int32)
        at = 0
        while self._refs:
            block = self._refs.pop(0)
            found = index.of(block)
            if beside and len(nowhere := np.flatnonzero(found == UNRESOLVED)):
                found[nowhere] = [beside.get(int(number), UNRESOLVED) for number in block[nowhere]]
            out[at : at + len(block)] = found
            at += len(block)
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


def narrow(numbers: Words) -> Words | NDArray[np.uint32]:
    """The same numbers in half the space, where they fit."""
    return numbers.astype(np.uint32) if not len(numbers) or numbers.max() < 1 << 32 else numbers


def _joined(blocks: list[NDArray[np.generic]] | list[Ints] | list[Words] | list[NDArray[np.int32]], kind: type) -> NDArray:  # type: ignore[type-arg]
    whole = np.concatenate(blocks) if blocks else np.zeros(0, kind)
    blocks.clear()
    return whole
