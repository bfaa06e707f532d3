"""What does every check say about this exchange, group, operation or interface?"""

import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cpo_probe.evidence import Bundle, Ids, Key, Selection
from cpo_probe.judge.bind import Binding, Facts, bind
from cpo_probe.judge.files import file_place, in_file
from cpo_probe.judge.fitness import light_unfit, unfit
from cpo_probe.judge.tally import Tally, quantised
from cpo_probe.judge.tasks import Task
from cpo_probe.model import (
    Artifact,
    Exchange,
    Exchanges,
    Interface,
    Operation,
    Outcome,
    Problem,
    Problems,
    Result,
    Sample,
    Subject,
    Where,
    failed,
    passed,
)
from cpo_probe.model.outcome import Severity
from cpo_probe.model.pattern import matches
from cpo_probe.registry import CheckDef, MeasureDef, Registry

DESCRIPTION = "discovery.description"


@dataclass(frozen=True, slots=True)
class _Judge:
    """Checks that share one function (rules of a library) and are run together."""

    checks: tuple[CheckDef, ...]
    binding: Binding
    first: CheckDef
    everything: bool  # a rule over all traffic
    plain: bool  # asks for the exchange and for nothing else
    accepts: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What can be handed to a function's parameters."""

    interface: Interface | None
    operation: Operation | None
    exchange: Exchange | None
    exchanges: Exchanges | None
    artifact: Artifact | None = None


