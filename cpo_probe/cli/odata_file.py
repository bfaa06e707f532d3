"""`check FILE` for OData: metadata by themselves, and a JSON answer against the metadata of its service."""

import json
from pathlib import Path
from typing import Any

from cpo_probe.cli.as_recorded import HOME, Recorded, as_answer, asked_for
from cpo_probe.errors import UsageError
from cpo_probe.model import Interface, Problem
from cpo_probe.protocols.odata import Model, likely_path, read
from cpo_probe.registry import CheckDef

INTERFACE = "odata:file"
METADATA, ANSWER = "odata.metadata", "odata.read"
PAYLOAD, LABELLED = "odata.payload.", "odata.payload.ieee754"
"""Checks of answers; the second one needs the fields of the answer, which a file does not have."""
_START = 4096


def is_metadata(data: bytes) -> bool:
    """Whether it is meant to be a CSDL document, also one that cannot be read."""
    head = data[:_START].replace(b"\0", b"")
    return (b"<" in head and b"Edmx" in head) or (b'"$Version"' in head and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{")


def description(path: Path, data: bytes) -> Recorded:
    """The file as the answer to GET $metadata."""
    media = "application/json" if data.lstrip()[:1] == b"{" else "application/xml"
    exchange = as_answer(path.resolve().as_uri(), data, METADATA, media, interface=INTERFACE)
    return Recorded(_interface(path), (), (exchange,), asked_for(METADATA))


def answer(path: Path, data: bytes, metadata: Path, described: bytes) -> Recorded:
    """The file as the answer of that service; what it shows is told by its context URL."""
    document = read(described, metadata.resolve().as_uri())
    if isinstance(document, Problem):
        raise UsageError(
            f"--metadata {metadata} is no CSDL ({document.params['reason']}): name the $metadata of the service, in XML or JSON"
        )
    if document.old:
        raise UsageError(f"--metadata {metadata} is of OData {document.version}: answers are checked from 4.0 on")
    context, version = _context(path, data)
    below = likely_path(Model(document), context)
    if below is None:
        raise UsageError(f"{path}: its context URL {context} names nothing of {metadata}: is it the right one?")
    first = as_answer(metadata.resolve().as_uri(), described, METADATA, "application/xml", interface=INTERFACE)
    second = as_answer(f"{HOME}/{below}", data, ANSWER, "application/json", id="000002", interface=INTERFACE, version=version)
    return Recorded(_interface(metadata), (), (first, second), _of_answers)


def _of_answers(check: CheckDef) -> bool:
    return check.id.startswith(PAYLOAD) and check.id != LABELLED


def _context(path: Path, data: bytes) -> tuple[str, str]:
    """The context URL, and the version in which it is written so."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from None
    for name, version in (("@odata.context", "4.0"), ("@context", "4.01")):
        if isinstance(value, dict) and isinstance(value.get(name), str):
            return value[name], version
    raise UsageError(f"{path} has no context URL (@odata.context), which would tell what it shows: record it with cpo-probe run")


def _interface(path: Path) -> Interface:
    return Interface(INTERFACE, "odata", HOME, "", "", "", (), None, str(path), {})
