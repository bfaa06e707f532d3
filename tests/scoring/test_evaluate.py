"""What each formula says, and what it must never say."""

from fractions import Fraction

import pytest

from cpo_probe.catalogue import Threshold
from cpo_probe.errors import EvidenceError
from cpo_probe.model import (
    Assessment,
    Attestation,
    DecisionRule,
    Fulfilment,
    Interval,
    KpiKind,
    KpiResult,
    Level,
    Outcome,
    Rung,
    Subject,
    Verdict,
)
from tests.scoring.build import catalogue, criterion, kpi, plan, rows, sample, score, subject

PASS, FAIL, NA = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE
ERROR, NOT_TESTED, REVIEW = Outcome.ERROR, Outcome.NOT_TESTED, Outcome.REVIEW


def ops(**outcomes: int) -> list[tuple[Outcome, Subject]]:
    """So many operations per outcome, each with one finding."""
    return [(Outcome(o), subject(f"GET /{o}/{i}")) for o, n in outcomes.items() for i in range(n)]


def only(result: object) -> KpiResult:
    return result.kpis[0]  # type: ignore[attr-defined, no-any-return]


# Ratio


def test_a_ratio_counts_units_and_shows_the_open_ones_as_a_range() -> None:
    found = only(score(catalogue([kpi()]), ops(**{"pass": 7, "fail": 1, "not_tested": 2, "not_applicable": 3})))
    assert (found.numerator, found.denominator, found.open, found.not_applicable) == (7, 8, 2, 3)
    assert found.value == "0.875000"
    assert found.open_range == Interval("0.700000", "0.900000")
    assert found.coverage == "0.800000"
    assert found.confidence is None
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_unit_is_violated_by_one_failure_however_often_it_passed() -> None:
    about = subject("GET /items")
    found = only(score(catalogue([kpi()]), [(PASS, about), (FAIL, subject("GET /items", "a.2"))]))
    assert [(u.unit, u.state) for u in found.units] == [("openapi:/api GET /items", "violated")]
    assert found.units[0].findings == (subject("GET /items", "a.2").fingerprint,)
    assert found.worst == "openapi:/api GET /items"


@pytest.mark.parametrize("silence", [ERROR, NOT_TESTED, REVIEW])
def test_a_pass_beside_an_open_item_leaves_the_unit_open(silence: Outcome) -> None:
    found = only(score(catalogue([kpi()]), [(PASS, subject("GET /a")), (silence, subject("GET /a", "a.2"))]))
    assert found.verdict is Verdict.OPEN
    assert (found.denominator, found.open, found.value) == (0, 1, "")


def test_not_applicable_beside_a_pass_is_a_pass() -> None:
    found = only(score(catalogue([kpi()]), [(PASS, subject("GET /a")), (NA, subject("GET /a", "a.2"))]))
    assert (found.verdict, found.numerator, found.not_applicable) == (Verdict.MET, 1, 0)


def test_a_kpi_with_nothing_judged_is_open() -> None:
    assert only(score(catalogue([kpi()]))).verdict is Verdict.OPEN
    assert only(score(catalogue([kpi(threshold="", rule=DecisionRule.REPORT_ONLY)]))).verdict is Verdict.OPEN
    assert only(score(catalogue([kpi(kind=KpiKind.COUNT, threshold="<= 0")]))).verdict is Verdict.OPEN


def test_only_proven_absence_is_not_applicable() -> None:
    assert only(score(catalogue([kpi()]), ops(not_applicable=3))).verdict is Verdict.NOT_APPLICABLE
    assert only(score(catalogue([kpi()]), ops(not_applicable=3, not_tested=1))).verdict is Verdict.OPEN


def test_a_sampled_ratio_is_decided_by_its_bound() -> None:
    sampled = kpi(rule=DecisionRule.LOWER_BOUND_95)
    assert only(score(catalogue([sampled]), ops(**{"pass": 28}))).verdict is Verdict.INCONCLUSIVE
    found = only(score(catalogue([sampled]), ops(**{"pass": 29})))
    assert found.verdict is Verdict.MET
    assert found.confidence == Interval("0.901855", "1.000000")
    assert only(score(catalogue([sampled]), ops(**{"pass": 10, "fail": 10}))).verdict is Verdict.NOT_MET


