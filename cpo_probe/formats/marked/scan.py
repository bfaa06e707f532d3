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
from struct import pack
from typing import BinaryIO

from cpo_probe.formats.marked.kinds import KINDS
from cpo_probe.formats.marked.place import Mark, Open, Place
from cpo_probe.formats.marked.plan import SPLIT, Follow, Keyed, Leads, Need, Plan, Plans, Says, Value
from cpo_probe.formats.marked.seen import Mention, Seen, Trouble
from cpo_probe.model import Problem, Where
from cpo_probe.model.format import XmlForm

PIECE = 2**17  # small enough for what is gathered from it to stay in the cache of the processor
MOST_PIECE = 2**20
MOST_TOKEN = 32 * 2**20  # bytes of one tag or comment, which Expat holds whole, and characters of one text that is looked at
MOST_DEPTH = 1_000
MOST_FILES = 10_000
MOST_NAMES, MOST_ITEMS = 10_000, 50_000
STATEFUL = ("iso-2022-", "hz", "utf-7")
"""Encodings in which bytes of `<` and `&` also are parts of other characters, which Expat takes for one byte each."""
NAME = re.compile(KINDS["name"])
"""NCName, as far as ids of tools go wrong: not empty, no colon, no blank, no digit, point or hyphen in front."""
_FIRST, _INNER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", b"-.0123456789"
_SHAPE = bytes(97 if n in _FIRST else 45 if n in _INNER else 63 if n else 0 for n in range(256))
"""Of a byte of an id: "a" if a name can begin with it, "-" if it can go on with it, "?" if that takes a closer look; NUL."""


