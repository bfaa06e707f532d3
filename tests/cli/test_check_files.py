"""`check FILE` for whatever stands behind the name: where it lies, what it is, and what becomes of it meanwhile."""

import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cpo_probe.cli.loading import House
from cpo_probe.cli.watching import Watch
from tests.cli.conftest import Done, command, inside
from tests.formats.step_p21.files import HEADER, POINT, whole

WRONG = whole(POINT + b"#2=VERTEX_POINT('',#9);\n#3=VERTEX_LOOP('',#8);\n#4=VERTEX_POINT('a\tb',#1);\n")


def check(path: Path, *options: str) -> Done:
    return inside("check", path, *options)


def file(folder: Path, data: bytes, name: str = "part.stp") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_file_is_read_where_it_lies_and_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file(tmp_path, whole(POINT * 1000))
    lent: list[tuple[Path, list[int]]] = []
    judge = House.judge

    def looked(house: House, bundle: Any, **options: Any) -> Any:
        (artifact,) = bundle.artifacts()
        record = [one.stat().st_size for one in bundle.path.rglob("*") if one.is_file() and not one.is_symlink()]
        lent.append((bundle.file(artifact), record))
        return judge(house, bundle, **options)

    monkeypatch.setattr(House, "judge", looked)
    check(path)
    ((used, sizes),) = lent
    assert used == path
    assert max(sizes) < path.stat().st_size


def test_what_is_wrong_comes_by_severity_each_rule_once_with_its_places_and_a_sum(tmp_path: Path) -> None:
    done = check(file(tmp_path, WRONG))
    severities = [line.split()[0] for line in done.out.splitlines() if line.split()[0] in ("critical", "major", "minor", "info")]
    assert severities == sorted(severities, key=("critical", "major", "minor", "info").index)
    assert done.out.count("p21.references") == 1
    assert "also VERTEX_POINT, #2, line 9" in done.out
    told = int(done.out.splitlines()[-1].split(": ")[1].split()[0])
    assert told == len(json.loads(check(tmp_path / "part.stp", "--json").out))
    assert "rules kept" in done.out.splitlines()[-1]


def test_what_a_broken_off_file_leaves_open_is_told_with_the_reason(tmp_path: Path) -> None:
    done = check(file(tmp_path, HEADER + b"DATA;\n" + POINT))
    (line,) = [line for line in done.out.splitlines() if line.startswith("not judged") and "p21" in line]
    assert "p21.*" in line and "could not be read to its end" in line


def test_rules_without_a_schema_are_named_as_not_judged(tmp_path: Path) -> None:
    done = check(file(tmp_path, whole(POINT, HEADER.replace(b"CONFIG_CONTROL_DESIGN", b"OUR_OWN_SCHEMA"))))
    assert any(line.startswith("not judged: ") and "step.schema.*" in line for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("name", "words"),
    [("folder", "a folder"), ("missing.stp", "nothing"), ("pipe", "a device or pipe"), ("link", "a link that leads nowhere"),
     ("empty.stp", "0 bytes"), ("random.bin", "bytes of another kind")],
)  # fmt: skip
def test_what_is_no_file_to_be_judged_is_told_in_one_sentence(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    file(tmp_path, b"", "empty.stp")
    file(tmp_path, bytes(range(256)), "random.bin")
    done = check(tmp_path / name)
    assert done.code == 2
    assert words in done.err and len(done.err.splitlines()) == 1


def test_a_picture_is_not_called_good(tmp_path: Path) -> None:
    done = check(file(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(100), "x.png"))
    assert (done.code, "nothing was judged" in done.out, "nothing wrong" in done.out) == (3, True, False)


@pytest.mark.parametrize("what", ["shrinks", "grows", "goes"])
def test_a_file_that_changes_meanwhile_is_told_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = file(tmp_path, whole(POINT * 1000))
    judge = House.judge

    def changing(house: House, bundle: Any, **options: Any) -> Any:
        if what == "goes":
            path.unlink()
        else:
            with path.open("r+b") as opened:
                opened.truncate(500 if what == "shrinks" else 10**6)
        return judge(house, bundle, **options)

    monkeypatch.setattr(House, "judge", changing)
    done = check(path)
    assert (done.code, done.out) == (2, "")
    assert ("is gone" if what == "goes" else "changed while it was read (") in done.err


def test_programs_get_one_json_document_and_nothing_else(tmp_path: Path) -> None:
    done = subprocess.run(command("check", file(tmp_path, WRONG), "--json"), capture_output=True, check=False)
    assert json.loads(done.stdout)
    assert b"\r" not in done.stderr and b"\x1b" not in done.stderr


def test_on_a_terminal_one_line_says_how_much_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, bytes(3 * 10**6))
    terminal = io.StringIO()
    watch = Watch(Console(file=terminal, force_terminal=True, width=100), tmp_path / "record", path)
    watch.stage("judging")
    with path.open("rb") as opened, watch.showing():
        opened.seek(2 * 10**6)
        said = watch.line().plain
    if sys.platform == "linux":
        assert said.startswith("judging  part.stp  2 of 3 MB")
    assert "judging" in terminal.getvalue() and terminal.getvalue().count("\n") <= 1
    assert watch.line().plain.startswith("judging  ")


def test_where_nobody_looks_nothing_is_drawn(tmp_path: Path) -> None:
    log = io.StringIO()
    with Watch(Console(file=log), tmp_path, tmp_path / "part.stp").showing():
        pass
    assert log.getvalue() == ""


MEASURED = """
import resource, sys
limit = int(sys.argv[1]) << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
sys.argv = ["cpo-probe", "check", *sys.argv[2:]]
from cpo_probe.cli import main
main()
"""


def limited(megabytes: int, path: Path) -> subprocess.CompletedProcess[str]:
    """The command in so much address space, more than half of which are libraries."""
    return subprocess.run(
        [sys.executable, "-c", MEASURED, str(megabytes), str(path)], capture_output=True, text=True, check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip


def test_a_package_that_grows_a_hundredfold_is_judged_in_memory_that_does_not(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open("a.stp", "w") as member:
        member.write(HEADER + b"DATA;\n#1=A('")
        for _ in range(60):
            member.write(b"x" * (1 << 20))
        member.write(b"');\nENDSEC;\nEND-ISO-10303-21;\n")
    done = limited(1024, path)
    assert done.returncode == 1, done.stderr
    assert "p21.string-length" in done.stdout or "p21.limits" in done.stdout
    assert "MemoryError" not in done.stdout + done.stderr


def test_the_limit_of_that_test_is_one(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
    done = limited(200, file(tmp_path, WRONG))
    assert "MemoryError" in done.stdout + done.stderr
