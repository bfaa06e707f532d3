"""The whole system cannot be reached, or answers everything alike: the run ends, says why, and calls nothing measured."""

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import pytest
import trustme

from cpo_probe.errors import UsageError
from cpo_probe.model import Outcome
from cpo_probe.registry import content_roots
from cpo_probe.target import load_target
from tests.faults import misanswers
from tests.faults.conftest import Judged, Running
from tests.faults.little import Fault, Little, serving
from tests.session.support import server_side

YESTERYEAR = {
    "not_before": dt.datetime(2019, 1, 1, tzinfo=dt.UTC),
    "not_after": dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
}


def nothing_was_measured(judged: Judged, code: str) -> None:
    """Every finding is open for that reason, none passed, and the record names what was tried."""
    assert judged.judgement.passes() == []
    checks = judged.house.registry.checks
    waiting = [
        f for f in judged.findings if "failure" not in checks[f.subject.check].accepts
    ]  # three rules look at broken ones too
    assert {(f.outcome, f.code) for f in waiting} - {(Outcome.NOT_TESTED, "not_selected")} == {(Outcome.ERROR, code)}
    assert judged.bundle.inventory.tried
    assert judged.judgement.scorecard.exit_code == 3


@pytest.mark.parametrize("url", ["plm.example", "plm.example/api", "localhost:8080", "ftp://plm.example/", "http://"])
def test_a_url_without_a_usable_scheme_or_host_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(UsageError, match=r"https?://"):
        load_target(url, roots=content_roots())


async def test_an_unknown_host_is_asked_once(run: Running) -> None:
    judged = await run("http://plm.invalid/")
    nothing_was_measured(judged, "network_dns")
    (only,) = judged.exchanges()
    assert only.failure is not None and "plm.invalid" in only.failure.detail
    assert judged.sentence("discovery.description-found") == "The name of the host could not be looked up."


async def test_a_port_that_refuses_is_asked_until_the_retries_are_used_up(run: Running) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    judged = await run(f"http://127.0.0.1:{port}/", retries=1)
    nothing_was_measured(judged, "network_refused")
    assert [e.role for e in judged.exchanges()] == ["primary", "retry"]


@pytest.mark.parametrize(
    ("certificate", "words"), [({"name": "other.example"}, "ostname mismatch"), (YESTERYEAR, "expired")], ids=["name", "expired"]
)
async def test_a_certificate_that_does_not_fit_is_a_tls_error_with_the_cause(
    run: Running, tmp_path: Path, certificate: dict[str, Any], words: str
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    async with serving(Little(), server_side(authority, **certificate)) as server:
        judged = await run(server.url, transport={"ca": str(tmp_path / "ca.pem")})
    nothing_was_measured(judged, "network_tls")
    (only,) = judged.exchanges()
    assert only.failure is not None and words in only.failure.detail
    assert "certificate" in judged.sentence("transport.certificate")


async def test_a_server_that_never_answers_is_soon_given_up(run: Running, little: Little) -> None:
    little.faults["*"] = misanswers.never
    judged = await run(little.base)
    nothing_was_measured(judged, "network_read_timeout")
    assert len(judged.exchanges()) == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (misanswers.endless, "network_too_large"),
        (misanswers.BOMB, "network_bomb"),
        (misanswers.NO_HTTP, "network_protocol"),
    ],
    ids=["endless", "bomb", "no http"],
)
async def test_a_system_that_only_misanswers_leaves_errors_of_that_class(
    run: Running, little: Little, fault: Fault, code: str
) -> None:
    little.faults["*"] = fault
    nothing_was_measured(await run(little.base), code)


async def test_a_storm_of_429_from_the_start_is_open_and_no_verdict(run: Running, little: Little) -> None:
    little.faults["*"] = misanswers.STORM
    judged = await run(little.base)
    about_it = [f for f in judged.findings if not f.subject.check.startswith("http.")]  # those judge the 429 itself
    assert {(f.outcome, f.code) for f in about_it} == {(Outcome.NOT_TESTED, "unanswered"), (Outcome.NOT_TESTED, "not_selected")}
    assert {p.subject.check.partition(".")[0] for p in judged.judgement.passes()} == {"http"}
    assert judged.failures() == set()
    assert judged.judgement.scorecard.exit_code == 3


async def test_a_log_in_page_for_every_address_is_no_interface(run: Running, little: Little) -> None:
    little.faults["*"] = misanswers.LOG_IN
    judged = await run(little.base)
    assert [i.kind for i in judged.bundle.inventory.interfaces] == ["web"]
    assert judged.bundle.inventory.operations == ()
    assert {row["answer"] for row in judged.bundle.inventory.tried} == {"a log-in page (HTML)"}
    assert judged.failures() == {("discovery.description-found", "", "no_description")}
