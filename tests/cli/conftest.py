"""The command line as its users run it: a process of its own, against the reference server on loopback."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cpo_probe.cli import main
from cpo_probe.cli.reference import reference_server
from cpo_probe.registry import load

PROFILE = """\
name = "reference"
base_url = "{url}"

[auth]
kind = "basic"
username = "integrator"
password = "env:CPO_PROBE_REFERENCE_PASSWORD"

[limits]
rate = 1000
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: exit code, text for machines, text for people."""

    code: int
    out: str
    err: str


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "cpo_probe", *map(str, arguments)]


def cpo_probe(*arguments: str | Path, stdin: str = "", env: dict[str, str] | None = None) -> Done:
    """Run the program and wait."""
    done = subprocess.run(
        command(*arguments),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, **(env or {})},
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def inside(*arguments: str | Path, stdin: str = "", env: dict[str, str] | None = None) -> Done:
    """The same without a process of its own: quicker, for what needs none."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        patch.setattr("sys.argv", ["cpo-probe", *map(str, arguments)])
        patch.setattr("sys.stdin", io.StringIO(stdin))
        patch.setattr("sys.stdout", out)
        patch.setattr("sys.stderr", err)
        with pytest.raises(SystemExit) as end:
            main()
    said = [stream.buffer.getvalue().decode() for stream in (out, err) if isinstance(stream.buffer, io.BytesIO)]
    return Done(int(end.value.code or 0), *said)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Base URL of the reference server; its log-in is in the environment."""
    load()
    with reference_server() as url:
        yield url


@pytest.fixture(scope="session")
def profile(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "reference.toml"
    path.write_text(PROFILE.format(url=server), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def bundle(profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A nightly run of the clean server."""
    path = tmp_path_factory.mktemp("run") / "bundle"
    done = cpo_probe("run", profile, "--preset", "nightly", "--out", path)
    assert done.code in (0, 3), done.err
    return path
