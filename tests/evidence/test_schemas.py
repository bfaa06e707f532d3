"""The published schemas are those of the files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cpo_probe.evidence import encode
from cpo_probe.evidence.schemas import NAMES, file_name, text
from cpo_probe.model import (
    SCORECARD_FORMAT,
    Attestation,
    CategoryResult,
    CriterionResult,
    DecisionRule,
    Finding,
    Fulfilment,
    Interval,
    KpiResult,
    Outcome,
    PassCount,
    Sample,
    Scorecard,
    Severity,
    Subject,
    UnitVerdict,
    Verdict,
    Where,
)
from cpo_probe.model.measurement import Body, Ending, Measurement, Shape, Usage
from tests.evidence.made import record

FOLDER = Path(__file__).resolve().parents[2] / "schemas/bundle"
SUBJECT = Subject("rest.read.works", "openapi:/api", "GET /items", "/paths/*")
MADE = {
    "finding": Finding("0" * 16, SUBJECT, Outcome.FAIL, Severity.MAJOR, "status", {"n": 1}, 200, None, Where(), ("000001",), 1),
    "pass": PassCount("0" * 16, SUBJECT, 3, "0" * 64),
    "sample": Sample("http.latency", "latency", "0.012", "s", "openapi:/api", "GET /items", "000001"),
    "measurement": Measurement(
        *(Ending.READ, 1, 1, 9, 0),
        (Shape(3, Body(1, 0, 0, True, "6", "22", "22", ("0.5", "1", "1.5"), "0", (), "3.741657387", "0")), Shape(4, None)),
        (Usage(5, ("1",) * 12),),
    ),
    "attestation": Attestation("PAR-01", Fulfilment.FULFILLED, "A. B.", "2025-01-01", "2026-01-01", "yes", {"a.pdf": "0" * 64}),
    "scorecard": Scorecard(
        *(SCORECARD_FORMAT, "run-1", "demo", "PLM", "1", "0" * 64, "0" * 64, "cpo-2026.1", "0" * 64, "quick", "2025-01-01"),
        (CategoryResult("IFC", {"shall": {"met": 1, "applicable": 1, "open": 0, "not_met": 0}}),),
        (CriterionResult("IFC-01", True, Fulfilment.FULFILLED, ("k",), "", ""),),
        (
            KpiResult(
                *("k", Verdict.MET, "1.000000", 1, 1, 1, 0, 0, ">= 0.9", DecisionRule.SIMPLE_ACCEPTANCE),
                *(Interval("1.0", "1.0"), None, "1.0", "", (UnitVerdict("u", "met", ()),), "", {}),
            ),
        ),
        {"exchanges": 1},
        0,
    ),
}


def checked_in(name: str) -> Any:
    return json.loads((FOLDER / file_name(name)).read_bytes())


def documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every JSON text of a record with the name of its schema."""
    for name in ("plan", "environment", "inventory", "manifest"):
        yield name, (folder / f"record/{name}.json").read_bytes()
    for name in ("exchange", "unit", "artifact"):
        for line in (folder / f"record/{name}s.jsonl").read_bytes().splitlines():
            yield name, line


@pytest.mark.parametrize("name", NAMES)
def test_a_checked_in_schema_is_current(name: str) -> None:
    assert (FOLDER / file_name(name)).read_bytes() == text(name), "run `python -m cpo_probe.evidence.schemas`"
    Draft202012Validator.check_schema(checked_in(name))


def test_there_is_no_schema_of_a_file_that_no_longer_exists() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {file_name(name) for name in NAMES}


def test_every_file_of_a_record_is_valid(tmp_path: Path) -> None:
    seen = set()
    for name, data in documents(record(tmp_path / "run", 8)):
        Draft202012Validator(checked_in(name)).validate(json.loads(data))
        seen.add(name)
    assert seen | MADE.keys() == set(NAMES)


@pytest.mark.parametrize("name", MADE)
def test_what_a_judgement_writes_is_valid(name: str) -> None:
    Draft202012Validator(checked_in(name)).validate(json.loads(encode(MADE[name])))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_refuses_an_empty_object(name: str) -> None:
    assert list(Draft202012Validator(checked_in(name)).iter_errors({}))


def test_a_schema_refuses_another_format_version(tmp_path: Path) -> None:
    plan = json.loads((record(tmp_path / "run") / "record/plan.json").read_bytes())
    errors = list(Draft202012Validator(checked_in("plan")).iter_errors({**plan, "format": "cpo-probe-bundle/2"}))
    assert [list(error.absolute_path) for error in errors] == [["format"]]
