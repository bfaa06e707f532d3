"""Everything that a content file may import."""

from cpo_probe.model import (
    Blocker,
    Effect,
    Evidence,
    Exchange,
    Exchanges,
    FailureKind,
    Identity,
    Interface,
    Inventory,
    Operation,
    Outcome,
    Parameter,
    Plan,
    Problem,
    Problems,
    Result,
    Results,
    Rule,
    Sample,
    Where,
    failed,
    not_applicable,
    passed,
    review,
    untestable,
)
from cpo_probe.registry import check, checks_from, fact, measure, probe
from cpo_probe.session.context import Context

__all__ = [
    "Blocker", "Context", "Effect", "Evidence", "Exchange", "Exchanges", "FailureKind", "Identity", "Interface",
    "Inventory", "Operation", "Outcome", "Parameter", "Plan", "Problem", "Problems", "Result", "Results", "Rule",
    "Sample", "Where", "check", "checks_from", "fact", "failed", "measure", "not_applicable", "passed", "probe",
    "review", "untestable",
]  # fmt: skip
