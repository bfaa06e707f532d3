"""Part of the detection matrix: the defects of one interface, and the clean server."""

import tempfile
from pathlib import Path
from typing import Any

from cpo_probe.cli.loading import open_house
from cpo_probe.cli.reference import reference_schemas
from cpo_probe.cli.selftest import clean_verdict, defective_verdict, defects, lacking


def undetected(server: str, interface: str) -> list[str]:
    """What was missed, and what was alarmed beside, for each defect of the interface ("" for REST) that is not good."""
    house = open_house((), None, "en", reference_schemas())
    chosen: list[Any] = [d for d in defects(()) if d.interface == interface and not lacking(house, d)]
    assert chosen
    found = []
    for defect in chosen:
        with tempfile.TemporaryDirectory() as folder:
            verdict = defective_verdict(house, server, defect, Path(folder) / "record")
        if not verdict.good:
            found.append(f"{verdict.defect}: missed {verdict.missed}, alarms {verdict.alarms}")
    return found


def alarms(server: str) -> tuple[str, ...]:
    """What every probe together alarms on the clean server."""
    with tempfile.TemporaryDirectory() as folder:
        verdict = clean_verdict(open_house((), None, "en", reference_schemas()), server, Path(folder) / "record", ("*",))
    assert verdict.exchanges > 300
    return verdict.alarms
