"""What does a report say, whatever it is rendered as?

Everything here is bounded, masked and free of markup: the renderers only lay it out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cpo_probe.model import (
    Assessment,
    DecisionRule,
    Effect,
    Fulfilment,
    Interval,
    KpiKind,
    Level,
    Outcome,
    Plan,
    Scorecard,
    Severity,
    Verdict,
    Where,
)
from cpo_probe.report.excerpt import Excerpt
from cpo_probe.report.ladder_views import Comparison, LadderView
from cpo_probe.report.reproduce import Reproducer


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a report may hold; what exceeds it is counted and said."""

    full: int = 200  # failures with excerpt and reproducer
    exchanges: int = 300
    exchange_bytes: int = 900_000  # of recorded text over all exchanges
    listed: int = 40  # further failures per check, one line each
    lines: int = 1200  # such lines in all
    operations: int = 400
    per_reason: int = 60  # checks listed for a reason
    names: int = 6  # operations named in one cell


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """`mark`: "" | "mark" (wrong) | "absent" (is missing)."""

    name: str
    value: str
    mark: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One recorded exchange, cut to what has to be seen."""

    id: str
    at: str
    purpose: str
    why: str
    role: str
    follows: str
    identity: str
    method: str
    url: str
    operation: str
    request_headers: tuple[HeaderLine, ...]
    request_body: Excerpt
    status: int
    reason: str
    http_version: str
    status_mark: bool
    response_headers: tuple[HeaderLine, ...]
    response_body: Excerpt
    media_type: str
    truncated: str  # failure kind or ""
    failure: str
    failure_detail: str
    phases: tuple[tuple[str, float], ...]  # name, seconds; those that happened
    total: float
    peer: str
    tls: str
    redacted: tuple[str, ...]
    findings: tuple[tuple[str, str], ...]  # anchor, check id
    reproducer: Reproducer | None  # None where a finding shows it


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. `excerpt` shows the place; the exchange it lies in is `exchanges[0]`."""

    anchor: str
    fingerprint: str
    outcome: Outcome
    severity: Severity
    check: str
    interface: str
    operation: str
    location: str
    sentence: str
    expected: str
    found: str
    where: Where
    params: tuple[tuple[str, str], ...]
    count: int
    exchanges: tuple[str, ...]
    shown: frozenset[str]  # those of `exchanges` that the report holds
    request_line: str
    status_line: str
    excerpt: Excerpt | None
    header: HeaderLine | None
    rows: Comparison | None
    reproducer: Reproducer | None


