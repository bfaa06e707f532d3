"""Which file formats does content describe? One file each in `schemas/formats/` of a content folder."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from cpo_probe.errors import UsageError
from cpo_probe.formats.marked.plan import Plans
from cpo_probe.model.format import Format, Formats

FOLDER = "schemas/formats"
TESTS = 7


def described_formats(roots: Iterable[Path]) -> Formats:
    """Every description, by id. Raises `UsageError` with the file and what is wrong in it."""
    found: dict[str, Format] = {}
    for root in roots:
        for path in sorted((root / FOLDER).glob("*.toml")):
            format = _read(path)
            if format.id in found:
                raise UsageError(f"{path}: the format {format.id!r} is described twice: rename one of them")
            found[format.id] = format
    return Formats(tuple(found[id] for id in sorted(found)))


def _read(path: Path) -> Format:
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
        format = msgspec.convert(value, Format)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected the description of a format: {error}") from None
    unknown = list(_beyond(value, msgspec.to_builtins(format), ""))
    if unknown:
        raise UsageError(f"{path}: {unknown[0]} is no key of a format: correct it; docs/exports.md lists the keys")
    if len(format.open) not in (0, TESTS):
        raise UsageError(f"{path}: open has {len(format.open)} answers, expected one for each of the {TESTS} tests, or none")
    if format.xml is not None:
        try:
            Plans(format.xml, {})
        except ValueError as error:
            raise UsageError(f"{path}: {error}: correct it; docs/exports.md tells what there is") from None
    if format.id != path.stem:
        raise UsageError(f"{path}: the id is {format.id!r}: name the file {format.id}.toml")
    return format


def _beyond(stated: Any, read: Any, place: str) -> Iterator[str]:
    """Keys that were stated and are not known, so that a slip of the pen is not passed over."""
    if isinstance(stated, dict):
        for key, value in stated.items():
            if key not in read:
                yield place + key
            else:
                yield from _beyond(value, read[key], f"{place}{key}.")
    elif isinstance(stated, list):
        for one, other in zip(stated, read, strict=True):
            yield from _beyond(one, other, place)
