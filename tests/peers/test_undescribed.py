"""Servers that describe nothing: that is said, and nothing that could not be measured is said to be good."""

import pytest

from cpo_probe.model import Fulfilment
from tests.peers.conftest import Run
from tests.peers.expectation import differences
from tests.peers.measure import Measured

pytestmark = pytest.mark.peer


@pytest.fixture(params=["basyx", "indabom"])
def measured(request: pytest.FixtureRequest, run: Run) -> Measured:
    return run(request.param)


def test_findings_are_those_checked_by_hand(measured: Measured, request: pytest.FixtureRequest) -> None:
    assert differences(measured, request.node.callspec.params["measured"]) == []


def test_the_only_interface_is_what_answers_without_a_description(measured: Measured) -> None:
    (interface,) = measured.bundle.inventory.interfaces
    assert (interface.kind, interface.description) == ("web", "")
    assert measured.bundle.inventory.operations == ()


def test_everything_that_was_tried_is_listed_with_its_reason_and_answer(measured: Measured) -> None:
    tried = measured.bundle.inventory.tried
    assert len(tried) > 30
    assert all(row["why"] and row["answer"] and row["exchange"] for row in tried)


def test_no_check_of_an_interface_passes(measured: Measured) -> None:
    assert measured.passing
    assert {check.partition(".")[0] for check in measured.passing} == {"http"}


def test_no_criterion_is_fulfilled_and_the_exit_code_is_that_of_a_failure(measured: Measured) -> None:
    scorecard = measured.judgement.scorecard
    good = {Fulfilment.FULFILLED, Fulfilment.PARTLY}
    assert [c.criterion for c in scorecard.criteria if c.fulfilment in good] == []
    assert scorecard.exit_code == 1


def test_indabom_shows_its_pages_to_the_account_and_its_log_in_form_to_strangers(run: Run) -> None:
    asked = [e for e in run("indabom").bundle.exchanges() if e.purpose == "discovery.base"]
    assert [(e.identity.value, e.status) for e in asked] == [("account", 200), ("anonymous", 302), ("anonymous", 200)]
    assert b'name="password"' in asked[-1].body
    assert b'name="password"' not in asked[0].body
