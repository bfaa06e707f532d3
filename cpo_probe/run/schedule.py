"""Who runs when, and what became of it? Here is the one broad `except` of the recording."""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, Protocol

from cpo_probe.errors import EvidenceError, ScopeError
from cpo_probe.model import Blocker, Exchange, Identity, Interface, Inventory, Plan, Unit, UnitState
from cpo_probe.protocols.arguments import ON_PURPOSE
from cpo_probe.protocols.harvest import Harvest
from cpo_probe.registry import ProbeDef
from cpo_probe.run.context import UnitContext
from cpo_probe.run.lessons import Lessons
from cpo_probe.run.planning import Work, stages, waves
from cpo_probe.session import Session

RERUN = frozenset({Blocker.BUDGET, Blocker.INTERRUPTED})


class Watcher(Protocol):
    """Who wants to know how far the run is."""

    def phase(self, name: str) -> None: ...
    def expect(self, probe: str, units: int) -> None: ...
    def finished(self, unit: Unit) -> None: ...


class Scheduler:
    """Runs the probes of a plan over a frozen inventory."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        inventory: Inventory,
        keep: Callable[[Unit], None],
        facts: Callable[[str, Interface], Any],
        read: Callable[[str], Exchange],
        watcher: Watcher,
        done: Sequence[Unit] = (),
        started: dict[str, int] | None = None,
        fresh: Callable[[], None] = lambda: None,
    ) -> None:
        """`fresh` is called before each stage: what `facts` computes from there on has seen the stages before."""
        self._fresh = fresh
        self._session = session
        self._plan = plan
        self._inventory = inventory
        self._keep = keep
        self._facts = facts
        self._watcher = watcher
        self._done = {u.id for u in done if not needs_rerun(u)}
        self._attempts = dict(started or {})  # unit -> attempts begun before a resume
        self._interfaces = {i.id: i for i in inventory.interfaces}
        self._operations = {(o.interface, o.id): o for o in inventory.operations}
        self._lessons = Lessons(self._teaches, read)
        self._below = {i.id: tuple(o for o in inventory.operations if o.interface == i.id) for i in inventory.interfaces}
        self.harvests = {id: Harvest(operations) for id, operations in self._below.items()}

    def learn(self, exchange: Exchange) -> None:
        """Feed the harvest with an earlier answer."""
        for new in self._lessons.new([exchange]):
            self._learn(new)

    def _learn(self, exchange: Exchange) -> None:
        self.harvests[exchange.interface].learn(self._operations[(exchange.interface, exchange.operation)], exchange)

    def _teaches(self, exchange: Exchange) -> bool:
        """Whether it is a successful answer to the account, and to real arguments."""
        known = (exchange.interface, exchange.operation) in self._operations
        known = known and ON_PURPOSE.isdisjoint(map(str, exchange.note.get("sources", {}).values()))
        return known and 200 <= exchange.status < 300 and exchange.complete and exchange.identity is Identity.ACCOUNT

    async def run(self, probes: Sequence[ProbeDef]) -> None:
        """Stage after stage, wave after wave; within a wave as many units at once as the limits allow.

        Probes that do not wait for each other share their waves, so that a long unit of one leaves nobody idle.
        """
        plans = {probe.id: waves(probe, self._plan, self._inventory) for probe in probes}
        for probe in probes:
            self._watcher.expect(probe.id, sum(len(wave) for wave in plans[probe.id]))
        for stage in stages(probes):
            self._fresh()
            width = 1 if any(probe.serial for probe in stage) else self._plan.target.limits.concurrency
            for parts in zip_longest(*(plans[probe.id] for probe in stage), fillvalue=()):
                await self._wave([work for part in parts for work in part], width)

    async def _wave(self, wave: list[Work], width: int) -> None:
        gate = asyncio.Semaphore(width)

        async def one(work: Work) -> list[Exchange | str]:
            async with gate:
                return await self._unit(work)

        try:
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(one(work)) for work in wave if work.id not in self._done]
        except ExceptionGroup as errors:  # only a record that cannot be written gets this far
            raise errors.exceptions[0] from errors
        # Learned in the order of the units, not of arrival: an unchanged system must give unchanged arguments.
        for exchange in self._lessons.release(task.result() for task in running):
            self._learn(exchange)

    async def _unit(self, work: Work) -> list[Exchange | str]:
        attempt = self._attempts.get(work.id, 0) + 1
        interface = self._interfaces[work.interface]
        context = UnitContext(
            work,
            attempt,
            self._session,
            self._plan,
            self._inventory,
            interface,
            self._below[work.interface],
            self.harvests[work.interface],
            self._facts,
        )
        state, blocker, detail = UnitState.DONE, None, ""
        try:
            arguments = (context, work.operation) if work.operation else (context,)
            await work.probe.run(*arguments)
            if context.blocker is not None:
                state = UnitState.PARTIAL if context.seen else UnitState.REFUSED
                blocker, detail = context.blocker, context.detail
        except EvidenceError:
            raise  # nothing may be asked that cannot be recorded: the run ends here, and can be resumed
        except ScopeError as refusal:
            state = UnitState.PARTIAL if context.seen else UnitState.REFUSED
            blocker, detail = Blocker(refusal.reason), refusal.detail
        except Exception:  # noqa: BLE001 - a bug in a probe is recorded and the run goes on
            state, detail = UnitState.CRASHED, traceback.format_exc(limit=-6)
        operation = work.operation.id if work.operation else ""
        unit = Unit(work.id, work.probe.id, work.interface, operation, attempt, state, blocker, detail, len(context.seen))
        self._keep(unit)
        self._watcher.finished(unit)
        return self._lessons.hold(context.seen)


def needs_rerun(unit: Unit) -> bool:
    """Whether a resumed run has to do this unit again."""
    return unit.state is UnitState.CRASHED or unit.blocker in RERUN
