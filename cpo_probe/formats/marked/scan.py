"""What stands in an XML file of any size? One pass, in memory that does not grow with the text.

Expat reads, since it tells the byte and the line of everything, and holds no tree. Names and references are kept as 8 bytes
each; which of them are wrong is known at the end, and where they stand by a second pass.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from pyexpat import ErrorString, ExpatError, ParserCreate
from typing import BinaryIO

from cpo_probe.formats.marked.kinds import KINDS
from cpo_probe.formats.marked.place import Mark, Open, Place
from cpo_probe.formats.marked.plan import SPLIT, Follow, Keyed, Need, Plan, Plans, Says, Value
from cpo_probe.formats.marked.seen import Mention, Seen, Trouble
from cpo_probe.model import Problem, Where
from cpo_probe.model.format import XmlForm

PIECE = 2**20
MOST_TOKEN = 32 * 2**20  # bytes of one tag or comment, which Expat holds whole
MOST_DEPTH = 1_000
MOST_FILES = 10_000
MOST_NAMES, MOST_ITEMS = 10_000, 50_000
STATEFUL = ("iso-2022-", "hz", "utf-7")
"""Encodings in which bytes of `<` and `&` also are parts of other characters, which Expat takes for one byte each."""
NAME = re.compile(KINDS["name"])
"""NCName, as far as ids of tools go wrong: not empty, no colon, no blank, no digit, point or hyphen in front."""


class Stop(Exception):
    """Reading further is refused. `rule`: which rule says so."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found


Said = Callable[[Mention], None]
_Act = Callable[[dict[str, str]], None]


def scan(path: Path, form: XmlForm, *, told: Said | None = None, follow: Follow | None = None) -> Seen:
    """Read the whole file. What is wrong with the XML itself ends the reading and stands in `trouble`.

    `told`: is told of every name and reference (a second pass).
    """
    reader = _Reader(form, told, follow or {})
    with path.open("rb") as file:
        reader.read(file)
    return reader.seen


@dataclass(slots=True)
class _Pending:
    """An element that is open and has yet to show its children."""

    depth: int
    place: str
    children: tuple[frozenset[str], ...]
    line: int
    offset: int
    met: set[str] = field(default_factory=set)