class Stop(Exception):
    """Reading further is refused. `rule`: which rule says so."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found


Said = Callable[[Mention], None]
_Act = Callable[[dict[str, str]], None]
_Take = Callable[[str], None]
"""What is done with a value or a text."""
_Step = tuple[str, str, _Take, tuple[tuple[str, _Take], ...], tuple[_Act, ...]]
"""For a name as Expat gives it: the local one, what is done with one attribute ("" none) and with others, and at the element."""


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
        self._ids: list[str] = []  # since the last look, as the next two
        self._references: list[str] = []
        self._ended: list[str] = []  # elements
        self._text: list[str] = []  # of the innermost element, as far as somebody waits for it
        self._pending: list[_Pending] = []
        self._roles = _roles(form)
        stated = form.version.removeprefix("/") if form.version.startswith("/") else ""
        self._version = stated
        self._paths = set(filter(None, (*form.required, *form.times, stated)))  # that have not been met
        self._deep = max((path.count("/") + 2 for path in self._paths), default=0)
        self._near = [self._deep]  # down to this depth elements are looked at one by one
        self._parser = parser = ParserCreate(namespace_separator=SPLIT)
        parser.buffer_text = True
        self._start, self._settle = self._handlers()
        self._wait = self._texts()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._ended.append
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.AttlistDeclHandler = self._defaulted

    def read(self, file: BinaryIO) -> None:
        parser, fed, held = self._parser, 0, 0
        try:
            while piece := file.read(max(PIECE, min(held, MOST_PIECE))):  # Expat begins a long tag again with each piece
                parser.Parse(piece, False)
                fed += len(piece)
                held = fed - max(parser.CurrentByteIndex, 0)
                self._look(held)
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

    def _look(self, held: int) -> None:
        """After each piece: is anything growing that must not? `held`: bytes of what has not ended yet."""
        if held > MOST_TOKEN:
            raise Stop("bounds", f"a tag, comment or declaration of more than {MOST_TOKEN} bytes")
        if sum(map(len, self._text)) > MOST_TOKEN:
            raise Stop("bounds", f"a text of more than {MOST_TOKEN} characters in one element")
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

    def _defaulted(self, element: str, attribute: str, kind: str, default: str | None, required: int) -> None:
        """A value that is written once can be that of each of a million tags: these are not kept until the next look."""
        if default:
            self._parser.StartElementHandler = self._each

    def _each(self, name: str, attributes: dict[str, str]) -> None:
        self._start(name, attributes)
        self._settle()

    def _handlers(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[], int]]:
        """For the start of an element; forget what has ended, and tell how many began.

        Closures over plain variables: half of the time goes into this function.
        """
        plans: dict[str, _Step] = {}
        open, ended, near = self._open, self._ended, self._near
        names, opened, numbers = open.names, open.attributes, open.numbers
        keyed = bool(self._form.keys)
        typed = keyed or self._plans.typed  # whether more than names of open elements is asked for
        begun = over = 0  # elements that began since the last look or had not ended then; that ended before it

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal begun
            begun += 1
            depth = begun - len(ended)
            try:
                local, named, take_named, takes, acts = plans[name]
                names[depth] = local
            except LookupError:
                if depth > MOST_DEPTH:
                    raise Stop("bounds", f"elements nested more than {MOST_DEPTH} deep") from None
                local, named, take_named, takes, acts = plans[name] = self._plan(name, attributes)
                names[depth] = local
            open.depth = depth
            if typed:
                opened[depth] = attributes
                if keyed:
                    numbers[depth] = over + begun
            if depth <= near[0]:
                self._beneath(depth, local)
            if attributes:
                if named in attributes:  # most have it, and no loop is faster
                    take_named(attributes[named])
                for key, take in takes:
                    if key in attributes:
                        take(attributes[key])
            if acts:
                for act in acts:
                    act(attributes)

        def settle() -> int:
            nonlocal begun, over
            begun -= len(ended)
            over += len(ended)
            ended.clear()
            self._collect()
            return over + begun

        return start, settle

    def _collect(self) -> None:
        """Ids and references since the last look become marks: all of them at once takes a third of the time."""
        ids, references = self._ids, self._references
        self.seen.ids.frombytes(pack(f"{len(ids)}q", *map(hash, ids)))
        self.seen.references.frombytes(pack(f"{len(references)}q", *map(hash, references)))
        if self._form.names and not _named(ids):
            self.seen.misnamed += sum(not NAME.fullmatch(one) for one in ids)
        ids.clear()
        references.clear()

    def _plan(self, name: str, attributes: dict[str, str]) -> _Step:
        namespace, _, local = name.rpartition(SPLIT)
        if not self.seen.root:
            self._plans.namespace = namespace
            self.seen.root, self.seen.namespace = local, namespace
            self.seen.version = attributes.get(self._form.version, "")
        plan = self._plans.of(name)
        takes = [] if plan.plain else [(key, self._take(role, key, local, plan)) for key, role in self._roles.items()]
        (named, take), *others = takes or [("", self._ids.append)]
        return local, named, take, tuple(others), tuple(self._acts(plan, local))

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
        parser = self._parser
        if plan.follow is not None:
            follow = plan.follow
            yield lambda attributes: follow(attributes, parser.CurrentLineNumber)
        for place in plan.files:
            yield self._only(place, partial(self._named_file, place.attribute))
        if not plan.native:
            yield self._strange
            return
        yield from self._gather(plan)
        for value in plan.values:
            yield self._only(value.place, self._there(value.place, self._judged(value)))
        for need in plan.needs:
            yield self._only(need.place, partial(self._at_need, need))
        for keyed in plan.keyed:
            yield self._only(keyed.key.place, partial(self._at_key, keyed))
        yield from self._text_leads(plan, local)

    def _only(self, place: Place, act: _Act) -> _Act:
        """What is done at that place alone."""
        if place.anywhere:
            return act
        at = self._open.at(place)
        return lambda attributes: act(attributes) if at(attributes) else None

    def _there(self, place: Place, take: _Take) -> _Act:
        """With what stands at a place: its attribute if it is there, or its text."""
        wait, name = self._wait, place.attribute
        if name:
            return lambda attributes: take(attributes[name]) if name in attributes else None
        return lambda _: wait(take)

    def _text_leads(self, plan: Plan, local: str) -> Iterator[_Act]:
        wait, take = self._wait, self._take(_MANY, "", local, plan)
        places = [self._open.at(one.place) for one in plan.leads if not one.place.attribute]
        if plan.text:
            yield lambda _: wait(take)
        elif places:
            yield lambda attributes: wait(take) if any(at(attributes) for at in places) else None

    def _gather(self, plan: Plan) -> Iterator[_Act]:
        """Places that differ in the element around alone are one step: some formats have an Id or a Name in all of theirs."""
        concepts = [says for says in plan.says if says.kind == "standard"]
        below = {says.place.around[0]: says.label for says in concepts if says.place.plain}
        names, open, seen = self._open.names, self._open, self.seen.standard

        def concept(attributes: dict[str, str]) -> None:
            around = names[open.depth - 1]
            if around in below:
                seen.add(below.pop(around))

        if below:
            yield concept
        for says in plan.says:
            if says.kind != "standard":
                yield self._only(says.place, self._there(says.place, self._said(says.kind)))
            elif not says.place.plain:
                yield self._only(says.place, partial(self._at_concept, says))

    def _at_concept(self, says: Says, attributes: dict[str, str]) -> None:
        if not says.place.attribute or attributes.get(says.place.attribute):
            self.seen.standard.add(says.label)

    def _said(self, kind: str) -> _Take:
        names, most = (self.seen.own, MOST_NAMES) if kind == "own" else (self.seen.items, MOST_ITEMS)

        def said(text: str) -> None:
            if text and len(names) < most:
                names.add(text)

        return said

    def _judged(self, value: Value) -> _Take:
        fits, looked = value.fits, self.seen.looked.add

        def judged(text: str) -> None:
            looked("value")
            if not fits(text):
                self._wrong("value", self._where(), str(value.place), value.expected, text[:100])

        return judged

    def _at_key(self, keyed: Keyed, attributes: dict[str, str]) -> None:
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

    def _take(self, role: int, attribute: str, element: str, plan: Plan) -> _Take:
        """What is done with the value of an attribute of that role, or with the text."""
        if role == _ID:
            plain = self._told is None and not plan.groups
            return self._ids.append if plain else partial(self._id, element, plan.groups)
        refer = self._refer(element, [one for one in plan.leads if one.place.attribute == attribute])
        if role == _ONE and not self._form.fragment:
            return refer
        return partial(self._written, role, attribute in self._form.bare, refer)

    def _id(self, element: str, groups: tuple[int, ...], value: str) -> None:
        self._ids.append(value)
        for group in groups:
            self.seen.named.append(hash((group, value)))
        if self._told is not None:
            mark = hash(value)
            self._tell("id-unique", mark, value, element, "an id of its own")
            if self._form.names and not NAME.fullmatch(value):
                self._tell("id-name", mark, value, element, "a name")

    def _written(self, role: int, bare: bool, refer: _Take, value: str) -> None:
        for one in value.split() if role == _MANY else (value,):
            if not self._form.fragment:
                refer(one)
            elif one.startswith("#"):  # what has no # in front leads to another file
                refer(one[1:])
            elif bare:
                refer(one)

    def _refer(self, element: str, leads: list[Leads]) -> _Take:
        """What is done with a reference; of places that say where it leads, the first that fits holds."""
        met, meant, looked = self._references.append, self.seen.meant.append, self.seen.looked.add
        places = [(lead.group, lead.place.anywhere, self._open.at(lead.place), lead.expected) for lead in leads]
        telling = self._told is not None

        def refer(value: str) -> None:
            met(value)
            if telling:
                self._tell("reference", hash(value), value, element, "an element with that id")
            for group, anywhere, at, expected in places:
                if anywhere or at({}):
                    kind = hash((group, value))
                    meant(kind)
                    looked("reference-kind")
                    if telling:
                        self._tell("reference-kind", hash(value), value, element, expected, kind)
                    return

        return refer if places or telling else met

    def _strange(self, attributes: dict[str, str]) -> None:
        for name, role in self._roles.items():
            if role == _ID and name in attributes:
                self.seen.strange.append(hash(attributes[name]))

    def _tell(self, rule: str, mark: int, value: str, place: str, expected: object, kind: int = 0) -> None:
        if self._told is not None:
            self._told(Mention(rule, mark, value[:200], place, expected, self._where(), kind))

    # Places and texts

    def _where(self) -> Where:
        return Where("file", line=self._parser.CurrentLineNumber, offset=max(self._parser.CurrentByteIndex, 0))

    def _wrong(self, rule: str, where: Where, place: str, expected: object, found: object) -> None:
        self.seen.problems.add(Problem(rule, where, place, expected, found, {}))

    def _named_file(self, attribute: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if attribute:
            self._file(attributes.get(attribute, ""), line)
        else:
            self._wait(lambda text: self._file(text, line))

    def _file(self, name: str, line: int) -> None:
        if name and len(self.seen.files) < MOST_FILES:
            self.seen.files.append((name, line))

    def _texts(self) -> Callable[[_Take], None]:
        """For the text of the innermost element, if it holds no others: the parser tells of texts and ends only then."""
        parser, open, over, pieces = self._parser, self._open, self._ended.append, self._text
        waiting: list[_Take] = []
        gather, awaited = pieces.append, 0

        def wait(take: _Take) -> None:
            nonlocal awaited
            if awaited != open.depth:
                waiting.clear()
                pieces.clear()
                awaited = open.depth
                parser.CharacterDataHandler = gather
                parser.EndElementHandler = end
            waiting.append(take)

        def end(name: str) -> None:
            nonlocal awaited
            over(name)
            parser.EndElementHandler = over
            parser.CharacterDataHandler = None
            if awaited == open.depth:  # nothing began in it
                text = "".join(pieces).strip()
                for take in waiting:
                    take(text)
            waiting.clear()
            pieces.clear()
            awaited = 0

        return wait


_ID, _ONE, _MANY = 1, 2, 3


def _named(ids: list[str]) -> bool:
    """Whether all are names beyond doubt; NUL stands in no XML."""
    shape = "\0".join(("", *ids, "")).encode().translate(_SHAPE)
    return not any(wrong in shape for wrong in (b"?", b"\0-", b"\0\0"))


def _roles(form: XmlForm) -> dict[str, int]:
    roles = dict.fromkeys(form.ids, _ID)
    for name in form.references:
        if name.startswith("@"):
            roles[name[1:].rstrip("*")] = _MANY if name.endswith("*") else _ONE
    return roles
