"""Content: what it declares, and how it is found."""

from cpo_probe.registry.definitions import (
    CheckDef,
    FactDef,
    MeasureDef,
    ProbeDef,
    check,
    checks_from,
    fact,
    measure,
    probe,
)
from cpo_probe.registry.load import PACKAGE, Registry, content_roots, load, load_roots, own_root

__all__ = [
    "PACKAGE",
    "CheckDef",
    "FactDef",
    "MeasureDef",
    "ProbeDef",
    "Registry",
    "check",
    "checks_from",
    "content_roots",
    "fact",
    "load",
    "load_roots",
    "measure",
    "own_root",
    "probe",
]
