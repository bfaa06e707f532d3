"""The types that travel between the stages: frozen, and no outcome has a default."""

from cpo_probe.model.document import Document, parse_json
from cpo_probe.model.evidence import Evidence, Exchanges
from cpo_probe.model.exchange import Exchange, Failure, Headers, Peer, Request, Response, Span, Timing, Tls, Wire, header
from cpo_probe.model.finding import (
    Finding,
    PassCount,
    Problem,
    Problems,
    Result,
    Results,
    Rule,
    Sample,
    Subject,
    Where,
    failed,
    not_applicable,
    passed,
    review,
    untestable,
)
from cpo_probe.model.outcome import Blocker, Effect, FailureKind, Identity, Outcome, Severity
from cpo_probe.model.plan import FORMAT, Inventory, Permissions, Plan, Unit, UnitState
from cpo_probe.model.score import (
    SCORECARD_FORMAT,
    Assessment,
    Attestation,
    Catalogue,
    Category,
    CategoryResult,
    Criterion,
    CriterionResult,
    DecisionRule,
    Fulfilment,
    Interval,
    Kpi,
    KpiKind,
    KpiResult,
    Level,
    Preset,
    Rung,
    Scorecard,
    UnitVerdict,
    Verdict,
)
from cpo_probe.model.system import (
    ApiKeyAuth,
    Auth,
    BasicAuth,
    BearerAuth,
    BrowserAuth,
    Csrf,
    Declared,
    Interface,
    Limits,
    LoginAuth,
    Logout,
    NoAuth,
    OAuth2Auth,
    Operation,
    Parameter,
    Redact,
    Scope,
    SecretRef,
    Target,
    Transport,
)

__all__ = [name for name in dir() if name[0].isupper()] + [
    "failed",
    "header",
    "not_applicable",
    "parse_json",
    "passed",
    "review",
    "untestable",
]
