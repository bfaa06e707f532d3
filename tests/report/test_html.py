"""Does the page lead from every figure to its evidence, hide nothing, and run nothing that it did not bring?"""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser

from cpo_probe.errors import EvidenceError, UsageError
from cpo_probe.model import Outcome, Subject
from cpo_probe.report import ReportData, build, html
from tests.report import make
from tests.report.conftest import report

Element = Any  # the stubs of lxml know no HTML
LIMIT = 4_000_000
"""Characters of a page, whatever the system under test does."""


@pytest.fixture(scope="module")
def tree(page: str) -> Element:
    return parser.document_fromstring(page)


def ids(tree: Element) -> list[str]:
    return [str(found) for found in tree.xpath("//@id")]


def links(element: Element) -> list[str]:
    return [str(found)[1:] for found in element.xpath(".//a/@href")]


def by_id(tree: Element, id: str) -> Element:
    found = tree.xpath("//*[@id=$id]", id=id)
    assert len(found) == 1, f"{id}: {len(found)} elements"
    return found[0]


def text(element: Element) -> str:
    return " ".join(element.text_content().split())


def test_every_link_leads_to_a_place_in_the_page(tree: Element) -> None:
    assert all(str(found).startswith("#") for found in tree.xpath("//a/@href"))
    assert set(links(tree)) <= set(ids(tree))


def test_no_id_is_used_twice(tree: Element) -> None:
    found = ids(tree)
    assert sorted(found) == sorted(set(found))


def test_two_clicks_lead_from_a_kpi_to_the_exchange_that_shows_the_failure(tree: Element, data: ReportData) -> None:
    kpis = [k for category in data.categories for c in category.criteria for k in c.kpis if k.violated]
    assert kpis
    for kpi in kpis:
        box = by_id(tree, f"k-{kpi.id}").getparent()
        for link in (link for link in kpi.violated if link.anchor.startswith("f-")):
            assert link.anchor in links(box)
            finding = by_id(tree, link.anchor)
            cited = [id for id in links(finding) if id.startswith("x-")]
            described = next(f for g in data.failures for f in g.full if f.anchor == link.anchor)
            assert cited or not described.exchanges


def test_a_failure_shows_remedy_clause_place_and_reproducer(tree: Element) -> None:
    subject = Subject("rest.contract.body", make.API, "GET /items", "/items/*/mass")
    finding = by_id(tree, f"f-{subject.fingerprint}")
    marked = finding.xpath(".//mark")
    assert [text(m) for m in marked] == ['this is wrong: "mass": 0,']
    assert "curl -sSig" in text(finding) and "http.client" in text(finding)
    check = finding.iterancestors("article").__next__()
    assert "Remedy: Correct the answer" in text(check)
    assert "OpenAPI 3.1, 4.8.24" in text(check)


def test_a_missing_header_is_shown_as_missing(tree: Element) -> None:
    subject = Subject("http.challenge", make.API, "GET /files", "")
    finding = by_id(tree, f"f-{subject.fingerprint}")
    assert [text(m) for m in finding.xpath(".//mark")] == ["WWW-Authenticate ← missing here"]


def test_an_exchange_shows_headers_body_timing_and_the_findings_that_lean_on_it(tree: Element, data: ReportData) -> None:
    view = next(e for e in data.exchanges if e.status == 500)
    box = by_id(tree, f"x-{view.id}")
    for words in ("text/html;charset=utf-8", "NumberFormatException", "first byte", "TLSv1.3", "500 Internal Server Error"):
        assert words in text(box)
    assert {anchor for anchor, _ in view.findings} <= set(links(box))
    assert len(view.findings) == 4


def test_criteria_and_kpis_of_the_catalogue_are_all_there(tree: Element, shop: make.Made) -> None:
    found = set(ids(tree))
    assert {f"c-{c.id}" for c in shop.catalogue.criteria} <= found
    assert {f"k-{k.id}" for k in shop.catalogue.kpis} <= found


def test_every_kpi_is_a_fraction_with_n_rule_coverage_and_both_intervals(tree: Element, data: ReportData) -> None:
    for kpi in (k for category in data.categories for c in category.criteria for k in c.kpis):
        said = text(by_id(tree, f"k-{kpi.id}").getparent())
        for words in ("Decision rule", "n: judged findings or samples", "Coverage", "Open-items range", "Confidence bound"):
            assert words in said
        if kpi.kind in ("ratio", "count"):
            assert f"{kpi.numerator} / {kpi.denominator}" in said


