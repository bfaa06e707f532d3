"""OData: which filters ask about collections and related entities? OData URL Conventions 4.01, 5.1.1.13 and 5.1.1.15."""

from collections.abc import Iterator, Sequence
from typing import Any

from cpo_probe.sdk import CsdlModel, odata

from .query_choose import Candidate, Constant, Lambda, Operation, Path, Proposal, is_, propose
from .query_operators import simple
from .query_values import TEXT, column_of, item_columns, middle, plain
from .window import Window

PARTS = 12


def related(model: CsdlModel, window: Window) -> Iterator[Proposal]:
    """Proposals on the collections and the expanded entities that the rows of the window show."""
    for name, member in model.members(window.type).items():
        if name in window.hidden or not all(name in row for row in window.rows):
            continue
        values = [row[name] for row in window.rows]
        if member.type.collection and all(isinstance(value, list) for value in values):
            yield from _lambdas(model, name, member, values, window.hidden)
        elif isinstance(member, odata.csdl.NavigationProperty) and all(v is None or isinstance(v, dict) for v in values):
            yield from _single(model, name, member, values, window.hidden)


def _lambdas(
    model: CsdlModel,
    name: str,
    member: odata.csdl.Property | odata.csdl.NavigationProperty,
    values: Sequence[list[Any]],
    hidden: frozenset[str],
) -> Iterator[Proposal]:
    kind = _kind(model, member)
    path, of = Path(name), f" of {kind}"
    bodies = _bodies(model, member.type.name, [item for value in values for item in value], hidden)
    some = [Lambda(path, "any", "x", body) for body in bodies]
    every = [Lambda(path, "all", "x", body) for body in bodies]
    yield propose(
        "lambda", "any" + of, (Candidate(a, (b, Lambda(path, "any", "x", None))) for a, b in zip(some, every, strict=True))
    )
    yield propose("lambda", "all" + of, (Candidate(b, (a,)) for a, b in zip(some, every, strict=True)))
    yield propose("lambda", "any without condition", [Candidate(Lambda(path, "any", "x", None))])
    yield propose("count", "$count of a part", _parts(model, name, bodies), new=True)
    counts = middle(sorted({len(value) for value in values}))
    yield propose(
        "count",
        "$count",
        (Candidate(is_(f"{name}/$count", "ge", n, "Edm.Int64"), (is_(f"{name}/$count", "gt", n, "Edm.Int64"),)) for n in counts),
    )


def _parts(model: CsdlModel, name: str, bodies: Sequence[Operation]) -> Iterator[Candidate]:
    """At least one member satisfies a condition, asked by their number (4.01); members of a type have no variable there."""
    for body in bodies:
        condition = odata.write(model, body)
        if condition.count("x/") == 1 and condition.startswith("x/"):
            some = Lambda(Path(name), "any", "x", body)
            yield Candidate(some, (Lambda(Path(name), "any", "x", None),), text=f"{name}/$count($filter={condition[2:]}) ge 1")


def _kind(model: CsdlModel, member: odata.csdl.Property | odata.csdl.NavigationProperty) -> str:
    if isinstance(member, odata.csdl.NavigationProperty):
        return "entities"
    return "complex values" if model.structured(member.type.name) else "primitive values"


def _bodies(model: CsdlModel, type_name: str, items: Sequence[Any], hidden: frozenset[str]) -> list[Operation]:
    """Conditions on a member `x`."""
    if not items:
        return []
    type = model.structured(type_name)
    if type is not None:
        usable = [item for item in items if isinstance(item, dict)]
        return simple(model, item_columns(model, type, usable, "x", hidden), PARTS)
    column = column_of(model, "x", type_name, items)
    return [column.is_("eq", value) for value in middle(plain(column))[:PARTS]] if column else []


def _single(
    model: CsdlModel, name: str, member: odata.csdl.NavigationProperty, values: Sequence[Any], hidden: frozenset[str]
) -> Iterator[Proposal]:
    type = model.structured(member.type.name)
    if type is None:
        return
    found = item_columns(model, type, values, name, hidden)
    yield propose("navigation", "property of a related entity", (Candidate(part) for part in simple(model, found, PARTS)))
    for operator in ("eq", "ne"):
        yield propose("null-navigation", f"{operator} null", [Candidate(_null(name, operator))], new=True)


def _null(name: str, operator: str) -> Operation:
    return Operation(operator, Path(name), Constant(None, TEXT))
