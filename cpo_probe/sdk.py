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
    NoAuth,
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
from cpo_probe.protocols import compare, negative, paging
from cpo_probe.protocols.arguments import Argument, Arguments
from cpo_probe.protocols.http import challenge, fields, leaks, link, problem, semantics, sensitive
from cpo_probe.registry import check, checks_from, fact, measure, probe
from cpo_probe.session.context import Context

__all__ = [
    "Argument", "Arguments", "Blocker", "Context", "Effect", "Evidence", "Exchange", "Exchanges", "FailureKind",
    "Identity", "Interface", "Inventory", "NoAuth", "Operation", "Outcome", "Parameter", "Plan", "Problem",
    "Problems", "Result", "Results", "Rule", "Sample", "Where", "challenge", "check", "checks_from", "compare",
    "fact", "failed", "fields", "leaks", "link", "measure", "negative", "not_applicable", "paging", "passed", "probe",
    "problem", "review", "semantics", "sensitive", "untestable",
]  # fmt: skip
