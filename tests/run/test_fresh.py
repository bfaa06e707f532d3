"""Do probes of a later stage see what earlier stages recorded?"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from cpo_probe.evidence import RecordWriter
from cpo_probe.model import Evidence, Interface
from cpo_probe.registry import ProbeDef, Registry
from cpo_probe.registry.definitions import FactDef
from cpo_probe.run.recording import _Live
from cpo_probe.run.schedule import Scheduler
from tests.evidence import made
from tests.probes.make import interface, inventory, plan

Ask = Callable[..., Awaitable[None]]


class Count:
    """A fact: how many exchanges there were."""

    def __init__(self, number: int) -> None:
        self.number = number


def count(interface: Interface, evidence: Evidence) -> Count:
    return Count(len(evidence.select()))


def probe(id: str, run: Ask, *after: str) -> ProbeDef:
    return ProbeDef(id, run, "openapi", (id,), after, "read", False, "", 1, False)


class Silent:
    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Any) -> None: ...


async def test_facts_are_as_new_as_the_record_when_a_stage_begins(tmp_path: Path) -> None:
    key = f"{Count.__module__}.{Count.__qualname__}"
    registry = Registry((), {}, {}, {key: FactDef(count, key)}, {}, {})
    writer = RecordWriter.create(tmp_path / "bundle", plan())
    writer.inventory(inventory())
    live, seen = _Live(writer.folder, registry), list[int]()

    async def ask(ctx: Any) -> None:
        seen.append(live.fact(key, interface()).number)
        await writer.write(*made.exchange(writer.next_id()))

    agreed = plan()
    runner = Scheduler(None, agreed, inventory(), lambda _: None, live.fact, live.exchange, Silent(), fresh=live.fresh)  # type: ignore[arg-type]
    await runner.run([probe("a", ask), probe("b", ask, "a"), probe("c", ask, "b")])
    writer.close()
    assert seen == [0, 1, 2]
