"""What stands in an XML file of any size? One pass, in memory that does not grow with the text.

Expat reads, since it tells the byte and the line of everything, and holds no tree. Names and references are kept as 8 bytes
each; which of them are wrong is known at the end, and where they stand by a second pass.
"""

import re
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pyexpat import ErrorString, ExpatError, ParserCreate
from typing import BinaryIO

from cpo_probe.model.format import XmlForm

PIECE = 2**20
MOST_TOKEN = 32 * 2**20  # bytes of one tag or comment, which Expat holds whole
MOST_DEPTH = 1_000
MOST_FILES = 10_000
SPLIT = "}"  # between namespace and local name
NAME = re.compile(r"[^\W\d][\w.\-·]*")
"""NCName, as far as ids of tools go wrong: not empty, no colon, no blank, no digit, point or hyphen in front."""


class Stop(Exception):
    """Reading further is refused. `rule`: which rule says so."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why reading ended early, and where: byte from 0, line from 1."""

    rule: str
    found: str
    offset: int
    line: int


@dataclass(slots=True)
class Seen:
    """`ids`, `references`: hashes in document order. `paths`: those of `XmlForm.required` that were met, with their text.

    `files`: names with their lines. `counts`: of elements whose names matter, by local name.
    """

    root: str = ""
    namespace: str = ""
    version: str = ""
    elements: int = 0
    ids: "array[int]" = field(default_factory=lambda: array("q"))
    references: "array[int]" = field(default_factory=lambda: array("q"))
    paths: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, int]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    misnamed: int = 0
    trouble: Trouble | None = None


Said = Callable[[bool, str, str, int, int], None]
"""What a second pass tells of each name and reference: whether it names, value, element, offset, line."""


Follow = Mapping[str, Callable[[dict[str, str], int], None]]
"""What is to be told of elements by their local names: attributes and line, in document order."""


def scan(path: Path, form: XmlForm, *, told: Said | None = None, follow: Follow | None = None) -> Seen:
    """Read the whole file. What is wrong with the XML itself ends the reading and stands in `trouble`."""
    reader = _Reader(form, told, follow or {})
    with path.open("rb") as file:
        reader.read(file)
    return reader.seen


