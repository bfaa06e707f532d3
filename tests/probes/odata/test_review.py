"""OData: answers that the standard allows although they look odd, and links that are no URLs: what the checks say of them."""

from typing import Any

import pytest
from starlette.responses import JSONResponse

from cpo_probe.registry import Registry
from tests.probes.make import Case, fails, interface, na, results

from .cases_exchange import MINIMAL, TRACKING, URL, judged, made, page, walked
from .test_window import asked, rows, windows

NO_URL = page(1, 2, link="http://[")

PART = made("exchange.delta", page(1), url=f"{URL}?$filter=ID%20eq%201", note={"set": "Items", "key": ["ID"]}, headers=(MINIMAL,))

CASES: dict[str, list[Case]] = {
    "odata.paging.next-link": [fails("malformed", **walked(NO_URL))],
    "odata.paging.terminates": [na("one_page", **walked(page(1, 2, **{"@odata.nextLink": None})))],
    "odata.delta": [na("not_supported", **judged(PART, on_set=TRACKING))],
    "odata.paging.in-scope": [na("no_links", **walked(NO_URL))],
}


@pytest.mark.parametrize(
    ("check", "case"), [pytest.param(k, c, id=f"{k}-{c.code}-{i}") for k, v in sorted(CASES.items()) for i, c in enumerate(v)]
)
def test_what_the_standard_leaves_open_is_no_finding(registry: Registry, check: str, case: Case) -> None:
    said = results(registry, check, case.given)
    told: list[Any] = [(r.outcome.value, r.code) for r in said]
    assert (case.outcome.value, case.code) in told, said
    if case.outcome.value != "fail":
        assert not [r for r in said if r.outcome.value == "fail"], said


async def test_a_next_link_that_is_no_url_ends_the_window(registry: Registry) -> None:
    ctx = await asked(registry, lambda _: JSONResponse({"value": rows(1, 3), "@odata.nextLink": "http://["}))
    window = windows(registry, ctx).of("Z")
    assert (len(window.exchanges), window.complete) == (1, False)


def test_a_link_of_an_older_service_that_is_no_url_leads_nowhere(registry: Registry) -> None:
    within = registry.facts["cpo_probe_content.probes.odata.old_window.OldWindows"].run.__globals__["within"]
    assert within(interface(kind="odata", url="http://plm.example/v2"), "http://[") == ""
