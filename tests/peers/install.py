"""Which servers written by others can the tests use on this machine? Installs them into `.peers/`, pinned, once.

    python tests/peers/install.py [PART ...]

What cannot be installed here (no Node.js, not root, no network) is written with its reason to `.peers/missing.json`, and
the tests that need it are skipped with that reason. With CI=true it is a failure. Nothing happens when nothing changed.

Lock files are made anew with:
    npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved        (in tests/peers/node)
    uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
       [--no-emit-package mysqlclient] --output-file requirements.txt requirements.in     (in basyx, cad, fuzz, indabom, spyne)
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1] / ".peers"
NODE = HOME / "node"
CDS = NODE / "node_modules" / ".bin" / "cds"
NEEDED = "Node.js 20 or newer (https://nodejs.org) runs these servers"
SECONDS = 900
"""Longest time for one command."""


class Missing(Exception):
    """What cannot be had here, and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to install: done again when a file of `inputs`, `after` or the recipe changes."""

    name: str
    inputs: tuple[str, ...]
    install: Callable[[], None]
    there: Callable[[], bool]
    """Whether what an earlier installation made is still there."""
    after: str = ""
    """Name of a part that has to be there before."""
    recipe: int = 1
    """Counted up when `install` does something else than before."""


def node() -> None:
    """Node.js packages; no package may run a script of its own, which also leaves nothing to compile."""
    found = run([program("node", NEEDED), "--version"], HOME).strip()
    if int(found.removeprefix("v").partition(".")[0]) < 20:
        raise Missing(f"node {found} was found: {NEEDED}")
    npm = program("npm", "npm comes with Node.js and installs these servers")
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / "node" / name, NODE / name)
    options = ["--ignore-scripts", "--omit=dev", "--omit=optional", "--prefer-offline", "--no-audit", "--no-fund"]
    run([npm, "ci", *options], NODE)


def bookshop() -> None:
    """The sample application of CAP, made by its own tool, with its OpenAPI document compiled by its own compiler."""
    folder = HOME / "bookshop"
    shutil.rmtree(folder, ignore_errors=True)
    run([str(CDS), "init", "bookshop", "--nodejs", "--add", "sample"], HOME)
    (folder / "node_modules").symlink_to(Path("..") / "node" / "node_modules")
    compiler = [
        str(CDS),
        "compile",
        "db",
        "srv",
        "app",
        "--service",
        "CatalogService",
        "--to",
        "openapi",
        "--openapi:url",
        "/odata/v4/catalog",
    ]
    (folder / "openapi.json").write_text(run(compiler, folder), encoding="utf-8")
    shutil.copyfile(HERE / "bookshop" / "server.js", folder / "server.js")


BOM = "@sap/cloud-sdk-vdm-bill-of-material-v2-service@2.1.0"
BOM_DIGEST = "NZI2eh/tga4HK9XhqqDjfzuSaqQQgXl4yHaVsNF7sVzsmI/xg5qNiwa6Bk23pdujcB5jIhnO4Iq6a7eTwwfDVA=="
"""SHA-512 in base64, as lock files of npm have it."""


def bom() -> None:
    """SAP's model of bills of material, made a service of CAP: stored in its own database instead of in another system."""
    folder = HOME / "bom"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "srv").mkdir(parents=True)
    npm = program("npm", "npm comes with Node.js and installs these servers")
    archive = folder / run([npm, "pack", "--silent", "--ignore-scripts", BOM], folder).split()[-1]
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != BOM_DIGEST:
        raise Missing(f"{BOM} is not the file that these tests were written for: its SHA-512 differs")
    with tarfile.open(archive) as packed:
        member = packed.extractfile("package/bill-of-material-v2-service-csn.json")
        assert member is not None
        model = json.load(member)
    for definition in model["definitions"].values():
        for name in ("@cds.external", "@cds.persistence.skip"):
            definition.pop(name, None)
        if definition["kind"] == "service":
            definition["@path"] = "bom"
    _write(folder / "srv" / "bom.csn", model)
    _write(folder / "package.json", {"name": "bom", "private": True, "dependencies": {"@sap/cds": "^9"}})
    (folder / "node_modules").symlink_to(Path("..") / "node" / "node_modules")
    shutil.copyfile(HERE / "bom" / "server.js", folder / "server.js")