class _Reader:
    """Begins with every tag in hand, and lets go of most as soon as the head of the file has been seen: Python is slow."""

    def __init__(self, form: XmlForm, told: Said | None, follow: Follow) -> None:
        self.seen = Seen()
        self._form = form
        self._told = told
        self._follow = follow
        self._stack: list[str] = []  # of the head
        self._open = 0  # elements that were open when it was left
        self._begun = 0  # elements since
        self._ended: list[str] = []  # elements that ended since the last look
        self._roles = _roles(form)
        self._texts = frozenset(name for name in form.references if not name.startswith("@"))
        self._counted = frozenset((*form.generic, *form.attributes))
        self._files = {name.partition("/@")[0]: name.partition("/@")[2] for name in form.files}
        self._notable = self._texts | self._counted | self._files.keys() | follow.keys()
        stated = form.version.removeprefix("/") if form.version.startswith("/") else ""
        self._version = stated
        self._paths = frozenset(filter(None, (*form.required, *form.times, stated)))
        self._deep = max((path.count("/") + 2 for path in self._paths), default=1)
        self._waiting: Callable[[str], None] | None = None
        self._text: list[str] = []
        self._parser = parser = ParserCreate(namespace_separator=SPLIT)
        parser.buffer_text = True
        parser.StartElementHandler = self._start_of_head
        parser.EndElementHandler = self._end_of_head
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity

    def read(self, file: BinaryIO) -> None:
        parser, fed = self._parser, 0
        try:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)
                fed += len(piece)
                self._look(fed)
            parser.Parse(b"", True)
        except ExpatError as error:
            self._broken("well-formed", ErrorString(error.code) or "error")
        except Stop as stop:
            self._broken(stop.rule, stop.found)
        self.seen.elements += self._begun
        self.seen.version = self.seen.paths.get(self._version, self.seen.version)

    def _look(self, fed: int) -> None:
        """After each piece: is anything growing that must not?"""
        if fed - max(self._parser.CurrentByteIndex, 0) > MOST_TOKEN:
            raise Stop("bounds", f"a tag, comment or declaration of more than {MOST_TOKEN} bytes")
        if self._begun:
            self._open += self._begun - len(self._ended)
            self.seen.elements += self._begun
            self._begun = 0
            self._ended.clear()
        if max(self._open, len(self._stack)) > MOST_DEPTH:
            raise Stop("bounds", f"elements nested more than {MOST_DEPTH} deep")

    def _broken(self, rule: str, found: str) -> None:
        parser = self._parser
        self.seen.trouble = Trouble(rule, found, max(parser.ErrorByteIndex, 0), parser.ErrorLineNumber)

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if not self._form.dtd:
            raise Stop("no-dtd", f"a document type declaration of {name}")

    def _entity(self, name: str, *_: object) -> None:
        raise Stop("no-dtd", f"the declaration of an entity {name}")

    # The head: every tag with its path

    def _start_of_head(self, name: str, attributes: dict[str, str]) -> None:
        seen, stack, local = self.seen, self._stack, name.rpartition(SPLIT)[2]
        seen.elements += 1
        if not stack:
            seen.root, seen.namespace = local, name.rpartition(SPLIT)[0]
            seen.version = attributes.get(self._form.version, "")
        stack.append(local)
        self._values(local, attributes)
        if local in self._notable:
            self._note(local, attributes)
        if 1 < len(stack) <= self._deep:
            self._watch("/".join(stack[1:]))
        if len(stack) > 1 and seen.paths.keys() >= self._paths:
            self._leave_head()

    def _end_of_head(self, name: str) -> None:
        self._stack.pop()
        self._said()

    def _watch(self, path: str) -> None:
        if path in self._paths and path not in self.seen.paths:
            self.seen.paths[path] = ""
            self._wait(lambda text: self.seen.paths.update({path: text.strip()}))

    def _leave_head(self) -> None:
        """From here on only elements that carry something are looked at, and ends are counted by the interpreter itself."""
        self._open = len(self._stack)
        self._stack = []
        if self._waiting is None:
            self._parser.EndElementHandler = self._ended.append
        else:
            self._parser.EndElementHandler = self._end_of_text
        self._parser.StartElementHandler = self._start_of_body()

    # The body: as little as possible for each tag

    def _start_of_body(self) -> Callable[[str, dict[str, str]], None]:
        notable: dict[str, bool] = {}
        wanted, note, values = self._notable, self._note, self._value
        roles, quick = tuple(self._roles.items()), self._told is None
        ids, named, names = self.seen.ids.append, NAME.fullmatch, self._form.names

        def start(name: str, attributes: dict[str, str]) -> None:
            self._begun += 1
            if attributes:
                for key, role in roles:
                    if key in attributes:
                        value = attributes[key]
                        if quick and role == _ID and (not names or named(value)):
                            ids(hash(value))
                        else:
                            values(role, value, name.rpartition(SPLIT)[2])
            known = notable.get(name)
            if known is None:
                known = notable[name] = name.rpartition(SPLIT)[2] in wanted
            if known:
                note(name.rpartition(SPLIT)[2], attributes)

        return start

    def _end_of_text(self, name: str) -> None:
        self._ended.append(name)
        self._parser.EndElementHandler = self._ended.append
        self._said()

    def _values(self, element: str, attributes: dict[str, str]) -> None:
        for name, role in self._roles.items():
            if name in attributes:
                self._value(role, attributes[name], element)

    def _value(self, role: int, value: str, element: str) -> None:
        if role == _ID:
            self.seen.ids.append(hash(value))
            if self._form.names and not NAME.fullmatch(value):
                self.seen.misnamed += 1
            self._tell(True, value, element)
            return
        for one in value.split() if role == _MANY else (value,):
            if not self._form.fragment:
                self.seen.references.append(hash(one))
                self._tell(False, one, element)
            elif one.startswith("#"):  # what has no # in front leads to another file
                self.seen.references.append(hash(one[1:]))
                self._tell(False, one[1:], element)

    def _tell(self, names: bool, value: str, element: str) -> None:
        if self._told is not None:
            self._told(names, value, element, self._parser.CurrentByteIndex, self._parser.CurrentLineNumber)

    def _note(self, local: str, attributes: dict[str, str]) -> None:
        if local in self._follow:
            self._follow[local](attributes, self._parser.CurrentLineNumber)
        if local in self._counted:
            self.seen.counts[local] = self.seen.counts.get(local, 0) + 1
        if local in self._texts:
            self._wait(lambda text: self._value(_ONE, text.strip(), local) if text.strip() else None)
        if local in self._files:
            line, attribute = self._parser.CurrentLineNumber, self._files[local]
            if not attribute:
                self._wait(lambda text: self._file(text.strip(), line))
            else:
                self._file(attributes.get(attribute, ""), line)

    def _file(self, name: str, line: int) -> None:
        if name and len(self.seen.files) < MOST_FILES:
            self.seen.files.append((name, line))

    def _wait(self, then: Callable[[str], None]) -> None:
        """The text up to the next tag that ends something."""
        self._waiting, self._text = then, []
        self._parser.CharacterDataHandler = self._text.append
        if not self._stack:
            self._parser.EndElementHandler = self._end_of_text

    def _said(self) -> None:
        if self._waiting is not None:
            waiting, text = self._waiting, "".join(self._text)
            self._waiting, self._text = None, []
            self._parser.CharacterDataHandler = None
            waiting(text)


_ID, _ONE, _MANY = 1, 2, 3


def _roles(form: XmlForm) -> dict[str, int]:
    roles = dict.fromkeys(form.ids, _ID)
    for name in form.references:
        if name.startswith("@"):
            roles[name[1:].rstrip("*")] = _MANY if name.endswith("*") else _ONE
    return roles
