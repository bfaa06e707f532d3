"""From a plan to a sealed record; from a broken-off record to a complete one."""

import asyncio
import dataclasses
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from cpo_probe.discovery import discover
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.judge.bind import Facts
from cpo_probe.model import Blocker, Exchange, Interface, Inventory, Plan
from cpo_probe.registry import Registry
from cpo_probe.run.planning import in_order
from cpo_probe.run.schedule import Scheduler, Watcher
from cpo_probe.session import Session
from cpo_probe.target import Secrets


async def record(
    folder: Path,
    plan: Plan,
    registry: Registry,
    watcher: Watcher,
    *,
    secrets: Secrets | None = None,
    observe: Callable[[Session], None] = lambda session: None,
) -> Bundle:
    """Record a new run into `folder` (must not exist or be empty) and seal it.

    `secrets` knows where each reference was written, so that a missing one is named with its place.
    """
    _must_be_new(folder)
    return await _record(RecordWriter.create(folder, plan), registry, watcher, secrets or Secrets(), observe)


def _must_be_new(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name another folder with --out, or continue it with --resume {folder}")


async def resume(
    folder: Path, registry: Registry, watcher: Watcher, *, observe: Callable[[Session], None] = lambda session: None
) -> Bundle:
    """Complete a record that broke off; what is done is not asked again."""
    bundle = Bundle.open(folder)
    if bundle.sealed:
        raise UsageError(f"{folder} is sealed and complete: nothing to resume; start a new run with --out")
    changed = [name for name, digest in bundle.plan.content.items() if registry.files.get(name) != digest]
    if changed:
        raise UsageError(
            f"the content changed since {folder} was begun ({', '.join(changed[:3])}): resume with the version that began it"
        )
    return await _record(RecordWriter.resume(folder), registry, watcher, Secrets(), observe)


async def _record(
    writer: RecordWriter, registry: Registry, watcher: Watcher, secrets: Secrets, observe: Callable[[Session], None]
) -> Bundle:
    try:
        async with Session(_with_what_is_left(writer), writer, secrets) as session:
            observe(session)
            with _interruptible(session):
                await _ask(session, writer, registry, watcher)
        watcher.phase("seal")
        writer.seal()
    finally:
        writer.close()
    return Bundle.open(writer.folder)


def _with_what_is_left(writer: RecordWriter) -> Plan:
    """A resumed run has only the requests that the first part left."""
    limits = writer.plan.target.limits
    left = dataclasses.replace(limits, requests=max(limits.requests - writer.saved, 0))
    return dataclasses.replace(writer.plan, target=dataclasses.replace(writer.plan.target, limits=left))


async def _ask(session: Session, writer: RecordWriter, registry: Registry, watcher: Watcher) -> None:
    plan = writer.plan
    before = Bundle.open(writer.folder)
    inventory = before.inventory if before.frozen else None
    if inventory is None:
        watcher.phase("discovery")
        inventory = await discover(session, plan.target, assume_read_names=plan.permissions.assume_read_names)
        writer.inventory(inventory)
    watcher.phase("probes")
    live = _Live(writer.folder, registry)
    scheduler = Scheduler(
        session,
        plan,
        inventory,
        writer.unit,
        live.fact,
        live.exchange,
        watcher,
        done=before.units(),
        started=before.attempts(),
        fresh=live.fresh,
    )
    for exchange in _learnable(before, inventory):
        scheduler.learn(exchange)
    await scheduler.run(in_order(registry, plan.probes))


def _learnable(before: Bundle, inventory: Inventory) -> Iterator[Exchange]:
    """Earlier answers of operations, in the order of their units."""
    known = {(o.interface, o.id) for o in inventory.operations}
    rows = [(k.operation, k.id) for k in before.keys() if (k.interface, k.operation) in known]
    for _, id in sorted(rows):
        yield before.exchange(id)


class _Live:
    """What has been recorded so far, as probes and the scheduler look at it; opened when it is first asked for."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self._folder = folder
        self._registry = registry
        self._stale = False

    def fresh(self) -> None:
        """From the next question on, facts take in what has been recorded until then."""
        self._stale = True

    @cached_property
    def _bundle(self) -> Bundle:
        return Bundle.open(self._folder)

    def fact(self, key: str, interface: Interface) -> Any:
        if self._stale:
            self._stale = False
            self._bundle.refresh()
            self._facts = Facts(self._registry, self._bundle)
        return self._facts.get(key, interface)

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._registry, self._bundle)

    def exchange(self, id: str) -> Exchange:
        if not self._bundle.holds(id):
            self._bundle.refresh()
        return self._bundle.exchange(id)


@contextmanager
def _interruptible(session: Session) -> Iterator[None]:
    """First Ctrl-C or SIGTERM: ask nothing more, log out, seal. The second one ends at once."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        session.stop(Blocker.INTERRUPTED)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    installed = []
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
            installed.append(number)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            break
    try:
        yield
    finally:
        for number in installed:
            loop.remove_signal_handler(number)
