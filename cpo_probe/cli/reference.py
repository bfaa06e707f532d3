"""`demo`: the main job on the reference PLM server; and how that server is started."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from cpo_probe.cli import running
from cpo_probe.cli.loading import open_house
from cpo_probe.cli.output import people
from cpo_probe.errors import UsageError
from cpo_probe.registry import PACKAGE, own_root

USER, PASSWORD = "integrator", "CPO_PROBE_REFERENCE_PASSWORD"  # a user name is public, a password stands in the environment
DEMO_LIMITS = {"rate": 500.0, "concurrency": 4, "requests": 20_000, "seconds": 600.0}


_SERVE = """\
from importlib import import_module
from cpo_probe.registry import load
load()
import_module("{package}.fixtures.plm.serve").main(["--odata", "--soap"])
"""


@contextmanager
def reference_server() -> Iterator[str]:
    """The base URL of the reference server in a process of its own; its password is put into the environment."""
    accounts = import_module(f"{PACKAGE}.fixtures.plm.auth.accounts")
    os.environ[PASSWORD] = accounts.PASSWORD
    command = [sys.executable, "-c", _SERVE.format(package=PACKAGE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().strip() if server.stdout else ""
            if not url:
                raise RuntimeError("the reference server did not start; its message stands above")
            yield url
        finally:
            server.terminate()


def exports_profile() -> str:
    """What a profile says about the exports of that server, in TOML."""
    module = import_module(f"{PACKAGE}.fixtures.plm.export")
    return (Path(module.__file__ or "").parent / "profile.toml").read_text(encoding="utf-8")


def reference_schemas() -> tuple[Path, ...]:
    """A folder of schemas of our own for what that server exports; those of standards bodies are the user's."""
    return (own_root() / "fixtures" / "plm" / "export" / "schemas",)


def demo(out: Path, language: str) -> int:
    """The main job against the reference server; 0 whatever the scorecard says, since nothing is being certified."""
    if out.exists():
        if not (out / "record").is_dir():
            raise UsageError(f"--out {out} exists and holds no earlier demo: name another folder")
        shutil.rmtree(out)
    open_house((), None, language)
    with reference_server() as url, tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "reference-plm.toml"
        profile.write_text(_PROFILE.format(url=url, user=USER, password=PASSWORD) + exports_profile(), encoding="utf-8")
        code = running.run(
            running.Options(
                target=str(profile),
                preset="nightly",
                out=out,
                resume=None,
                baseline=None,
                probes=(),
                operations=(),
                limits=DEMO_LIMITS,
                job=True,
                write=False,
                intrusive=False,
                assume_read_names=True,
                foreign_credentials=True,
                seed=1,
                operator="demo",
                catalogue=None,
                content=(),
                schemas=(),
                language=language,
                json=False,
            )
        )
    people().print(f"(a run would end with exit code {code}; the demo ends with 0)", markup=False)
    return 0


_PROFILE = """\
name = "reference-plm"
base_url = "{url}"
product = "Reference PLM server"
vendor = "cpo-probe"

[auth]
kind = "basic"
username = "{user}"
password = "env:{password}"
"""
