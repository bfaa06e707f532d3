"""Files to be read, and what a population says in the form of the oracle."""

from pathlib import Path
from typing import Any

from cpo_probe.formats.step_p21 import (
    Binary,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Population,
    Real,
    Ref,
    Report,
    Run,
    Text,
    Typed,
    Unset,
    examine,
)

HEADER = b"""ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('a part'),'2;1');
FILE_NAME('part.stp','2026-01-31T12:00:00',('a'),('b'),'writer 1','system 2','');
FILE_SCHEMA(('CONFIG_CONTROL_DESIGN'));
ENDSEC;
"""
END = b"ENDSEC;\nEND-ISO-10303-21;\n"
POINT = b"#1=CARTESIAN_POINT('',(0.,1.,-2.5E-3));\n"


def whole(body: bytes, header: bytes = HEADER) -> bytes:
    """A file with that DATA section."""
    return header + b"DATA;\n" + body + END


def read(folder: Path, data: bytes) -> Report:
    path = folder / "file.stp"
    path.write_bytes(data)
    return examine(path)


def rules(report: Report) -> set[str]:
    return set(report.problems.counts)


def trees(population: Population) -> list[tuple[int, Any]]:
    """Number and tree of each instance, runs written out, references by the number of what they lead to."""
    out = []
    for i in range(len(population)):
        shape = population.shapes[int(population.shape_of[i])]
        numbers = population.numbers(i)
        parts = tuple((part.keyword, tuple(_tree(p, numbers, 0) for p in part.parameters)) for part in shape.parts)
        out.append((int(population.ids[i]), ("complex" if shape.complex else "simple", parts)))
    return out


def _tree(parameter: Any, numbers: list[int], shift: int) -> Any:
    match parameter:
        case Ref(slot):
            return ("ref", numbers[slot + shift])
        case Integer():
            return "integer"
        case Real():
            return "real"
        case Text():
            return "text"
        case Binary():
            return "binary"
        case Enumeration(name):
            return ("enum", name)
        case Unset():
            return "$"
        case Derived():
            return "*"
        case Elsewhere(name):
            return name
        case Typed(keyword, inner):
            return ("typed", keyword, _tree(inner, numbers, shift))
    members: list[Any] = []
    for member in parameter:
        if isinstance(member, Run):
            members += [_tree(member.member, numbers, shift + k * member.refs) for k in range(member.count)]
        else:
            members.append(_tree(member, numbers, shift))
    return ("list", tuple(members))
