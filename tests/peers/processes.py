"""How is a server written by others started on loopback, waited for, and stopped?"""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / ".peers"
NODE = HOME / "node" / "node_modules"
START_SECONDS = 180
IN_MEMORY = {"requires": {"db": {"kind": "sqlite", "driver": "sql.js", "credentials": {"url": ":memory:"}}}}
"""Configuration of CAP: the database that needs no compiler, made anew with every start."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A running server. `target`: what `cpo-probe run` is given, a URL or the path of a profile.

    `read_names`: the user confirms that operations whose names say so only read.
    """

    url: str
    target: str
    read_names: bool = False


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def declared(folder: Path, url: str, kind: str, place: str) -> str:
    """Path of a profile that declares one interface of the server at `url` and nothing else."""
    profile = folder / "profile.toml"
    said = {"name": folder.name, "base_url": url.rstrip("/") + place}
    lines = [*(f'{key} = "{value}"' for key, value in said.items()), "", "[[interfaces]]", f'kind = "{kind}"']
    profile.write_text("\n".join([*lines, f'url = "{place}"', ""]), encoding="utf-8")
    return str(profile)


def logging_in(folder: Path, url: str, auth: str, password: str) -> str:
    """Path of a profile that declares the SOAP service at `url`, with the tables of its log-in; "file:password.txt" is known."""
    (folder / "password.txt").write_text(password, encoding="utf-8")
    (folder / "password.txt").chmod(0o600)
    profile = folder / "profile.toml"
    said = f'name = "{folder.name}"\nbase_url = "{url}"\n'
    interface = f'[[interfaces]]\nkind = "wsdl"\nurl = "{url}"\ndescription = "{url}?wsdl"\n'
    profile.write_text(f"{said}{auth}{interface}", encoding="utf-8")
    return str(profile)


def with_port(template: Path, folder: Path, port: int) -> Path:
    """A copy of a WSDL, its address at port 80 moved to `port`."""
    copy = folder / template.name
    text = template.read_text(encoding="utf-8")
    assert "127.0.0.1:80/" in text, f"{template} states no address to be moved"
    copy.write_text(text.replace("127.0.0.1:80/", f"127.0.0.1:{port}/"), encoding="utf-8")
    return copy


def python(peer: str) -> tuple[str, ...]:
    """A command that runs `serve.py` of that peer in its own virtual environment."""
    return str(HOME / peer / "bin" / "python"), str(HERE / peer / "serve.py")


def node(program: str) -> tuple[str, ...]:
    """A command that runs a program of an installed package; whatever it listens on, it listens on 127.0.0.1."""
    return "node", "--require", str(HERE / "node" / "loopback.cjs"), str(NODE / program)


@contextmanager
def running(
    command: tuple[str, ...],
    port: int,
    log: Path,
    *,
    folder: Path = HOME,
    env: Mapping[str, str] | None = None,
    path: str = "/",
) -> Iterator[str]:
    """The base URL of the server that this command starts on `port`; ended when left. Its words go to `log`.

    It has started when `path` answers anything.
    """
    with log.open("wb") as words:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})}, stdout=words, stderr=words)
        try:
            _wait(process, port, path, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    """Return when the server answers; raise with its last words when it ends or stays silent."""
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    fate = f"was silent for {START_SECONDS} s" if process.poll() is None else f"ended with {process.returncode}"
    raise RuntimeError(f"the server {fate}; its last words:\n{log.read_text(errors='replace')[-2000:]}")