def python(name: str) -> Callable[[], None]:
    """A virtual environment of its own for `tests/peers/<name>/requirements.txt`."""

    def install() -> None:
        folder = HOME / name
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)], HOME)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--require-hashes", "-r", str(HERE / name / "requirements.txt")], HOME)

    return install


def indabom_data() -> None:
    """Its database, migrated once; every test starts from a copy."""
    folder = HOME / "indabom-data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    run([str(HOME / "indabom" / "bin" / "python"), str(HERE / "indabom" / "serve.py"), "make", str(folder)], HOME)


DEBIAN = Lock()
"""apt-get does one thing at a time."""


def debian(purpose: str, there: Callable[[], bool], *packages: str) -> Callable[[], None]:
    """Packages of Debian, when they are not there yet. `purpose`: what they do here."""

    def install() -> None:
        if there():
            return
        command = f"apt-get install {' '.join(packages)}"
        apt = program("apt-get", f"{purpose}: install {', '.join(packages)} by hand")
        if os.geteuid() != 0:
            raise Missing(f"{purpose}, and only root may install it: {command}")
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        with DEBIAN:
            run([apt, "update"], HOME)
            run([apt, "install", "--yes", "--no-install-recommends", *packages], HOME)

    return install


def answers(*command: str) -> Callable[[], bool]:
    """Whether the command ends well."""
    return lambda: (
        shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def chromium() -> bool:
    """Whether there is the browser that opens the reports."""
    return shutil.which("chromium") is not None


PHP = answers("php", "-r", "exit(class_exists('SoapServer') ? 0 : 1);")
GSOAP = answers("soapcpp2", "-V")
FREECAD = answers("freecadcmd", "--version")
PERL = answers("perl", "-MSOAP::Transport::HTTP", "-MHTTP::Daemon", "-e", "1")


def gsoap() -> None:
    """The server of `gsoap/serve.c`, with stubs that gSOAP makes."""
    folder = HOME / "gsoap"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    compiler = program("gcc", "gcc compiles a SOAP server of gSOAP")
    run(
        [
            program("soapcpp2", "gSOAP makes the stubs"),
            "-c",
            "-S",
            "-L",
            "-x",
            "-I/usr/share/gsoap/import",
            str(HERE / "gsoap" / "files.h"),
        ],
        folder,
    )
    run([compiler, "-O1", "-I.", "-o", "server", str(HERE / "gsoap" / "serve.c"), "soapC.c", "soapServer.c", "-lgsoap"], folder)


def exists(path: str) -> Callable[[], bool]:
    """Whether a path below `.peers` is there."""
    return (HOME / path).exists


INDABOM = ("indabom/serve.py", "indabom/settings.py")
PARTS = (
    Part("node", ("node/package.json", "node/package-lock.json"), node, exists("node/node_modules/.package-lock.json")),
    Part("bookshop", ("bookshop/server.js",), bookshop, exists("bookshop/openapi.json"), after="node", recipe=2),
    Part("bom", ("bom/server.js",), bom, exists("bom/server.js"), after="node"),
    Part("basyx", ("basyx/requirements.txt",), python("basyx"), exists("basyx/bin/python")),
    Part("indabom", ("indabom/requirements.txt",), python("indabom"), exists("indabom/bin/python")),
    Part("indabom-data", INDABOM, indabom_data, exists("indabom-data/indabom.sqlite3"), after="indabom"),
    Part("spyne", ("spyne/requirements.txt",), python("spyne"), exists("spyne/bin/python")),
    Part("cad", ("cad/requirements.txt",), python("cad"), exists("cad/bin/python")),
    Part("fuzz", ("fuzz/requirements.txt",), python("fuzz"), exists("fuzz/bin/python")),
    Part("chromium", (), debian("chromium opens the reports", chromium, "chromium"), chromium),
    Part("php", (), debian("PHP runs a SOAP server", PHP, "php-cli", "php-soap"), PHP),
    Part("gsoap", (), debian("gSOAP makes a SOAP server in C", GSOAP, "gsoap", "libgsoap-dev", "gcc", "libc6-dev"), GSOAP),
    Part("gsoap-server", ("gsoap/files.h", "gsoap/serve.c"), gsoap, exists("gsoap/server"), after="gsoap"),
    Part("perl-soap", (), debian("SOAP::Lite is a SOAP server", PERL, "libsoap-lite-perl"), PERL),
)

LONGER = (Part("freecad", (), debian("FreeCAD writes STEP files", FREECAD, "freecad"), FREECAD),)
"""For tests that CI leaves out: installed when named, `python tests/peers/install.py freecad`."""


def main(*names: str) -> int:
    """Install all but the parts of longer tests, or those of these names."""
    HOME.mkdir(exist_ok=True)
    book = Book(_read(HOME / "installed.json"))
    chosen = [part for part in (*PARTS, *LONGER) if part.name in names] if names else [part for part in PARTS if not part.after]
    if names:
        others = {part.name: "nobody asked for it" for part in PARTS if not part.there()}
        book.missing = {name: why for name, why in (others | _read(HOME / "missing.json")).items() if name not in names}
    with ThreadPoolExecutor() as pool:
        list(pool.map(book.install, chosen))
    _write(HOME / "missing.json", book.missing)
    return 1 if book.missing and os.environ.get("CI") else 0


class Book:
    """What is installed, by the digest of what it was made from, and what is missing, with the reason."""

    def __init__(self, stamps: dict[str, str]) -> None:
        self.stamps = stamps
        self.missing: dict[str, str] = {}
        self._turn = Lock()

    def install(self, part: Part) -> None:
        """This part, unless it is there as it should be, and those that wait for it."""
        digest = _digest(part, self.stamps)
        if self.stamps.get(part.name) != digest or not part.there():
            self._stamp(part, "")
            say(f"installing {part.name} into {HOME}")
            try:
                part.install()
            except (Missing, OSError) as problem:
                self._miss(part, str(problem))
                return
            self._stamp(part, digest)
        for other in PARTS:
            if other.after == part.name:
                self.install(other)

    def _stamp(self, part: Part, digest: str) -> None:
        with self._turn:
            self.stamps[part.name] = digest
            _write(HOME / "installed.json", self.stamps)

    def _miss(self, part: Part, reason: str) -> None:
        say(f"  {part.name} is not installed: {reason}")
        self.missing[part.name] = reason
        for other in PARTS:
            if other.after == part.name:
                self._miss(other, f"it needs {part.name}, and that is missing: {reason}")


def program(name: str, purpose: str) -> str:
    """Path of a program."""
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} was not found on this machine: {purpose}")
    return found


def run(command: list[str], folder: Path) -> str:
    """What the command prints; Missing with its last words when it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Missing(f"`{' '.join(command)}` did not end within {SECONDS} seconds") from None
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()[-12:]
        raise Missing("\n    ".join([f"`{' '.join(command)}` ended with {done.returncode}:", *words]))
    return done.stdout


def say(words: str) -> None:
    """To people, at once."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def _digest(part: Part, stamps: dict[str, str]) -> str:
    known = hashlib.sha256(f"{part.recipe} {sys.version_info[:2]} {stamps.get(part.after, '')}".encode())
    for name in part.inputs:
        known.update((HERE / name).read_bytes())
    return known.hexdigest()


def _read(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
