"""Judging in this process or in several: the same outcomes either way."""

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from cpo_probe.evidence import Bundle
from cpo_probe.judge.tally import Tally
from cpo_probe.judge.tasks import Task
from cpo_probe.judge.worker import Worker
from cpo_probe.model.schema import Schemas
from cpo_probe.registry import Registry, load_roots

SMALL = 1500  # exchanges below which starting processes costs more than it saves

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
    """Tallies in the order of the tasks; `progress` is told how many exchanges are done."""
    if workers <= 1:
        worker = Worker(bundle, registry)
        for task in tasks:
            yield worker.run([task])
            progress(len(task.ids))
        return
    context = multiprocessing.get_context("spawn")  # no inherited locks, sockets or database handles
    opening = (bundle.path, registry.roots, registry.schemas, bundle.measurements_beside)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_open, initargs=opening) as pool:
        pending: list[tuple[Task, Future[Tally]]] = []
        source = iter(tasks)
        for task in islice(source, workers * 4):
            pending.append((task, pool.submit(_judge, task)))
        while pending:
            task, future = pending.pop(0)
            yield future.result()
            progress(len(task.ids))
            for following in islice(source, 1):
                pending.append((following, pool.submit(_judge, following)))


def _open(path: Path, roots: tuple[Path, ...], schemas: Schemas, measured: tuple[str, Mapping[str, bytes]]) -> None:
    global _worker
    few_collections().__enter__()  # for as long as this process lives
    bundle = Bundle.open(path)
    bundle.measured_by(*measured)
    _worker = Worker(bundle, load_roots(roots, schemas))


def _judge(task: Task) -> Tally:
    assert _worker is not None, "the pool's initializer has run"
    return _worker.run([task])
