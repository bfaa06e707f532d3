"""Where in a document is something, and how is the key written that stands there? Read from what descriptions say."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, product

_STEP = re.compile(r"[^\s/@:{}|()\[\]]+|\([^\s/@:{}|()\[\]]+\)")
_WITH = re.compile(r"(.+)\[([^\[\]=/@]+)=([^\[\]]*)\]")
_HOLE = re.compile(r"\{(?:\^(\d))?(?:@([^{}/?]+)|([.#]))?([/?]?)\}")

TYPE = "http://www.w3.org/2001/XMLSchema-instance}type"  # the attribute xsi:type
EMPTY = "''"  # a field without text


@dataclass(frozen=True, slots=True)
class Place:
    """Elements by local name, with the names of those around them, outermost first; `attribute`: "" for their text.

    "(Name)" is the local name of a type (xsi:type) around instead. `given`: attribute and value that the element has, "" any.
    """

    element: str
    around: tuple[str, ...]
    attribute: str
    given: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return self.element + (f"/@{self.attribute}" if self.attribute else "")

    @property
    def anywhere(self) -> bool:
        """All elements of that name, whatever their attributes."""
        return not (self.around or self.given[0])

    @property
    def plain(self) -> bool:
        """Elements whatever their attributes, told by the name of the one around."""
        return len(self.around) == 1 and not (self.attribute or self.given[0] or self.typed)

    @property
    def typed(self) -> bool:
        return any(one.startswith("(") for one in self.around)


def places(text: str) -> list[Place]:
    """Of "Parent/Element[name=value]/@attribute", of which only the element has to be there, "One|Other". Raises ValueError."""
    steps = text.split("/")
    attribute = steps.pop()[1:] or "@" if steps[-1].startswith("@") else ""
    given = _WITH.fullmatch(steps[-1]) if steps else None
    if given:
        steps[-1] = given[1]
    names = [step.split("|") for step in steps]
    if not names or not all(_STEP.fullmatch(one) for one in (*chain(*names), attribute or "-")):
        raise ValueError(f"{text!r} is no place, expected Parent/Element/@attribute")
    condition = (given[2], given[3]) if given else ("", "")
    return [Place(element, tuple(around), attribute, condition) for *around, element in product(*names)]


@dataclass(slots=True)
class Open:
    """The elements that are open, by depth from 1: names, attributes and running numbers. What lies deeper is of the past."""

    names: list[str]
    attributes: list[dict[str, str]]
    numbers: list[int]
    depth: int = 0

    def at(self, place: Place) -> Callable[[dict[str, str]], bool]:
        """Whether the innermost element, which has these attributes, is of that place; its own name is known to fit."""
        name, value = place.given
        around = [(one.strip("()"), one[0] == "(") for one in place.around]
        count, names, opened = len(around), self.names, self.attributes

        def at(attributes: dict[str, str]) -> bool:
            if name and attributes.get(name) != value:
                return False
            depth = self.depth - count
            if depth <= 0:
                return not count
            for called, typed in around:
                if (opened[depth].get(TYPE, "").rpartition(":")[2] if typed else names[depth]) != called:
                    return False
                depth += 1
            return True

        return at


Mark = tuple[int | str, ...]
Written = Callable[[Open, str], tuple[Mark, str] | None]
"""The key of the innermost element with its text: its fields to compare, and to show; None where it has none."""
_Part = Callable[[Open, str], str | int | None]


@dataclass(frozen=True, slots=True)
class Key:
    """`textual`: written with the text of its element. `many`: with blanks between several of one field."""

    place: Place
    written: Written
    textual: bool
    many: bool


def keys(text: str) -> list[Key]:
    """Of "Unit/@name", "Unit", "Output/@dependencies*" for a list, or "Unit: {@name}". Raises ValueError."""
    head, sign, template = text.partition(":")
    found = places(head.removesuffix("*"))
    if not sign:
        template = f"{{@{found[0].attribute}}}" if found[0].attribute else "{.}"
    fields = template.split()
    if not fields:
        raise ValueError(f"{text!r} has nothing behind its colon, expected how the key is written")
    written = _written([_field(one) for one in fields])
    return [Key(Place(at.element, at.around, ""), written, "{.}" in template, head.endswith("*")) for at in found]


def _written(fields: list[_Part]) -> Written:
    def written(open: Open, text: str) -> tuple[Mark, str] | None:
        found = [field(open, text) for field in fields]
        mark = tuple(one for one in found if one is not None)
        if len(mark) < len(found):
            return None
        return mark, ".".join(one for one in found if one and isinstance(one, str))

    return written


def _field(template: str) -> _Part:
    if template == EMPTY:
        return _literal("")
    parts: list[_Part] = []
    end = 0
    for hole in _HOLE.finditer(template):
        parts += [_literal(template[end : hole.start()])] * (hole.start() > end) + [_part(hole)]
        end = hole.end()
    parts += [_literal(template[end:])] * (end < len(template))
    if "{" in _HOLE.sub("", template):
        raise ValueError(
            f"{template!r} is no way to write a key, expected {{@attribute}}, {{^1@attribute}}, {{^1}}, {{.}} or {{#}}"
        )
    if len(parts) == 1:
        return parts[0]

    def joined(open: Open, text: str) -> str | None:
        found = [part(open, text) for part in parts]
        return None if None in found else "".join(str(one) for one in found)

    return joined


def _literal(text: str) -> _Part:
    return lambda open, _: text


def _part(hole: re.Match[str]) -> _Part:
    up, attribute, sign, mode = int(hole[1] or 0), hole[2], hole[3], hole[4]
    if sign == ".":
        return lambda open, text: text
    if sign == "#":
        return _counter()
    if attribute is None:
        if not up:
            raise ValueError(f"{hole[0]} says nothing")
        return lambda open, _: open.numbers[open.depth - up] if open.depth > up else None
    if mode == "/":
        return lambda open, _: "/".join(
            around[attribute] for around in open.attributes[1 : open.depth - up + 1] if attribute in around
        )
    missing = "" if mode == "?" else None
    return lambda open, _: open.attributes[open.depth - up].get(attribute, missing) if open.depth > up else missing


def _counter() -> _Part:
    """The first is 1."""
    count = 0

    def part(open: Open, text: str) -> str:
        nonlocal count
        count += 1
        return str(count)

    return part
