"""What stands in an XML file of any size? One pass, in memory that does not grow with the text.

Expat reads, since it tells the byte and the line of everything, and holds no tree. Names and references are kept as 8 bytes
each; which of them are wrong is known at the end, and where they stand by a second pass.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path
from pyexpat import ErrorString, ExpatError, ParserCreate
from struct import pack
from typing import BinaryIO

from cpo_probe.formats.marked.acts import NAME, Acts, Said, Step
from cpo_probe.formats.marked.place import Open
from cpo_probe.formats.marked.plan import SPLIT, Follow, Need, Plans
from cpo_probe.formats.marked.seen import Seen, Trouble
from cpo_probe.model import Where
from cpo_probe.model.format import XmlForm

PIECE = 2**17  # small enough for what is gathered from it to stay in the cache of the processor
MOST_PIECE = 2**20
MOST_TOKEN = 32 * 2**20  # bytes of one tag or comment, which Expat holds whole, and characters of one text that is looked at
MOST_DEPTH = 1_000
STATEFUL = ("iso-2022-", "hz", "utf-7")
"""Encodings in which bytes of `<` and `&` also are parts of other characters, which Expat takes for one byte each."""
_FIRST, _INNER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", b"-.0123456789"
_SHAPE = bytes(97 if n in _FIRST else 45 if n in _INNER else 63 if n else 0 for n in range(256))
"""Of a byte of an id: "a" if a name can begin with it, "-" if it can go on with it, "?" if that takes a closer look; NUL."""


class Stop(Exception):
    """Reading further is refused. `rule`: which rule says so."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found


def scan(
    path: Path, form: XmlForm, *, told: Said | None = None, suspects: Set[int] = frozenset(), follow: Follow | None = None
) -> Seen:
    """Read the whole file. What is wrong with the XML itself ends the reading and stands in `trouble`.

    `told`: is told of names and references (a second pass) whose hash, or hash as a key, is among `suspects`, and of ids that
    are no names.
    """
    reader = _Reader(form, told, suspects, follow or {})
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

    def __init__(self, form: XmlForm, told: Said | None, suspects: Set[int], follow: Follow) -> None:
        self.seen = Seen()
        self._form = form
        self._plans = Plans(form, follow)
        self._open = Open([""] * (MOST_DEPTH + 1), [{}] * (MOST_DEPTH + 1), [0] * (MOST_DEPTH + 1))
        self._pending: list[_Pending] = []
        stated = form.version.removeprefix("/") if form.version.startswith("/") else ""
        self._version = stated
        self._paths = set(filter(None, (*form.required, *form.times, stated)))  # that have not been met
        self._deep = max((path.count("/") + 2 for path in self._paths), default=0)
        self._near = [self._deep]  # down to this depth elements are looked at one by one
        self._parser = parser = ParserCreate(namespace_separator=SPLIT)
        parser.buffer_text = True
        self._acts = Acts(parser, form, self._open, self.seen, told, suspects, self._at_need)
        self._start, self._settle = self._handlers()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._acts.ended.append
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
        if sum(map(len, self._acts.text)) > MOST_TOKEN:
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
        plans: dict[str, Step] = {}
        open, ended, near = self._open, self._acts.ended, self._near
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
        ids, references = self._acts.ids, self._acts.references
        self.seen.ids.fresh.frombytes(pack(f"{len(ids)}q", *map(hash, ids)))
        self.seen.references.fresh.frombytes(pack(f"{len(references)}q", *map(hash, references)))
        if self._form.names and not _named(ids):
            self.seen.misnamed += sum(not NAME.fullmatch(one) for one in ids)
        ids.clear()
        references.clear()
        self.seen.settle()

    def _plan(self, name: str, attributes: dict[str, str]) -> Step:
        namespace, _, local = name.rpartition(SPLIT)
        if not self.seen.root:
            self._plans.namespace = namespace
            self.seen.root, self.seen.namespace = local, namespace
            self.seen.version = attributes.get(self._form.version, "")
        return self._acts.step(self._plans.of(name), local)

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
                self._acts.wait(lambda text: self.seen.paths.update({path: text}))
                self._nearer()

    def _nearer(self) -> None:
        self._near[0] = max(self._deep if self._paths else 0, self._pending[-1].depth + 1 if self._pending else 0)

    def _close(self) -> None:
        closed = self._pending.pop()
        for group in closed.children:
            if group.isdisjoint(closed.met):
                wanted = " or ".join(sorted(group))
                where = Where("file", line=closed.line, offset=closed.offset)
                self._acts.wrong("mandatory", where, closed.place, wanted, None)

    def _at_need(self, need: Need, attributes: dict[str, str]) -> None:
        self.seen.looked.add("mandatory")
        for name in need.attributes:
            if name not in attributes:
                self._acts.wrong("mandatory", self._acts.where(), f"{need.place}/@{name}", f"@{name}", None)
        if need.children:
            parser = self._parser
            line, offset = parser.CurrentLineNumber, parser.CurrentByteIndex
            self._pending.append(_Pending(self._open.depth, str(need.place), need.children, line, offset))
            self._nearer()


def _named(ids: list[str]) -> bool:
    """Whether all are names beyond doubt; NUL stands in no XML."""
    shape = "\0".join(("", *ids, "")).encode().translate(_SHAPE)
    return not any(wrong in shape for wrong in (b"?", b"\0-", b"\0\0"))
