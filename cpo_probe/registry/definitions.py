"""How does a content file say "this is a probe, a check, a fact, a measure"?

The decorators leave the function as it is and note a definition in the namespace of its module;
`registry.load` collects the notes. There is no global list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from cpo_probe.model import Rule, Severity

NOTES = "__cpo_probe__"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ProbeDef:
    """Decides what to ask. Signature `async (ctx)` runs once per interface, `async (ctx, operation)` once per operation.

    `needs`: interface kind, or "" for once per target. `purposes`: every purpose it may record.
    `after`: probes that have to be finished first. `effect`: the worst it does.
    `cost`: requests that one unit makes at most, for the plan. `serial`: one unit at a time, nothing beside it.
    `posts`: paths below the interface's URL to which it sends by POST what only reads, as the standard of the interface has it.
    """

    id: str
    run: Callable[..., Any]
    needs: str
    purposes: tuple[str, ...]
    after: tuple[str, ...]
    effect: str
    per_operation: bool
    doc: str
    cost: int
    serial: bool
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckDef:
    """Judges recorded evidence, purely.

    `of`: patterns (fnmatch) over purposes; `per`: "exchange", "group", "artifact" (a file that such an
    exchange brought, and each member of a package), "operation", "interface", "run".
    `accepts`: what the engine may hand over besides complete answers: "failure", "denied", "partial", "put_off" (429, or
    503 with Retry-After).
    Parameters are filled by their annotation: Exchange, Exchanges, Artifact, Operation, Interface, Plan, Inventory, or a
    fact's type.
    """

    id: str
    run: Callable[..., Any]
    of: tuple[str, ...]
    per: str
    needs: str  # interface kind, "" for any
    clause: str
    severity: Severity
    accepts: frozenset[str]
    title: str
    text: str
    remedy: str
    rule: str  # rule id when made by checks_from


@dataclass(frozen=True, slots=True)
class FactDef:
    """A cached pure function from evidence to a parsed thing, one per interface, or one per file if it asks for an Artifact.

    Parameters by annotation: Interface, Artifact, Evidence. The return annotation is the type that checks ask for.
    """

    run: Callable[..., Any]
    type: str


@dataclass(frozen=True, slots=True)
class MeasureDef:
    """Turns exchanges into samples. `per` and parameters as for checks; yields `Sample` or (metric, value, unit)."""

    id: str
    run: Callable[..., Any]
    of: tuple[str, ...]
    per: str
    needs: str


Definition = ProbeDef | CheckDef | FactDef | MeasureDef


def _note(function: Callable[..., Any], definition: Definition) -> None:
    function.__globals__.setdefault(NOTES, []).append(definition)


def _many(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def probe(
    *,
    needs: str,
    purposes: str | Iterable[str] = (),
    id: str = "",
    after: str | Iterable[str] = (),
    effect: str = "read",
    cost: int = 1,
    serial: bool = False,
    posts: str | Iterable[str] = (),
) -> Callable[[F], F]:
    """Mark an async function as a probe; its id is `<folder>.<function>` unless given, and its only purpose is its id."""

    def mark(function: F) -> F:
        folder = function.__module__.split(".")[-2]
        per_operation = "operation" in function.__code__.co_varnames[: function.__code__.co_argcount]
        name = id or f"{folder}.{function.__name__}"
        doc = (function.__doc__ or "").strip()
        definition = ProbeDef(
            *(name, function, needs, _many(purposes) or (name,), _many(after), effect, per_operation, doc, cost, serial),
            posts=_many(posts),
        )
        _note(function, definition)
        return function

    return mark


def split_text(doc: str) -> tuple[str, str, str]:
    """A check's docstring as (title, text, remedy): first line, the rest, and what follows "Remedy:"."""
    lines = [line.strip() for line in doc.strip().splitlines()]
    title = lines[0].rstrip(".") if lines else ""
    rest = "\n".join(lines[1:]).strip()
    text, _, remedy = rest.partition("Remedy:")
    return title, " ".join(text.split()), " ".join(remedy.split())


def check(
    id: str,
    *,
    of: str | Iterable[str],
    clause: str,
    severity: str,
    per: str = "exchange",
    needs: str = "",
    accepts: str | Iterable[str] = (),
) -> Callable[[F], F]:
    """Mark a pure function as a check; its docstring is the English text users read."""

    def mark(function: F) -> F:
        title, text, remedy = split_text(function.__doc__ or "")
        definition = CheckDef(
            id, function, _many(of), per, needs, clause, Severity(severity), frozenset(_many(accepts)), title, text, remedy, ""
        )
        _note(function, definition)
        return function

    return mark


def fact(function: F) -> F:
    """Mark a pure function as a fact; the return annotation names its type."""
    _note(function, FactDef(function, type_key(get_type_hints(function)["return"])))
    return function


def type_key(annotation: Any) -> str:
    """The name under which a fact of that type is asked for."""
    return f"{annotation.__module__}.{annotation.__qualname__}"


def measure(id: str, *, of: str | Iterable[str], per: str = "exchange", needs: str = "") -> Callable[[F], F]:
    """Mark a pure function that yields samples."""

    def mark(function: F) -> F:
        _note(function, MeasureDef(id, function, _many(of), per, needs))
        return function

    return mark


_SEVERITY = {"error": Severity.MAJOR, "warning": Severity.MINOR, "info": Severity.INFO}


def checks_from(
    rules: Iterable[Rule],
    *,
    prefix: str,
    of: str | Iterable[str],
    judge: Callable[..., Any],
    per: str = "exchange",
    needs: str = "",
    accepts: str | Iterable[str] = (),
) -> None:
    """Register one check `<prefix>.<rule id>` per rule; `judge` runs once per subject and returns `Problems` for all of them.

    A subject without a problem for a rule passes it. `judge` takes its parameters by annotation as a check does,
    and may return a `Result` instead of problems (not_applicable, untestable), which then holds for every rule.
    """
    for rule in rules:
        title, text, remedy = split_text(rule.text.replace(". ", ".\n", 1).replace("Remedy:", "\nRemedy:"))
        definition = CheckDef(
            f"{prefix}.{rule.id}",
            judge,
            _many(of),
            per,
            needs,
            rule.clause,
            _SEVERITY[rule.level],
            frozenset(_many(accepts)),
            title,
            text,
            remedy,
            rule.id,
        )
        _note(judge, definition)
