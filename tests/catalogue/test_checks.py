"""Our catalogue and our checks know each other: nothing dangles, and what decides nothing is on a list."""

import pytest

from cpo_probe.catalogue import CheckText, informative, load, texts, validate
from cpo_probe.registry import Registry, own_root
from cpo_probe.registry import load as load_registry

INFORMATIVE = {
    "discovery.data-present": "says something about the test system, not about the product",
    "wsdl.anonymous": "hiding the description is a choice of security",
    "xsd.odata-metadata": "a second opinion, given only where the user has the schemas of OASIS",
    "soap.answer.readers-agree": "where two readers differ, the mistake may be that of either",
    "export.get.same": "whether data changed between two exports nobody can tell from outside",
    "openapi.semver": "good practice without a clause",
    "openapi.unused": "good practice without a clause",
}
"""Checks that no KPI uses, and why."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def test_every_check_and_metric_that_a_kpi_names_exists(registry: Registry) -> None:
    validate(load([own_root()]), registry.checks, registry.measures)


def test_every_own_check_is_used_by_a_kpi_or_listed_as_informative(registry: Registry) -> None:
    assert set(informative(load([own_root()]), registry.checks)) == set(INFORMATIVE)


def test_every_own_check_is_worded_in_both_languages(registry: Registry) -> None:
    english = {check.id: CheckText(check.title, check.text, check.remedy) for check in registry.checks.values()}
    german = texts([own_root()], "de")
    for id, text in english.items():
        assert text.title and text.remedy, id
        assert german.check(id).title not in ("", id, text.title) and german.check(id).remedy, id
