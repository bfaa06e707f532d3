"""OData V2: which conditions tell a right filter from a wrong one, with the values that were seen?

Each is true for some rows of the window and false for others, so that a filter that is ignored shows.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .old_conditions import Condition, Says, says, value_at
from .old_shared import SAP, about
from .old_window import OldWindow, primitives

INTEGERS = frozenset({"Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64"})
NUMBERS = INTEGERS | {"Edm.Decimal", "Edm.Double", "Edm.Single", "Edm.Float"}
MOMENTS = frozenset({"Edm.DateTime", "Edm.DateTimeOffset"})
MOST = {"comparison": 5, "string": 4}
"""Conditions of a kind that are asked, 2 of the others."""
_TICKS = re.compile(r"/Date\((-?\d+)(?:[+-]\d+)?\)/")

Value = tuple[Any, Any]
"""A value that can be compared, and how it stands in the answer."""


def conditions(model: CsdlModel, window: OldWindow) -> Iterator[tuple[str, Condition]]:
    """Kind and condition; few of each kind, only those that split the rows of the window."""
    for kind, made in _MAKERS.items():
        for condition in _splitting(model, window, made(model, window), MOST.get(kind, 2)):
            yield kind, condition


def _splitting(model: CsdlModel, window: OldWindow, made: Iterable[Condition], most: int = 2) -> list[Condition]:
    """The first of them that some rows satisfy and others do not."""
    found: list[Condition] = []
    for condition in made:
        told = {says(model, condition, row) for row in window.rows}
        if Says.YES in told and told & {Says.NO, Says.NULL}:
            found.append(condition)
        if len(found) == most:
            break
    return found


def values(model: CsdlModel, window: OldWindow, path: str, type: str) -> list[Value]:
    """The different values of a property in the window, null left out, in order; [] when one cannot be read."""
    found: dict[Any, Any] = {}
    for row in window.rows:
        try:
            value, seen = value_at(model, row, path, type)
        except odata.Untyped:
            return []
        if seen and value is not None:
            found.setdefault(value, _raw(row, path))
    return sorted(found.items(), key=lambda pair: str(pair[0]) if isinstance(pair[0], str) else pair[0])


def _raw(row: Any, path: str) -> Any:
    for step in path.split("/"):
        row = row[step]
    match = _TICKS.fullmatch(row) if isinstance(row, str) else None
    return f"/Date({match.group(1)})/" if match else row  # without an offset: what is asked for is one moment


def _paths(model: CsdlModel, window: OldWindow, types: frozenset[str], within: bool = False) -> Iterator[tuple[str, str]]:
    """Path and type of the properties of these types; those that must not be filtered are left out."""
    for path, property in primitives(model, window.type):
        closed = property.extra.get(f"{SAP}filterable") == "false"
        if property.type.name in types and ("/" in path) == within and not closed:
            yield path, property.type.name


def _atom(op: str, path: str, type: str, value: Any) -> Condition:
    return {"op": op, "path": path, "type": type, "value": value}


def _middle(model: CsdlModel, window: OldWindow, types: frozenset[str], within: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Path, type and a value in the middle, of properties with several values."""
    for path, type in _paths(model, window, types, within):
        seen = values(model, window, path, type)
        if len(seen) > 1:
            yield path, type, seen[(len(seen) - 1) // 2][1]


def _comparisons(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    """The first number with gt and le, the first other value with eq."""
    numbers = list(_middle(model, window, NUMBERS))
    others = list(_middle(model, window, frozenset({"Edm.String", "Edm.Boolean", "Edm.Guid"})))
    for op in ("gt", "le", "ge", "lt"):
        yield from _splitting(model, window, (_atom(op, *one) for one in numbers), 1)
    yield from _splitting(model, window, (_atom("eq", *one) for one in others), 1)


def _logical(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    atoms = list(_ends(model, window))
    for low, high in atoms:
        yield {"op": "and", "of": [{"op": "not", "of": [low]}, {"op": "not", "of": [high]}]}
        yield {"op": "or", "of": [low, high]}


def _ends(model: CsdlModel, window: OldWindow) -> Iterator[tuple[Condition, Condition]]:
    """Below the lower and above the upper third of a number, or equal to the first and to the last of other values."""
    paths = list(_paths(model, window, NUMBERS | {"Edm.String"}))
    for path, type in sorted(paths, key=lambda p: p[1] == "Edm.String"):
        seen = values(model, window, path, type)
        if len(seen) < 3:
            continue
        if type == "Edm.String":
            yield _atom("eq", path, type, seen[0][1]), _atom("eq", path, type, seen[-1][1])
        else:
            yield _atom("lt", path, type, seen[len(seen) // 3][1]), _atom("gt", path, type, seen[-1 - len(seen) // 3][1])


def _arithmetic(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for path, type, value in _middle(model, window, INTEGERS):
        yield _atom("mod", path, type, "1" if type == "Edm.Int64" else 1)
        yield _atom("add", path, type, value)


def _texts(model: CsdlModel, window: OldWindow) -> Iterator[tuple[str, str]]:
    """Path and a value of letters and digits, of the texts that differ most."""
    found = []
    for path, type in _paths(model, window, frozenset({"Edm.String"})):
        seen = [value for value, _ in values(model, window, path, type)]
        plain = [text for text in seen if len(text) > 3 and text.isascii()]
        if len(seen) > 1 and plain:
            found.append((-len(seen), path, plain[len(plain) // 2]))
    yield from ((path, text) for _, path, text in sorted(found))


def _substrings(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for path, text in _texts(model, window):
        for part in re.findall(r"(?=([A-Za-z0-9]{3}))", text)[1:8]:
            yield _atom("substringof", path, "Edm.String", part)


def _strings(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    """One condition of each function."""
    made: dict[str, list[Condition]] = {"startswith": [], "endswith": [], "tolower": [], "length": []}
    for path, text in _texts(model, window):
        made["startswith"] += [_atom("startswith", path, "Edm.String", text[:n]) for n in (2, 3, len(text) // 2 + 1)]
        made["endswith"] += [_atom("endswith", path, "Edm.String", text[-n:]) for n in (2, 1, 3)]
        made["tolower"] += [_atom("tolower", path, "Edm.String", text.lower())]
        made["length"] += [_atom("length", path, "Edm.String", len(text) - n) for n in (0, 1, 3)]
    for group in made.values():
        yield from _splitting(model, window, group, 1)


def _dates(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for path, type, value in _middle(model, window, MOMENTS):
        yield _atom("gt", path, type, value)
        moment = odata.typed(model, type, value)
        if isinstance(moment, odata.times.Moment):
            yield _atom("year", path, type, odata.times.civil(moment.picoseconds // odata.times.DAY)[0])
    for path, type, value in _middle(model, window, MOMENTS, True):
        yield _atom("gt", path, type, value)


def _nulls(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for path, property in primitives(model, window.type):
        if property.nullable is not False and "/" not in path and property.extra.get(f"{SAP}filterable") != "false":
            yield _atom("eq", path, property.type.name, None)
            yield _atom("ne", path, property.type.name, None)


def _complex(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for path, type, value in _middle(model, window, NUMBERS, True):
        yield _atom("gt", path, type, value)
    for path, type, value in _middle(model, window, frozenset({"Edm.String"}), True):
        yield _atom("eq", path, type, value)


def _types(model: CsdlModel, window: OldWindow) -> Iterator[Condition]:
    for stated in sorted({about(row, "type") for row in window.rows} - {"", window.type.qualified}):
        yield {"op": "isof", "value": stated}


_MAKERS: dict[str, Callable[[CsdlModel, OldWindow], Iterable[Condition]]] = {
    "comparison": _comparisons,
    "logical": _logical,
    "arithmetic": _arithmetic,
    "substringof": _substrings,
    "string": _strings,
    "date": _dates,
    "null": _nulls,
    "complex": _complex,
    "type": _types,
}
KINDS = tuple(_MAKERS)
