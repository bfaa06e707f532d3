"""`check FILE`: a description, a payload or a target profile, judged offline.

An interface description takes the same judging path as in a run: it is put into a temporary record as the answer that
would have brought it, and the checks of descriptions judge that record.
"""

import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from cpo_probe.cli.loading import House, open_house
from cpo_probe.cli.output import machine, people
from cpo_probe.errors import UsageError
from cpo_probe.evidence import Bundle, RecordWriter
from cpo_probe.judge import judge
from cpo_probe.model import (
    FORMAT,
    Effect,
    Exchange,
    Finding,
    Identity,
    Interface,
    Inventory,
    Outcome,
    Problem,
    Request,
    Response,
    Timing,
    Wire,
    parse_json,
)
from cpo_probe.protocols.openapi import OpenApi, Raw, read
from cpo_probe.run import make_plan
from cpo_probe.target import load_target

DESCRIPTION = "discovery.description"
MOST_BYTES = 64 * 2**20
WHEN = "1970-01-01T00:00:00.000000Z"  # a file has no time of recording; nothing that is checked here depends on it


def check(path: Path, language: str, json: bool) -> int:
    """0 nothing wrong, 1 something wrong; a file of no known kind is a `UsageError`."""
    house = open_house((), None, language)
    if not path.is_file():
        raise UsageError(f"check expects a file, found {'a folder' if path.is_dir() else 'nothing'} at {path}")
    if path.suffix == ".toml":
        target = load_target(str(path), roots=house.registry.roots)
        people(stdout=True).print(f"{path}: a target profile that loads: {target.name}, {target.base_url}", markup=False)
        return 0
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} has {len(data)} bytes; descriptions and payloads of up to {MOST_BYTES} bytes are checked")
    raw = read(data, "")
    if isinstance(raw, Raw) and isinstance(raw.value, dict) and raw.value.keys() & {"openapi", "swagger"}:
        return _show(_description(house, path, data, raw), path, house, json)
    return _payload(path, data, raw, json)


def _payload(path: Path, data: bytes, raw: Raw | Problem, json: bool) -> int:
    """Any other JSON document: is it well-formed, in UTF-8, with names that occur once (RFC 8259)?"""
    if isinstance(raw, Raw) and data.lstrip()[:1] not in (b"{", b"["):
        raise UsageError(
            f"{path}: expected an OpenAPI description (JSON or YAML), a JSON document or a target profile (.toml); "
            "found YAML or text without a member named openapi or swagger"
        )
    document = parse_json(data)
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


def _description(house: House, path: Path, data: bytes, raw: Raw) -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        bundle = asyncio.run(_recorded(house, Path(folder) / "record", path, path.resolve().as_uri(), data, raw))
        judgement = judge(bundle, house.registry, house.catalogue, workers=1)
        return [
            finding
            for finding in judgement.findings()
            if finding.outcome in (Outcome.FAIL, Outcome.REVIEW, Outcome.ERROR)
            and DESCRIPTION in house.registry.checks[finding.subject.check].of
        ]


async def _recorded(house: House, folder: Path, path: Path, url: str, data: bytes, raw: Raw) -> Bundle:
    api = OpenApi.build(raw, url, {})
    target = load_target("http://localhost/", roots=house.registry.roots)
    plan = make_plan(target, house.registry, house.catalogue, preset="quick", run="check", created=WHEN)
    writer = RecordWriter.create(folder, plan)
    exchange = _answer(writer.next_id(), url, data, path.suffix == ".json")
    await writer.write(exchange, Wire(b"GET / HTTP/1.1\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n\r\n", data))
    interface = Interface(
        "openapi:file", "openapi", "http://localhost", api.title, api.info_version, exchange.id, (), None, str(path), {}
    )
    writer.inventory(Inventory(FORMAT, (interface,), api.operations(interface.id), (), False, ""))
    writer.seal()
    writer.close()
    return Bundle.open(folder)


def _answer(id: str, url: str, data: bytes, json: bool) -> Exchange:
    headers = (("Content-Type", "application/json" if json else "application/yaml"),)
    return Exchange(
        id=id,
        at=WHEN,
        probe="check",
        unit="check",
        attempt=1,
        purpose=DESCRIPTION,
        why="the file to check",
        group="",
        interface="",
        operation="",
        effect=Effect.READ,
        identity=Identity.ANONYMOUS,
        follows="",
        role="primary",
        request=Request("GET", url, (), b""),
        response=Response(200, "OK", "HTTP/1.1", headers, data, len(data), None),
        failure=None,
        timing=Timing(None, None, None, None, None, None, 0.0),
        peer=None,
        redacted=(),
    )


def _show(findings: list[Finding], path: Path, house: House, json: bool) -> int:
    if json:
        machine(findings)
    console = people(stdout=not json)
    for finding in findings:
        _print(finding, house, console)
    count = len(findings)
    console.print(f"{path}: {'nothing wrong' if not count else f'{count} findings'}", markup=False, style="bold")
    return 1 if count else 0


def _print(finding: Finding, house: House, console: Console) -> None:
    words = house.texts.check(finding.subject.check)
    subject = finding.subject.operation or finding.where.pointer or finding.subject.location
    line = f", line {finding.where.line}" if finding.where.line else ""
    console.print(f"{finding.severity}  {finding.subject.check}  {subject}{line}", markup=False)
    sentence = house.texts.reason(finding.code, finding.expected, finding.found, finding.params)
    console.print(f"    {words.title}: {sentence}", markup=False)
    console.print(f"    Remedy: {words.remedy}", markup=False)
