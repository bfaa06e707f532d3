"""What was fixed before the run, and what is sealed after it?"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from cpo_probe.errors import EvidenceError
from cpo_probe.evidence.codec import decode, encode
from cpo_probe.evidence.files import write_whole
from cpo_probe.evidence.rows import PLAN, SEALS, Chain, File, Manifest
from cpo_probe.model import FORMAT, Plan


def read_plan(record: Path) -> tuple[Plan, str]:
    """The plan in the folder `record` and its digest."""
    try:
        data = (record / PLAN).read_bytes()
    except FileNotFoundError:
        raise not_a_bundle(record.parent) from None
    return parse_plan(data, record / PLAN), hashlib.sha256(data).hexdigest()


def parse_plan(data: bytes, where: Path) -> Plan:
    """The plan of a bundle of this format version."""
    try:
        plan = decode(data, Plan)
    except EvidenceError as error:
        raise EvidenceError(f"{where}: {error}") from None
    if plan.format != FORMAT:
        raise EvidenceError(
            f"{where}: expected format {FORMAT}, found {plan.format}: read it with the version of cpo-probe that wrote it,"
            f" {plan.engine}"
        )
    return plan


def not_a_bundle(path: Path) -> EvidenceError:
    """The sentence for a path that holds no bundle."""
    what = "found nothing there" if not path.exists() else "found none"
    return EvidenceError(
        f"{path}: expected a bundle (a folder, or a .zip of it, with record/plan.json), {what}: name the folder that"
        " `cpo-probe run` printed"
    )


def digest_of(file: BinaryIO) -> str:
    """sha256 of a stream of any size in flat memory."""
    made = hashlib.sha256()
    while chunk := file.read(2**18):
        made.update(chunk)
    return made.hexdigest()


def write_manifest(record: Path, plan: Plan, sealed: str, chains: dict[str, Chain]) -> str:
    """List every file of the record; returns the sha256 of the manifest, the head of the record."""
    paths = sorted(path.relative_to(record).as_posix() for path in record.rglob("*") if path.is_file())
    files = tuple(_file(record, path) for path in paths if path not in SEALS)
    digest = next(file.sha256 for file in files if file.path == PLAN)
    data = encode(Manifest(FORMAT, plan.run, sealed, digest, chains, files))
    write_whole(record / SEALS[0], data)
    return hashlib.sha256(data).hexdigest()


def _file(record: Path, path: str) -> File:
    with (record / path).open("rb") as file:
        return File(path, (record / path).stat().st_size, digest_of(file))
