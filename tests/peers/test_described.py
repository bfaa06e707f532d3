"""Servers that describe themselves by OpenAPI: nothing true is missed, nothing false is said, nothing but reading is done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cpo_probe.model import Effect
from tests.peers.conftest import Run
from tests.peers.expectation import differences
from tests.peers.measure import Measured

pytestmark = pytest.mark.peer

READING = {"GET", "HEAD", "OPTIONS", "CPOPROBE"}
"""The last is an invented method, which no server takes for anything. POST goes to $batch of OData alone, and holds reads."""

Data = Callable[[str], Path]


@pytest.fixture(scope="module")
def bookshop(run: Run) -> Measured:
    return run("bookshop")


@pytest.fixture(scope="module")
def polarion(run: Run, data: Data) -> Measured:
    """Examples as the maker of the description wrote them, and its real-life defect: responses named "4XX-5XX"."""
    return run("prism", document=data("specs/polarion/polarion-rest-openapi.json"))


@pytest.fixture(scope="module")
def datamanagement(run: Run, data: Data) -> Measured:
    """Made-up data, the same with every start."""
    return run("prism", document=data("specs/aps/datamanagement.yaml"), dynamic=True)


@pytest.fixture(scope="module")
def modelderivative(run: Run, data: Data) -> Measured:
    return run("prism", document=data("specs/aps/modelderivative.yaml"))


@pytest.fixture(scope="module")
def webhooks(run: Run, data: Data) -> Measured:
    return run("prism", document=data("specs/aps/webhooks.yaml"))


@pytest.fixture(scope="module")
def authentication(run: Run, data: Data) -> Measured:
    return run("prism", document=data("specs/aps/authentication.yaml"))


@pytest.fixture(params=["bookshop", "polarion", "datamanagement", "modelderivative", "webhooks", "authentication"])
def measured(request: pytest.FixtureRequest) -> Measured:
    found: Measured = request.getfixturevalue(request.param)
    return found


def test_only_reading_methods_are_sent(measured: Measured) -> None:
    asked = [exchange.request for exchange in measured.bundle.exchanges()]
    assert {request.method for request in asked if not request.url.endswith("/$batch")} <= READING
    batches = [request for request in asked if request.url.endswith("/$batch") and request.method not in READING]
    assert all(request.method == "POST" for request in batches)
    assert not any(method in request.body for request in batches for method in (b"POST", b"PUT", b"PATCH", b"DELETE"))


def test_what_does_more_than_read_is_never_asked(measured: Measured) -> None:
    inventory = measured.bundle.inventory
    more = {operation.id for operation in inventory.operations if operation.effect is not Effect.READ}
    assert more
    assert not more & {exchange.operation for exchange in measured.bundle.exchanges()}


def test_a_run_that_finds_defects_says_so_by_its_exit_code(measured: Measured) -> None:
    assert measured.judgement.scorecard.exit_code == 1


def test_findings_on_the_bookshop_are_those_checked_by_hand(bookshop: Measured) -> None:
    assert differences(bookshop, "bookshop") == []


def test_findings_on_polarion_are_those_checked_by_hand(polarion: Measured) -> None:
    assert differences(polarion, "prism-polarion") == []


def test_findings_on_data_management_are_those_checked_by_hand(datamanagement: Measured) -> None:
    assert differences(datamanagement, "prism-datamanagement") == []


def test_findings_on_model_derivative_are_those_checked_by_hand(modelderivative: Measured) -> None:
    assert differences(modelderivative, "prism-modelderivative") == []


def test_findings_on_webhooks_are_those_checked_by_hand(webhooks: Measured) -> None:
    assert differences(webhooks, "prism-webhooks") == []


def test_findings_on_authentication_are_those_checked_by_hand(authentication: Measured) -> None:
    assert differences(authentication, "prism-authentication") == []


def test_the_bookshop_is_found_as_odata_and_by_its_openapi_document(bookshop: Measured) -> None:
    inventory = bookshop.bundle.inventory
    assert {i.kind for i in inventory.interfaces} == {"odata", "openapi"}
    assert not inventory.empty
    assert {"discovery.data-present", "rest.paging.complete", "rest.repeat.same-answer"} <= bookshop.passing


def test_an_export_behind_get_is_known_as_a_job(polarion: Measured) -> None:
    id = "GET /projects/{projectId}/testruns/{testRunId}/actions/exportTestsToExcel"
    (export,) = (o for o in polarion.bundle.inventory.operations if o.id == id)
    assert export.effect is Effect.JOB
