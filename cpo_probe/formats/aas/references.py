"""Where do references inside of an environment lead?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CHILDREN = ("submodel_elements", "value", "statements", "annotations")
VARIABLES = ("input_variables", "output_variables", "inoutput_variables")
DATA = {"Property", "MultiLanguageProperty", "Range", "ReferenceElement", "Blob", "File"}
END = "FragmentReference"


@dataclass(frozen=True, slots=True)
class Place:
    """An object of the metamodel, with the way to it: names of attributes and positions."""

    thing: Any
    way: tuple[str | int, ...]


def walk(environment: Any) -> Iterator[Place]:
    """Every object below an environment."""
    stack: list[Place] = [Place(environment, ())]
    while stack:
        place = stack.pop()
        yield place
        for name, value in vars(place.thing).items():
            if type(value) is list:
                stack += [Place(one, (*place.way, name, number)) for number, one in enumerate(value) if _object(one)]
            elif _object(value):
                stack.append(Place(value, (*place.way, name)))


def _object(value: Any) -> bool:
    """Whether it is of a class of the metamodel: they alone are visited."""
    return hasattr(type(value), "accept")


LONG = {"id_short": 200, "content_type": 200, "language": 200, "path": 3_000, "value": 3_000, "min": 3_000, "max": 3_000}
"""Lengths beyond what the metamodel allows, from which on the patterns of the libraries need quadratic time."""


def shorten(environment: Any) -> None:
    """Cuts texts that are too long by far, so that they stay too long and can be looked at."""
    for place in walk(environment):
        thing = place.thing
        uri = getattr(getattr(thing, "value_type", None), "value", "") == "xs:anyURI"
        for name, most in LONG.items():
            text = getattr(thing, name, None)
            if isinstance(text, str) and len(text) > most and (most < 3_000 or name == "path" or uri or kind(thing) == "File"):
                setattr(thing, name, text[:most])


def kind(thing: Any) -> str:
    """The name of the class in the metamodel."""
    return type(thing).__name__


def lost(keys: list[Any], named: dict[tuple[str, str], Any]) -> tuple[str, str] | None:
    """What a chain of keys does not find, expected and found; None where it leads somewhere, or out of the environment.

    `named`: Identifiables by class and id: templates give a submodel and the concept that it means one id. A key says the
    class by `type.value` and the name by `value`.
    """
    first, *others = keys
    here = named.get((first.type.value, first.value))
    if here is None:
        return None
    for key in others:
        wanted = key.type.value
        if wanted == END:
            return None
        below = _below(here, key.value)
        if below is None:
            return wanted, f"no {key.value[:100]}"
        if not _fits(wanted, below):
            return wanted, kind(below)
        here = below
    return None


def _below(thing: Any, name: str) -> Any:
    """The child of that idShort, or at that position of a list."""
    if kind(thing) == "SubmodelElementList":
        items = thing.value or []
        return items[int(name)] if name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(items) else None
    for attribute in CHILDREN:
        children = getattr(thing, attribute, None)
        for child in children if isinstance(children, list) else ():
            if getattr(child, "id_short", None) == name:
                return child
    for attribute in VARIABLES:
        for variable in getattr(thing, attribute, None) or ():
            if variable.value.id_short == name:
                return variable.value
    return None


def _fits(wanted: str, thing: Any) -> bool:
    found = kind(thing)
    if wanted == found or wanted in ("Referable", "GlobalReference"):
        return True
    if wanted == "SubmodelElement":
        return True  # whatever is below an Identifiable
    if wanted == "DataElement":
        return found in DATA
    if wanted == "RelationshipElement":
        return found == "AnnotatedRelationshipElement"  # a subclass of it
    return wanted == "EventElement" and found == "BasicEventElement"