def test_both_intervals_have_to_be_good_enough() -> None:
    sampled = kpi(rule=DecisionRule.LOWER_BOUND_95)
    assert only(score(catalogue([sampled]), ops(**{"pass": 40, "error": 5}))).verdict is Verdict.INCONCLUSIVE


def test_what_belongs_to_no_operation_does_not_vanish() -> None:
    outcomes = [(ERROR, subject("", interface="")), (FAIL, subject(""))]
    found = only(score(catalogue([kpi()]), outcomes))
    assert [(u.unit, u.state) for u in found.units] == [("openapi:/api", "violated"), ("target", "open")]


@pytest.mark.parametrize(("unit", "denominator"), [("operation", 2), ("interface", 1), ("check", 2), ("subject", 3)])
def test_the_unit_says_what_is_counted(unit: str, denominator: int) -> None:
    outcomes = [(PASS, subject("GET /a")), (PASS, subject("GET /b")), (FAIL, subject("GET /b", "a.2"))]
    assert only(score(catalogue([kpi(unit=unit)]), outcomes)).denominator == denominator


# Count


def test_a_count_counts_violated_units() -> None:
    count = kpi(kind=KpiKind.COUNT, unit="check", threshold="<= 0")
    outcomes = [(FAIL, subject("GET /a")), (FAIL, subject("GET /b")), (PASS, subject("GET /a", "a.2"))]
    found = only(score(catalogue([count]), outcomes))
    assert (found.value, found.numerator, found.denominator, found.verdict) == ("1.000000", 1, 2, Verdict.NOT_MET)
    clean = only(score(catalogue([count]), [(PASS, subject("GET /a"))]))
    assert clean.verdict is Verdict.MET
    doubt = only(score(catalogue([count]), [(PASS, subject("GET /a")), (ERROR, subject("GET /a", "a.2"))]))
    assert (doubt.verdict, doubt.open_range) == (Verdict.INCONCLUSIVE, Interval("0.000000", "1.000000"))


# Ladder

LADDER = kpi(
    kind=KpiKind.LADDER,
    checks=(),
    unit="interface",
    threshold=">= 2",
    rungs=(Rung("one", ("l.1",)), Rung("two", ("l.2",)), Rung("three", ("l.3",))),
)


def climb(*outcomes: Outcome, interface: str = "openapi:/api") -> list[tuple[Outcome, Subject]]:
    return [(outcome, subject("", f"l.{n}", interface)) for n, outcome in enumerate(outcomes, 1)]


@pytest.mark.parametrize(
    ("outcomes", "value", "rung", "verdict"),
    [
        ((PASS, PASS, PASS), "3.000000", "three", Verdict.MET),
        ((PASS, PASS, FAIL), "2.000000", "two", Verdict.MET),
        ((PASS, FAIL, PASS), "1.000000", "one", Verdict.NOT_MET),
        ((PASS, NOT_TESTED, FAIL), "1.000000", "one", Verdict.INCONCLUSIVE),
        ((PASS, NA, FAIL), "2.000000", "two", Verdict.MET),
        ((PASS,), "1.000000", "one", Verdict.INCONCLUSIVE),
        ((FAIL, PASS, PASS), "0.000000", "", Verdict.NOT_MET),
        ((NOT_TESTED, NOT_TESTED, NOT_TESTED), "", "", Verdict.OPEN),
        ((NA, NA, NA), "", "", Verdict.NOT_APPLICABLE),
    ],
)
def test_a_ladder_stops_at_the_first_rung_that_does_not_hold(
    outcomes: tuple[Outcome, ...], value: str, rung: str, verdict: Verdict
) -> None:
    found = only(score(catalogue([LADDER]), climb(*outcomes)))
    assert (found.value, found.rung, found.verdict) == (value, rung, verdict)


