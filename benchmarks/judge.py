"""How fast is the judge, against the run that made the record?

    python -m benchmarks.judge [--rounds N] [--size N]

The reference server is probed without pace or brake, as fast as it answers, and the record is judged; then a record of many
such exchanges is made by the real `RecordWriter` and judged by one process and by two. A polite run records `limits.rate`
exchanges per second at most, whatever the server could do; that ratio is printed as well.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from benchmarks._common import heading, house, live, plan_for, reference_server, seconds
from benchmarks._synthetic import copies
from cpo_probe.evidence import Bundle
from cpo_probe.judge import judge
from cpo_probe.model import Limits


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=5_000)
    chosen = parser.parse_args()
    heading("The judge against live runs on the reference server")
    ours = house()
    recorded, judged = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with reference_server() as url:
            plan = plan_for(ours, url)
            for number in range(chosen.rounds):
                bundle, took = live(folder / str(number), plan, ours)
                count = len(bundle.ids())
                recorded.append(count / took)
                judged.append(count / seconds(partial(judge, bundle, ours.registry, ours.catalogue, workers=1)))
        copies(bundle, folder / "large", chosen.size)
        with Bundle.open(folder / "large") as large:
            many = {
                workers: chosen.size / seconds(partial(judge, large, ours.registry, ours.catalogue, workers=workers))
                for workers in (1, 2)
            }
    run, polite = max(recorded), Limits().rate
    print(f"  a run without pace or brake   {run:7.0f} /s  ({count} exchanges, best of {chosen.rounds})")
    print(f"  a run at the default pace     {polite:7.0f} /s at most")
    for title, rate in (
        ("judging that record", max(judged)),
        (f"judging {chosen.size:,}", many[1]),
        (f"judging {chosen.size:,}, two workers", many[2]),
    ):
        print(f"  {title:29} {rate:7.0f} /s  {rate / run:5.2f} x without pace, {rate / polite:.0f} x at the default pace")


if __name__ == "__main__":
    main()
