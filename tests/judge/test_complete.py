"""No planned cell ends without a word."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cpo_probe.judge.complete import complete
from cpo_probe.judge.fitness import PLACE, Trouble
from cpo_probe.judge.tally import Tally
from cpo_probe.model import Blocker, Effect, Finding, Outcome, Permissions, Plan, Unit, UnitState, untestable
from tests.evidence import made
from tests.judge.records import content

TEXT = """
    @probe(needs="openapi", purposes="rest.read", id="rest.read")
    async def read(ctx: Context, operation: Operation) -> None: ...

    @check("a.check", of="rest.read", clause="x", severity="major")
    def a(exchange: Exchange) -> Result:
        return passed()
"""


def completed(
    folder: Path,
    *units: Unit,
    plan: Plan | None = None,
    effect: Effect = Effect.READ,
    troubles: Mapping[PLACE, Trouble] | None = None,
    ended: bool = True,
) -> list[Finding]:
    registry = content(folder, TEXT)
    inventory = made.inventory()
    operations = tuple(replace(o, effect=effect) for o in inventory.operations)
    tally = Tally()
    plan = plan or made.plan()
    complete(tally, registry, plan, replace(inventory, operations=operations), units, troubles=troubles, ended=ended)
    return tally.findings()


@pytest.mark.parametrize(
    ("unit", "outcome", "code"),
    [
        (made.unit(state=UnitState.PARTIAL, blocker=Blocker.BUDGET), Outcome.NOT_TESTED, "budget"),
        (made.unit(state=UnitState.REFUSED, blocker=Blocker.NO_ARGUMENTS), Outcome.NOT_TESTED, "no_arguments"),
        (made.unit(state=UnitState.CRASHED), Outcome.ERROR, "probe_crashed"),
        (made.unit(), Outcome.NOT_APPLICABLE, "no_occasion"),
    ],
)
def test_a_silent_cell_gets_the_reason_of_the_unit_that_should_have_fed_it(
    tmp_path: Path, unit: Unit, outcome: Outcome, code: str
) -> None:
    (finding,) = completed(tmp_path, unit)
    assert (finding.subject.check, finding.subject.operation) == ("a.check", "GET /items")
    assert (finding.outcome, finding.code) == (outcome, code)


def test_a_unit_that_never_ran_waits_for_something_or_was_interrupted(tmp_path: Path) -> None:
    (finding,) = completed(tmp_path / "a")
    assert (finding.outcome, finding.code) == (Outcome.NOT_TESTED, "precondition")
    (finding,) = completed(tmp_path / "b", ended=False)
    assert (finding.outcome, finding.code) == (Outcome.NOT_TESTED, "interrupted")


LATER = replace(untestable(Blocker.UNANSWERED), exchanges=("000007",))


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble({"rest.read": LATER}, None), "unanswered"),  # this was asked for, and only that was not answered
        (Trouble({"rest.other": LATER}, LATER), "unanswered"),  # the probe gave up before it came to this
        (Trouble({"rest.other": LATER}, None), "no_occasion"),  # it went on, and had no occasion
    ],
)
def test_a_unit_that_was_not_answered_proves_no_lack_of_occasion(tmp_path: Path, trouble: Trouble, code: str) -> None:
    unit = made.unit()
    (finding,) = completed(tmp_path, unit, troubles={(unit.probe, unit.interface, unit.operation): trouble})
    assert finding.code == code
    assert finding.exchanges == (("000007",) if code == "unanswered" else ("000001",))


def test_a_probe_outside_the_plan_was_not_selected(tmp_path: Path) -> None:
    (finding,) = completed(tmp_path, plan=made.plan(probes=()))
    assert (finding.outcome, finding.code) == (Outcome.NOT_TESTED, "not_selected")


def test_operations_that_write_are_no_part_of_a_read_only_plan_but_open_in_an_audit(tmp_path: Path) -> None:
    refused = made.unit(state=UnitState.REFUSED, blocker=Blocker.NEEDS_WRITE)
    assert completed(tmp_path / "a", refused, effect=Effect.WRITE) == []
    (finding,) = completed(tmp_path / "b", refused, effect=Effect.WRITE, plan=made.plan(preset="audit"))
    assert (finding.outcome, finding.code) == (Outcome.NOT_TESTED, "needs_write")


def test_allowed_writing_makes_them_part_of_the_plan(tmp_path: Path) -> None:
    allowed = Permissions(False, True, False, False, False)
    assert len(completed(tmp_path, effect=Effect.WRITE, plan=made.plan(permissions=allowed))) == 1