def test_a_ladder_is_as_high_as_its_lowest_interface_and_names_what_breaks_the_next_rung() -> None:
    outcomes = climb(PASS, PASS, PASS) + climb(PASS, FAIL, PASS, interface="openapi:/old")
    found = only(score(catalogue([LADDER]), outcomes))
    assert (found.rung, found.worst) == ("one", "openapi:/old")
    assert found.detail == {"next": "two", "next_checks": ["l.2"]}
    assert {u.unit: (u.state, len(u.findings)) for u in found.units} == {
        "openapi:/api": ("met", 0),
        "openapi:/old": ("violated", 1),
    }


# Quantile


def test_a_quantile_of_the_typical_operation_names_the_slowest() -> None:
    latency = kpi(kind=KpiKind.QUANTILE, checks=(), metric="m", quantile="0.5", threshold="", rule=DecisionRule.REPORT_ONLY)
    samples = [sample(v, "GET /fast") for v in ("0.1", "0.2", "0.3")] + [sample("2.5", "GET /slow"), sample("0.4", "GET /mid")]
    found = only(score(catalogue([latency]), samples=[*samples, sample("9", "GET /x", metric="other")]))
    assert (found.verdict, found.value, found.n, found.denominator) == (Verdict.REPORTED, "0.400000", 5, 3)
    assert found.worst == "openapi:/api GET /slow"
    assert found.confidence == Interval("0.200000", "2.500000")
    assert found.detail == {
        "unit": "s",
        "confidence": "",
        "n": "5",
        "min": "0.100000",
        "median": "0.300000",
        "p95": "2.080000",
        "max": "2.500000",
        "mad": "0.100000",
        "worst": "2.500000",
    }


def test_a_pooled_quantile_is_decided_by_its_interval() -> None:
    pooled = kpi(kind=KpiKind.QUANTILE, checks=(), unit="", metric="m", quantile="0.5", threshold="<= 0.5")
    many = [sample(f"0.{i:02}", "GET /a") for i in range(10, 40)]
    assert only(score(catalogue([pooled]), samples=many)).verdict is Verdict.MET
    wide = [sample(f"0.{i:02}", "GET /a") for i in range(35, 65)]
    assert only(score(catalogue([pooled]), samples=wide)).verdict is Verdict.INCONCLUSIVE
    assert only(score(catalogue([pooled]))).verdict is Verdict.OPEN


@pytest.mark.parametrize("value", ["NaN", "fast", "1e30", "0.00000001"])
def test_a_sample_that_is_no_quantised_number_is_refused(value: str) -> None:
    pooled = kpi(kind=KpiKind.QUANTILE, checks=(), unit="", metric="m", quantile="0.5", threshold="<= 0.5")
    with pytest.raises(EvidenceError):
        score(catalogue([pooled]), samples=[sample(value, "GET /a")])


def test_seconds_and_milliseconds_are_not_mixed() -> None:
    pooled = kpi(kind=KpiKind.QUANTILE, checks=(), unit="", metric="m", quantile="0.5", threshold="<= 0.5")
    with pytest.raises(EvidenceError, match="one unit"):
        score(catalogue([pooled]), samples=[sample("1", "GET /a"), sample("1", "GET /a", unit="ms")])


# Overlap


def test_an_overlap_compares_two_sets_and_says_nothing_without_one_of_them() -> None:
    overlap = kpi(kind=KpiKind.OVERLAP, checks=(), metric="declared observed", threshold=">= 0.5")
    declared = [sample("1", f"GET /{n}", "declared", "1") for n in "abc"]
    observed = [sample("1", f"GET /{n}", "observed", "1") for n in "bcd"]
    found = only(score(catalogue([overlap]), samples=declared + observed))
    assert (found.numerator, found.denominator, found.verdict) == (2, 4, Verdict.MET)
    assert found.detail == {"only_first": 1, "only_second": 1}
    assert only(score(catalogue([overlap]), samples=declared)).verdict is Verdict.OPEN


# Thresholds and floors


@pytest.mark.parametrize(("text", "value"), [(">= 0.90", "0.9"), ("<= 0", "0"), ("= 1", "1")])
def test_the_limit_itself_is_good_enough(text: str, value: str) -> None:
    assert Threshold.parse(text).holds(Fraction(value))


