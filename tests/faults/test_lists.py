"""Lists whose next page is this one, lies on another host, or breaks off."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from cpo_probe.model import Outcome
from tests.faults import misanswers
from tests.faults.conftest import Running
from tests.faults.little import PAGE, Fault, Little, answers
from tests.session.support import Got

LIST = "GET /parts"
PAGING = ("rest.description", "rest.read", "rest.paging")


def naming(little: Little, next: Callable[[Got], str]) -> Fault:
    """Pages as they should be, but for the next one they name."""

    async def fault(got: Got, writer: asyncio.StreamWriter) -> None:
        right = little.answer(got)
        if got.method == "GET" and right.startswith(b"HTTP/1.1 200"):
            given = parse_qs(urlsplit(got.target).query)
            page = little.page(int(given.get("limit", [str(PAGE)])[0]), int(given.get("offset", ["0"])[0]))
            right = answers(200, {**page, "next": next(got)})
        writer.write(right)
        await writer.drain()

    return fault


async def test_a_page_that_names_itself_as_the_next_one_ends_the_walk_and_fails(run: Running, little: Little) -> None:
    little.faults["/parts"] = naming(little, lambda got: little.base + got.target.lstrip("/"))
    judged = await run(little.base, probes=PAGING)
    assert judged.said(LIST, Outcome.FAIL) == {"rest.paging.terminates": "leads_to_itself"}
    assert judged.sentence("rest.paging.terminates", LIST).startswith("The page names itself as the next one: /parts?")
    pages = [e.note for e in judged.exchanges(purpose="rest.paging.page")]
    assert [note["step"] for note in pages if note["role"] == "walk"] == [0]
    assert "rest.paging.complete" not in judged.passes(LIST)


async def test_a_next_page_on_another_host_is_not_asked_for_and_fails(run: Running, little: Little) -> None:
    little.faults["/parts"] = naming(little, lambda got: "http://elsewhere.invalid/parts?offset=3")
    judged = await run(little.base, probes=PAGING)
    assert judged.said(LIST, Outcome.FAIL)["rest.paging.links-in-scope"] == "other_host"
    assert "http://elsewhere.invalid" in judged.sentence("rest.paging.links-in-scope", LIST)
    assert {urlsplit(e.request.url).hostname for e in judged.exchanges()} == {"127.0.0.1"}
    assert "rest.paging.complete" not in judged.passes(LIST)


async def test_a_walk_with_a_page_that_broke_off_is_not_judged_by_the_others(run: Running, little: Little) -> None:
    little.faults["/parts"] = misanswers.instead(little, lambda got: "offset=4" in got.target, misanswers.CUT_OFF)
    judged = await run(little.base, probes=PAGING)
    walk = {check for check in judged.house.registry.checks if check.startswith("rest.paging.")}
    assert {judged.said(LIST, Outcome.ERROR).get(check) for check in walk} == {"network_disconnected"}
    assert not walk & judged.passes(LIST)
    assert set(judged.said(LIST, Outcome.FAIL)) == {"http.content-length"}
