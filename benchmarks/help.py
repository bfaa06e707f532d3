"""How long does `cpo-probe --help` take, against a typer program with two empty commands?

    python benchmarks/help.py

The two are started in turn; the median of each and their ratio are printed. The aim is less than 1.5.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 15
EMPTY = """\
import typer
app = typer.Typer(rich_markup_mode=None, add_completion=False)
@app.command()
def one() -> None: ...
@app.command()
def two() -> None: ...
app()
"""


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY, encoding="utf-8")
        ours = [sys.executable, "-m", "cpo_probe", "--help"]
        theirs = [sys.executable, str(empty), "--help"]
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS + 1)][1:]
    mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"cpo-probe --help        {mine * 1000:6.0f} ms (median of {RUNS})")
    print(f"two empty commands      {other * 1000:6.0f} ms")
    print(f"ratio                   {mine / other:6.2f}   aim: below 1.5")


if __name__ == "__main__":
    main()
