"""A bundle on a full disk. The limit on the size of a file stands for the disk: a write is cut short at it, then refused."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from cpo_probe.evidence import Bundle, verify
from tests.faults.little import Little

SMALL_DISK = """
import resource, signal, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["cpo-probe", *sys.argv[2:]]
from cpo_probe.cli import main
main()
"""
BIG = 10**9
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    said: str


async def cpo_probe(disk: int, *arguments: object) -> Done:
    """The program with files of at most `disk` bytes."""
    command = [sys.executable, "-c", SMALL_DISK, str(disk), *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=ROOT
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, said.decode())


async def test_a_disk_that_fills_up_while_recording_ends_the_run_and_loses_nothing(little: Little, tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    done = await cpo_probe(35_000, "run", little.base, "--rate", 1000, "--out", path)
    assert done.code == 4, done.said
    saved = len(Bundle.open(path).ids())
    assert saved > 10
    last = done.said.splitlines()[-1]
    assert last.startswith("cpo-probe: cannot write evidence to ")
    assert f"{saved} exchanges are saved in {path} and stay readable." in last and f"cpo-probe run --resume {path}" in last
    assert "Traceback" not in done.said
    assert not Bundle.open(path).sealed
    assert [defect for defect in verify(path) if "not sealed" not in defect] == []

    resumed = await cpo_probe(BIG, "run", "--resume", path, "--json")
    assert resumed.code in (0, 3), resumed.said
    whole = Bundle.open(path)
    assert whole.sealed and len(whole.ids()) > saved
    assert verify(path) == ()
    assert {unit.state for unit in whole.units()} == {"done"}


async def test_a_disk_that_is_full_from_the_start_is_said_before_anything_is_asked(little: Little, tmp_path: Path) -> None:
    done = await cpo_probe(500, "run", little.base, "--out", tmp_path / "bundle")
    assert done.code == 4 and "0 exchanges are saved" in done.said and "Traceback" not in done.said
    assert little.seen == []


async def test_a_disk_that_fills_up_while_judging_leaves_the_record_to_be_judged_again(little: Little, tmp_path: Path) -> None:
    path = tmp_path / "bundle"
    first = await cpo_probe(BIG, "run", little.base, "--rate", 1000, "--out", path)
    assert first.code in (0, 3), first.said
    (judgement,) = (path / "judgements").iterdir()
    before = {file.name: file.read_bytes() for file in judgement.iterdir()}
    again = await cpo_probe(40_000, "judge", path)
    assert again.code == 2 and "cannot write" in again.said and "What was recorded stays as it is" in again.said
    assert "Traceback" not in again.said
    assert {file.name: file.read_bytes() for file in judgement.iterdir()} == before
    assert (await cpo_probe(BIG, "judge", path)).code == first.code
    assert verify(path) == ()