def test_what_was_not_tested_is_as_prominent_as_what_failed(tree: Element, data: ReportData) -> None:
    tiles = [text(tile) for tile in tree.xpath("//li[contains(@class, 'tile')]")]
    assert [tile.split(" ", 1)[0] for tile in tiles[:2]] == [
        str(data.outcomes[Outcome.FAIL]),
        str(data.outcomes[Outcome.NOT_TESTED]),
    ]
    panels = tree.xpath("//*[contains(@class, 'pair')]/div")
    assert [text(panel.find("h3")) for panel in panels] == ["What failed", "What was not tested"]
    for group in data.not_tested:
        article = by_id(tree, f"reason-{group.code}").getparent()
        assert str(group.subjects) in text(article.find("h4"))
        assert {f"check-{check}" for check, _, _ in group.checks} <= set(links(article))


def test_not_tested_not_applicable_error_and_review_are_counted_apart_and_none_is_a_pass(data: ReportData) -> None:
    assert {o: data.outcomes[o] for o in Outcome if o is not Outcome.PASS} == {
        Outcome.FAIL: 49,
        Outcome.NOT_TESTED: 35,
        Outcome.NOT_APPLICABLE: 3,
        Outcome.ERROR: 1,
        Outcome.REVIEW: 1,
    }
    assert sum(data.outcomes.values()) == sum(sum(c.counts.values()) for c in data.checks)


def test_discovery_says_what_was_tried_and_what_answered(tree: Element) -> None:
    said = text(by_id(tree, "discovery"))
    for words in ("https://plm.example/.well-known/api-catalog", "RFC 9727", "404", "openapi:/api/v1", "4.2.0"):
        assert words in said


def test_the_page_is_no_certificate_and_has_no_single_number(page: str, tree: Element) -> None:
    said = text(tree)
    assert "not a certificate" in said and "Laboratory criteria" in said
    assert not re.search(r"CPO[- ]certified|openness (score|index)|score of \d", said, re.I)
    assert "cpo-2026.1" in said and "5d5d5d5d5d5d5d5d" in said


def test_hostile_text_stays_text(page: str, tree: Element) -> None:
    assert len(tree.xpath("//script")) == 1 and len(tree.xpath("//style")) == 1
    assert not tree.xpath("//img | //iframe | //object | //*[@style]")
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page and "\\u202e" in page


def test_nothing_but_our_own_script_and_style_may_run(tree: Element) -> None:
    policy = str(tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy


def test_secrets_and_personal_data_are_masked(page: str) -> None:
    for secret in (make.HASH, "jane.doe@plm.example", "jane.doe", "s3cr3tvalue99"):
        assert secret not in page
    assert "‹mail •••›" in page


def test_a_flood_of_failures_gives_a_page_of_bounded_size_that_says_what_it_leaves_out(tmp_path: Path) -> None:
    made = make.many(tmp_path, 10_000)
    data = report(made)
    page = html(data)
    assert len(page) < LIMIT
    tree = parser.document_fromstring(page)
    shown = sum(len(g.full) + len(g.listed) + g.left_out for g in data.failures)
    assert shown == data.outcomes[Outcome.FAIL] == 10_000
    assert {g.check.id for g in data.failures} == set(make.CHECKS)
    codes = {(f.check, f.sentence) for g in data.failures for f in g.full}
    assert len({sentence for _, sentence in codes}) == 7, "each reason code is shown in full"
    said = text(by_id(tree, "ruler"))
    assert f"Failing subjects that are only counted: {data.left_out.failures:,}" in said
    assert "cpo-probe show example.cpo ID" in said
    assert set(links(tree)) <= set(ids(tree))


def test_a_clean_system_says_so_without_hiding_what_no_measurement_decides(tmp_path: Path) -> None:
    made = make.clean(tmp_path)
    data = report(made)
    tree = parser.document_fromstring(html(data))
    assert "No check failed." in text(by_id(tree, "failed"))
    assert "Nothing was left untested." in text(by_id(tree, "not-tested"))
    assert "documentary" in {u.code for u in data.unmeasured} or "not_selected" in {u.code for u in data.unmeasured}
    assert "failing subjects" not in text(by_id(tree, "ruler")).lower()


def test_an_empty_system_is_said_early(tmp_path: Path) -> None:
    shop = make.Shop(tmp_path, empty=True)
    shop.ask("https://plm.example/", purpose="discovery.start")
    tree = parser.document_fromstring(html(report(shop.write())))
    assert "The system holds no data." in text(by_id(tree, "overview"))


def test_the_same_judgement_gives_the_same_page(shop: make.Made, page: str) -> None:
    assert html(report(shop)) == page


def test_a_folder_without_a_scorecard_is_refused_with_the_repair(shop: make.Made, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="cpo-probe judge"):
        build(shop.bundle, tmp_path, shop.registry, shop.catalogue, shop.texts())


def test_an_unknown_language_is_refused(data: ReportData) -> None:
    with pytest.raises(UsageError, match="en, de"):
        html(data, "fr")