@dataclass(frozen=True, slots=True)
class Brief:
    """A further finding in one line."""

    anchor: str
    operation: str
    location: str
    sentence: str
    exchange: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check, its fate over all subjects, and where its figures go."""

    id: str
    title: str
    text: str
    remedy: str
    clause: str
    severity: Severity
    counts: dict[Outcome, int]  # subjects
    criteria: tuple[str, ...]
    exemplar: str  # an exchange it passed on, "" for none


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """A check with the findings of one outcome."""

    check: CheckView
    subjects: int
    full: tuple[FindingView, ...]
    listed: tuple[Brief, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """Subjects that share a reason. `checks`: id, subjects, some of the operations."""

    code: str
    sentence: str
    subjects: int
    checks: tuple[tuple[str, int, tuple[str, ...]], ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Link:
    """A counted unit or a rung, and where its evidence stands. `anchor` is "" when it is not in the report."""

    text: str
    state: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RungView:
    """`state`: "held" | "broken" | "open" | "above"."""

    name: str
    state: str
    checks: tuple[str, ...]
    breaks: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class KpiView:
    id: str
    criterion: str
    title: str
    kind: KpiKind
    verdict: Verdict
    value: str
    numerator: int
    denominator: int
    denominator_text: str
    unit: str
    n: int
    open: int
    not_applicable: int
    threshold: str
    rule: DecisionRule
    open_range: Interval | None
    confidence: Interval | None
    coverage: str
    worst: str
    floor: str
    metric: str
    quantile: str
    metric_unit: str
    checks: tuple[str, ...]
    violated: tuple[Link, ...]
    violated_left_out: int
    open_units: tuple[str, ...]
    open_left_out: int
    rungs: tuple[RungView, ...]
    rung: str
    ladders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionView:
    id: str
    title: str
    text: str
    level: Level
    level_source: str
    roles: tuple[str, ...]
    assessment: Assessment
    selected: bool
    fulfilment: Fulfilment
    reason: str
    code: str
    attestation: str
    official_ref: str
    kpis: tuple[KpiView, ...]


@dataclass(frozen=True, slots=True)
class LevelBar:
    """Criteria of one level in one category."""

    level: Level
    met: int
    not_met: int
    open: int
    applicable: int


@dataclass(frozen=True, slots=True)
class CategoryView:
    id: str
    title: str
    aim: str
    levels: tuple[LevelBar, ...]
    criteria: tuple[CriterionView, ...]


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Criteria that no probe decided, by reason code."""

    code: str
    sentence: str
    criteria: tuple[tuple[str, str, Level], ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """Probe work that was cut short, refused or crashed."""

    probe: str
    state: str
    blocker: str
    count: int
    places: tuple[str, ...]  # the first ones
    detail: str  # of the first one


@dataclass(frozen=True, slots=True)
class Tried:
    """One step of discovery. `status` 0: no answer."""

    url: str
    why: str
    answer: str
    exchange: str
    status: int


@dataclass(frozen=True, slots=True)
class InterfaceView:
    id: str
    kind: str
    url: str
    title: str
    version: str
    anonymous: bool | None
    found: str
    operations: int
    description: str  # exchange id


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that is evidence. `package`: name of the one it is a member of, "" for none. `size`: bytes."""

    id: str
    name: str
    package: str
    media_type: str
    size: int
    digest: str
    exchange: str


@dataclass(frozen=True, slots=True)
class OperationView:
    id: str
    interface: str
    name: str
    effect: Effect
    deprecated: bool
    counts: dict[Outcome, int]
    failing: tuple[Link, ...]
    failing_left_out: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The samples of one metric for one operation; quantiles by nearest rank."""

    label: str
    n: int
    low: float
    q1: float
    median: float
    q3: float
    p95: float
    high: float
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MetricView:
    """One metric over the operations, slowest or largest median first. `main`: a KPI of the catalogue is made of it."""

    metric: str
    main: bool
    unit: str
    operations: tuple[Distribution, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the bounds kept out."""

    failures: int  # failing subjects without any line of their own
    brief: int  # failing subjects with one line only
    exchanges: int  # recorded exchanges that are not shown
    operations: int


@dataclass(frozen=True, slots=True)
class Case:
    """One subject of one check, for machine-readable lists."""

    check: str
    title: str
    interface: str
    operation: str
    location: str
    outcome: Outcome
    severity: Severity
    code: str
    sentence: str
    exchanges: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class ReportData:
    """A judgement as people read it. `cases` may be walked more than once; it reads the judgement's files."""

    bundle: str  # name of the bundle, for commands
    card: Scorecard
    plan: Plan
    owner: str
    catalogue: str
    categories: tuple[CategoryView, ...]
    ladders: tuple[LadderView, ...]
    outcomes: dict[Outcome, int]  # subjects
    by_severity: dict[Severity, int]  # failed subjects
    failures: tuple[CheckGroup, ...]
    errors: tuple[CheckGroup, ...]
    reviews: tuple[CheckGroup, ...]
    not_tested: tuple[ReasonGroup, ...]
    not_applicable: tuple[ReasonGroup, ...]
    unmeasured: tuple[Unmeasured, ...]
    units: tuple[UnitView, ...]
    checks: tuple[CheckView, ...]
    tried: tuple[Tried, ...]
    empty: bool
    interfaces: tuple[InterfaceView, ...]
    operations: tuple[OperationView, ...]
    files: tuple[FileView, ...]
    files_left_out: int
    metrics: tuple[MetricView, ...]
    exchanges: tuple[ExchangeView, ...]
    left_out: LeftOut
    cases: Iterable[Case]
