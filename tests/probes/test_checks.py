"""Every check on answers that keep its rule, break it, do not concern it, and are broken themselves."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.registry import Registry
from tests.probes.make import Case, results

OURS = tuple(f"cpo_probe_content.probes.{folder}" for folder in ("rest", "http", "odata", "soap", "export"))
HERE = Path(__file__).parent
NEVER_NOT_APPLICABLE = {
    "openapi.available": "an interface of that kind has one or should have",
    "wsdl.available": "an interface of that kind has one or should have",
    "odata.metadata.available": "a service of OData has metadata",
    "odata.service-document": "a service of OData has a service document",
    "http.status-code": "every answer has one",
    "export.get.works": "every export that is declared has to be there",
    "export.content.meaning": "every system that exports has one or has none",
    "export.job.started": "it looks at the start of a job only",
    "export.job.cleared": "it looks at the clearing of a job only",
    "discovery.description-found": "every system either describes itself or does not",
}


def _cases() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for path in sorted(HERE.glob("*/cases_*.py")):
        spec = importlib.util.spec_from_file_location(f"probes_{path.parent.name}_{path.stem}", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        cases: dict[str, list[Case]] = module.CASES
        assert not set(cases) & set(found)
        found.update(cases)
    return found


CASES = _cases()


@pytest.mark.parametrize(
    ("check", "case"), [pytest.param(k, c, id=f"{k}-{c.kind}-{i}") for k, v in sorted(CASES.items()) for i, c in enumerate(v)]
)
def test_check_says_what_it_must(registry: Registry, check: str, case: Case) -> None:
    said = results(registry, check, case.given)
    assert said, "a check that yields nothing is an error"
    told: list[Any] = [(r.outcome.value, r.code) for r in said]
    assert (case.outcome.value, case.code) in told, said
    if case.outcome.value != "fail":
        assert not [r for r in said if r.outcome.value == "fail"], said


def test_every_check_has_a_pass_a_fail_a_not_applicable_and_a_broken_answer(registry: Registry) -> None:
    missing = []
    for id, check in registry.checks.items():
        if check.rule or not check.run.__module__.startswith(OURS):
            continue
        kinds = {case.kind for case in CASES.get(id, [])}
        wanted = {"pass", "fail", "na", "broken"} - ({"na"} if id in NEVER_NOT_APPLICABLE else set())
        missing += [f"{id}: {kind}" for kind in sorted(wanted - kinds)]
    assert not missing


def test_every_check_states_clause_text_and_remedy(registry: Registry) -> None:
    for check in registry.checks.values():
        if check.run.__module__.startswith(OURS):
            assert check.clause and check.title and check.remedy, check.id
