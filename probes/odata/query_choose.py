"""OData: which expression, of many, tells the rows of a window apart in a way that every service must agree with?"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .window import Window, identity

TRIED, FEW, BEST, SAMPLE, PART = 24, 4, 3, 40, 10
"""Candidates that are computed for one question; good ones that are compared; the highest grade; rows to choose by;
of how many rows one is few."""
Expression = odata.Expression
Array = odata.expression.Array
Call = odata.expression.Call
Case = odata.expression.Case
Constant = odata.expression.Constant
In = odata.expression.In
Lambda = odata.expression.Lambda
Negated = odata.expression.Negated
Not = odata.expression.Not
Operation = odata.expression.Operation
Path = odata.expression.Path


@dataclass(frozen=True, slots=True)
class Candidate:
    """`unlike`: expressions that a service may confuse with it; those that keep other rows are asked by preference.

    `written`: the same in other words, where the text differs. `options`: query options besides.
    """

    expression: Expression
    unlike: tuple[Expression, ...] = ()
    written: Expression | None = None
    options: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One operator or function to be asked for once. `new`: only where the service states 4.01."""

    feature: str
    name: str
    candidates: tuple[Candidate, ...]
    new: bool = False


def propose(feature: str, name: str, candidates: Iterable[Candidate], *, new: bool = False) -> Proposal:
    return Proposal(feature, name, tuple(itertools.islice(candidates, TRIED)), new)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a window; `text`: of $filter before percent-encoding. `over`: the rows that are the yardstick."""

    feature: str
    name: str
    window: Window
    over: str
    expression: Expression
    text: str
    options: tuple[tuple[str, str], ...]


def ids(model: CsdlModel, window: Window, expression: Expression, *, loose: bool = False) -> frozenset[str]:
    """Keys of the rows that the expression keeps. Raises as `odata.keep`."""
    kept = odata.keep(model, window.type, resolved(expression, window.at), window.rows, loose=loose)
    return frozenset(identity(row, window.key) for row in kept)


def choose(
    model: CsdlModel, window: Window, proposal: Proposal, over: str, narrowing: Sequence[Expression] = ()
) -> Question | None:
    """The best candidate: keeps some rows and not all, whatever the collation; confused with nothing, if possible.

    Of a window that is not complete the one that keeps the fewest, so that the answer is likely to be whole; where it keeps
    many, it is joined with one of `narrowing`, which keep few rows.
    """
    sample = replace(window, rows=window.rows[:: -(-len(window.rows) // SAMPLE)])
    best: tuple[int, int, Candidate] | None = None
    enough = 1 if window.complete else FEW
    for candidate in proposal.candidates:
        grade, kept = _fitness(model, sample, candidate)
        if grade and (best is None or (-grade, kept) < best[:2]):
            best = (-grade, kept, candidate)
        enough -= grade == BEST
        if not enough:
            break
    if best is None:
        return None
    grade, kept, candidate = best
    if not window.complete and -grade == BEST and kept > len(sample.rows) // PART:
        candidate = _narrowed(model, window, candidate, narrowing)
    return _question(model, window, proposal, candidate, over)


def narrow(model: CsdlModel, window: Window, expressions: Iterable[Expression]) -> list[Expression]:
    """Those that keep a few rows of the window, at least two."""
    found = []
    for expression in expressions:
        try:
            kept = len(ids(model, window, expression))
        except (odata.Unknown, odata.Untyped, odata.Unsupported):
            continue
        if 1 < kept <= max(len(window.rows) // PART, 2):
            found.append(expression)
    return found[:FEW]


def _narrowed(model: CsdlModel, window: Window, candidate: Candidate, narrowing: Sequence[Expression]) -> Candidate:
    """The candidate and another condition, where it still tells the rows apart that the condition keeps."""
    for condition in narrowing:
        unlike = tuple(Operation("and", other, condition) for other in (*candidate.unlike, Constant(True, "Edm.Boolean")))
        joined = replace(candidate, expression=Operation("and", candidate.expression, condition), unlike=unlike)
        if _fitness(model, window, joined)[0] == BEST:
            written = Operation("and", candidate.written, condition) if candidate.written else None
            text = f"({candidate.text}) and ({odata.write(model, condition)})" if candidate.text else ""
            return replace(joined, written=written, text=text)
    return candidate


def _fitness(model: CsdlModel, window: Window, candidate: Candidate) -> tuple[int, int]:
    """How well it tells rows apart, and how many it keeps. 0: not at all. 1: some of them. 2: all, whatever the collation.
    3: and it keeps other rows than everything that it may be confused with.
    """
    try:
        strict, loose = (ids(model, window, candidate.expression, loose=way) for way in (False, True))
        if not strict & loose or len(strict | loose) >= len(window.rows):
            return 0, 0
        if strict != loose:
            return 1, len(strict)
        return (BEST if all(ids(model, window, other) != strict for other in candidate.unlike) else 2), len(strict)
    except (odata.Unknown, odata.Untyped, odata.Unsupported):
        return 0, 0


def _question(model: CsdlModel, window: Window, proposal: Proposal, candidate: Candidate, over: str) -> Question | None:
    try:
        text = candidate.text or odata.write(model, candidate.written or candidate.expression)
    except ValueError:
        return None
    return Question(proposal.feature, proposal.name, window, over, candidate.expression, text, candidate.options)


def resolved(expression: Expression, now: str) -> Expression:
    """The expression with `now()` replaced by a day after that time: what rows came meanwhile, and other clocks, is left open."""
    match expression:
        case Call("now", ()):
            after = odata.times.parse_moment(now).picoseconds + odata.times.DAY
            return Constant(odata.values.moment_text(after, 0, True), "Edm.DateTimeOffset")
        case Call(name, arguments):
            return Call(name, tuple(resolved(argument, now) for argument in arguments))
        case Operation(operator, left, right):
            return Operation(operator, resolved(left, now), resolved(right, now))
    return expression


def is_(path: Any, operator: str, value: Any, type: str) -> Operation:
    """`path operator value` where the path may be any expression."""
    return Operation(operator, Path(path) if isinstance(path, str) else path, Constant(value, type))
