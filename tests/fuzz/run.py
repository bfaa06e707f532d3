"""Targets under the fuzzer: `python -m tests.fuzz.run all|TARGET,... FOLDER INPUTS [options of libFuzzer]`.

Needs atheris (`.peers/fuzz`, on the path), which watches the branches of our code and keeps inputs that reach new ones. An empty
folder and the same number give the same inputs on the same machine. What breaks a promise is written to
`FOLDER/TARGET/crash-...`; inputs that reach something new stay in that folder, and are where the next run begins.
"""

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["cpo_probe"]):
    from tests.fuzz.targets import SEEDS, TARGETS

WORDS = Path(__file__).parent / "words"


AT_ONCE = 10_000
"""Inputs for one process: atheris keeps some 60 kB of each."""


def main() -> int:
    chosen, folder, inputs, *options = sys.argv[1:]
    broken = 0
    for name in TARGETS if chosen == "all" else chosen.split(","):
        left, seed = int(inputs), 1
        while left > 0:
            child = os.fork()  # what is instrumented once serves all; the fuzzer ends its process
            if not child:
                _fuzz(name, Path(folder) / name, [f"-runs={min(left, AT_ONCE)}", f"-seed={seed}", *options])
            broken += os.waitpid(child, 0)[1] != 0
            left, seed = left - AT_ONCE, seed + 1
    return 1 if broken else 0


def _fuzz(name: str, folder: Path, options: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = [f"-dict={WORDS / name}"] if (WORDS / name).exists() else []
    places = [f"-artifact_prefix={folder}/", str(folder), str(SEEDS / name)]
    atheris.Setup([sys.argv[0], "-max_len=4096", *words, *options, *places], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
