"""Where exactly is something wrong, and how often?"""

import re
from typing import Any

from cpo_probe.formats.step_p21.population import Lines
from cpo_probe.model import Problem, Problems, Where

_LINE_ENDS = re.compile(r"\s*[\r\n]\s*")


class Found:
    """Problems with line and byte offset; the line is worked out only for those that are kept."""

    def __init__(self, lines: Lines) -> None:
        self.problems = Problems()
        self._lines = lines

    def add(
        self, rule: str, offset: int, *, expected: Any, found: Any, location: str = "", instance: str = "", **params: Any
    ) -> None:
        if self.full(rule):
            self.count(rule, 1)
            return
        if isinstance(found, str):
            found = _LINE_ENDS.sub(" ", found)
        where = Where("file", line=self._lines.at(offset), offset=offset, instance=instance)
        self.problems.add(Problem(rule, where, location, expected, found, params))

    def full(self, rule: str) -> bool:
        """Whether further problems of the rule are only counted."""
        return self.problems.counts.get(rule, 0) >= self.problems.cap

    def count(self, rule: str, number: int) -> None:
        """Problems that are told by their number only."""
        if number:
            self.problems.counts[rule] = self.problems.counts.get(rule, 0) + number