class _Reader:
    """Does as little as possible for each tag: Python is slow. Ends are counted by the interpreter itself."""

    def __init__(self, form: XmlForm, told: Said | None, follow: Follow) -> None:
        self.seen = Seen()
        self._form = form
        self._told = told
        self._plans = Plans(form, follow)
        self._open = Open([""] * (MOST_DEPTH + 1), [{}] * (MOST_DEPTH + 1), [0] * (MOST_DEPTH + 1))
        self._ended: list[str] = []  # elements since the last look
        self._pending: list[_Pending] = []
        self._roles = _roles(form)
        stated = form.version.removeprefix("/") if form.version.startswith("/") else ""
        self._version = stated
        self._paths = set(filter(None, (*form.required, *form.times, stated)))  # that have not been met
        self._deep = max((path.count("/") + 2 for path in self._paths), default=0)
        self._near = [self._deep]  # down to this depth elements are looked at one by one
        self._waiting: list[Callable[[str], None]] = []  # for the text of the element at the depth that is awaited
        self._awaited = 0
        self._text: list[str] = []
        self._parser = parser = ParserCreate(namespace_separator=SPLIT)
        parser.buffer_text = True
        parser.StartElementHandler, self._depth, self._settle = self._handlers()
        parser.EndElementHandler = self._ended.append
        parser.XmlDeclHandler = self._declared
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
            while self._pending:
                self._close()
        except ExpatError as error:
            self._broken("well-formed", ErrorString(error.code) or "error")
        except (LookupError, ValueError):  # of Python's codecs, which Expat asks for what it does not know itself
            if self.seen.root:
                raise
            self._broken("encoding", "an encoding that is not read")
        except Stop as stop:
            self._broken(stop.rule, stop.found)
        self.seen.elements = self._settle()
        self.seen.version = self.seen.paths.get(self._version, self.seen.version)

    def _look(self, fed: int) -> None:
        """After each piece: is anything growing that must not?"""
        if fed - max(self._parser.CurrentByteIndex, 0) > MOST_TOKEN:
            raise Stop("bounds", f"a tag, comment or declaration of more than {MOST_TOKEN} bytes")
        self._settle()

    def _broken(self, rule: str, found: str) -> None:
        parser = self._parser
        self.seen.trouble = Trouble(rule, found, max(parser.ErrorByteIndex, 0), parser.ErrorLineNumber)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower().startswith(STATEFUL):
            raise Stop("encoding", encoding)

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if not self._form.dtd:
            raise Stop("no-dtd", f"a document type declaration of {name}")

    def _entity(self, name: str, *_: object) -> None:
        raise Stop("no-dtd", f"the declaration of an entity {name}")

    def _handlers(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[], int], Callable[[], int]]:
        """For the start of an element; how deep the one lies that ends now; forget what has ended, and tell how many began.

        Closures over plain variables: half of the time goes into this function.
        """
        plans: dict[str, tuple[str, Plan | None, int, tuple[_Act, ...]]] = {}
        id, *_ = (*self._form.ids, "")  # nearly all formats have one attribute for it
        open, ended, every = self._open, self._ended, tuple(self._roles.items())
        roles, plain = tuple(one for one in every if one[0] != id), 0 if self._form.fragment else _ONE
        names, opened, numbers, near = open.names, open.attributes, open.numbers, self._near
        ids, references = self.seen.ids.append, self.seen.references.append
        named = NAME.fullmatch if self._form.names else _anything
        keyed = bool(self._form.keys)
        typed = keyed or self._plans.typed  # whether more than names of open elements is asked for
        begun = over = 0  # elements that began, and that ended before the last look

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal begun
            begun += 1
            depth = begun - over - len(ended)
            try:
                local, plan, way, acts = plans[name]
                names[depth] = local
            except KeyError:
                local, plan, way, acts = plans[name] = self._plan(name, attributes)
                names[depth] = local
            except IndexError:
                raise Stop("bounds", f"elements nested more than {MOST_DEPTH} deep") from None
            if typed:
                opened[depth] = attributes
                if keyed:
                    numbers[depth] = begun
            if depth <= near[0]:
                self._beneath(depth, local)
            if attributes and way == _QUICK:
                if id in attributes:
                    value = attributes[id]
                    if (value.replace("-", "_").isidentifier() and value[0] != "-") or named(value):  # twice as fast for most
                        ids(hash(value))
                    else:
                        self._id(value, local, plan)
                for key, role in roles:
                    if key in attributes:
                        if role == plain:
                            references(hash(attributes[key]))
                        else:
                            self._value(role, attributes[key], key, local, plan)
            elif attributes and way == _WHOLE:
                open.depth = depth
                for key, role in every:
                    if key in attributes:
                        self._value(role, attributes[key], key, local, plan)
            if acts:
                open.depth = depth
                for act in acts:
                    act(attributes)

        def depth() -> int:
            return begun - over - len(ended)

        def settle() -> int:
            nonlocal over
            over += len(ended)
            ended.clear()
            return begun

        return start, depth, settle

    def _plan(self, name: str, attributes: dict[str, str]) -> tuple[str, Plan | None, int, tuple[_Act, ...]]:
        namespace, _, local = name.rpartition(SPLIT)
        if not self.seen.root:
            self._plans.namespace = namespace
            self.seen.root, self.seen.namespace = local, namespace
            self.seen.version = attributes.get(self._form.version, "")
        plan = self._plans.of(name)
        if plan is None:
            return local, None, _QUICK if self._told is None else _WHOLE, ()
        way = _NONE if plan.plain else _WHOLE if self._told is not None or plan.groups or plan.leads else _QUICK
        return local, plan, way, tuple(self._acts(plan, local))

    # Paths from the root, and children that have to be there

    def _beneath(self, depth: int, local: str) -> None:
        self._open.depth = depth
        pending = self._pending
        while pending and depth <= pending[-1].depth:
            self._close()
            self._nearer()
        if pending and depth == pending[-1].depth + 1:
            pending[-1].met.add(local)
        if self._paths and 1 < depth <= self._deep:
            path = "/".join(self._open.names[2 : depth + 1])
            if path in self._paths:
                self._paths.discard(path)
                self.seen.paths[path] = ""
                self._wait(lambda text: self.seen.paths.update({path: text}))
                self._nearer()

    def _nearer(self) -> None:
        self._near[0] = max(self._deep if self._paths else 0, self._pending[-1].depth + 1 if self._pending else 0)

    def _close(self) -> None:
        closed = self._pending.pop()
        for group in closed.children:
            if group.isdisjoint(closed.met):
                wanted = " or ".join(sorted(group))
                where = Where("file", line=closed.line, offset=closed.offset)
                self._wrong("mandatory", where, closed.place, wanted, None)

    def _at_need(self, need: Need, attributes: dict[str, str]) -> None:
        if not self._open.at(need.place, attributes):
            return
        self.seen.looked.add("mandatory")
        for name in need.attributes:
            if name not in attributes:
                self._wrong("mandatory", self._where(), f"{need.place}/@{name}", f"@{name}", None)
        if need.children:
            parser = self._parser
            line, offset = parser.CurrentLineNumber, parser.CurrentByteIndex
            self._pending.append(_Pending(self._open.depth, str(need.place), need.children, line, offset))
            self._nearer()

    # What an element carries

    def _acts(self, plan: Plan, local: str) -> Iterator[_Act]:
        """What is done at each element of a plan."""
        parser, at = self._parser, self._open.at
        if plan.follow is not None:
            follow = plan.follow
            yield lambda attributes: follow(attributes, parser.CurrentLineNumber)
        for place in plan.files:
            yield partial(self._named_file, place)
        if not plan.native:
            yield self._strange
            return
        yield from self._gather(plan)
        for value in plan.values:
            yield partial(self._at_value, value)
        for need in plan.needs:
            yield partial(self._at_need, need)
        for keyed in plan.keyed:
            yield partial(self._at_key, keyed)
        leads = [one.place for one in plan.leads if not one.place.attribute]
        if plan.text or leads:

            def wait(attributes: dict[str, str]) -> None:
                if plan.text or any(at(place, attributes) for place in leads):
                    self._wait(lambda text: self._value(_TEXT, text, "", local, plan))

            yield wait

    def _gather(self, plan: Plan) -> Iterator[_Act]:
        """Places that differ in the element around alone are one step: some formats have an Id or a Name in all of theirs."""
        concepts = [says for says in plan.says if says.kind == "standard"]
        below = {says.place.around[0]: says.label for says in concepts if says.place.plain}
        names, open, seen = self._open.names, self._open, self.seen.standard

        def concept(attributes: dict[str, str]) -> None:
            label = below.pop(names[open.depth - 1], None)
            if label is not None:
                seen.add(label)

        if below:
            yield concept
        for says in plan.says:
            if says.kind != "standard":
                yield partial(self._at_name, says)
            elif not says.place.plain:
                yield partial(self._at_concept, says)

    def _at_concept(self, says: Says, attributes: dict[str, str]) -> None:
        if says.label in self.seen.standard or not self._open.at(says.place, attributes):
            return
        if not says.place.attribute or attributes.get(says.place.attribute):
            self.seen.standard.add(says.label)

    def _at_name(self, says: Says, attributes: dict[str, str]) -> None:
        if not self._open.at(says.place, attributes):
            return
        names, most = (self.seen.own, MOST_NAMES) if says.kind == "own" else (self.seen.items, MOST_ITEMS)
        if len(names) >= most:
            return
        if not says.place.attribute:
            self._wait(lambda text: names.add(text) if text else None)
        elif attributes.get(says.place.attribute):
            names.add(attributes[says.place.attribute])

    def _at_value(self, value: Value, attributes: dict[str, str]) -> None:
        if not self._open.at(value.place, attributes):
            return
        if not value.place.attribute:
            self._wait(lambda text: self._fits(value, text))
        elif value.place.attribute in attributes:
            self._fits(value, attributes[value.place.attribute])

    def _fits(self, value: Value, text: str) -> None:
        self.seen.looked.add("value")
        if not value.fits(text):
            self._wrong("value", self._where(), str(value.place), value.expected, text[:100])

    def _at_key(self, keyed: Keyed, attributes: dict[str, str]) -> None:
        if not self._open.at(keyed.key.place, attributes):
            return
        if keyed.key.textual:
            self._wait(lambda text: self._key(keyed, text) if text else None)
        else:
            self._key(keyed, "")

    def _key(self, keyed: Keyed, text: str) -> None:
        found = keyed.key.written(self._open, text)
        if found is None:
            return
        if not keyed.key.many:
            self._at_mark(keyed, *found)
            return
        for one in found[1].split():
            self._at_mark(keyed, (one,), one)

    def _at_mark(self, keyed: Keyed, fields: Mark, shown: str) -> None:
        if keyed.refers and not keyed.counts(shown):
            return
        mark, seen = hash((keyed.group, *fields)), self.seen
        if keyed.refers:
            seen.looked.add("key-reference")
            seen.meant.append(mark)
        else:
            seen.named.append(mark)
            if keyed.once:
                seen.looked.add("key-unique")
                seen.once.append(mark)
        if self._told is not None:
            rule = "key-reference" if keyed.refers else "key-unique"
            self._tell(rule, mark, shown, keyed.key.place.element, keyed.keys.name)

    # Ids, and references to them

    def _value(self, role: int, value: str, attribute: str, element: str, plan: Plan | None) -> None:
        if role == _ID:
            self._id(value, element, plan)
            return
        for one in value.split() if role in (_MANY, _TEXT) else (value,):
            if not self._form.fragment:
                self._reference(one, attribute, element, plan)
            elif one.startswith("#"):  # what has no # in front leads to another file
                self._reference(one[1:], attribute, element, plan)
            elif attribute in self._form.bare:
                self._reference(one, attribute, element, plan)

    def _id(self, value: str, element: str, plan: Plan | None) -> None:
        mark = hash(value)
        self.seen.ids.append(mark)
        misnamed = self._form.names and not NAME.fullmatch(value)
        self.seen.misnamed += misnamed
        for group in plan.groups if plan is not None else ():
            self.seen.named.append(hash((group, value)))
        if self._told is not None:
            self._tell("id-unique", mark, value, element, "an id of its own")
            if misnamed:
                self._tell("id-name", mark, value, element, "a name")

    def _strange(self, attributes: dict[str, str]) -> None:
        for name, role in self._roles.items():
            if role == _ID and name in attributes:
                self.seen.strange.append(hash(attributes[name]))

    def _reference(self, value: str, attribute: str, element: str, plan: Plan | None) -> None:
        mark = hash(value)
        self.seen.references.append(mark)
        if self._told is not None:
            self._tell("reference", mark, value, element, "an element with that id")
        if plan is not None and plan.leads:
            self._lead(value, attribute, element, plan)

    def _lead(self, value: str, attribute: str, element: str, plan: Plan) -> None:
        for lead in plan.leads:
            if lead.place.attribute == attribute and self._open.at(lead.place, {}):
                kind = hash((lead.group, value))
                self.seen.meant.append(kind)
                self.seen.looked.add("reference-kind")
                if self._told is not None:
                    self._tell("reference-kind", hash(value), value, element, lead.expected, kind)
                return

    def _tell(self, rule: str, mark: int, value: str, place: str, expected: object, kind: int = 0) -> None:
        if self._told is not None:
            self._told(Mention(rule, mark, value[:200], place, expected, self._where(), kind))

    # Places and texts

    def _where(self) -> Where:
        return Where("file", line=self._parser.CurrentLineNumber, offset=max(self._parser.CurrentByteIndex, 0))

    def _wrong(self, rule: str, where: Where, place: str, expected: object, found: object) -> None:
        self.seen.problems.add(Problem(rule, where, place, expected, found, {}))

    def _named_file(self, place: Place, attributes: dict[str, str]) -> None:
        if not self._open.at(place, attributes):
            return
        line = self._parser.CurrentLineNumber
        if place.attribute:
            self._file(attributes.get(place.attribute, ""), line)
        else:
            self._wait(lambda text: self._file(text, line))

    def _file(self, name: str, line: int) -> None:
        if name and len(self.seen.files) < MOST_FILES:
            self.seen.files.append((name, line))

    def _wait(self, then: Callable[[str], None]) -> None:
        """For the text of the innermost element, if it holds no others."""
        if not self._waiting or self._awaited != self._open.depth:
            self._waiting, self._text, self._awaited = [], [], self._open.depth
            self._parser.CharacterDataHandler = self._text.append
            self._parser.EndElementHandler = self._end_of_text
        self._waiting.append(then)

    def _end_of_text(self, name: str) -> None:
        depth = self._depth()
        self._ended.append(name)
        self._parser.EndElementHandler = self._ended.append
        self._parser.CharacterDataHandler = None
        waiting, self._waiting = self._waiting, []
        if depth == self._awaited:
            text = "".join(self._text).strip()
            for then in waiting:
                then(text)


_ID, _ONE, _MANY, _TEXT = 1, 2, 3, 4
_NONE, _QUICK, _WHOLE = 0, 1, 2  # ways to go through the ids and references of an element


def _anything(value: str) -> bool:
    return True


def _roles(form: XmlForm) -> dict[str, int]:
    roles = dict.fromkeys(form.ids, _ID)
    for name in form.references:
        if name.startswith("@"):
            roles[name[1:].rstrip("*")] = _MANY if name.endswith("*") else _ONE
    return roles
