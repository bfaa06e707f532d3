"""SOAP services of others on four stacks: what is wrong with them is found, and nothing that is right is blamed."""

from typing import Any

import pytest

from cpo_probe.model import Applies, Effect
from tests.peers.conftest import Run
from tests.peers.expectation import differences
from tests.peers.measure import Measured

pytestmark = pytest.mark.peer

PEERS: dict[str, dict[str, Any]] = {
    "spyne-11": {"version": "soap11"},
    "spyne-12": {"version": "soap12"},
    "nodesoap": {},
    "phpsoap": {},
    "perlsoap-encoded": {"described": True},
}
"""Name of the expectation, and the options of the peer before its dash."""


@pytest.fixture(params=list(PEERS))
def measured(request: pytest.FixtureRequest, run: Run) -> Measured:
    return run(request.param.partition("-")[0], **PEERS[request.param])


def test_findings_are_those_checked_by_hand(measured: Measured, request: pytest.FixtureRequest) -> None:
    assert differences(measured, request.node.callspec.params["measured"]) == []


def test_every_operation_that_reads_is_called_and_answers(measured: Measured) -> None:
    """The key of an item is taken from the list: no argument is made up."""
    calls = [e for e in measured.bundle.exchanges() if e.purpose == "soap.call"]
    assert [(e.operation.rpartition("/")[2], e.status, e.note["sure"]) for e in calls] == [
        (name, 200, True) for name in ("listItems", "getItem") for _ in range(3)
    ]
    assert {"soap.call.works", "wsdl.available", "wsdl.schemas"} <= measured.passing


def test_what_changes_something_is_never_called(measured: Measured) -> None:
    effects = {o.id.rpartition("/")[2]: o.effect for o in measured.bundle.inventory.operations}
    assert effects == {"listItems": Effect.READ, "getItem": Effect.READ, "deleteItem": Effect.WRITE}
    asked = list(measured.bundle.exchanges())
    assert not any(b"deleteItem" in e.request.body or "deleteItem" in (e.request.header("soapaction") or "") for e in asked)


def test_every_answer_is_held_against_the_schemas_unless_soap_encoding_leaves_it_open(run: Run) -> None:
    judged = {name: run(name.partition("-")[0], **options) for name, options in PEERS.items()}
    valid = {name for name, measured in judged.items() if "soap.answer.valid" in measured.passing}
    invalid = {name for name, measured in judged.items() if any(check == "soap.answer.valid" for check, _, _ in measured.failing)}
    assert (valid, invalid) == ({"spyne-11", "spyne-12", "phpsoap"}, {"nodesoap"})


OF_11 = {f"soap.message.{rule}" for rule in ("r1000", "r1001", "r1004", "r1014", "r1031", "r1126", "fault-parts")}
OF_12 = {f"soap.message.{rule}" for rule in ("frame12", "fault12", "code12", "reason12", "status12")}
OF_RPC = {"wsi.r2203", "wsi.r2717", "soap.message.r2735"}
OF_HEADERS_AND_FAULTS = {"soap.message.r1013", "wsi.r2205", "wsi.r2720", "wsi.r2721"}


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("spyne-11", OF_12 | OF_RPC),
        ("spyne-12", OF_11 | OF_RPC),
        ("nodesoap", OF_12 | OF_RPC),
        ("phpsoap", OF_12 | OF_HEADERS_AND_FAULTS | {"wsi.r2204", "wsi.r2716"}),
    ],
)
def test_no_credit_is_given_for_rules_of_what_is_not_there(run: Run, name: str, absent: set[str]) -> None:
    """The other version of SOAP, the other style, headers, declared faults."""
    passing = run(name.partition("-")[0], **PEERS[name]).passing
    kept = {"soap.message.envelope", "soap.message.r1014", "wsi.r2718"}
    kept_12 = {"soap.message.envelope12", "soap.message.r1014-12", "wsi.r2718-12"}
    assert (kept_12 if name == "spyne-12" else kept) <= passing
    assert not (kept if name == "spyne-12" else kept_12) & passing
    assert not absent & passing


PROFILES = {
    "spyne-11": ("bp-1.2", None),
    "spyne-12": (None, "bp-2.0"),
    "phpsoap": ("bp-1.2", None),
    "nodesoap": ("", None),  # its faults are none of SOAP 1.1
    "perlsoap-encoded": ("", None),  # SOAP encoding
}
"""What is reached of Basic Profile 1.1 and 1.2, and of 2.0; None where no port is of that version of SOAP."""


@pytest.mark.parametrize("name", PROFILES)
def test_the_basic_profile_is_kept_by_who_writes_literal_messages_and_right_faults(run: Run, name: str) -> None:
    card = run(name.partition("-")[0], **PEERS[name]).judgement.scorecard
    reached = {one.ladder: one.reached for one in card.ladders if one.applies is Applies.YES}
    assert (reached.get("wsi-basic-soap11"), reached.get("wsi-basic-soap12")) == PROFILES[name]


FAULTS = {
    "a thrown fault has the shape of SOAP 1.2 in an envelope of 1.1": "soap.message.fault-parts",
    "a thrown fault comes with status 200": "soap.message.r1126",
    "a fault asks for WS-Security that nobody spoke of": "soap.answer.demands",
    "a message that is cut off gets the code 500": "soap.message.r1004",
    "an unknown operation crashes it, and it shows where": "soap.errors.no-leak",
    "a Date becomes an empty element": "soap.answer.valid",
    "the media type of the request comes back as that of the answer": "soap.message.media-type",
}
"""What is known to be wrong with soap of Node.js, and the check that has to say so."""


@pytest.mark.parametrize("fault", FAULTS)
def test_every_known_fault_of_soap_of_node_is_found(run: Run, fault: str) -> None:
    assert FAULTS[fault] in {check for check, _, _ in run("nodesoap").failing}


def test_a_service_without_a_description_is_not_called_and_nothing_about_soap_is_said(run: Run) -> None:
    """SOAP::Lite answers POST only: what it offers nobody can know."""
    measured = run("perlsoap")
    assert differences(measured, "perlsoap") == []
    assert {e.request.method for e in measured.bundle.exchanges()} <= {"GET", "HEAD", "OPTIONS", "CPOPROBE"}
    assert not any(check.startswith(("soap.", "wsdl.", "wsi.")) for check in measured.passing)
