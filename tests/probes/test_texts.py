"""Does everything that a check of ours can say have a sentence in every language?"""

import re

import pytest

from cpo_probe.catalogue import texts
from cpo_probe.catalogue.texts import CheckText, Texts
from cpo_probe.registry import Registry
from tests.probes.make import results
from tests.probes.test_checks import CASES

OURS = re.compile(r"(http|rest|openapi|odata2?|wsdl|wsi|soap|transport|discovery|export|file|p21|step|step-xml)\.")


@pytest.fixture(scope="module", params=["en", "de"])
def spoken(request: pytest.FixtureRequest, registry: Registry) -> Texts:
    english = {id: CheckText(c.title, c.text, c.remedy) for id, c in registry.checks.items()}
    return texts(registry.roots, request.param, None, english)


def test_every_reason_is_a_whole_sentence(registry: Registry, spoken: Texts) -> None:
    flawed = set()
    for check, cases in CASES.items():
        for case in cases:
            for result in results(registry, check, case.given):
                if result.code not in spoken.reasons:
                    flawed.add(f"{result.code}: no sentence ({check})")
                    continue
                values = {**result.params, "expected": result.expected, "found": result.found}
                empty = [n for n in re.findall(r"\{(\w+)\}", spoken.reasons[result.code]) if values.get(n) is None]
                flawed |= {f"{result.code}: nothing for {{{name}}} ({check})" for name in empty}
    assert not flawed


def test_every_rule_of_openapi_has_a_sentence(registry: Registry, spoken: Texts) -> None:
    rules = {check.rule for check in registry.checks.values() if check.rule and check.id.startswith("openapi.")}
    assert rules
    assert not rules - set(spoken.reasons)


def test_every_check_is_explained_in_german(registry: Registry) -> None:
    german = texts(registry.roots, "de", None, {})
    ours = [id for id in registry.checks if OURS.match(id)]
    assert not [id for id in ours if not german.check(id).remedy or german.check(id).title == id]


def test_german_texts_speak_of_checks_that_exist(registry: Registry) -> None:
    german = texts(registry.roots, "de", None, {})
    assert not [id for id in german.checks if OURS.match(id) and id not in registry.checks]
