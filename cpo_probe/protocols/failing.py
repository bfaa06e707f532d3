"""What does an answer whose status says success say about failure in its body? By the signs that a profile names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from cpo_probe.model import FailureSign
from cpo_probe.protocols.json_pointer import join, steps


@dataclass(frozen=True, slots=True)
class Told:
    """A sign and what stands there: its text, "..." where elements or members stand instead. `place`: where, as a pointer."""

    sign: FailureSign
    found: str
    place: str

    @property
    def said(self) -> str:
        """For people: the sign's name and what was found."""
        return f"{self.sign.name}: {self.found[:200]}"


def in_xml(signs: Iterable[FailureSign], root: etree._Element) -> Told | None:
    """The first sign, in their order, that stands in the message; elements without text and children stand for nothing."""
    for sign in signs:
        for node in root.iterfind(sign.element) if sign.element else ():
            text = "".join(map(str, node.itertext())).strip()
            inside = any(isinstance(child.tag, str) for child in node)
            if _speaks(sign, text, filled=bool(text) or inside):
                return Told(sign, "..." if inside else text, str(root.getroottree().getelementpath(node)))
    return None


def in_json(signs: Iterable[FailureSign], value: Any) -> Told | None:
    """The first sign, in their order, that stands in the document; null, false, "", [] and {} stand for nothing."""
    for sign in signs:
        for place, item in _at(value, steps(sign.pointer), "") if sign.pointer else ():
            text = item if isinstance(item, str) else "" if isinstance(item, dict | list) else _scalar(item)
            if _speaks(sign, text, filled=item not in (None, False, "", [], {}) or (item == 0 and item is not False)):
                return Told(sign, text or "...", place)
    return None


def _speaks(sign: FailureSign, text: str, *, filled: bool) -> bool:
    if not sign.equals and not sign.starts:
        return filled
    return text in sign.equals or text.startswith(sign.starts)


def _scalar(item: Any) -> str:
    return {True: "true", False: "false", None: ""}[item] if item is None or isinstance(item, bool) else str(item)


def _at(value: Any, path: Sequence[str], place: str) -> Iterator[tuple[str, Any]]:
    """What stands at a pointer whose steps may be * for any one member or position."""
    if not path:
        yield place, value
        return
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        for name in value if step == "*" else (step,) if step in value else ():
            yield from _at(value[name], rest, join(place, name))
    elif isinstance(value, list):
        wanted = range(len(value)) if step == "*" else (int(step),) if step.isascii() and step.isdigit() else ()
        for position in wanted:
            if position < len(value):
                yield from _at(value[position], rest, join(place, position))
