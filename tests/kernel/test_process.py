"""A process that crashes, hangs, grows or talks nonsense says nothing of the file; which Python holds the kernel is told."""

import sys
from pathlib import Path

import pytest

from cpo_probe.errors import UsageError
from cpo_probe.kernel import VARIABLE, Ending, Kernel, find, parse, process
from tests.kernel.assembly import Read, content, written

SAYS = "echo 'some-kernel 1.2'"


def python(folder: Path, does: str, says: str = SAYS) -> Kernel:
    """An interpreter that does only that: $3 is the file, $4 where to write."""
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nif [ $# -lt 4 ]; then {says}; exit; fi\nexport FILE="$3" OUT="$4"\n{does}\n')
    path.chmod(0o755)
    return Kernel(str(path))


def pump(folder: Path) -> Path:
    path = folder / "pump.stp"
    path.write_bytes(content())
    return path


def test_the_answer_is_kept_in_one_form(tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(written(Read().of(content())))
    said = python(tmp_path, f'cp "{tmp_path}/answer" "$OUT"').measure(pump(tmp_path))
    assert parse(said) == Read().of(content())
    assert said.endswith(b"}\n") and b"\n " in said


@pytest.mark.parametrize(
    "does", ["kill -SEGV $$", "exit 3", "echo nonsense > $OUT", "true", 'echo \'{"ending": "well"}\' > $OUT']
)
def test_a_process_that_breaks_down_is_told_as_such(tmp_path: Path, does: str) -> None:
    assert parse(python(tmp_path, does).measure(pump(tmp_path))).ending is Ending.CRASHED


def test_secrets_are_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLM_PASSWORD", "hunter2")
    python(tmp_path, f'env > "{tmp_path}/seen"').measure(pump(tmp_path))
    assert "PATH=" in (tmp_path / "seen").read_text()
    assert "hunter2" not in (tmp_path / "seen").read_text()


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    assert parse(python(tmp_path, "exec sleep 60").measure(pump(tmp_path), wall=0.2)).ending is Ending.TIME


def test_too_much_time_of_a_processor_is_no_crash(tmp_path: Path) -> None:
    assert parse(python(tmp_path, "kill -XCPU $$").measure(pump(tmp_path))).ending is Ending.TIME


def test_what_the_kernel_has_no_memory_for_is_not_given_to_it(tmp_path: Path) -> None:
    path = tmp_path / "large.stp"
    with path.open("wb") as file:
        file.truncate(process.MOST_BYTES + 1)
    assert parse(python(tmp_path, "exit 3").measure(path)).ending is Ending.SIZE


def test_the_id_names_package_version_and_script(tmp_path: Path) -> None:
    name, version, digest = python(tmp_path, "true").id.rsplit("-", 2)
    assert (name, version, len(digest)) == ("some-kernel", "1.2", 8)


@pytest.mark.parametrize(("says", "problem"), [("true", "has no OpenCASCADE"), ("exit 1", "does not run")])
def test_a_python_without_a_kernel_is_the_users_mistake(tmp_path: Path, says: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        python(tmp_path, "true", says).ready()
    with pytest.raises(UsageError, match="does not run"):
        Kernel(str(tmp_path / "nowhere")).ready()


def test_the_named_python_is_taken_before_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = find({VARIABLE: "/somewhere/python"})
    assert named is not None and named.python == "/somewhere/python"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert find({}) is None
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    own = find({})
    assert own is not None and own.python == sys.executable
