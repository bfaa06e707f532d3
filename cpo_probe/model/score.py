"""What does the laboratory ask, and what was the answer?

Every criterion and KPI is a laboratory criterion related to a CPO category; `official_ref` stays empty
until a person who holds the document fills it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cpo_probe.model.ladder import Ladder, LadderResult


class Level(StrEnum):
    SHALL = "shall"
    SHOULD = "should"
    MAY = "may"


class Assessment(StrEnum):
    """How a criterion is decided."""

    MEASURED = "measured"
    DOCUMENTARY = "documentary"
    NOT_MEASURABLE = "not_measurable"


class KpiKind(StrEnum):
    """The closed set of formulas."""

    RATIO = "ratio"  # units without violation / units judged
    COUNT = "count"  # failed subjects
    QUANTILE = "quantile"  # of samples
    LADDER = "ladder"  # highest rung all of whose checks hold
    OVERLAP = "overlap"  # |A ∩ B| / |A ∪ B| of two sets of samples' units


class DecisionRule(StrEnum):
    SIMPLE_ACCEPTANCE = "simple_acceptance"  # enumerated
    LOWER_BOUND_95 = "lower_bound_95"  # sampled: one-sided Clopper-Pearson bound
    REPORT_ONLY = "report_only"


class Verdict(StrEnum):
    """Of a KPI."""

    MET = "met"
    NOT_MET = "not_met"
    INCONCLUSIVE = "inconclusive"  # the interval straddles the threshold
    OPEN = "open"  # not measured
    NOT_APPLICABLE = "not_applicable"
    REPORTED = "reported"  # no threshold


class Fulfilment(StrEnum):
    """Of a criterion."""

    FULFILLED = "fulfilled"
    PARTLY = "partly"
    NOT_FULFILLED = "not_fulfilled"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder."""

    name: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure. `checks` are check ids or patterns; `unit` is what is counted: operation, interface, subject, artifact.

    With `ladders` it is made of conformance ladders instead of checks: a ladder is the level reached (of one of them), a ratio
    the interfaces that reach the level they claim, the lowest at least.
    """

    id: str
    criterion: str
    title: str
    kind: KpiKind
    checks: tuple[str, ...]
    unit: str
    metric: str  # quantile and overlap: the sample's metric
    quantile: str  # "0.95"
    rungs: tuple[Rung, ...]
    threshold: str  # ">= 0.90", "<= 0", ">= 5"; "" report only
    rule: DecisionRule
    denominator: str  # in words: D-decl, D-ref or D-obs and what it counts
    floor: str  # id of a KPI that must be met too, else this one cannot be (conformity needs strength); "" none
    needs: tuple[str, ...] = ()  # kinds of interface it is about: where the system has none of them it does not apply
    ladders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    category: str  # IOP INF EXT IFC STD ARC PAR
    level: Level
    level_source: str  # "confirmed" or "proposal"
    roles: tuple[str, ...]  # vendor, customer, service_provider
    title: str
    text: str
    assessment: Assessment
    reason: str  # why documentary or not measurable; "" when measured
    scopes: tuple[str, ...]  # presets that select it: quick, nightly, audit
    official_ref: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    title: str
    aim: str


@dataclass(frozen=True, slots=True)
class Preset:
    """What a run of that name selects. `criteria` and `probes` are patterns."""

    name: str
    criteria: tuple[str, ...]
    probes: tuple[str, ...]
    limits: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Catalogue:
    id: str  # "cpo-2026.1"
    owner: str
    digest: str
    categories: tuple[Category, ...]
    criteria: tuple[Criterion, ...]
    kpis: tuple[Kpi, ...]
    presets: tuple[Preset, ...]
    ladders: tuple[Ladder, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """Decimal strings with six places; equal ends when there is no doubt."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """One counted unit of a KPI, for the way from figure to evidence."""

    unit: str
    state: str  # "met", "violated", "open", "not_applicable"
    findings: tuple[str, ...]  # fingerprints


@dataclass(frozen=True, slots=True)
class KpiResult:
    kpi: str
    verdict: Verdict
    value: str  # decimal string, "" when nothing was measured
    numerator: int
    denominator: int
    n: int  # samples or judged findings behind it
    open: int
    not_applicable: int
    threshold: str
    rule: DecisionRule
    open_range: Interval | None  # open items counted once as failed, once as passed
    confidence: Interval | None  # only where a sample was drawn
    coverage: str  # judged / (judged + open)
    worst: str  # the worst unit
    units: tuple[UnitVerdict, ...]
    rung: str  # ladder: name of the highest rung reached
    detail: dict[str, Any]  # quantiles: min, median, p95, max; ladder: what breaks the next rung


@dataclass(frozen=True, slots=True)
class CriterionResult:
    criterion: str
    selected: bool
    fulfilment: Fulfilment
    kpis: tuple[str, ...]
    reason: str  # code: "documentary", "not_measurable", "not_selected", "kpi_not_met", "open", ...
    attestation: str


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """shall met / shall applicable / shall open; the same for should and may. Never one number."""

    category: str
    counts: dict[str, dict[str, int]]  # level -> {"met", "applicable", "open", "not_met"}


@dataclass(frozen=True, slots=True)
class Attestation:
    """A named person's documentary answer."""

    criterion: str
    answer: Fulfilment
    person: str
    date: str
    expires: str
    statement: str
    files: dict[str, str]  # name -> sha256


@dataclass(frozen=True, slots=True)
class Scorecard:
    format: str
    run: str
    target: str
    product: str
    product_version: str
    record: str  # head of the record
    ruler: str  # digest of engine, content, judging libraries
    catalogue: str
    catalogue_digest: str
    preset: str
    as_of: str  # end of the recording
    categories: tuple[CategoryResult, ...]
    criteria: tuple[CriterionResult, ...]
    kpis: tuple[KpiResult, ...]
    totals: dict[str, int]  # exchanges, findings by outcome
    exit_code: int
    ladders: tuple[LadderResult, ...] = ()


SCORECARD_FORMAT = "cpo-probe-scorecard/1"
