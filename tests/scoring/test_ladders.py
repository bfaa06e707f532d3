"""How far up a ladder, and what must never lift an interface?"""

from collections.abc import Iterable
from typing import Any

import pytest

from cpo_probe.model import (
    Applies,
    Demand,
    Effect,
    Finding,
    Interval,
    KpiKind,
    Ladder,
    LadderResult,
    Obligation,
    Outcome,
    PassCount,
    RequirementResult,
    Scorecard,
    Standing,
    Verdict,
)
from tests.scoring.build import (
    INTERFACE,
    catalogue,
    finding,
    inventory,
    kpi,
    ladder,
    passing,
    requirement,
    sample,
    score,
    subject,
)

NA, NOT_TESTED, FAIL = Outcome.NOT_APPLICABLE, Outcome.NOT_TESTED, Outcome.FAIL
LEVEL = kpi("X-01.level", kind=KpiKind.LADDER, checks=(), unit="interface", ladders=("climb",), threshold=">= 2")
KEPT = kpi("X-01.kept", checks=(), unit="interface", ladders=("climb",), threshold="= 1")
Said = tuple[str, str]
"""(check, "pass" or "fail" or "<outcome>:<code>")."""


def card(climb: Ladder | Iterable[Ladder], *said: Said, **changes: Any) -> Scorecard:
    findings: list[Finding] = []
    passes: list[PassCount] = []
    for n, (check, word) in enumerate(said):
        about = subject("", check, location=str(n))
        outcome, _, code = word.partition(":")
        if outcome == "pass":
            passes.append(passing(about))
        else:
            findings.append(finding(Outcome(outcome), about, code or "wrong"))
    ladders = [climb] if isinstance(climb, Ladder) else list(climb)
    values: dict[str, Any] = {"findings": findings, "passes": passes, "inventory": inventory(INTERFACE)}
    return score(catalogue([LEVEL, KEPT], ladders=ladders), **values | changes)


def one(climb: Ladder, *said: Said, **changes: Any) -> LadderResult:
    (found,) = card(climb, *said, **changes).ladders
    return found


def only(climb: Ladder, *said: Said) -> RequirementResult:
    return one(climb, *said).requirements[0]


TWO = ladder(requirement("a", "low", "l.a"), requirement("b", "high", "l.b"))


# One requirement


@pytest.mark.parametrize(
    ("said", "standing", "reason"),
    [
        (["pass"], Standing.MET, ""),
        (["pass", "fail"], Standing.VIOLATED, "wrong"),
        (["pass", "not_applicable:not_supported"], Standing.NOT_SUPPORTED, "not_supported"),
        (["pass", "not_tested:budget"], Standing.MET, ""),
        (["not_tested:budget"], Standing.NOT_TESTED, "budget"),
        (["error:check_crashed"], Standing.NOT_TESTED, "check_crashed"),
        (["not_applicable:too_few"], Standing.NOT_TESTED, "too_few"),
        (["not_applicable:no_derived_types"], Standing.NOT_TESTED, "no_derived_types"),
        ([], Standing.NOT_TESTED, "precondition"),
    ],
)
def test_a_feature_has_to_be_there_wherever_it_was_asked_for(said: list[str], standing: Standing, reason: str) -> None:
    found = only(TWO, *(("l.a", word) for word in said))
    assert (found.standing, found.reason) == (standing, reason)