class Worker:
    """Judges tasks over one record; pure but for reading the record."""

    def __init__(self, bundle: Bundle, registry: Registry) -> None:
        self.bundle = bundle
        self.registry = registry
        self.facts = Facts(registry, bundle)
        self.interfaces = {i.id: i for i in bundle.inventory.interfaces}
        self.operations = {(o.interface, o.id): o for o in bundle.inventory.operations}
        self.judges = _judges(registry)
        self.measures = [(m, bind(m.run, registry, f"measure {m.id}")) for m in registry.measures.values()]
        self._asked: Task | None = None
        self._answers: dict[tuple[tuple[str, ...], frozenset[str]], tuple[Exchanges, tuple[Result, ...]]] = {}
        self._matching: dict[tuple[str, str, str], tuple[list[_Judge], list[tuple[MeasureDef, Binding]]]] = {}

    def run(self, tasks: Iterable[Task]) -> Tally:
        """All outcomes of these tasks."""
        tally = Tally()
        for task in tasks:
            if task.kind == "artifact":
                self._artifact(task, tally)
                continue
            if task.kind != "exchanges":
                self._many(task.kind, task, tally)
                continue
            groups = deque(task.groups)
            for id in task.ids:
                self._exchange(self.bundle.exchange(id), id in task.followed, tally)
                while groups and int(groups[0].last) <= int(id):  # while what it looks at is still at hand
                    group = groups.popleft()
                    self._many("group", Task("group", group.interface, group.operation, group.name), tally)
        return tally

    # One exchange

    def _exchange(self, exchange: Exchange, followed: bool, tally: Tally) -> None:
        """An exchange in whose place a retry, a redirect or a repeated log-in came is judged only by rules over all traffic."""
        interface = self.interfaces.get(exchange.interface)
        judges, measures = self._select(exchange.purpose, interface.kind if interface else "")
        scope = _Scope(interface, self.operations.get((exchange.interface, exchange.operation)), exchange, None)
        refusals: dict[frozenset[str], Result | None] = {}
        for judge in judges:
            everything = judge.everything  # for rules over all traffic a failed exchange is simply no traffic
            if followed and not everything:
                continue
            if judge.accepts not in refusals:
                refusals[judge.accepts] = unfit(judge.accepts, exchange)
            outcome = refusals[judge.accepts]
            if outcome is None:
                self._apply(judge, scope, exchange.interface, exchange.operation, exchange.id, tally)
            elif not everything:
                for check in judge.checks:
                    subject = _subject(check.id, exchange.interface, exchange.operation, "")
                    tally.add(subject, check.severity, outcome, exchange.id)
        if exchange.complete and not followed:
            for measure, binding in measures:
                self._measure(measure, binding, scope, tally)

    def _select(self, purpose: str, kind: str) -> tuple[list[_Judge], list[tuple[MeasureDef, Binding]]]:
        key = (purpose, kind, "exchange")
        if key not in self._matching:
            self._matching[key] = (
                [j for j in self.judges if j.first.per == "exchange" and _wants(j.first, purpose, kind)],
                [(m, b) for m, b in self.measures if m.per == "exchange" and _wants(m, purpose, kind)],
            )
        return self._matching[key]

    # One file

    def _artifact(self, task: Task, tally: Tally) -> None:
        artifact = self.bundle.artifact(task.artifact)
        purpose = self.bundle.key(artifact.exchanges[-1]).purpose
        interface = self.interfaces.get(task.interface)
        kind = interface.kind if interface else ""
        scope = _Scope(interface, self.operations.get((task.interface, task.operation)), None, None, artifact)
        place = file_place(self.bundle, artifact)
        for judge in self.judges:
            if judge.first.per != "artifact" or not _wants(judge.first, purpose, kind):
                continue
            for check, result in self._results(judge, scope):
                told = in_file(result, artifact, place)
                subject = _subject(check.id, task.interface, task.operation, told.location)
                tally.add(subject, check.severity, told, artifact.exchanges[-1])
        for measure, binding in self.measures:
            if measure.per == "artifact" and _wants(measure, purpose, kind):
                self._measure(measure, binding, scope, tally)

    # Several exchanges together

    def _many(self, per: str, task: Task, tally: Tally) -> None:
        interface = self.interfaces.get(task.interface)
        operation = self.operations.get((task.interface, task.operation))
        kind = interface.kind if interface else ""
        for judge in self.judges:
            check = judge.first
            about_description = DESCRIPTION in check.of and check.per != "run"
            if (check.per != per and not (about_description and per == "interface" and check.per == "exchange")) or not _fits(
                check.needs, kind
            ):
                continue
            scope = self._scope(judge, task, interface, operation)
            if isinstance(scope, Result):  # one link of the chain is missing: what the others show proves nothing
                tally.add(Subject(check.id, task.interface, task.operation, ""), check.severity, scope)
                continue
            if scope is None:
                continue
            location_operation = task.operation if per != "interface" else ""
            self._apply(judge, scope, task.interface, location_operation, scope.exchange.id if scope.exchange else "", tally)
        for measure, binding in self.measures:
            if measure.per == per and _fits(measure.needs, kind):
                chosen, _ = self._chosen(measure.of, task)
                self._measure(measure, binding, _Scope(interface, operation, None, chosen), tally)

    def _scope(
        self, judge: _Judge, task: Task, interface: Interface | None, operation: Operation | None
    ) -> _Scope | Result | None:
        """None when the check has to wait for evidence that is not there (its cell is filled in later)."""
        check = judge.first
        if DESCRIPTION in check.of and judge.binding.needs("exchange"):
            if interface is None or not interface.description:
                return None
            return _Scope(interface, operation, self.bundle.exchange(interface.description), None)
        if not judge.binding.needs("exchanges"):
            answered = DESCRIPTION in check.of or (check.per == "run" and len(self._chosen(check.of, task, check.accepts)[0]))
            return _Scope(interface, operation, None, None) if answered else None
        chosen, missing = self._chosen(check.of, task, accepts=check.accepts)
        if missing and check.per == "group":
            return missing[0]
        return _Scope(interface, operation, None, chosen) if len(chosen) else None

    def _chosen(
        self, of: tuple[str, ...], task: Task, accepts: frozenset[str] = frozenset()
    ) -> tuple[Exchanges, tuple[Result, ...]]:
        """What is evidence, and why the first one that is not is none.

        The same object for the same question within a task: content may tell by it that it has seen them.
        """
        key = (of, accepts)
        if self._asked is not task:
            self._asked = task
            self._answers.clear()
        if key not in self._answers:
            rows = self.bundle.keys(
                of=of,
                interface=task.interface if task.kind in ("operation", "interface") else None,
                operation=task.operation if task.kind == "operation" else None,
                group=task.group if task.kind == "group" else None,
            )
            missing: list[Result] = []
            ids = Ids.of(self._fit(rows, accepts, missing))
            self._answers[key] = Selection(self.bundle, ids), tuple(missing)
        return self._answers[key]

    def _fit(self, rows: Iterable[Key], accepts: frozenset[str], missing: list[Result]) -> Iterator[str]:
        for row in rows:
            if row.followed:
                continue
            reason = light_unfit(accepts, row, self.bundle)
            if reason is None:
                yield row.id
            elif not missing:
                missing.append(reason)

    # Running content

    def _apply(self, judge: _Judge, scope: _Scope, interface: str, operation: str, exchange: str, tally: Tally) -> None:
        for check, result in self._results(judge, scope):
            tally.add(_subject(check.id, interface, operation, result.location), check.severity, result, exchange)

    def _results(self, judge: _Judge, scope: _Scope) -> list[tuple[CheckDef, Result]]:
        try:
            run = judge.first.run
            answer = run(scope.exchange) if judge.plain else run(**self._arguments(judge.binding, scope))
            if isinstance(answer, Result):
                return [(check, answer) for check in judge.checks]
            if judge.first.rule:
                return _by_rule(judge.checks, answer)
            found = [(judge.first, _result(result)) for result in answer]
        except Exception as error:  # noqa: BLE001 - a bug in a check is an outcome, not the end of the judgement
            return [(check, _crashed(error)) for check in judge.checks]
        return found or [(judge.first, _error("check_silent"))]

    def _measure(self, measure: MeasureDef, binding: Binding, scope: _Scope, tally: Tally) -> None:
        interface = scope.interface.id if scope.interface else ""
        operation = scope.operation.id if scope.operation else ""
        exchange = scope.exchange.id if scope.exchange else ""

        def sample(made: Sample | tuple[str, float, str]) -> Sample:
            if isinstance(made, Sample):
                return made
            metric, value, unit = made
            return Sample(measure.id, metric, quantised(value), unit, interface, operation, exchange)

        try:
            tally.samples += [sample(made) for made in measure.run(**self._arguments(binding, scope)) or ()]  # all or none
        except Exception as error:  # noqa: BLE001 - as above
            tally.add(Subject(measure.id, interface, operation, ""), Severity.INFO, _crashed(error))

    def _arguments(self, binding: Binding, scope: _Scope) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, source in binding.parameters:
            if source in _OF_SUBJECT:
                values[name] = getattr(scope, source)
                if values[name] is None:
                    raise LookupError(f"no {source} for this subject")
            elif source == "evidence":
                values[name] = self.bundle
            elif source in ("plan", "inventory"):
                values[name] = getattr(self.bundle, source)
            elif source in ("schemas", "formats"):
                values[name] = getattr(self.registry, source)
            else:
                if scope.interface is None:
                    raise LookupError(f"no interface to compute {source[5:]} from")
                values[name] = self.facts.get(source[5:], scope.interface, scope.artifact)
        return values


