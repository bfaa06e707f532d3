"""How does what answers brought become files of the evidence, the members of packages too?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cpo_probe.evidence import Kept
from cpo_probe.formats import package
from cpo_probe.model import Artifact, Exchange
from cpo_probe.session.recorder import Recorder

PIECE = 2**20


def keep(recorder: Recorder, exchanges: Sequence[Exchange], name: str, media_type: str) -> Artifact:
    """Note the bodies of these answers, one after the other, as one file, and unpack it if it is a package.

    Reads and writes files of any size in flat memory; blocks while it does. A body that is whole in one answer is not copied.
    """
    ids = tuple(exchange.id for exchange in exchanges)
    artifact = recorder.artifact(_whole(recorder, exchanges), name, media_type=media_type, exchanges=ids)
    keep_members(recorder, artifact, depth=1)
    return artifact


def keep_members(recorder: Recorder, artifact: Artifact, depth: int) -> None:
    """Note each member of a package as a file; what is broken, encrypted or a link has no bytes that could be kept."""
    path = recorder.payload(artifact.digest)
    kind = package.kind_of(path, artifact.media_type)
    if not kind or depth > package.BOUNDS.depth:
        return
    try:
        for member, pieces in package.unpack(path, kind, artifact.name, artifact.media_type):
            if member.folder or member.link:
                continue
            kept = _spooled(recorder, pieces)
            if kept is not None:
                found = recorder.artifact(
                    kept, member.name, media_type=member.media_type, parent=artifact.id, exchanges=artifact.exchanges
                )
                keep_members(recorder, found, depth + 1)
    except package.Broken:  # what is wrong with it the checks say
        return


def _whole(recorder: Recorder, exchanges: Sequence[Exchange]) -> bytes | Kept:
    if len(exchanges) == 1:
        response = exchanges[0].response
        assert response is not None, "a file comes with an answer"
        if not response.stored:
            return response.body
        return Kept(response.stored, recorder.payload(response.stored).stat().st_size)
    spool = recorder.spool()
    for exchange in exchanges:
        for piece in _body(recorder, exchange):
            spool.write(piece)
    return spool.finish()


def _body(recorder: Recorder, exchange: Exchange) -> Iterator[bytes]:
    stored = exchange.response.stored if exchange.response else ""
    if stored:
        yield from _pieces(recorder.payload(stored))
    else:
        yield exchange.body


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _spooled(recorder: Recorder, pieces: Iterator[bytes]) -> Kept | None:
    spool = recorder.spool()
    try:
        for piece in pieces:
            spool.write(piece)
    except package.Broken:
        spool.drop()
        return None
    return spool.finish()
