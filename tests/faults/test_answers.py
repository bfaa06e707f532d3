"""One operation misanswers, the others do not: is the fault told by its class, and is everything else still measured?"""

import pytest

from cpo_probe.model import Outcome
from tests.faults import misanswers
from tests.faults.conftest import Judged, Running
from tests.faults.little import Fault, Little, sends

REPORT = "GET /report"
MOST_BYTES = {"wire_bytes": 64 * 2**20, "decoded_bytes": 256 * 2**20, "read_seconds": 5.0, "exchange_seconds": 20.0}


def the_rest_was_measured(judged: Judged) -> None:
    for operation in ("GET /parts", "GET /parts/{number}"):
        assert {"rest.read.works", "rest.contract.body"} <= judged.passes(operation)
        assert not judged.said(operation, Outcome.FAIL) and not judged.said(operation, Outcome.ERROR)


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (misanswers.never, "read_timeout", "The server did not answer in time."),
        (misanswers.drip, "deadline", "The answer was not finished in time."),
        (misanswers.CUT_OFF, "disconnected", "The connection was closed before the answer was whole."),
        (misanswers.TOO_LONG, "protocol", "What came is not an HTTP message as the standard says."),
        (misanswers.NO_HTTP, "protocol", "What came is not an HTTP message as the standard says."),
        (misanswers.endless, "too_large", "The answer has more bytes than the limits of this run allow."),
        (misanswers.BOMB, "bomb", "The answer has more bytes after decompression than the limits of this run allow."),
        (misanswers.NOT_PACKED, "coding", "The content coding of the answer cannot be decoded."),
    ],
    ids=["never", "drip", "cut off", "too long", "no http", "endless", "bomb", "not packed"],
)
async def test_an_answer_that_does_not_arrive_is_an_error_of_its_class_and_passes_nothing(
    run: Running, little: Little, fault: Fault, kind: str, sentence: str
) -> None:
    little.faults["/report"] = fault
    judged = await run(little.base)
    errors = judged.said(REPORT, Outcome.ERROR)
    assert set(errors.values()) == {f"network_{kind}"}
    assert {"rest.read.works", "rest.contract.status", "rest.contract.body", "rest.contract.strength"} <= set(errors)
    assert judged.sentence("rest.read.works", REPORT) == sentence
    assert judged.passes(REPORT) == set()
    (failed,) = judged.exchanges(operation=REPORT)
    assert failed.failure is not None and failed.failure.kind == kind
    assert judged.cited("rest.read.works", REPORT) == (failed.id,)
    true = {"disconnected": "http.content-length", "protocol": "http.content-length", "coding": "http.content-coding"}
    assert set(judged.said(REPORT, Outcome.FAIL)) <= {true.get(kind)}
    assert judged.judgement.scorecard.exit_code in (1, 3)
    the_rest_was_measured(judged)