@pytest.mark.parametrize("text", ["", "0.9", "> 0.9", ">= 90 %", ">= 1/2", ">= nan"])
def test_a_threshold_is_a_comparison_and_a_decimal(text: str) -> None:
    with pytest.raises(ValueError, match="expected a comparison"):
        Threshold.parse(text)


FLOORED = [kpi("X-01.top", floor="X-01.floor"), kpi("X-01.floor", checks=("f.*",))]


@pytest.mark.parametrize(
    ("floor", "verdict"),
    [(PASS, Verdict.MET), (FAIL, Verdict.NOT_MET), (ERROR, Verdict.OPEN), (NA, Verdict.OPEN), (None, Verdict.OPEN)],
)
def test_conformity_without_a_floor_is_no_pass(floor: Outcome | None, verdict: Verdict) -> None:
    outcomes = [(PASS, subject("GET /a"))] + ([(floor, subject("GET /a", "f.1"))] if floor else [])
    found = only(score(catalogue(FLOORED), outcomes))
    assert found.verdict is verdict
    assert found.detail == ({} if verdict is Verdict.MET else {"floor": "X-01.floor"})


def test_a_floor_never_improves_anything() -> None:
    found = only(score(catalogue(FLOORED), [(FAIL, subject("GET /a")), (PASS, subject("GET /a", "f.1"))]))
    assert found.verdict is Verdict.NOT_MET


# Criteria, categories, exit code


@pytest.mark.parametrize(
    ("level", "outcomes", "fulfilment", "code"),
    [
        (Level.SHALL, {"pass": 1}, Fulfilment.FULFILLED, 0),
        (Level.SHALL, {"fail": 1}, Fulfilment.NOT_FULFILLED, 1),
        (Level.SHALL, {"error": 1}, Fulfilment.UNDETERMINED, 3),
        (Level.SHALL, {"not_applicable": 1}, Fulfilment.NOT_APPLICABLE, 3),
        (Level.SHALL, {}, Fulfilment.UNDETERMINED, 3),
        (Level.SHOULD, {"fail": 1}, Fulfilment.NOT_FULFILLED, 1),
        (Level.MAY, {"fail": 1}, Fulfilment.NOT_FULFILLED, 3),
    ],
)
def test_a_criterion_is_decided_by_its_kpis(level: Level, outcomes: dict[str, int], fulfilment: Fulfilment, code: int) -> None:
    card = score(catalogue([kpi()], [criterion(level=level)]), ops(**outcomes))
    assert (card.criteria[0].fulfilment, card.exit_code) == (fulfilment, code)


@pytest.mark.parametrize(("level", "fulfilment"), [(Level.SHALL, Fulfilment.NOT_FULFILLED), (Level.SHOULD, Fulfilment.PARTLY)])
def test_a_shall_is_not_fulfilled_by_parts(level: Level, fulfilment: Fulfilment) -> None:
    book = catalogue([kpi("X-01.a"), kpi("X-01.b", checks=("b.*",))], [criterion(level=level)])
    card = score(book, [(PASS, subject("GET /a")), (FAIL, subject("GET /a", "b.1"))])
    assert (card.criteria[0].fulfilment, card.exit_code) == (fulfilment, 1)
    assert card.categories[0].counts[level.value]["not_met"] == 1


def test_what_fails_is_not_hidden_by_what_is_open() -> None:
    book = catalogue([kpi("X-01.a"), kpi("X-01.b", checks=("b.*",))])
    card = score(book, [(FAIL, subject("GET /a"))])
    assert card.criteria[0].fulfilment is Fulfilment.NOT_FULFILLED


def test_criteria_that_the_plan_does_not_select_decide_nothing() -> None:
    book = catalogue([kpi("X-01.a"), kpi("X-02.b", checks=("b.*",))])
    card = score(book, [(PASS, subject("GET /a")), (FAIL, subject("GET /a", "b.1"))], selected=["X-01"])
    assert card.exit_code == 0
    assert [(c.selected, c.reason) for c in card.criteria] == [(True, "kpis_met"), (False, "not_selected")]
    assert card.categories[0].counts["shall"] == {
        "met": 1, "not_met": 0, "open": 0, "applicable": 1, "not_applicable": 0, "reported": 0,
    }  # fmt: skip


