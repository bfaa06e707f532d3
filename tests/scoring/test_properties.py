"""What must hold for every set of findings."""

from collections.abc import Sequence
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cpo_probe.evidence import encode
from cpo_probe.model import Catalogue, DecisionRule, KpiKind, KpiResult, Outcome, Rung, Subject, Verdict
from tests.scoring.build import catalogue, kpi, score, subject

CHECKS = ("a.1", "a.2", "b.1", "b.2")
OPERATIONS = tuple(f"GET /{name}" for name in "abcdef")
SUBJECTS = [Subject(check, "openapi:/api", operation, "") for check in CHECKS for operation in OPERATIONS]
OPEN = (Outcome.ERROR, Outcome.NOT_TESTED, Outcome.REVIEW)

BOOK: Catalogue = catalogue(
    [
        kpi("X-01.ratio", floor="X-01.floor"),
        kpi("X-01.floor", checks=("b.*",), threshold=">= 0.50"),
        kpi("X-01.sampled", threshold=">= 0.30", rule=DecisionRule.LOWER_BOUND_95),
        kpi("X-01.count", kind=KpiKind.COUNT, unit="check", threshold="<= 1"),
        kpi(
            "X-01.ladder",
            kind=KpiKind.LADDER,
            checks=(),
            unit="operation",
            threshold=">= 1",
            rungs=(Rung("one", ("a.1", "b.1")), Rung("two", ("a.2",))),
        ),
        kpi("X-01.exact", threshold="= 1"),
    ]
)
RANK = {
    Verdict.NOT_MET: 0,
    Verdict.INCONCLUSIVE: 1,
    Verdict.OPEN: 1,
    Verdict.MET: 2,
}

steady = settings(deadline=None, derandomize=True)

Rows = Sequence[tuple[Outcome, Subject]]
outcomes = st.lists(st.tuples(st.sampled_from(Outcome), st.sampled_from(SUBJECTS)), max_size=30)
some_open = st.tuples(st.sampled_from(OPEN), st.sampled_from(SUBJECTS))


def results(rows: Rows) -> dict[str, KpiResult]:
    return {result.kpi: result for result in score(BOOK, rows).kpis}


@steady
@given(outcomes, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    assert encode(score(BOOK, rows)) == encode(score(BOOK, shuffled))


@steady
@given(outcomes, some_open)
def test_what_is_open_never_makes_a_kpi_met(rows: Rows, row: tuple[Outcome, Subject]) -> None:
    before, after = results(rows), results([*rows, row])
    for id, result in after.items():
        assert not (result.verdict is Verdict.MET and before[id].verdict is not Verdict.MET), id


@steady
@given(outcomes, some_open)
def test_among_the_same_units_what_is_open_never_improves_a_verdict(rows: Rows, row: tuple[Outcome, Subject]) -> None:
    counted = [(Outcome.FAIL if outcome is Outcome.NOT_APPLICABLE else outcome, about) for outcome, about in rows]
    before, after = results(counted), results([*counted, row])
    assume(all(len(after[id].units) == len(before[id].units) for id in after))
    for id, result in after.items():
        assert RANK[result.verdict] <= RANK[before[id].verdict], id


@steady
@given(outcomes, st.sampled_from(SUBJECTS))
def test_a_failure_never_improves_a_verdict(rows: Rows, about: Subject) -> None:
    before, after = results(rows), results([*rows, (Outcome.FAIL, about)])
    for id, result in after.items():
        if before[id].value:  # a count may tolerate the very first failure, which ends "nothing judged"
            assert not (result.verdict is Verdict.MET and before[id].verdict is not Verdict.MET), id


@steady
@given(outcomes)
def test_turning_failures_into_passes_never_makes_a_verdict_worse(rows: Rows) -> None:
    mended = [(Outcome.PASS if outcome is Outcome.FAIL else outcome, about) for outcome, about in rows]
    before, after = results(rows), results(mended)
    for id, result in after.items():
        if before[id].verdict in RANK and result.value:
            assert RANK[result.verdict] >= RANK[before[id].verdict], id


@steady
@given(outcomes)
def test_nothing_judged_is_never_met(rows: Rows) -> None:
    silent = [(outcome, about) for outcome, about in rows if outcome not in (Outcome.PASS, Outcome.FAIL)]
    card = score(BOOK, silent)
    assert {result.verdict for result in card.kpis} <= {Verdict.OPEN, Verdict.NOT_APPLICABLE}
    assert card.exit_code == 3


@steady
@given(outcomes)
def test_the_value_lies_in_the_open_range_and_every_unit_is_counted_once(rows: Rows) -> None:
    for result in results(rows).values():
        if result.open_range is not None and result.value and result.kpi != "X-01.ladder":
            assert result.open_range.low <= result.value <= result.open_range.high
        if result.kpi != "X-01.ladder":
            assert result.denominator + result.open + result.not_applicable == len(result.units)


@steady
@given(st.integers(60, 200))
def test_a_unit_names_a_bounded_number_of_findings(n: int) -> None:
    rows = [(Outcome.FAIL, subject("GET /a", location=f"/{i}")) for i in range(n)]
    units = {len(unit.findings) for result in results(rows).values() for unit in result.units}
    assert max(units) == 50
