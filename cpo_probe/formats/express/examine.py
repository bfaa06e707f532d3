"""Does a population keep the schema that its file names?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cpo_probe.formats.express.choose import Choice
from cpo_probe.formats.express.faults import Fault, several
from cpo_probe.formats.express.graph import Graph
from cpo_probe.formats.express.inverse import lonely
from cpo_probe.formats.express.references import CHUNK, astray, repeated
from cpo_probe.formats.express.rules import RULES
from cpo_probe.formats.express.shapes import judge_shape
from cpo_probe.formats.express.widths import MOST_READ, too_long
from cpo_probe.formats.step_p21 import DataSection, Population
from cpo_probe.model import Blocker, Problem, Problems, Result, Where, not_applicable, untestable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOTHING = "not_in_file"
OPEN = frozenset(rule.id for rule in RULES if rule.id.startswith(("entity-", "subtype-", "select", "enumeration", "reference-")))
"""Rules about what there may be, which further schemas may widen."""
KEPT = 1000
"""Problems kept of one rule; more are only counted."""
EXAMPLES = 3
"""Instances named for one rule and place."""


@dataclass(slots=True)
class _Pair:
    """One rule broken at one place: how often, with the first examples as (instance, expected, found)."""

    count: int = 0
    examples: list[tuple[int, str, str]] = field(default_factory=list)


class Findings:
    """Rule and place -> instances. Distinct pairs are what is kept; instances are counted."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], _Pair] = {}
        self.widths = False
        """Whether the width of any string mattered."""
        self.used = False
        """Whether it was counted how often anything is used."""

    def add(self, fault: Fault, instances: Iterable[int], count: int) -> None:
        """`instances`: the first of `count` ones."""
        pair = self._pairs.setdefault((fault.rule, fault.place), _Pair())
        pair.count += count
        for instance in instances:
            if len(pair.examples) == EXAMPLES:
                return
            pair.examples.append((instance, fault.expected, fault.found))

    def keep(self, others: "Findings") -> None:
        """Only what is among the others as well."""
        self._pairs = {key: pair for key, pair in self._pairs.items() if key in others._pairs}

    def drop(self, rules: Iterable[str]) -> None:
        """Forget what is said about these rules."""
        self._pairs = {key: pair for key, pair in self._pairs.items() if key[0] not in rules}

    def problems(self, population: Population) -> Problems:
        """One problem for each pair first, then the further examples."""
        found = Problems(KEPT)
        rows = sorted(self._pairs.items())
        for turn in range(EXAMPLES):
            for (rule, place), pair in rows:
                for instance, expected, said in pair.examples[turn : turn + 1]:
                    params: dict[str, Any] = {"instances": pair.count}
                    found.add(Problem(rule, where(population, instance), place, expected, said, params))
        found.counts = {}
        for (rule, _), pair in rows:
            found.counts[rule] = found.counts.get(rule, 0) + pair.count
        return found


def where(population: Population, instance: int) -> Where:
    """The place of an instance, for people."""
    return Where(
        "file", line=population.line(instance), offset=int(population.offset[instance]), instance=population.name(instance)
    )


def examine(
    population: Population, choice: Choice, *, level: str = "", sections: Sequence[DataSection] | None = None
) -> Problems:
    """What is wrong with the population by the rules of `RULES`; expressions (WHERE, UNIQUE, RULE) are not evaluated.

    `level`: the implementation level that the header states. `sections`: those that this schema governs, all if None.
    Each distinct shape is judged once; a problem's `location` is `ENTITY.attribute`, its parameter `instances` says how many.
    """
    groups = _Groups(population, None if sections is None else _inside(population, sections))
    first, *others = (_judged_by(graph, population, groups, choice, level) for graph in choice.graphs)
    for other in others:
        first.keep(other)
    if choice.extended:
        first.drop(OPEN)
    found = first.problems(population)
    found.unsaid = _unsaid(population, choice, first)
    return found


