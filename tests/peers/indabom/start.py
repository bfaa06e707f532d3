"""indabom: a bill of material manager for people, with a log-in form and no interface. The negative control."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.indabom.serve import ACCOUNT, PASSWORD
from tests.peers.processes import HOME, Peer, free_port, python, running

NEEDS = ("indabom", "indabom-data")
DATABASE = "indabom.sqlite3"


@contextmanager
def start(folder: Path) -> Iterator[Peer]:
    """The profile logs in by the form; strangers are sent to it."""
    port = free_port()
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    shutil.copyfile(HOME / "indabom-data" / DATABASE, folder / DATABASE)
    command = (*python("indabom"), str(port), str(folder))
    with running(command, port, folder / "indabom.log", path="/login/") as url:
        profile = folder / "indabom.toml"
        profile.write_text(_PROFILE.format(url=url, user=ACCOUNT), encoding="utf-8")
        yield Peer(url, str(profile))


_PROFILE = """\
name = "indabom"
base_url = "{url}"

[auth]
kind = "login"
url = "login/"
before = "login/"
fields = {{ username = "{user}", password = "file:password" }}
success_status = [302]
success_cookie = "sessionid"
"""