@pytest.mark.parametrize(
    ("demand", "said", "standing"),
    [
        (Demand.SUPPORT, ["pass", "not_tested:budget"], Standing.NOT_TESTED),
        (Demand.SUPPORT, ["pass", "not_applicable:absent"], Standing.MET),
        (Demand.SOMEWHERE, ["pass", "not_applicable:not_supported"], Standing.MET),
        (Demand.SOMEWHERE, ["not_tested:budget", "not_applicable:not_supported"], Standing.NOT_SUPPORTED),
        (Demand.SOMEWHERE, ["pass", "fail"], Standing.VIOLATED),
        (Demand.CONFORMITY, ["not_tested:budget", "not_applicable:not_supported"], Standing.MET),
        (Demand.CONFORMITY, ["pass", "fail"], Standing.VIOLATED),
        (Demand.CONFORMITY, ["not_tested:budget", "not_applicable:absent"], Standing.NOT_TESTED),
    ],
)
def test_what_several_checks_say_is_weighed_by_what_is_demanded(demand: Demand, said: list[str], standing: Standing) -> None:
    climb = ladder(requirement("a", "low", "l.*", demand=demand))
    assert only(climb, *((f"l.{n}", word) for n, word in enumerate(said))).standing is standing


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        ("no_derived_types", Standing.NOT_APPLICABLE),
        ("too_few", Standing.NOT_TESTED),
        ("not_supported", Standing.NOT_SUPPORTED),
        ("left_out", Standing.NOT_SUPPORTED),
    ],
)
def test_what_a_system_need_not_have_does_not_apply_where_it_has_none(code: str, standing: Standing) -> None:
    climb = ladder(requirement("a", "low", "l.a", conditional=True), refusals=("left_out",))
    assert only(climb, ("l.a", f"not_applicable:{code}")).standing is standing


def test_what_would_need_writing_is_untestable_until_a_check_has_seen_it() -> None:
    climb = ladder(requirement("w", "low", "l.w", effect=Effect.WRITE), requirement("a", "low", "l.a"))
    silent = one(climb, ("l.a", "pass"), ("l.w", "not_tested:needs_write"))
    assert (silent.requirements[0].standing, silent.requirements[0].reason) == (Standing.UNTESTABLE, "needs_write")
    assert (silent.reached, silent.untested) == ("low", ("w",))
    assert one(climb, ("l.a", "pass"), ("l.w", "fail")).reached == ""
    assert one(climb, ("l.a", "pass"), ("l.w", "pass")).untested == ()


def test_a_failure_is_named_by_its_fingerprint() -> None:
    found = only(TWO, ("l.a", "fail"))
    assert found.findings == (subject("", "l.a", location="0").fingerprint,)


# Levels


def test_a_level_needs_those_below() -> None:
    found = one(TWO, ("l.a", "not_applicable:not_supported"), ("l.b", "pass"))
    assert (found.reached, found.possible, found.missing) == ("", "", ("a",))
    assert one(TWO, ("l.a", "pass"), ("l.b", "pass")).reached == "high"


def test_what_is_open_lifts_only_what_is_possible() -> None:
    found = one(TWO, ("l.a", "pass"), ("l.b", "not_tested:budget"))
    assert (found.reached, found.possible, found.missing) == ("low", "high", ("b",))


def test_a_level_of_which_nothing_was_shown_is_not_reached() -> None:
    climb = ladder(requirement("a", "low", "l.a", conditional=True), requirement("b", "high", "l.b"))
    found = one(climb, ("l.a", "not_applicable:absent"), ("l.b", "pass"))
    assert (found.reached, found.possible) == ("", "high")


@pytest.mark.parametrize("obligation", [Obligation.SHOULD, Obligation.MAY])
def test_only_a_must_holds_a_level_back(obligation: Obligation) -> None:
    climb = ladder(requirement("a", "low", "l.a"), requirement("s", "low", "l.s", obligation=obligation))
    found = one(climb, ("l.a", "pass"), ("l.s", "fail"))
    assert (found.reached, found.requirements[1].standing) == ("low", Standing.VIOLATED)


def test_a_level_may_include_one_of_another_ladder() -> None:
    newer = ladder(requirement("n1", "low", conforms="climb/high"), requirement("n2", "low", "l.n"), id="newer", claim="claimed")
    said = (("l.a", "pass"), ("l.n", "pass"))
    found = {r.ladder: r for r in card([TWO, newer], *said, ("l.b", "fail")).ladders}["newer"]
    assert (found.reached, found.requirements[0].standing) == ("", Standing.VIOLATED)
    assert found.requirements[0].findings == (subject("", "l.b", location="2").fingerprint,)
    opened = {r.ladder: r for r in card([TWO, newer], *said).ladders}["newer"]
    assert (opened.possible, opened.requirements[0].standing) == ("low", Standing.NOT_TESTED)
    assert {r.ladder: r.reached for r in card([TWO, newer], *said, ("l.b", "pass")).ladders} == {"climb": "high", "newer": "low"}


