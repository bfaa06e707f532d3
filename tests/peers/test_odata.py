"""OData services written by others: of the good ones only what is wrong indeed is found, of the faulty one every known fault."""

from typing import Any
from urllib.parse import unquote

import pytest

from tests.peers.conftest import Run
from tests.peers.expectation import differences
from tests.peers.measure import Measured

pytestmark = pytest.mark.peer

PEERS: dict[str, dict[str, Any]] = {
    "bom": {"version": "v4"},
    "bom-v2": {"version": "v2"},
    "bookshop-v2": {"v2": True},
    "simple": {},
}
"""Name of the expectation, and the options of the peer before its dash."""


@pytest.fixture(params=list(PEERS))
def measured(request: pytest.FixtureRequest, run: Run) -> Measured:
    return run(request.param.partition("-")[0], **PEERS[request.param])


def test_findings_are_those_checked_by_hand(measured: Measured, request: pytest.FixtureRequest) -> None:
    assert differences(measured, request.node.callspec.params["measured"]) == []


def test_only_reading_is_done(measured: Measured) -> None:
    """POST only to $batch, which holds nothing but GET."""
    asked = list(measured.bundle.exchanges())
    posts = [e.request for e in asked if e.request.method not in ("GET", "HEAD", "OPTIONS", "CPOPROBE")]
    assert all(p.method == "POST" and p.url.partition("?")[0].endswith("/$batch") for p in posts)
    assert not any(method in p.body for p in posts for method in (b"POST", b"PUT", b"PATCH", b"DELETE", b"MERGE"))


def test_nothing_leaves_the_host_that_was_asked(measured: Measured) -> None:
    (host,) = {e.request.url.split("/")[2] for e in measured.bundle.exchanges()}
    assert host.startswith("127.0.0.1:")


def test_keys_of_seven_parts_with_empty_strings_and_signs_are_addressed(run: Run) -> None:
    read = [e for e in run("bom", version="v4").bundle.exchanges() if e.purpose.startswith("odata.address") and e.status == 200]
    keys = [unquote(e.request.url) for e in read if "/MaterialBOM(" in e.request.url]
    assert any(key.count("=") == 7 and "Plant=''" in key for key in keys), keys


FAULTS = {
    "a missing key answers 200 with an empty value": "odata.errors.missing-key",
    "a single entity carries a stray value": "odata.payload.undeclared",
    "an unknown property in $filter answers 200 and nothing": "odata.filter.unknown-property",
    "/$count is JSON": "odata.count.path",
    "the key is nullable": "odata.csdl.key-nullable",
    "OData-Version is missing on errors": "odata.version-header",
    "a body of 404 shows a stack trace": "odata.errors.no-leak",
}
"""What is known to be wrong with simple-odata-server, and the check that has to say so. That its metadata has properties
before the key is none: edm.xsd allows both orders."""


@pytest.mark.parametrize("fault", FAULTS)
def test_every_known_fault_of_the_small_server_is_found(run: Run, fault: str) -> None:
    assert FAULTS[fault] in {check for check, _, _ in run("simple").failing}


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("bom", {"minimal.5.1", "minimal.5.2", "minimal.7", "minimal.11"}),
        ("simple", {"minimal.2", "minimal.4", "minimal.5.1", "minimal.5.2", "minimal.7", "minimal.11"}),
    ],
)
def test_the_rungs_that_a_service_breaks_are_named(run: Run, name: str, missing: set[str]) -> None:
    """Accept and OData-MaxVersion are not followed, options do something else than they should, and what the findings show."""
    ladders = {ladder.ladder: ladder for ladder in run(name, **PEERS[name]).judgement.scorecard.ladders}
    assert (ladders["odata-4.0"].reached, ladders["odata-4.0"].claimed) == ("", "")
    assert set(ladders["odata-4.0"].missing) == missing
    assert ladders["odata-4.01"].applies == "no"


def test_v2_is_on_no_ladder(run: Run) -> None:
    assert {ladder.applies for ladder in run("bom", version="v2").judgement.scorecard.ladders} <= {"no"}
