"""`check FILE`: an export, a description, a payload or a target profile, judged offline.

An interface description takes the same judging path as in a run: it is put into a temporary record as the answer that
would have brought it, and the checks of descriptions judge that record.
"""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from cpo_probe.cli import export_file, odata_file
from cpo_probe.cli.as_recorded import HOME, Recorded, as_answer, as_wire, asked_for
from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.one_record import begun, ended
from cpo_probe.cli.output import machine, people
from cpo_probe.cli.repairs import Repairs, counted, not_judged, repairs, show
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle
from cpo_probe.formats import magic
from cpo_probe.formats.recognise import HEAD
from cpo_probe.model import Finding, Interface, Problem, parse_json
from cpo_probe.protocols.openapi import OpenApi, Raw, read
from cpo_probe.target import load_target

DESCRIPTION = "discovery.description"
MOST_BYTES = 64 * 2**20


def check(path: Path, metadata: Path | None, schemas: tuple[Path, ...], language: str, json: bool) -> int:
    """0 nothing wrong, 1 something wrong; a file of no known kind is a `UsageError`.

    `metadata`: the description of the OData service that answered with `path`.
    """
    house = open_house((), None, language, schemas)
    if path.suffix == ".toml":
        target = load_target(str(_file(path)), roots=house.registry.roots)
        people(stdout=True).print(f"{path}: a target profile that loads: {target.name}, {target.base_url}", markup=False)
        return 0
    large = _file(path).stat().st_size > MOST_BYTES
    if metadata is None and (large or export_file.is_export(path, house.registry)):
        return _exported(path, house, json)
    data = _bytes(path)
    if metadata is not None:
        answered = odata_file.answer(path, data, metadata, _bytes(metadata))
        return _told(_judged(house, answered), path, _place, house, json)
    if odata_file.is_metadata(data):
        return _told(_judged(house, odata_file.description(path, data)), path, _place, house, json)
    raw = read(data, "")
    if isinstance(raw, Raw) and isinstance(raw.value, dict) and raw.value.keys() & {"openapi", "swagger"}:
        return _told(_judged(house, _description(path, data, raw)), path, _place, house, json)
    return _payload(path, data, raw, json)


def _exported(path: Path, house: House, json: bool) -> int:
    found, files = export_file.judged(house, path, people())
    return _told(found, export_file.described(path, files), lambda one: export_file.place(one, files), house, json)


def _file(path: Path) -> Path:
    """A regular file that can be read."""
    try:
        if not path.is_file():
            raise UsageError(f"check expects a file, found {_other(path)} at {path}")
        with path.open("rb") as file:
            if not file.read(1):
                raise UsageError(f"check expects a file with content, found 0 bytes in {path}: export it again")
        return path
    except PermissionError:
        raise UsageError(f"{path} may not be read by you: ask its owner for the permission, or check a copy") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None


def _other(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    if path.exists():
        return "a device or pipe"
    return "a link that leads nowhere" if path.is_symlink() else "nothing"


def _bytes(path: Path) -> bytes:
    size = _file(path).stat().st_size
    if size > MOST_BYTES:
        raise UsageError(f"{path} has {size} bytes; descriptions and payloads of up to {MOST_BYTES} bytes are checked")
    return path.read_bytes()


def _payload(path: Path, data: bytes, raw: Raw | Problem, json: bool) -> int:
    """Any other JSON document: is it well-formed, in UTF-8, with names that occur once (RFC 8259)?"""
    document = parse_json(data)
    begins = magic.family(data[:HEAD]) == "json"
    if not begins and (isinstance(raw, Raw) or (document.problem and path.suffix.lower() != ".json")):
        text = "YAML or text without a member named openapi or swagger" if isinstance(raw, Raw) else "bytes of another kind"
        raise UsageError(
            f"{path}: expected an export (STEP, XML, a package, ...), an OpenAPI description (JSON or YAML), metadata of OData "
            f"(XML or JSON), a JSON document or a target profile (.toml); found {text}"
        )
    found = {"file": str(path), "problem": document.problem, "offset": document.offset, "duplicates": document.duplicates}
    if json:
        machine(found)
    console = people(stdout=not json)
    if document.problem:
        where = f" at offset {document.offset}" if document.offset >= 0 else ""
        console.print(f"{path}: no JSON by RFC 8259: {document.problem}{where}", markup=False)
    for name in document.duplicates:
        console.print(f"{path}: the name {name!r} occurs twice in one object (RFC 8259, 4)", markup=False)
    if not document.problem and not document.duplicates:
        console.print(f"{path}: well-formed JSON; it is no description, so there is no contract to hold it against", markup=False)
    return 1 if document.problem or document.duplicates else 0


def _description(path: Path, data: bytes, raw: Raw) -> Recorded:
    url = path.resolve().as_uri()
    api = OpenApi.build(raw, url, {})
    exchange = as_answer(url, data, DESCRIPTION, "application/json" if path.suffix == ".json" else "application/yaml")
    interface = Interface("openapi:file", "openapi", HOME, api.title, api.info_version, exchange.id, (), None, str(path), {})
    return Recorded(interface, api.operations(interface.id), (exchange,), asked_for(DESCRIPTION))


def _judged(house: House, recorded: Recorded) -> Repairs:
    """What is wrong, by the checks that the file concerns."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = asyncio.run(_written(house, Path(folder) / "record", recorded))
        judgement = house.judge(bundle, workers=1)
        return repairs(judgement, house.registry, recorded.concerns)


async def _written(house: House, folder: Path, recorded: Recorded) -> Bundle:
    writer = begun(house, folder)
    for exchange in recorded.exchanges:
        writer.next_id()
        await writer.write(exchange, as_wire(exchange))
    return ended(writer, recorded.interface, recorded.operations)


def _told(found: Repairs, what: object, place: Callable[[Finding], str], house: House, json: bool) -> int:
    if json:
        machine(found.wrong)
    console = people(stdout=not json)
    show(found.wrong, house, console, place)
    for line in not_judged(found, house):
        console.print(line, markup=False)
    console.print(f"{what}: {counted(found)}", markup=False, style="bold")
    return 1 if found.wrong else 0 if found.kept else 3


def _place(finding: Finding) -> str:
    subject = finding.subject.operation or finding.where.pointer or finding.subject.location
    return f"{subject}, line {finding.where.line}" if finding.where.line else subject
