"""The shop, made once for all tests of the reports."""

from pathlib import Path

import pytest

from cpo_probe.report import ReportData, build, html
from tests.report import make


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> make.Made:
    return make.rich(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def data(shop: make.Made) -> ReportData:
    return report(shop)


@pytest.fixture(scope="session")
def page(data: ReportData) -> str:
    return html(data)


@pytest.fixture(scope="session")
def pages(shop: make.Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page in both languages, and that of a service with conformance levels."""
    folder = tmp_path_factory.mktemp("pages")
    levels = make.climbing(tmp_path_factory.mktemp("levels"))
    for language in ("en", "de"):
        (folder / f"{language}.html").write_text(html(report(shop, language), language), encoding="utf-8")
        (folder / f"{language}-levels.html").write_text(html(report(levels, language), language), encoding="utf-8")
    return folder


def report(made: make.Made, language: str = "en") -> ReportData:
    return build(made.bundle, made.judgement, made.registry, made.catalogue, made.texts(language))
