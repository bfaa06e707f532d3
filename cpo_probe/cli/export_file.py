"""`check FILE` for what a system exported: a record of that one file, judged by the checks that judge exports.

The file is read where it lies; members of packages are unpacked into a temporary record. Nothing is held in memory.
"""

import asyncio
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from cpo_probe.cli.as_recorded import HOME, as_answer, as_wire
from cpo_probe.cli.loading import House
from cpo_probe.cli.odata_file import is_metadata
from cpo_probe.cli.one_record import begun, ended
from cpo_probe.cli.output import UNLIMITED
from cpo_probe.cli.repairs import Repairs, repairs
from cpo_probe.cli.watching import Watch
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle
from cpo_probe.formats import magic
from cpo_probe.formats.recognise import HEAD, recognise
from cpo_probe.model import Artifact, Effect, Finding, Interface, Operation
from cpo_probe.registry import Registry
from cpo_probe.session.keeping import keep_members
from cpo_probe.session.room import BEGINNING

PURPOSE = "export.file"
INTERFACE = "export:file"
LARGE = 8 * 2**20
"""Bytes from which on it is worth telling what happens."""
_DESCRIPTIONS = frozenset({"json", "yaml", "yml", "toml", "edmx"})


def is_export(path: Path, registry: Registry) -> bool:
    """Whether it is a file that a system handed out, and neither description nor payload of an interface."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    family = magic.family(head)
    if family == "xml":
        return not is_metadata(head)
    if family not in ("json", ""):
        return True
    found = recognise(path, path.name, "", registry.formats)
    ending = path.suffix.removeprefix(".").lower()
    if family == "json":
        return found.format is not None and found.format.id != "json"
    return bool(found.format or found.claimed) and ending not in _DESCRIPTIONS


def judged(house: House, path: Path, console: Console) -> tuple[Repairs, tuple[Artifact, ...]]:
    """What is wrong with the file, or with the members of a package, and which files that are.

    Raises `UsageError` when the file changes meanwhile.
    """
    before = _state(path)
    try:
        return _judged(house, path, console, before.size)
    finally:  # what a file says that changed meanwhile is worth nothing, nor is the trouble with it
        _same(path, before)


def _judged(house: House, path: Path, console: Console, size: int) -> tuple[Repairs, tuple[Artifact, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        watch = Watch(console, Path(folder), path)
        with watch.showing() if size >= LARGE else nullcontext():
            watch.stage("reading")
            with asyncio.run(_written(house, Path(folder) / "record", path.resolve(), watch)) as bundle:
                files = bundle.artifacts()
                watch.names = {one.digest: one.name for one in files}
                watch.stage("judging")
                judgement = house.judge(
                    bundle, workers=1, measuring=lambda name: watch.stage("asking the geometry kernel" if name else "judging")
                )
                found = repairs(judgement, house.registry, lambda check: check.per == "artifact")
    return found, files


def _same(path: Path, before: "_State") -> None:
    after = _state(path)
    if after != before:
        raise UsageError(
            f"{path} changed while it was read ({before} at first, {after} now): check it again when it is whole"
        ) from None


@dataclass(frozen=True, slots=True)
class _State:
    """What shows that a file is another one now."""

    size: int
    changed: int
    number: int

    def __str__(self) -> str:
        return f"{self.size} bytes of {datetime.fromtimestamp(self.changed / 1e9):%H:%M:%S}"


def _state(path: Path) -> _State:
    try:
        found = path.stat()
    except FileNotFoundError:
        raise UsageError(f"{path} is gone: it was there when reading began") from None
    return _State(found.st_size, found.st_mtime_ns, found.st_ino)


def described(path: Path, files: tuple[Artifact, ...]) -> str:
    """What was looked at, for the last line."""
    inside = len(files) - 1
    return f"{path}, {inside} files in it" if inside > 0 else str(path)


def place(finding: Finding, files: tuple[Artifact, ...]) -> str:
    """The member, instance and line that a finding is about."""
    where = finding.where
    member = next((one.name for one in files if one.id == where.artifact and one.parent), "")
    line = f"line {where.line}" if where.line else f"byte {where.offset}" if where.offset > 0 else ""
    rest = finding.subject.location.rpartition("#")[2] if member else finding.subject.location
    rest = "" if rest == finding.subject.location and member else rest
    return ", ".join(filter(None, (member, rest or where.pointer, where.instance, line)))[:UNLIMITED]


async def _written(house: House, folder: Path, path: Path, watch: Watch) -> Bundle:
    interface = Interface(INTERFACE, "export", HOME, "", "", "", (), None, str(path), {})
    operation = Operation(path.name, INTERFACE, path.name, "GET", "/", (), Effect.READ, (), "", False, None)
    with begun(house, folder) as writer:
        try:
            kept = writer.lend(path)
            with path.open("rb") as file:
                beginning = file.read(BEGINNING)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None
        answer = as_answer(path.as_uri(), beginning, PURPOSE, "", interface=INTERFACE)
        assert answer.response is not None, "made with one"
        response = replace(answer.response, wire_bytes=kept.size, stored=kept.digest)
        exchange = replace(answer, operation=operation.id, response=response)
        wire = replace(as_wire(exchange), response_body=b"", stored=kept.digest, stored_bytes=kept.size)
        writer.next_id()
        await writer.write(exchange, wire)
        watch.stage("unpacking")
        keep_members(writer, writer.artifact(kept, path.name, exchanges=(exchange.id,)), depth=1)
        return ended(writer, interface, (operation,))
