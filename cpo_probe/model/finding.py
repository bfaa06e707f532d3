"""What did a check say, about what, and where can everybody see it?"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cpo_probe.model.outcome import CHECK_BLOCKERS, Blocker, Outcome, Severity


@dataclass(frozen=True, slots=True)
class Where:
    """The place that is wrong. Every part may be empty.

    `part`: "request", "response.status", "response.header", "response.body", "description", "timing", "tls".
    `name`: header name. `pointer`: JSON Pointer or XPath. `line`: from 1, 0 unknown. `offset`: bytes, -1 unknown.
    `artifact`: id of the file, which the engine fills in. `instance`: the name of an instance in it ("#123").
    """

    part: str = ""
    name: str = ""
    pointer: str = ""
    line: int = 0
    offset: int = -1
    artifact: str = ""
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a check returns. Made by `passed`, `failed`, `not_applicable`, `review`, `untestable` only."""

    outcome: Outcome
    code: str  # reason code, a sentence is rendered from it in the report
    params: dict[str, Any]  # JSON
    expected: Any
    found: Any
    where: Where
    location: str  # part of the subject: document location, array positions as *
    exchanges: tuple[str, ...]  # cited besides the one being judged


NOWHERE = Where()
_PASSED = Result(Outcome.PASS, "ok", {}, None, None, NOWHERE, "", ())  # said a dozen times of each exchange


@lru_cache(maxsize=1024)
def _not_applicable(reason: str) -> Result:
    return Result(Outcome.NOT_APPLICABLE, reason, {}, None, None, NOWHERE, "", ())


def passed(*, location: str = "", exchanges: Iterable[str] = (), **params: Any) -> Result:
    """The claim holds for this subject."""
    if location or exchanges or params:
        return Result(Outcome.PASS, "ok", params, None, None, NOWHERE, location, tuple(exchanges))
    return _PASSED


def failed(
    code: str,
    *,
    expected: Any = None,
    found: Any = None,
    where: Where | None = None,
    location: str = "",
    exchanges: Iterable[str] = (),
    **params: Any,
) -> Result:
    """The claim does not hold; a reader of the raw exchange must see it too."""
    return Result(Outcome.FAIL, code, params, expected, found, where or NOWHERE, location, tuple(exchanges))


def not_applicable(reason: str, *, location: str = "", exchanges: Iterable[str] = (), **params: Any) -> Result:
    """The cited exchange proves that the claim does not concern this subject."""
    if location or exchanges or params:
        return Result(Outcome.NOT_APPLICABLE, reason, params, None, None, NOWHERE, location, tuple(exchanges))
    return _not_applicable(reason)


def review(question: str, *, found: Any = None, where: Where | None = None, location: str = "", **params: Any) -> Result:
    """A person has to decide; `question` is a reason code."""
    return Result(Outcome.REVIEW, question, params, None, found, where or NOWHERE, location, ())


def untestable(reason: Blocker, *, location: str = "", exchanges: Iterable[str] = (), **params: Any) -> Result:
    """Nothing can be said; only reasons of `CHECK_BLOCKERS`."""
    if reason not in CHECK_BLOCKERS:
        raise ValueError(f"a check may not say {reason!r}; allowed: {sorted(CHECK_BLOCKERS)}")
    return Result(Outcome.NOT_TESTED, reason.value, params, None, None, NOWHERE, location, tuple(exchanges))


Results = Result | Iterable[Result]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about, without harvested ids or values."""

    check: str
    interface: str
    operation: str
    location: str

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits; diff, baseline, waivers and de-duplication hang on it."""
        text = "\x1f".join((self.check, self.interface, self.operation, self.location))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome of one check on one subject; a row of `findings.jsonl`.

    Passes never become findings one by one: they are `PassCount` rows.
    `count` > 1 merges equal outcomes on one subject (same code); `exchanges` then holds the first ones.
    """

    fingerprint: str
    subject: Subject
    outcome: Outcome
    severity: Severity
    code: str
    params: dict[str, Any]
    expected: Any
    found: Any
    where: Where
    exchanges: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class PassCount:
    """A row of `passes.jsonl`: how often the check passed on the subject, and a digest of the exchange ids."""

    fingerprint: str
    subject: Subject
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured quantity; `value` is a decimal string (quantised)."""

    measure: str
    metric: str
    value: str
    unit: str  # "s", "B", "1"
    interface: str
    operation: str
    exchange: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule of a protocol or format found wrong; made by libraries that know nothing of probes."""

    rule: str
    where: Where
    location: str
    expected: Any
    found: Any
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One checkable claim of a standard. `level`: "error", "warning", "info". `text`: one sentence, then "Remedy: ..."."""

    id: str
    clause: str
    level: str
    text: str


class Problems:
    """Problems of one pass, stored up to a cap per rule and counted exactly beyond it.

    `unsaid`: rules of which the absence of a problem is no pass, and what is said instead.
    """

    def __init__(self, cap: int = 50) -> None:
        self.cap = cap
        self.counts: dict[str, int] = {}
        self.unsaid: dict[str, Result] = {}
        self._kept: list[Problem] = []

    def add(self, problem: Problem) -> None:
        n = self.counts.get(problem.rule, 0)
        self.counts[problem.rule] = n + 1
        if n < self.cap:
            self._kept.append(problem)

    def worded(self, code: str | Callable[[Problem], str], place: Callable[[Problem], str]) -> "Problems":
        """The same problems, each told by the sentence of that reason code and with its `place`; counts stay exact."""
        told = Problems(self.cap)
        for problem in self._kept:
            reason = code if isinstance(code, str) else code(problem)
            told.add(replace(problem, params={**problem.params, "code": reason, "place": place(problem)}))
        told.counts, told.unsaid = dict(self.counts), dict(self.unsaid)
        return told

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._kept)
