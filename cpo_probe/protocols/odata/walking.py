"""Where does a path of an expression lead? OData URL Conventions 4.01, 5.1.1.15 Path Expressions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cpo_probe.protocols.odata.casting import actual_type
from cpo_probe.protocols.odata.csdl import NavigationProperty, Property
from cpo_probe.protocols.odata.model import Model

Row = Mapping[str, Any]
Variables = Mapping[str, Any]
"""What each lambda variable stands for: a row or a primitive value."""
Step = Callable[[Any], Any]
"""From the JSON value at one segment, which may be None, to the one at the next."""


class Unknown(ValueError):
    """The row does not show what the expression asks for: a property that was not selected or not expanded."""


@dataclass(frozen=True, slots=True)
class Walk:
    """`value`: the JSON value at the end of the path; raises `Unknown`. `type`: of the value, or of each in the collection."""

    value: Callable[[Row, Variables], Any]
    type: str
    collection: bool


def walk(model: Model, declared: str, variables: Mapping[str, str], text: str) -> Walk:
    """The way of a path from a row of the type `declared`, or from a lambda variable. Raises `Unknown` for no such property."""
    segments = text.split("/")
    start, type_name = segments[0], variables.get(segments[0], declared)
    if start in variables or start == "$it":
        segments = segments[1:]
    steps: list[Step] = []
    collection = False
    for segment in segments:
        if segment == "$count" and collection:
            steps.append(_count)
            type_name, collection = "Edm.Int64", False
            break
        if "." in segment:
            kind = model.qualified(segment)
            steps.append(_cast(model, type_name, kind))
            type_name = kind
            continue
        owner = model.structured(type_name)
        member = model.members(owner).get(segment) if owner else None
        if not isinstance(member, (Property, NavigationProperty)):
            raise Unknown(f"{type_name} has no property {segment}")
        type_name, collection = member.type.name, member.type.collection
        steps.append(_member(text, segment, collection, model.old))
    if start in variables:
        return Walk(_from_variable(start, steps), type_name, collection)
    return Walk(_from_row(steps), type_name, collection)


def _from_row(steps: list[Step]) -> Callable[[Row, Variables], Any]:
    if len(steps) == 1:
        only = steps[0]
        return lambda row, variables: only(row)

    def value(row: Row, variables: Variables) -> Any:
        found: Any = row
        for step in steps:
            found = step(found)
        return found

    return value


def _from_variable(name: str, steps: list[Step]) -> Callable[[Row, Variables], Any]:
    def value(row: Row, variables: Variables) -> Any:
        found = variables[name]
        for step in steps:
            found = step(found)
        return found

    return value


def _member(text: str, name: str, collection: bool, old: bool) -> Step:
    def step(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict) or name not in value:
            raise Unknown(f"{text}: {name} is not shown")
        found = value[name]
        if old and isinstance(found, dict):
            if "__deferred" in found:
                raise Unknown(f"{text}: {name} is not expanded")
            return found.get("results", found) if collection else found
        return found

    return step


def _cast(model: Model, declared: str, kind: str) -> Step:
    """A type segment: instances of other types are null."""

    def step(value: Any) -> Any:
        return None if isinstance(value, dict) and not model.derives(actual_type(model, value, declared), kind) else value

    return step


def _count(value: Any) -> int:
    return 0 if value is None else len(value)
