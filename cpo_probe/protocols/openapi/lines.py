"""On which line of the text does a place stand?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from cpo_probe.model import Problem, Problems
from cpo_probe.protocols.json_pointer import join
from cpo_probe.protocols.openapi.documents import Documents
from cpo_probe.protocols.openapi.reading import Raw

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+|\n')


def with_lines(documents: Documents, problems: Problems) -> Problems:
    """The same problems with the line of each place in the root document, as far as it can be told."""
    wanted = {p.where.pointer for p in problems if not p.where.line}
    known = locate(documents.root, wanted) if wanted else {}
    out = Problems(problems.cap)
    for problem in problems:
        out.add(_with_line(problem, known))
    out.counts.update(problems.counts)
    return out


def _with_line(problem: Problem, known: dict[str, int]) -> Problem:
    line = 0 if problem.where.line else known.get(problem.where.pointer, 0)
    return replace(problem, where=replace(problem.where, line=line)) if line else problem


def locate(raw: Raw, wanted: set[str]) -> dict[str, int]:
    """Pointer -> line from 1. A member's line is that of its name."""
    places = _json(raw.text) if raw.syntax == "json" else _yaml(raw.text)
    found: dict[str, int] = {}
    for pointer, line in places:
        if pointer in wanted and pointer not in found:
            found[pointer] = line
            if len(found) == len(wanted):
                break
    return found


class _Level:
    """One open object or array; `step` is the member or element that comes next."""

    __slots__ = ("array", "named", "pointer", "step")

    def __init__(self, array: bool, pointer: str) -> None:
        self.array = array
        self.pointer = pointer
        self.step: Any = 0 if array else None
        self.named = False

    def child(self) -> str:
        return join(self.pointer, self.step)


def _json(body: bytes) -> Iterator[tuple[str, int]]:
    line = 1
    stack: list[_Level] = []
    yield "", 1
    for match in _TOKEN.finditer(body.decode("utf-8-sig", "replace")):
        token = match.group()
        top = stack[-1] if stack else None
        if token == "\n":
            line += 1
        elif token in "{[":
            if top is not None and top.array:
                yield top.child(), line
            stack.append(_Level(token == "[", top.child() if top else ""))
        elif token in "}]":
            stack.pop()
            if not stack:
                return
        elif top is None or token == ":":
            continue
        elif token == ",":
            top.named = False
            if top.array:
                top.step += 1
        elif top.array:
            yield top.child(), line
        elif not top.named:
            top.named = True
            top.step = _name(token)
            yield top.child(), line


def _name(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    text = token[1:-1].replace('\\"', '"').replace("\\/", "/").replace("\\\\", "\\")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), text)


def _yaml(body: bytes) -> Iterator[tuple[str, int]]:
    stack: list[_Level] = []
    try:
        for event in yaml.parse(body, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
                _done(stack)
            elif isinstance(event, yaml.DocumentEndEvent):
                return
            elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent, yaml.CollectionStartEvent)):
                yield from _entered(stack, event)
    except yaml.YAMLError:  # the text was read before; nothing new is to be said about it
        return


def _entered(stack: list[_Level], event: Any) -> Iterator[tuple[str, int]]:
    line = event.start_mark.line + 1
    top = stack[-1] if stack else None
    starts = isinstance(event, yaml.CollectionStartEvent)
    if top is not None and not top.array and not top.named and not starts:
        top.named = True
        top.step = getattr(event, "value", "")
        yield top.child(), line
        return
    pointer = top.child() if top else ""
    if top is None or top.array:
        yield pointer, line
    if starts:
        stack.append(_Level(isinstance(event, yaml.SequenceStartEvent), pointer))
    else:
        _done(stack)


def _done(stack: list[_Level]) -> None:
    """A value is complete: the next member or element follows."""
    if stack:
        stack[-1].named = False
        if stack[-1].array:
            stack[-1].step += 1