def _inside(population: Population, sections: Iterable[DataSection]) -> "NDArray[np.bool_]":
    import numpy as np

    rows = np.zeros(len(population), bool)
    for section in sections:
        rows[section.first : section.first + section.count] = True
    return rows


def _unsaid(population: Population, choice: Choice, findings: Findings) -> dict[str, Result]:
    """Rules that the population gave no occasion for, or that these tables cannot judge."""
    if not len(population):
        return {rule.id: not_applicable(NOTHING) for rule in RULES}
    unsaid: dict[str, Result] = {}
    if not any(shape.complex for shape in population.shapes):
        unsaid |= {rule.id: not_applicable(NOTHING) for rule in RULES if rule.id.startswith("parts-")}
    if not choice.later:
        unsaid["entity-edition"] = not_applicable(NOTHING)
    if not findings.widths:
        unsaid["string-width"] = not_applicable(NOTHING)
    if not findings.used:
        unsaid["inverse"] = not_applicable(NOTHING if population.whole else "not_read_to_the_end")
    if choice.extended:
        unsaid |= {rule: untestable(Blocker.NO_SCHEMA) for rule in OPEN}
    if choice.alone:
        unsaid["entity-known"] = untestable(Blocker.NO_SCHEMA)
    return unsaid


def _judged_by(graph: Graph, population: Population, groups: "_Groups", choice: Choice, level: str) -> Findings:
    judged = [judge_shape(graph, shape, choice, level) for shape in population.shapes]
    findings = Findings()
    for shape, one in enumerate(judged):
        if not one.faults and not one.distinct and not one.widths:
            continue
        instances = groups.of(shape)
        if not len(instances):
            continue
        for fault in one.faults:
            findings.add(fault, instances[:EXAMPLES].tolist(), len(instances))
        for distinct in one.distinct:
            twice = repeated(population, instances, distinct.slots)
            if len(twice):
                fault = Fault("aggregate-unique", distinct.place, "each element once", "an instance twice")
                findings.add(fault, twice[:EXAMPLES].tolist(), len(twice))
        findings.widths |= one.widths
        for instance in instances[:MOST_READ].tolist() if one.widths else ():
            for fault in too_long(graph, population, instance):
                findings.add(fault, (instance,), 1)
    if population.whole and groups.inside is None and not (choice.extended or choice.alone):
        findings.used = any(graph.entities[entity].inverse for one in judged for entity in one.of)
        for few in lonely(graph, population, judged, groups.of):
            fault = Fault("inverse", few.place, few.demanded, f"{few.count}")
            findings.add(fault, few.instances[:EXAMPLES].tolist(), len(few.instances))
    for some in astray(population, judged, groups.inside, EXAMPLES):
        for number, wrong in enumerate(some.first):
            said = f"{population.name(wrong.target)} ({population.entity(wrong.target)})"
            fault = Fault("reference-type", some.place, several(wrong.demanded), said)
            findings.add(fault, (wrong.instance,), 1 if number else some.count - len(some.first) + 1)
    return findings


class _Groups:
    """The instances of each shape, ascending: found once for all shapes."""

    def __init__(self, population: Population, inside: "NDArray[np.bool_] | None") -> None:
        import numpy as np

        portions = [population.shape_of[at : at + CHUNK] for at in range(0, len(population), CHUNK)]
        counts = [np.bincount(some, minlength=len(population.shapes)) for some in portions]
        self._start = np.concatenate((np.zeros(1, np.int64), np.cumsum(sum(counts, np.zeros(len(population.shapes), np.int64)))))
        self._order = np.empty(len(population), np.int32)
        free = self._start[:-1].copy()
        for portion, (some, count) in enumerate(zip(portions, counts, strict=True)):
            order = np.argsort(some, kind="stable")
            shift = free - np.cumsum(count) + count
            self._order[shift[some[order]] + np.arange(len(some))] = order + portion * CHUNK
            free += count
        self.inside = inside

    def of(self, shape: int) -> "NDArray[np.int32]":
        instances = self._order[self._start[shape] : self._start[shape + 1]]
        return instances if self.inside is None else instances[self.inside[instances]]
