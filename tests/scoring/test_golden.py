"""The same judgement gives the same bytes, on every machine and for ever.

After a wanted change: `python -m tests.scoring.test_golden` writes the file anew; read the difference before committing it.
"""

from pathlib import Path

from cpo_probe.evidence import decode, encode
from cpo_probe.model import (
    Assessment,
    Attestation,
    Catalogue,
    DecisionRule,
    Demand,
    Effect,
    Fulfilment,
    KpiKind,
    Level,
    Outcome,
    Rung,
    Scorecard,
    Subject,
)
from tests.scoring.build import (
    INTERFACE,
    catalogue,
    criterion,
    finding,
    inventory,
    kpi,
    ladder,
    passing,
    requirement,
    sample,
    score,
    subject,
)

GOLDEN = Path(__file__).parent / "golden" / "scorecard.json"


def _catalogue() -> Catalogue:
    rungs = (Rung("1 paths", ("coverage.1",)), Rung("2 operations", ("coverage.2",)), Rung("3 types", ("coverage.3",)))
    report = {"threshold": "", "rule": DecisionRule.REPORT_ONLY}
    return catalogue(
        [
            kpi("X-01.conformity", checks=("contract.*",), floor="X-01.strength", threshold=">= 0.99"),
            kpi("X-01.strength", checks=("strength",)),
            kpi("X-01.level", kind=KpiKind.LADDER, checks=(), unit="interface", rungs=rungs, **report),
            kpi("X-02.rules", kind=KpiKind.COUNT, checks=("http.*",), unit="check", threshold="<= 0"),
            kpi("X-02.sampled", checks=("contract.*",), rule=DecisionRule.LOWER_BOUND_95, threshold=">= 0.50"),
            kpi("X-03.latency", kind=KpiKind.QUANTILE, checks=(), metric="latency", quantile="0.95", **report),
            kpi("X-04.climb", kind=KpiKind.LADDER, checks=(), unit="interface", ladders=("climb",), threshold=">= 2"),
            kpi("X-04.surface", kind=KpiKind.OVERLAP, checks=(), unit="", metric="declared observed", threshold=">= 0.50"),
        ],
        [
            criterion("X-01"),
            criterion("X-02", level=Level.SHOULD),
            criterion("X-03", level=Level.SHOULD),
            criterion("X-04", level=Level.MAY),
            criterion("X-05", assessment=Assessment.DOCUMENTARY, reason="documents"),
            criterion("X-06", assessment=Assessment.NOT_MEASURABLE, reason="two releases", scopes=("audit",)),
        ],
        [
            ladder(
                requirement("low.1", "low", "coverage.1"),
                requirement("low.2", "low", effect=Effect.WRITE),
                requirement("high.1", "high", conforms="climb/low"),
                requirement("high.2", "high", "contract.*", demand=Demand.CONFORMITY),
                claim="claimed",
            )
        ],
    )


def _scorecard() -> Scorecard:
    operations = [f"GET /items/{{id}}/{name}" for name in ("größe", "revisions", "files")]
    subjects = [subject(operation, check) for operation in operations for check in ("contract.status", "contract.body")]
    wrong = Subject("contract.body", "openapi:/api", operations[2], "/revision")
    findings = [
        finding(Outcome.FAIL, wrong, "type", count=3),
        finding(Outcome.NOT_TESTED, subject("GET /locked", "contract.status"), "denied"),
        finding(Outcome.NOT_APPLICABLE, subject("DELETE /items/{id}", "contract.status"), "no_occasion"),
        finding(Outcome.REVIEW, subject(operations[1], "strength"), "weak"),
        finding(Outcome.FAIL, subject(operations[0], "http.date", location="Date"), "format"),
        finding(Outcome.NOT_TESTED, subject("", "coverage.3"), "no_arguments"),
    ]
    passes = [passing(about, 4) for about in subjects] + [passing(subject(operations[0], "strength"))]
    passes += [
        passing(subject(operations[0], "http.etag")),
        passing(subject("", "coverage.1")),
        passing(subject("", "coverage.2")),
    ]
    samples = [sample(f"0.{10 * n + m:03}", operation, "latency") for n, operation in enumerate(operations) for m in range(7)]
    samples += [sample("1", operation, "declared", "1") for operation in operations]
    samples += [sample("1", operation, "observed", "1") for operation in operations[:2]]
    samples += [sample("2", "", "claimed", "1")]
    answer = Attestation("X-05", Fulfilment.FULFILLED, "A. Auditor", "2026-02-01", "2027-02-01", "seen", {"offer.pdf": "0" * 64})
    return score(
        _catalogue(),
        samples=samples,
        selected=["X-01", "X-02", "X-03", "X-04", "X-05"],
        findings=findings,
        passes=passes,
        attestations=[answer],
        exchanges=42,
        inventory=inventory(INTERFACE),
    )


def test_the_scorecard_is_the_same_byte_by_byte() -> None:
    assert encode(_scorecard()) == GOLDEN.read_bytes().rstrip(b"\n")


def test_the_scorecard_can_be_read_back() -> None:
    assert decode(GOLDEN.read_bytes(), Scorecard) == _scorecard()


def test_no_number_in_it_is_a_float() -> None:
    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        return any(map(floats, value)) if isinstance(value, list) else isinstance(value, float)

    assert not floats(decode(encode(_scorecard()), dict))


if __name__ == "__main__":
    GOLDEN.write_bytes(encode(_scorecard()) + b"\n")
