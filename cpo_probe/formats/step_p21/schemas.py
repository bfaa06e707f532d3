"""Which schema and edition does FILE_SCHEMA name?"""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_WHOLE = re.compile(r"\s*([^\s{]+)\s*(?:\{([^}]*)\}\s*)?\Z")
_LIMIT = 1024
_ARC = re.compile(r"(?:(0|[1-9][0-9]{0,17})|[a-z][a-zA-Z0-9-]*\((0|[1-9][0-9]{0,17})\)|iso|standard)\Z")
_NAMED_ARCS = {"iso": "1", "standard": "0"}

_AP203 = "AP203_CONFIGURATION_CONTROLLED_3D_DESIGN_OF_MECHANICAL_PARTS_AND_ASSEMBLIES_MIM_LF"
_AP242 = "AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF"
_EDITIONS: dict[str, tuple[tuple[tuple[int, ...], str], ...]] = {
    "CONFIG_CONTROL_DESIGN": (((), "AP203 e1"),),
    _AP203: (((1, 0, 10303, 403), "AP203 e2"), ((), "AP203 e2")),
    "AUTOMOTIVE_DESIGN": (((1, 0, 10303, 214, 3), "AP214 e3"), ((1, 0, 10303, 214), "AP214"), ((), "AP214")),
    _AP242: (
        ((1, 0, 10303, 442, 1), "AP242 e1"),
        ((1, 0, 10303, 442, 2), "AP242 e2"),
        ((1, 0, 10303, 442, 3), "AP242 e2"),
        ((1, 0, 10303, 442, 4), "AP242 e3"),
        ((1, 0, 10303, 442, 5), "AP242 e4 trial"),
        ((1, 0, 10303, 442, 6), "AP242 e4 trial"),
        ((1, 0, 10303, 442, 7), "AP242 e4"),
        ((), "AP242"),
    ),
    "STRUCTURAL_ANALYSIS_DESIGN": (((), "AP209 e1"),),
    "AP209_MULTIDISCIPLINARY_ANALYSIS_AND_DESIGN_MIM_LF": (((), "AP209 e2"),),
    "AP210_ELECTRONIC_ASSEMBLY_INTERCONNECT_AND_PACKAGING_DESIGN_MIM_LF": (((), "AP210"),),
    "INTEGRATED_CNC_SCHEMA": (((), "AP238 e1"),),
    "MODEL_BASED_INTEGRATED_MANUFACTURING_SCHEMA": (((), "AP238"),),
    "AP239_PRODUCT_LIFE_CYCLE_SUPPORT_MIM_LF": (((), "AP239"),),
    "PDM_SCHEMA": (((), "PDM Schema"),),
}
"""Object identifiers by their first arcs, the longest first; () holds for the name alone or with another identifier."""
_OWN_PART = {_AP203: 403, "AUTOMOTIVE_DESIGN": 214, _AP242: 442}
_NEED = frozenset({_AP242})
"""Schemas whose name is the same in all editions, so that only the identifier tells which one is meant."""


@dataclass(frozen=True, slots=True)
class SchemaName:
    """`text` as the header has it; `name` in capitals, "" when it is none; `oid` its arcs, () when there is none or a bad one.

    `edition`: "AP242 e1", "AP242" when the edition is not told, "" for a schema that is not known here.
    """

    text: str
    name: str
    oid: tuple[int, ...]
    edition: str


def schema_of(text: str) -> SchemaName:
    """One string of FILE_SCHEMA."""
    match = _WHOLE.match(text)
    name = match[1].upper() if match else ""
    oid = _arcs(match[2]) if match and match[2] is not None else ()
    return SchemaName(text, name if _NAME.match(name) else "", oid, _edition(name, oid))


def _arcs(text: str) -> tuple[int, ...]:
    """Numbers of the arcs, written as 10303, part(214), iso or standard; () when one is none of these."""
    arcs = [_ARC.match(arc) for arc in text.split()]
    return tuple(int(arc[1] or arc[2] or _NAMED_ARCS[arc[0]]) for arc in arcs if arc) if all(arcs) else ()


def _edition(name: str, oid: tuple[int, ...]) -> str:
    return next((edition for arcs, edition in _EDITIONS.get(name, ()) if oid[: len(arcs)] == arcs), "")


def name_flaw(schema: SchemaName) -> str:
    """Why that is no schema name (8.2.4); "" when it is one."""
    if len(schema.text) > _LIMIT:
        return f"at most {_LIMIT} characters"
    return "" if schema.name else "SCHEMA_NAME or SCHEMA_NAME { object identifier }"


def oid_flaw(schema: SchemaName) -> str:
    """What is expected of the object identifier (ISO/IEC 8824-1) instead of what is there; "" when nothing is wrong."""
    start = schema.text.find("{")
    if start < 0:
        return "an object identifier, which tells the edition" if schema.name in _NEED else ""
    values = schema.oid
    if not values:
        return "arcs that are natural numbers without leading zero"
    if len(values) < 2 or values[0] > 2 or (values[0] < 2 and values[1] > 39):
        return "a first arc of 0 to 2, a second one up to 39"
    if schema.name in _OWN_PART and values[:4] != (1, 0, 10303, _OWN_PART[schema.name]):
        return f"{{ 1 0 10303 {_OWN_PART[schema.name]} ... }}"
    return ""


def edition_flaw(schema: SchemaName) -> str:
    """What is expected where the identifier is of an edition that was never published as a standard; "" otherwise."""
    if schema.name != _AP242 or len(schema.oid) < 5 or oid_flaw(schema):
        return ""
    published = schema.oid[4] in (1, 2, 3, 4, 7)
    return "" if published else "{ 1 0 10303 442 v 1 4 } with v 1 (2014), 3 (2020), 4 (2022) or 7 (2025)"
