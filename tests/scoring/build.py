"""Small catalogues and findings for the tests of scoring and history."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from cpo_probe.model import (
    FORMAT,
    Assessment,
    Catalogue,
    Category,
    Criterion,
    DecisionRule,
    Demand,
    Effect,
    Finding,
    Interface,
    Inventory,
    Kpi,
    KpiKind,
    Ladder,
    LadderLevel,
    Level,
    Limits,
    NoAuth,
    Obligation,
    Outcome,
    PassCount,
    Permissions,
    Plan,
    Preset,
    Redact,
    Requirement,
    Sample,
    Scope,
    Scorecard,
    Severity,
    Subject,
    Target,
    Transport,
    Where,
)
from cpo_probe.scoring import evaluate

AS_OF = "2026-03-01T12:00:00.000000Z"
INTERFACE = "openapi:/api"


def kpi(id: str = "X-01.k", **changes: Any) -> Kpi:
    values: dict[str, Any] = {
        "id": id,
        "criterion": id.split(".")[0],
        "title": id,
        "kind": KpiKind.RATIO,
        "checks": ("a.*",),
        "unit": "operation",
        "metric": "",
        "quantile": "",
        "rungs": (),
        "threshold": ">= 0.90",
        "rule": DecisionRule.SIMPLE_ACCEPTANCE,
        "denominator": "operations",
        "floor": "",
    }
    return Kpi(**values | changes)


def criterion(id: str = "X-01", **changes: Any) -> Criterion:
    values: dict[str, Any] = {
        "id": id,
        "category": "X",
        "level": Level.SHALL,
        "level_source": "proposal",
        "roles": ("vendor",),
        "title": id,
        "text": "",
        "assessment": Assessment.MEASURED,
        "reason": "",
        "scopes": ("quick",),
        "official_ref": "",
        "sources": (),
    }
    return Criterion(**values | changes)


def requirement(id: str, level: str, *checks: str, **changes: Any) -> Requirement:
    values: dict[str, Any] = {
        "id": id,
        "level": level,
        "clause": f"13 ({id})",
        "obligation": Obligation.MUST,
        "text": id,
        "checks": checks,
        "demand": Demand.SUPPORT,
        "effect": Effect.READ,
        "conforms": "",
        "reason": "",
        "conditional": False,
    }
    return Requirement(**values | changes)


def ladder(*requirements: Requirement, **changes: Any) -> Ladder:
    values: dict[str, Any] = {
        "id": "climb",
        "title": "Climb",
        "source": "Standard, 13",
        "interface": "openapi",
        "applies": "",
        "claim": "",
        "unseen": ("too_few",),
        "levels": tuple(LadderLevel(id, id, "") for id in dict.fromkeys(r.level for r in requirements)),
        "requirements": requirements,
    }
    return Ladder(**values | changes)


def catalogue(kpis: Iterable[Kpi], criteria: Iterable[Criterion] = (), ladders: Iterable[Ladder] = ()) -> Catalogue:
    kpis = tuple(kpis)
    criteria = tuple(criteria) or tuple(criterion(id) for id in dict.fromkeys(k.criterion for k in kpis))
    preset = Preset("quick", ("*",), ("*",), {})
    return Catalogue("c-1", "test", "d" * 64, (Category("X", "X", ""),), criteria, kpis, (preset,), tuple(ladders))


def plan(criteria: Iterable[str], **changes: Any) -> Plan:
    target = Target(
        name="demo",
        base_url="http://127.0.0.1/",
        product="Demo PLM",
        vendor="",
        version="3.1",
        scope=Scope((), (), (), ()),
        auth=NoAuth(),
        csrf=None,
        logout=None,
        limits=Limits(),
        transport=Transport("", "", "", "", "", True),
        headers=(),
        declared=(),
        redact=Redact((), (), ()),
        volatile=(),
        vocabulary={},
    )
    permissions = Permissions(**dict.fromkeys([f.name for f in fields(Permissions)], False))
    values: dict[str, Any] = {
        "format": FORMAT,
        "run": "run-1",
        "created": AS_OF,
        "engine": "0",
        "target": target,
        "preset": "quick",
        "criteria": tuple(criteria),
        "probes": (),
        "permissions": permissions,
        "seed": 1,
        "catalogue": "c-1",
        "content": {},
        "operator": "",
        "operations": (),
    }
    return Plan(**values | changes)


INVENTORY = Inventory(FORMAT, (), (), (), False, "")


def inventory(*interfaces: str) -> Inventory:
    """Interfaces by id, "<kind>:<path>"."""
    made = (Interface(id, id.partition(":")[0], "http://127.0.0.1", id, "", "", (), None, "", {}) for id in interfaces)
    return Inventory(FORMAT, tuple(made), (), (), False, "")


def subject(operation: str, check: str = "a.1", interface: str = INTERFACE, location: str = "") -> Subject:
    return Subject(check, interface, operation, location)


def finding(outcome: Outcome, about: Subject, code: str = "code", count: int = 1, **changes: Any) -> Finding:
    severity = changes.pop("severity", Severity.MAJOR)
    return Finding(about.fingerprint, about, outcome, severity, code, {}, None, None, Where(), ("000001",), count)


def passing(about: Subject, count: int = 1) -> PassCount:
    return PassCount(about.fingerprint, about, count, "")


def sample(value: str, operation: str, metric: str = "m", unit: str = "s", interface: str = INTERFACE) -> Sample:
    return Sample("measure", metric, value, unit, interface, operation, "000001")


def rows(outcomes: Iterable[tuple[Outcome, Subject]]) -> tuple[list[Finding], list[PassCount]]:
    """Findings and pass counts as the judge would write them."""
    outcomes = list(outcomes)
    return (
        [finding(outcome, about) for outcome, about in outcomes if outcome is not Outcome.PASS],
        [passing(about) for outcome, about in outcomes if outcome is Outcome.PASS],
    )


def score(
    book: Catalogue,
    outcomes: Iterable[tuple[Outcome, Subject]] = (),
    samples: Sequence[Sample] = (),
    selected: Iterable[str] | None = None,
    **changes: Any,
) -> Scorecard:
    findings, passes = rows(outcomes)
    arguments: dict[str, Any] = {
        "findings": findings,
        "passes": passes,
        "samples": samples,
        "inventory": INVENTORY,
        "plan": plan([c.id for c in book.criteria] if selected is None else selected),
        "attestations": (),
        "exchanges": 0,
        "record": "r" * 64,
        "ruler": "u" * 64,
        "as_of": AS_OF,
    }
    return evaluate(book, **arguments | changes)
