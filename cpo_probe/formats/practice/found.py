"""Problems with what recommended practices ask for, with the place of the instance."""

from cpo_probe.formats.express.examine import where
from cpo_probe.formats.step_p21 import Population
from cpo_probe.model import Problem, Problems, Where, not_applicable

NOTHING = "not_in_file"
KEPT = 200
"""Problems kept of one rule; more are only counted."""


class Found:
    """Gathers problems of one population, and the rules that it gave no occasion for."""

    def __init__(self, population: Population) -> None:
        self.problems = Problems(KEPT)
        self._population = population

    def name(self, instance: int) -> str:
        """`#12 (PRODUCT)`."""
        return f"{self._population.name(instance)} ({self._population.entity(instance)})"

    def add(self, rule: str, instance: int, location: str, expected: str, found: str) -> None:
        """A problem at an instance; `location` has no number in it."""
        place = Where("file")
        if self.problems.counts.get(rule, 0) < KEPT:  # looking up a line reads the file
            place = where(self._population, instance)
        self.problems.add(Problem(rule, place, location, expected, found, {"instances": 1}))

    def about_file(self, rule: str, location: str, expected: str, found: str) -> None:
        """A problem of the whole file."""
        self.problems.add(Problem(rule, Where("file"), location, expected, found, {"instances": 0}))

    def silent(self, *rules: str) -> None:
        """The file gave no occasion for these rules."""
        for rule in rules:
            self.problems.unsaid[rule] = not_applicable(NOTHING)
