"""Does the terminal say the same, first things first, and plainly where there are no colours?"""

import dataclasses
import io

import pytest
from rich.console import Console

from cpo_probe.report import ReportData, terminal
from tests.report import make
from tests.report.conftest import report


def printed(data: ReportData, language: str = "en", **options: object) -> str:
    out = io.StringIO()
    terminal(data, Console(file=out, width=120, **options), language)  # type: ignore[arg-type]
    return out.getvalue()


def test_shall_comes_first_and_every_kpi_is_a_fraction_with_its_verdict(data: ReportData) -> None:
    text = printed(data)
    assert text.index("IFC-02") < text.index("IFC-07"), "shall before should"
    kpis = [k for category in data.categories for c in category.criteria if c.selected for k in c.kpis]
    assert len(kpis) > 20
    for kpi in kpis:
        figure = "" if kpi.quantile else f"{kpi.numerator} / {kpi.denominator}"
        assert any(figure in line and kpi.title[:40] in line for line in text.splitlines()), kpi.id
    assert "22 / 24 operations Operations without a breach of the contract  not met, ≥ 0.99, n\u00a0=\u00a0241" in text


def test_failures_come_with_place_remedy_and_the_command_that_shows_them(data: ReportData) -> None:
    text = printed(data)
    assert "GET /items/{id}: stack trace: found java.lang.NumberFormatException" in text
    assert "Remedy: Log the trace; send a problem document without it." in text
    assert "cpo-probe show example.cpo 0000" in text


def test_what_was_not_tested_stands_there_with_its_reasons(data: ReportData) -> None:
    text = printed(data)
    assert "49 failed   35 not tested   1 error   1 for review   500 passed   3 not applicable" in text
    assert "○ 15 subjects: No schema to judge by." in text


def test_it_is_no_certificate(data: ReportData) -> None:
    assert "not a certificate" in " ".join(printed(data).split())
    assert "certified" not in printed(data)


def test_without_a_terminal_there_is_not_one_escape_sequence(data: ReportData) -> None:
    assert "\x1b" not in printed(data)


def test_no_color_switches_colours_off_on_a_terminal(data: ReportData, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[31m" in printed(data, force_terminal=True) or "31m" in printed(data, force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "31m" not in printed(data, force_terminal=True)


def test_recorded_text_cannot_draw_on_the_terminal(data: ReportData) -> None:
    text = printed(data)
    assert "[bold" not in text and "\u202e" not in text
    assert make.HASH not in text and "jane.doe@plm.example" not in text


def test_markup_in_recorded_text_is_printed_as_it_is(tmp_path: pytest.TempPathFactory) -> None:
    shop = make.Shop(tmp_path)  # type: ignore[arg-type]
    shop.ask("https://plm.example/", purpose="discovery.start")
    shop.say("http.json", "GET /[red]items[/red]", code="x", found="[link=evil]\x1b[2J")
    assert "GET /[red]items[/red]: x: found [link=evil]\\u001b[2J" in printed(report(shop.write()))


def test_it_speaks_german(shop: make.Made) -> None:
    text = printed(report(shop, "de"), "de")
    assert "49 nicht bestanden   35 nicht geprüft" in text
    assert "Mindestens ein ausgewähltes Kriterium ist nicht erfüllt." in text


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_reason_that_has_no_short_word_ends_in_one_full_stop(data: ReportData, language: str) -> None:
    group = dataclasses.replace(data.not_tested[0], code="some_check_only", sentence="Nobody has looked.")
    text = printed(dataclasses.replace(data, not_tested=(group,)), language)
    assert "Nobody has looked." in text and "Nobody has looked.." not in text
