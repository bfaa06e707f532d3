"""Which probes run side by side?"""

from cpo_probe.model import Effect
from cpo_probe.registry import ProbeDef
from cpo_probe.run.planning import stages


async def nothing() -> None:
    """Asks nothing."""


def probe(id: str, *after: str, serial: bool = False) -> ProbeDef:
    return ProbeDef(id, nothing, "", (), after, Effect.READ, True, "", 1, serial)


def named(*probes: ProbeDef) -> list[list[str]]:
    return [[one.id for one in stage] for stage in stages(probes)]


def test_probes_that_wait_for_nobody_run_together() -> None:
    assert named(probe("a"), probe("b"), probe("c")) == [["a", "b", "c"]]


def test_a_probe_runs_after_all_that_it_names() -> None:
    assert named(probe("read"), probe("paging", "read"), probe("errors", "read"), probe("all", "paging", "read")) == [
        ["read"],
        ["paging", "errors"],
        ["all"],
    ]


def test_a_probe_that_is_not_part_of_the_plan_is_not_waited_for() -> None:
    assert named(probe("errors", "read"), probe("other")) == [["errors", "other"]]


def test_a_serial_probe_has_a_stage_of_its_own() -> None:
    assert named(probe("read"), probe("slow", serial=True), probe("slower", serial=True), probe("last", "slow")) == [
        ["read"],
        ["slow"],
        ["slower"],
        ["last"],
    ]
