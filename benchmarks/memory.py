"""Does memory grow with the number of exchanges?

    python -m benchmarks.memory [--judge N] [--record N]

Recording: the same wide system, with a budget of 2,000 and of 20,000 requests. Judging: the reference server's answers,
written again and again by the real `RecordWriter` until there are 1,000 and 100,000 of them. Every measurement is a process of
its own, interpreter and libraries included; memory is its peak resident size.
"""

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._common import ROOT, apart, heading, house, live, peak, plan_for, reference_server
from benchmarks._synthetic import copies
from cpo_probe.evidence import Bundle
from cpo_probe.judge import judge

RESOURCES = 1_000


@contextmanager
def wide_server() -> Iterator[str]:
    """A system of many operations, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks._wide", str(RESOURCES)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.terminate()


def record(url: str, folder: Path, count: int) -> None:
    """Record a run that may ask `count` times."""
    ours = house()
    plan = plan_for(ours, url, auth=False)
    limits = dataclasses.replace(plan.target.limits, requests=count)
    plan = dataclasses.replace(plan, target=dataclasses.replace(plan.target, limits=limits))
    bundle, _ = live(folder, plan, ours)
    print(json.dumps({"exchanges": len(bundle.ids()), "peak": peak()}))


def verdict(folder: Path, workers: int) -> None:
    """Judge a record."""
    ours = house()
    with Bundle.open(folder) as bundle, tempfile.TemporaryDirectory() as out:
        count = len(bundle.ids())
        judge(bundle, ours.registry, ours.catalogue, workers=workers, out=Path(out) / "judgement")
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # the largest one, or this one when it started it
    print(json.dumps({"exchanges": count, "peak": peak(), "child": child}))


def compare(title: str, few: dict[str, float], many: dict[str, float]) -> None:
    ratio = many["peak"] / few["peak"]
    sizes = f"{few['exchanges']:,.0f} exchanges {few['peak']:.0f} MB, {many['exchanges']:,.0f} exchanges {many['peak']:.0f} MB"
    print(f"  {title:20} {sizes}: {ratio:.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--judge", type=int, default=100_000)
    parser.add_argument("--record", type=int, default=20_000)
    chosen = parser.parse_args()
    heading("Peak memory of recording and judging, few exchanges and many")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with wide_server() as url:
            few, many = (_apart("record", url, folder / f"r{n}", n) for n in (chosen.record // 10, chosen.record))
        compare("recording", few, many)
        ours = house()
        with reference_server() as url:
            source, _ = live(folder / "source", plan_for(ours, url), ours)
        for size in (1_000, chosen.judge):
            copies(source, folder / f"j{size}", size)
        few, many = (_apart("judge", folder / f"j{n}", 1) for n in (1_000, chosen.judge))
        compare("judging, one process", few, many)
        both = _apart("judge", folder / f"j{chosen.judge}", 2)
        print(f"  judging, two workers  {both['peak']:.0f} MB and at most {both['child']:.0f} MB each")


def _apart(*arguments: object) -> dict[str, float]:
    return apart("benchmarks.memory", *map(str, arguments))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["record", url, folder, count]:
            record(url, Path(folder), int(count))
        case ["judge", folder, workers]:
            verdict(Path(folder), int(workers))
        case _:
            main()
