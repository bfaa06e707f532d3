"""A ladder is seen with the rung that broke, and the rows that broke it side by side."""

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from cpo_probe.model import Standing
from cpo_probe.report import ReportData, html, terminal
from cpo_probe.report.comparison import comparison, row_text
from cpo_probe.report.ladder_views import Cell, LadderView
from tests.report import make
from tests.report.conftest import report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> make.Made:
    return make.climbing(tmp_path_factory.mktemp("climbing"))


@pytest.fixture(scope="module")
def climbed(made: make.Made) -> ReportData:
    return report(made)


@pytest.fixture(scope="module")
def ladder(climbed: ReportData) -> LadderView:
    (only,) = climbed.ladders
    return only


# Rows


def test_rows_stand_side_by_side_and_what_differs_is_marked() -> None:
    found = comparison({"query": "q", "expected_rows": [1, 2, 3], "found_rows": [1, 3, 4]})
    assert found is not None
    same, missing, also, surplus = found.pairs
    assert same == (Cell("1", ""), Cell("1", ""))
    assert missing == (Cell("2", "only"), None)
    assert (also, surplus) == ((Cell("3", ""), Cell("3", "")), (None, Cell("4", "only")))


def test_the_same_rows_in_another_order_are_neither_missing_nor_too_many() -> None:
    found = comparison({"expected_rows": ["a", "b"], "found_rows": ["b", "a"]})
    assert found is not None
    assert {cell.mark for pair in found.pairs for cell in pair if cell} == {"", "moved"}


def test_what_lies_beyond_the_rows_shown_is_named() -> None:
    found = comparison({"expected_rows": ["a"], "found_rows": ["a"], "missing": ["a", "z"], "surplus": ["y"]})
    assert found is not None and (found.missing, found.surplus) == (("z",), ("y",))


def test_a_long_list_is_cut_and_says_so() -> None:
    found = comparison({"expected_rows": list(range(200)), "found_rows": []})
    assert found is not None and len(found.pairs) + found.left_out == 200 and found.left_out > 0


def test_a_finding_without_rows_compares_nothing() -> None:
    assert comparison({"query": "q"}) is None
    nothing = comparison({"expected_rows": [], "found_rows": []})
    assert nothing is not None and nothing.pairs == ()


def test_rows_do_not_give_secrets_away() -> None:
    text = row_text({"ID": 1, "apiToken": "s3cr3tvalue99", "owner": {"mail": "jane.doe@plm.example"}})
    assert "s3cr3t" not in text and "jane.doe" not in text and '"ID": 1' in text


# The ladder


def test_the_level_reached_the_one_claimed_and_the_next_one_are_told_apart(ladder: LadderView) -> None:
    assert (ladder.reached, ladder.possible, ladder.claimed, ladder.kept, ladder.next) == ("", "", "Advanced", "no", "Minimal")
    assert [(level.title, level.state) for level in ladder.levels] == [
        ("Advanced", "above"),
        ("Intermediate", "above"),
        ("Minimal", "broken"),
    ]


def test_what_broke_the_rung_comes_first_with_its_finding_and_rows(ladder: LadderView) -> None:
    first = ladder.levels[-1].first[0]
    assert (first.standing, first.clause.split(";")[0]) == (Standing.VIOLATED, "OData 4.01 Part 1, 13.1.1 (7)")
    (proof,) = first.proofs
    assert proof.rows is not None and proof.rows.query == make.QUERY
    assert proof.anchor.startswith("f-") and proof.exchange == "000003"


def test_a_refusal_names_where_it_was_seen(ladder: LadderView) -> None:
    search = next(r for r in ladder.levels[0].first if r.checks == ("odata.search",))
    assert (search.standing, search.proofs[0].exchange) == (Standing.NOT_SUPPORTED, "000003")


def test_every_requirement_stands_on_the_page_once_with_its_clause(climbed: ReportData, made: make.Made) -> None:
    page = html(climbed)
    (climb,) = (ladder for ladder in made.catalogue.ladders if ladder.id == "odata-4.0")
    section = page[page.index('<section id="ladders"') : page.index('<section id="failed"')]
    assert section.count('<div class="requirement ') == len(climb.requirements)
    assert all(r.clause in section for r in climb.requirements)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "No level reached",
                "claims Advanced",
                "Expected rows",
                "Received rows",
                "not supported",
                "Needs permission to write",
            ],
        ),
        ("de", ["Keine Stufe erreicht", "behauptet Advanced", "Erwartete Zeilen", "Erhaltene Zeilen", "nicht unterstützt"]),
    ],
)
def test_page_and_terminal_say_it_in_the_readers_language(made: make.Made, language: str, said: list[str]) -> None:
    data = report(made, language)
    page = html(data, language)
    assert all(text in page for text in said)
    out = io.StringIO()
    terminal(data, Console(file=out, width=120), language)
    assert all(text in out.getvalue() for text in said[:2])
    assert "13.1.1 (7)" in out.getvalue() and "✕ Minimal" in out.getvalue()


def test_hostile_rows_run_nothing_and_secrets_stay_out(climbed: ReportData) -> None:
    page = html(climbed)
    assert "<script>alert" not in page and "s3cr3tvalue99" not in page
    assert len(re.findall(r"<script>", page)) == 1


def test_rows_stand_in_the_finding_as_well_and_not_among_its_parameters(climbed: ReportData) -> None:
    (group,) = [g for g in climbed.failures if g.check.id == "odata.filter.string"]
    assert group.full[0].rows is not None
    assert not {name for name, _ in group.full[0].params} & {"query", "expected_rows", "found_rows"}


def test_what_content_tells_of_versions_and_claims_is_no_measurement(climbed: ReportData) -> None:
    assert not [view.metric for view in climbed.metrics if view.metric.startswith("odata.levels")]


def test_without_such_an_interface_there_is_no_such_section(data: ReportData) -> None:
    assert data.ladders == ()
    assert 'id="ladders"' not in html(data) and 'href="#ladders"' not in html(data)


def test_links_within_the_page_lead_somewhere(climbed: ReportData, tmp_path: Path) -> None:
    page = html(climbed)
    ids = set(re.findall(r' id="([^"]+)"', page))
    section = page[page.index('<section id="ladders"') : page.index('<section id="failed"')]
    assert set(re.findall(r'href="#([^"]+)"', section)) <= ids
