"""What elements stand in a part? Read piece by piece, without declarations of entities, and with line and byte."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pyexpat import ErrorString, ExpatError, ParserCreate

MOST_DEPTH = 256
MOST_TOKEN = 8 * 2**20
SPLIT = "}"
MOST_SPACES = 1_000


class Faulty(Exception):
    """The part is not read further. `found` in a few words; line from 1, bytes from 0."""

    def __init__(self, found: str, line: int, offset: int) -> None:
        super().__init__(found)
        self.found = found
        self.line = line
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Element:
    """The start of one. `depth`: elements around it. `attributes`: those in a namespace as "namespace}name"."""

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    depth: int


class _Refused(Exception):
    pass


def read(
    pieces: Iterable[bytes],
    start: Callable[[Element], None],
    end: Callable[[str, str, int], None] | None = None,
    spaces: dict[str, str] | None = None,
) -> None:
    """Tell of each element when it starts, and of its name, text (where it has no elements) and depth when it ends.

    `end` costs memory for the text of one element, up to 8 MB of it. `spaces`: filled with namespaces by their prefixes,
    the first thousand. Raises `Faulty`.
    """
    parser = ParserCreate(namespace_separator=SPLIT)
    parser.buffer_text = True
    depth, text, length = 0, [""], 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, length
        namespace, _, local = name.rpartition(SPLIT)
        text.clear()
        length = 0
        start(Element(namespace, local, attributes, parser.CurrentLineNumber, depth))
        depth += 1
        if depth > MOST_DEPTH:
            raise _Refused(f"elements nested more than {MOST_DEPTH} deep")

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition(SPLIT)[2], "".join(text), depth)
        text.clear()

    def said(data: str) -> None:
        nonlocal length
        length += len(data)
        if length <= MOST_TOKEN:
            text.append(data)

    def declared(prefix: str | None, namespace: str) -> None:
        if spaces is not None and len(spaces) < MOST_SPACES:
            spaces[prefix or ""] = namespace

    def refuse(*_: object) -> None:
        raise _Refused("a document type declaration")

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.StartDoctypeDeclHandler = refuse
    if spaces is not None:
        parser.StartNamespaceDeclHandler = declared
    if end is not None:
        parser.CharacterDataHandler = said
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > MOST_TOKEN:
                raise _Refused(f"a tag of more than {MOST_TOKEN} bytes")
        parser.Parse(b"", True)
    except ExpatError as error:
        raise Faulty(ErrorString(error.code) or "error", parser.ErrorLineNumber, max(parser.ErrorByteIndex, 0)) from None
    except _Refused as refused:
        raise Faulty(str(refused), parser.CurrentLineNumber, max(parser.CurrentByteIndex, 0)) from None
    except (LookupError, ValueError):  # an encoding that nobody knows
        raise Faulty("an unknown encoding", 1, 0) from None