def test_content_tells_whom_a_ladder_is_about_and_what_is_claimed() -> None:
    climb = ladder(*TWO.requirements, applies="speaks", claim="claims")
    told = [sample("1", "", "speaks", "1"), sample("2", "", "claims", "1")]
    found = one(climb, ("l.a", "pass"), samples=told)
    assert (found.applies, found.claimed) == (Applies.YES, "high")
    assert one(climb, samples=[sample("0", "", "speaks", "1")]).applies is Applies.NO
    assert one(climb, ("l.a", "pass")).applies is Applies.UNKNOWN


def test_an_interface_of_another_kind_climbs_nothing() -> None:
    assert card(TWO, inventory=inventory("odata:/x")).ladders == ()


# Figures


def test_the_level_is_a_figure_with_the_open_ones_as_a_range() -> None:
    made = card(TWO, ("l.a", "pass"), ("l.b", "not_tested:budget")).kpis[0]
    assert (made.value, made.rung, made.numerator, made.denominator) == ("1.000000", "low", 1, 2)
    assert (made.verdict, made.open_range) == (Verdict.INCONCLUSIVE, Interval("1.000000", "2.000000"))
    assert made.detail == {"next": "high", "missing": ["b"]}
    assert card(TWO, ("l.a", "pass"), ("l.b", "pass")).kpis[0].verdict is Verdict.MET
    assert card(TWO, ("l.a", "pass"), ("l.b", "fail")).kpis[0].verdict is Verdict.NOT_MET


def test_the_level_is_that_of_the_interface_that_got_least_far() -> None:
    passes = [passing(subject("", f"l.{r}", f"openapi:/{i}")) for i, r in (("x", "a"), ("x", "b"), ("y", "a"))]
    findings = [finding(FAIL, subject("", "l.b", "openapi:/y"))]
    made = card(TWO, passes=passes, findings=findings, inventory=inventory("openapi:/x", "openapi:/y")).kpis[0]
    assert (made.rung, made.worst) == ("low", "openapi:/y")
    assert [(u.unit, u.state) for u in made.units] == [("openapi:/x", "met"), ("openapi:/y", "violated")]


@pytest.mark.parametrize(
    ("claimed", "high", "verdict"),
    [
        ("0", "fail", Verdict.MET),  # claims nothing and reaches the lowest
        ("2", "fail", Verdict.NOT_MET),
        ("2", "not_tested:budget", Verdict.OPEN),
        ("2", "pass", Verdict.MET),
    ],
)
def test_a_claim_is_kept_broken_or_open(claimed: str, high: str, verdict: Verdict) -> None:
    climb = ladder(*TWO.requirements, claim="claims")
    made = card(climb, ("l.a", "pass"), ("l.b", high), samples=[sample(claimed, "", "claims", "1")]).kpis[1]
    assert made.verdict is verdict


def test_what_a_ladder_is_not_about_leaves_the_figures() -> None:
    climb = ladder(*TWO.requirements, applies="speaks")
    level, kept = card(climb, samples=[sample("0", "", "speaks", "1")]).kpis
    assert level.verdict is kept.verdict is Verdict.NOT_APPLICABLE
    unread, unknown = card(climb, ("l.a", "pass")).kpis
    assert unread.verdict is unknown.verdict is Verdict.OPEN


# Kinds of interface


def test_a_figure_about_interfaces_that_the_system_does_not_have_does_not_apply() -> None:
    made = kpi(needs=("soap",))
    assert score(catalogue([made]), inventory=inventory(INTERFACE)).kpis[0].verdict is Verdict.NOT_APPLICABLE
    assert score(catalogue([made]), inventory=inventory("soap:/")).kpis[0].verdict is Verdict.OPEN
    assert score(catalogue([made])).kpis[0].verdict is Verdict.OPEN  # nothing was found: nothing is known
