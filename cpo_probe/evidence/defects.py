"""How are defects told: which sentences, in which order, and how many beyond what a person reads?"""

from collections import Counter

from cpo_probe.evidence.rows import RECORD

CAP = 20
"""Sentences of one kind; further ones are counted."""


class Defects:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sentences: list[str] = []

    def add(self, kind: str, place: str, text: str) -> None:
        """A defect of the record at a file, or at a place in one."""
        self.beside(kind, f"{RECORD}/{place}", text)

    def beside(self, kind: str, place: str, text: str) -> None:
        """A defect of the bundle beside its record."""
        self._counts[kind] += 1
        if self._counts[kind] <= CAP:
            self._sentences.append(f"{place}: {text}")

    def sentences(self) -> tuple[str, ...]:
        more = (f"{n - CAP} more defects of the kind {kind!r} are not listed" for kind, n in self._counts.items() if n > CAP)
        return (*self._sentences, *more)
