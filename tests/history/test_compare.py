"""Nightly use: what is new and worse, and nothing else, is a regression."""

import json
from pathlib import Path

import pytest

from cpo_probe.evidence import encode
from cpo_probe.history import Diff, Direction, Side, compare, newer_checks, read_side, to_json
from cpo_probe.model import DecisionRule, Finding, KpiKind, Outcome, Sample, Severity, Subject
from cpo_probe.registry import CheckDef, ProbeDef, Registry
from tests.scoring.build import catalogue, finding, kpi, plan, rows, sample, score, subject

PASS, FAIL, NA = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE
ERROR, NOT_TESTED = Outcome.ERROR, Outcome.NOT_TESTED
LATENCY = kpi("X-02.latency", kind=KpiKind.QUANTILE, checks=(), unit="", metric="m", quantile="0.5", threshold="<= 0.5")
BOOK = catalogue([kpi(threshold=">= 0.50"), LATENCY])
A, B = subject("GET /a"), subject("GET /b")


def side(*outcomes: tuple[Outcome, Subject], samples: tuple[Sample, ...] = (), extra: tuple[Finding, ...] = ()) -> Side:
    findings, passes = rows(outcomes)
    return Side(score(BOOK, outcomes, samples), [*findings, *extra], passes)


def ids(changes: object) -> list[str]:
    return [change.subject.operation for change in changes]  # type: ignore[attr-defined]


def test_a_failure_where_it_was_fine_is_a_regression() -> None:
    diff = compare(side((PASS, A), (PASS, B)), side((PASS, A), (FAIL, B)))
    assert ids(diff.worse) == ["GET /b"]
    assert (diff.regression, diff.exit_code) == (True, 1)


def test_an_old_failure_is_unchanged_and_no_regression() -> None:
    diff = compare(side((FAIL, A)), side((FAIL, A)))
    assert ids(diff.unchanged) == ["GET /a"]
    assert (diff.regression, diff.exit_code, diff.kpis, diff.criteria) == (False, 0, (), ())


def test_a_failure_at_a_place_that_was_not_measured_is_newly_measured() -> None:
    for before in (side(), side((ERROR, A)), side((NOT_TESTED, A))):
        diff = compare(before, side((FAIL, A)))
        assert ids(diff.newly_measured) == ["GET /a"]
        assert not diff.regression


def test_a_failure_at_another_location_of_a_judged_operation_is_worse() -> None:
    diff = compare(side((PASS, A)), side((FAIL, subject("GET /a", location="/items/*/name"))))
    assert (len(diff.worse), diff.regression) == (1, True)


def test_what_did_not_apply_and_fails_now_is_worse_unless_nothing_had_been_asked() -> None:
    proven = Side(score(BOOK), [finding(NA, A, "no_paging")], [])
    silent = Side(score(BOOK), [finding(NA, A, "no_occasion")], [])
    assert compare(proven, side((FAIL, A))).regression
    diff = compare(silent, side((FAIL, A)))
    assert (diff.regression, len(diff.newly_measured)) == (False, 1)


def test_a_newer_check_is_never_a_regression() -> None:
    diff = compare(side((PASS, A)), side((FAIL, A)), newer_checks={"a.1"})
    assert (diff.regression, len(diff.newly_measured)) == (False, 1)
    assert [change.regression for change in diff.kpis] == [False]


def test_a_remark_is_said_and_fails_no_build() -> None:
    remark = finding(FAIL, A, severity=Severity.INFO)
    diff = compare(side((PASS, A)), side((PASS, B), extra=(remark,)))
    assert (ids(diff.remarks), diff.worse, diff.regression) == (["GET /a"], (), False)


def test_a_failure_that_passes_now_is_gone() -> None:
    diff = compare(side((FAIL, A)), side((PASS, A)))
    assert (ids(diff.gone), diff.regression, diff.exit_code) == (["GET /a"], False, 0)
    assert [(c.kpi, c.direction) for c in diff.kpis] == [("X-01.k", Direction.BETTER)]
    assert [(c.criterion, c.was.value, c.now.value) for c in diff.criteria] == [("X-01", "not_fulfilled", "fulfilled")]


@pytest.mark.parametrize(
    "now", [side(), side((ERROR, A)), side((NOT_TESTED, A)), side((PASS, A), (ERROR, subject("GET /a", location="/x")))]
)
def test_a_failure_that_was_not_measured_again_is_not_fixed(now: Side) -> None:
    diff = compare(side((FAIL, A)), now)
    assert (diff.gone, ids(diff.no_longer_measured), diff.exit_code) == ((), ["GET /a"], 3)


