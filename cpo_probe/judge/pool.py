"""Judging in this process or in several: the same outcomes either way."""

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from cpo_probe.evidence import Bundle
from cpo_probe.judge.tally import Tally
from cpo_probe.judge.tasks import Task
from cpo_probe.judge.worker import Worker
from cpo_probe.model.schema import Schemas
from cpo_probe.registry import Registry, load_roots

SMALL = 1500  # exchanges below which starting processes costs more than it saves
_AHEAD = 2  # tasks that each other process has: the one it is at, and the next
_BEHIND = 64  # results that may wait for one before them

_worker: Worker | None = None


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for cycles seldom: judging makes and drops millions of objects, hardly any of them in a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def run(
    bundle: Bundle, registry: Registry, tasks: Iterable[Task], workers: int, progress: Callable[[int], None]
) -> Iterator[Tally]:
    """Tallies in the order of the tasks; `progress` is told how many exchanges are done.

    This process is one of the workers: it does what the others, who have to start first, have no hands for.
    """
    own = Worker(bundle, registry)
    if workers <= 1:
        for task in tasks:
            yield own.run([task])
            progress(len(task.ids))
        return
    context = multiprocessing.get_context("spawn")  # no inherited locks, sockets or database handles
    opening = (bundle.path, registry.roots, registry.schemas, bundle.measurements_beside)
    with ProcessPoolExecutor(workers - 1, mp_context=context, initializer=_open, initargs=opening) as others:
        waiting: deque[tuple[Task, Future[Tally]]] = deque()
        for task in tasks:
            busy = sum(not future.done() for _, future in waiting)
            waiting.append((task, others.submit(_judge, task) if busy < _AHEAD * (workers - 1) else _done(own.run([task]))))
            while waiting and (len(waiting) > _BEHIND or waiting[0][1].done()):
                done, future = waiting.popleft()
                yield future.result()
                progress(len(done.ids))
        for done, future in waiting:
            yield future.result()
            progress(len(done.ids))


def _done(tally: Tally) -> Future[Tally]:
    future: Future[Tally] = Future()
    future.set_result(tally)
    return future


def _open(path: Path, roots: tuple[Path, ...], schemas: Schemas, measured: tuple[str, Mapping[str, bytes]]) -> None:
    global _worker
    few_collections().__enter__()  # for as long as this process lives
    bundle = Bundle.open(path)
    bundle.measured_by(*measured)
    _worker = Worker(bundle, load_roots(roots, schemas))


def _judge(task: Task) -> Tally:
    assert _worker is not None, "the pool's initializer has run"
    return _worker.run([task])
