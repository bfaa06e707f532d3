"""What shape has every JSON file of a bundle, for programs that are not ours?

The JSON Schemas are made from the dataclasses that read and write the files; `schemas/bundle/` holds them checked in.
`python -m cpo_probe.evidence.schemas` writes them anew.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from cpo_probe.evidence.codec import shape
from cpo_probe.evidence.rows import ArtifactRow, Environment, Manifest, Row, UnitRow
from cpo_probe.model import FORMAT, SCORECARD_FORMAT, Attestation, Finding, Inventory, PassCount, Plan, Sample, Scorecard
from cpo_probe.model.measurement import Measurement

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FILES: dict[str, tuple[type[Any], str, str]] = {
    "plan": (Plan, "record/plan.json", FORMAT),
    "environment": (Environment, "record/environment.json", FORMAT),
    "inventory": (Inventory, "record/inventory.json", FORMAT),
    "manifest": (Manifest, "record/manifest.json", FORMAT),
    "exchange": (Row, "a line of record/exchanges.jsonl", ""),
    "unit": (UnitRow, "a line of record/units.jsonl", ""),
    "artifact": (ArtifactRow, "a line of record/artifacts.jsonl", ""),
    "measurement": (Measurement, "measurements/<kernel>/<sha256 of the file>.json", ""),
    "finding": (Finding, "a line of judgements/<ruler>/findings.jsonl", ""),
    "pass": (PassCount, "a line of judgements/<ruler>/passes.jsonl", ""),
    "sample": (Sample, "a line of judgements/<ruler>/samples.jsonl", ""),
    "scorecard": (Scorecard, "judgements/<ruler>/scorecard.json", SCORECARD_FORMAT),
    "attestation": (Attestation, "attestations/*.json", ""),
}
NAMES = tuple(_FILES)


def schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of one of `NAMES`. The format version of a line is that of the bundle, in plan.json."""
    kind, place, version = _FILES[name]
    made = msgspec.json.schema(shape(kind))
    root = made["$defs"][kind.__name__]
    if version:
        root["properties"]["format"] = {"const": version}
    return {
        "$schema": DIALECT,
        "$id": f"urn:cpo-probe:{FORMAT.rpartition('/')[2]}:{name}",
        "title": f"{kind.__name__}: {place}",
        **made,
    }


def file_name(name: str) -> str:
    """The file in `schemas/bundle/`."""
    return f"{name}.schema.json"


def text(name: str) -> bytes:
    """The schema as it is checked in: indented, one newline at the end."""
    return msgspec.json.format(msgspec.json.encode(schema(name), order="sorted"), indent=2) + b"\n"


def write(folder: Path) -> None:
    """Write all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / file_name(name)).write_bytes(text(name))


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "schemas/bundle"))
