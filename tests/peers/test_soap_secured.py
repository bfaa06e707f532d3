"""SOAP services of others that ask who is there, and one whose files travel beside the envelope."""

from typing import Any

import pytest

from cpo_probe.model import Identity
from cpo_probe.protocols import soap
from tests.peers.conftest import Run
from tests.peers.expectation import differences
from tests.peers.gsoap.start import DATA
from tests.peers.measure import Measured
from tests.peers.nodesoap.start import PASSWORD as DIGESTED
from tests.peers.spyne.start import PASSWORD as IN_SESSION

pytestmark = pytest.mark.peer

PEERS: dict[str, dict[str, Any]] = {"nodesoap-secured": {"secured": True}, "spyne-session": {"version": "session"}, "gsoap": {}}
"""Name of the expectation, and the options of the peer before its dash."""


def measured(run: Run, name: str) -> Measured:
    return run(name.partition("-")[0], **PEERS[name])


@pytest.mark.parametrize("name", PEERS)
def test_findings_are_those_checked_by_hand(run: Run, name: str) -> None:
    found = measured(run, name)
    assert differences(found, name) == []
    assert {"soap.call.works", "soap.answer.valid", "soap.repeat.same-answer"} <= found.passing


@pytest.mark.parametrize(("name", "strangers"), [("nodesoap-secured", 401), ("spyne-session", 500)])
def test_the_account_gets_in_and_strangers_do_not(run: Run, name: str, strangers: int) -> None:
    exchanges = list(measured(run, name).bundle.exchanges())
    assert {e.status for e in exchanges if e.purpose == "soap.call"} == {200}
    outside = [e for e in exchanges if e.identity is Identity.ANONYMOUS and e.request.method == "POST"]
    assert {e.status for e in outside} == {strangers}
    assert not any(b"<wsse:" in e.request.body or b"sessionId" in e.request.body for e in outside)
    assert "soap.errors.unauthenticated" in measured(run, name).passing


def test_a_digest_that_another_stack_computes_is_ours_and_new_each_time(run: Run) -> None:
    calls = [e for e in measured(run, "nodesoap-secured").bundle.exchanges() if e.purpose == "soap.call"]
    nonces = [span.digest for e in calls for span in e.redacted if span.name == "Nonce"]
    assert len(calls) == 6
    assert len(set(nonces)) == len(nonces) == 6


def test_a_session_is_opened_once_shown_in_each_message_and_ended(run: Run) -> None:
    exchanges = list(measured(run, "spyne-session").bundle.exchanges())
    assert [e.purpose for e in exchanges if e.purpose.startswith("session.")] == ["session.login", "session.logout"]
    assert exchanges[-1].purpose == "session.logout"
    assert b"bye" in exchanges[-1].body
    shown = [e for e in exchanges if e.purpose == "soap.call"]
    assert all(b"<i:sessionId>[redacted:" in e.request.body for e in shown)


@pytest.mark.parametrize(("name", "secret"), [("nodesoap-secured", DIGESTED), ("spyne-session", IN_SESSION)])
def test_no_password_of_a_peer_is_recorded(run: Run, name: str, secret: str) -> None:
    for exchange in measured(run, name).bundle.exchanges():
        assert secret.encode() not in exchange.request.body + exchange.body


def test_a_file_beside_the_envelope_is_read_to_the_last_byte(run: Run) -> None:
    """It holds a line end, a zero and what looks like a boundary."""
    files = [e for e in measured(run, "gsoap").bundle.exchanges() if e.purpose == "soap.call" and b"getFile" in e.request.body]
    assert len(files) == 3
    for exchange in files:
        content_type = exchange.header("content-type") or ""
        assert content_type.startswith("multipart/related")
        root, file = soap.parts(exchange.body, content_type)
        assert (root.media_type, file.media_type) == ("application/xop+xml", "application/pdf")
        assert file.content == DATA
        assert soap.unresolved(root.content, (root, file)) == []
