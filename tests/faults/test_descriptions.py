"""Descriptions that go in circles, lead elsewhere, or do not arrive."""

from typing import Any

import pytest

from cpo_probe.model import Outcome
from tests.faults import misanswers
from tests.faults.conftest import Running
from tests.faults.little import NUMBER, REPORT, Fault, Little, answers, closed, description, sends

ELSEWHERE = "http://elsewhere.invalid/report.json"


def components(little: Little, **schemas: Any) -> None:
    """Replace schemas of the description."""
    document = description(little.base)
    document["components"]["schemas"] |= schemas
    little.document["components"] = document["components"]


async def test_schemas_that_contain_themselves_are_followed_as_far_as_the_answers_go(run: Running, little: Little) -> None:
    children = {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}
    part = closed({"number": NUMBER, "name": {"type": "string"}, "mass": {"type": "number"}}, children=children)
    components(little, Part=part)
    judged = await run(little.base, probes=("*",))
    assert judged.failures() == set()
    assert "rest.contract.body" in judged.passes("GET /parts/{number}")


async def test_references_that_never_arrive_at_a_schema_are_found(run: Running, little: Little) -> None:
    components(little, Report={"$ref": "#/components/schemas/Other"}, Other={"$ref": "#/components/schemas/Report"})
    judged = await run(little.base)
    loops = {f.subject.location for f in judged.findings if f.subject.check == "openapi.refs" and f.params == {"reason": "loop"}}
    assert {"/components/schemas/Report/$ref", "/components/schemas/Other/$ref"} <= loops
    assert judged.said("GET /report", Outcome.NOT_TESTED)["rest.contract.body"] == "no_schema"


async def test_a_reference_to_another_host_is_not_followed_and_not_called_right(run: Running, little: Little) -> None:
    components(little, Report={"$ref": ELSEWHERE})
    judged = await run(little.base)
    (row,) = [row for row in judged.bundle.inventory.tried if row["url"] == ELSEWHERE]
    assert "not in scope" in row["answer"]
    assert judged.found("openapi.refs").outcome is Outcome.NOT_TESTED
    assert judged.sentence("openapi.refs") == "Beyond what this run was allowed to ask."
    assert judged.failures() == set()
    assert judged.said("GET /report", Outcome.NOT_TESTED)["rest.contract.body"] == "no_schema"
    assert "rest.contract.body" in judged.passes("GET /parts")


async def test_a_reference_to_the_same_host_is_followed(run: Running, little: Little) -> None:
    components(little, Report={"$ref": "/schemas/report.json"})
    little.faults["/schemas/report.json"] = sends(answers(200, REPORT))
    judged = await run(little.base)
    assert judged.failures() == set()
    assert "rest.contract.body" in judged.passes("GET /report")


@pytest.mark.parametrize("document", [{"$ref": "/schemas/report.json"}, {"allOf": [{"$ref": "/schemas/report.json"}]}])
async def test_documents_that_refer_to_themselves_come_to_an_end(run: Running, little: Little, document: dict[str, Any]) -> None:
    components(little, Report={"$ref": "/schemas/report.json"})
    little.faults["/schemas/report.json"] = sends(answers(200, document))
    judged = await run(little.base)
    assert len([e for e in judged.exchanges() if e.request.url.endswith("/schemas/report.json")]) == 1
    assert judged.said("GET /report", Outcome.NOT_TESTED)["rest.contract.body"] == "no_schema"
    assert "rest.contract.body" in judged.passes("GET /parts")


async def test_a_reference_that_the_server_does_not_know_leads_nowhere(run: Running, little: Little) -> None:
    components(little, Report={"$ref": "/schemas/report.json"})
    judged = await run(little.base)
    assert judged.sentence("openapi.refs") == "The reference leads nowhere: /schemas/report.json."


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (misanswers.never, "no answer (read_timeout)"),
        (misanswers.CUT_OFF, "200, broken off (disconnected)"),
        (misanswers.BOMB, "200, broken off (bomb)"),
        (misanswers.STORM, "429"),
    ],
    ids=["never", "cut off", "bomb", "429"],
)
async def test_a_description_that_does_not_arrive_is_not_called_missing(
    run: Running, little: Little, fault: Fault, answer: str
) -> None:
    little.faults["/openapi.json"] = fault
    judged = await run(little.base)
    assert [row["answer"] for row in judged.bundle.inventory.tried if row["url"] == f"{little.base}openapi.json"] == [answer]
    assert judged.found("discovery.description-found").outcome is Outcome.NOT_TESTED
    assert judged.found("discovery.description-found").code == "unanswered"
    assert "discovery.description-found" not in {check for check, _, _ in judged.failures()}
    assert judged.judgement.scorecard.exit_code in (1, 3)


@pytest.mark.parametrize(
    "fault", [misanswers.LATIN, misanswers.DEEP, misanswers.LOG_IN], ids=["invalid utf-8", "200,000 levels", "log-in page"]
)
async def test_what_stands_where_a_description_should_and_is_none_is_called_so(
    run: Running, little: Little, fault: Fault
) -> None:
    little.faults["/openapi.json"] = fault
    judged = await run(little.base, wire_bytes=1_000_000, decoded_bytes=1_000_000)
    assert ("discovery.description-found", "", "no_description") in judged.failures()
    assert judged.bundle.inventory.operations == ()