def test_under_another_catalogue_its_own_scopes_select() -> None:
    book = catalogue([kpi("X-01.a")], [criterion(scopes=("audit",))])
    assert score(book, plan=plan(["X-01"], catalogue="older")).criteria[0].selected is False
    assert score(book, plan=plan([], catalogue="older", preset="audit")).criteria[0].selected is True


def test_a_figure_that_is_only_reported_decides_nothing() -> None:
    reported = kpi("X-02.r", checks=("r.*",), threshold="", rule=DecisionRule.REPORT_ONLY)
    book = catalogue([kpi("X-01.a"), reported])
    card = score(book, [(PASS, subject("GET /a")), (FAIL, subject("GET /a", "r.1"))])
    assert card.exit_code == 0
    assert card.kpis[1].verdict is Verdict.REPORTED
    assert card.criteria[1].reason == "report_only"
    assert card.categories[0].counts["shall"]["reported"] == 1


def test_an_empty_selection_is_not_a_success() -> None:
    assert score(catalogue([kpi()]), ops(**{"pass": 1}), selected=[]).exit_code == 3


# Attestations

PAPER = criterion("X-09", assessment=Assessment.DOCUMENTARY, reason="documents")


def attestation(**changes: object) -> Attestation:
    values = {
        "criterion": "X-09",
        "answer": Fulfilment.FULFILLED,
        "person": "A. Auditor",
        "date": "2026-02-01",
        "expires": "2027-02-01",
        "statement": "seen",
        "files": {},
    }
    return Attestation(**values | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "fulfilment", "reason"),
    [
        ([], Fulfilment.UNDETERMINED, "documentary"),
        ([attestation()], Fulfilment.FULFILLED, "attested"),
        ([attestation(expires="2026-03-01")], Fulfilment.FULFILLED, "attested"),
        ([attestation(expires="2026-02-28")], Fulfilment.UNDETERMINED, "attestation_expired"),
        ([attestation(expires="")], Fulfilment.UNDETERMINED, "attestation_expired"),
        ([attestation(criterion="X-08")], Fulfilment.UNDETERMINED, "documentary"),
        ([attestation(), attestation(date="2026-02-02", answer=Fulfilment.NOT_FULFILLED)], Fulfilment.NOT_FULFILLED, "attested"),
        ([attestation(), attestation(answer=Fulfilment.PARTLY)], Fulfilment.PARTLY, "attested"),
    ],
)
def test_a_documentary_criterion_is_decided_by_the_latest_valid_answer(
    answers: list[Attestation], fulfilment: Fulfilment, reason: str
) -> None:
    for order in (answers, answers[::-1]):
        result = score(catalogue([], [PAPER]), attestations=order).criteria[0]
        assert (result.fulfilment, result.reason) == (fulfilment, reason)


def test_a_person_cannot_overrule_a_measurement() -> None:
    answer = [attestation(criterion="X-01")]
    for outcomes in (ops(fail=1), ops(error=1), ops(review=1, not_tested=1)):
        assert score(catalogue([kpi()]), outcomes, attestations=answer).criteria[0].fulfilment is not Fulfilment.FULFILLED


def test_a_person_closes_what_was_left_to_a_person() -> None:
    result = score(catalogue([kpi()]), ops(review=1, **{"pass": 1}), attestations=[attestation(criterion="X-01")]).criteria[0]
    assert (result.fulfilment, result.attestation) == (Fulfilment.FULFILLED, "A. Auditor, 2026-02-01")


def test_totals_count_what_was_said() -> None:
    findings, passes = rows(ops(**{"pass": 2, "fail": 1, "not_tested": 3}))
    card = score(catalogue([kpi()]), findings=findings, passes=passes, exchanges=12)
    assert card.totals == {
        "exchanges": 12, "interfaces": 0, "operations": 0, "pass": 2, "fail": 1, "not_applicable": 0, "review": 0,
        "not_tested": 3, "error": 0,
    }  # fmt: skip
