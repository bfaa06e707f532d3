"""Which library knows an edition of the metamodel?"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

SPACES = {"https://admin-shell.io/aas/3/0": "3.0", "https://admin-shell.io/aas/3/1": "3.1"}
_MODULES = {"3.0": "aas_core3", "3.1": "aas_core3_1"}


@dataclass(frozen=True, slots=True)
class Edition:
    """The modules of a library: generated code, whose names are those of the metamodel in each edition."""

    name: str
    types: Any
    json: Any
    xml: Any
    verification: Any


@cache
def edition(name: str) -> Edition:
    """ "3.0" or "3.1". Loaded when it is first wanted: most runs see no such file."""
    package = _MODULES[name]
    modules = (import_module(f"{package}.{one}") for one in ("types", "jsonization", "xmlization", "verification"))
    return Edition(name, *modules)
