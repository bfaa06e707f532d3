"""Populations made by hand: just enough of ISO 10303-21 for what the tests write."""

import re
from pathlib import Path

import numpy as np

from cpo_probe.formats.express import Choice, Graph, long_form, parse
from cpo_probe.formats.step_p21 import (
    EXTERNAL,
    UNRESOLVED,
    Binary,
    DataSection,
    Derived,
    Elsewhere,
    Enumeration,
    Integer,
    Lines,
    Parameter,
    Part,
    Population,
    Real,
    Ref,
    Run,
    Shape,
    Text,
    Typed,
    Unset,
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<ref>\#\d+)|(?P<text>'(?:[^']|'')*')|(?P<binary>"[0-9A-F]*")|(?P<number>[-+]?\d+(?:\.\d*(?:E[-+]?\d+)?)?)
    |(?P<enumeration>\.[A-Za-z0-9_]+\.)|(?P<keyword>!?[A-Za-z_][A-Za-z0-9_]*)|(?P<else>(?:[@<]|\#[A-Z])[^,)>]*>?)|(?P<sign>[$*(),]))""",
    re.VERBOSE,
)


def graph(text: str) -> Graph:
    """The schema `s` with these declarations."""
    return Graph(long_form(parse(f"SCHEMA s; {text} END_SCHEMA;", "s.exp")))


def choice(text: str) -> Choice:
    """What judges by that schema alone."""
    return Choice((graph(text),), ("s",))


class _Instance:
    def __init__(self, text: str) -> None:
        self.tokens = [(m.lastgroup or "", m.group().strip()) for m in _TOKEN.finditer(text)]
        self.at, self.refs = 0, list[int]()
        self.complex = self.tokens[0][1] == "("
        self.at += self.complex
        parts = []
        while self.at < len(self.tokens) and self.tokens[self.at][0] == "keyword":
            keyword = self.tokens[self.at][1]
            self.at += 1
            parts.append(Part(keyword, self.listed()))
        self.parts = tuple(parts)

    def listed(self) -> tuple[Parameter, ...]:
        self.at += 1
        found: list[Parameter] = []
        while self.tokens[self.at][1] != ")":
            if self.tokens[self.at][1] == ",":
                self.at += 1
            else:
                found.append(self.parameter())
        self.at += 1
        return tuple(found)

    def parameter(self) -> Parameter:
        kind, text = self.tokens[self.at]
        if text == "(":
            return _runs(self.listed())
        self.at += 1
        if kind == "keyword":
            return Typed(text, self.listed()[0])
        if kind == "ref":
            self.refs.append(int(text[1:]))
            return Ref(len(self.refs) - 1)
        if kind == "number":
            return Real() if "." in text else Integer()
        plain: dict[str, Parameter] = {"text": Text(), "binary": Binary(), "else": Elsewhere(text)}
        return plain.get(kind) or Enumeration(text[1:-1]) if kind != "sign" else Unset() if text == "$" else Derived()


def _runs(found: tuple[Parameter, ...]) -> tuple[Parameter | Run, ...]:
    """Equal plain members as runs, as a reader may write them."""
    if len(found) > 2 and all(isinstance(one, Ref) for one in found):
        return (Run(found[0], len(found), 1),)
    if len(found) > 2 and len(set(found)) == 1 and not isinstance(found[0], tuple | Typed):
        return (Run(found[0], len(found), 0),)
    return found


def population(text: str, external: tuple[int, ...] = (), path: Path = Path("/dev/null")) -> Population:
    """`#1=A(...); #2=...;`."""
    ids, made, offsets = list[int](), list[_Instance](), list[int]()
    for found in re.finditer(r"#(\d+)\s*=\s*((?:'(?:[^']|'')*'|[^';])*);", text):
        ids.append(int(found[1]))
        offsets.append(found.start())
        made.append(_Instance(found[2]))
    shapes: dict[tuple[object, ...], int] = {}
    shape_of = [shapes.setdefault((one.parts, one.complex, len(one.refs)), len(shapes)) for one in made]
    listed = [Shape(*key[:2], shape_of.index(n), key[2]) for n, key in enumerate(shapes)]  # type: ignore[arg-type, call-arg]
    index = {id: n for n, id in enumerate(ids)}
    refs = [index.get(r, EXTERNAL if r in external else UNRESOLVED) for one in made for r in one.refs]
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.array([len(one.refs) for one in made], np.int64))))
    return Population(
        path,
        listed,
        np.array(ids, np.uint64),
        np.array(shape_of, np.int32),
        np.array(offsets, np.int64),
        start,
        np.array(refs, np.int32),
        (DataSection("", "", 0, len(ids)),),
        Lines(path, 1 << 20, (0,)),
        False,
    )
