"""What does keeping evidence cost: time per exchange, and memory as the number of exchanges grows?

    python benchmarks/evidence.py

Every measurement is a process of its own; memory is its peak resident size, interpreter and libraries included. Ratios are
from one run on one machine.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._common import peak
from cpo_probe.evidence import Bundle, RecordWriter, verify
from tests.evidence.made import exchange, plan, unit

BODY = (b'{"id":"4711","name":"Flansch","mass":"0.1250","unit":"kg"},' * 100)[:5_000]


async def record(folder: Path, count: int) -> float:
    """Record that many exchanges of about 5 kB; seconds spent in `write`."""
    spent = 0.0
    with RecordWriter.create(folder, plan()) as recorder:
        for number in range(count):
            body = BODY[:-10] + f"{number:010d}".encode()
            made = exchange(
                recorder.next_id(), body=body, path=f"/items/{number}", unit=f"unit {number // 10}", group=f"{number // 3}"
            )
            begin = time.perf_counter()
            await recorder.write(*made)
            spent += time.perf_counter() - begin
            if number % 10 == 9:
                recorder.unit(unit(f"unit {number // 10}"))
        recorder.seal()
    return spent


def read(folder: Path) -> float:
    """Open, walk the light rows, read every exchange; seconds."""
    begin = time.perf_counter()
    with Bundle.open(folder) as bundle:
        count = sum(1 for _ in bundle.keys())
        size = sum(len(each.body) for each in bundle.exchanges())
    assert size == count * len(BODY)
    return time.perf_counter() - begin


def check(folder: Path) -> float:
    """Verify; seconds."""
    begin = time.perf_counter()
    assert verify(folder) == ()
    return time.perf_counter() - begin


def alone(what: str, folder: Path, count: int) -> tuple[float, float]:
    """Seconds and peak MB of one piece of work in a process of its own."""
    done = subprocess.run([sys.executable, __file__, what, str(folder), str(count)], capture_output=True, text=True, check=True)
    seconds, size = done.stdout.split()
    return float(seconds), float(size)


def work(what: str, folder: Path, count: int) -> None:
    match what:
        case "record":
            seconds = asyncio.run(record(folder / f"{count}", count))
        case "read":
            seconds = read(folder / f"{count}")
        case _:
            seconds = check(folder / f"{count}")
    print(seconds, peak())


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows: dict[tuple[str, int], tuple[float, float]] = {}
        for what, counts in (
            ("record", (2_000, 20_000)),
            ("record", (1_000, 100_000)),
            ("read", (1_000, 100_000)),
            ("verify", (1_000, 100_000)),
        ):
            for count in counts:
                rows[what, count] = alone(what, folder, count)
            few, many = (rows[what, count] for count in counts)
            print(
                f"{what:7} {counts[1]:7,}: {many[0] / counts[1] * 1e6:6.0f} us each,"
                f" memory {many[1]:4.0f} MB = {many[1] / few[1]:.2f} x that of {counts[0]:,} ({few[1]:.0f} MB)"
            )
        size = sum(path.stat().st_size for path in (folder / "100000").rglob("*") if path.is_file())
        print(f"on disk: {size / 100_000:.0f} bytes per exchange of 5,000 bytes")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