_OF_SUBJECT = frozenset(_Scope.__slots__)
_subject = lru_cache(maxsize=2**14)(Subject)  # the same checks speak about the same operations again and again


def _judges(registry: Registry) -> list[_Judge]:
    """Checks in a fixed order; those made from the rules of one library share one run."""
    groups: dict[Any, list[CheckDef]] = {}
    for id in sorted(registry.checks):
        check = registry.checks[id]
        key = (check.run, check.of, check.per) if check.rule else id
        groups.setdefault(key, []).append(check)
    return [_judge(tuple(checks), registry) for checks in groups.values()]


def _judge(checks: tuple[CheckDef, ...], registry: Registry) -> _Judge:
    first = checks[0]
    everything = first.of == ("*",)
    accepts = first.accepts | {"put_off"} if everything else first.accepts
    binding = bind(first.run, registry, f"check {first.id}")
    plain = [source for _, source in binding.parameters] == ["exchange"]
    return _Judge(checks, binding, first, everything, plain, accepts)


def _fits(needs: str, kind: str) -> bool:
    return needs in ("", kind)


def _wants(definition: CheckDef | MeasureDef, purpose: str, kind: str) -> bool:
    if not _fits(definition.needs, kind) or DESCRIPTION in definition.of:
        return False
    return matches(purpose, definition.of)


def _by_rule(checks: tuple[CheckDef, ...], answer: Problems | Iterable[Problem]) -> list[tuple[CheckDef, Result]]:
    problems: dict[str, list[Problem]] = {}
    for problem in answer:
        problems.setdefault(problem.rule, []).append(problem)
    counts: Mapping[str, int] = answer.counts if isinstance(answer, Problems) else {}
    unsaid: Mapping[str, Result] = answer.unsaid if isinstance(answer, Problems) else {}
    found: list[tuple[CheckDef, Result]] = []
    for check in checks:
        mine = problems.get(check.rule, [])
        for problem in mine:
            found.append((check, _from_problem(problem, counts.get(check.rule, 0) - len(mine))))
        if not mine:
            found.append((check, unsaid.get(check.rule) or passed()))
    return found


def _from_problem(problem: Problem, beyond: int) -> Result:
    params = dict(problem.params)
    code = str(params.pop("code", problem.rule))
    if beyond > 0:
        params["beyond_cap"] = beyond
    return failed(code, expected=problem.expected, found=problem.found, where=problem.where, location=problem.location, **params)


def _result(said: Any) -> Result:
    if not isinstance(said, Result):
        raise TypeError(f"a check says Result, not {type(said).__name__}")
    return said


def _error(code: str, **params: Any) -> Result:
    return Result(Outcome.ERROR, code, params, None, None, Where(), "", ())


def _crashed(error: Exception) -> Result:
    """The kind of the exception and the line that raised it; its words may differ between library versions."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return _error("check_crashed", type=type(error).__name__, place=place)
