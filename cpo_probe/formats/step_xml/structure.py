"""The product structure of an AP242 XML file, gathered while it is read.

A PartView stands in its PartVersion, that in its Part. The occurrences in a view are uses of this part; the usages
(NextAssemblyOccurrenceUsage) in a view name occurrences of the parts that it is made of.
"""

from array import array
from collections.abc import Iterator

from cpo_probe.formats.marked import TYPE, Follow
from cpo_probe.model import Problem, Problems, Where

USAGE = "NextAssemblyOccurrenceUsage"
MOST_LEVELS = 10_000
LAST_LINE = 2**32 - 1  # that is told
SHOWN = 20


class Structure:
    """Counts and numbers only: some 16 bytes for each view, occurrence and usage, whatever they are called."""

    def __init__(self) -> None:
        self.parts = self.versions = self.views = self.usages = 0
        self.problems = Problems()
        self._part = self._version = ("", 0)  # uid and line of the one that is being read
        self._versions_of_part = self._views_of_version = -1  # -1: none is being read
        self._view_lines = array("I")
        self._occurrences = array("q")  # hash of uid
        self._occurs = array("I")  # number of the view that it is an occurrence of
        self._parents = array("I")  # number of the view that uses
        self._related = array("q")  # hash of the uid of what it uses
        self._usage_lines = array("I")
        self._waiting = 0  # line of a usage whose Related has not been met

    @property
    def follow(self) -> Follow:
        return {
            "Part": self._at_part,
            "PartVersion": self._at_version,
            "PartView": self._at_view,
            "Occurrence": self._at_occurrence,
            "ViewOccurrenceRelationship": self._at_usage,
            "Related": self._at_related,
        }

    def _at_part(self, attributes: dict[str, str], line: int) -> None:
        if "uid" not in attributes:
            return  # a reference to one
        self._end_part()
        self.parts += 1
        self._part, self._versions_of_part = (attributes["uid"], line), 0

    def _end_part(self) -> None:
        self._end_version()
        if self._versions_of_part == 0:
            self._missing("version", "Part", self._part, "a PartVersion")
        self._versions_of_part = -1

    def _at_version(self, attributes: dict[str, str], line: int) -> None:
        if "uid" not in attributes:
            return
        self._end_version()
        self.versions += 1
        self._versions_of_part += self._versions_of_part >= 0
        self._version, self._views_of_version = (attributes["uid"], line), 0

    def _end_version(self) -> None:
        if self._views_of_version == 0:
            self._missing("view", "PartVersion", self._version, "a PartView")
        self._views_of_version = -1

    def _missing(self, rule: str, element: str, place: tuple[str, int], expected: str) -> None:
        uid, line = place
        self.problems.add(Problem(rule, Where("file", line=line, instance=uid[:200]), element, expected, "none", {}))

    def _at_view(self, attributes: dict[str, str], line: int) -> None:
        if "uid" in attributes:
            self.views += 1
            self._views_of_version += self._views_of_version >= 0
            self._view_lines.append(min(line, LAST_LINE))

    def _at_occurrence(self, attributes: dict[str, str], line: int) -> None:
        if "uid" in attributes and self.views:
            self._occurrences.append(hash(attributes["uid"]))
            self._occurs.append(self.views - 1)

    def _at_usage(self, attributes: dict[str, str], line: int) -> None:
        kind = attributes.get(TYPE, "")
        self._waiting = line if kind.rpartition(":")[2] == USAGE and self.views else 0

    def _at_related(self, attributes: dict[str, str], line: int) -> None:
        if self._waiting and "uidRef" in attributes:
            self.usages += 1
            self._parents.append(self.views - 1)
            self._related.append(hash(attributes["uidRef"]))
            self._usage_lines.append(min(self._waiting, LAST_LINE))
        self._waiting = 0

    def end(self) -> Problems:
        """After the last element: what does not hold."""
        self._end_part()
        if self.usages:
            self._unfold()
        return self.problems

    def _unfold(self) -> None:
        """Do the usages lead to occurrences, and does taking away what contains nothing any more take away everything?"""
        import numpy as np  # see marked/examine.py

        known = np.frombuffer(self._occurrences, dtype=np.int64)
        order = np.argsort(known, kind="stable").astype(np.uint32)
        related = np.frombuffer(self._related, dtype=np.int64)
        lines = np.frombuffer(self._usage_lines, dtype=np.uint32)
        at = np.searchsorted(known, related, sorter=order) if len(known) else np.zeros(len(related), dtype=np.int64)
        met = at < len(known)
        met[met] = known[order[at[met]]] == related[met]
        for line in lines[~met].tolist():
            where = Where("file", line=line)
            self.problems.add(Problem("usage", where, "ViewOccurrenceRelationship", "the uid of an Occurrence", "no such", {}))
        parents = np.frombuffer(self._parents, dtype=np.uint32)[met]
        children = np.frombuffer(self._occurs, dtype=np.uint32)[order[at[met]]]
        del order, at, met
        for _ in range(MOST_LEVELS):
            inner = np.isin(children, parents)  # the others contain nothing that is left
            if inner.all():
                break
            parents, children = parents[inner], children[inner]
        if len(parents):
            self._cycle(_ring(parents.tolist(), children.tolist()))

    def _cycle(self, ring: list[int]) -> None:
        lines = [self._view_lines[number] for number in ring]
        found = " > ".join(f"line {line}" for line in lines[:SHOWN])
        self.problems.add(Problem("cycle", Where("file", line=lines[0]), "PartView", "no circle", found, {}))


def _ring(parents: list[int], children: list[int]) -> list[int]:
    """One circle among edges of which each leads on."""
    onward = dict(zip(parents, children, strict=True))
    seen: dict[int, None] = {}
    for number in _walk(onward, parents[0]):
        if number in seen:
            walked = list(seen)
            return walked[walked.index(number) :]
        seen[number] = None
    return list(seen)


def _walk(onward: dict[int, int], start: int) -> Iterator[int]:
    while True:
        yield start
        if start not in onward:
            return
        start = onward[start]
