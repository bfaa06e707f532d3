"""`check FILE` for what a system exported: a record of that one file, judged by the checks that judge exports.

The file is copied into a temporary record piece by piece, packages with their members; nothing is held in memory.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from cpo_probe.cli.as_recorded import HOME, as_answer, as_wire
from cpo_probe.cli.loading import House
from cpo_probe.cli.odata_file import is_metadata
from cpo_probe.cli.one_record import begun, ended
from cpo_probe.cli.output import UNLIMITED
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle, Kept, RecordWriter
from cpo_probe.formats import magic
from cpo_probe.formats.recognise import HEAD, recognise
from cpo_probe.model import Artifact, Effect, Finding, Interface, Operation, Outcome
from cpo_probe.registry import Registry
from cpo_probe.session.keeping import keep_members
from cpo_probe.session.room import BEGINNING

PURPOSE = "export.file"
INTERFACE = "export:file"
PIECE = 4 * 2**20
LARGE = 32 * 2**20
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


def judged(house: House, path: Path, console: Console) -> tuple[list[Finding], tuple[Artifact, ...]]:
    """What is wrong with the file, or with the members of a package, and which files that are."""
    size = path.stat().st_size
    say: Callable[[str], None] = console.print if size >= LARGE else lambda text: None
    with tempfile.TemporaryDirectory() as folder:
        _must_fit(Path(folder), size)
        say(f"reading {size / 2**20:,.0f} MB")
        with asyncio.run(_written(house, Path(folder) / "record", path, path.resolve().as_uri())) as bundle:
            files = bundle.artifacts()
            say(f"judging {len(files)} files" if len(files) > 1 else "judging")
            found = house.judge(bundle, workers=1).findings()
            checks = house.registry.checks
            wanted = (Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR)
            return [f for f in found if f.outcome in wanted and checks[f.subject.check].per == "artifact"], files


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


def _must_fit(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise UsageError(
            f"the file has {size} bytes, and {folder.parent} has room for {free}: free some space there, or name another "
            "folder by TMPDIR"
        )


async def _written(house: House, folder: Path, path: Path, url: str) -> Bundle:
    interface = Interface(INTERFACE, "export", HOME, "", "", "", (), None, str(path), {})
    operation = Operation(path.name, INTERFACE, path.name, "GET", "/", (), Effect.READ, (), "", False, None)
    with begun(house, folder) as writer:
        kept, beginning = _copied(writer, path)
        answer = as_answer(url, beginning, PURPOSE, "", interface=INTERFACE)
        assert answer.response is not None, "made with one"
        response = replace(answer.response, wire_bytes=kept.size, stored=kept.digest)
        exchange = replace(answer, operation=operation.id, response=response)
        wire = replace(as_wire(exchange), response_body=b"", stored=kept.digest, stored_bytes=kept.size)
        writer.next_id()
        await writer.write(exchange, wire)
        keep_members(writer, writer.artifact(kept, path.name, exchanges=(exchange.id,)), depth=1)
        return ended(writer, interface, (operation,))


def _copied(writer: RecordWriter, path: Path) -> tuple[Kept, bytes]:
    """The file as a payload, and its beginning."""
    spool = writer.spool()
    beginning = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            beginning = beginning or piece[:BEGINNING]
            spool.write(piece)
    return spool.finish(), beginning