async def test_a_wrong_length_is_found_and_said_with_both_numbers(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.CUT_OFF
    judged = await run(little.base)
    assert judged.sentence("http.content-length", REPORT) == "100 bytes announced, 30 sent."


async def test_a_circle_of_redirects_is_walked_a_few_times_and_fails(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.CIRCLE
    judged = await run(little.base, redirects=4)
    assert [e.role for e in judged.exchanges(operation=REPORT)] == ["primary", *["redirect"] * 4]
    assert judged.said(REPORT, Outcome.FAIL) == {"rest.read.works": "redirect_loop"}
    assert judged.sentence("rest.read.works", REPORT) == "The redirects lead in a circle, back to /report."
    assert not {check for check in judged.passes(REPORT) if check.startswith("rest.")}
    the_rest_was_measured(judged)


async def test_invalid_utf_8_is_found_with_its_place_and_nothing_in_it_is_judged(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.LATIN
    judged = await run(little.base)
    assert judged.said(REPORT, Outcome.FAIL) == {"http.json": "json_encoding", "rest.contract.body": "body"}
    assert judged.found("http.json", REPORT).where.offset == len('{"title": "M')
    unread = {"rest.contract.undocumented-fields", "rest.contract.write-only"}
    assert {c for c, code in judged.said(REPORT, Outcome.NOT_TESTED).items() if code == "unparsable"} == unread
    assert not unread & judged.passes(REPORT)


async def test_json_200_000_levels_deep_is_not_called_wrong_and_not_called_right(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.DEEP
    judged = await run(little.base, **MOST_BYTES)
    assert judged.said(REPORT, Outcome.FAIL) == {}
    assert judged.said(REPORT, Outcome.NOT_TESTED)["rest.contract.body"] == "unparsable"
    assert "nested deeper than this program reads" in judged.sentence("rest.contract.body", REPORT)
    assert not {"rest.contract.body", "rest.contract.undocumented-fields", "http.json"} & judged.passes(REPORT)
    the_rest_was_measured(judged)


async def test_50_mb_of_json_are_read_recorded_and_judged(run: Running, little: Little) -> None:
    title = b"M\xc3\xbcller " * 6_250_000
    little.faults["/report"] = sends(misanswers.labelled(b'{"title": "' + title + b'", "count": 7, "more": 1}'))
    judged = await run(little.base, **MOST_BYTES)
    (whole,) = judged.exchanges(operation=REPORT)
    assert whole.complete and len(whole.body) > 50_000_000
    assert judged.said(REPORT, Outcome.FAIL) == {"rest.contract.body": "body", "rest.contract.undocumented-fields": "field"}
    assert len(repr(judged.found("rest.contract.body", REPORT))) < 10_000


async def test_beyond_the_limits_of_a_run_50_mb_are_an_error(run: Running, little: Little) -> None:
    little.faults["/report"] = sends(misanswers.labelled(b'"' + b"x" * 50_000_000 + b'"'))
    judged = await run(little.base)
    assert judged.said(REPORT, Outcome.ERROR)["rest.contract.body"] == "network_too_large"
    (cut,) = judged.exchanges(operation=REPORT)
    assert len(cut.body) == 64_000


async def test_a_log_in_page_with_status_200_is_no_success(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.LOG_IN
    judged = await run(little.base)
    assert judged.said(REPORT, Outcome.FAIL) == {
        "rest.read.works": "html_page",
        "rest.contract.media-type": "media_type_undocumented",
    }
    assert judged.sentence("rest.read.works", REPORT) == "A page (text/html) came in place of application/json."
    assert judged.said(REPORT, Outcome.NOT_TESTED)["rest.contract.body"] == "no_schema"
    the_rest_was_measured(judged)


@pytest.mark.parametrize("retries", [0, 2])
async def test_a_storm_of_429_is_open_and_no_verdict(run: Running, little: Little, retries: int) -> None:
    little.faults["/report"] = misanswers.POLITE_STORM
    judged = await run(little.base, retries=retries)
    assert [e.role for e in judged.exchanges(operation=REPORT)] == ["primary", *["retry"] * retries]
    assert judged.said(REPORT, Outcome.FAIL) == {}
    open_ = judged.said(REPORT, Outcome.NOT_TESTED)
    assert {open_[f"rest.{name}"] for name in ("read.works", "contract.status", "contract.body")} == {"unanswered"}
    assert "come again later" in judged.sentence("rest.read.works", REPORT)
    assert not {check for check in judged.passes(REPORT) if check.startswith("rest.")}
    assert judged.judgement.scorecard.exit_code == 3
    the_rest_was_measured(judged)


async def test_a_429_that_lasts_longer_than_the_run_ends_it_and_says_so(run: Running, little: Little) -> None:
    little.faults["/parts"] = misanswers.LONG_STORM
    judged = await run(little.base)
    assert all("86400 s (Retry-After)" in unit.detail for unit in judged.bundle.units())
    assert {unit.blocker for unit in judged.bundle.units()} == {"budget"}
    assert {judged.said(REPORT, Outcome.NOT_TESTED)[check] for check in ("rest.read.works", "rest.contract.body")} == {"budget"}
    assert judged.judgement.scorecard.exit_code == 3


async def test_a_503_until_the_third_try_is_waited_for_when_the_server_says_so(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.third_time_lucky(("Retry-After", "0"))
    judged = await run(little.base, retries=2)
    assert [(e.role, e.status) for e in judged.exchanges(operation=REPORT)] == [("primary", 503), ("retry", 503), ("retry", 200)]
    assert {"rest.read.works", "rest.contract.body"} <= judged.passes(REPORT)
    assert judged.said(REPORT, Outcome.FAIL) == {}


async def test_a_503_without_a_stated_time_is_not_asked_again_and_is_a_server_error(run: Running, little: Little) -> None:
    little.faults["/report"] = misanswers.third_time_lucky()
    judged = await run(little.base, retries=2)
    assert [(e.role, e.status) for e in judged.exchanges(operation=REPORT)] == [("primary", 503)]
    assert judged.said(REPORT, Outcome.FAIL) == {"http.server-error": "server_error", "rest.read.works": "refused"}


@pytest.mark.parametrize(
    ("fault", "codes"), [(misanswers.never, {"network_read_timeout"}), (misanswers.STORM, {"unanswered"})], ids=["never", "429"]
)
async def test_whatever_asks_an_operation_that_does_not_answer_nothing_is_called_not_applicable(
    run: Running, little: Little, fault: Fault, codes: set[str]
) -> None:
    little.faults["/report"] = fault
    judged = await run(little.base, probes=("*",), read_seconds=0.3)
    open_ = judged.said(REPORT, Outcome.ERROR) | judged.said(REPORT, Outcome.NOT_TESTED)
    assert {code for check, code in open_.items() if not check.startswith("rest.coverage.")} == codes
    neutral = judged.said(REPORT, Outcome.NOT_APPLICABLE)
    assert {check for check in neutral if check.startswith("rest.")} == {"rest.conditional.locking"}  # asks the contract only
    the_rest_was_measured(judged)
