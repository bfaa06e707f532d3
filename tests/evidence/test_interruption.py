"""Killing, cutting and filling the disk lose at most the exchange in flight."""

import asyncio
import errno
import os
import random
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence import Bundle, RecordWriter, decode, verify
from cpo_probe.evidence.rows import Environment
from tests.evidence.made import exchange, inventory, plan, record, unit

UNSEALED = "record/manifest.json: missing, the record is not sealed"
PROCESS = Path(__file__).with_name("recording_process.py")


def killed(folder: Path, begin: str, chance: random.Random) -> list[str]:
    """Record in a process, kill it after some exchanges at no particular point, return the ids it said it had recorded."""
    command = [sys.executable, str(PROCESS), str(folder), begin, str(chance.random())[2:10]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        count = chance.randrange(0, 60)
        said = [line for line, _ in zip(process.stdout, range(count), strict=False)]
        process.kill()  # SIGKILL
        said += list(process.stdout)
    return [line.strip() for line in said if line.endswith("\n")]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_recorded_before_a_kill_is_there_and_the_run_can_be_resumed_and_sealed(tmp_path: Path, seed: int) -> None:
    chance, folder = random.Random(seed), tmp_path / "run"
    said = killed(folder, "create", chance)
    for _ in range(3):
        with Bundle.open(folder) as bundle:  # as far as it got, before any repair
            assert set(said) <= set(bundle.ids())
            assert len(list(bundle.exchanges())) == len(bundle.ids())
        said += killed(folder, "resume", chance)
    with RecordWriter.resume(folder) as recorder:
        id = recorder.next_id()
        asyncio.run(recorder.write(*exchange(id)))
        recorder.seal()
    assert verify(folder) == ()
    with Bundle.open(folder) as bundle:
        assert {*said, id} <= set(bundle.ids())
        assert len(bundle.ids()) <= len(said) + 2 + 4 * 4  # those in flight may be there, said or not
        assert all(each.response or each.failure for each in bundle.exchanges())


def unsealed(folder: Path) -> tuple[Path, Path]:
    record(folder, seal=False)
    return folder / "record/exchanges.jsonl", folder / "record/traffic/00001.warc.gz"


def resumed(folder: Path) -> list[str]:
    """Resume, record one more, seal, verify; the ids that are there then."""
    with RecordWriter.resume(folder) as recorder:
        asyncio.run(recorder.write(*exchange(recorder.next_id())))
        recorder.seal()
    assert verify(folder) == ()
    with Bundle.open(folder) as bundle:
        return [each.id for each in bundle.exchanges()]


def test_a_row_torn_at_any_byte_is_cut_off_and_mentioned(tmp_path: Path) -> None:
    rows, _ = unsealed(tmp_path / "run")
    data = rows.read_bytes()
    last = data.rstrip(b"\n").rindex(b"\n") + 1
    for n, size in enumerate((*range(last + 1, len(data), 71), len(data) - 1)):
        folder = tmp_path / str(n)
        shutil.copytree(tmp_path / "run", folder)
        os.truncate(folder / "record/exchanges.jsonl", size)
        assert any("torn" in sentence for sentence in verify(folder))
        with Bundle.open(folder) as bundle:
            assert len(bundle.exchanges()) == 5
        assert resumed(folder) == ["000001", "000002", "000003", "000004", "000005", "000006"]
        environment = decode((folder / "record/environment.json").read_bytes(), Environment)
        assert len(environment.sessions) == 2
        assert (
            f"exchanges.jsonl: {size - last} bytes of an interrupted write were cut off after byte {last}"
            in environment.sessions[1].cut
        )


def test_a_record_whose_row_was_not_written_is_cut_off(tmp_path: Path) -> None:
    _, segment = unsealed(tmp_path / "run")
    whole = segment.read_bytes()
    segment.write_bytes(whole + whole[200:500])
    assert any(sentence.startswith("record/traffic/00001.warc.gz: extra, 300 bytes") for sentence in verify(tmp_path / "run"))
    assert len(resumed(tmp_path / "run")) == 7
    assert segment.read_bytes() == whole


@pytest.mark.parametrize("lost", [1, 300, 700, 2000])
def test_rows_whose_records_did_not_reach_the_disk_are_cut_off(tmp_path: Path, lost: int) -> None:
    _, segment = unsealed(tmp_path / "run")
    os.truncate(segment, segment.stat().st_size - lost)
    before = len(resumed(tmp_path / "run"))
    assert 1 < before < 7


def test_units_that_speak_of_a_lost_exchange_are_cut_off_with_it(tmp_path: Path) -> None:
    rows, _ = unsealed(tmp_path / "run")
    os.truncate(rows, rows.stat().st_size - 1)
    resumed(tmp_path / "run")
    with Bundle.open(tmp_path / "run") as bundle:
        assert [each.id for each in bundle.units()] == ["discovery"]


def test_a_segment_without_any_exchange_and_unfinished_files_are_removed(tmp_path: Path) -> None:
    unsealed(tmp_path / "run")
    (tmp_path / "run/record/traffic/00002.warc.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "run/record/payloads/abc.1.part").write_bytes(b"x")
    assert len(resumed(tmp_path / "run")) == 7


def test_an_inventory_frozen_just_before_the_kill_is_named_by_the_first_row_after_the_resume(tmp_path: Path) -> None:
    with RecordWriter.create(tmp_path / "run", plan()) as recorder:
        asyncio.run(recorder.write(*exchange(recorder.next_id())))
        recorder.inventory(inventory())
    assert resumed(tmp_path / "run") == ["000001", "000002"]
    assert b'"inventory":"","previous"' not in (tmp_path / "run/record/exchanges.jsonl").read_bytes().splitlines()[1]


def test_a_row_changed_in_the_middle_is_no_interruption_and_is_not_resumed(tmp_path: Path) -> None:
    rows, _ = unsealed(tmp_path / "run")
    rows.write_bytes(rows.read_bytes().replace(b"/items/1", b"/items/9", 1))
    with pytest.raises(EvidenceError, match="was damaged, not interrupted"):
        RecordWriter.resume(tmp_path / "run")
    RecordWriter.create(tmp_path / "other", plan()).close()


def test_a_full_disk_says_what_is_saved_and_the_same_writer_goes_on_when_there_is_space(tmp_path: Path) -> None:
    """The limit on the size of a file stands for the disk: a write is cut short at it, then refused."""
    with RecordWriter.create(tmp_path / "run", plan()) as recorder:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
        try:
            with pytest.raises(EvidenceError) as refusal:
                for _ in range(100):
                    asyncio.run(recorder.write(*exchange(recorder.next_id())))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        saved = recorder.saved
        assert 0 < saved < 100
        text = str(refusal.value)
        assert f"{saved} exchanges are saved in {tmp_path / 'run'} and stay readable" in text
        assert f"cpo-probe run --resume {tmp_path / 'run'}" in text
        with Bundle.open(tmp_path / "run") as bundle:
            assert len(list(bundle.exchanges())) == saved
        assert [sentence for sentence in verify(tmp_path / "run") if UNSEALED not in sentence] == []
        asyncio.run(recorder.write(*exchange(recorder.next_id())))
        recorder.seal()
    assert verify(tmp_path / "run") == ()


def test_a_disk_that_fills_up_in_any_step_leaves_a_readable_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with RecordWriter.create(tmp_path / "run", plan()) as recorder:
        asyncio.run(recorder.write(*exchange(recorder.next_id())))
        steps = (
            lambda: recorder.inventory(inventory()),
            lambda: recorder.artifact(b"x", "x"),
            lambda: recorder.seal(),
        )
        for step in steps:
            with monkeypatch.context() as patch:
                patch.setattr("cpo_probe.evidence.files.os.fsync", full)
                with pytest.raises(EvidenceError, match=r"No space left on device\. 1 exchanges are saved"):
                    step()
            with Bundle.open(tmp_path / "run") as bundle:
                assert (list(bundle.ids()), bundle.sealed) == (["000001"], False)
        with monkeypatch.context() as patch:
            patch.setattr("cpo_probe.evidence.journal.Appender.append", full)
            with pytest.raises(EvidenceError, match="No space left on device"):
                recorder.unit(unit())
        recorder.seal()
    assert verify(tmp_path / "run") == ()
    assert not list(tmp_path.rglob("*.part"))
    with monkeypatch.context() as patch, pytest.raises(EvidenceError, match=r"No space left on device\. 0 exchanges"):
        patch.setattr("cpo_probe.evidence.files.os.fsync", full)
        RecordWriter.create(tmp_path / "other", plan())