def test_a_dead_server_is_not_a_success() -> None:
    diff = compare(side((PASS, A), (PASS, B)), side((ERROR, A), (ERROR, B)))
    assert (diff.regression, diff.lost, diff.exit_code) == (False, 2, 3)
    assert [c.direction for c in diff.kpis] == [Direction.NO_LONGER_MEASURED]


@pytest.mark.parametrize(
    ("outcome", "code", "lost"), [(NA, "no_occasion", 0), (NOT_TESTED, "not_selected", 0), (NOT_TESTED, "budget", 1)]
)
def test_what_was_not_to_be_judged_is_not_lost(outcome: Outcome, code: str, lost: int) -> None:
    diff = compare(side((PASS, A)), Side(score(BOOK), [finding(outcome, A, code)], []))
    assert (diff.lost, diff.exit_code) == (lost, 3 if lost else 0)


def test_a_ratio_pulled_down_by_a_new_operation_is_no_regression() -> None:
    diff = compare(side((PASS, A)), side((PASS, A), (FAIL, B)))
    (change,) = diff.kpis
    assert (change.direction, change.beyond, change.regression, diff.regression) == (Direction.WORSE, True, False, False)


def many(base: int) -> tuple[Sample, ...]:
    return tuple(sample(f"0.{base + i:03}", "GET /a") for i in range(30))


def test_a_quantile_is_worse_only_beyond_its_interval() -> None:
    slower = compare(side((PASS, A), samples=many(100)), side((PASS, A), samples=many(400)))
    assert slower.regression
    same = compare(side((PASS, A), samples=many(100)), side((PASS, A), samples=many(105)))
    assert [(c.direction, c.beyond, c.regression) for c in same.kpis] == [(Direction.WORSE, False, False)]
    assert not same.regression
    faster = compare(side((PASS, A), samples=many(400)), side((PASS, A), samples=many(100)))
    assert [c.direction for c in faster.kpis] == [Direction.BETTER]


def test_a_figure_without_threshold_has_no_better_or_worse() -> None:
    book = catalogue([kpi(threshold="", rule=DecisionRule.REPORT_ONLY, checks=("r.*",))])
    old = Side(score(book, [(PASS, subject("GET /a", "r.1"))]), [], [])
    new = Side(score(book, [(FAIL, subject("GET /a", "r.1"))]), [], [])
    diff = compare(old, new)
    assert [(c.direction, c.regression) for c in diff.kpis] == [(Direction.OTHER, False)]


def test_a_change_of_the_ruler_is_shown_apart() -> None:
    stored = score(BOOK, [(PASS, A)], ruler="old")
    today = side((FAIL, A))
    diff = compare(today, side((FAIL, A)), stored=stored)
    assert not diff.regression
    assert diff.ruler is not None
    assert [(c.kpi, c.was.value, c.now.value) for c in diff.ruler.kpis] == [("X-01.k", "1.000000", "0.000000")]
    assert compare(side((FAIL, A)), side((FAIL, A)), stored=score(BOOK, ruler="u" * 64)).ruler is None


def test_stored_judgements_are_read_row_by_row(tmp_path: Path) -> None:
    findings, passes = rows([(FAIL, A), (PASS, B)])
    (tmp_path / "scorecard.json").write_bytes(encode(score(BOOK, [(FAIL, A), (PASS, B)])))
    (tmp_path / "findings.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in findings))
    (tmp_path / "passes.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in passes))
    diff = compare(read_side(tmp_path), side((FAIL, A), (FAIL, B)))
    assert (ids(diff.unchanged), ids(diff.worse)) == (["GET /a"], ["GET /b"])
    text = json.loads(to_json(diff))
    assert (text["format"], text["regression"]) == ("cpo-probe-diff/1", True)


def _registry() -> Registry:
    def run() -> None: ...

    probes = {
        id: ProbeDef(id, run, "", purposes, (), "read", False, "", 1, False)
        for id, purposes in (("p.old", ("old.a", "both")), ("p.new", ("new.a", "both")))
    }
    checks = {
        id: CheckDef(id, run, of, "exchange", "", "", Severity.MAJOR, frozenset(), "", "", "", "")
        for id, of in (("c.old", ("old.*",)), ("c.new", ("new.*",)), ("c.both", ("both",)), ("c.all", ("*",)))
    }
    return Registry((), probes, checks, {}, {}, {})


def test_a_check_is_newer_when_only_added_probes_feed_it() -> None:
    old, new = plan([], probes=("p.old",)), plan([], probes=("p.old", "p.new"))
    assert newer_checks(_registry(), old, new) == {"c.new"}
    assert newer_checks(_registry(), new, new) == frozenset()


def test_nothing_changed_says_so() -> None:
    diff: Diff = compare(side((PASS, A)), side((PASS, A)))
    assert (diff.regression, diff.exit_code, diff.worse, diff.kpis) == (False, 0, (), ())
