"""Does a body that lies in a file hold a secret, and how does it look without it? Read piece by piece, whatever its size."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from cpo_probe.evidence import Kept
from cpo_probe.session.redact.forms import Finder
from cpo_probe.session.room import Aside, Spool

PIECE = 4 * 2**20
_WIDEST = 12  # bytes that one byte of a secret may take: \uXXXX, &#x00005F;


def settle(
    aside: Aside, finders: Sequence[Finder], mark: Callable[[Finder], bytes], spool: Callable[[], Spool]
) -> tuple[Kept, Kept, bool]:
    """The body as received and without its content coding, each by its digest, and whether a secret was replaced in it.

    One with a secret is kept as it reads without: only once, its content coding removed.
    """
    hits = found(aside.body.path, finders)
    if hits:
        clean = spool()
        rewrite(aside.body.path, hits, {finder.secret: mark(finder) for finder in hits}, clean)
        aside.drop()
        kept = clean.finish()
        return kept, kept, True
    return aside.wire.finish(), aside.body.finish(), False


def found(path: Path, finders: Sequence[Finder]) -> list[Finder]:
    """Those secrets that occur in it."""
    hits: dict[str, Finder] = {}
    for piece in _overlapping(path, _reach(finders)):
        hits.update({f.secret: f for f in finders if f.secret not in hits and f.hit(piece)})
    return [f for f in finders if f.secret in hits]


def rewrite(path: Path, finders: Sequence[Finder], marks: Mapping[str, bytes], out: Spool) -> None:
    """The file again, each secret replaced by its mark."""
    reach = _reach(finders)
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            rest += piece
            for finder in finders:
                rest = finder.replace(rest, marks[finder.secret])
            done = max(0, len(rest) - reach)  # a secret may go on in the next piece
            out.write(rest[:done])
            rest = rest[done:]
    out.write(rest)


def _overlapping(path: Path, reach: int) -> Iterator[bytes]:
    before = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield before + piece
            before = piece[-reach:] if reach else b""


def _reach(finders: Sequence[Finder]) -> int:
    """Bytes that the longest form of any of them can take."""
    return max((_WIDEST * len(f.secret.encode()) for f in finders), default=0)
